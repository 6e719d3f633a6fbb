//! What the command line asks of the server that has its data folder open: `POST /v1/control/staff`. Only for whoever
//! can read the folder's `control.json`, and only from this machine.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{ConnectInfo, State};
use axum::http::header::{AUTHORIZATION, ORIGIN};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::accounts::Command;
use crate::accounts::token::hash;

use super::super::listen::Peer;
use super::super::origin::{is_forwarded, is_local};
use super::{App, Refusal, Refused, served};

/// The secret that opens this door, as its hash; `None` when there is no door.
pub(in super::super) struct ControlSecret(Option<[u8; 32]>);

impl ControlSecret {
    /// From the secret itself.
    pub fn of(secret: Option<&str>) -> ControlSecret {
        ControlSecret(secret.map(hash))
    }

    /// Hashes are compared, so that the time this takes says nothing of the secret.
    fn opens(&self, headers: &HeaderMap) -> bool {
        let given = headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "));
        matches!((self.0, given), (Some(known), Some(given)) if known == hash(given))
    }
}

/// Does what `yingda staff` asks.
pub(super) async fn staff(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    headers: HeaderMap,
    request: Result<Json<Command>, JsonRejection>,
) -> Response {
    // A server that listens on one address of this machine only sees the machine itself under that address.
    let own = peer.ip() == app.settings.gateway.listen.ip().to_canonical();
    let here = is_local(peer.ip(), &headers) || (own && !is_forwarded(&headers));
    if !here || headers.contains_key(ORIGIN) || !app.control.opens(&headers) {
        return Refused::from(Refusal::NotFound).response(&app, &headers);
    }
    let Ok(Json(command)) = request else {
        return Refused::from(Refusal::BadFrame).response(&app, &headers);
    };
    let disables = matches!(command, Command::Disable { .. });
    match app.accounts.execute(command, &served(&app), app.clock.now()).await {
        Ok(answer) => {
            if disables {
                for person in &answer.people {
                    app.dismiss(&person.id).await;
                }
            }
            Json(answer).into_response()
        }
        Err(error) => {
            let refusal = Refusal::from(&error);
            let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            // For a terminal: both languages.
            let body = json!({"code": refusal.code(), "message": error.to_string()});
            (status, Json(body)).into_response()
        }
    }
}
