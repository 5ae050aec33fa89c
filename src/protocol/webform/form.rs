//! A form, and what pressing its button would send.

use std::collections::BTreeMap;

use super::page::Page;
use crate::domain::{Charset, Secret};

/// As the page has it. Attributes are kept as they are written, so that what is unknown can be told from what is absent.
#[derive(Debug, Default)]
pub struct Form {
    pub name: Option<String>,
    pub id: Option<String>,
    pub action: Option<String>,
    pub method: Option<String>,
    pub enctype: Option<String>,
    pub accept_charset: Option<String>,
    /// In the order of the page.
    pub controls: Vec<Control>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Control {
    pub name: String,
    pub id: Option<String>,
    pub kind: InputKind,
    /// What it would send as it stands: nothing for a box that is not ticked, several for a list of several.
    pub values: Vec<String>,
    pub disabled: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputKind {
    Hidden,
    Text,
    Password,
    /// A box, or a list.
    Choice,
    /// Sends the form.
    Button,
    /// Sends it too, and where it was pressed.
    Picture,
    /// Sends nothing.
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormMethod {
    Get,
    Post,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    UrlEncoded,
    Multipart,
}

/// One name and value of what is sent. The values of a page may echo what a user typed, so all of them count as secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub name: String,
    pub value: Secret,
}

/// What is put into a form before it is sent.
#[derive(Debug, Default)]
pub struct Filling {
    pub inputs: BTreeMap<String, Secret>,
    /// The button that is pressed.
    pub submit: Option<String>,
}

impl Form {
    pub fn is_called(&self, wanted: &str) -> bool {
        [&self.name, &self.id].into_iter().any(|called| called.as_deref() == Some(wanted))
    }

    /// `None`: something that browsers do not send either, as `dialog`.
    pub fn method(&self) -> Option<FormMethod> {
        match self.method.as_deref().map(str::trim) {
            Some(method) if method.eq_ignore_ascii_case("post") => Some(FormMethod::Post),
            Some(method) if method.eq_ignore_ascii_case("dialog") => None,
            _ => Some(FormMethod::Get),
        }
    }

    /// `None`: plain text, which no server can read without doubt (HTML Standard §4.10.21.8).
    pub fn encoding(&self) -> Option<Encoding> {
        match self.enctype.as_deref().map(str::trim) {
            Some(kind) if kind.eq_ignore_ascii_case("multipart/form-data") => Some(Encoding::Multipart),
            Some(kind) if kind.eq_ignore_ascii_case("text/plain") => None,
            _ => Some(Encoding::UrlEncoded),
        }
    }

    /// The characters it is sent in: its own wish, else the page's.
    pub fn charset(&self, page: Charset) -> Charset {
        let wishes = self.accept_charset.as_deref().unwrap_or_default();
        wishes.split([' ', ',', '\t', '\n']).find_map(Charset::of_label).unwrap_or(page)
    }

    /// Everything a browser would send, in its order, with the filled inputs in the places of the page. `None`: an input
    /// or the button is not there.
    pub fn entries(&self, filling: &Filling) -> Option<Vec<Entry>> {
        let mut left: BTreeMap<&str, &Secret> =
            filling.inputs.iter().map(|(name, value)| (name.as_str(), value)).collect();
        let mut button = filling.submit.as_deref();
        let mut entries = Vec::new();
        for control in &self.controls {
            let name = control.name.as_str();
            if control.kind.takes_text()
                && let Some(value) = left.remove(name)
            {
                entries.push(Entry { name: name.to_owned(), value: value.clone() });
            } else if !control.kind.is_pressed() {
                entries.extend(control.carried());
            } else if button == Some(name) {
                button = None;
                entries.extend(control.carried());
            }
        }
        (left.is_empty() && button.is_none()).then_some(entries)
    }
}

impl Control {
    fn carried(&self) -> impl Iterator<Item = Entry> {
        let sent = !self.disabled && !self.name.is_empty() && self.kind != InputKind::Other;
        // The corner of a picture is as good as any other place of it.
        let names: &[&str] = if self.kind == InputKind::Picture { &[".x", ".y"] } else { &[""] };
        let values = self.values.iter().filter(move |_| sent);
        values.flat_map(move |value| {
            let named = |end: &&str| Entry { name: format!("{}{end}", self.name), value: Secret::new(crlf(value)) };
            names.iter().map(named).collect::<Vec<_>>()
        })
    }
}

impl InputKind {
    fn takes_text(self) -> bool {
        matches!(self, Self::Hidden | Self::Text | Self::Password)
    }

    fn is_pressed(self) -> bool {
        matches!(self, Self::Button | Self::Picture)
    }
}

/// Lines of a form end with CR LF, whatever the page had (HTML Standard §4.10.21.4).
fn crlf(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n")
}

/// The form that a script has named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormReference {
    Named(String),
    Place(usize),
    /// An expression that only running it could tell.
    Unclear,
}

impl FormReference {
    /// What is unclear is clear on a page with one form.
    pub fn of(self, page: &Page) -> Option<&Form> {
        match (&self, page.forms.as_slice()) {
            (Self::Named(name), _) => page.form(Some(name)),
            (Self::Place(place), forms) => forms.get(*place),
            (Self::Unclear, [only]) => Some(only),
            (Self::Unclear, _) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(html: &str, fill: &[(&str, &str)], submit: Option<&str>) -> Option<Vec<(String, String)>> {
        let page = Page::read(html);
        let inputs = fill.iter().map(|(name, value)| ((*name).to_owned(), Secret::new(*value))).collect();
        let filling = Filling { inputs, submit: submit.map(str::to_owned) };
        let entries = page.forms[0].entries(&filling)?;
        Some(entries.into_iter().map(|entry| (entry.name, entry.value.reveal().to_owned())).collect())
    }

    fn joined(html: &str, fill: &[(&str, &str)], submit: Option<&str>) -> Option<String> {
        let entries = entries(html, fill, submit)?;
        Some(entries.into_iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("|"))
    }

    #[test]
    fn hidden_inputs_are_carried_unchanged_and_in_order() {
        let html = "<form><input type=hidden name=z value=' 1 '><input name=pin><INPUT VALUE='a&amp;b' TYPE=HIDDEN \
                    NAME=a><input type=hidden name=z value=2></form>";
        assert_eq!(joined(html, &[("pin", "4711")], None).as_deref(), Some("z= 1 |pin=4711|a=a&b|z=2"));
    }

    #[test]
    fn a_filled_input_may_be_hidden_an_area_or_disabled() {
        let html =
            "<form><input type=hidden name=public_key value=old><textarea name=t>\nx</textarea><input name=d disabled>";
        let fill = [("public_key", "MIIB"), ("t", "y"), ("d", "1")];
        assert_eq!(joined(html, &fill, None).as_deref(), Some("public_key=MIIB|t=y|d=1"));
        assert_eq!(joined(html, &[], None).as_deref(), Some("public_key=old|t=x"));
    }

    #[test]
    fn only_the_first_input_of_a_name_is_filled() {
        let html = "<form><input name=pin type=password><input name=pin type=hidden value=other>";
        assert_eq!(joined(html, &[("pin", "4711")], None).as_deref(), Some("pin=4711|pin=other"));
    }

    #[test]
    fn an_input_or_a_button_that_is_not_there_is_no_form_of_ours() {
        let html = "<form><input name=a><input type=submit name=go value=1><input type=checkbox name=c>";
        assert_eq!(joined(html, &[("b", "1")], None), None);
        assert_eq!(joined(html, &[("go", "1")], None), None);
        assert_eq!(joined(html, &[("c", "1")], None), None);
        assert_eq!(joined(html, &[("a", "1")], Some("other")), None);
    }

    #[test]
    fn only_the_pressed_button_is_sent() {
        let html = "<form><input type=submit name=go value=取得><button name=stop value=x>no</button>\
                    <input type=button name=b value=1><input type=image name=i><input type=file name=f>";
        assert_eq!(joined(html, &[], None).as_deref(), Some(""));
        assert_eq!(joined(html, &[], Some("go")).as_deref(), Some("go=取得"));
        assert_eq!(joined(html, &[], Some("stop")).as_deref(), Some("stop=x"));
        assert_eq!(joined(html, &[], Some("i")).as_deref(), Some("i.x=0|i.y=0"));
    }

    #[test]
    fn boxes_and_lists_send_what_is_chosen() {
        let html = "<form><input type=checkbox name=a><input type=checkbox name=b checked><input type=radio name=r \
                    value=1><input type=radio name=r value=2 checked><select name=s><option>x<option value=2>y</select>\
                    <select name=m multiple><option selected>p<option>q<option selected>r</select><input type=hidden \
                    name=n value=0 disabled>";
        assert_eq!(joined(html, &[], None).as_deref(), Some("b=on|r=2|s=x|m=p|m=r"));
    }

    #[test]
    fn lines_end_as_a_browser_ends_them() {
        let html = "<form><input type=hidden name=a value='1\r\n2\n3'>";
        assert_eq!(joined(html, &[], None).as_deref(), Some("a=1\r\n2\r\n3"));
    }

    #[test]
    fn a_form_says_how_it_is_sent() {
        let form = |html: &str| Page::read(html).forms.remove(0);
        assert_eq!(form("<form>").method(), Some(FormMethod::Get));
        assert_eq!(form("<form method=' POST '>").method(), Some(FormMethod::Post));
        assert_eq!(form("<form method=dialog>").method(), None);
        assert_eq!(form("<form>").encoding(), Some(Encoding::UrlEncoded));
        assert_eq!(form("<form enctype=Multipart/Form-Data>").encoding(), Some(Encoding::Multipart));
        assert_eq!(form("<form enctype=text/plain>").encoding(), None);
        let own = form("<form accept-charset='klingon euc-jp'>").charset(Charset::UTF_8);
        assert_eq!(own.encoding(), encoding_rs::EUC_JP);
        assert_eq!(form("<form>").charset(Charset::UTF_8), Charset::UTF_8);
    }
}
