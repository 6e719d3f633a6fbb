//! The stream of a connection that was upgraded, as it was accepted: nothing that served requests is held any more.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Bytes;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::server::TlsStream;

use super::connection::Connection;

/// A connection without requests, plain or encrypted.
pub enum Stream {
    /// As it came.
    Plain(Connection),
    /// Boxed, because it holds several kilobytes.
    Tls(Box<TlsStream<Connection>>),
}

impl Stream {
    /// Takes back the stream below an upgrade, with what was read of it already; `None` of a stream that did not come from
    /// a listener of this room. Whoever takes it pings, and ends it when nothing comes back.
    pub fn of(upgraded: Upgraded) -> Option<(Stream, Bytes)> {
        let (mut stream, read) = match upgraded.downcast::<TokioIo<Connection>>() {
            Ok(parts) => (Stream::Plain(parts.io.into_inner()), parts.read_buf),
            Err(upgraded) => {
                let parts = upgraded.downcast::<TokioIo<TlsStream<Connection>>>().ok()?;
                (Stream::Tls(Box::new(parts.io.into_inner())), parts.read_buf)
            }
        };
        match &mut stream {
            Stream::Plain(connection) => connection.leave_silence_to_pings(),
            Stream::Tls(stream) => stream.get_mut().0.leave_silence_to_pings(),
        }
        Some((stream, read))
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match &mut *self {
            Stream::Plain(connection) => Pin::new(connection).poll_read(context, buffer),
            Stream::Tls(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match &mut *self {
            Stream::Plain(connection) => Pin::new(connection).poll_write(context, bytes),
            Stream::Tls(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut *self {
            Stream::Plain(connection) => Pin::new(connection).poll_flush(context),
            Stream::Tls(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut *self {
            Stream::Plain(connection) => Pin::new(connection).poll_shutdown(context),
            Stream::Tls(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}

/// A stream as an upgrade leaves it, and the client's end of it.
#[cfg(test)]
pub(in crate::gateway) async fn connected() -> (Stream, tokio::net::TcpStream) {
    use std::net::{IpAddr, Ipv4Addr};
    use std::sync::Arc;

    use super::connection::Pace;
    use super::places::Places;
    use crate::config::GatewaySettings;

    let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let listener = tokio::net::TcpListener::bind((here, 0)).await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let client = tokio::net::TcpStream::connect(address).await.expect("it listens");
    let (server, _) = listener.accept().await.expect("the client waits");
    let settings = GatewaySettings::default();
    let (place, _) = Arc::new(Places::new(&settings)).take(here).expect("there is room");
    place.known();
    let mut connection = Connection::new(server, Pace::of(&settings), Arc::new(place));
    connection.leave_silence_to_pings();
    (Stream::Plain(connection), client)
}
