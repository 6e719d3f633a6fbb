//! The front end's files: inside the binary, or read from `src/web` in debug builds so that an edit shows at once.
//!
//! Pages and `widget.js` have addresses that stay. All else stands below `/assets/<tree>/`, where the tree is the hash
//! of all files: modules name each other by relative addresses, so a page that has begun with one version never gets
//! a module of another. Addresses are relative, so that a proxy may serve all this below a path.

use std::borrow::Cow;
use std::sync::OnceLock;

use axum::body::Body;
use axum::extract::Path;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, LOCATION,
    VARY,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use data_encoding::HEXLOWER;
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use super::error::Refusal;
use super::origin::language;

#[derive(RustEmbed)]
#[folder = "src/web"]
struct Web;

/// What may run on our pages: our own files, nothing inline, nobody's frame, no markup made from text.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; \
                      form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
                      trusted-types 'none'";
/// The policy of everything that is no page.
pub(super) const NO_PAGE: &str = "default-src 'none'; frame-ancestors 'none'";

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
/// Browsers ask each time and are mostly told that nothing changed.
const ASKED_ANEW: HeaderValue = HeaderValue::from_static("no-cache");
/// Under this address there will never be anything else.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const NOT_KEPT: HeaderValue = HeaderValue::from_static("no-store");

/// The folders that a page, `widget.js` or an older version's module names.
const FOLDERS: [&str; 4] = ["widget", "shared", "desk", "demo"];
/// So much of the hash names the tree, bytes.
const TREE_BYTES: usize = 8;

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
    entry("widget.js", &headers)
}

/// Another address of a page leads to the one it has: relative addresses count from there.
pub(super) async fn moved(to: &'static str) -> Response {
    let to = [(LOCATION, HeaderValue::from_static(to)), (CACHE_CONTROL, ASKED_ANEW)];
    (StatusCode::PERMANENT_REDIRECT, to).into_response()
}

/// A file of the tree that this server has. A tree may carry `.1`, `.2` …: browsers remember that a module could not
/// be fetched, so that whoever tries again does so under another address.
pub(super) async fn in_tree(Path((tree, path)): Path<(String, String)>, headers: HeaderMap) -> Response {
    let (hash, again) = tree.split_once('.').unwrap_or((&tree, "1"));
    let known = hash == self::tree() && !again.is_empty() && again.bytes().all(|byte| byte.is_ascii_digit());
    if known && let Some(found) = find(&path) {
        return answer(&path, found, FOR_EVER, &headers);
    }
    // Another version's; the next server, or this one after its next start, may have it.
    let mut response = Refusal::NotFound.response(language(&headers));
    response.headers_mut().insert(CACHE_CONTROL, NOT_KEPT);
    shared_with_shops(&path, &mut response);
    response
}

/// A file below one of the folders, where a shop's page that was opened before the trees had names looks for it.
pub(super) async fn below(folder: &'static str, Path(path): Path<String>, headers: HeaderMap) -> Response {
    let path = format!("{folder}/{path}");
    match find(&path) {
        Some(found) => answer(&path, found, ASKED_ANEW, &headers),
        None => Refusal::NotFound.response(language(&headers)),
    }
}

fn page(path: &str, headers: &HeaderMap) -> Response {
    let mut response = entry(path, headers);
    response
        .headers_mut()
        .insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}

/// A file that leads into the tree.
fn entry(path: &str, headers: &HeaderMap) -> Response {
    let Some(mut found) = find(path) else {
        return Refusal::NotFound.response(language(headers));
    };
    let tree = tree();
    found.data = Cow::Owned(led_into(&String::from_utf8_lossy(&found.data), &tree).into_bytes());
    found.hash = format!("{tree}-{}", found.hash);
    answer(path, found, ASKED_ANEW, headers)
}

/// An entry's text with the addresses of this tree.
fn led_into(source: &str, tree: &str) -> String {
    FOLDERS.iter().fold(source.to_owned(), |text, folder| {
        text.replace(&format!("\"./{folder}/"), &format!("\"./assets/{tree}/{folder}/"))
    })
}

/// The name of what is served now: the hash of every file and its name.
fn tree() -> Cow<'static, str> {
    static EMBEDDED: OnceLock<String> = OnceLock::new();
    if cfg!(debug_assertions) {
        Cow::Owned(hash_of_all())
    } else {
        Cow::Borrowed(EMBEDDED.get_or_init(hash_of_all))
    }
}

fn hash_of_all() -> String {
    let mut names: Vec<_> = Web::iter().filter(|name| kind(name).is_some()).collect();
    names.sort_unstable();
    let mut all = Sha256::new();
    for name in names {
        if let Some(file) = Web::get(&name) {
            all.update(name.as_bytes());
            all.update([0]);
            all.update(file.metadata.sha256_hash());
        }
    }
    HEXLOWER.encode(&all.finalize()[..TREE_BYTES])
}

/// A file of the front end.
struct Found {
    kind: &'static str,
    data: Cow<'static, [u8]>,
    hash: String,
}

/// Names are looked up, never joined to a folder: what is not a file of ours does not exist.
fn find(path: &str) -> Option<Found> {
    let clean = !path.split('/').any(|part| part.is_empty() || part.starts_with('.'));
    let (kind, file) = kind(path).filter(|_| clean).zip(Web::get(path))?;
    Some(Found {
        kind,
        hash: HEXLOWER.encode(&file.metadata.sha256_hash()[..12]),
        data: file.data,
    })
}

fn answer(path: &str, found: Found, kept: HeaderValue, headers: &HeaderMap) -> Response {
    // Weak, because the same file goes out compressed and plain.
    let tag = format!("W/\"{}\"", found.hash);
    let fresh = headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|known| known.trim() == tag);
    let mut response = if fresh {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let mut response = Body::from(found.data).into_response();
        response
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static(found.kind));
        response
    };
    let headers = response.headers_mut();
    headers.insert(ETAG, HeaderValue::try_from(tag).expect("a tag is hexadecimal"));
    headers.insert(CACHE_CONTROL, kept);
    headers.append(VARY, HeaderValue::from_static("accept-encoding"));
    shared_with_shops(path, &mut response);
    response
}

/// Shops' pages may fetch what the chat is made of, and nothing else.
fn shared_with_shops(path: &str, response: &mut Response) {
    let headers = response.headers_mut();
    if path == "widget.js" || path.starts_with("widget/") || path.starts_with("shared/") {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        headers.insert(RESOURCE_POLICY, HeaderValue::from_static("cross-origin"));
    } else {
        headers.insert(RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
    }
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_leads_into_the_tree_names_it_and_nothing_outside() {
        for path in ["widget.js", "desk/index.html", "demo/shop.html"] {
            let source = String::from_utf8(find(path).unwrap().data.into_owned()).unwrap();
            let led = led_into(&source, "abc");
            assert!(led.contains("\"./assets/abc/"), "{path}");
            for folder in FOLDERS {
                for address in [format!("\"/{folder}/"), format!("\"./{folder}/")] {
                    assert!(!led.contains(&address), "{path} names {address}");
                }
            }
        }
    }

    #[tokio::test]
    async fn a_tree_of_another_version_has_no_files_here() {
        let get = |tree: String| in_tree(Path((tree, "widget/element.js".to_owned())), HeaderMap::new());
        let own = tree().into_owned();
        for (tree, status) in [
            (own.clone(), StatusCode::OK),
            (format!("{own}.3"), StatusCode::OK),
            (format!("{own}."), StatusCode::NOT_FOUND),
            (format!("{own}.x"), StatusCode::NOT_FOUND),
            ("0123456789abcdef".to_owned(), StatusCode::NOT_FOUND),
            (String::new(), StatusCode::NOT_FOUND),
        ] {
            let answer = get(tree.clone()).await;
            assert_eq!(answer.status(), status, "{tree}");
            let kept = answer.headers()[CACHE_CONTROL].to_str().unwrap();
            assert_eq!(kept.contains("immutable"), status == StatusCode::OK, "{tree}");
        }
    }
}
