//! `POST /v1/customers/orders`: the orders of a chat's customer, as the shop's own server tells them.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use crate::model::ConversationId;
use crate::orders::Known;
use crate::understanding::personal::hide_personal_in;

use super::super::refusing::refusal;
use super::{App, Refusal, answer, sees_whole};

/// Whose, by a chat that the reader may read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Of {
    conversation: ConversationId,
    /// Whether the shop is to be asked again.
    #[serde(default)]
    fresh: bool,
}

/// The orders, or why there are none to see now.
pub(super) async fn orders(
    State(app): State<App>,
    headers: HeaderMap,
    request: Result<Json<Of>, JsonRejection>,
) -> Response {
    answer(&app, &headers, async |session| {
        let Json(Of { conversation, fresh }) = request.map_err(|_| Refusal::BadFrame)?;
        let known = app
            .orders
            .of(&session.agent, &conversation, fresh, app.clock.now())
            .await
            .map_err(|error| refusal(&error))?;
        app.orders.sweep();
        let mut told = match known {
            Known::Off => json!({"state": "off"}),
            Known::Visitor => json!({"state": "visitor"}),
            Known::Unavailable(why) => json!({"state": "unavailable", "why": why.name()}),
            Known::Orders { orders, more, at } => json!({"state": "orders", "orders": orders, "more": more, "at": at}),
        };
        if !sees_whole(&app, &session.agent) {
            for step in told["orders"].as_array_mut().into_iter().flatten() {
                hide_personal_in(&mut step["parcels"]);
            }
        }
        Ok(told)
    })
    .await
}
