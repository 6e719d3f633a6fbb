//! Agents: sign-in links that work once, sessions in a cookie, and who is signed in.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{ConnectInfo, State};
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use crate::model::{Agent, AgentId, Millis, Role, StaffMember};
use crate::store::{CredentialKind, Staff, StoreError};

use super::error::Refusal;
use super::identity::{hash, new_token};
use super::listen::Peer;
use super::origin::{Page, client_address, language};
use super::{App, identity};

/// The cookie's name.
const COOKIE_NAME: &str = "yingda_session";
/// Milliseconds in an hour.
const HOUR_MS: u64 = 3_600_000;
/// Longest name of an agent, characters.
const LONGEST_NAME: usize = 32;
/// Most chats at once.
const MOST_SLOTS: u32 = 100;

/// Why an agent cannot be invited.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InviteError {
    /// A name has 1 to 32 characters.
    #[error("a name has 1 to {LONGEST_NAME} characters")]
    Name,
    /// An agent has 1 to 100 chats at once.
    #[error("an agent has 1 to {MOST_SLOTS} chats at once")]
    Slots,
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The system has no randomness.
    #[error("no randomness: {0}")]
    Random(#[from] getrandom::Error),
}

/// Adds a member of staff and returns a sign-in token that works once, until `expires`.
///
/// # Errors
/// When name or slots are out of bounds, or the store refuses.
pub async fn invite(
    store: &dyn Staff,
    name: &str,
    slots: u32,
    roles: BTreeSet<Role>,
    expires: Millis,
) -> Result<(Agent, String), InviteError> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err(InviteError::Name);
    }
    if !(1..=MOST_SLOTS).contains(&slots) {
        return Err(InviteError::Slots);
    }
    let token = new_token()?;
    let member = StaffMember {
        id: AgentId::new(uuid::Uuid::now_v7().to_string()),
        name: name.to_owned(),
        roles,
        shops: Vec::new(),
        capacity: slots,
        disabled: false,
        password: None,
    };
    let agent = member.agent();
    store.put_member(member).await?;
    store
        .put_credential(hash(&token), CredentialKind::SignIn, agent.id.clone(), expires)
        .await?;
    Ok((agent, token))
}

/// The link that signs an agent in: the token is behind `#`, so that it is in no server's log.
pub fn signin_link(public_url: &str, token: &str) -> String {
    format!("{}/desk#signin={token}", public_url.trim_end_matches('/'))
}

/// Who a session token stands for.
pub(super) async fn agent_of(app: &App, token: &str) -> Result<Option<AgentId>, StoreError> {
    let found = app
        .store
        .use_credential(hash(token), CredentialKind::Session, app.clock.now())
        .await?;
    Ok(found.map(|session| session.agent))
}

/// Who the request's cookie stands for.
pub(super) async fn agent_of_cookie(app: &App, headers: &HeaderMap) -> Result<Option<AgentId>, StoreError> {
    match cookie(headers) {
        Some(token) => agent_of(app, token).await,
        None => Ok(None),
    }
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE_NAME)
        .map(|(_, value)| value)
}

fn set_cookie(app: &App, token: &str, seconds: u64) -> HeaderValue {
    let secure = if app.public_url.starts_with("https://") {
        "; Secure"
    } else {
        ""
    };
    HeaderValue::try_from(format!(
        "{COOKIE_NAME}={token}; HttpOnly; SameSite=Strict; Path=/; Max-Age={seconds}{secure}"
    ))
    .expect("tokens are base64url")
}

/// `POST /v1/signin`.
#[derive(Deserialize)]
pub(super) struct SignIn {
    /// From the link.
    token: String,
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
    supervisor: bool,
    slots: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<String>,
}

impl Me {
    fn of(agent: Agent) -> Me {
        Me {
            supervisor: agent.supervisor(),
            agent: agent.id,
            name: agent.name,
            slots: agent.capacity,
            session: None,
        }
    }
}

/// Spends a sign-in link and begins a session.
pub(super) async fn sign_in(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    headers: HeaderMap,
    request: Result<Json<SignIn>, JsonRejection>,
) -> Response {
    let outcome = async {
        allowed(&app, &headers)?;
        let Json(request) = request.map_err(|_| Refusal::BadFrame)?;
        app.limits
            .address(client_address(peer.0.ip(), &headers, &app.settings))?;
        let now = app.clock.now();
        let agent = app
            .store
            .use_credential(hash(&request.token), CredentialKind::SignIn, now)
            .await
            .map_err(unavailable)?
            .ok_or(Refusal::BadLink)?;
        let agent = known(&app, agent.agent).await?;
        let token = identity::new_token().map_err(|_| Refusal::Internal)?;
        let hours = app.settings.security.session_hours;
        app.store
            .put_credential(
                hash(&token),
                CredentialKind::Session,
                agent.id.clone(),
                now.plus(hours * HOUR_MS),
            )
            .await
            .map_err(unavailable)?;
        tracing::info!(agent = %agent.id, "signed in");
        Ok((agent, token, hours, request.cookie))
    };
    match outcome.await {
        Ok((agent, token, hours, keeps_cookies)) => {
            let mut me = Me::of(agent);
            if keeps_cookies {
                let cookie = set_cookie(&app, &token, hours * 3600);
                ([(SET_COOKIE, cookie)], Json(me)).into_response()
            } else {
                me.session = Some(token);
                Json(me).into_response()
            }
        }
        Err(refusal) => refused(&app, refusal, &headers),
    }
}

/// Ends the session.
pub(super) async fn sign_out(State(app): State<App>, headers: HeaderMap) -> Response {
    if let Err(refusal) = allowed(&app, &headers) {
        return refused(&app, refusal, &headers);
    }
    if let Some(token) = cookie(&headers)
        && let Err(error) = app.store.drop_credential(hash(token)).await
    {
        return refused(&app, unavailable(error), &headers);
    }
    (StatusCode::NO_CONTENT, [(SET_COOKIE, set_cookie(&app, "", 0))]).into_response()
}

/// Who is signed in.
pub(super) async fn me(State(app): State<App>, headers: HeaderMap) -> Response {
    match signed_in(&app, &headers).await {
        Ok(agent) => Json(Me::of(agent)).into_response(),
        Err(refusal) => refused(&app, refusal, &headers),
    }
}

/// `POST /v1/agents`.
#[derive(Deserialize)]
pub(super) struct Invitation {
    name: String,
    #[serde(default)]
    slots: Option<u32>,
    #[serde(default)]
    supervisor: bool,
}

#[derive(Serialize)]
struct Invited {
    agent: AgentId,
    name: String,
    link: String,
    expires: Millis,
}

/// A supervisor invites a colleague.
pub(super) async fn invite_colleague(
    State(app): State<App>,
    headers: HeaderMap,
    request: Result<Json<Invitation>, JsonRejection>,
) -> Response {
    let outcome = async {
        allowed(&app, &headers)?;
        let Json(request) = request.map_err(|_| Refusal::BadFrame)?;
        if !signed_in(&app, &headers).await?.supervisor() {
            return Err(Refusal::Forbidden);
        }
        let expires = app.signin_expires();
        let roles = Role::of_version_0_1(request.supervisor);
        let slots = request.slots.unwrap_or(app.settings.handoff.slots);
        let (agent, token) = invite(app.store.as_ref(), &request.name, slots, roles, expires)
            .await
            .map_err(|error| match error {
                InviteError::Name | InviteError::Store(StoreError::NameTaken(_)) => Refusal::BadName,
                InviteError::Slots => Refusal::BadSlots,
                InviteError::Store(error) => unavailable(error),
                InviteError::Random(_) => Refusal::Internal,
            })?;
        Ok(Invited {
            agent: agent.id,
            name: agent.name,
            link: signin_link(&app.public_url, &token),
            expires,
        })
    };
    match outcome.await {
        Ok(invited) => (StatusCode::CREATED, Json(invited)).into_response(),
        Err(refusal) => refused(&app, refusal, &headers),
    }
}

fn allowed(app: &App, headers: &HeaderMap) -> Result<(), Refusal> {
    if Page::of(headers, &app.settings).may_act_as_agent() {
        Ok(())
    } else {
        Err(Refusal::Origin)
    }
}

async fn signed_in(app: &App, headers: &HeaderMap) -> Result<Agent, Refusal> {
    let agent = agent_of_cookie(app, headers).await.map_err(unavailable)?;
    known(app, agent.ok_or(Refusal::SignedOut)?).await
}

async fn known(app: &App, agent: AgentId) -> Result<Agent, Refusal> {
    app.store
        .member(agent)
        .await
        .map_err(unavailable)?
        .map(|member| member.agent())
        .ok_or(Refusal::SignedOut)
}

fn unavailable(error: StoreError) -> Refusal {
    tracing::error!(%error, "the store refused");
    Refusal::Unavailable
}

fn refused(app: &App, refusal: Refusal, headers: &HeaderMap) -> Response {
    app.metrics.refused(refusal.code());
    refusal.response(language(headers))
}
