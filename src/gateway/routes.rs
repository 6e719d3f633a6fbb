//! Which addresses there are, what holds for every answer, and how a socket is opened.

use std::net::IpAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, State};
use axum::handler::Handler;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use axum::routing::get;
use tower::ServiceBuilder;
use tower::util::option_layer;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

use crate::model::Language;
use crate::telemetry::SocketKind;

use super::error::Refusal;
use super::frame_stream::FrameStream;
use super::limits::Unwelcomed;
use super::listen::Peer;
use super::origin::{Page, language};
use super::socket_guard::SocketGuard;
use super::upgrade::Upgrade;
use super::{App, assets, chat, desk, files, health, shops, socket, staff};

/// Longest time for a request that is no socket.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);
/// The same where a pack is compiled and tested before the answer.
const TEACHING_TIMEOUT: Duration = Duration::from_secs(120);

/// Every address the server answers.
pub(super) fn router(app: App) -> Router {
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
        .route("/assets/{tree}/{*path}", get(assets::in_tree))
        .route("/demo/shop.html", get(|| assets::moved("../")))
        .route("/desk/index.html", get(|| assets::moved("../desk")))
        .route("/desk/", get(|| assets::moved("../desk")))
        .layer(CompressionLayer::new().gzip(true));
    let requests = staff::routes()
        .route("/v1/shops", get(shops::list))
        .layer(header("cache-control", "no-store"));
    let sockets = Router::new()
        .route("/v1/chat", get(chat_socket))
        .route("/v1/desk", get(desk_socket));
    let plain = Router::new()
        .merge(pages)
        .merge(requests)
        .merge(operations(health::metrics_where_public))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            REQUEST_TIMEOUT,
        ));
    let teaching = staff::teaching_routes()
        .layer(header("cache-control", "no-store"))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            TEACHING_TIMEOUT,
        ));
    let all = Router::new()
        .merge(plain)
        .merge(teaching)
        .merge(files::routes())
        .merge(sockets);
    within_bounds(all, &app).with_state(app)
}

/// Health and metrics.
fn operations<M, T>(metrics: M) -> Router<App>
where
    M: Handler<T, App>,
    T: 'static,
{
    Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(metrics))
}

/// What is answered at the address of operations: whoever reaches it may read everything there.
pub(super) fn operations_alone(app: App) -> Router {
    let timeout = TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, REQUEST_TIMEOUT);
    within_bounds(operations(health::metrics).layer(timeout), &app).with_state(app)
}

/// What holds for every answer.
fn within_bounds(router: Router<App>, app: &App) -> Router<App> {
    let https = app.public_url.starts_with("https://");
    router
        .fallback(|headers: HeaderMap| async move { Refusal::NotFound.response(language(&headers)) })
        .layer(
            ServiceBuilder::new()
                .layer(header("x-content-type-options", "nosniff"))
                .layer(header("referrer-policy", "no-referrer"))
                .layer(header("x-frame-options", "DENY"))
                .layer(header("cross-origin-opener-policy", "same-origin"))
                .layer(header("permissions-policy", "camera=(), microphone=(), geolocation=()"))
                .layer(SetResponseHeaderLayer::if_not_present(
                    CONTENT_SECURITY_POLICY,
                    HeaderValue::from_static(assets::NO_PAGE),
                ))
                // For a year this host is reached over https only.
                .layer(option_layer(
                    https.then(|| header("strict-transport-security", "max-age=31536000")),
                ))
                .layer(CatchPanicLayer::custom(|_| {
                    Refusal::Internal.response(Language::Chinese)
                })),
        )
}

fn header(name: &'static str, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(HeaderName::from_static(name), HeaderValue::from_static(value))
}

/// `GET /v1/chat`.
async fn chat_socket(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    headers: HeaderMap,
    upgrade: Result<Upgrade, Response>,
) -> Response {
    let page = Page::of(&headers, &app.settings);
    let allowed = page.may_chat_somewhere(&app.settings);
    if let Page::Other(origin) = &page
        && !allowed
        && app.warned.first("page", origin)
    {
        tracing::warn!(
            ?origin,
            "a page may not open a chat: add it to origins in [shops.SHOP] if it is the shop's"
        );
    }
    let client = app.client(peer, &headers);
    open(
        app,
        SocketKind::Chat,
        client,
        language(&headers),
        allowed.then_some(()).ok_or(Refusal::Origin),
        upgrade,
        move |app, stream, language, unwelcomed, guard| {
            let entrance = chat::Entrance {
                page,
                language,
                client,
                unwelcomed,
                guard,
            };
            chat::serve(app, stream, entrance)
        },
    )
}

/// `GET /v1/desk`.
async fn desk_socket(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    headers: HeaderMap,
    upgrade: Result<Upgrade, Response>,
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
    let client = app.client(peer, &headers);
    let mut response = open(
        app.clone(),
        SocketKind::Desk,
        client,
        language,
        allowed.then_some(()).ok_or(Refusal::DeskOrigin),
        upgrade,
        move |app, stream, language, unwelcomed, guard| desk::serve(app, stream, session, language, unwelcomed, guard),
    );
    staff::renew(&app, &headers, known.as_ref(), &mut response);
    response
}

/// Opens a socket if there is room for it and the page may. A page cannot read why a handshake fails, and would try for
/// ever: so the socket is opened all the same, says why, and closes with the code.
fn open<Serving>(
    app: App,
    kind: SocketKind,
    client: Option<IpAddr>,
    language: Language,
    allowed: Result<(), Refusal>,
    upgrade: Result<Upgrade, Response>,
    serve: impl FnOnce(App, Box<FrameStream>, Language, Unwelcomed, SocketGuard) -> Serving + Send + 'static,
) -> Response
where
    Serving: Future<Output = ()> + Send + 'static,
{
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(rejection) => return rejection,
    };
    let admitted = if app.moving.is_cancelled() {
        Err(Refusal::Draining)
    } else if let Err(refusal) = allowed {
        Err(refusal)
    } else if kind == SocketKind::Chat && app.hub.is_full() {
        // Who is in is answered first; the page tries again by itself.
        Err(Refusal::Full)
    } else {
        app.limits.socket(kind, client)
    };
    let tracked = app.sockets.token();
    let settings = app.settings.clone();
    let refusal = match admitted {
        Ok((place, unwelcomed)) => {
            return upgrade.granted(&settings.gateway, move |stream| {
                let guard = SocketGuard::new(place, tracked, app.metrics.clone(), kind);
                serve(app, stream, language, unwelcomed, guard)
            });
        }
        Err(refusal) => refusal,
    };
    match app.limits.turn_away() {
        Some(room) => upgrade.granted(&settings.gateway, move |stream| async move {
            let _held = (room, tracked);
            let gateway = &app.settings.gateway;
            let mut connection = socket::Connection::new(stream, gateway, 1, language, app.metrics.clone());
            connection.end(refusal).await;
        }),
        None => {
            app.metrics.refused(refusal.code());
            refusal.response(language)
        }
    }
}
