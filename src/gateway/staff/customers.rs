//! A customer's data at the desk, as `yingda customer` reads it out and erases it: how much there is, all of it as a file, and
//! its end with a receipt. Who is meant stands in the body: an address would be in the logs of every proxy.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::header::CONTENT_DISPOSITION;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};

use crate::accounts::{AccountError, Actor, HEARD, Kept, KeptAmount, KeptSource, Receipt, Session, shopper_named};
use crate::model::{ConversationId, ShopId, ShopperId};
use crate::store::{Log, Store, StoreError};

use super::super::refusing::refusal;
use super::{App, Refusal, Refused, actor, answer, finished, sees_whole, served};

/// Longest id of a customer, bytes: the longest that signs in, with what its kind is written before it.
const LONGEST_ID: usize = 160;

/// `POST /v1/customers`: who is looked for, by the shop's own id (or `anon:…`) or by one of the talks.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Wanted {
    /// The customer of a talk.
    Talk { conversation: ConversationId },
    /// The customer of this id.
    Id {
        customer: String,
        /// Without it every shop that is served and that the reader may look into.
        #[serde(default)]
        shop: Option<ShopId>,
    },
}

/// `POST /v1/customers/export` and `/erase`: exactly one customer of one shop.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Whom {
    shop: ShopId,
    customer: String,
}

#[derive(Serialize)]
struct Found {
    /// One for each shop that keeps something; empty where none does.
    found: Vec<KeptAmount>,
    /// Whether this reader may have everything as a file.
    exports: bool,
}

/// Says how much is kept of a customer, without a word of it.
pub(super) async fn look_up(
    State(app): State<App>,
    headers: HeaderMap,
    request: Result<Json<Wanted>, JsonRejection>,
) -> Response {
    answer(&app, &headers, async |session| {
        let Json(wanted) = request.map_err(|_| Refusal::BadFrame)?;
        let actor = actor(session);
        let places = match wanted {
            Wanted::Talk { conversation } => vec![customer_of(&app, &actor, conversation).await?],
            Wanted::Id { customer, shop } => {
                let shopper = named(&customer)?;
                let shops = match shop {
                    Some(shop) => vec![shop],
                    None => allowed_shops(&app, &actor),
                };
                let places = shops.into_iter().map(|shop| (shop, shopper.clone()));
                places.collect()
            }
        };
        if places.is_empty() || places.iter().any(|(shop, _)| !actor.may_handle_customers(shop)) {
            return Err(Refusal::Forbidden.into());
        }
        let source = kept_source(&app);
        let mut found = Vec::new();
        for (shop, shopper) in places {
            let amount = source.amount(&shop, &shopper).await.map_err(unread)?;
            found.extend(Some(amount).filter(|amount| !amount.is_empty()));
        }
        Ok(Found {
            found,
            exports: sees_whole(&app, &session.agent),
        })
    })
    .await
}

/// Everything of a customer as a file, nothing hidden: for those who see phones and addresses whole.
pub(super) async fn export(
    State(app): State<App>,
    headers: HeaderMap,
    request: Result<Json<Whom>, JsonRejection>,
) -> Response {
    let mut response = answer(&app, &headers, async |session| {
        let (actor, shop, shopper) = whom(session, request)?;
        if !sees_whole(&app, &session.agent) {
            return Err(Refusal::Forbidden.into());
        }
        let now = app.clock.now();
        let kept: Kept = kept_source(&app)
            .everything(&shop, &shopper, now)
            .await
            .map_err(unread)?;
        if kept.is_empty() {
            return Err(Refusal::UnknownCustomer.into());
        }
        let conversations = kept.conversations.len() as u64;
        // What is not on record is not handed out.
        let who = (shop, shopper);
        app.accounts.exported(&actor, who, conversations, now).await?;
        Ok(kept)
    })
    .await;
    if response.status() == StatusCode::OK {
        // Not named after the customer: downloads lie around.
        let name = HeaderValue::from_static("attachment; filename=\"yingda-customer.json\"");
        response.headers_mut().insert(CONTENT_DISPOSITION, name);
    }
    response
}

/// Deletes everything of a customer; the receipt is the answer.
pub(super) async fn erase(
    State(app): State<App>,
    headers: HeaderMap,
    request: Result<Json<Whom>, JsonRejection>,
) -> Response {
    answer(&app, &headers, async |session| {
        let (actor, shop, shopper) = whom(session, request)?;
        let amount = kept_source(&app).amount(&shop, &shopper).await.map_err(unread)?;
        if amount.is_empty() {
            return Err(Refusal::UnknownCustomer.into());
        }
        erase_whole(&app, actor, shop, shopper).await
    })
    .await
}

/// Ends what is open, deletes everything and records it: for the desk and for the command line. Once begun it is finished,
/// also when whoever asked goes away.
pub(super) async fn erase_whole(app: &App, actor: Actor, shop: ShopId, shopper: ShopperId) -> Result<Receipt, Refused> {
    let own = app.clone();
    finished(app, async move {
        let ended = own.hub.end_talks(&shop, &shopper).await;
        let ended = ended.map_err(|error| Refused::from(refusal(&error)))?;
        if ended > 0 && own.settings.store.url != "embedded" {
            tokio::time::sleep(HEARD).await;
        }
        let log = Arc::clone(&own.store) as Arc<dyn Log>;
        let (who, now) = ((shop.clone(), shopper), own.clock.now());
        let receipt = own
            .accounts
            .erase(log.as_ref(), own.files.as_ref(), &actor, who, ended, now);
        let receipt = receipt.await?;
        own.customers.forget_tags(&shop);
        Ok(receipt)
    })
    .await
}

/// Exactly who is asked about, when this member may do it.
fn whom(session: &Session, request: Result<Json<Whom>, JsonRejection>) -> Result<(Actor, ShopId, ShopperId), Refused> {
    let Json(Whom { shop, customer }) = request.map_err(|_| Refusal::BadFrame)?;
    let actor = actor(session);
    let shopper = named(&customer)?;
    match actor.may_handle_customers(&shop) {
        true => Ok((actor, shop, shopper)),
        false => Err(Refusal::Forbidden.into()),
    }
}

/// The customer of a talk and the shop, when the reader may look into it.
async fn customer_of(app: &App, actor: &Actor, conversation: ConversationId) -> Result<(ShopId, ShopperId), Refused> {
    let head = Log::head(app.store.as_ref(), conversation).await.map_err(unread)?;
    let head = head.ok_or(Refusal::UnknownConversation)?;
    match actor.may_handle_customers(&head.shop) {
        true => Ok((head.shop, head.shopper)),
        false => Err(Refusal::Forbidden.into()),
    }
}

fn named(customer: &str) -> Result<ShopperId, Refused> {
    let id = customer.trim();
    match id.is_empty() || id.len() > LONGEST_ID {
        true => Err(Refusal::BadFrame.into()),
        false => Ok(shopper_named(id)),
    }
}

fn allowed_shops(app: &App, actor: &Actor) -> Vec<ShopId> {
    let shops = served(app).into_iter();
    shops.filter(|shop| actor.may_handle_customers(shop)).collect()
}

fn kept_source(app: &App) -> KeptSource {
    KeptSource::Open(Arc::clone(&app.store) as Arc<dyn Store>)
}

fn unread(error: StoreError) -> Refused {
    AccountError::from(error).into()
}
