//! From a request to a socket: the handshake, and a task of its own for what follows.

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::http::header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, UPGRADE};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use hyper::upgrade::OnUpgrade;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use crate::config::GatewaySettings;

use super::frame_stream::FrameStream;
use super::listen::Stream;

/// The subprotocol.
pub(super) const PROTOCOL: &str = "yingda.v1";

/// How many times the largest frame that is taken is read at all: what is a little too large is refused with the id of its
/// message, and only what is far too large ends the socket.
const READ_ANYWAY: usize = 8;

/// A request for a socket, checked.
pub(super) struct Upgrade {
    /// Where the client speaks it.
    protocol: Option<HeaderValue>,
    /// The answer to the client's key.
    accept: HeaderValue,
    on_upgrade: OnUpgrade,
}

impl<S: Send + Sync> FromRequestParts<S> for Upgrade {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Upgrade, Response> {
        // The check takes it out of the request.
        let on_upgrade = parts.extensions.get::<OnUpgrade>().cloned();
        let checked = WebSocketUpgrade::from_request_parts(parts, state).await;
        let checked = checked
            .map_err(WebSocketUpgradeRejection::into_response)?
            .protocols([PROTOCOL]);
        let accept = parts
            .headers
            .get(SEC_WEBSOCKET_KEY)
            .map(|key| derive_accept_key(key.as_bytes()));
        let accept = accept.and_then(|accept| HeaderValue::try_from(accept).ok());
        match (on_upgrade, accept) {
            (Some(on_upgrade), Some(accept)) => Ok(Upgrade {
                protocol: checked.selected_protocol().cloned(),
                accept,
                on_upgrade,
            }),
            _ => Err(StatusCode::BAD_REQUEST.into_response()),
        }
    }
}

impl Upgrade {
    /// Grants it: the socket is served in a task of its own, and the one that waits for the stream ends with all that it needed
    /// for that.
    pub fn granted<Serving>(
        self,
        settings: &GatewaySettings,
        serve: impl FnOnce(Box<FrameStream>) -> Serving + Send + 'static,
    ) -> Response
    where
        Serving: Future<Output = ()> + Send + 'static,
    {
        let longest = READ_ANYWAY * settings.longest_frame();
        let on_upgrade = self.on_upgrade;
        tokio::spawn(async move {
            let upgraded = match on_upgrade.await {
                Ok(upgraded) => upgraded,
                Err(error) => return tracing::debug!(%error, "no upgrade"),
            };
            match Stream::of(upgraded) {
                Some((stream, read)) => {
                    // Copied, because it lies in the eight kilobytes into which requests are read.
                    let frames = FrameStream::new(stream, read.to_vec(), longest);
                    drop(tokio::spawn(serve(Box::new(frames))));
                }
                None => tracing::error!("a socket came over a stream that no listener has accepted"),
            }
        });
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        let headers = response.headers_mut();
        headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(SEC_WEBSOCKET_ACCEPT, self.accept);
        if let Some(protocol) = self.protocol {
            headers.insert(SEC_WEBSOCKET_PROTOCOL, protocol);
        }
        response
    }
}
