//! What shoppers' and agents' sockets have in common: reading frames within limits, writing within time, pings,
//! and one way to refuse.

use std::error::Error as _;
use std::future::{Future, Ready, ready};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, SinkExt, StreamExt};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::error::Elapsed;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Error as SocketError;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_util::sync::CancellationToken;

use crate::config::GatewaySettings;
use crate::model::{ClientMessageId, Language};
use crate::telemetry::Metrics;

use super::error::Refusal;
use super::frame_text::{client_id, request, text_of, what_is_wrong};
use super::limits::Bucket;
use super::protocol::ChatFrame;

/// The subprotocol.
pub(super) const PROTOCOL: &str = "yingda.v1";

/// How much a socket reads at once: the default of 128 KiB would be zeroed before every read and held by idle sockets.
/// Most frames are a hundred or two hundred bytes; a larger one is read in parts.
const READ_BUFFER: usize = 512;
/// From how much on the socket is written before the batch ends.
const WRITE_BUFFER: usize = 4 * 1024;

/// How many times the largest frame that is taken is read at all: what is a little too large is refused with the id of its
/// message, and only what is far too large ends the socket.
const READ_ANYWAY: usize = 8;

/// The close code when what was refused leaves nothing to go on with.
const TRY_AGAIN: u16 = 1013;

/// Sets the limits of an upgrade.
pub(super) fn limited(upgrade: WebSocketUpgrade, settings: &GatewaySettings) -> WebSocketUpgrade {
    upgrade
        .protocols([PROTOCOL])
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(WRITE_BUFFER)
        // What the server sends is bounded where it is made, not here: a frame that is too large for this would end the
        // socket without a word.
        .max_write_buffer_size(usize::MAX)
        .max_message_size(READ_ANYWAY * settings.longest_frame())
        .max_frame_size(READ_ANYWAY * settings.longest_frame())
}

/// The client is disconnected: the socket's loop ends, and nothing more is sent.
#[derive(Debug)]
pub(super) struct Disconnected;

/// What a client sent.
#[derive(Debug)]
pub(super) enum Incoming<Request> {
    /// A frame of the protocol.
    Request(Request),
    /// Something that is to be refused, with the id of the message if it had one.
    Refused(Refusal, Option<ClientMessageId>),
    /// A sign of life.
    Nothing,
}

/// Serves an upgraded socket in a task of its own: the one that upgraded it ends, with all that it needed for that.
pub(super) fn serve_apart<Serving>(serve: impl FnOnce(Box<WebSocket>) -> Serving) -> impl FnOnce(WebSocket) -> Ready<()>
where
    Serving: Future<Output = ()> + Send + 'static,
{
    |socket| {
        tokio::spawn(serve(Box::new(socket)));
        ready(())
    }
}

/// One client's socket.
///
/// There are thousands that do nothing: what is rarely waited for is boxed, so that its room is not held by all of them.
pub(super) struct Connection {
    socket: Box<WebSocket>,
    bucket: Bucket,
    /// The language of refusals.
    pub language: Language,
    metrics: Arc<Metrics>,
    heard: Instant,
    write_timeout: Duration,
    longest_frame: usize,
    dirty: bool,
}

impl Connection {
    pub fn new(
        socket: Box<WebSocket>,
        settings: &GatewaySettings,
        share: u32,
        language: Language,
        metrics: Arc<Metrics>,
    ) -> Self {
        let now = Instant::now();
        Connection {
            socket,
            bucket: Bucket::new(settings.frame_burst * share, settings.frames_per_second * share, now),
            language,
            metrics,
            heard: now,
            write_timeout: Duration::from_millis(settings.write_timeout_ms),
            longest_frame: settings.longest_frame(),
            dirty: false,
        }
    }

    /// How long the client has been silent.
    pub fn silence(&self) -> Duration {
        self.heard.elapsed()
    }

    /// Waits for the first frame, which must be a request that `accept` takes.
    pub async fn hello<Request: DeserializeOwned, Hello>(
        &mut self,
        within: Duration,
        leaving: &CancellationToken,
        accept: impl Fn(Request) -> Option<Hello>,
    ) -> Result<Hello, Disconnected> {
        let first = async {
            loop {
                let message = self.read().await;
                match self.take(message).await? {
                    Incoming::Request(request) => match accept(request) {
                        Some(hello) => return Ok(hello),
                        None => return Err(self.end(Refusal::HelloFirst).await),
                    },
                    Incoming::Refused(refusal, id) => {
                        self.refuse(refusal, id).await?;
                        self.flush().await?;
                    }
                    Incoming::Nothing => self.flush().await?,
                }
            }
        };
        let outcome = tokio::select! {
            outcome = timeout(within, first) => outcome.ok(),
            () = leaving.cancelled() => return Err(self.end(Refusal::Draining).await),
        };
        match outcome {
            Some(outcome) => outcome,
            None => Err(self.end(Refusal::HelloLate).await),
        }
    }

    /// The next message of the client. Safe to drop and call again.
    pub async fn read(&mut self) -> Option<Result<Message, axum::Error>> {
        self.socket.next().await
    }

    /// The next message when it is there already.
    pub fn read_ready(&mut self) -> Option<Option<Result<Message, axum::Error>>> {
        self.socket.next().now_or_never()
    }

    /// Reads a message as a request, within all limits. After what cannot be a frame at all the socket is closed here.
    pub async fn take<Request: DeserializeOwned>(
        &mut self,
        message: Option<Result<Message, axum::Error>>,
    ) -> Result<Incoming<Request>, Disconnected> {
        let message = match message {
            None => return Err(Disconnected),
            Some(Ok(message)) => message,
            Some(Err(error)) => return Err(self.broken(&error).await),
        };
        let now = Instant::now();
        self.heard = now;
        let allowed = self.bucket.take(now);
        let text = match message {
            Message::Text(text) => text,
            Message::Binary(_) => return Err(self.end(Refusal::Binary).await),
            Message::Close(_) => return Err(self.answer_close().await),
            // The library answers pings; that answer leaves with the next flush.
            Message::Ping(_) | Message::Pong(_) => {
                self.dirty = true;
                return Ok(match allowed {
                    Err(Refusal::FloodClosed) => Incoming::Refused(Refusal::FloodClosed, None),
                    _ => Incoming::Nothing,
                });
            }
        };
        let refusal = match allowed {
            Err(Refusal::FloodClosed) => return Ok(Incoming::Refused(Refusal::FloodClosed, None)),
            Err(refusal) => refusal,
            Ok(()) if text.len() > self.longest_frame => match client_id(&text) {
                Some(_) => Refusal::TooLong,
                None => return Err(self.end(Refusal::TooLarge).await),
            },
            Ok(()) => match request::<Request>(&text) {
                Some(request) => return Ok(Incoming::Request(request)),
                None => what_is_wrong::<Request>(&text),
            },
        };
        Ok(Incoming::Refused(refusal, client_id(&text)))
    }

    /// Sends a frame; it leaves with the next [`Connection::flush`].
    pub async fn send<Frame: Serialize>(&mut self, frame: &Frame) -> Result<(), Disconnected> {
        self.send_text(text_of(frame)).await
    }

    /// The same with a frame whose text was made by [`text_of`].
    pub async fn send_text(&mut self, text: String) -> Result<(), Disconnected> {
        self.feed(Message::text(text)).await
    }

    /// Asks whether the client is still there.
    pub async fn ping(&mut self) -> Result<(), Disconnected> {
        self.feed(Message::Ping(axum::body::Bytes::new())).await?;
        self.flush().await
    }

    /// Refuses something and goes on, or ends the socket when the table says so.
    pub fn refuse(&mut self, refusal: Refusal, id: Option<ClientMessageId>) -> BoxFuture<'_, Result<(), Disconnected>> {
        let refusing = async move {
            if refusal.close().is_some() {
                return Err(self.end(refusal).await);
            }
            self.metrics.refused(refusal.code());
            // Without a chat it is concerned with, the desk's error frame has the same form.
            self.send(&ChatFrame::Error(refusal.body(self.language, id))).await
        };
        refusing.boxed()
    }

    /// Hands everything to the network.
    pub async fn flush(&mut self) -> Result<(), Disconnected> {
        if !self.dirty {
            return Ok(());
        }
        self.dirty = false;
        let at_once = self.socket.poll_flush_unpin(&mut Context::from_waker(Waker::noop()));
        let written = match at_once {
            Poll::Ready(written) => Ok(written),
            Poll::Pending => timeout(self.write_timeout, self.socket.flush()).boxed().await,
        };
        self.in_time(written)
    }

    /// Says why and closes.
    pub fn end(&mut self, refusal: Refusal) -> BoxFuture<'_, Disconnected> {
        self.metrics.refused(refusal.code());
        let ending = async move {
            let frame = ChatFrame::Error(refusal.body(self.language, None));
            if self.send(&frame).await.is_ok() {
                self.close(refusal.close().unwrap_or(TRY_AGAIN), refusal.code()).await;
            }
            Disconnected
        };
        ending.boxed()
    }

    /// Closes and gives the client a moment to read what was sent and to close its side.
    pub fn close(&mut self, code: u16, reason: &'static str) -> BoxFuture<'_, ()> {
        let frame = CloseFrame {
            code,
            reason: reason.into(),
        };
        let closing = async move {
            let goodbye = async {
                if self.socket.send(Message::Close(Some(frame))).await.is_ok() {
                    // Reading on keeps the system from answering late frames with a reset, which would take the
                    // close frame with it.
                    while let Some(Ok(_)) = self.socket.next().await {}
                }
            };
            let _ = timeout(self.write_timeout.min(Duration::from_secs(2)), goodbye).await;
        };
        closing.boxed()
    }

    /// The client closes: it is told that this was heard, so that it does not take the end for a failure.
    fn answer_close(&mut self) -> BoxFuture<'_, Disconnected> {
        let answering = async move {
            // The library has made the answer; reading on sends it and ends.
            let goodbye = async { while let Some(Ok(_)) = self.socket.next().await {} };
            let _ = timeout(self.write_timeout.min(Duration::from_secs(2)), goodbye).await;
            Disconnected
        };
        answering.boxed()
    }

    async fn feed(&mut self, message: Message) -> Result<(), Disconnected> {
        self.dirty = true;
        let at_once = self.socket.poll_ready_unpin(&mut Context::from_waker(Waker::noop()));
        let fed = match at_once {
            Poll::Ready(ready) => Ok(ready.and_then(|()| self.socket.start_send_unpin(message))),
            Poll::Pending => timeout(self.write_timeout, self.socket.feed(message)).boxed().await,
        };
        self.in_time(fed)
    }

    /// What came of writing within the time for it.
    fn in_time(&self, written: Result<Result<(), axum::Error>, Elapsed>) -> Result<(), Disconnected> {
        match written {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(Disconnected),
            Err(_) => {
                self.metrics.refused(Refusal::SlowReader.code());
                Err(Disconnected)
            }
        }
    }

    /// The library could not read on: too large, not UTF-8, or the connection is gone.
    async fn broken(&mut self, error: &axum::Error) -> Disconnected {
        match error.source().and_then(|source| source.downcast_ref::<SocketError>()) {
            Some(SocketError::Capacity(_)) => self.end(Refusal::TooLarge).await,
            Some(SocketError::Utf8(_)) => self.end(Refusal::BadUtf8).await,
            Some(SocketError::Protocol(ProtocolError::ResetWithoutClosingHandshake)) => Disconnected,
            Some(SocketError::Protocol(_)) => self.end(Refusal::BadSocket).await,
            _ => Disconnected,
        }
    }
}
