//! The staff's side of HTTP: signing in and out, people, customers' data, the audit record, and what the command line asks of a running
//! server. The rules are in [`crate::accounts`].

mod audit;
mod cards;
mod control;
mod cookie;
mod customers;
mod desks;
mod drafts;
mod numbers;
mod orders;
mod people;
mod phrases;
mod publications;
mod quality;
mod questions;
mod search;
mod shop;
mod signin;
mod teaching;
mod trying;

use axum::extract::DefaultBodyLimit;
use axum::extract::rejection::JsonRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, patch, post};
use axum::{Json, Router};
use serde::Serialize;

use crate::accounts::{AccountError, Actor, Session};
use crate::model::{Agent, Language, Role, ShopId};
use crate::reply::in_script;
use crate::teaching::FieldWord;

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
/// The same for a phrase or a note, of which JSON may take twelve bytes a character, and for the ids of many.
const LARGEST_PHRASE: usize = 128 * 1024;
/// The same for all words of a question.
const LARGEST_QUESTION: usize = 1024 * 1024;

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
        .route("/v1/talks", post(search::find))
        .route("/v1/numbers", get(numbers::numbers))
        .route("/v1/standards", get(phrases::standards))
        .route("/v1/phrases/import", post(phrases::import))
        .route("/v1/customers/card", post(cards::card))
        .route("/v1/customers/orders", post(orders::orders))
        .route("/v1/customers/card/change", post(cards::change))
        .merge(phrases())
        .merge(quality())
        .route("/v1/control/staff", post(control::staff))
        .route("/v1/control/customer", post(control::customer))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
}

/// The addresses of the morning page, of the questions and of the shop: they take as long as a pack does.
pub(super) fn teaching_routes() -> Router<App> {
    Router::new()
        .route("/v1/morning", get(teaching::morning))
        .route("/v1/questions", get(questions::list))
        .route("/v1/question", get(questions::one).post(questions::edit))
        .route("/v1/question/try", post(questions::try_edit))
        .route("/v1/teach", post(teaching::teach))
        .route("/v1/teach/try", post(teaching::try_teach))
        .route("/v1/changes", get(teaching::changes))
        .route("/v1/changes/undo", post(teaching::undo))
        .route("/v1/shop", get(shop::page).post(shop::edit))
        .route("/v1/shop/try", post(shop::try_edit))
        .route("/v1/shop/goods", get(shop::goods))
        .route("/v1/publications", get(publications::list))
        .route("/v1/publications/back", post(publications::back))
        .route("/v1/drafts", get(drafts::list))
        .route("/v1/drafts/waiting", get(drafts::waiting))
        .route("/v1/drafts/share", get(drafts::share))
        .route("/v1/drafts/keep", post(drafts::keep))
        .route("/v1/drafts/change", post(drafts::change))
        .route("/v1/drafts/try", post(drafts::try_draft))
        .route("/v1/drafts/publish", post(drafts::publish))
        .layer(DefaultBodyLimit::max(LARGEST_QUESTION))
}

fn phrases() -> Router<App> {
    Router::new()
        .route("/v1/phrases", get(phrases::list).post(phrases::put))
        .route("/v1/phrases/delete", post(phrases::delete))
        .layer(DefaultBodyLimit::max(LARGEST_PHRASE))
}

fn quality() -> Router<App> {
    Router::new()
        .route("/v1/quality", get(quality::draw))
        .route("/v1/quality/reviews", get(quality::reviews))
        .route("/v1/quality/talk", post(quality::talk))
        .route("/v1/quality/change", post(quality::change))
        .layer(DefaultBodyLimit::max(LARGEST_PHRASE))
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

/// Who is signed in and may sit at a desk, from a page of this server.
pub(super) async fn at_desk(app: &App, headers: &HeaderMap) -> Result<Agent, Refusal> {
    let session = signed_in(app, headers).await.map_err(|refused| refused.refusal)?;
    may_sit(app, Some(session))
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

/// Does this to its end, also when whoever asked goes away.
async fn finished<T: Send + 'static>(
    app: &App,
    work: impl Future<Output = Result<T, Refused>> + Send + 'static,
) -> Result<T, Refused> {
    match app.sockets.spawn(work).await {
        Ok(outcome) => outcome,
        Err(error) => {
            tracing::error!(%error, "what was asked for could not be finished");
            Err(Refusal::Internal.into())
        }
    }
}

/// What a body is refused with that cannot be read: one that is too large holds a text that is too long.
fn unread(too_long: Refusal) -> impl FnOnce(JsonRejection) -> Refusal {
    move |rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_long,
        _ => Refusal::BadFrame,
    }
}

/// The one change that a body names; `None` when there is none or more.
fn the_only_one<T, const N: usize>(changes: [Option<T>; N]) -> Option<T> {
    let mut changes = changes.into_iter().flatten();
    let change = changes.next()?;
    changes.next().is_none().then_some(change)
}

/// A refusal, with words of its own where the table's are not enough: which roles or shops there are.
#[derive(Debug)]
pub(super) struct Refused {
    refusal: Refusal,
    error: Option<AccountError>,
    /// What is told instead of the table's words, in Chinese and in English.
    words: Option<Box<[String; 2]>>,
    /// What pages need beside the words.
    more: Option<Box<More>>,
}

/// What a refusal of a change tells the page.
#[derive(Debug)]
struct More {
    /// The change that could not be written here, as a diff.
    diff: Option<String>,
    /// Fields that hold what cannot be.
    fields: Vec<FieldWord>,
}

impl Refused {
    fn response(self, app: &App, headers: &HeaderMap) -> Response {
        app.metrics.refused(self.refusal.code());
        let language = language(headers);
        let mut response = self.refusal.response(language);
        let own = self.words.map(|words| {
            let [chinese, english] = &*words;
            in_words([chinese, english], language)
        });
        if let Some(message) = own.or_else(|| self.error.and_then(|error| specific(&error, language))) {
            let body = ErrorBody {
                message,
                ..self.refusal.body(language, None)
            };
            let (mut parts, _) = response.into_parts();
            parts.headers.remove(axum::http::header::CONTENT_LENGTH);
            let mut body = serde_json::json!(body);
            let more = self.more.as_deref();
            if let Some(diff) = more.and_then(|more| more.diff.as_ref()) {
                body["diff"] = serde_json::json!(diff);
            }
            if let Some(fields) = more.map(|more| &more.fields).filter(|fields| !fields.is_empty()) {
                let told = fields.iter().map(|FieldWord { field, words: [zh, en] }| {
                    serde_json::json!({ "field": field, "message": in_words([zh, en], language) })
                });
                body["fields"] = told.collect();
            }
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
    Some(in_words([chinese, english], language))
}

/// What is said in Chinese and in English, in the reader's language.
fn in_words([chinese, english]: [&str; 2], language: Language) -> String {
    match language {
        Language::Chinese | Language::Traditional => in_script(chinese, language),
        Language::English => english.to_owned(),
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Refused {
        Refused {
            refusal,
            error: None,
            words: None,
            more: None,
        }
    }
}

impl From<AccountError> for Refused {
    fn from(error: AccountError) -> Refused {
        if matches!(
            error,
            AccountError::Store(_) | AccountError::Files(_) | AccountError::Hashing(_) | AccountError::Random(_)
        ) {
            tracing::error!(%error, "an account cannot be read or kept");
        }
        Refused {
            refusal: Refusal::from(&error),
            error: Some(error),
            words: None,
            more: None,
        }
    }
}
