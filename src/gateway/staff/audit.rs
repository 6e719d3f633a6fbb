//! `GET /v1/audit`: what people did, newest first.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use crate::model::Millis;

use super::{App, Refusal, actor, answer};

/// Entries of a page at most.
const LARGEST_PAGE: usize = 200;

/// Which part.
#[derive(Deserialize)]
pub(super) struct Part {
    /// Only entries before this number.
    #[serde(default)]
    before: Option<u64>,
    #[serde(default)]
    limit: Option<usize>,
}

#[derive(Serialize)]
struct Page {
    entries: Vec<Entry>,
    /// The next page's `before`; absent when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<u64>,
}

#[derive(Serialize)]
struct Entry {
    number: u64,
    at: Millis,
    actor: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    actor_name: Option<String>,
    action: String,
    subject: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject_name: Option<String>,
    detail: serde_json::Value,
}

/// A page of the record.
pub(super) async fn page(
    State(app): State<App>,
    headers: HeaderMap,
    part: Result<Query<Part>, QueryRejection>,
) -> Response {
    answer(&app, &headers, async |session| {
        let Query(part) = part.map_err(|_| Refusal::BadFrame)?;
        let limit = part.limit.unwrap_or(50).clamp(1, LARGEST_PAGE);
        let page = app.accounts.audit(&actor(session), part.before, limit).await?;
        let entries = page.entries.into_iter().map(|(record, named)| Entry {
            number: record.number,
            at: record.entry.at,
            actor: record.entry.actor,
            actor_name: named.actor,
            action: record.entry.action,
            subject: record.entry.subject,
            subject_name: named.subject,
            detail: record.entry.detail,
        });
        Ok(Page {
            entries: entries.collect(),
            before: page.before,
        })
    })
    .await
}
