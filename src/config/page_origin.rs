//! Which pages may open a chat, as the settings write it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use url::Url;

/// An entry of `origins`: scheme, host and port of pages, as browsers send them in `Origin`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageOrigin {
    written: String,
    pages: Pages,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Pages {
    /// `*`.
    All,
    /// One origin, in the form of browsers: small letters, Punycode, without the usual port.
    One(String),
    /// `https://*.shop.example`: every name below the domain, not the domain itself.
    Below {
        /// With `://`.
        scheme: String,
        /// With a dot before it, and the port behind it where it is not the usual one.
        domain: String,
    },
}

/// Why no browser would ever send this, or why it would let in more than is meant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PageOriginError {
    /// `shop.example.com`
    #[error("a page's origin begins with https:// (or http://): https://{0}")]
    NoScheme(String),
    /// `https://shop.example.com/cart`
    #[error("an origin has no path, ? or #, nor a user's name: {0}")]
    MoreThanOrigin(String),
    /// `null`
    #[error("every sandboxed page and every file says \"null\"; give the page an address of its own")]
    Null,
    /// `wss://chat.example.com`
    #[error("pages have http or https; {0}:// is not where a page is")]
    NotOfPages(String),
    /// `https://m.*.example.com`
    #[error("* stands alone or for the first part of a name, as in https://*.shop.example")]
    Wildcard,
    /// `https://*.com`
    #[error("*.{0} would be everybody's: write the shop's own domain behind the *")]
    TooWide(String),
    /// Whatever else.
    #[error("not an origin such as https://shop.example.com: {0}")]
    Unreadable(url::ParseError),
}

impl PageOrigin {
    /// Whether a page with this `Origin` is meant.
    pub fn holds(&self, origin: &str) -> bool {
        match &self.pages {
            Pages::All => true,
            Pages::One(one) => one.eq_ignore_ascii_case(origin),
            Pages::Below { scheme, domain } => {
                let origin = origin.to_ascii_lowercase();
                let host = origin.strip_prefix(scheme.as_str());
                host.and_then(|host| host.strip_suffix(domain.as_str()))
                    .is_some_and(|name| name.split('.').all(is_label))
            }
        }
    }
}

/// Whether this may stand between two dots of a name.
fn is_label(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

impl FromStr for PageOrigin {
    type Err = PageOriginError;

    fn from_str(text: &str) -> Result<PageOrigin, PageOriginError> {
        Ok(PageOrigin {
            written: text.to_owned(),
            pages: read(text.trim())?,
        })
    }
}

fn read(text: &str) -> Result<Pages, PageOriginError> {
    match text {
        "*" => return Ok(Pages::All),
        "null" => return Err(PageOriginError::Null),
        _ => {}
    }
    let Some((scheme, rest)) = text.split_once("://") else {
        return Err(PageOriginError::NoScheme(text.to_owned()));
    };
    let scheme = scheme.to_ascii_lowercase();
    let below = rest.strip_prefix("*.");
    let rest = below.unwrap_or(rest);
    if rest.contains('*') {
        return Err(PageOriginError::Wildcard);
    }
    if matches!(
        scheme.as_str(),
        "ws" | "wss" | "file" | "ftp" | "data" | "blob" | "javascript"
    ) {
        return Err(PageOriginError::NotOfPages(scheme));
    }
    // Apps that show pages of their own have schemes of their own, whose hosts would not be read as names: `capacitor`.
    let of_web = matches!(scheme.as_str(), "http" | "https");
    let address = format!("{}://{rest}", if of_web { &scheme } else { "https" });
    let address = Url::parse(&address).map_err(PageOriginError::Unreadable)?;
    let bare = address.path() == "/"
        && address.query().is_none()
        && address.fragment().is_none()
        && address.username().is_empty()
        && address.password().is_none();
    if !bare {
        return Err(PageOriginError::MoreThanOrigin(text.to_owned()));
    }
    let host = address.host_str().unwrap_or_default();
    let port = address.port().map(|port| format!(":{port}")).unwrap_or_default();
    if below.is_none() {
        return Ok(Pages::One(format!("{scheme}://{host}{port}")));
    }
    match address.domain() {
        Some(domain) if domain == "localhost" || domain.trim_matches('.').contains('.') => Ok(Pages::Below {
            scheme: format!("{scheme}://"),
            domain: format!(".{domain}{port}"),
        }),
        _ => Err(PageOriginError::TooWide(host.to_owned())),
    }
}

impl fmt::Display for PageOrigin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.written)
    }
}

impl Serialize for PageOrigin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.written)
    }
}

impl<'de> Deserialize<'de> for PageOrigin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn holds(written: &str, origin: &str) -> bool {
        written.parse::<PageOrigin>().unwrap().holds(origin)
    }

    // F8
    #[test]
    fn origins_are_matched_as_they_are_meant() {
        for (written, origin) in [
            ("*", "https://anything.example"),
            ("https://shop.example.com", "https://shop.example.com"),
            ("https://shop.example.com/", "https://shop.example.com"),
            ("HTTPS://Shop.Example.COM", "https://shop.example.com"),
            ("https://pay.example:443/", "https://pay.example"),
            ("http://pay.example:80", "http://pay.example"),
            ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
            ("http://[2001:db8::0:7]:3000", "http://[2001:db8::7]:3000"),
            // Browsers send names of other scripts as Punycode.
            ("https://商店.例子.中国", "https://xn--czrs0t.xn--fsqu00a.xn--fiqs8s"),
            ("https://bücher.example", "https://xn--bcher-kva.example"),
            ("capacitor://localhost", "capacitor://localhost"),
            ("https://*.shop.example", "https://m.shop.example"),
            ("https://*.shop.example", "https://a.b.shop.example"),
            ("https://*.shop.example:443", "https://M.Shop.Example"),
            ("http://*.dev.example:8080", "http://x.dev.example:8080"),
            ("https://*.商店.example", "https://m.xn--czrs0t.example"),
            ("http://*.localhost:3000", "http://shop.localhost:3000"),
        ] {
            assert!(holds(written, origin), "{written} {origin}");
        }
    }

    #[test]
    fn nobody_else_gets_in() {
        for foreign in [
            "https://shop.example",
            "http://m.shop.example",
            "https://m.shop.example:8443",
            "https://evilshop.example",
            "https://.shop.example",
            "https://m..shop.example",
            "https://evil.example#.shop.example",
            "https://evil.example/.shop.example",
            "https://m.shop.example.evil.example",
            "null",
            "",
        ] {
            assert!(!holds("https://*.shop.example", foreign), "{foreign}");
        }
        assert!(!holds("http://*.dev.example:8080", "http://x.dev.example"));
        assert!(!holds("https://shop.example", "http://shop.example"));
        assert!(!holds("https://shop.example", "https://m.shop.example"));
    }

    #[test]
    fn what_no_browser_sends_is_found_with_what_to_write() {
        for (written, said) in [
            ("shop.example.com", "https://shop.example.com"),
            ("", "https://"),
            ("null", "sandboxed"),
            ("https://shop.example.com/cart", "no path"),
            ("https://shop.example.com?x=1", "no path"),
            ("https://me@shop.example.com", "user's name"),
            ("wss://shop.example.com", "wss://"),
            ("file:///home/me/shop.html", "file://"),
            ("https://m.*.example.com", "first part"),
            ("https://*shop.example.com", "first part"),
            ("https://*.*.example.com", "first part"),
            ("https://*.com", "everybody's"),
            ("https://*.127.0.0.1", "everybody's"),
            ("https://", "not an origin"),
            ("https://shop example.com", "not an origin"),
            ("https://shop.example.com:99999", "not an origin"),
        ] {
            let error = written.parse::<PageOrigin>().unwrap_err().to_string();
            assert!(error.contains(said), "{written}: {error}");
        }
    }
}
