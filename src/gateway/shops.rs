//! The shops that are served here, for pages that let shoppers choose.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::dialogue::Generation;

use super::App;
use super::error::Refusal;
use super::origin::{Page, language};

/// `GET /v1/shops`: id, names and languages of each shop that this page may open a chat with.
pub(super) async fn list(State(app): State<App>, headers: HeaderMap) -> Response {
    let page = Page::of(&headers, &app.settings);
    if !page.may_chat_somewhere(&app.settings) {
        return Refusal::Origin.response(language(&headers));
    }
    let shops: Vec<Value> = app
        .shops
        .all()
        .iter()
        .filter(|(id, _)| page.may_chat(id, &app.settings))
        .map(|(_, generation)| described(generation))
        .collect();
    Json(json!({ "shops": shops })).into_response()
}

fn described(generation: &Generation) -> Value {
    let shop = &generation.pack.shop;
    let languages: Vec<&str> = generation.pack.languages().map(|language| language.tag()).collect();
    json!({
        "id": shop.id.as_str(),
        "name": { "zh": shop.name.zh, "en": shop.name.en },
        "languages": languages,
    })
}
