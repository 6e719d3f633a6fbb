//! A customer's card at the desk: `/v1/customers/card` and `/v1/customers/card/change`.

use std::borrow::Cow;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::accounts::Session;
use crate::customers::{CardChange, CardError, ShownCard, may_delete};
use crate::model::{Agent, ConversationId, shopper_name};
use crate::search::SearchError;
use crate::understanding::personal::hide_personal;

use super::super::refusing::refusal;
use super::{App, Refusal, Refused, answer, finished, sees_whole, the_only_one, unread};

/// `POST /v1/customers/card`: whose, by a chat that the reader may read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Of {
    conversation: ConversationId,
}

/// `POST /v1/customers/card/change`: one of these.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Changed {
    conversation: ConversationId,
    tag: Option<String>,
    no_tag: Option<String>,
    vip: Option<bool>,
    note: Option<String>,
    no_note: Option<String>,
}

impl Changed {
    /// The one change; `None` when there is none or more.
    fn change(self) -> Option<(ConversationId, CardChange)> {
        let changes = [
            self.tag.map(CardChange::Tag),
            self.no_tag.map(CardChange::NoTag),
            self.vip.map(CardChange::Vip),
            self.note.map(CardChange::Note),
            self.no_note.map(CardChange::NoNote),
        ];
        Some((self.conversation, the_only_one(changes)?))
    }
}

/// The card of a chat's customer.
pub(super) async fn card(
    State(app): State<App>,
    headers: HeaderMap,
    request: Result<Json<Of>, JsonRejection>,
) -> Response {
    answer(&app, &headers, async |session| {
        let Json(Of { conversation }) = request.map_err(|_| Refusal::BadFrame)?;
        let card = app.customers.card(&session.agent, &conversation).await?;
        Ok(told(&app, session, card))
    })
    .await
}

/// Changes it.
pub(super) async fn change(
    State(app): State<App>,
    headers: HeaderMap,
    request: Result<Json<Changed>, JsonRejection>,
) -> Response {
    answer(&app, &headers, async |session| {
        let Json(changed) = request.map_err(unread(Refusal::LongNote))?;
        let (conversation, change) = changed.change().ok_or(Refusal::BadFrame)?;
        let card = change_whole(&app, session.agent.clone(), conversation, change).await?;
        Ok(told(&app, session, card))
    })
    .await
}

/// Changes it, records it and takes the customer's talks into the index anew: once begun it is finished.
async fn change_whole(
    app: &App,
    writer: Agent,
    conversation: ConversationId,
    change: CardChange,
) -> Result<ShownCard, Refused> {
    let own = app.clone();
    finished(app, async move {
        let now = own.clock.now();
        let card = own.customers.change(&writer, &conversation, &change, now).await?;
        if matches!(change, CardChange::Tag(_) | CardChange::NoTag(_) | CardChange::Vip(_)) {
            // By its tags the customer's talks are found.
            let found = own.search.index_anew(&card.shop, &card.shopper).await;
            found.map_err(SearchError::from)?;
        }
        Ok(card)
    })
    .await
}

fn told(app: &App, session: &Session, shown: ShownCard) -> Value {
    let whole = sees_whole(app, &session.agent);
    let notes = shown.card.notes.iter().rev().map(|note| {
        let text = match whole {
            true => Cow::Borrowed(note.text.as_str()),
            false => hide_personal(&note.text),
        };
        json!({"id": note.id, "at": note.at, "name": note.name, "text": text, "own": may_delete(note, &session.agent)})
    });
    json!({
        "shop": shown.shop, "shopper": shopper_name(&shown.shopper), "tags": shown.card.tags, "vip": shown.card.vip,
        "notes": notes.collect::<Vec<_>>(), "shop_tags": shown.shop_tags,
    })
}

impl From<CardError> for Refused {
    fn from(error: CardError) -> Refused {
        if let Some(cause) = error.store() {
            tracing::error!(%cause, "a customer's card cannot be read or kept");
        }
        match error {
            CardError::Tag => Refusal::BadTag.into(),
            CardError::TagsFull => Refusal::TagsFull.into(),
            CardError::NoteEmpty => Refusal::Empty.into(),
            CardError::NoteLong => Refusal::LongNote.into(),
            CardError::NotesFull => Refusal::NotesFull.into(),
            CardError::UnknownNote => Refusal::UnknownNote.into(),
            CardError::Busy | CardError::Store(_) => Refusal::Unavailable.into(),
            CardError::Account(error) => error.into(),
            CardError::Hub(error) => refusal(&error).into(),
        }
    }
}
