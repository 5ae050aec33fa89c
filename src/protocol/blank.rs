//! Secrets that a server echoes are made unreadable before anything of its answer is kept.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use zeroize::Zeroizing;

use super::{RawAnswer, pkcs7};
use crate::domain::{Certificate, Credentials, Extent, Role, Secret};

/// `bytes` with every secret of the session, in every usual encoding, replaced by `*` of the same length.
pub fn blank(bytes: &[u8], credentials: &Credentials, role: &Role) -> Vec<u8> {
    blank_secrets(bytes, credentials.secrets(role))
}

/// The same for secrets that are nobody's entries.
pub fn blank_secrets<'a>(bytes: &[u8], secrets: impl IntoIterator<Item = &'a Secret>) -> Vec<u8> {
    let forms = forms_of(secrets);
    let mut blanked = bytes.to_vec();
    for form in &forms {
        blank_form(&mut blanked, form);
    }
    blanked
}

fn forms_of<'a>(secrets: impl IntoIterator<Item = &'a Secret>) -> Vec<Form> {
    let mut forms: Vec<Form> = secrets.into_iter().flat_map(|secret| forms(secret.reveal())).collect();
    // Longest first: blanking `a` before `%61a` would leave a piece of the other behind.
    forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
    forms
}

/// Of a page that was torn: its end may be the beginning of a secret.
fn blank_torn_end(bytes: &mut [u8], forms: &[Form]) {
    let begun = |form: &Form| (1..form.len()).rev().find(|length| bytes.ends_with(&form[..*length]));
    let longest = forms.iter().filter_map(begun).max().unwrap_or(0);
    let start = bytes.len() - longest;
    bytes[start..].fill(b'*');
}

/// Real pages have a tenth of it. What is beyond is not kept.
const LONGEST_PAGE: usize = 256 * 1024;

impl RawAnswer {
    /// The answer as it may be stored. A secret of a few digits can stand inside a certificate's base64 by chance; a
    /// certificate must not be lost to that, so then only the certificates are kept and the rest of the answer is not.
    pub fn blanked(&self, credentials: &Credentials, role: &Role) -> Self {
        self.without(&credentials.secrets(role).collect::<Vec<_>>())
    }

    /// The same for secrets that are nobody's entries.
    pub fn without(&self, secrets: &[&Secret]) -> Self {
        let blanked = self.blindly_without(secrets);
        let url = blanked.url.clone();
        match pkcs7::certificates(self) {
            Ok(certificates) if pkcs7::certificates(&blanked).as_ref() != Ok(&certificates) => {
                Self { url, content_type: None, body: armour(&certificates) }
            }
            _ => blanked,
        }
    }

    /// A page as it may be stored before anybody has read it: nobody looks for a certificate in it yet, and it does not
    /// grow beyond measure.
    pub fn unread_without(&self, secrets: &[&Secret], extent: Extent) -> (Self, Extent) {
        let mut page = self.blindly_without(secrets);
        if extent == Extent::Torn {
            blank_torn_end(&mut page.body, &forms_of(secrets.iter().copied()));
        }
        if page.body.len() <= LONGEST_PAGE {
            return (page, extent);
        }
        page.body.truncate(LONGEST_PAGE); // only now: the end of what is left must not be the beginning of a secret
        (page, Extent::Clipped)
    }

    fn blindly_without(&self, secrets: &[&Secret]) -> Self {
        let bytes = |bytes: &[u8]| blank_secrets(bytes, secrets.iter().copied());
        let text = |text: &str| String::from_utf8_lossy(&bytes(text.as_bytes())).into_owned();
        let mut url = self.url.clone();
        url.set_query(self.url.query().map(text).as_deref());
        Self { url, content_type: self.content_type.as_deref().map(text), body: bytes(&self.body) }
    }
}

fn armour(certificates: &[Certificate]) -> Vec<u8> {
    let block = |certificate: &Certificate| {
        let text = STANDARD_NO_PAD.encode(certificate.der());
        format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n")
    };
    certificates.iter().map(block).collect::<String>().into_bytes()
}

type Form = Zeroizing<Vec<u8>>;

fn forms(secret: &str) -> Vec<Form> {
    let escaped_json = serde_json::to_string(secret).unwrap_or_default();
    let mut forms = vec![
        Zeroizing::new(secret.as_bytes().to_vec()),
        Zeroizing::new(escaped_json.trim_matches('"').as_bytes().to_vec()),
        Zeroizing::new(secret.replace('\\', "\\\\").replace('\'', "\\'").into_bytes()), // in a script
    ];
    forms.extend(html_forms(secret));
    forms.extend(percent_forms(secret));
    forms.extend((0..3).flat_map(|offset| base64_forms(secret.as_bytes(), offset)));
    forms.retain(|form| !form.is_empty());
    forms
}

/// By name, by number, and by number in hexadecimal digits; those that write it otherwise write the rest as it is.
fn html_forms(secret: &str) -> impl Iterator<Item = Form> {
    const WRITTEN: [[&str; 4]; 5] = [
        ["&", "&amp;", "&#38;", "&#x26;"],
        ["<", "&lt;", "&#60;", "&#x3c;"],
        [">", "&gt;", "&#62;", "&#x3e;"],
        ["\"", "&quot;", "&#34;", "&#x22;"],
        ["'", "&apos;", "&#39;", "&#x27;"],
    ];
    let written = |secret: &str, column: [usize; 5]| {
        let rows = WRITTEN.iter().zip(column);
        rows.fold(secret.to_owned(), |text, (row, column)| text.replace(row[0], row[column]))
    };
    // Many write the apostrophe by number, or leave it, and the rest by name.
    let columns = [[1; 5], [2; 5], [3; 5], [1, 1, 1, 1, 2], [1, 1, 1, 1, 0], [1, 1, 1, 1, 3]];
    let secret = Zeroizing::new(secret.to_owned());
    columns.into_iter().map(move |column| Zeroizing::new(written(&secret, column).into_bytes()))
}

/// As in an address or a form (RFC 3986 §2.1): digits in either case, a space as `%20` or `+`, and every byte encoded.
fn percent_forms(secret: &str) -> Vec<Form> {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let some = |byte: u8| if unreserved(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    let all = |byte: u8| format!("%{byte:02X}");
    let usual: String = secret.bytes().map(some).collect();
    let every: String = secret.bytes().map(all).collect();
    let form = usual.replace("%20", "+");
    let browsers: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let lower = |text: &str| {
        secret
            .bytes()
            .fold(text.to_owned(), |text, byte| text.replace(&format!("%{byte:02X}"), &format!("%{byte:02x}")))
    };
    let lower_case = [lower(&usual), lower(&every), lower(&form), lower(&browsers)];
    [usual, every, form, browsers].into_iter().chain(lower_case).map(|text| Zeroizing::new(text.into_bytes())).collect()
}

/// Fewer characters of base64 than these occur everywhere by chance and give nothing away.
const SHORTEST_BASE64: usize = 4;

/// The characters of base64 that depend on the secret alone when it starts `offset` bytes into a group of three.
fn base64_forms(secret: &[u8], offset: usize) -> Vec<Form> {
    let mut padded = Zeroizing::new(vec![0; offset]);
    padded.extend_from_slice(secret);
    let first = (offset * 8).div_ceil(6);
    let end = padded.len() * 8 / 6;
    [STANDARD_NO_PAD.encode(padded.as_slice()), URL_SAFE_NO_PAD.encode(padded.as_slice())]
        .into_iter()
        .filter_map(|text| text.as_bytes().get(first..end).map(|own| Zeroizing::new(own.to_vec())))
        .filter(|form| form.len() >= SHORTEST_BASE64)
        .collect()
}

fn blank_form(bytes: &mut [u8], form: &[u8]) {
    let mut start = 0;
    while let Some(window) = bytes.get(start..start + form.len()) {
        if window == form {
            bytes[start..start + form.len()].fill(b'*');
            start += form.len();
        } else {
            start += 1;
        }
    }
}
