//! The people page's requests: list, invite, change, new link, disable, sign out everywhere.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::accounts::{Change, Invitation, Linked, Person};
use crate::model::{AgentId, Millis, Role, ShopId};

use super::{App, Refusal, actor, answer, served};

/// Everybody whom the reader may see, and what may be chosen.
#[derive(Serialize)]
struct People {
    people: Vec<Person>,
    /// The roles that the reader may give.
    roles: Vec<String>,
    /// The shops that are served here.
    shops: Vec<ShopId>,
}

/// `GET /v1/staff`.
pub(super) async fn list(State(app): State<App>, headers: HeaderMap) -> Response {
    answer(&app, &headers, async |session| {
        let actor = actor(session);
        let people = app.accounts.people(&actor).await?;
        Ok(People {
            people: people.iter().map(Person::from).collect(),
            roles: actor.may_give().iter().map(|role| role.name().to_owned()).collect(),
            shops: served(&app),
        })
    })
    .await
}

/// `POST /v1/agents`.
#[derive(Deserialize)]
pub(super) struct NewMember {
    name: String,
    /// The roles by name; without them an agent.
    #[serde(default)]
    roles: Vec<String>,
    /// The shops; without them those of whoever invites.
    #[serde(default)]
    shops: Vec<ShopId>,
    /// What this person is good at, and is asked for by.
    #[serde(default)]
    groups: Vec<String>,
    /// The languages that this person answers in; without them any.
    #[serde(default)]
    languages: Vec<String>,
    #[serde(default, alias = "slots")]
    capacity: Option<u32>,
    /// As version 0.1 asked for a supervisor.
    #[serde(default)]
    supervisor: bool,
}

/// A link that was made.
#[derive(Serialize)]
struct LinkMade {
    agent: AgentId,
    name: String,
    link: String,
    expires: Millis,
}

impl LinkMade {
    fn of(app: &App, linked: Linked) -> LinkMade {
        LinkMade {
            agent: linked.member.id,
            name: linked.member.name,
            link: signin_link(&app.public_url, &linked.token),
            expires: linked.expires,
        }
    }
}

/// The link that signs a member in: the token is behind `#`, so that it is in no server's log.
pub fn signin_link(public_url: &str, token: &str) -> String {
    format!("{}/desk#signin={token}", public_url.trim_end_matches('/'))
}

/// Invites a colleague.
pub(super) async fn invite(
    State(app): State<App>,
    headers: HeaderMap,
    request: Result<Json<NewMember>, JsonRejection>,
) -> Response {
    let mut response = answer(&app, &headers, async |session| {
        let Json(request) = request.map_err(|_| Refusal::BadFrame)?;
        let mut roles = request.roles;
        if request.supervisor && roles.is_empty() {
            roles = vec![Role::Agent.name().to_owned(), Role::Supervisor.name().to_owned()];
        }
        let invitation = Invitation {
            name: request.name,
            roles,
            shops: request.shops,
            groups: request.groups,
            languages: request.languages,
            capacity: request.capacity,
        };
        let (served, now) = (served(&app), app.clock.now());
        let linked = app.accounts.invite(&actor(session), invitation, &served, now).await?;
        Ok(LinkMade::of(&app, linked))
    })
    .await;
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::CREATED;
    }
    response
}

/// A new link for somebody.
pub(super) async fn link(State(app): State<App>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    answer(&app, &headers, async |session| {
        let linked = app.accounts.link(&actor(session), &id, app.clock.now()).await?;
        Ok(LinkMade::of(&app, linked))
    })
    .await
}

/// `PATCH /v1/staff/{id}`: what is not named stays.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Changes {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    roles: Option<Vec<String>>,
    /// Empty: all.
    #[serde(default)]
    shops: Option<Vec<ShopId>>,
    #[serde(default)]
    groups: Option<Vec<String>>,
    /// Empty: any.
    #[serde(default)]
    languages: Option<Vec<String>>,
    #[serde(default)]
    capacity: Option<u32>,
}

/// Changes somebody.
pub(super) async fn change(
    State(app): State<App>,
    headers: HeaderMap,
    Path(id): Path<String>,
    request: Result<Json<Changes>, JsonRejection>,
) -> Response {
    answer(&app, &headers, async |session| {
        let Json(request) = request.map_err(|_| Refusal::BadFrame)?;
        let change = Change {
            name: request.name,
            roles: request.roles,
            groups: request.groups,
            languages: request.languages,
            shops: request.shops,
            capacity: request.capacity,
        };
        let (served, now) = (served(&app), app.clock.now());
        let member = app.accounts.change(&actor(session), &id, change, &served, now).await?;
        Ok(Person::from(&member))
    })
    .await
}

/// Disables somebody: sessions and links end, chats go back to the queue at once.
pub(super) async fn disable(State(app): State<App>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    answer(&app, &headers, async |session| {
        let member = app.accounts.disable(&actor(session), &id, app.clock.now()).await?;
        app.dismiss(&member.id).await;
        Ok(Person::from(&member))
    })
    .await
}

/// Lets somebody in again.
pub(super) async fn enable(State(app): State<App>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    answer(&app, &headers, async |session| {
        let member = app.accounts.enable(&actor(session), &id, app.clock.now()).await?;
        Ok(Person::from(&member))
    })
    .await
}

/// Ends all sessions and links of somebody.
pub(super) async fn sign_out_everywhere(
    State(app): State<App>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Response {
    answer(&app, &headers, async |session| {
        let now = app.clock.now();
        app.accounts.sign_out_everywhere(&actor(session), &id, now).await?;
        Ok(json!({}))
    })
    .await
}
