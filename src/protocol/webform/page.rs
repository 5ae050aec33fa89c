//! What of an HTML page matters here: forms, text, scripts, and what it says of itself.
//!
//! The tokens are a browser's (html5ever); of tree building only the two rules are kept that forms need: a control
//! belongs to the form that was opened last and not closed, wherever tables put either of them, and a form within a form
//! does not exist (HTML Standard §13.2.6.4.7, the form element pointer). Nothing of a page is ever run.

use std::{cell::RefCell, collections::BTreeMap};

use html5ever::{
    tendril::StrTendril,
    tokenizer::{
        BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
        states::RawKind::{Rawtext, Rcdata, ScriptData},
    },
};

use super::{
    charset::of_content_type,
    form::{Control, Form, InputKind},
};
use crate::domain::Charset;

/// One page, read once.
#[derive(Debug, Default)]
pub struct Page {
    pub forms: Vec<Form>,
    /// What a person sees, one paragraph.
    pub text: String,
    /// The text of every script element.
    pub scripts: Vec<String>,
    /// What runs when the page has loaded, from the attribute.
    pub onload: Vec<String>,
    pub refresh: Option<Refresh>,
    pub base: Option<String>,
    pub charset: Option<Charset>,
    /// Longer values that stand in the page itself: preformatted text, areas, parameters of objects.
    pub values: Vec<String>,
}

/// `<meta http-equiv="refresh" content="0; url=…">`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refresh {
    pub seconds: u32,
    /// Empty: the same page again.
    pub address: String,
}

/// Real pages have a tenth of it; the tokenizer compares every attribute of a tag with every other.
const LONGEST: usize = 1 << 18;

impl Page {
    /// Of a page that never ends only the beginning.
    pub fn read(html: &str) -> Self {
        let html = html.get(..html.floor_char_boundary(LONGEST)).unwrap_or_default();
        let input = BufferQueue::default();
        input.push_back(StrTendril::from_slice(html));
        let tokenizer = Tokenizer::new(Sink::default(), TokenizerOpts::default());
        // Nothing here ever pauses the tokenizer, so one call reads all of it.
        let _ = tokenizer.feed(&input);
        tokenizer.end();
        tokenizer.sink.0.into_inner().finish()
    }

    /// By name or id; the first one without either.
    pub fn form(&self, named: Option<&str>) -> Option<&Form> {
        match named {
            None => self.forms.first(),
            Some(wanted) => self.forms.iter().find(|form| form.is_called(wanted)),
        }
    }
}

#[derive(Default)]
struct Sink(RefCell<Reader>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut reader = self.0.borrow_mut();
        match token {
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => return reader.opens(&tag),
            Token::TagToken(tag) => reader.closes(&tag.name),
            Token::CharacterTokens(text) => reader.says(&text),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// Where characters go.
#[derive(Debug, Default, PartialEq, Eq)]
enum Inside {
    #[default]
    Body,
    Script,
    /// Style, and what only browsers without scripts would show.
    Unseen,
    TextArea,
    Option,
}

#[derive(Default)]
struct Reader {
    page: Page,
    inside: Inside,
    /// The form that is open.
    open: Option<usize>,
    controls: Vec<Owned>,
    select: Option<Select>,
    gathered: String,
}

/// A control, and whose it is: the attribute `form` is stronger than the place.
struct Owned {
    form_id: Option<String>,
    form: Option<usize>,
    control: Control,
}

struct Select {
    owned: Owned,
    several: bool,
    options: Vec<Choice>,
}

#[derive(Default)]
struct Choice {
    value: Option<String>,
    text: String,
    chosen: bool,
}

fn attribute(tag: &Tag, name: &str) -> Option<String> {
    tag.attrs.iter().find(|attribute| &*attribute.name.local == name).map(|attribute| attribute.value.to_string())
}

fn has(tag: &Tag, name: &str) -> bool {
    attribute(tag, name).is_some()
}

impl Reader {
    fn opens(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        match &*tag.name {
            "form" => self.open_form(tag),
            "input" => self.input(tag),
            "button" => self.button(tag),
            "select" => self.select = Some(self.new_select(tag)),
            "option" => self.option(tag),
            "meta" => self.meta(tag),
            "base" if self.page.base.is_none() => self.page.base = attribute(tag, "href"),
            "body" | "frameset" => self.page.onload.extend(attribute(tag, "onload")),
            "param" => self.page.values.extend(attribute(tag, "value")),
            "textarea" => return self.text_area(tag),
            "script" => return self.gather(Inside::Script, ScriptData),
            "style" | "xmp" | "iframe" | "noembed" | "noframes" | "noscript" => {
                return self.gather(Inside::Unseen, Rawtext);
            }
            "title" => return TokenSinkResult::RawData(Rcdata),
            "plaintext" => return TokenSinkResult::Plaintext,
            _ => {}
        }
        self.page.text.push(' ');
        TokenSinkResult::Continue
    }

    fn gather(&mut self, inside: Inside, kind: html5ever::tokenizer::states::RawKind) -> TokenSinkResult<()> {
        self.inside = inside;
        self.gathered.clear();
        TokenSinkResult::RawData(kind)
    }

    fn closes(&mut self, name: &str) {
        match (name, &self.inside) {
            ("form", _) => self.open = None,
            ("select", _) => self.end_select(),
            ("script", Inside::Script) => {
                let script = std::mem::take(&mut self.gathered);
                self.page.scripts.push(script);
            }
            ("textarea", Inside::TextArea) => self.end_text_area(),
            _ => {}
        }
        self.inside = Inside::Body;
        self.page.text.push(' ');
    }

    fn says(&mut self, text: &str) {
        match self.inside {
            Inside::Body => self.page.text.push_str(text),
            Inside::Script | Inside::TextArea => self.gathered.push_str(text),
            Inside::Option => {
                if let Some(choice) = self.select.as_mut().and_then(|select| select.options.last_mut()) {
                    choice.text.push_str(text);
                }
            }
            Inside::Unseen => {}
        }
    }

    fn open_form(&mut self, tag: &Tag) {
        if self.open.is_some() {
            return; // a form within a form
        }
        self.open = Some(self.page.forms.len());
        self.page.forms.push(Form {
            name: attribute(tag, "name"),
            id: attribute(tag, "id"),
            action: attribute(tag, "action"),
            method: attribute(tag, "method"),
            enctype: attribute(tag, "enctype"),
            accept_charset: attribute(tag, "accept-charset"),
            controls: Vec::new(),
        });
    }

    fn owned(&self, tag: &Tag, kind: InputKind, values: Vec<String>) -> Owned {
        let control = Control {
            name: attribute(tag, "name").unwrap_or_default(),
            id: attribute(tag, "id"),
            kind,
            values,
            disabled: has(tag, "disabled"),
        };
        Owned { form_id: attribute(tag, "form"), form: self.open, control }
    }

    fn input(&mut self, tag: &Tag) {
        let value = attribute(tag, "value");
        let written = attribute(tag, "type").unwrap_or_default().to_ascii_lowercase();
        let (kind, values) = match written.as_str() {
            "hidden" => (InputKind::Hidden, vec![value.unwrap_or_default()]),
            "password" => (InputKind::Password, vec![value.unwrap_or_default()]),
            "checkbox" | "radio" => {
                let value = value.unwrap_or_else(|| "on".to_owned());
                (InputKind::Choice, Some(value).filter(|_| has(tag, "checked")).into_iter().collect())
            }
            "submit" => (InputKind::Button, vec![value.unwrap_or_default()]),
            "image" => (InputKind::Picture, vec!["0".to_owned()]),
            "button" | "reset" | "file" => (InputKind::Other, Vec::new()),
            _ => (InputKind::Text, vec![value.unwrap_or_default()]),
        };
        self.controls.push(self.owned(tag, kind, values));
    }

    fn button(&mut self, tag: &Tag) {
        let written = attribute(tag, "type").unwrap_or_default().to_ascii_lowercase();
        let kind = if matches!(written.as_str(), "button" | "reset") { InputKind::Other } else { InputKind::Button };
        let value = attribute(tag, "value").unwrap_or_default();
        self.controls.push(self.owned(tag, kind, vec![value]));
    }

    fn text_area(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        self.controls.push(self.owned(tag, InputKind::Text, Vec::new()));
        self.gather(Inside::TextArea, Rcdata)
    }

    /// The line break right after the tag is not part of the text (HTML Standard §13.1.2.5).
    fn end_text_area(&mut self) {
        let text = std::mem::take(&mut self.gathered);
        let text = text.strip_prefix('\n').unwrap_or(&text).to_owned();
        self.page.values.push(text.clone());
        if let Some(owned) = self.controls.last_mut() {
            owned.control.values = vec![text];
        }
    }

    fn new_select(&self, tag: &Tag) -> Select {
        let owned = self.owned(tag, InputKind::Choice, Vec::new());
        Select { owned, several: has(tag, "multiple"), options: Vec::new() }
    }

    fn option(&mut self, tag: &Tag) {
        if let Some(select) = &mut self.select {
            let (value, chosen) = (attribute(tag, "value"), has(tag, "selected"));
            select.options.push(Choice { value, chosen, text: String::new() });
            self.inside = Inside::Option;
        }
    }

    /// Of several that cannot be chosen together the last counts, and the first when none is chosen.
    fn end_select(&mut self) {
        let Some(Select { mut owned, several, mut options }) = self.select.take() else { return };
        let chosen = options.iter().rposition(|choice| choice.chosen);
        if !several {
            let only = chosen.unwrap_or(0);
            options.iter_mut().enumerate().for_each(|(place, choice)| choice.chosen = place == only);
        }
        let value = |choice: Choice| choice.value.unwrap_or_else(|| one_paragraph(&choice.text));
        owned.control.values = options.into_iter().filter(|choice| choice.chosen).map(value).collect();
        self.controls.push(owned);
    }

    fn meta(&mut self, tag: &Tag) {
        let charset = attribute(tag, "charset").and_then(|label| Charset::of_label(&label));
        self.page.charset = self.page.charset.or(charset);
        let (Some(header), Some(content)) = (attribute(tag, "http-equiv"), attribute(tag, "content")) else { return };
        match header.trim().to_ascii_lowercase().as_str() {
            "content-type" => self.page.charset = self.page.charset.or_else(|| of_content_type(&content)),
            "refresh" if self.page.refresh.is_none() => self.page.refresh = refresh(&content),
            _ => {}
        }
    }

    /// What was never closed ends with the page.
    fn finish(mut self) -> Page {
        self.end_select();
        match self.inside {
            Inside::TextArea => self.end_text_area(),
            Inside::Script => self.page.scripts.push(std::mem::take(&mut self.gathered)),
            Inside::Body | Inside::Unseen | Inside::Option => {}
        }
        // The first of an id counts, so it is entered last.
        let ids = self.page.forms.iter().enumerate().rev().filter_map(|(place, form)| Some((form.id.clone()?, place)));
        let ids: BTreeMap<String, usize> = ids.collect();
        for Owned { form_id, form, control } in self.controls {
            let owner = form_id.as_ref().map_or(form, |id| ids.get(id).copied());
            if let Some(form) = owner.and_then(|place| self.page.forms.get_mut(place)) {
                form.controls.push(control);
            }
        }
        let lines = self.page.text.clone();
        self.page.values.push(lines);
        self.page.text = one_paragraph(&self.page.text);
        self.page
    }
}

fn one_paragraph(text: &str) -> String {
    let printable: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    printable.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Seconds, then `;` or `,`, then an address with or without `url=` and quotes (HTML Standard §4.2.5.3).
fn refresh(content: &str) -> Option<Refresh> {
    let content = content.trim();
    let end = content.find(|c: char| !c.is_ascii_digit()).unwrap_or(content.len());
    let (seconds, rest) = content.split_at(end);
    let rest = rest.trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
    let rest = rest.trim_start_matches(|c: char| c.is_whitespace() || ";,".contains(c));
    let named = rest.get(..3).filter(|word| word.eq_ignore_ascii_case("url")).and_then(|_| rest.get(3..));
    let address = named.and_then(|rest| rest.trim_start().strip_prefix('=')).unwrap_or(rest).trim();
    let address = match address.chars().next().filter(|c| "\"'".contains(*c)) {
        Some(quote) => address.split(quote).nth(1).unwrap_or_default(),
        None => address,
    };
    Some(Refresh { seconds: seconds.parse().ok()?, address: address.to_owned() })
}

#[cfg(test)]
#[path = "page_tests.rs"]
mod tests;
