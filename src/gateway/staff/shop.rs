//! The page of the shop: `/v1/shop`, `/v1/shop/try`, `/v1/shop/goods`.

use axum::Json;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::model::ShopId;
use crate::teaching::{Heard, ShopEdit, ShopThing};

use super::super::origin::language;
use super::phrases::known_shop;
use super::questions::Sought;
use super::teaching::{Of, made, shop_of};
use super::trying::{lately, tried};
use super::{App, Refusal, Refused, answer};

/// `GET /v1/shop?shop=`: hours, facts, and how many goods there are.
pub(super) async fn page(
    State(app): State<App>,
    headers: HeaderMap,
    of: Result<Query<Of>, QueryRejection>,
) -> Response {
    answer(&app, &headers, async |session| {
        let shop = shop_of(&app, of)?;
        Ok(app.teaching.shop_page(&session.agent, &shop, app.clock.now()).await?)
    })
    .await
}

/// `GET /v1/shop/goods?shop=&sought=`: the goods whose names, number or links hold it.
pub(super) async fn goods(
    State(app): State<App>,
    headers: HeaderMap,
    of: Result<Query<Sought>, QueryRejection>,
) -> Response {
    answer(&app, &headers, async |session| {
        let (shop, sought) = of.map_err(|_| Refusal::BadFrame)?.0.of(&app)?;
        Ok(app.teaching.shop_goods(&session.agent, &shop, &sought).await?)
    })
    .await
}

/// `POST /v1/shop`, `POST /v1/shop/try`.
#[derive(Deserialize)]
pub(super) struct Edited {
    shop: ShopId,
    #[serde(flatten)]
    thing: ShopThing,
    /// Why.
    #[serde(default)]
    reason: String,
    /// Days before today that a try replays; none for no replay.
    #[serde(default)]
    days: u8,
}

impl Edited {
    /// The edit, and the days that a try replays.
    pub(super) fn edit(self, app: &App) -> Result<(ShopEdit, u8), Refused> {
        let edit = ShopEdit {
            shop: known_shop(app, self.shop)?,
            thing: self.thing,
            reason: self.reason,
        };
        Ok((edit, self.days))
    }
}

/// Puts hours, a fact or an article into the files, or takes it out.
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
        let done = app.teaching.edit_shop(&session.agent, edit, app.clock.now()).await?;
        Ok(with_heard(made(&app, &shop, &done.taught, language)?, &done.heard))
    })
    .await
}

/// Tries the same: nothing is written.
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
        let now = app.clock.now();
        let done = app.teaching.try_edit_shop(&session.agent, edit, lately, now).await?;
        Ok(with_heard(tried(done.trial, language), &done.heard))
    })
    .await
}

fn with_heard(mut told: Value, heard: &Heard) -> Value {
    told["resaid"] = json!(heard.resaid);
    told["resaid_count"] = json!(heard.resaid_count);
    told["asked"] = json!(heard.asked);
    told
}
