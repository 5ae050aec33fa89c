//! Going from page to page as a browser would, over connections that are pinned, to one origin, within one deadline.

use std::{
    fmt,
    time::{Duration, Instant},
};

use url::Url;

use super::{
    super::{
        Connected, Keeper, ProtocolError, RawAnswer, Transport, TransportError,
        transport::{ConnectError, LostCause, Method, Request, Response, Torn},
    },
    charset::{decide, decode},
    cookie::Jar,
    encode::{Encoded, encode, url_encoded},
    form::{Filling, Form, FormMethod},
    page::Page,
    script::submitted_form,
};
use crate::domain::{Charset, Extent, SpkiHash};

/// Everything together, as for EST.
const ASK: Duration = Duration::from_secs(90);
/// On the way from one page to the next.
const MOST_HOPS: usize = 5;
/// A refresh that waits longer is no part of the way: pages log out by it.
const LONGEST_REFRESH: u32 = 10;

/// One session with the server that was shown on trust page 1.
pub struct Visit<'a> {
    transport: &'a dyn Transport,
    start: &'a Url,
    pin: SpkiHash,
    /// Stronger than what pages say of themselves.
    charset: Option<Charset>,
    jar: Jar,
    until: Instant,
    connected: Option<Connected>,
    keeper: &'a dyn Keeper,
    told: Told,
}

/// What of the user's may have left this PC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    Nothing,
    Something,
}

/// A page that has been reached.
pub struct Landing {
    pub url: Url,
    pub status: u16,
    pub page: Page,
    pub html: String,
    asked: FormMethod,
    charset: Charset,
    response: Response,
}

/// A page may repeat what a user typed.
impl fmt::Debug for Landing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Landing({} {})", self.status, self.url.path())
    }
}

/// What is sent next.
#[derive(Debug)]
pub enum Hop {
    Get { url: Url, after: Duration },
    Post { url: Url, form: Encoded },
}

impl<'a> Visit<'a> {
    /// `connected` runs before the first byte of the user's.
    pub fn new(
        transport: &'a dyn Transport,
        start: &'a Url,
        pin: SpkiHash,
        charset: Option<Charset>,
        connected: Connected,
    ) -> Self {
        let until = Instant::now() + ASK;
        let (jar, connected) = (Jar::default(), Some(connected));
        Self { transport, start, pin, charset, jar, until, connected, keeper: &(), told: Told::Nothing }
    }

    /// From the first byte of the user's on, every page goes to `keeper` before it is read.
    pub fn keeping(self, keeper: &'a dyn Keeper) -> Self {
        Self { keeper, ..self }
    }

    pub fn told(&self) -> Told {
        self.told
    }

    /// Always afresh: what stands in its hidden inputs may be good for one time only.
    pub async fn begin(&mut self) -> Result<Landing, ProtocolError> {
        self.go(Hop::Get { url: self.start.clone(), after: Duration::ZERO }, Told::Nothing).await
    }

    /// Follows what follows by itself until `enough`, or until nothing does.
    pub async fn settle(
        &mut self,
        mut landing: Landing,
        enough: impl Fn(&Landing) -> bool + Send,
    ) -> Result<Landing, ProtocolError> {
        for _ in 0..MOST_HOPS {
            if enough(&landing) {
                break;
            }
            let Some(hop) = landing.next(self.start) else { break };
            landing = self.go(hop, Told::Nothing).await?;
        }
        Ok(landing)
    }

    /// One exchange. `tells`: what of the user's it carries. Nothing is ever sent twice.
    pub async fn go(&mut self, hop: Hop, tells: Told) -> Result<Landing, ProtocolError> {
        let (url, asked, method) = match hop {
            Hop::Get { url, after } => {
                if !after.is_zero() {
                    tokio::time::sleep(after.min(self.left())).await;
                }
                (url, FormMethod::Get, Method::Get)
            }
            Hop::Post { url, form: Encoded { content_type, body } } => {
                (url, FormMethod::Post, Method::Post { content_type, headers: Vec::new(), body })
            }
        };
        if self.left().is_zero() {
            return Err(self.out_of_time());
        }
        let torn = Torn::default();
        let request = Request {
            url: url.clone(),
            method,
            basic: None,
            cookies: self.jar.header(&url),
            pin: Some(self.pin),
            identity: None,
            connected: if tells == Told::Something { self.connected.take() } else { None },
            torn: Some(Torn::clone(&torn)),
            deadline: self.left(),
        };
        let outcome = self.transport.exchange(request).await;
        if (self.told, tells) != (Told::Nothing, Told::Nothing) {
            self.keep(&url, outcome.as_ref().ok().map(|response| (response, Extent::Whole)));
            self.keep(&url, torn.get().map(|response| (response, Extent::Torn)));
        }
        let response = outcome.map_err(|error| self.failed(error, tells))?;
        if tells == Told::Something {
            self.told = Told::Something;
        }
        response.set_cookies.iter().for_each(|header| self.jar.take(&url, header));
        Ok(Landing::new(url, asked, response, self.charset))
    }

    fn keep(&self, url: &Url, came: Option<(&Response, Extent)>) {
        let Some((Response { content_type, body, .. }, extent)) = came else { return };
        let mut url = url.clone();
        url.set_fragment(None);
        self.keeper.keep(RawAnswer { url, content_type: content_type.clone(), body: body.clone() }, extent);
    }

    fn left(&self) -> Duration {
        self.until.saturating_duration_since(Instant::now())
    }

    fn out_of_time(&self) -> ProtocolError {
        match self.told {
            Told::Nothing => ProtocolError::NotSent(ConnectError::Timeout.into()),
            Told::Something => ProtocolError::AnswerLost(TransportError::Lost(LostCause::Timeout)),
        }
    }

    fn failed(&self, error: TransportError, tells: Told) -> ProtocolError {
        match (self.told, tells, &error) {
            (Told::Nothing, Told::Nothing, _) | (Told::Nothing, Told::Something, TransportError::Connect(_)) => {
                ProtocolError::NotSent(error)
            }
            _ => ProtocolError::AnswerLost(error),
        }
    }
}

impl Landing {
    fn new(url: Url, asked: FormMethod, response: Response, charset: Option<Charset>) -> Self {
        let charset = decide(charset, response.content_type.as_deref(), &response.body);
        let html = decode(charset, &response.body);
        Self { page: Page::read(&html), status: response.status, url, html, asked, charset, response }
    }

    pub fn response(&self) -> &Response {
        &self.response
    }

    pub fn charset(&self) -> Charset {
        self.charset
    }

    /// As it came. Of a page the type names the characters in which it was read, so that it is read alike later.
    pub fn raw(&self) -> RawAnswer {
        let content_type = self.response.content_type.as_deref();
        let kind = content_type.and_then(|value| value.split(';').next()).map(str::trim);
        let content_type = match kind {
            Some(kind) if !kind.to_ascii_lowercase().contains("html") => content_type.map(str::to_owned),
            _ => Some(format!("{}; charset={}", kind.unwrap_or("text/html"), self.charset.encoding().name())),
        };
        let mut url = self.url.clone();
        url.set_fragment(None);
        RawAnswer { url, content_type, body: self.response.body.clone() }
    }

    /// The named form, filled. `None`: this is not the page with that form.
    pub fn fill(&self, form: Option<&str>, filling: &Filling, start: &Url) -> Option<Hop> {
        let form = self.page.form(form)?;
        // What a user types never goes into an address.
        if form.method()? != FormMethod::Post {
            return None;
        }
        self.sends(form, filling, start)
    }

    /// What happens next without anybody doing anything, if that stays with the same server.
    pub fn next(&self, start: &Url) -> Option<Hop> {
        let get = |address: &str, after| Some(Hop::Get { url: self.resolve(address, start)?, after });
        match (self.status, &self.response.location) {
            (301..=303, Some(location)) => return get(location, Duration::ZERO),
            // Elsewhere the same again: a GET is, and a POST is never sent twice.
            (307 | 308, Some(location)) if self.asked == FormMethod::Get => return get(location, Duration::ZERO),
            (300..400, _) => return None,
            _ => {}
        }
        if let Some(form) = submitted_form(&self.page).and_then(|named| named.of(&self.page)) {
            return self.sends(form, &Filling::default(), start);
        }
        let refresh = self.page.refresh.as_ref().filter(|refresh| refresh.seconds <= LONGEST_REFRESH)?;
        get(&refresh.address, Duration::from_secs(u64::from(refresh.seconds)))
    }

    fn sends(&self, form: &Form, filling: &Filling, start: &Url) -> Option<Hop> {
        let mut url = self.resolve(form.action.as_deref().unwrap_or_default(), start)?;
        let entries = form.entries(filling)?;
        let charset = form.charset(self.charset);
        match form.method()? {
            FormMethod::Get => {
                url.set_query(Some(&url_encoded(&entries, charset)));
                Some(Hop::Get { url, after: Duration::ZERO })
            }
            FormMethod::Post => Some(Hop::Post { url, form: encode(&entries, form.encoding()?, charset)? }),
        }
    }

    /// An address of the page, when it is of the same origin as `start` and brings no user name of its own.
    fn resolve(&self, address: &str, start: &Url) -> Option<Url> {
        let address = address.trim();
        let base = self.page.base.as_deref().filter(|_| !address.is_empty());
        let base = base.and_then(|base| self.url.join(base).ok());
        let url = base.as_ref().unwrap_or(&self.url).join(address).ok()?;
        let same = url.origin() == start.origin() && url.username().is_empty() && url.password().is_none();
        same.then_some(url)
    }
}
