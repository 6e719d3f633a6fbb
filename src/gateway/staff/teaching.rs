//! The morning page: `/v1/morning`, `/v1/teach`, `/v1/changes`.

use std::collections::HashMap;

use axum::Json;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::dialogue::Generation;
use crate::model::{AgentId, Language, ShopId};
use crate::packs::fact_title;
use crate::teaching::{Change, Decision, Recorded, Taught as Done, TeachError, Wish};

use super::super::origin::language;
use super::phrases::known_shop;
use super::trying::{lately, tried, warned};
use super::{App, More, Refusal, Refused, answer};

/// Changes listed at most.
const MOST_CHANGES: usize = 200;
/// Longest name of a group, bytes; those that are given out have 16.
const LONGEST_GROUP: usize = 64;

/// Which shop's.
#[derive(Deserialize)]
pub(super) struct Of {
    shop: ShopId,
    /// `2026-11-30` in the shop's zone; without it yesterday.
    #[serde(default)]
    day: Option<String>,
}

/// `GET /v1/morning?shop=&day=`: what was not answered well.
pub(super) async fn morning(
    State(app): State<App>,
    headers: HeaderMap,
    of: Result<Query<Of>, QueryRejection>,
) -> Response {
    answer(&app, &headers, async |session| {
        let Query(Of { shop, day }) = of.map_err(|_| Refusal::BadFrame)?;
        let shop = known_shop(&app, shop)?;
        let now = app.clock.now();
        let generation = app.shops.get(&shop).ok_or(Refusal::UnknownShop)?;
        let hours = &generation.pack.shop.hours;
        let today = hours.date_at(now);
        let date = match day {
            None => today.yesterday().map_err(|_| Refusal::BadDay)?,
            Some(day) => day.parse::<Date>().map_err(|_| Refusal::BadDay)?,
        };
        if date > today {
            return Err(Refusal::BadDay.into());
        }
        let named = date.to_string();
        let page = app
            .teaching
            .morning(&session.agent, &shop, hours.day(date), &named, now)
            .await?;
        let mut told = json!(page.morning);
        told["shop"] = json!(shop);
        told["day"] = json!(named);
        told["today"] = json!(today.to_string());
        told["all_messages"] = json!(page.day.messages);
        told["all_talks"] = json!(page.day.talks);
        told["cut"] = json!(page.day.cut);
        told["may_teach"] = json!(page.may_teach);
        told["writable"] = json!(page.writable);
        Ok(told)
    })
    .await
}

/// `POST /v1/teach`.
#[derive(Deserialize)]
pub(super) struct Taught {
    shop: ShopId,
    #[serde(default)]
    group: String,
    sentences: Vec<String>,
    /// Days before today that a try replays; none for no replay.
    #[serde(default)]
    days: u8,
    #[serde(flatten)]
    wish: Wish,
}

/// Decides about a group of messages.
pub(super) async fn teach(
    State(app): State<App>,
    headers: HeaderMap,
    request: Result<Json<Taught>, JsonRejection>,
) -> Response {
    let language = language(&headers);
    answer(&app, &headers, async |session| {
        let Json(taught) = request.map_err(|_| Refusal::BadFrame)?;
        let (decision, _) = taught.decided(&app)?;
        let shop = decision.shop.clone();
        let done = app.teaching.teach(&session.agent, decision, app.clock.now()).await?;
        made(&app, &shop, &done, language)
    })
    .await
}

/// Tries the same: nothing is written.
pub(super) async fn try_teach(
    State(app): State<App>,
    headers: HeaderMap,
    request: Result<Json<Taught>, JsonRejection>,
) -> Response {
    let language = language(&headers);
    answer(&app, &headers, async |session| {
        let Json(taught) = request.map_err(|_| Refusal::BadFrame)?;
        let (decision, days) = taught.decided(&app)?;
        let lately = lately(&app, &decision.shop, days)?;
        let now = app.clock.now();
        let trial = app.teaching.try_teach(&session.agent, decision, lately, now).await?;
        Ok(tried(trial, language))
    })
    .await
}

impl Taught {
    /// The decision, and the days that a try replays.
    pub(super) fn decided(self, app: &App) -> Result<(Decision, u8), Refused> {
        if self.group.len() > LONGEST_GROUP {
            return Err(Refusal::BadFrame.into());
        }
        let decision = Decision {
            shop: known_shop(app, self.shop)?,
            group: self.group,
            sentences: self.sentences,
            wish: self.wish,
        };
        Ok((decision, self.days))
    }
}

/// What has become of a change that was made.
pub(super) fn made(app: &App, shop: &ShopId, done: &Done, language: Language) -> Result<Value, Refused> {
    let generation = app.shops.get(shop).ok_or(Refusal::UnknownShop)?;
    let warnings: Vec<Value> = done.warnings.iter().map(|finding| warned(finding, language)).collect();
    Ok(json!({
        "change": told(&done.change, None, true, &HashMap::new(), &generation),
        "answered": done.answered,
        "moved": done.moved,
        "moved_count": done.moved_count,
        "warnings": warnings,
    }))
}

/// `GET /v1/changes?shop=`: what was taught, newest first.
pub(super) async fn changes(
    State(app): State<App>,
    headers: HeaderMap,
    of: Result<Query<Of>, QueryRejection>,
) -> Response {
    answer(&app, &headers, async |session| {
        let shop = shop_of(&app, of)?;
        let changes = app.teaching.changes(&session.agent, &shop).await?;
        let names = app.accounts.names().await?;
        let generation = app.shops.get(&shop).ok_or(Refusal::UnknownShop)?;
        let changes = changes.iter().take(MOST_CHANGES);
        let told =
            changes.map(|(recorded, in_force)| told(&recorded.change, Some(recorded), *in_force, &names, &generation));
        Ok(json!({ "changes": told.collect::<Vec<_>>() }))
    })
    .await
}

/// `POST /v1/changes/undo`.
#[derive(Deserialize)]
pub(super) struct Unwanted {
    shop: ShopId,
    id: String,
}

/// Takes a change back.
pub(super) async fn undo(
    State(app): State<App>,
    headers: HeaderMap,
    request: Result<Json<Unwanted>, JsonRejection>,
) -> Response {
    answer(&app, &headers, async |session| {
        let Json(Unwanted { shop, id }) = request.map_err(|_| Refusal::BadFrame)?;
        let shop = known_shop(&app, shop)?;
        let change = app.teaching.undo(&session.agent, &shop, &id, app.clock.now()).await?;
        let generation = app.shops.get(&shop).ok_or(Refusal::UnknownShop)?;
        Ok(json!({ "change": told(&change, None, false, &HashMap::new(), &generation) }))
    })
    .await
}

/// The shop that is asked about.
pub(super) fn shop_of(app: &App, of: Result<Query<Of>, QueryRejection>) -> Result<ShopId, Refused> {
    let Query(Of { shop, .. }) = of.map_err(|_| Refusal::BadFrame)?;
    known_shop(app, shop)
}

/// A change for the page.
pub(super) fn told(
    change: &Change,
    recorded: Option<&Recorded>,
    in_force: bool,
    names: &HashMap<AgentId, String>,
    generation: &Generation,
) -> Value {
    let mut told = json!({
        "id": change.id, "did": change.did, "group": change.group, "sentences": change.sentences, "in_force": in_force,
    });
    if let Some(question) = &change.question {
        told["question"] = json!(question);
        told["title"] = json!(generation.title_of(question));
    }
    if let Some(subject) = &change.subject {
        told["title"] = json!(titled(subject));
    }
    if !change.reason.is_empty() {
        told["reason"] = json!(change.reason);
    }
    if let Some(undoes) = &change.undoes {
        told["undoes"] = json!(undoes);
    }
    if let Some(file) = &change.file {
        told["file"] = json!({
            "name": file.name, "before": file.before, "after": file.after, "diff": file.diff,
        });
    }
    if let Some(Recorded { by, at, .. }) = recorded {
        told["by"] = json!(by);
        told["by_name"] = json!(names.get(by));
        told["at"] = json!(at);
    }
    told
}

/// A fact or an article for people: most facts have a title beside their name.
fn titled(subject: &str) -> String {
    match fact_title(subject) {
        Some(title) => format!("{}（{subject}）", title.zh),
        None => subject.to_owned(),
    }
}

impl From<TeachError> for Refused {
    fn from(error: TeachError) -> Refused {
        let words = error.words().map(Box::new);
        let more = More {
            diff: error.diff().map(str::to_owned),
            fields: error.fields().to_vec(),
        };
        match error {
            TeachError::Account(error) => error.into(),
            other => {
                if let TeachError::Store(cause) = &other {
                    tracing::error!(%cause, "the morning page cannot be read or kept");
                }
                Refused {
                    refusal: Refusal::from(&other),
                    error: None,
                    words,
                    more: Some(Box::new(more)),
                }
            }
        }
    }
}
