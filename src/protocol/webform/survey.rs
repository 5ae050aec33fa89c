//! What a bank's page holds and what the profile makes of it: for whoever writes the profile. Nothing is sent.

use std::fmt;

use super::{
    Page, ProtocolError, WebForm,
    form::{Control, Form, InputKind},
    visit::{Hop, Landing, Told, Visit},
};
use crate::{
    domain::{FormStep, PeerIdentity},
    protocol::EnrollmentProtocol,
};

/// As many GETs as an application would follow.
const MOST_HOPS: usize = 5;

/// The page that the first step of the profile is about.
#[derive(Debug)]
pub struct Survey {
    peer: PeerIdentity,
    step: FormStep,
    landing: Landing,
}

impl WebForm {
    /// GETs alone, to the server that has just shown who it is.
    pub async fn survey(&self) -> Result<Survey, ProtocolError> {
        let peer = self.introduce().await?.peer;
        let unused = Box::new(|| Ok(()));
        let mut visit = Visit::new(self.transport.as_ref(), &self.start, peer.key, self.pages.charset, unused);
        let mut landing = visit.begin().await?;
        let step = self.pages.steps[0].clone(); // one of them has the request
        for _ in 0..MOST_HOPS {
            match landing.next(&self.start) {
                Some(hop @ Hop::Get { .. }) if !fits(&step, &landing.page) => {
                    landing = visit.go(hop, Told::Nothing).await?;
                }
                _ => break,
            }
        }
        Ok(Survey { peer, step, landing })
    }
}

fn inputs(step: &FormStep) -> impl Iterator<Item = &String> {
    step.fill.keys().chain(step.request.iter().map(|request| &request.input)).chain(&step.submit)
}

fn missing<'a>(step: &'a FormStep, form: &Form) -> Vec<&'a str> {
    let there = |name: &str| form.controls.iter().any(|control| control.name == name);
    inputs(step).map(String::as_str).filter(|name| !there(name)).collect()
}

fn fits(step: &FormStep, page: &Page) -> bool {
    page.form(step.form.as_deref()).is_some_and(|form| missing(step, form).is_empty())
}

impl Survey {
    /// The page has the form of the first step with everything that the profile names.
    pub fn fits(&self) -> bool {
        fits(&self.step, &self.landing.page)
    }

    fn write_form(&self, form: &Form, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ours = self.landing.page.form(self.step.form.as_deref()).is_some_and(|step| std::ptr::eq(step, form));
        let word = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
        writeln!(f, "\nform name={} id={}{}", word(&form.name), word(&form.id), if ours { "  <- step 1" } else { "" })?;
        let method = word(&form.method);
        writeln!(f, "  method={method} action={} enctype={}", word(&form.action), word(&form.enctype))?;
        for control in &form.controls {
            let becomes = if ours { self.becomes(control) } else { String::new() };
            writeln!(f, "  {:<16} {:<9} {becomes}", control.name, kind(control.kind))?;
        }
        if ours {
            missing(&self.step, form).iter().try_for_each(|name| writeln!(f, "  {name:<16} MISSING"))?;
        }
        Ok(())
    }

    fn becomes(&self, control: &Control) -> String {
        let step = &self.step;
        if let Some(template) = step.fill.get(&control.name) {
            return format!("<- {template}");
        }
        if step.request.as_ref().is_some_and(|request| request.input == control.name) {
            return "<- the PKCS#10 request".to_owned();
        }
        let word = match control.kind {
            InputKind::Button | InputKind::Picture if step.submit.as_ref() == Some(&control.name) => "pressed",
            InputKind::Button | InputKind::Picture | InputKind::Other => "not sent",
            _ if control.disabled || control.values.is_empty() => "not sent",
            _ => "carried over",
        };
        word.to_owned()
    }
}

fn kind(kind: InputKind) -> &'static str {
    match kind {
        InputKind::Hidden => "hidden",
        InputKind::Text => "text",
        InputKind::Password => "password",
        InputKind::Choice => "choice",
        InputKind::Button => "button",
        InputKind::Picture => "image",
        InputKind::Other => "other",
    }
}

impl fmt::Display for Survey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { peer, step, landing } = self;
        writeln!(f, "page    {}", landing.url)?;
        writeln!(f, "status  {}", landing.status)?;
        writeln!(f, "charset {:?}", landing.charset())?;
        writeln!(f, "server  {} (until {}, key {})", peer.subject, peer.not_after, peer.key)?;
        landing.page.forms.iter().try_for_each(|form| self.write_form(form, f))?;
        match landing.page.form(step.form.as_deref()) {
            None => writeln!(f, "\nThe form of step 1 is not on this page, which says: {}", landing.page.text)?,
            Some(_) if self.fits() => writeln!(f, "\nEverything that step 1 names is there.")?,
            Some(_) => writeln!(f, "\nStep 1 names inputs that the page does not have.")?,
        }
        write!(f, "Nothing was sent.")
    }
}
