//! `GET /v1/numbers`: the numbers of the day, for supervisors and owners.

use std::collections::BTreeMap;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::json;

use crate::model::{AgentId, ShopId};
use crate::reporting::{ReportError, Wanted};

use super::phrases::known_shop;
use super::{App, Refusal, Refused, answer};

/// Of which shop and days.
#[derive(Deserialize)]
pub(super) struct Of {
    /// Without it all that the reader leads.
    #[serde(default)]
    shop: Option<ShopId>,
    /// `2026-11-30` in the shop's zone; without it today.
    #[serde(default)]
    from: Option<String>,
    /// Without it the first day.
    #[serde(default)]
    until: Option<String>,
}

/// The numbers of some days.
pub(super) async fn numbers(
    State(app): State<App>,
    headers: HeaderMap,
    of: Result<Query<Of>, QueryRejection>,
) -> Response {
    answer(&app, &headers, async |session| {
        let Query(Of { shop, from, until }) = of.map_err(|_| Refusal::BadFrame)?;
        let shop = shop.map(|shop| known_shop(&app, shop)).transpose()?;
        let now = app.clock.now();
        let today = app.reporting.today(&session.agent, shop.as_ref(), now)?;
        let day = |written: Option<String>, else_: Date| match written {
            Some(written) => written.parse::<Date>().map_err(|_| Refusal::BadDays),
            None => Ok(else_),
        };
        let from = day(from, today)?;
        let until = day(until, from)?;
        let wanted = Wanted { shop, from, until };
        let told = app.reporting.numbers(&session.agent, &wanted, now).await?;
        let mut body = json!(told.report);
        // What the files call it now; a question that is gone has its id.
        for row in body["questions"].as_array_mut().into_iter().flatten() {
            let of = row["shop"].as_str().map(ShopId::new);
            let generation = of.and_then(|shop| app.shops.get(&shop));
            if let (Some(generation), Some(id)) = (generation, row["question"].as_str()) {
                row["title"] = json!(generation.title_of(id));
            }
        }
        let mut points: BTreeMap<AgentId, u32> = BTreeMap::new();
        for shop in &told.shops {
            let Some(generation) = app.shops.get(shop) else {
                continue;
            };
            let hours = &generation.pack.shop.hours;
            let span = hours.day(from).start..hours.day(until).end;
            for (agent, taken) in app.reviewing.points(shop, span).await? {
                *points.entry(agent).or_default() += taken;
            }
        }
        for row in body["agents"].as_array_mut().into_iter().flatten() {
            let taken = row["agent"].as_str().and_then(|agent| points.get(&AgentId::new(agent)));
            row["points"] = json!(taken.copied().unwrap_or(0));
        }
        body["from"] = json!(from.to_string());
        body["until"] = json!(until.to_string());
        body["today"] = json!(today.to_string());
        body["now"] = json!(now);
        if let Some(read_until) = told.read_until {
            body["read_until"] = json!(read_until);
        }
        Ok(body)
    })
    .await
}

impl From<ReportError> for Refused {
    fn from(error: ReportError) -> Refused {
        let refusal = match &error {
            ReportError::Forbidden => Refusal::Forbidden,
            ReportError::Days => Refusal::BadDays,
            ReportError::Store(_) => {
                tracing::error!(%error, "the numbers cannot be read");
                Refusal::Unavailable
            }
        };
        refusal.into()
    }
}
