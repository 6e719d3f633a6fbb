//! Pictures and documents: they come and go over HTTP, and messages on the sockets name them. No script ever runs from them:
//! only formats that hold none are shown, documents are saved, and each answer says so to the browser.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{ConnectInfo, Extension, Path, Query, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE,
    AUTHORIZATION, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use futures_util::StreamExt;
use serde::Deserialize;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};

use crate::files::{FileError, FileOwner, Files, Format};
use crate::hub::Opening;
use crate::model::{ClientMessageId, ConversationId, FileId, FileKind, PhraseId, ShopId, ShopperId};

use super::App;
use super::error::Refusal;
use super::frame_text::valid_id;
use super::listen::{AddressCounter, Line, Peer};
use super::opened_chat;
use super::origin::{Page, language};
use super::protocol::FilesTaken;
use super::refusing::refusal;
use super::staff;

/// How long a file may take to come.
const LONGEST: Duration = Duration::from_secs(180);
/// Files that come in at once, of everybody and of one address.
const AT_ONCE: usize = 64;
const OF_AN_ADDRESS: u32 = 8;
/// What asking for a file counts at least, bytes: it is looked up whether there is one or not.
const LEAST: u64 = 4 * 1024;
/// Whom the shop has signed, as base64url, and the signature.
const CUSTOMER: HeaderName = HeaderName::from_static("yingda-customer");
const SIGNATURE: HeaderName = HeaderName::from_static("yingda-signature");
/// What the pages of shops may send along.
const ALLOWED: &str = "authorization, content-type, yingda-customer, yingda-signature";
/// A browser may keep it and asks before it shows it again: what an agent has taken back is gone at once.
const ASKED_EACH_TIME: &str = "private, no-cache";
/// Nothing in a file is run or followed.
const INERT: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

/// The places of files that come in.
pub(super) struct Uploads {
    all: Semaphore,
    by_address: Arc<AddressCounter>,
}

impl Default for Uploads {
    fn default() -> Self {
        Uploads {
            all: Semaphore::new(AT_ONCE),
            by_address: Arc::new(AddressCounter::new(OF_AN_ADDRESS)),
        }
    }
}

/// The addresses of files. They take as long as a line needs, and so have a time of their own.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/v1/chat/files", post(from_shopper).options(preflight))
        .route("/v1/chat/files/{conversation}/{id}", get(to_shopper).options(preflight))
        .route("/v1/desk/files", post(from_agent))
        .route("/v1/desk/files/{conversation}/{id}", get(to_agent))
        .route("/v1/phrases/files/{phrase}/{id}", get(of_phrase))
}

impl App {
    /// The files, where this shop takes any.
    pub(super) fn files_of(&self, shop: &ShopId) -> Result<&Files, Refusal> {
        let off = !self.settings.files.enabled || self.settings.shop(shop.as_str()).files_off;
        self.files.as_ref().filter(|_| !off).ok_or(Refusal::FilesOff)
    }

    /// What a shopper of the shop is told of what may be sent.
    pub(super) fn files_taken(&self, shop: &ShopId) -> Option<FilesTaken> {
        self.files_of(shop).ok().map(taken)
    }

    /// What desks are told of it.
    pub(super) fn files_taken_at_desks(&self) -> Option<FilesTaken> {
        let files = self.files.as_ref().filter(|_| self.settings.files.enabled)?;
        let off = self.settings.shops.iter().filter(|(_, shop)| shop.files_off);
        Some(FilesTaken {
            not_in: off.map(|(shop, _)| ShopId::new(shop)).collect(),
            ..taken(files)
        })
    }
}

fn taken(files: &Files) -> FilesTaken {
    let bounds = files.bounds();
    FilesTaken {
        max_bytes: bounds.bytes,
        max_pixels: bounds.pixels,
        types: Format::ALL
            .iter()
            .map(|format| format.media_type().to_owned())
            .collect(),
        not_in: Vec::new(),
    }
}

/// What an upload says of itself.
#[derive(Deserialize)]
struct Upload {
    shop: ShopId,
    /// The client's id: sent again under the same one it is the same file.
    id: ClientMessageId,
}

/// `POST /v1/chat/files?shop=demo&id=c1`.
async fn from_shopper(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    Extension(line): Extension<Line>,
    headers: HeaderMap,
    upload: Result<Query<Upload>, QueryRejection>,
    body: Body,
) -> Response {
    let taken = async {
        let Query(Upload { shop, id }) = upload.map_err(|_| Refusal::BadFrame)?;
        let files = app.files_of(&shop)?;
        let client = app.client(peer, &headers);
        // Before anything is looked up.
        app.allowances.file_from(client)?;
        let shopper = shopper(&app, &headers, &shop).await?;
        app.allowances.file_of(&shopper)?;
        let owner = FileOwner::shopper(&shop, &shopper);
        receive(&app, files, client, owner, id, &line, &headers, body).await
    };
    let answer = answered(&app, &headers, taken.await);
    readable_elsewhere(&app, &headers, answer)
}

/// `POST /v1/desk/files?shop=demo&id=a1`.
async fn from_agent(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    Extension(line): Extension<Line>,
    headers: HeaderMap,
    upload: Result<Query<Upload>, QueryRejection>,
    body: Body,
) -> Response {
    let taken = async {
        let Query(Upload { shop, id }) = upload.map_err(|_| Refusal::BadFrame)?;
        let agent = staff::at_desk(&app, &headers).await?;
        let files = app.files_of(&shop)?;
        let client = app.client(peer, &headers);
        receive(
            &app,
            files,
            client,
            FileOwner::agent(&agent.id),
            id,
            &line,
            &headers,
            body,
        )
        .await
    };
    answered(&app, &headers, taken.await)
}

/// Takes a file in: as fast as the line is, onto the disk as it comes. Answers with what it is.
#[expect(clippy::too_many_arguments, reason = "each is a part of the request")]
async fn receive(
    app: &App,
    files: &Files,
    client: Option<IpAddr>,
    owner: FileOwner,
    upload: ClientMessageId,
    line: &Line,
    headers: &HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    if !valid_id(&upload) {
        return Err(Refusal::BadId);
    }
    let _place = app.uploads.all.try_acquire().map_err(|_| Refusal::Full)?;
    let _of_the_address = match client {
        Some(client) => Some(app.uploads.by_address.take(client).ok_or(Refusal::Flood)?),
        None => None,
    };
    let most = files.bounds().bytes;
    let declared = headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if declared.is_some_and(|bytes| bytes > most) {
        return Err(Refusal::FileLarge);
    }
    let mut incoming = files.receive().await.map_err(|error| refused(&error))?;
    let _expected = line.expect(declared.unwrap_or(most));
    let until = Instant::now() + LONGEST;
    let mut pieces = body.into_data_stream();
    while let Some(piece) = timeout_at(until, pieces.next()).await.map_err(|_| Refusal::Silent)? {
        // Torn: most likely nobody is there to hear it.
        let piece = piece.map_err(|_| Refusal::FileDamaged)?;
        incoming.write(&piece).await.map_err(|error| refused(&error))?;
    }
    let kept = files.keep(owner, upload, incoming).await;
    let kept = kept.map_err(|error| refused(&error))?;
    Ok((StatusCode::CREATED, Json(kept)).into_response())
}

/// Of which shop.
#[derive(Deserialize)]
struct InShop {
    shop: ShopId,
}

/// `GET /v1/chat/files/CONVERSATION/ID?shop=demo`.
async fn to_shopper(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    headers: HeaderMap,
    Path((conversation, id)): Path<(ConversationId, FileId)>,
    shop: Result<Query<InShop>, QueryRejection>,
) -> Response {
    let found = async {
        let Query(InShop { shop }) = shop.map_err(|_| Refusal::BadFrame)?;
        let client = app.client(peer, &headers);
        app.allowances.shown(client, LEAST)?;
        let shopper = shopper(&app, &headers, &shop).await?;
        let files = app.files.as_ref().ok_or(Refusal::UnknownFile)?;
        let head = app
            .store
            .head(conversation.clone())
            .await
            .map_err(|error| refusal(&error.into()))?;
        // Whether there is such a talk is nobody else's business.
        if !head.is_some_and(|head| head.shop == shop && head.shopper == shopper) {
            return Err(Refusal::UnknownFile);
        }
        // What an agent has taken back is there for colleagues alone.
        let shown_to = app.hub.shows_file(&conversation, &id).await;
        if !shown_to.map_err(|error| refusal(&error))? {
            return Err(Refusal::UnknownFile);
        }
        // What lies under an id never changes; whether it may be seen still is asked each time.
        let tag = format!("\"{id}\"");
        if headers
            .get(IF_NONE_MATCH)
            .is_some_and(|known| known.as_bytes() == tag.as_bytes())
        {
            return Ok((StatusCode::NOT_MODIFIED, [(CACHE_CONTROL, ASKED_EACH_TIME)]).into_response());
        }
        let (format, bytes) = files.read(conversation, id).await.map_err(|error| refused(&error))?;
        app.allowances.shown(client, bytes.len() as u64)?;
        let mut response = shown(format, bytes);
        let kept = response.headers_mut();
        kept.insert(CACHE_CONTROL, HeaderValue::from_static(ASKED_EACH_TIME));
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            kept.insert(ETAG, tag);
        }
        Ok(response)
    };
    let answer = answered(&app, &headers, found.await);
    readable_elsewhere(&app, &headers, answer)
}

/// From whose past a file is looked at.
#[derive(Deserialize)]
struct PastOf {
    #[serde(default)]
    past_of: Option<ConversationId>,
}

/// `GET /v1/desk/files/CONVERSATION/ID`.
async fn to_agent(
    State(app): State<App>,
    headers: HeaderMap,
    Path((conversation, id)): Path<(ConversationId, FileId)>,
    past: Result<Query<PastOf>, QueryRejection>,
) -> Response {
    let found = async {
        let Query(PastOf { past_of }) = past.map_err(|_| Refusal::BadFrame)?;
        let agent = staff::at_desk(&app, &headers).await?;
        let files = app.files.as_ref().ok_or(Refusal::UnknownFile)?;
        let may_read = app.hub.may_read(&agent, &conversation, past_of.as_ref()).await;
        let (head, reading) = may_read.map_err(|error| refusal(&error))?;
        opened_chat::record(&app, &agent.id, &conversation, &head.shop, reading).await?;
        let (format, bytes) = files.read(conversation, id).await.map_err(|error| refused(&error))?;
        Ok(shown(format, bytes))
    };
    answered(&app, &headers, found.await)
}

/// `GET /v1/phrases/files/PHRASE/ID?shop=demo`: the picture or document of a phrase, for those who may use it.
async fn of_phrase(
    State(app): State<App>,
    headers: HeaderMap,
    Path((phrase, id)): Path<(PhraseId, FileId)>,
    shop: Result<Query<InShop>, QueryRejection>,
) -> Response {
    let found = async {
        let Query(InShop { shop }) = shop.map_err(|_| Refusal::BadFrame)?;
        let agent = staff::at_desk(&app, &headers).await?;
        let file = app.phrases.file(&agent, &shop, &phrase, &id).await;
        let (format, bytes) = file.map_err(|error| Refusal::from(&error))?;
        Ok(shown(format, bytes))
    };
    answered(&app, &headers, found.await)
}

/// A file as it is given out.
fn shown(format: Format, bytes: Vec<u8>) -> Response {
    let disposition = match format.kind() {
        FileKind::Picture => "inline",
        FileKind::Document => "attachment",
    };
    let headers = [
        (CONTENT_TYPE, format.media_type()),
        (CONTENT_DISPOSITION, disposition),
        (CONTENT_SECURITY_POLICY, INERT),
        (CACHE_CONTROL, "private, max-age=3600"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    (headers, bytes).into_response()
}

/// Who the shopper is, as `hello` would say it: by the token of a welcome, or by the shop's signature.
async fn shopper(app: &App, headers: &HeaderMap, shop: &ShopId) -> Result<ShopperId, Refusal> {
    if !Page::of(headers, &app.settings).may_chat(shop, &app.settings) {
        return Err(Refusal::Origin);
    }
    let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let customer = match text(&CUSTOMER) {
        Some(encoded) => {
            let bytes = data_encoding::BASE64URL_NOPAD.decode(encoded.as_bytes());
            let customer = bytes.ok().and_then(|bytes| String::from_utf8(bytes).ok());
            let signature = text(&SIGNATURE).unwrap_or_default().to_owned();
            Some((customer.ok_or(Refusal::BadSignature)?, signature))
        }
        None => None,
    };
    let customer = app.identity.admit(shop, customer, app.clock.now())?;
    let token = text(&AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer "));
    let opening = Opening {
        shop: shop.clone(),
        lang: language(headers),
        token: token.map(str::to_owned),
        customer,
    };
    let shopper = app.hub.who_is(&opening).await.map_err(|error| refusal(&error))?;
    shopper.ok_or(Refusal::NoToken)
}

/// What is wrong with the folder is logged.
pub(super) fn refused(error: &FileError) -> Refusal {
    match error {
        FileError::Io(cause) => tracing::error!(%cause, "the folder of files cannot be used"),
        FileError::NoSpace => tracing::warn!("too little space is left for files: what is said goes on being kept"),
        _ => {}
    }
    Refusal::from(error)
}

fn answered(app: &App, headers: &HeaderMap, outcome: Result<Response, Refusal>) -> Response {
    outcome.unwrap_or_else(|refusal| {
        app.metrics.refused(refusal.code());
        let mut response = refusal.response(language(headers));
        response
            .headers_mut()
            .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    })
}

/// Asked by browsers before the pages of shops may send or fetch.
async fn preflight(State(app): State<App>, headers: HeaderMap) -> Response {
    let mut answer = StatusCode::NO_CONTENT.into_response();
    for (name, value) in [
        (ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
        (ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED),
        (ACCESS_CONTROL_MAX_AGE, "86400"),
    ] {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    readable_elsewhere(&app, &headers, answer)
}

/// Lets the page of a shop read the answer, where that may open a chat. Nothing is sent along by the browser itself, so that no
/// page acts in anybody's name but with the token it has.
fn readable_elsewhere(app: &App, headers: &HeaderMap, mut answer: Response) -> Response {
    answer.headers_mut().append(VARY, HeaderValue::from_static("origin"));
    let page = Page::of(headers, &app.settings);
    if let Page::Other(origin) = &page
        && page.may_chat_somewhere(&app.settings)
        && let Ok(origin) = HeaderValue::from_str(origin)
    {
        answer.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        let name = HeaderName::from_static("cross-origin-resource-policy");
        answer
            .headers_mut()
            .insert(name, HeaderValue::from_static("cross-origin"));
    }
    answer
}
