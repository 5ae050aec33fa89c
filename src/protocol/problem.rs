//! What an error answer says: untyped, text, HTML, JSON or problem+json (RFC 9457).

use serde_json::Value;

pub use crate::domain::Meaning;

/// The readable part of an error answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub meaning: Option<Meaning>,
    pub tries_left: Option<u32>,
    /// One paragraph without markup, at most [`MAX_TEXT`] characters.
    pub text: String,
}

/// Longest text that is kept for the report, in characters.
pub const MAX_TEXT: usize = 500;

/// Longest error answer that is looked into, in bytes; what a bank has to say stands at the beginning.
const MAX_READ: usize = 1 << 16;

impl Problem {
    /// `content_type` is only a hint: servers send JSON as text and HTML as anything.
    pub fn read(content_type: Option<&str>, body: &[u8]) -> Self {
        let body = String::from_utf8_lossy(body.get(..MAX_READ).unwrap_or(body));
        let json = serde_json::from_str::<Value>(&body).ok().filter(Value::is_object);
        let text = match &json {
            Some(fields) => json_text(fields),
            None if looks_like_markup(content_type, &body) => without_markup(&body),
            None => body.into_owned(),
        };
        let text = one_paragraph(&text);
        let code = json.as_ref().and_then(|fields| fields.get("code")).and_then(Value::as_str);
        let tries_left = json.as_ref().and_then(|fields| fields.get("tries_left")).and_then(Value::as_u64);
        let meaning = code.and_then(Meaning::of_code).or_else(|| meaning_of_words(&text));
        Self {
            meaning,
            tries_left: tries_left.and_then(|tries| u32::try_from(tries).ok()),
            text: text.chars().take(MAX_TEXT).collect(),
        }
    }
}

/// The usual wordings, the narrower before the wider: 「端末の認証に失敗」 is not about numbers, and a sentence about
/// failed authentication may go on to warn of the lock.
const WORDINGS: [(&str, Meaning); 15] = [
    ("メンテナンス", Meaning::Maintenance),
    ("端末の認証に失敗", Meaning::NotAuthorized),
    ("認証に失敗しました", Meaning::WrongNumbers),
    ("証明書が作成されていない", Meaning::NothingToTake),
    ("証明書を取得済み", Meaning::NothingToTake),
    ("電子証明書の取得ができなくなります", Meaning::PickupExpired),
    ("取得期限が過ぎ", Meaning::PickupExpired),
    ("「失効」手続きが必要", Meaning::MustRevokeFirst),
    ("有効期限経過後", Meaning::AfterExpiryPassed),
    ("店頭窓口への届出", Meaning::AfterExpiryPassed),
    ("有効期限満了", Meaning::Expired),
    ("電子証明書が異なります", Meaning::OtherCertificate),
    ("ロック状態", Meaning::Locked),
    ("ロックされ", Meaning::Locked),
    ("相違", Meaning::WrongNumbers),
];

fn meaning_of_words(text: &str) -> Option<Meaning> {
    let worded = || WORDINGS.iter().find(|(wording, _)| text.contains(wording)).map(|(_, meaning)| *meaning);
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    words.filter_map(Meaning::of_code).next().or_else(worded)
}

/// Members that hold a sentence, the most telling first (RFC 9457 §3.1).
const TEXT_MEMBERS: [&str; 7] = ["detail", "message", "text", "title", "error_description", "error", "code"];

fn json_text(fields: &Value) -> String {
    let member = TEXT_MEMBERS.iter().find_map(|name| fields.get(name).and_then(Value::as_str));
    member.unwrap_or_default().to_owned()
}

fn looks_like_markup(content_type: Option<&str>, body: &str) -> bool {
    content_type.is_some_and(|kind| kind.contains("html") || kind.contains("xml")) || body.trim_start().starts_with('<')
}

/// Text between tags, without scripts and styles.
fn without_markup(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        text.push(' ');
        rest = after_tag(after);
    }
    text.push_str(rest);
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " "), ("&amp;", "&")]
        .iter()
        .fold(text, |text, (entity, character)| text.replace(entity, character))
}

/// What follows a tag whose `<` is already gone; nobody reads what stands inside script and style.
fn after_tag(tag: &str) -> &str {
    let name: String = tag.chars().take_while(char::is_ascii_alphabetic).map(|c| c.to_ascii_lowercase()).collect();
    let end = match name.as_str() {
        "script" | "style" => tag.to_ascii_lowercase().find(&format!("</{name}")).unwrap_or(tag.len()),
        _ => 0,
    };
    let closing = tag.get(end..).unwrap_or_default();
    closing.split_once('>').map_or("", |(_, after)| after)
}

fn one_paragraph(text: &str) -> String {
    let printable: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    printable.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Problem {
        Problem::read(None, body.as_bytes())
    }

    #[test]
    fn a_json_code_says_what_it_means() {
        let problem = read(r#"{"code":"E01","tries_left":3,"message":"暗証番号等の相違エラー"}"#);
        assert_eq!(problem.meaning, Some(Meaning::WrongNumbers));
        assert_eq!(problem.tries_left, Some(3));
        assert_eq!(problem.text, "暗証番号等の相違エラー");
    }

    #[test]
    fn the_wordings_of_banks_are_understood() {
        let wordings = [
            ("証明書ファイルは取得できませんでした。認証に失敗しました。", Meaning::WrongNumbers),
            ("暗証番号等の相違エラー", Meaning::WrongNumbers),
            ("番号相違7回目でロック状態となりますのでご注意ください", Meaning::Locked),
            ("認証に失敗しました。番号相違7回目でロック状態となりますのでご注意ください", Meaning::WrongNumbers),
            ("証明書が作成されていないか、もしくは既に証明書を取得済みです。", Meaning::NothingToTake),
            ("80日間を過ぎますと電子証明書の取得ができなくなります", Meaning::PickupExpired),
            ("有効期限経過後90日が経っているため、金庫店頭窓口への届出が必要です。", Meaning::AfterExpiryPassed),
            ("証明書の有効期限満了のエラー", Meaning::Expired),
            ("電子証明書が異なります", Meaning::OtherCertificate),
            ("有効期限が経過した電子証明書の発行(更新)は「失効」手続きが必要です。", Meaning::MustRevokeFirst),
            ("request refused (E05)", Meaning::AfterExpiryPassed),
            ("400 端末の認証に失敗しました。入力内容を確認してください。", Meaning::NotAuthorized),
            ("501 ただ今、サービスメンテナンス中のためご利用いただけません。", Meaning::Maintenance),
            ("request refused (E02)", Meaning::Locked),
        ];
        for (wording, meaning) in wordings {
            assert_eq!(read(wording).meaning, Some(meaning), "{wording}");
        }
    }

    #[test]
    fn a_bare_refusal_means_nothing_in_particular() {
        for body in ["", "Unauthorized", "<h1>401</h1>", "{}", "E011", "\u{0}\u{1}"] {
            assert_eq!(read(body).meaning, None, "{body:?}");
        }
    }

    #[test]
    fn markup_and_scripts_are_left_out() {
        let html = "<!DOCTYPE html><html><head><STYLE>b{}</style><script>var a = '<b>x</b>';</SCRIPT></head>\
                    <body><p>ただ今\n<b>メンテナンス</b>中です &amp; &lt;終了&gt;</p>";
        assert_eq!(read(html).text, "ただ今 メンテナンス 中です & <終了>");
    }

    #[test]
    fn markup_that_never_ends_is_survived() {
        for html in ["<", "<p", "<script>", "<script", "</", "<<<>>", "<style><b"] {
            let _ = Problem::read(Some("text/html"), html.as_bytes());
        }
    }

    #[test]
    fn a_long_text_is_cut_at_a_character() {
        let problem = Problem::read(None, "あ".repeat(MAX_TEXT + 1).as_bytes());
        assert_eq!(problem.text.chars().count(), MAX_TEXT);
    }

    #[test]
    fn a_problem_json_gives_its_detail() {
        let body = r#"{"type":"about:blank","title":"Forbidden","status":403,"detail":"既に証明書を取得済みです"}"#;
        let problem = Problem::read(Some("application/problem+json"), body.as_bytes());
        assert_eq!(
            (problem.meaning, problem.text.as_str()),
            (Some(Meaning::NothingToTake), "既に証明書を取得済みです")
        );
    }
}
