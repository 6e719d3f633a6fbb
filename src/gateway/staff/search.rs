//! `POST /v1/talks`: search over what was said. What is looked for stands in the body: an address would be in the logs of every
//! proxy.

use std::ops::Range;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::model::{AgentId, ConversationId, HandoffReason, Millis, Seq, ShopId, shopper_name};
use crate::search::{self, FoundTalk, SaidBy, SearchError, Wanted};
use crate::store::TalkCursor;

use super::super::frames::wire_seq;
use super::super::refusing::refusal;
use super::{App, Refusal, Refused, answer, sees_whole, unread};

/// What is looked for; what is left out or empty is not asked.
#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
#[derive(Default)]
pub(super) struct Asked {
    words: String,
    order: String,
    customer: String,
    agent: Option<AgentId>,
    reason: Option<HandoffReason>,
    stars: Vec<u8>,
    state: Option<search::State>,
    shop: Option<ShopId>,
    tag: Option<String>,
    vip: bool,
    from: Option<Millis>,
    until: Option<Millis>,
    after: Option<String>,
}

impl From<Asked> for Wanted {
    fn from(asked: Asked) -> Wanted {
        Wanted {
            words: asked.words,
            order: asked.order,
            customer: asked.customer,
            agent: asked.agent,
            reason: asked.reason,
            stars: asked.stars,
            state: asked.state,
            shop: asked.shop,
            tag: asked.tag,
            vip: asked.vip,
            from: asked.from,
            until: asked.until,
            after: asked.after.map(TalkCursor::from_text),
        }
    }
}

/// A talk that was found.
#[derive(Serialize)]
struct Shown {
    conversation: ConversationId,
    shop: ShopId,
    shopper: String,
    began: Millis,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<Millis>,
    agents: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stars: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<HandoffReason>,
    messages: u32,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    vip: bool,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<SaidBy>,
    marks: Vec<[u32; 2]>,
    places: Vec<Place>,
}

/// A message in which something was found.
#[derive(Serialize)]
struct Place {
    seq: Seq,
    marks: Vec<[u32; 2]>,
}

impl From<FoundTalk> for Shown {
    fn from(talk: FoundTalk) -> Shown {
        let places = talk.places.iter().map(|(seq, found)| Place {
            seq: wire_seq(*seq),
            marks: marks(found),
        });
        Shown {
            places: places.collect(),
            shopper: shopper_name(&talk.shopper),
            marks: marks(&talk.marks),
            conversation: talk.conversation,
            shop: talk.shop,
            began: talk.began,
            ended: talk.ended,
            agents: talk.agents,
            stars: talk.stars,
            reason: talk.reason,
            messages: talk.messages,
            tags: talk.tags,
            vip: talk.vip,
            text: talk.text,
            from: talk.from,
        }
    }
}

fn marks(ranges: &[Range<u32>]) -> Vec<[u32; 2]> {
    ranges.iter().map(|range| [range.start, range.end]).collect()
}

/// Looks for talks.
pub(super) async fn find(
    State(app): State<App>,
    headers: HeaderMap,
    request: Result<Json<Asked>, JsonRejection>,
) -> Response {
    answer(&app, &headers, async |session| {
        let Json(asked) = request.map_err(unread(Refusal::SearchLong))?;
        let whole = sees_whole(&app, &session.agent);
        let found = app
            .search
            .find(&session.agent, whole, asked.into(), app.clock.now())
            .await?;
        let mut told = json!({
            "talks": found.talks.into_iter().map(Shown::from).collect::<Vec<_>>(),
            "building": found.building,
        });
        if let Some(next) = found.next {
            told["next"] = json!(next.as_str());
        }
        Ok(told)
    })
    .await
}

impl From<SearchError> for Refused {
    fn from(error: SearchError) -> Refused {
        match error {
            SearchError::Long => Refusal::SearchLong.into(),
            SearchError::Nothing => Refusal::SearchEmpty.into(),
            SearchError::Dates => Refusal::SearchDates.into(),
            SearchError::Stars => Refusal::BadRating.into(),
            SearchError::Place => Refusal::BadFrame.into(),
            SearchError::Account(error) => error.into(),
            SearchError::Hub(error) => refusal(&error).into(),
            SearchError::Store(error) => {
                tracing::error!(%error, "talks cannot be searched");
                Refusal::Unavailable.into()
            }
        }
    }
}
