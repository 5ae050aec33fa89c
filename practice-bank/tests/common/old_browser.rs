//! A browser of the old days: reads forms in Shift_JIS, carries cookies, and runs no script.

use std::{collections::BTreeMap, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use encoding_rs::SHIFT_JIS;
use practice_bank::{Account, Ready};
use reqwest::{
    Client, RequestBuilder, StatusCode, Url,
    header::{CONTENT_TYPE, COOKIE, HeaderMap, LOCATION, SET_COOKIE},
    redirect::Policy,
};
use x509_cert::Certificate;

use super::{Key, certificates, client_builder};

pub struct OldBrowser {
    http: Client,
    pub cookies: BTreeMap<String, String>,
}

/// What arrived, and from where.
#[derive(Debug)]
pub struct Page {
    pub address: Url,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub raw: Vec<u8>,
    pub html: String,
}

/// The first form of a page, as it would be sent.
#[derive(Debug, Clone)]
pub struct Form {
    pub address: Url,
    pub enctype: String,
    pub inputs: Vec<(String, String)>,
}

impl OldBrowser {
    pub fn of(ready: &Ready) -> Self {
        let builder = client_builder(ready, None, rustls::DEFAULT_VERSIONS).redirect(Policy::none());
        Self { http: builder.timeout(Duration::from_secs(20)).build().unwrap(), cookies: BTreeMap::new() }
    }

    pub async fn open(&mut self, address: &str) -> Page {
        self.try_request(self.http.get(address)).await.unwrap()
    }

    pub async fn try_request(&mut self, request: RequestBuilder) -> reqwest::Result<Page> {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = if cookies.is_empty() { request } else { request.header(COOKIE, cookies.join("; ")) };
        let response = request.send().await?;
        let (address, status, headers) = (response.url().clone(), response.status(), response.headers().clone());
        for cookie in headers.get_all(SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let raw = response.bytes().await?.to_vec();
        let html = SHIFT_JIS.decode_without_bom_handling_and_without_replacement(&raw).unwrap().into_owned();
        Ok(Page { address, status, headers, raw, html })
    }

    pub fn post(&self, form: &Form) -> RequestBuilder {
        let request = self.http.post(form.address.clone());
        match form.enctype.as_str() {
            "multipart/form-data" => {
                request.header(CONTENT_TYPE, "multipart/form-data; boundary=practice").body(form.multipart())
            }
            enctype => request.header(CONTENT_TYPE, enctype).body(form.urlencoded()),
        }
    }

    pub fn get(&self, address: Url) -> RequestBuilder {
        self.http.get(address)
    }

    pub async fn submit(&mut self, form: &Form) -> Page {
        self.try_submit(form).await.unwrap()
    }

    pub async fn try_submit(&mut self, form: &Form) -> reqwest::Result<Page> {
        self.try_request(self.post(form)).await
    }

    /// Opens the start page and fills it in, without sending.
    pub async fn filled(&mut self, start: &str, account: &Account, key: &Key) -> Form {
        let mut form = self.open(start).await.form();
        form.fill("keiyakusha", &account.contract_id);
        if form.inputs.iter().any(|(name, _)| name == "riyousha") {
            form.fill("riyousha", &account.user_id);
        }
        form.fill("ansho", &account.password);
        form.fill("kakunin", &account.confirmation);
        form.fill("public_key", &in_lines(&key.csr));
        form
    }

    /// Does what a "please wait" page asks for.
    pub async fn go_on(&mut self, wait: &Page) -> reqwest::Result<Page> {
        let request = match wait.next_address() {
            Some(address) => self.http.get(address),
            None => self.post(&wait.form()),
        };
        self.try_request(request).await
    }

    /// From the start page to the last one.
    pub async fn takes(&mut self, start: &str, account: &Account, key: &Key) -> Page {
        let form = self.filled(start, account, key).await;
        let wait = self.submit(&form).await;
        assert!(wait.html.contains("しばらくお待ちください"), "{}", wait.html);
        self.go_on(&wait).await.unwrap()
    }

    /// The first answer of the bank, which is a refusal or "please wait".
    pub async fn asks(&mut self, start: &str, account: &Account, key: &Key) -> Page {
        let form = self.filled(start, account, key).await;
        self.submit(&form).await
    }
}

/// As the page wants it.
pub fn in_lines(csr: &[u8]) -> String {
    let text = STANDARD.encode(csr);
    let lines: Vec<&str> = text.as_bytes().chunks(64).map(|line| str::from_utf8(line).unwrap()).collect();
    lines.join("\r\n")
}

impl Page {
    pub fn form(&self) -> Form {
        let mut form = Form { address: self.address.clone(), enctype: String::new(), inputs: Vec::new() };
        for tag in tags(&self.html) {
            let value = |name: &str| tag.attributes.get(name).cloned();
            match tag.name.as_str() {
                "form" => {
                    form.address = self.address.join(&value("action").unwrap()).unwrap();
                    form.enctype = value("enctype").unwrap_or("application/x-www-form-urlencoded".to_owned());
                    assert_eq!(value("method").as_deref(), Some("post"));
                }
                "input" if !tag.attributes.contains_key("disabled") => {
                    form.inputs.extend(value("name").map(|name| (name, value("value").unwrap_or_default())));
                }
                _ => {}
            }
        }
        assert!(!form.enctype.is_empty(), "no form in {}", self.html);
        form
    }

    /// Where a 302 or a META refresh leads.
    pub fn next_address(&self) -> Option<Url> {
        let refresh = || {
            let tag = tags(&self.html).into_iter().find(|tag| tag.is("http-equiv", "refresh"))?;
            tag.attributes["content"].split_once("URL=").map(|(_, address)| address.to_owned())
        };
        let location = self.headers.get(LOCATION).map(|value| value.to_str().unwrap().to_owned());
        location.or_else(refresh).map(|address| self.address.join(&address).unwrap())
    }

    /// The argument of the call in the last script, its literals joined and read.
    pub fn argument(&self) -> String {
        let call = self.html.rsplit_once("installCert(").unwrap().1;
        let (mut quote, mut text) = (None, String::new());
        let mut characters = call.chars();
        while let Some(character) = characters.next() {
            match (quote, character) {
                (None, '"' | '\'') => quote = Some(character),
                (None, ')') => return text,
                (None, other) => assert!(" \r\n+".contains(other), "{other:?} between literals"),
                (Some(_), '\\') => text.push(escape(&mut characters)),
                (Some(open), close) if open == close => quote = None,
                (Some(_), other) => text.push(other),
            }
        }
        panic!("the call never ends: {call}")
    }

    pub fn certificates(&self) -> Vec<Certificate> {
        certificates(&self.argument())
    }
}

/// What stands after a backslash.
fn escape(characters: &mut impl Iterator<Item = char>) -> char {
    let digits = match characters.next().unwrap() {
        'n' => return '\n',
        'x' => 2,
        'u' => 4,
        itself => return itself,
    };
    let digits: String = characters.by_ref().take(digits).collect();
    char::from_u32(u32::from_str_radix(&digits, 16).unwrap()).unwrap()
}

impl Form {
    pub fn fill(&mut self, name: &str, value: &str) {
        let input = self.inputs.iter_mut().find(|(found, _)| found == name);
        input.unwrap_or_else(|| panic!("no input {name}")).1 = value.to_owned();
    }

    pub fn urlencoded(&self) -> String {
        let pairs: Vec<String> =
            self.inputs.iter().map(|(name, value)| format!("{}={}", percent(name), percent(value))).collect();
        pairs.join("&")
    }

    fn multipart(&self) -> Vec<u8> {
        let mut body = Vec::new();
        for (name, value) in &self.inputs {
            let head = format!("--practice\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
            body.extend([head.as_bytes(), &sjis(value), b"\r\n"].concat());
        }
        body.extend(b"--practice--\r\n");
        body
    }
}

fn sjis(text: &str) -> Vec<u8> {
    let (bytes, _, lost) = SHIFT_JIS.encode(text);
    assert!(!lost, "{text}");
    bytes.into_owned()
}

fn percent(text: &str) -> String {
    let one = |byte: u8| match byte {
        b' ' => "+".to_owned(),
        byte if byte.is_ascii_alphanumeric() || b"*-._".contains(&byte) => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    sjis(text).into_iter().map(one).collect()
}

struct Tag {
    name: String,
    attributes: BTreeMap<String, String>,
}

impl Tag {
    fn is(&self, name: &str, value: &str) -> bool {
        self.attributes.get(name).is_some_and(|found| found == value)
    }
}

/// All opening tags; names in lower case.
fn tags(html: &str) -> Vec<Tag> {
    let mut all = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let name = word(&mut rest, |character| character.is_ascii_alphanumeric()).to_ascii_lowercase();
        if !name.is_empty() {
            all.push(Tag { attributes: attributes(&mut rest), name });
        }
    }
    all
}

fn attributes(rest: &mut &str) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    loop {
        word(rest, char::is_whitespace);
        let name = word(rest, |character| !" \r\n=>".contains(character)).to_ascii_lowercase();
        if name.is_empty() {
            return all;
        }
        word(rest, char::is_whitespace);
        let value = match rest.strip_prefix('=') {
            None => String::new(),
            Some(after) => {
                *rest = after;
                word(rest, char::is_whitespace);
                value(rest)
            }
        };
        all.insert(name, value);
    }
}

fn value(rest: &mut &str) -> String {
    let quote = rest.chars().next().unwrap();
    let text = if "\"'".contains(quote) {
        *rest = &rest[1..];
        let text = word(rest, |character| character != quote);
        *rest = &rest[1..];
        text
    } else {
        word(rest, |character| !" \r\n>".contains(character))
    };
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    entities.iter().fold(text.to_owned(), |text, (entity, character)| text.replace(entity, character))
}

fn word<'t>(rest: &mut &'t str, belongs: impl Fn(char) -> bool) -> &'t str {
    let end = rest.find(|character| !belongs(character)).unwrap_or(rest.len());
    let (word, after) = rest.split_at(end);
    *rest = after;
    word
}
