//! Cookies of one session with one host: name, value and path, nothing that outlives it (RFC 6265).
//!
//! Every address of a session has the same host and is https, so `Domain` and `Secure` have nothing left to decide.

use url::Url;

/// More than any bank sets, and an end to what a server can make this program hold.
const MOST: usize = 64;
const LONGEST: usize = 4096;

#[derive(Debug, Default)]
pub struct Jar(Vec<Cookie>);

#[derive(Debug, PartialEq, Eq)]
struct Cookie {
    name: String,
    value: String,
    path: String,
}

impl Jar {
    /// Takes one `Set-Cookie` from an answer of `url`.
    pub fn take(&mut self, url: &Url, header: &str) {
        let mut parts = header.split(';');
        let pair = parts.next().and_then(|pair| pair.split_once('='));
        let Some((name, value)) = pair.map(|(name, value)| (name.trim(), value.trim())) else { return };
        let breaks_out = |text: &str| text.chars().any(char::is_control);
        if name.is_empty() || header.len() > LONGEST || breaks_out(name) || breaks_out(value) {
            return;
        }
        let mut path = default_path(url);
        let mut over = false;
        for (attribute, value) in parts.map(|part| part.split_once('=').unwrap_or((part, ""))) {
            match attribute.trim().to_ascii_lowercase().as_str() {
                "path" if value.trim().starts_with('/') => path = value.trim().to_owned(),
                "max-age" => over = value.trim().parse::<i64>().is_ok_and(|seconds| seconds <= 0),
                // The year is enough to tell "never" from "not any more", which is all that it is used for.
                "expires" => over |= value.contains("1970"),
                _ => {}
            }
        }
        let cookie = Cookie { name: name.to_owned(), value: value.to_owned(), path };
        let same = |other: &Cookie| other.name == cookie.name && other.path == cookie.path;
        match (self.0.iter().position(same), over) {
            (Some(place), true) => drop(self.0.remove(place)),
            (Some(place), false) => self.0[place] = cookie,
            (None, false) if self.0.len() < MOST => self.0.push(cookie),
            (None, _) => {}
        }
    }

    /// The header for a request to `url`: longer paths first, older cookies before newer ones (§5.4).
    pub fn header(&self, url: &Url) -> Option<String> {
        let mut fitting: Vec<&Cookie> = self.0.iter().filter(|cookie| cookie.fits(url.path())).collect();
        fitting.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let pairs: Vec<String> = fitting.iter().map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }
}

impl Cookie {
    /// §5.1.4
    fn fits(&self, path: &str) -> bool {
        path.strip_prefix(&self.path)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || self.path.ends_with('/'))
    }
}

/// Up to the last slash of the address (§5.1.4).
fn default_path(url: &Url) -> String {
    match url.path().rsplit_once('/') {
        None | Some(("", _)) => "/".to_owned(),
        Some((folder, _)) => folder.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(path: &str) -> Url {
        Url::parse("https://localhost:3").and_then(|url| url.join(path)).expect("a path")
    }

    fn jar(headers: &[&str]) -> Jar {
        let mut jar = Jar::default();
        headers.iter().for_each(|header| jar.take(&url("/sscm//client/a.htm"), header));
        jar
    }

    #[test]
    fn a_cookie_comes_back_where_its_path_fits() {
        let jar = jar(&["S=1; path=/; HttpOnly; Secure", "T = 2 ", "U=a=b; Path=/sscm//cgi-bin"]);
        assert_eq!(jar.header(&url("/sscm//client/b.htm")).as_deref(), Some("T=2; S=1"));
        assert_eq!(jar.header(&url("/sscm//cgi-bin/x.exe")).as_deref(), Some("U=a=b; S=1"));
        assert_eq!(jar.header(&url("/sscm//cgi-binary")).as_deref(), Some("S=1"));
    }

    #[test]
    fn a_later_value_takes_the_place_and_an_end_takes_it_away() {
        let here = url("/sscm//client/");
        assert_eq!(jar(&["S=1", "S=2"]).header(&here).as_deref(), Some("S=2"));
        for end in ["S=; Max-Age=0", "S=x; max-age=-5", "S=; expires=Thu, 01-Jan-1970 00:00:00 GMT"] {
            assert_eq!(jar(&["S=1", end]).header(&here), None, "{end}");
        }
    }

    #[test]
    fn what_is_no_cookie_is_not_kept() {
        let long = format!("S={}", "x".repeat(LONGEST));
        for header in ["", ";", "=1", "S", "S=1\u{1}", "\u{7f}=1", &long] {
            assert_eq!(jar(&[header]).header(&url("/sscm//client/")), None, "{header:?}");
        }
    }

    #[test]
    fn a_server_cannot_fill_the_memory() {
        let mut jar = Jar::default();
        (0..1000).for_each(|number| jar.take(&url("/"), &format!("c{number}=1")));
        assert_eq!(jar.0.len(), MOST);
    }
}
