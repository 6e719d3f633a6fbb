//! What the command line asks of the server that has its data folder open: `POST /v1/control/staff`
//! and `/v1/control/customer`. Only for whoever
//! can read the folder's `control.json`, and only from this machine.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{ConnectInfo, State};
use axum::http::header::{AUTHORIZATION, ORIGIN};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::accounts::token::hash;
use crate::accounts::{AccountError, Actor, Command, CustomerCommand};

use super::super::listen::Peer;
use super::super::origin::{is_forwarded, is_local};
use super::{App, Refusal, Refused, customers, served};

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
    let command = match let_in(&app, peer, &headers, request) {
        Ok(command) => command,
        Err(refusal) => return Refused::from(refusal).response(&app, &headers),
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
        Err(error) => told(&error),
    }
}

/// Does what `yingda customer` asks.
pub(super) async fn customer(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    headers: HeaderMap,
    request: Result<Json<CustomerCommand>, JsonRejection>,
) -> Response {
    let command = match let_in(&app, peer, &headers, request) {
        Ok(command) => command,
        Err(refusal) => return Refused::from(refusal).response(&app, &headers),
    };
    match command {
        CustomerCommand::Erase { shop, shopper } => {
            match customers::erase_whole(&app, Actor::Console, shop, shopper).await {
                Ok(receipt) => Json(receipt).into_response(),
                Err(refused) => match &refused.error {
                    Some(error) => told(error),
                    None => refused.response(&app, &headers),
                },
            }
        }
        CustomerCommand::Exported {
            shop,
            shopper,
            conversations,
        } => {
            let (who, now) = ((shop, shopper), app.clock.now());
            match app.accounts.exported(&Actor::Console, who, conversations, now).await {
                Ok(()) => Json(json!({})).into_response(),
                Err(error) => told(&error),
            }
        }
    }
}

/// What is asked, when whoever asks knows the secret and sits at this machine.
fn let_in<Request>(
    app: &App,
    peer: Peer,
    headers: &HeaderMap,
    request: Result<Json<Request>, JsonRejection>,
) -> Result<Request, Refusal> {
    // A server that listens on one address of this machine only sees the machine itself under that address.
    let own = peer.0.ip().to_canonical() == app.settings.gateway.listen.ip().to_canonical();
    let here = is_local(peer.0.ip(), headers) || (own && !is_forwarded(headers));
    if !here || headers.contains_key(ORIGIN) || !app.control.opens(headers) {
        return Err(Refusal::NotFound);
    }
    request.map(|Json(request)| request).map_err(|_| Refusal::BadFrame)
}

/// What is wrong, for a terminal: in both languages.
fn told(error: &AccountError) -> Response {
    let refusal = Refusal::from(error);
    let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = json!({"code": refusal.code(), "message": error.to_string()});
    (status, Json(body)).into_response()
}
