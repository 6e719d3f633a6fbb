//! Who asks: the client's address behind trusted proxies, and whether the page it comes from may ask.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;
use axum::http::header::{ACCEPT_LANGUAGE, FORWARDED, HOST, ORIGIN};

use crate::config::{Settings, ShopSettings};
use crate::model::{Language, ShopId};

/// The client's address: the peer's, unless the peer is a trusted proxy that says otherwise.
pub(super) fn client_address(peer: IpAddr, headers: &HeaderMap, settings: &Settings) -> IpAddr {
    let gateway = &settings.gateway;
    if !gateway.is_trusted_proxy(peer) {
        return peer;
    }
    // Each proxy appends the address it saw: read from the end, the first that is not a proxy of ours is the client.
    headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .rev()
        .map_while(forwarded_address)
        .find(|address| !gateway.is_trusted_proxy(*address))
        .unwrap_or(peer)
}

/// An address as proxies write it: alone, in brackets, or with a port.
fn forwarded_address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'))
        .unwrap_or(text);
    let address = bare.parse::<IpAddr>().ok();
    let address = address.or_else(|| text.parse::<SocketAddr>().ok().map(|with_port| with_port.ip()));
    address.map(|address| address.to_canonical())
}

/// Whether the request comes from this very machine, and not through a proxy on it, nor from a page whose name was
/// made to point here.
pub(super) fn is_local(peer: IpAddr, headers: &HeaderMap) -> bool {
    peer.to_canonical().is_loopback() && !is_forwarded(headers) && names_this_machine(headers)
}

/// Whether `Host` is a loopback address or `localhost`, or missing.
fn names_this_machine(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(HOST) else { return true };
    let Ok(host) = host.to_str() else { return false };
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost")
        || bare
            .parse::<IpAddr>()
            .is_ok_and(|address| address.to_canonical().is_loopback())
}

/// Whether an address is of this machine or of a private network: nobody comes from there over the internet but through
/// a proxy.
pub(super) fn is_near(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => address.is_loopback() || address.is_private() || address.is_link_local(),
        IpAddr::V6(address) => address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local(),
    }
}

/// Whether a proxy says that it has passed the request on.
pub(super) fn is_forwarded(headers: &HeaderMap) -> bool {
    headers.contains_key("x-forwarded-for") || headers.contains_key("x-real-ip") || headers.contains_key(FORWARDED)
}

/// Where a request comes from, as far as a browser says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Page {
    /// Not from a page (a program, an app), or from a browser that does not say.
    None,
    /// From a page of this server.
    Own,
    /// From a page elsewhere.
    Other(String),
}

impl Page {
    /// Reads the `Origin` header.
    pub fn of(headers: &HeaderMap, settings: &Settings) -> Page {
        let Some(origin) = headers.get(ORIGIN) else {
            return Page::None;
        };
        let Ok(origin) = origin.to_str() else {
            return Page::Other(String::new());
        };
        let host = headers.get(HOST).and_then(|host| host.to_str().ok());
        let same_host = host.is_some_and(|host| {
            ["http://", "https://"].iter().any(|scheme| {
                let rest = origin.strip_prefix(scheme);
                rest.is_some_and(|rest| rest.eq_ignore_ascii_case(host))
            })
        });
        let public = origin_of(&settings.gateway.public_url);
        if same_host || (!public.is_empty() && origin.eq_ignore_ascii_case(public)) {
            Page::Own
        } else {
            Page::Other(origin.to_owned())
        }
    }

    /// Whether a chat with some shop may be opened from here; which shop is known after `hello`.
    pub fn may_chat_somewhere(&self, settings: &Settings) -> bool {
        match self {
            Page::None | Page::Own => true,
            Page::Other(origin) => settings.shops.values().any(|shop| lists(shop, origin)),
        }
    }

    /// Whether a chat with this shop may be opened from here.
    pub fn may_chat(&self, shop: &ShopId, settings: &Settings) -> bool {
        match self {
            Page::None | Page::Own => true,
            Page::Other(origin) => settings
                .shops
                .get(shop.as_str())
                .is_some_and(|shop| lists(shop, origin)),
        }
    }

    /// Whether what only agents may do can be done from here.
    pub fn may_act_as_agent(&self) -> bool {
        !matches!(self, Page::Other(_))
    }
}

/// An address without its path: a proxy may serve all this below one.
fn origin_of(address: &str) -> &str {
    let host = address.find("://").map_or(0, |at| at + 3);
    let end = address[host..].find('/').map_or(address.len(), |at| host + at);
    &address[..end]
}

fn lists(shop: &ShopSettings, origin: &str) -> bool {
    shop.origins.iter().any(|allowed| allowed.holds(origin))
}

/// The language of refusals before a client has said its own.
pub(super) fn language(headers: &HeaderMap) -> Language {
    headers
        .get(ACCEPT_LANGUAGE)
        .and_then(|tags| tags.to_str().ok())
        .and_then(|tags| tags.split(',').find_map(Language::from_tag))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn own_pages_and_listed_pages_may_chat_and_no_others() {
        let mut settings = Settings::default();
        settings.gateway.public_url = "https://chat.example.com".into();
        settings.shops.insert(
            "demo".into(),
            ShopSettings {
                origins: vec!["https://shop.example.com/".parse().unwrap()],
                ..ShopSettings::default()
            },
        );
        let page = |origin: &str| Page::of(&headers(&[("host", "127.0.0.1:8080"), ("origin", origin)]), &settings);
        let demo = ShopId::new("demo");
        for own in [
            "http://127.0.0.1:8080",
            "https://127.0.0.1:8080",
            "https://chat.example.com",
        ] {
            assert_eq!(page(own), Page::Own);
        }
        assert!(page("https://shop.example.com").may_chat(&demo, &settings));
        assert!(!page("https://shop.example.com").may_chat(&ShopId::new("other"), &settings));
        assert!(!page("https://shop.example.com").may_act_as_agent());
        for foreign in [
            "https://evil.example",
            "null",
            "http://127.0.0.1:8080.evil.example",
            "http://127.0.0.1",
        ] {
            assert!(!page(foreign).may_chat_somewhere(&settings), "{foreign}");
            assert!(!page(foreign).may_act_as_agent());
        }
        assert_eq!(Page::of(&headers(&[("host", "a")]), &settings), Page::None);
        // F36
        settings.gateway.public_url = "https://www.example.com/kefu".into();
        let page = |origin: &str| Page::of(&headers(&[("host", "127.0.0.1:8080"), ("origin", origin)]), &settings);
        assert_eq!(page("https://www.example.com"), Page::Own);
        assert!(!page("https://www.example.com.evil.example").may_act_as_agent());
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        let mut settings = Settings::default();
        let forwarded = headers(&[("x-forwarded-for", "6.6.6.6, 9.9.9.9, 10.0.0.2")]);
        let proxy: IpAddr = "10.0.0.1".parse().unwrap();
        assert_eq!(client_address(proxy, &forwarded, &settings), proxy);
        settings.gateway.trusted_proxies = vec!["10.0.0.0/29".parse().unwrap()];
        assert_eq!(client_address(proxy, &forwarded, &settings).to_string(), "9.9.9.9");
        for (written, meant) in [
            ("9.9.9.9:51234", "9.9.9.9"),
            ("[2001:db8::7]", "2001:db8::7"),
            ("[2001:db8::7]:443, 10.0.0.2", "2001:db8::7"),
            ("::ffff:9.9.9.9", "9.9.9.9"),
            ("6.6.6.6, unknown, 10.0.0.2", "10.0.0.1"),
            ("", "10.0.0.1"),
        ] {
            let headers = headers(&[("x-forwarded-for", written)]);
            assert_eq!(
                client_address(proxy, &headers, &settings).to_string(),
                meant,
                "{written}"
            );
        }
    }

    #[test]
    fn only_this_machine_under_its_own_name_is_local() {
        let here: IpAddr = "127.0.0.1".parse().unwrap();
        assert!(is_local(here, &HeaderMap::new()));
        for host in [
            "127.0.0.1:8080",
            "localhost:8080",
            "LOCALHOST",
            "[::1]:8080",
            "127.0.0.9",
        ] {
            assert!(is_local(here, &headers(&[("host", host)])), "{host}");
        }
        for host in [
            "evil.example:8080",
            "chat.example.com",
            "10.0.0.1",
            "localhost.evil.example",
        ] {
            assert!(!is_local(here, &headers(&[("host", host)])), "{host}");
        }
        assert!(!is_local(here, &headers(&[("x-forwarded-for", "6.6.6.6")])));
        assert!(!is_local("10.0.0.1".parse().unwrap(), &HeaderMap::new()));
    }
}
