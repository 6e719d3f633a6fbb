//! What shoppers' and agents' sockets have in common: reading frames within limits, writing within time, pings,
//! and one way to refuse.

use std::future::poll_fn;
use std::io;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::error::Elapsed;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Message};
use tokio_util::sync::CancellationToken;

use crate::config::GatewaySettings;
use crate::model::{ClientMessageId, Language};
use crate::telemetry::Metrics;

use super::error::Refusal;
use super::frame_stream::FrameStream;
use super::frame_text::{client_id, request, what_is_wrong};
use super::limits::Bucket;
use super::protocol::ChatFrame;

pub(super) use tokio_tungstenite::tungstenite::Error as SocketError;

/// From how much on the socket is written before the batch ends.
const WRITE_BUFFER: usize = 4 * 1024;

/// The close code when what was refused leaves nothing to go on with.
const TRY_AGAIN: u16 = 1013;

/// A message of the client, or why there is none.
pub(super) type Read = Option<Result<Message, SocketError>>;

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

/// One client's socket.
///
/// There are thousands that do nothing: what is rarely waited for is boxed, so that its room is not held by all of them.
pub(super) struct Connection {
    stream: Box<FrameStream>,
    bucket: Bucket,
    /// The language of refusals.
    pub language: Language,
    metrics: Arc<Metrics>,
    heard: Instant,
    write_timeout: Duration,
    longest_frame: usize,
}

impl Connection {
    pub fn new(
        stream: Box<FrameStream>,
        settings: &GatewaySettings,
        share: u32,
        language: Language,
        metrics: Arc<Metrics>,
    ) -> Self {
        let now = Instant::now();
        Connection {
            stream,
            bucket: Bucket::new(settings.frame_burst * share, settings.frames_per_second * share, now),
            language,
            metrics,
            heard: now,
            write_timeout: Duration::from_millis(settings.write_timeout_ms),
            longest_frame: settings.longest_frame(),
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
    pub async fn read(&mut self) -> Read {
        poll_fn(|context| self.stream.poll_message(context)).await
    }

    /// The next message when it is there already.
    pub fn read_ready(&mut self) -> Option<Read> {
        self.read().now_or_never()
    }

    /// Reads a message as a request, within all limits. After what cannot be a frame at all the socket is closed here.
    pub async fn take<Request: DeserializeOwned>(&mut self, message: Read) -> Result<Incoming<Request>, Disconnected> {
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
            Message::Binary(_) | Message::Frame(_) => return Err(self.end(Refusal::Binary).await),
            Message::Close(_) => return Err(self.answer_close().await),
            // The library answers pings; that answer leaves with the next flush.
            Message::Ping(_) | Message::Pong(_) => {
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
        self.stream.put(frame);
        self.flush_if_much().await
    }

    /// The same with a frame whose text was made before.
    pub async fn send_text(&mut self, text: &str) -> Result<(), Disconnected> {
        self.stream.put_text(text);
        self.flush_if_much().await
    }

    /// Asks whether the client is still there.
    pub async fn ping(&mut self) -> Result<(), Disconnected> {
        self.stream.put_ping();
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
        if self.stream.unsent() == 0 {
            return Ok(());
        }
        let at_once = self.stream.poll_flush(&mut Context::from_waker(Waker::noop()));
        let written = match at_once {
            Poll::Ready(written) => Ok(written),
            Poll::Pending => {
                let written = poll_fn(|context| self.stream.poll_flush(context));
                timeout(self.write_timeout, written).boxed().await
            }
        };
        self.in_time(written)
    }

    async fn flush_if_much(&mut self) -> Result<(), Disconnected> {
        match self.stream.unsent() < WRITE_BUFFER {
            true => Ok(()),
            false => self.flush().await,
        }
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
            code: code.into(),
            reason: reason.into(),
        };
        let within = self.write_timeout.min(Duration::from_secs(2));
        let closing = async move {
            let goodbye = async {
                self.stream.put_close(frame);
                if poll_fn(|context| self.stream.poll_flush(context)).await.is_ok() {
                    // Reading on keeps the system from answering late frames with a reset, which would take the
                    // close frame with it.
                    while let Some(Ok(_)) = self.read().await {}
                }
            };
            let _ = timeout(within, goodbye).await;
        };
        closing.boxed()
    }

    /// The client closes: it is told that this was heard, so that it does not take the end for a failure.
    fn answer_close(&mut self) -> BoxFuture<'_, Disconnected> {
        let within = self.write_timeout.min(Duration::from_secs(2));
        let answering = async move {
            // The library makes the answer when it reads on, and ends.
            let goodbye = async {
                while let Some(Ok(_)) = self.read().await {}
                // Whoever is gone already need not be answered.
                let _ = poll_fn(|context| self.stream.poll_flush(context)).await;
            };
            let _ = timeout(within, goodbye).await;
            Disconnected
        };
        answering.boxed()
    }

    /// What came of writing within the time for it.
    fn in_time(&self, written: Result<io::Result<()>, Elapsed>) -> Result<(), Disconnected> {
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
    async fn broken(&mut self, error: &SocketError) -> Disconnected {
        match error {
            SocketError::Capacity(_) => self.end(Refusal::TooLarge).await,
            SocketError::Utf8(_) => self.end(Refusal::BadUtf8).await,
            SocketError::Protocol(ProtocolError::ResetWithoutClosingHandshake) => Disconnected,
            SocketError::Protocol(_) => self.end(Refusal::BadSocket).await,
            _ => Disconnected,
        }
    }
}
