//! The page of questions: `/v1/questions`, `/v1/question`, `/v1/question/try`.

use axum::Json;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use crate::model::ShopId;
use crate::packs::OwnWords;
use crate::teaching::QuestionEdit;

use super::super::origin::language;
use super::phrases::known_shop;
use super::teaching::made;
use super::trying::{lately, tried};
use super::{App, Refusal, Refused, answer};

/// Longest sought words, characters.
const LONGEST_SOUGHT: usize = 200;

/// Whose, and which.
#[derive(Deserialize)]
pub(super) struct Sought {
    shop: ShopId,
    #[serde(default)]
    sought: String,
}

impl Sought {
    /// The shop, and what is sought, no longer than it may be.
    pub(super) fn of(self, app: &App) -> Result<(ShopId, String), Refused> {
        let shop = known_shop(app, self.shop)?;
        Ok((shop, self.sought.chars().take(LONGEST_SOUGHT).collect()))
    }
}

/// `GET /v1/questions?shop=&sought=`: the questions of the shop's pack, by title.
pub(super) async fn list(
    State(app): State<App>,
    headers: HeaderMap,
    of: Result<Query<Sought>, QueryRejection>,
) -> Response {
    answer(&app, &headers, async |session| {
        let (shop, sought) = of.map_err(|_| Refusal::BadFrame)?.0.of(&app)?;
        Ok(app.teaching.questions(&session.agent, &shop, &sought).await?)
    })
    .await
}

/// Which question.
#[derive(Deserialize)]
pub(super) struct One {
    shop: ShopId,
    id: String,
}

/// `GET /v1/question?shop=&id=`: one of them, as it is written and answered.
pub(super) async fn one(
    State(app): State<App>,
    headers: HeaderMap,
    of: Result<Query<One>, QueryRejection>,
) -> Response {
    answer(&app, &headers, async |session| {
        let Query(One { shop, id }) = of.map_err(|_| Refusal::BadFrame)?;
        let shop = known_shop(&app, shop)?;
        let now = app.clock.now();
        Ok(app.teaching.question(&session.agent, &shop, &id, now).await?)
    })
    .await
}

/// `POST /v1/question`, `POST /v1/question/try`.
#[derive(Deserialize)]
pub(super) struct Edited {
    shop: ShopId,
    /// Without it a new question.
    #[serde(default)]
    id: Option<String>,
    /// `version` of the question as it was read.
    #[serde(default)]
    base: String,
    words: OwnWords,
    /// Why, for the list of publications.
    #[serde(default)]
    reason: String,
    /// Days before today that a try replays; none for no replay.
    #[serde(default)]
    days: u8,
}

impl Edited {
    /// The edit, and the days that a try replays.
    pub(super) fn edit(self, app: &App) -> Result<(QuestionEdit, u8), Refused> {
        let edit = QuestionEdit {
            shop: known_shop(app, self.shop)?,
            id: self.id.filter(|id| !id.is_empty()),
            base: self.base,
            words: self.words,
            reason: self.reason,
        };
        Ok((edit, self.days))
    }
}

/// Puts new words into the files.
pub(super) async fn edit(
    State(app): State<App>,
    headers: HeaderMap,
    request: Result<Json<Edited>, JsonRejection>,
) -> Response {
    let language = language(&headers);
    answer(&app, &headers, async |session| {
        let Json(edited) = request.map_err(|_| Refusal::BadFrame)?;
        let (edit, _) = edited.edit(&app)?;
        let shop = edit.shop.clone();
        let now = app.clock.now();
        let done = app.teaching.edit(&session.agent, edit, now).await?;
        let mut told = made(&app, &shop, &done, language)?;
        if let Some(id) = &done.change.question {
            let question = app.teaching.question(&session.agent, &shop, id, now).await?;
            told["question"] = json!(question);
        }
        Ok(told)
    })
    .await
}

/// Tries them: nothing is written.
pub(super) async fn try_edit(
    State(app): State<App>,
    headers: HeaderMap,
    request: Result<Json<Edited>, JsonRejection>,
) -> Response {
    let language = language(&headers);
    answer(&app, &headers, async |session| {
        let Json(edited) = request.map_err(|_| Refusal::BadFrame)?;
        let (edit, days) = edited.edit(&app)?;
        let lately = lately(&app, &edit.shop, days)?;
        let trial = app
            .teaching
            .try_edit(&session.agent, edit, lately, app.clock.now())
            .await?;
        Ok(tried(trial, language))
    })
    .await
}
