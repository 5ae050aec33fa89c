//! The certificates in a page: PEM or base64, in a script, an area or the text itself.
//!
//! Scripts are never run. Their string literals are put together where the script does so with `+`, and the longest runs
//! of base64 are tried; what is neither CMS SignedData nor X.509 is not a certificate, whatever stands around it.

use super::{charset, page::Page, script};
use crate::{
    domain::{Certificate, RawAnswer},
    protocol::pkcs7,
};

/// Shorter ones hold no certificate.
const SHORTEST: usize = 256;
/// Pages that hold more runs than that are no answers.
const MOST: usize = 32;

/// What a page holds, read in the characters that header or page name.
pub fn certificates(answer: &RawAnswer) -> Option<Vec<Certificate>> {
    let kind = answer.content_type.as_deref().unwrap_or_default().to_ascii_lowercase();
    let beginning = answer.body.iter().find(|byte| !byte.is_ascii_whitespace());
    if !kind.contains("html") && beginning != Some(&b'<') {
        return None;
    }
    let charset = charset::decide(None, answer.content_type.as_deref(), &answer.body);
    let found = of_page(&Page::read(&charset::decode(charset, &answer.body)));
    (!found.is_empty()).then_some(found)
}

/// Every certificate once, those of the longest run first.
pub fn of_page(page: &Page) -> Vec<Certificate> {
    let joined = page.scripts.iter().flat_map(|text| script::joined_literals(text));
    let controls = page.forms.iter().flat_map(|form| &form.controls).flat_map(|control| control.values.clone());
    let texts: Vec<String> = joined.chain(controls).chain(page.values.iter().cloned()).collect();
    let mut runs: Vec<String> = texts.iter().flat_map(|text| base64_runs(text)).collect();
    runs.sort_by_key(|run| std::cmp::Reverse(run.len()));
    let mut found = Vec::new();
    for certificate in runs.iter().take(MOST).filter_map(|run| pkcs7::read(run.as_bytes()).ok()).flatten() {
        if !found.contains(&certificate) {
            found.push(certificate);
        }
    }
    found
}

/// White space does not end a run. Words before it would then belong to it, so a run also begins anew where a word
/// begins as all certificates and SignedData do: a sequence (`30`) with a long length or none (`8…`).
fn base64_runs(text: &str) -> Vec<String> {
    let in_run = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c) || c.is_ascii_whitespace();
    let mut runs = Vec::new();
    for segment in text.split(|c: char| !in_run(c)) {
        let words: Vec<&str> = segment.split_ascii_whitespace().collect();
        let first = words.iter().position(|word| word.starts_with("MI"));
        for start in [Some(0), first.filter(|first| *first > 0)].into_iter().flatten() {
            let run = words.iter().skip(start).copied().collect::<String>();
            if run.len() >= SHORTEST {
                runs.push(run);
            }
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_go_over_line_ends_and_begin_anew_at_a_certificate() {
        let base64 = format!("MII{}", "A".repeat(SHORTEST));
        let (first, second) = base64.split_at(64);
        let runs = base64_runs(&format!("Certificate: for taro {first}\r\n {second} (end)"));
        assert!(runs.contains(&base64), "{runs:?}");
    }

    #[test]
    fn short_runs_are_none() {
        assert!(base64_runs("MIIB and so on, 電子証明書").is_empty());
    }
}
