//! The only room that knows HTTP and WebSocket: sockets, limits, sign-in, files of the front end.
//!
//! `cli serve` builds an [`App`] and calls [`run`]. What is said in a chat is the hub's business.

mod assets;
mod cards;
mod chat;
mod desk;
pub mod error;
mod frames;
mod health;
mod identity;
mod limits;
mod listen;
mod origin;
pub mod protocol;
mod shops;
mod socket;
mod staff;

use std::io;
use std::ops::Deref;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::{AbortOnDropHandle, TaskTracker};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

use crate::accounts::Accounts;
use crate::config::Settings;
use crate::hub::{Clock, Hub};
use crate::model::{AgentId, Language};
use crate::shops::Shops;
use crate::store::Store;
use crate::telemetry::{Metrics, SocketKind};

use error::Refusal;
use limits::Limits;
use listen::{Guarded, Peer};
use origin::{Page, client_address, language};
use staff::{ControlSecret, OpenDesks};

pub use staff::signin_link;

/// How long clients that did not move may take to hear that they are cut off.
const CUTTING_OFF: Duration = Duration::from_millis(1500);
/// Longest time for a request that is no socket.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);

/// What the gateway stands on.
pub struct Parts {
    /// The live conversations.
    pub hub: Hub,
    /// For health and names; conversations go through the hub.
    pub store: Arc<dyn Store>,
    /// The people who work here.
    pub accounts: Accounts,
    /// What the command line of this machine shows to be let in; `None` keeps that door shut.
    pub control_secret: Option<String>,
    /// What answers now, for health.
    pub shops: Arc<Shops>,
    /// The settings.
    pub settings: Arc<Settings>,
    /// The counters.
    pub metrics: Arc<Metrics>,
    /// The time.
    pub clock: Clock,
    /// The address under which browsers reach this server, without a slash at the end.
    pub public_url: String,
}

/// The gateway's state. Clones share it.
#[derive(Clone)]
pub struct App(Arc<Inner>);

/// See [`App`].
pub struct Inner {
    parts: Parts,
    limits: Limits,
    control: ControlSecret,
    desks: OpenDesks,
    /// Cancelled when the server is to go away: nobody new is let in, sockets ask their clients to move.
    moving: CancellationToken,
    /// Cancelled when the time to move is over: sockets tell their clients and close.
    leaving: CancellationToken,
    sockets: TaskTracker,
    store_probe: health::StoreProbe,
}

impl Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Deref for Inner {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.parts
    }
}

impl App {
    /// Puts the parts together.
    pub fn new(parts: Parts) -> App {
        App(Arc::new(Inner {
            limits: Limits::new(&parts.settings.gateway, &parts.settings.shops),
            control: ControlSecret::of(parts.control_secret.as_deref()),
            desks: OpenDesks::default(),
            parts,
            moving: CancellationToken::new(),
            leaving: CancellationToken::new(),
            sockets: TaskTracker::new(),
            store_probe: health::StoreProbe::default(),
        }))
    }

    /// Gives the chats of somebody who may work no more back to the queue.
    async fn dismiss(&self, agent: &AgentId) {
        match self.hub.dismiss(agent).await {
            Ok(0) => {}
            Ok(chats) => tracing::info!(%agent, chats, "chats of a disabled member go back to the queue"),
            // The lease takes them back.
            Err(error) => tracing::warn!(%agent, %error, "chats of a disabled member cannot be moved"),
        }
    }

    /// Within how many milliseconds clients are to move.
    fn move_within(&self) -> u64 {
        self.settings.gateway.reconnect_spread_ms
    }

    /// When a client that is cut off is to come back: spread, so that they do not all come at once.
    fn moving_after(&self) -> u64 {
        let mut bytes = [0_u8; 8];
        // Without randomness all come at once, which is still correct.
        let _ = getrandom::fill(&mut bytes);
        u64::from_le_bytes(bytes) % (self.settings.gateway.reconnect_spread_ms + 1)
    }
}

/// Serves until `shutdown`. Then lets nobody in any more and asks all clients to move, serving them until they are
/// gone or the time for it is over; whoever is left is cut off. The hub is drained by the caller.
///
/// # Errors
/// When the listener fails for good.
pub async fn run(listener: TcpListener, app: App, shutdown: CancellationToken) -> io::Result<()> {
    let gateway = &app.settings.gateway;
    let silence = Duration::from_millis(gateway.ping_timeout_ms) + Duration::from_secs(15);
    let guarded = Guarded::new(listener, gateway.max_connections, silence);
    let service = router(app.clone()).into_make_service_with_connect_info::<Peer>();
    let moving = app.moving.clone();
    let serving = axum::serve(guarded, service).with_graceful_shutdown(moving.cancelled_owned());
    let mut serving = tokio::spawn(async move { serving.await });
    let cut_off = serving.abort_handle();
    let forgetting = async {
        loop {
            tokio::time::sleep(Limits::FORGET_EVERY).await;
            app.limits.forget_old();
        }
    };
    let watching = {
        let app = app.clone();
        AbortOnDropHandle::new(tokio::spawn(async move { app.desks.watch(&app).await }))
    };
    tokio::select! {
        () = shutdown.cancelled() => {}
        () = forgetting => {}
        ended = &mut serving => return ended.unwrap_or_else(|error| Err(io::Error::other(error))),
    }
    app.moving.cancel();
    app.sockets.close();
    tracing::info!(sockets = app.sockets.len(), "asking clients to move");
    let mut gone = pin!(async {
        app.sockets.wait().await;
        let _ = (&mut serving).await;
    });
    let grace = Duration::from_millis(gateway.drain_ms);
    if tokio::time::timeout(grace, &mut gone).await.is_err() {
        tracing::warn!(
            sockets = app.sockets.len(),
            "some clients did not move in time and are cut off"
        );
        app.leaving.cancel();
        let _ = tokio::time::timeout(CUTTING_OFF, gone).await;
    }
    cut_off.abort();
    drop(watching);
    Ok(())
}

/// Every address the server answers.
fn router(app: App) -> Router {
    let pages = Router::new()
        .route("/", get(assets::shop))
        .route("/desk", get(assets::desk))
        .route("/widget.js", get(assets::widget))
        .route(
            "/widget/{*path}",
            get(|path, headers| assets::below("widget", path, headers)),
        )
        .route(
            "/shared/{*path}",
            get(|path, headers| assets::below("shared", path, headers)),
        )
        .route(
            "/demo/{*path}",
            get(|path, headers| assets::below("demo", path, headers)),
        )
        .route(
            "/desk/{*path}",
            get(|path, headers| assets::below("desk", path, headers)),
        )
        .layer(CompressionLayer::new().gzip(true));
    let requests = staff::routes()
        .route("/v1/shops", get(shops::list))
        .layer(header("cache-control", "no-store"));
    let operations = Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics));
    let sockets = Router::new().route("/v1/chat", get(chat)).route("/v1/desk", get(desk));
    let plain = Router::new()
        .merge(pages)
        .merge(requests)
        .merge(operations)
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            REQUEST_TIMEOUT,
        ));
    Router::new()
        .merge(plain)
        .merge(sockets)
        .fallback(|headers: HeaderMap| async move { Refusal::NotFound.response(language(&headers)) })
        .layer(
            ServiceBuilder::new()
                .layer(header("x-content-type-options", "nosniff"))
                .layer(header("referrer-policy", "no-referrer"))
                .layer(header("x-frame-options", "DENY"))
                .layer(header("cross-origin-opener-policy", "same-origin"))
                .layer(header("permissions-policy", "camera=(), microphone=(), geolocation=()"))
                .layer(CatchPanicLayer::custom(|_| {
                    Refusal::Internal.response(Language::Chinese)
                })),
        )
        .with_state(app)
}

fn header(name: &'static str, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(HeaderName::from_static(name), HeaderValue::from_static(value))
}

type Upgrade = Result<WebSocketUpgrade, WebSocketUpgradeRejection>;

/// `GET /v1/chat`.
async fn chat(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    headers: HeaderMap,
    upgrade: Upgrade,
) -> Response {
    let page = Page::of(&headers, &app.settings);
    let allowed = page.may_chat_somewhere(&app.settings);
    let language = language(&headers);
    open(
        app,
        SocketKind::Chat,
        peer,
        &headers,
        allowed,
        upgrade,
        move |app, socket| chat::serve(app, socket, page, language),
    )
}

/// `GET /v1/desk`.
async fn desk(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    headers: HeaderMap,
    upgrade: Upgrade,
) -> Response {
    let language = language(&headers);
    let allowed = Page::of(&headers, &app.settings).may_act_as_agent();
    // A foreign page's request carries no cookie worth looking up.
    let session = match allowed {
        true => staff::session_of_cookie(&app, &headers).await,
        false => Ok(None),
    };
    let Ok(session) = session else {
        return Refusal::Unavailable.response(language);
    };
    let known = session.clone();
    let mut response = open(
        app.clone(),
        SocketKind::Desk,
        peer,
        &headers,
        allowed,
        upgrade,
        move |app, socket| desk::serve(app, socket, session, language),
    );
    staff::renew(&app, &headers, known.as_ref(), &mut response);
    response
}

/// Opens a socket if there is room for it and the page may.
fn open<Serving>(
    app: App,
    kind: SocketKind,
    peer: Peer,
    headers: &HeaderMap,
    allowed: bool,
    upgrade: Upgrade,
    serve: impl FnOnce(App, WebSocket) -> Serving + Send + 'static,
) -> Response
where
    Serving: Future<Output = ()> + Send + 'static,
{
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(rejection) => return rejection.into_response(),
    };
    let place = if app.moving.is_cancelled() {
        Err(Refusal::Draining)
    } else if !allowed {
        Err(Refusal::Origin)
    } else {
        let address = client_address(peer.0.ip(), headers, &app.settings);
        app.limits.address(address).and_then(|()| app.limits.socket())
    };
    let place = match place {
        Ok(place) => place,
        Err(refusal) => {
            app.metrics.refused(refusal.code());
            return refusal.response(language(headers));
        }
    };
    let tracked = app.sockets.token();
    socket::limited(upgrade, &app.settings.gateway)
        .on_failed_upgrade(|error| tracing::debug!(%error, "no upgrade"))
        .on_upgrade(move |socket| async move {
            let _held = (place, tracked);
            let _counted = Counted::new(app.metrics.clone(), kind);
            serve(app, socket).await;
        })
}

/// Counts a socket as long as it lives, however it ends.
struct Counted(Arc<Metrics>, SocketKind);

impl Counted {
    fn new(metrics: Arc<Metrics>, kind: SocketKind) -> Counted {
        metrics.connected(kind);
        Counted(metrics, kind)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.disconnected(self.1);
    }
}
