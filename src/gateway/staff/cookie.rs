//! The cookie that carries a session.

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;

use super::App;

/// The cookie's name.
const NAME: &str = "yingda_session";

/// The session's token that a request carries.
pub(super) fn read(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == NAME)
        .map(|(_, value)| value)
}

/// Sets the cookie for so many seconds; 0 removes it.
pub(super) fn set(app: &App, token: &str, seconds: u64, response: &mut Response) {
    let secure = match app.public_url.starts_with("https://") {
        true => "; Secure",
        false => "",
    };
    let value = format!("{NAME}={token}; HttpOnly; SameSite=Strict; Path=/; Max-Age={seconds}{secure}");
    // A token that came in a request's header may stand in an answer's.
    if let Ok(value) = HeaderValue::try_from(value) {
        response.headers_mut().append(SET_COOKIE, value);
    }
}
