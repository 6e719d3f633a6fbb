//! Accepting connections: places for them by address, request heads within time and size, and one task for each.
//!
//! [`places`] knows who has how many, [`connection`] is the stream with its limits on silence and speed, [`stream`] what is
//! left of it when it is upgraded, [`tls`] the certificate.

mod connection;
mod places;
mod stream;
pub mod tls;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use crate::config::GatewaySettings;
use crate::telemetry::Metrics;

use connection::{Connection, Pace};
use tls::Tls;

pub(super) use places::{AddressCounter, Counted, Places, client_prefix};
pub(super) use stream::Stream;
#[cfg(test)]
pub(super) use stream::connected;

/// How long the head of a request may take, and how long a connection may wait for the next one.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// Longest head of a request, bytes.
const LONGEST_HEAD: usize = 16 * 1024;
/// How long a handshake of TLS may take.
const TLS_TIMEOUT: Duration = Duration::from_secs(10);
/// The pause after the system could not accept, mostly for want of file descriptors.
const ACCEPT_AGAIN: Duration = Duration::from_millis(200);

/// The other end of a connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub SocketAddr);

impl Peer {
    /// Its address, an IPv4 address also where it came mapped into IPv6.
    pub fn ip(self) -> IpAddr {
        self.0.ip().to_canonical()
    }
}

/// What a request says of the connection it came on.
#[derive(Clone)]
pub(super) struct Line(Arc<places::Place>);

impl Line {
    /// A file of so many bytes is waited for: it may come faster than frames may, until what is given back is dropped.
    pub fn expect(&self, bytes: u64) -> Expected {
        // What encryption adds, and what says where the parts of a body begin.
        self.0.await_bytes(bytes + bytes / 16 + 64 * 1024);
        Expected(Arc::clone(&self.0))
    }
}

/// See [`Line::expect`].
pub(super) struct Expected(Arc<places::Place>);

impl Drop for Expected {
    fn drop(&mut self) {
        self.0.await_bytes(0);
    }
}

/// What all listeners of a server share.
pub(super) struct Doors {
    places: Arc<Places>,
    pace: Pace,
    metrics: Arc<Metrics>,
    connections: TaskTracker,
    moving: CancellationToken,
}

impl Doors {
    /// Nobody is in yet. With `moving` no new requests are taken on the connections that are open.
    pub fn new(settings: &GatewaySettings, metrics: Arc<Metrics>, moving: CancellationToken) -> Doors {
        Doors {
            places: Arc::new(Places::new(settings)),
            pace: Pace::of(settings),
            metrics,
            connections: TaskTracker::new(),
            moving,
        }
    }

    /// Accepts for ever, or until `moving`.
    pub async fn serve(self: Arc<Self>, listener: TcpListener, tls: Option<Arc<Tls>>, router: Router) {
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = self.moving.cancelled() => return,
            };
            match accepted {
                Ok((stream, address)) => self.take(stream, Peer(address), tls.as_ref(), &router),
                Err(error) if is_of_the_client(&error) => {}
                Err(error) => {
                    tracing::error!(%error, "no connection can be accepted");
                    self.metrics.refused("accept_failed");
                    tokio::time::sleep(ACCEPT_AGAIN).await;
                }
            }
        }
    }

    /// Waits until all connections have ended. Sockets outlive the connections they came from.
    pub async fn wait(&self) {
        self.connections.close();
        self.connections.wait().await;
    }

    fn take(self: &Arc<Self>, stream: TcpStream, peer: Peer, tls: Option<&Arc<Tls>>, router: &Router) {
        // Who gets no place is cut off without a word: an answer would cost what is missing.
        let Some((place, evicted)) = self.places.take(peer.ip()) else {
            return self.metrics.refused("no_place");
        };
        // Frames are small and must not wait for each other.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "no TCP_NODELAY");
        }
        let place = Arc::new(place);
        let connection = Connection::new(stream, self.pace, Arc::clone(&place));
        let (doors, tls, router) = (Arc::clone(self), tls.cloned(), router.clone());
        self.connections.spawn(async move {
            let serving = async {
                match tls {
                    None => doors.converse(connection, peer, place, router).await,
                    Some(tls) => match tokio::time::timeout(TLS_TIMEOUT, tls.accept(connection)).await {
                        Ok(Ok(stream)) => doors.converse(stream, peer, place, router).await,
                        Ok(Err(error)) => tracing::debug!(%error, peer = %peer.0, "no TLS"),
                        Err(_) => doors.metrics.refused("tls_late"),
                    },
                }
            };
            tokio::select! {
                () = serving => {}
                Ok(()) = evicted => doors.metrics.refused("head_evicted"),
            }
        });
    }

    /// Serves the requests of one connection.
    async fn converse<Stream>(&self, stream: Stream, peer: Peer, place: Arc<places::Place>, router: Router)
    where
        Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let service = router.map_request(move |mut request: hyper::Request<hyper::body::Incoming>| {
            // Whoever sends a whole head is no longer one of those whom newcomers push out.
            place.known();
            request.extensions_mut().insert(ConnectInfo(peer));
            request.extensions_mut().insert(Line(Arc::clone(&place)));
            request.map(axum::body::Body::new)
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIMEOUT)
            .max_buf_size(LONGEST_HEAD)
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service))
            .with_upgrades();
        let mut connection = pin!(connection);
        let outcome = tokio::select! {
            outcome = connection.as_mut() => outcome,
            () = self.moving.cancelled() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = outcome {
            if error.is_timeout() {
                self.metrics.refused("head_late");
            }
            tracing::trace!(%error, peer = %peer.0, "a connection ended");
        }
    }
}

/// Whether only the one connection failed.
fn is_of_the_client(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
    )
}
