//! Signing in by link or by password, signing out, who is signed in, one's own password.

use std::net::IpAddr;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{ConnectInfo, State};
use axum::http::header::ORIGIN;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use crate::model::{Agent, AgentId, Role, ShopId};

use super::super::listen::{Peer, client_prefix};
use super::{App, Refusal, Refused, actor, allowed, answer, cookie, served};

/// Over what a proxy was reached.
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// `POST /v1/signin`: a token, or a name and a password.
#[derive(Deserialize)]
pub(super) struct SignIn {
    /// From the link.
    #[serde(default)]
    token: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    password: Option<String>,
    /// False for clients that keep no cookies: the session is in the answer, to be sent in the desk's `hello`.
    #[serde(default = "yes")]
    cookie: bool,
}

fn yes() -> bool {
    true
}

/// Who is signed in.
#[derive(Serialize)]
struct Me {
    agent: AgentId,
    name: String,
    roles: Vec<String>,
    shops: Vec<ShopId>,
    supervisor: bool,
    slots: u32,
    /// Whether a password is set; known to `/v1/me`.
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<String>,
}

impl Me {
    fn of(agent: Agent) -> Me {
        Me {
            supervisor: agent.supervisor(),
            roles: role_names(&agent),
            agent: agent.id,
            name: agent.name,
            shops: agent.shops,
            slots: agent.capacity,
            password: None,
            session: None,
        }
    }
}

/// The roles as pages know them: those that this program does not know grant nothing and are left out.
pub(in super::super) fn role_names(agent: &Agent) -> Vec<String> {
    let known = agent.roles.iter().filter(|role| !matches!(role, Role::Other(_)));
    known.map(|role| role.name().to_owned()).collect()
}

/// Begins a session.
pub(super) async fn sign_in(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    headers: HeaderMap,
    request: Result<Json<SignIn>, JsonRejection>,
) -> Response {
    let outcome = async {
        allowed(&app, &headers)?;
        let Json(request) = request.map_err(|_| Refusal::BadFrame)?;
        if request.cookie {
            cookie_would_stay(&app.public_url, &headers)?;
        }
        let address = app.client(peer, &headers).unwrap_or(peer.ip());
        app.limits.sign_in(address)?;
        let (served, now) = (served(&app), app.clock.now());
        let address = client_prefix(address).to_string();
        let signed_in = match (request.token, request.name, request.password) {
            (Some(token), None, None) => app.accounts.sign_in_by_link(&token, &address, &served, now).await?,
            (None, Some(name), Some(password)) => {
                app.accounts
                    .sign_in_by_password(&name, password, &address, &served, now)
                    .await?
            }
            _ => return Err(Refused::from(Refusal::BadFrame)),
        };
        Ok((signed_in, request.cookie))
    };
    match outcome.await {
        Ok((signed_in, keeps_cookies)) => {
            let mut me = Me::of(signed_in.agent);
            if !keeps_cookies {
                me.session = Some(signed_in.token);
                return Json(me).into_response();
            }
            let mut response = Json(me).into_response();
            cookie::set(&app, &signed_in.token, signed_in.valid_ms / 1000, &mut response);
            response
        }
        Err(refused) => refused.response(&app, &headers),
    }
}

/// With an https address the cookie is for https only: a browser on a plain page would drop it, and the link would be
/// spent with nobody signed in. Machines' own addresses are trusted by browsers and keep it.
fn cookie_would_stay(public_url: &str, headers: &HeaderMap) -> Result<(), Refused> {
    let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let plain_page = match text(&ORIGIN).and_then(|origin| origin.strip_prefix("http://")) {
        Some(host) => !is_own_machine(host),
        // A program says no origin; the proxy may know.
        None => !headers.contains_key(ORIGIN) && text(&FORWARDED_PROTO) == Some("http"),
    };
    if !public_url.starts_with("https://") || !plain_page {
        return Ok(());
    }
    let desk = format!("{public_url}/desk");
    Err(Refused {
        refusal: Refusal::NeedsHttps,
        error: None,
        words: Some(Box::new([
            format!("这个地址不是 https，浏览器记不住登录。链接没有用掉，请打开 {desk} 登录。"),
            format!(
                "This address is not https, so the browser would not keep the sign-in. The link is not spent; sign in at {desk} instead."
            ),
        ])),
        more: None,
    })
}

/// Whether a page of this host runs where its server does.
fn is_own_machine(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let address = name.parse::<IpAddr>();
    name == "localhost" || name.ends_with(".localhost") || address.is_ok_and(|address| address.is_loopback())
}

/// `POST /v1/signout`.
#[derive(Default, Deserialize)]
pub(super) struct SignOut {
    /// All sessions and links of whoever is signed in, and not only this one.
    #[serde(default)]
    everywhere: bool,
}

/// Ends the session, or all of them.
pub(super) async fn sign_out(
    State(app): State<App>,
    headers: HeaderMap,
    request: Result<Json<SignOut>, JsonRejection>,
) -> Response {
    // Older pages send no body.
    let everywhere = request.is_ok_and(|Json(request)| request.everywhere);
    let outcome = async {
        allowed(&app, &headers)?;
        let Some(token) = cookie::read(&headers) else {
            return Ok(());
        };
        let now = app.clock.now();
        match app.accounts.session(token, now).await? {
            Some(session) if everywhere => {
                let id = session.agent.id.as_str();
                app.accounts.sign_out_everywhere(&actor(&session), id, now).await?;
            }
            _ => app.accounts.sign_out(token, now).await?,
        }
        Ok::<(), Refused>(())
    };
    if let Err(refused) = outcome.await {
        return refused.response(&app, &headers);
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    cookie::set(&app, "", 0, &mut response);
    response
}

/// Who is signed in.
pub(super) async fn me(State(app): State<App>, headers: HeaderMap) -> Response {
    answer(&app, &headers, async |session| {
        let mut me = Me::of(session.agent.clone());
        me.password = Some(session.has_password);
        Ok(me)
    })
    .await
}

/// `POST /v1/password`.
#[derive(Deserialize)]
pub(super) struct NewPassword {
    /// The one there is; not needed within an hour of signing in by a link.
    #[serde(default)]
    current: Option<String>,
    password: String,
}

/// Sets the password of whoever is signed in.
pub(super) async fn set_password(
    State(app): State<App>,
    headers: HeaderMap,
    request: Result<Json<NewPassword>, JsonRejection>,
) -> Response {
    answer(&app, &headers, async |session| {
        let Json(request) = request.map_err(|_| Refusal::BadFrame)?;
        let now = app.clock.now();
        app.accounts
            .set_password(session, request.current, request.password, now)
            .await?;
        Ok(serde_json::json!({}))
    })
    .await
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    // F9
    #[test]
    fn nothing_is_spent_where_the_cookie_would_be_dropped() {
        for (public_url, headers, stays) in [
            ("https://kefu.test", vec![("origin", "http://kefu.test:8080")], false),
            ("https://kefu.test", vec![("origin", "http://192.168.1.7:8080")], false),
            ("https://kefu.test", vec![("origin", "https://kefu.test")], true),
            ("https://kefu.test", vec![("origin", "http://127.0.0.1:8080")], true),
            ("https://kefu.test", vec![("origin", "http://[::1]:8080")], true),
            (
                "https://kefu.test",
                vec![("origin", "http://localhost.evil.test")],
                false,
            ),
            ("https://kefu.test", vec![("x-forwarded-proto", "http")], false),
            ("https://kefu.test", vec![], true),
            ("http://kefu.test", vec![("origin", "http://kefu.test")], true),
        ] {
            let mut sent = HeaderMap::new();
            for (name, value) in &headers {
                sent.append(*name, value.parse().unwrap());
            }
            let outcome = cookie_would_stay(public_url, &sent);
            assert_eq!(outcome.is_ok(), stays, "{public_url} {headers:?}");
            if let Err(refused) = outcome {
                let [chinese, english] = *refused.words.unwrap();
                assert!(chinese.contains("https://kefu.test/desk") && english.contains("https://kefu.test/desk"));
            }
        }
    }
}
