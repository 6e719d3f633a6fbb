//! Phrases at the desk: `/v1/phrases`, and the service standards that they are held to, `/v1/standards`.

use axum::Json;
use axum::body::{Body, to_bytes};
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Extension, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};

use crate::accounts::Session;
use crate::model::{Language, Millis, PhraseId, PhraseOwner, SentFile, ShopId};
use crate::packs::{STANDARDS, Standard};
use crate::phrases::{
    LARGEST_SHEET, Listed, MOST_OF_AGENT, MOST_OF_SHOP, PhraseError, Row, Warning, WrittenFile, WrittenPhrase,
};

use super::super::listen::Line;
use super::super::origin::language;
use super::super::protocol::NamedFile;
use super::{App, Refusal, Refused, actor, answer, in_words, unread};

/// Whose.
#[derive(Deserialize)]
pub(super) struct Of {
    /// Without it one's own.
    #[serde(default)]
    shop: Option<ShopId>,
}

#[derive(Serialize)]
struct Shown {
    id: PhraseId,
    /// Absent for one's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    shop: Option<ShopId>,
    group: String,
    title: String,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<SentFile>,
    used: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used: Option<Millis>,
    initials: Initials,
}

#[derive(Serialize)]
struct Initials {
    title: String,
    text: String,
}

impl From<Listed> for Shown {
    fn from(listed: Listed) -> Shown {
        let phrase = listed.phrase;
        Shown {
            id: phrase.id,
            shop: match phrase.owner {
                PhraseOwner::Shop(shop) => Some(shop),
                PhraseOwner::Agent(_) => None,
            },
            group: phrase.group,
            title: phrase.title,
            text: phrase.text,
            file: phrase.file,
            used: listed.uses.count,
            last_used: Some(listed.uses.last).filter(|last| last.0 > 0),
            initials: Initials {
                title: listed.title_initials,
                text: listed.text_initials,
            },
        }
    }
}

/// `GET /v1/phrases?shop=`: the shop's and one's own, most used first.
pub(super) async fn list(
    State(app): State<App>,
    headers: HeaderMap,
    of: Result<Query<Of>, QueryRejection>,
) -> Response {
    answer(&app, &headers, async |session| {
        let Query(Of { shop }) = of.map_err(|_| Refusal::BadFrame)?;
        let shop = known_shop(&app, shop.ok_or(Refusal::BadFrame)?)?;
        let phrases = app.phrases.list(&session.agent, &shop).await?;
        Ok(json!({
            "phrases": phrases.into_iter().map(Shown::from).collect::<Vec<_>>(),
            "may_change": actor(session).may_change_phrases(&shop),
            "most": {"shop": MOST_OF_SHOP, "own": MOST_OF_AGENT},
        }))
    })
    .await
}

/// `POST /v1/phrases`.
#[derive(Deserialize)]
pub(super) struct Written {
    #[serde(default)]
    shop: Option<ShopId>,
    /// Which one is changed; without it a new one is made.
    #[serde(default)]
    id: Option<PhraseId>,
    #[serde(default)]
    group: String,
    #[serde(default)]
    title: String,
    text: String,
    /// The picture or document: an upload, or the one that it has; `null` for none any more. What is not named stays.
    #[serde(default, deserialize_with = "named")]
    file: Option<Option<NamedFile>>,
}

/// Tells `null` from what is not there.
fn named<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<NamedFile>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// Adds or changes a phrase.
pub(super) async fn put(
    State(app): State<App>,
    headers: HeaderMap,
    request: Result<Json<Written>, JsonRejection>,
) -> Response {
    let language = language(&headers);
    answer(&app, &headers, async |session| {
        let Json(written) = request.map_err(unread(Refusal::PhraseLong))?;
        let owner = owner(&app, session, written.shop)?;
        let written = WrittenPhrase {
            id: written.id,
            group: written.group,
            title: written.title,
            text: written.text,
            file: match written.file {
                None => WrittenFile::Stays,
                Some(None) => WrittenFile::None,
                Some(Some(NamedFile { id, name })) => WrittenFile::This { id, name },
            },
        };
        let now = app.clock.now();
        let (phrase, warnings) = app.phrases.put(&session.agent, owner, written, now).await?;
        let warnings: Vec<Value> = warnings.iter().map(|warning| warned(warning, language)).collect();
        Ok(json!({"phrase": Shown::from(phrase), "warnings": warnings}))
    })
    .await
}

/// `POST /v1/phrases/delete`.
#[derive(Deserialize)]
pub(super) struct Unwanted {
    #[serde(default)]
    shop: Option<ShopId>,
    ids: Vec<PhraseId>,
}

/// Deletes phrases of one owner.
pub(super) async fn delete(
    State(app): State<App>,
    headers: HeaderMap,
    request: Result<Json<Unwanted>, JsonRejection>,
) -> Response {
    answer(&app, &headers, async |session| {
        let Json(Unwanted { shop, ids }) = request.map_err(|_| Refusal::BadFrame)?;
        let owner = owner(&app, session, shop)?;
        let deleted = app.phrases.delete(&session.agent, owner, ids, app.clock.now()).await?;
        Ok(json!({ "deleted": deleted }))
    })
    .await
}

/// Takes the phrases of a sheet: the body is the file as it lies on disk, read when it is known who sends it.
pub(super) async fn import(
    State(app): State<App>,
    Extension(line): Extension<Line>,
    headers: HeaderMap,
    of: Result<Query<Of>, QueryRejection>,
    body: Body,
) -> Response {
    let language = language(&headers);
    answer(&app, &headers, async |session| {
        let Query(Of { shop }) = of.map_err(|_| Refusal::BadFrame)?;
        let owner = owner(&app, session, shop)?;
        let _expected = line.expect(LARGEST_SHEET as u64);
        let sheet = to_bytes(body, LARGEST_SHEET).await.map_err(|_| Refusal::SheetLong)?;
        let now = app.clock.now();
        let imported = app.phrases.import(&session.agent, owner, &sheet, now).await?;
        let warnings = imported.warned.iter().map(|Row { number, about }| {
            let mut warning = warned(about, language);
            warning["row"] = json!(number);
            warning
        });
        let refusals = imported.refused.iter().map(|Row { number, about }| {
            let refusal = Refusal::from(about);
            let message = match about.words() {
                Some([zh, en]) => in_words([&zh, &en], language),
                None => refusal.body(language, None).message,
            };
            json!({"row": number, "code": refusal.code(), "message": message})
        });
        Ok(json!({
            "taken": imported.taken,
            "merged": imported.merged,
            "warned": warnings.collect::<Vec<_>>(),
            "refused": refusals.collect::<Vec<_>>(),
        }))
    })
    .await
}

/// `GET /v1/standards`: what the service standards look for, those of one's own shops too, and which rules block what agents send, by shop.
pub(super) async fn standards(State(app): State<App>, headers: HeaderMap) -> Response {
    answer(&app, &headers, async |session| {
        let may = actor(session);
        let shops = app.shops.all();
        let mut rules: Vec<Value> = STANDARDS.iter().map(|standard| standard_body(standard, None)).collect();
        let mut blocked = serde_json::Map::new();
        for (shop, generation) in shops.iter().filter(|(shop, _)| may.may_use_phrases(shop)) {
            let pack = &generation.pack;
            rules.extend(
                pack.standards
                    .iter()
                    .map(|standard| standard_body(standard, Some(shop))),
            );
            if !pack.blocked.is_empty() {
                blocked.insert(shop.to_string(), json!(pack.blocked));
            }
        }
        Ok(json!({ "rules": rules, "blocked": blocked }))
    })
    .await
}

/// `shop`: for whose texts alone it holds.
fn standard_body(standard: &Standard, shop: Option<&ShopId>) -> Value {
    let (message, hint) = (&standard.message, &standard.hint);
    let mut body = json!({
        "rule": standard.rule, "refuses": standard.refuses(), "words": standard.words, "except": standard.except,
        "before": standard.before,
        "title": {"zh": message.0, "en": message.1}, "hint": {"zh": hint.0, "en": hint.1},
    });
    if let Some(shop) = shop {
        body["shop"] = json!(shop);
    }
    body
}

fn owner(app: &App, session: &Session, shop: Option<ShopId>) -> Result<PhraseOwner, Refused> {
    match shop {
        Some(shop) => Ok(PhraseOwner::Shop(known_shop(app, shop)?)),
        None => Ok(PhraseOwner::Agent(session.agent.id.clone())),
    }
}

pub(super) fn known_shop(app: &App, shop: ShopId) -> Result<ShopId, Refused> {
    match app.shops.serves(&shop) {
        true => Ok(shop),
        false => Err(Refusal::UnknownShop.into()),
    }
}

fn warned(warning: &Warning, language: Language) -> Value {
    let mut told = json!({"rule": warning.rule, "message": in_words([&warning.words[0], &warning.words[1]], language)});
    if !warning.word.is_empty() {
        told["word"] = json!(warning.word);
    }
    told
}

impl From<PhraseError> for Refused {
    fn from(error: PhraseError) -> Refused {
        let words = error.words().map(Box::new);
        match error {
            PhraseError::Account(error) => error.into(),
            other => Refused {
                refusal: Refusal::from(&other),
                error: None,
                words,
                more: None,
            },
        }
    }
}
