//! The staff's side of HTTP: signing in and out, people, customers' data, the audit record, and what the command line asks of a running
//! server. The rules are in [`crate::accounts`].

mod audit;
mod control;
mod cookie;
mod customers;
mod desks;
mod people;
mod signin;

use axum::extract::DefaultBodyLimit;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, patch, post};
use axum::{Json, Router};
use serde::Serialize;

use crate::accounts::{AccountError, Actor, Session};
use crate::model::{Agent, Language, Role, ShopId};
use crate::reply::in_script;

use super::App;
use super::error::Refusal;
use super::origin::{Page, language};
use super::protocol::ErrorBody;

pub(super) use control::ControlSecret;
pub(super) use desks::{End, OpenDesks, Place};
pub(super) use signin::role_names;

pub use people::signin_link;

/// Largest body of a request, bytes.
const LARGEST_BODY: usize = 16 * 1024;

/// Every address of this room.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/v1/signin", post(signin::sign_in))
        .route("/v1/signout", post(signin::sign_out))
        .route("/v1/me", get(signin::me))
        .route("/v1/password", post(signin::set_password))
        .route("/v1/agents", post(people::invite))
        .route("/v1/staff", get(people::list))
        .route("/v1/staff/{id}", patch(people::change))
        .route("/v1/staff/{id}/link", post(people::link))
        .route("/v1/staff/{id}/disable", post(people::disable))
        .route("/v1/staff/{id}/enable", post(people::enable))
        .route("/v1/staff/{id}/signout", post(people::sign_out_everywhere))
        .route("/v1/audit", get(audit::page))
        .route("/v1/customers", post(customers::look_up))
        .route("/v1/customers/export", post(customers::export))
        .route("/v1/customers/erase", post(customers::erase))
        .route("/v1/control/staff", post(control::staff))
        .route("/v1/control/customer", post(control::customer))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
}

/// Who a session token stands for.
pub(super) async fn session_of(app: &App, token: &str) -> Result<Option<Session>, Refused> {
    Ok(app.accounts.session(token, app.clock.now()).await?)
}

/// Who the request's cookie stands for.
pub(super) async fn session_of_cookie(app: &App, headers: &HeaderMap) -> Result<Option<Session>, Refused> {
    match cookie::read(headers) {
        Some(token) => session_of(app, token).await,
        None => Ok(None),
    }
}

/// The cookie anew, when this request has made the session last longer.
pub(super) fn renew(app: &App, headers: &HeaderMap, session: Option<&Session>, response: &mut Response) {
    let Some(session) = session.filter(|session| session.renewed) else {
        return;
    };
    if let Some(token) = cookie::read(headers) {
        let seconds = session.expires.since(app.clock.now()) / 1000;
        cookie::set(app, token, seconds, response);
    }
}

/// Whether whoever has this session may sit at a desk here.
pub(super) fn may_sit(app: &App, session: Option<Session>) -> Result<Agent, Refusal> {
    let session = session.ok_or(Refusal::SignedOut)?;
    match session.has_served_shop(&served(app)) {
        true => Ok(session.agent),
        false => Err(Refusal::NotServed),
    }
}

/// Whether phones, addresses and names of receivers are shown whole to this member.
pub(super) fn sees_whole(app: &App, agent: &Agent) -> bool {
    let whole = &app.settings.privacy.whole_for;
    let sees = |role: &Role| whole.iter().any(|whole| whole.name() == role.name());
    agent.roles.iter().any(sees)
}

/// The shops that are served here.
fn served(app: &App) -> Vec<ShopId> {
    app.shops.all().keys().cloned().collect()
}

/// Whether this page may act in an agent's name.
fn allowed(app: &App, headers: &HeaderMap) -> Result<(), Refused> {
    match Page::of(headers, &app.settings).may_act_as_agent() {
        true => Ok(()),
        false => Err(Refusal::DeskOrigin.into()),
    }
}

/// Who is signed in, and may act from this page.
async fn signed_in(app: &App, headers: &HeaderMap) -> Result<Session, Refused> {
    allowed(app, headers)?;
    session_of_cookie(app, headers)
        .await?
        .ok_or_else(|| Refusal::SignedOut.into())
}

fn actor(session: &Session) -> Actor {
    Actor::Member(session.agent.clone())
}

/// Answers a request of somebody who is signed in.
async fn answer<T: Serialize>(
    app: &App,
    headers: &HeaderMap,
    work: impl AsyncFnOnce(&Session) -> Result<T, Refused>,
) -> Response {
    let outcome = async {
        let session = signed_in(app, headers).await?;
        let answer = work(&session).await?;
        Ok::<_, Refused>((session, answer))
    };
    match outcome.await {
        Ok::<_, Refused>((session, answer)) => {
            let mut response = Json(answer).into_response();
            renew(app, headers, Some(&session), &mut response);
            response
        }
        Err(refused) => refused.response(app, headers),
    }
}

/// A refusal, with words of its own where the table's are not enough: which roles or shops there are.
#[derive(Debug)]
pub(super) struct Refused {
    refusal: Refusal,
    error: Option<AccountError>,
    /// What is told instead of the table's words, in Chinese and in English.
    words: Option<Box<[String; 2]>>,
}

impl Refused {
    fn response(self, app: &App, headers: &HeaderMap) -> Response {
        app.metrics.refused(self.refusal.code());
        let language = language(headers);
        let mut response = self.refusal.response(language);
        let own = self.words.map(|words| {
            let [chinese, english] = *words;
            match language {
                Language::Chinese | Language::Traditional => in_script(&chinese, language),
                Language::English => english,
            }
        });
        if let Some(message) = own.or_else(|| self.error.and_then(|error| specific(&error, language))) {
            let body = ErrorBody {
                message,
                ..self.refusal.body(language, None)
            };
            let (mut parts, _) = response.into_parts();
            parts.headers.remove(axum::http::header::CONTENT_LENGTH);
            response = (parts, Json(body)).into_response();
        }
        response
    }
}

/// What is wrong in the reader's language, where the error names what the table cannot.
fn specific(error: &AccountError, language: Language) -> Option<String> {
    let told = matches!(
        error,
        AccountError::UnknownRole(_)
            | AccountError::UnknownShop { .. }
            | AccountError::NotServed { .. }
            | AccountError::NameTaken(_)
            | AccountError::Disabled(_)
    );
    let text = error.to_string();
    let (chinese, english) = text.split_once(" · ").filter(|_| told)?;
    Some(match language {
        Language::Chinese | Language::Traditional => in_script(chinese, language),
        Language::English => english.to_owned(),
    })
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Refused {
        Refused {
            refusal,
            error: None,
            words: None,
        }
    }
}

impl From<AccountError> for Refused {
    fn from(error: AccountError) -> Refused {
        if matches!(
            error,
            AccountError::Store(_) | AccountError::Hashing(_) | AccountError::Random(_)
        ) {
            tracing::error!(%error, "an account cannot be read or kept");
        }
        Refused {
            refusal: Refusal::from(&error),
            error: Some(error),
            words: None,
        }
    }
}
