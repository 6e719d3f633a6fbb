//! Reviews of talks at the desk: `/v1/quality`, `/v1/quality/reviews`, `/v1/quality/talk` and `/v1/quality/change`.

use std::collections::HashMap;

use axum::Json;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::hub::Reading;
use crate::insight::quality::{Mark, Rule, TalkFacts};
use crate::model::{Agent, AgentId, ConversationId, Event, EventKind, ShopId, shopper_name};
use crate::privacy::hidden;
use crate::reviewing::{ReviewChange, ReviewError, ReviewedTalk, Standing, Wanted, Which};
use crate::understanding::personal::hide_personal_in;

use super::super::protocol::DeskEvent;
use super::super::refusing::refusal;
use super::super::{frames, opened_chat};
use super::phrases::known_shop;
use super::{App, Refusal, Refused, answer, finished, sees_whole, the_only_one, unread};

/// Talks that are drawn where nobody says how many.
const USUAL_SIZE: usize = 10;

/// `GET /v1/quality`: what is drawn.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    shop: ShopId,
    /// `2026-11-30` in the shop's zone; without it today.
    #[serde(default)]
    day: Option<String>,
    /// Only talks in which this rule finds something.
    #[serde(default)]
    rule: Option<Rule>,
    #[serde(default)]
    size: Option<usize>,
    #[serde(default)]
    round: Option<u32>,
}

/// `GET /v1/quality/reviews`: which list.
#[derive(Deserialize)]
pub(super) struct Of {
    of: List,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum List {
    Own,
    Shared,
    Assessed,
}

/// `POST /v1/quality/talk`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Talk {
    conversation: ConversationId,
}

/// `POST /v1/quality/change`: one of these.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Changed {
    conversation: ConversationId,
    assess: Option<Assess>,
    take_back: Option<String>,
    answer: Option<Answered>,
    share: Option<bool>,
    note: Option<String>,
    no_note: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Assess {
    of: AgentId,
    #[serde(default)]
    items: Vec<Item>,
    #[serde(default)]
    note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    item: String,
    points: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answered {
    assessment: String,
    text: String,
}

impl Changed {
    /// The one change; `None` when there is none or more.
    fn change(self) -> Option<(ConversationId, ReviewChange)> {
        let changes = [
            self.assess.map(|Assess { of, items, note }| ReviewChange::Assess {
                of,
                items: items.into_iter().map(|item| (item.item, item.points)).collect(),
                note,
            }),
            self.take_back.map(ReviewChange::TakeBack),
            self.answer
                .map(|Answered { assessment, text }| ReviewChange::Answer { assessment, text }),
            self.share.map(ReviewChange::Share),
            self.note.map(ReviewChange::Note),
            self.no_note.map(ReviewChange::NoNote),
        ];
        Some((self.conversation, the_only_one(changes)?))
    }
}

/// Draws talks.
pub(super) async fn draw(
    State(app): State<App>,
    headers: HeaderMap,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    answer(&app, &headers, async |session| {
        let Query(asked) = asked.map_err(|_| Refusal::BadFrame)?;
        let (reader, now) = (&session.agent, app.clock.now());
        let shop = known_shop(&app, asked.shop)?;
        let today = app.reviewing.today(reader, &shop, now)?;
        let day = match asked.day {
            Some(day) => day.parse::<Date>().map_err(|_| Refusal::BadDraw)?,
            None => today,
        };
        let wanted = Wanted {
            shop,
            day,
            rule: asked.rule,
            size: asked.size.unwrap_or(USUAL_SIZE),
            round: asked.round.unwrap_or(1),
        };
        let drawn = app.reviewing.draw(reader, &wanted, now).await?;
        let whole = sees_whole(&app, reader);
        let talks = drawn.talks.iter().map(|talk| {
            let mut told = facts(&talk.facts, Standing::Assessor);
            told["conversation"] = json!(talk.conversation);
            told["marks"] = marks(&talk.marks);
            told["assessments"] = json!(talk.assessments);
            told["points"] = json!(talk.points);
            hide(&mut told, whole);
            told
        });
        Ok(json!({
            "talks": talks.collect::<Vec<_>>(), "ended": drawn.ended, "cut": drawn.cut,
            "day": day.to_string(), "today": today.to_string(), "size": wanted.size, "round": wanted.round,
        }))
    })
    .await
}

/// A list of what was said.
pub(super) async fn reviews(
    State(app): State<App>,
    headers: HeaderMap,
    of: Result<Query<Of>, QueryRejection>,
) -> Response {
    answer(&app, &headers, async |session| {
        let Query(Of { of }) = of.map_err(|_| Refusal::BadFrame)?;
        let which = match of {
            List::Own => Which::Own,
            List::Shared => Which::Shared,
            List::Assessed => Which::Assessed,
        };
        let reader = &session.agent;
        let listed = app.reviewing.list(reader, which).await?;
        let whole = sees_whole(&app, reader);
        let talks = listed.into_iter().map(|one| {
            let mut told = json!({
                "conversation": one.conversation, "shop": one.shop, "at": one.at,
                "shopper": shown_name(&shopper_name(&one.shopper), one.standing), "review": one.review,
            });
            hide(&mut told["review"], whole && one.standing != Standing::Colleague);
            told
        });
        Ok(json!({ "talks": talks.collect::<Vec<_>>() }))
    })
    .await
}

/// A talk with what was said of it. Who reads it who has not had it stands in the record before anything is shown.
pub(super) async fn talk(
    State(app): State<App>,
    headers: HeaderMap,
    request: Result<Json<Talk>, JsonRejection>,
) -> Response {
    answer(&app, &headers, async |session| {
        let Json(Talk { conversation }) = request.map_err(|_| Refusal::BadFrame)?;
        let reader = &session.agent;
        let talk = app.reviewing.talk(reader, &conversation).await?;
        let reading = match talk.standing {
            Standing::Had => Reading::Former,
            Standing::Assessor | Standing::Colleague => Reading::Role,
        };
        opened_chat::record(&app, &reader.id, &conversation, &talk.facts.shop, reading).await?;
        let names = app.accounts.names().await?;
        let whole = sees_whole(&app, reader) && talk.standing != Standing::Colleague;
        let mut events = json!(events(&talk, &names));
        hide(&mut events, whole);
        let mut told = told(&conversation, &talk, whole, reader);
        told["events"] = events;
        Ok(told)
    })
    .await
}

/// Changes what is said of a talk; once begun it is finished. Answers with all of it but the log.
pub(super) async fn change(
    State(app): State<App>,
    headers: HeaderMap,
    request: Result<Json<Changed>, JsonRejection>,
) -> Response {
    answer(&app, &headers, async |session| {
        let Json(changed) = request.map_err(unread(Refusal::LongNote))?;
        let (conversation, change) = changed.change().ok_or(Refusal::BadFrame)?;
        let (own, writer) = (app.clone(), session.agent.clone());
        let whole = sees_whole(&app, &writer);
        finished(&app, async move {
            let now = own.clock.now();
            own.reviewing.change(&writer, &conversation, &change, now).await?;
            let talk = own.reviewing.talk(&writer, &conversation).await?;
            let whole = whole && talk.standing != Standing::Colleague;
            Ok(told(&conversation, &talk, whole, &writer))
        })
        .await
    })
    .await
}

/// A talk and what was said of it, without its log.
fn told(conversation: &ConversationId, talk: &ReviewedTalk, whole: bool, reader: &Agent) -> Value {
    let mut told = facts(&talk.facts, talk.standing);
    let sheet =
        talk.shop.pack.scoring_sheet().iter().map(
            |item| json!({"item": item.id, "title": item.title, "title_en": item.title_en, "points": item.points}),
        );
    told["conversation"] = json!(conversation);
    told["standing"] = json!(talk.standing);
    told["me"] = json!(reader.id);
    told["marks"] = marks(&talk.marks);
    told["review"] = json!(talk.review);
    hide(&mut told, whole);
    told["sheet"] = match talk.standing {
        Standing::Assessor => sheet.collect(),
        Standing::Had | Standing::Colleague => json!([]),
    };
    told
}

/// What the rules find, with the places that frames name.
fn marks(found: &[Mark]) -> Value {
    let marks = found.iter().map(|mark| {
        let mut told = json!(mark);
        told["seq"] = json!(frames::wire_seq(mark.seq));
        told
    });
    marks.collect()
}

fn facts(facts: &TalkFacts, standing: Standing) -> Value {
    let agents = facts.agents.iter().map(|(id, name)| json!({"id": id, "name": name}));
    let mut told = json!({
        "shop": facts.shop, "shopper": shown_name(&shopper_name(&facts.shopper), standing), "began": facts.began,
        "agents": agents.collect::<Vec<_>>(), "messages": facts.messages,
    });
    if let Some(ended) = facts.ended {
        told["ended"] = json!(ended);
    }
    if let Some(stars) = facts.stars {
        told["stars"] = json!(stars);
    }
    told
}

/// The name of a customer: colleagues who only look on need not know whose talk it is.
fn shown_name(name: &str, standing: Standing) -> String {
    match standing {
        Standing::Colleague => hidden(name),
        Standing::Assessor | Standing::Had => name.to_owned(),
    }
}

/// The log as desks see it; colleagues see what was said to and by the shopper, without files.
fn events(talk: &ReviewedTalk, names: &HashMap<AgentId, String>) -> Vec<DeskEvent> {
    let name = |agent: Option<&AgentId>| agent.and_then(|agent| names.get(agent)).cloned();
    let colleague = talk.standing == Standing::Colleague;
    let for_others = |event: &Event| {
        !matches!(
            event.kind,
            EventKind::Noted { .. } | EventKind::Recognised(..) | EventKind::Snoozed { .. }
        )
    };
    let shown = talk.events.iter().filter(|event| !colleague || for_others(event));
    shown
        .map(|event| {
            let (acting, by) = (name(frames::unnamed_agent(event)), name(frames::moving_agent(event)));
            let mut told = frames::for_desk(event, acting, by);
            if colleague {
                told.files.clear();
                told.decision = None;
                told.signals.clear();
                if told.from.is_none() {
                    told.text = None;
                }
            }
            told
        })
        .collect()
}

/// Hides what is personal in every text, unless the reader sees it whole.
fn hide(value: &mut Value, whole: bool) {
    if !whole {
        hide_personal_in(value);
    }
}

impl From<ReviewError> for Refused {
    fn from(error: ReviewError) -> Refused {
        if let Some(cause) = error.store() {
            tracing::error!(%cause, "what is said of a talk cannot be read or kept");
        }
        match error {
            ReviewError::Draw => Refusal::BadDraw.into(),
            ReviewError::Score => Refusal::BadScore.into(),
            ReviewError::NotInTalk => Refusal::NotInTalk.into(),
            ReviewError::Empty => Refusal::Empty.into(),
            ReviewError::Long => Refusal::LongNote.into(),
            ReviewError::Full => Refusal::ReviewFull.into(),
            ReviewError::Unknown => Refusal::UnknownReview.into(),
            ReviewError::Busy | ReviewError::Store(_) => Refusal::Unavailable.into(),
            ReviewError::Account(error) => error.into(),
            ReviewError::Hub(error) => refusal(&error).into(),
        }
    }
}
