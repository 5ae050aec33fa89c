//! What a secret looks like when it has been left behind: in every encoding that something here may have put it into.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};

/// A secret that was planted.
#[derive(Debug, Clone)]
pub struct Canary {
    /// What the search calls it. The secret itself is in no output, not even of a test.
    pub name: &'static str,
    forms: Vec<Form>,
}

/// One encoding of it, without zeros in front: an empty page is no place to look for one.
#[derive(Debug, Clone)]
pub struct Form {
    pub name: String,
    pub bytes: Vec<u8>,
}

impl Canary {
    pub fn new(name: &'static str, secret: &str) -> Self {
        assert!(secret.len() >= 8, "a shorter one is found by chance");
        let mut canary = Self { name, forms: Vec::new() };
        canary.add("UTF-8", secret.as_bytes());
        canary.add_wide("", secret);
        // As it may be typed: the page takes full-width letters for what they mean.
        let wide: String = secret.chars().map(full_width).collect();
        canary.add("UTF-8, full width", wide.as_bytes());
        canary.add_wide(", full width", &wide);
        for text in [secret, &wide] {
            canary.add("Shift_JIS", &encoding_rs::SHIFT_JIS.encode(text).0);
        }
        canary.add_written(secret);
        canary.add("reversed", secret.chars().rev().collect::<String>().as_bytes());
        canary
    }

    pub fn forms(&self) -> &[Form] {
        &self.forms
    }

    fn add_wide(&mut self, kind: &str, text: &str) {
        let bytes = |pick: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(pick).collect::<Vec<_>>();
        self.add(&format!("UTF-16LE{kind}"), &bytes(u16::to_le_bytes));
        self.add(&format!("UTF-16BE{kind}"), &bytes(u16::to_be_bytes));
        let bytes = |pick: fn(u32) -> [u8; 4]| text.chars().flat_map(|c| pick(u32::from(c))).collect::<Vec<_>>();
        self.add(&format!("UTF-32LE{kind}"), &bytes(u32::to_le_bytes));
        self.add(&format!("UTF-32BE{kind}"), &bytes(u32::to_be_bytes));
    }

    /// As bytes are written down.
    fn add_written(&mut self, secret: &str) {
        let every = |write: fn(u8) -> String| secret.bytes().map(write).collect::<String>();
        self.add("percent", url::form_urlencoded::byte_serialize(secret.as_bytes()).collect::<String>().as_bytes());
        self.add("percent, every byte", every(|byte| format!("%{byte:02X}")).as_bytes());
        self.add("percent, every byte, small", every(|byte| format!("%{byte:02x}")).as_bytes());
        self.add("hexadecimal", every(|byte| format!("{byte:02x}")).as_bytes());
        self.add("hexadecimal, capital", every(|byte| format!("{byte:02X}")).as_bytes());
        self.add("JSON", serde_json::to_string(secret).expect("text").trim_matches('"').as_bytes());
        for offset in 0..3 {
            // The characters that depend on the secret alone.
            let padded = [&[0; 2][..offset], secret.as_bytes()].concat();
            let own = (offset * 8).div_ceil(6)..padded.len() * 8 / 6;
            for text in [STANDARD_NO_PAD.encode(&padded), URL_SAFE_NO_PAD.encode(&padded)] {
                self.add(&format!("base64 at offset {offset}"), text[own.clone()].as_bytes());
            }
        }
    }

    /// One that looks like another is that other.
    fn add(&mut self, name: &str, bytes: &[u8]) {
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        let bytes = bytes[zeros..].to_vec();
        if self.forms.iter().all(|form| form.bytes != bytes) {
            self.forms.push(Form { name: name.to_owned(), bytes });
        }
    }
}

fn full_width(c: char) -> char {
    match c {
        '!'..='~' => char::from_u32(u32::from(c) + 0xFEE0).expect("a full-width sign"),
        other => other,
    }
}
