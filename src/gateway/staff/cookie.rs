//! The cookie that carries a session.

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;

use super::App;

/// The cookie's name over plain HTTP, and at servers of the version before.
const NAME: &str = "yingda_session";
/// Its name over HTTPS: browsers take a cookie of this kind from this very host only, so that no other one below the same
/// domain can put its own in the place.
const HOST_NAME: &str = "__Host-yingda_session";

/// The session's token that a request carries. Of several the one that only this host can have set comes first.
pub(super) fn read(headers: &HeaderMap) -> Option<&str> {
    let named = |wanted: &str| {
        headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, _)| *name == wanted)
            .map(|(_, value)| value)
    };
    named(HOST_NAME).or_else(|| named(NAME))
}

/// Sets the cookie for so many seconds; 0 removes it.
pub(super) fn set(app: &App, token: &str, seconds: u64, response: &mut Response) {
    let attributes = "HttpOnly; SameSite=Strict; Path=/";
    if app.public_url.starts_with("https://") {
        append(
            response,
            format!("{HOST_NAME}={token}; {attributes}; Max-Age={seconds}; Secure"),
        );
        // What the version before has set must not outlive a sign-out.
        append(response, format!("{NAME}=; {attributes}; Max-Age=0; Secure"));
    } else {
        append(response, format!("{NAME}={token}; {attributes}; Max-Age={seconds}"));
    }
}

fn append(response: &mut Response, value: String) {
    // A token that came in a request's header may stand in an answer's.
    if let Ok(value) = HeaderValue::try_from(value) {
        response.headers_mut().append(SET_COOKIE, value);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_neighbour_s_cookie_does_not_stand_before_the_host_s_own() {
        let read_of = |cookies: &[&str]| {
            let mut headers = HeaderMap::new();
            for cookie in cookies {
                headers.append(COOKIE, cookie.parse().unwrap());
            }
            read(&headers).map(str::to_owned)
        };
        let own = Some("own".to_owned());
        assert_eq!(read_of(&["yingda_session=own"]), own);
        assert_eq!(read_of(&["yingda_session=evil; a=b; __Host-yingda_session=own"]), own);
        assert_eq!(read_of(&["yingda_session=evil", "__Host-yingda_session=own"]), own);
        assert_eq!(read_of(&["a=b"]), None);
    }
}
