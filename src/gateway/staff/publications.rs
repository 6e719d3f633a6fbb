//! What has answered, and the way back: `/v1/publications`.

use std::collections::HashMap;

use axum::Json;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::dialogue::Generation;
use crate::model::ShopId;
use crate::teaching::{Change, Going};

use super::phrases::known_shop;
use super::teaching::{Of, shop_of, told};
use super::{App, Refusal, answer};

/// `GET /v1/publications?shop=`: what has answered in the shop, newest first.
pub(super) async fn list(
    State(app): State<App>,
    headers: HeaderMap,
    of: Result<Query<Of>, QueryRejection>,
) -> Response {
    answer(&app, &headers, async |session| {
        let shop = shop_of(&app, of)?;
        let listing = app.teaching.publications(&session.agent, &shop).await?;
        let names = app.accounts.names().await?;
        let generation = app.shops.get(&shop).ok_or(Refusal::UnknownShop)?;
        let live = generation.pack.id.as_str();
        let publications = listing.publications.iter().enumerate().map(|(at, one)| {
            json!({
                "id": one.id, "at": one.at, "pack": one.pack, "live": at == 0 && one.pack == live,
                "by": one.by, "by_name": one.by.as_ref().and_then(|by| names.get(by)),
                "changes": one.changes.iter().map(|change| shown(change, &generation)).collect::<Vec<_>>(),
                "files": one.files, "at_start": one.at_start, "since": one.since,
            })
        });
        Ok(json!({ "publications": publications.collect::<Vec<_>>(), "may_teach": listing.may_teach }))
    })
    .await
}

/// `POST /v1/publications/back`.
#[derive(Deserialize)]
pub(super) struct Back {
    shop: ShopId,
    id: String,
    /// Only what it would come to.
    #[serde(default)]
    only_say: bool,
    /// The changes that it was said to come to; where it comes to others by now, nothing is done.
    #[serde(default)]
    seen: Option<Vec<String>>,
}

/// Goes back to a publication.
pub(super) async fn back(
    State(app): State<App>,
    headers: HeaderMap,
    request: Result<Json<Back>, JsonRejection>,
) -> Response {
    answer(&app, &headers, async |session| {
        let Json(back) = request.map_err(|_| Refusal::BadFrame)?;
        let shop = known_shop(&app, back.shop)?;
        let now = app.clock.now();
        let going = match (back.only_say, back.seen) {
            (true, _) => Going::Say,
            (false, Some(seen)) => Going::Seen(seen),
            (false, None) => Going::Back,
        };
        let gone = app
            .teaching
            .go_back(&session.agent, &shop, &back.id, going, now)
            .await?;
        let generation = app.shops.get(&shop).ok_or(Refusal::UnknownShop)?;
        let steps = gone.steps.iter().map(|step| {
            let mut told = shown(&step.change, &generation);
            told["again"] = json!(step.again);
            told
        });
        Ok(json!({
            "done": gone.done,
            "steps": steps.collect::<Vec<_>>(),
            "left": gone.left.iter().map(|change| shown(change, &generation)).collect::<Vec<_>>(),
        }))
    })
    .await
}

fn shown(change: &Change, generation: &Generation) -> Value {
    told(change, None, true, &HashMap::new(), generation)
}
