//! The front end's files: inside the binary, or read from `src/web` in debug builds so that an edit shows at once.

use axum::body::Body;
use axum::extract::Path;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use data_encoding::HEXLOWER;
use rust_embed::{EmbeddedFile, RustEmbed};

use super::error::Refusal;
use super::origin::language;

#[derive(RustEmbed)]
#[folder = "src/web"]
struct Web;

/// What may run on our pages: our own files, nothing inline, nobody's frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self' ws: wss:; font-src 'self'; manifest-src 'self'; base-uri 'none'; \
                      form-action 'self'; frame-ancestors 'none'";

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// The demo shop.
pub(super) async fn shop(headers: HeaderMap) -> Response {
    page("demo/shop.html", &headers)
}

/// The agents' desk.
pub(super) async fn desk(headers: HeaderMap) -> Response {
    page("desk/index.html", &headers)
}

/// `/widget.js`, the one file a shop's page names.
pub(super) async fn widget(headers: HeaderMap) -> Response {
    file("widget.js", &headers)
}

/// A file below one of the front end's folders.
pub(super) async fn below(folder: &'static str, Path(path): Path<String>, headers: HeaderMap) -> Response {
    file(&format!("{folder}/{path}"), &headers)
}

fn page(path: &str, headers: &HeaderMap) -> Response {
    let mut response = file(path, headers);
    response
        .headers_mut()
        .insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}

fn file(path: &str, headers: &HeaderMap) -> Response {
    // Names are looked up, never joined to a folder: what is not a file of ours does not exist.
    let clean = !path.split('/').any(|part| part.is_empty() || part.starts_with('.'));
    let Some((kind, file)) = kind(path).filter(|_| clean).zip(Web::get(path)) else {
        return Refusal::NotFound.response(language(headers));
    };
    let tag = tag(&file);
    let fresh = headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|known| known.trim() == tag);
    let mut response = if fresh {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let mut response = Body::from(file.data).into_response();
        response
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        response
    };
    let headers = response.headers_mut();
    headers.insert(ETAG, HeaderValue::try_from(tag).expect("a tag is hexadecimal"));
    // Addresses carry no version: browsers ask each time and are mostly told that nothing changed.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.append(VARY, HeaderValue::from_static("accept-encoding"));
    let embedded_elsewhere = path == "widget.js" || path.starts_with("widget/") || path.starts_with("shared/");
    if embedded_elsewhere {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        headers.insert(RESOURCE_POLICY, HeaderValue::from_static("cross-origin"));
    } else {
        headers.insert(RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
    }
    response
}

/// Weak, because the same file goes out compressed and plain.
fn tag(file: &EmbeddedFile) -> String {
    format!("W/\"{}\"", HEXLOWER.encode(&file.metadata.sha256_hash()[..12]))
}

/// The content type; `None` for what is not for browsers, such as type declarations.
fn kind(path: &str) -> Option<&'static str> {
    let (_, ending) = path.rsplit_once('.')?;
    Some(match ending {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webp" => "image/webp",
        _ => return None,
    })
}
