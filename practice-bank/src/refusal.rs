//! No, in the bank's words, and in the form in which this bank says no.

use hyper::{
    Response, StatusCode,
    header::{HeaderName, RETRY_AFTER, WWW_AUTHENTICATE},
};
use serde_json::{Value, json};

use crate::{
    Fault, Oddity,
    credentials::Credentials,
    csr::Flaw,
    decision::{Decision, RetryAfter},
    oddity::Oddities,
    page::escaped,
    reply::{Body, answer, json as as_json, text, typed_json, with},
    rules::Closed,
};

const BASIC: &str = "Basic realm=\"practice-bank\", charset=\"UTF-8\"";
const DIGEST: &str =
    "Digest realm=\"practice-bank\", qop=\"auth\", algorithm=SHA-256, nonce=\"cHJhY3RpY2U\", opaque=\"MA\"";

/// A decision, sorted by how it is told.
#[derive(Debug)]
pub(crate) enum Verdict {
    Refused(Refusal),
    Deferred(RetryAfter),
    Broken(Fault),
    Issued { chain: Vec<Vec<u8>>, fault: Option<Fault> },
}

impl From<Decision> for Verdict {
    fn from(decision: Decision) -> Self {
        Self::Refused(match decision {
            Decision::Challenge => Refusal::challenge(),
            Decision::WrongNumber { tries_left } => Refusal::wrong_number(tries_left),
            Decision::Locked => Refusal::locked(),
            Decision::Closed(closed) => Refusal::closed(closed),
            Decision::Maintenance => Refusal::maintenance(),
            Decision::NoCertificate => Refusal::no_certificate(),
            Decision::OldCertificate => Refusal::old_certificate(),
            Decision::RevokedCertificate => Refusal::revoked_certificate(),
            Decision::ExpiredCertificate => Refusal::expired_certificate(),
            Decision::Flawed(flaw) => Refusal::flawed(flaw),
            Decision::Deferred(retry_after) => return Self::Deferred(retry_after),
            Decision::Broken(fault) => return Self::Broken(fault),
            Decision::Issued { chain, fault } => return Self::Issued { chain, fault },
        })
    }
}

/// One refusal.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub status: StatusCode,
    /// As banks number them; what only a program can get wrong has none.
    pub code: Option<&'static str>,
    pub words: String,
    pub tries_left: Option<u32>,
    header: Option<(HeaderName, &'static str)>,
}

impl Refusal {
    /// For programs: plain text.
    pub fn technical(status: StatusCode, words: impl Into<String>) -> Self {
        Self { status, code: None, words: words.into(), tries_left: None, header: None }
    }

    /// For people: code and wording of the bank.
    pub fn spoken(status: StatusCode, code: &'static str, words: &str) -> Self {
        Self { code: Some(code), ..Self::technical(status, words) }
    }

    pub fn challenge() -> Self {
        Self::technical(StatusCode::UNAUTHORIZED, "credentials are needed (RFC 7030 section 3.2.3)")
    }

    pub fn wrong_number(tries_left: Option<u32>) -> Self {
        let words = "証明書ファイルは取得できませんでした。認証に失敗しました。";
        Self { tries_left, ..Self::spoken(StatusCode::UNAUTHORIZED, "E01", words) }
    }

    pub fn locked() -> Self {
        let words = "番号相違7回目でロック状態となりますのでご注意ください。ただいまロック状態です。";
        Self::spoken(StatusCode::FORBIDDEN, "E02", words)
    }

    pub fn closed(closed: Closed) -> Self {
        let (code, words) = match closed {
            Closed::NothingThere => ("E03", "証明書が作成されていないか、もしくは既に証明書を取得済みです。"),
            Closed::PickupExpired => {
                ("E04", "取得期限が過ぎています。80日間を過ぎますと電子証明書の取得ができなくなります。")
            }
            Closed::AfterExpiryPassed => (
                "E05",
                "有効期限経過後90日が経っても電子証明書を取得されなかったため、金庫店頭窓口への届出が必要です。",
            ),
            Closed::MustRevokeFirst => ("E19", "有効期限が経過した電子証明書の発行(更新)は「失効」手続きが必要です。"),
        };
        Self::spoken(StatusCode::FORBIDDEN, code, words)
    }

    pub fn maintenance() -> Self {
        let words = "501 ただ今、サービスメンテナンス中のためご利用いただけません。";
        let header = Some((RETRY_AFTER, "3600"));
        Self { header, ..Self::spoken(StatusCode::SERVICE_UNAVAILABLE, "E13", words) }
    }

    pub fn no_certificate() -> Self {
        let words = "400 端末の認証に失敗しました。入力内容を確認してください。";
        Self::spoken(StatusCode::FORBIDDEN, "E12", words)
    }

    pub fn old_certificate() -> Self {
        let words = "電子証明書が異なります。新しい電子証明書をお使いください。";
        Self::spoken(StatusCode::FORBIDDEN, "E07", words)
    }

    pub fn revoked_certificate() -> Self {
        let words = "この電子証明書は失効しています。再発行の手続きが必要です。";
        Self::spoken(StatusCode::FORBIDDEN, "E03", words)
    }

    pub fn expired_certificate() -> Self {
        let words = "証明書の有効期限満了のエラーです。更新ではなく、再取得の手続きが必要です。";
        Self::spoken(StatusCode::FORBIDDEN, "E06", words)
    }

    pub fn flawed(flaw: Flaw) -> Self {
        Self::technical(flaw.status(), flaw.to_string())
    }

    /// The answer; an oddity that shows on it is used up.
    pub fn into_response(self, oddities: &Oddities, sent: Option<&Credentials>) -> Response<Body> {
        let forms = [Oddity::ErrorJson, Oddity::ErrorProblemJson, Oddity::ErrorHtml, Oddity::ErrorEchoesInputs];
        let response = match (oddities.take_one_of(&forms), self.code) {
            (Some(Oddity::ErrorProblemJson), _) => typed_json(self.status, "application/problem+json", &self.problem()),
            (Some(Oddity::ErrorHtml), _) => self.page(""),
            (Some(Oddity::ErrorEchoesInputs), _) => self.page(&echo(sent)),
            (None, None) => text(self.status, &self.words),
            _ => as_json(self.status, &self.plain()),
        };
        let response = match self.header {
            Some((name, value)) => with(response, name, value),
            None => response,
        };
        match self.status {
            StatusCode::UNAUTHORIZED => challenged(response, oddities),
            _ => response,
        }
    }

    fn plain(&self) -> Value {
        let mut body = json!({ "message": self.words });
        if let Some(code) = self.code {
            body["code"] = code.into();
        }
        if let Some(left) = self.tries_left {
            body["tries_left"] = left.into();
        }
        body
    }

    /// RFC 9457 §3.1.
    fn problem(&self) -> Value {
        let mut body = self.plain();
        body["type"] = "about:blank".into();
        body["title"] = self.status.canonical_reason().into();
        body["status"] = self.status.as_u16().into();
        body["detail"] = self.words.as_str().into();
        body
    }

    fn page(&self, more: &str) -> Response<Body> {
        let code = self.code.map(|code| format!("<p>エラーコード {code}</p>")).unwrap_or_default();
        let words = escaped(&self.words);
        let page = format!(
            "<!doctype html>\n<html lang=\"ja\">\n<title>エラー(練習用)</title>\n\
             <h1>電子証明書取得・更新エラー</h1>\n<p>{words}</p>\n{code}\n{more}</html>\n"
        );
        answer(self.status, "text/html; charset=utf-8", page)
    }
}

/// What careless servers do: a client must neither show nor keep this.
fn echo(sent: Option<&Credentials>) -> String {
    let row = |name: &str, value: &str| format!("<dt>{name}</dt><dd>{}</dd>", escaped(value));
    let rows = sent.map(|sent| row("ID", &sent.user) + &row("暗証番号", &sent.password)).unwrap_or_default();
    format!("<p>入力内容</p><dl>{rows}</dl>\n")
}

/// A 401 names at least one way in (RFC 9110 §15.5.2); the one that works may stand last.
fn challenged(response: Response<Body>, oddities: &Oddities) -> Response<Body> {
    let response = match oddities.take(Oddity::SeveralWwwAuthenticate) {
        true => with(with(response, WWW_AUTHENTICATE, "Negotiate"), WWW_AUTHENTICATE, DIGEST),
        false => response,
    };
    with(response, WWW_AUTHENTICATE, BASIC)
}
