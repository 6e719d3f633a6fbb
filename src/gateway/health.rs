//! For whoever runs the server: is it alive, can it take work, what are its numbers.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::store::Store;
use crate::telemetry::ShopGauges;

use super::App;
use super::error::Refusal;
use super::listen::Peer;
use super::origin::{is_local, language};

/// How long the store may take to show that it takes writes.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long an outcome holds: whoever asks often costs the store no more than this.
const HOLDS: Duration = Duration::from_millis(500);

/// Whether the store takes writes, found out for all who ask at the same time by one of them.
#[derive(Default)]
pub(super) struct StoreProbe(Mutex<Option<(Instant, bool)>>);

impl StoreProbe {
    /// A write, there and back. `false` too when it does not come back in time.
    async fn takes_writes(&self, store: &Arc<dyn Store>) -> bool {
        let mut last = self.0.lock().await;
        if let Some((at, outcome)) = *last
            && at.elapsed() < HOLDS
        {
            return outcome;
        }
        let outcome = matches!(timeout(PATIENCE, store.takes_writes()).await, Ok(Ok(())));
        *last = Some((Instant::now(), outcome));
        outcome
    }
}

/// The process runs: `ok`, and a line for each shop with the pack that answers there.
pub(super) async fn alive(State(app): State<App>) -> String {
    let mut text = "ok\n".to_owned();
    for (shop, generation) in app.shops.all().iter() {
        text.push_str(&format!("{shop} {}\n", generation.pack.id.as_str()));
    }
    text
}

/// New shoppers may be sent here: not going away, and the store answers.
pub(super) async fn ready(State(app): State<App>) -> Response {
    let store = app.store_probe.takes_writes(&app.store).await;
    let leaving = app.moving.is_cancelled();
    let status = if store && !leaving {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let shops = app.shops.all();
    let packs = shops
        .iter()
        .map(|(shop, generation)| (shop.as_str(), generation.pack.id.as_str()));
    let body = json!({
        "ready": status == StatusCode::OK,
        "store": store,
        "leaving": leaving,
        "generation": app.shops.publications(),
        // What answers for each shop: after an edit somebody sees here that it is live.
        "packs": packs.collect::<BTreeMap<_, _>>(),
    });
    (status, Json(body)).into_response()
}

/// The metrics at the address that everybody reaches: to this machine only unless the settings say otherwise. What a
/// proxy on this machine passes on looks local too, so with a public address they are at the address of operations.
pub(super) async fn metrics_where_public(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    headers: HeaderMap,
) -> Response {
    let gateway = &app.settings.gateway;
    let here_only = gateway.public_url.is_empty() && gateway.operations_listen.is_none();
    let visible = gateway.metrics_public || here_only && is_local(peer.ip(), &headers);
    if !visible {
        return Refusal::NotFound.response(language(&headers));
    }
    metrics(State(app)).await
}

/// The metrics.
pub(super) async fn metrics(State(app): State<App>) -> Response {
    let stats = app.hub.stats();
    let shops = stats.shops.iter().map(|(shop, counts)| ShopGauges {
        shop: shop.as_str(),
        waiting: counts.waiting,
        assigned: counts.assigned,
        agents_online: counts.agents_online,
    });
    app.metrics.hub(stats.live, stats.agents_online, shops);
    app.metrics.generation(app.shops.publications());
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(CONTENT_TYPE, kind)], app.metrics.text()).into_response()
}
