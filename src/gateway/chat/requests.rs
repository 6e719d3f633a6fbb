//! What a shopper asks for on a socket: one request is being stored at a time, and the client is told what came of it.

use std::collections::VecDeque;
use std::net::IpAddr;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::hub::{Acknowledgement, Delivery, HubError, ShopperHandle};
use crate::model::{ClientMessageId, EventKind, Seq};

use super::super::App;
use super::super::error::Refusal;
use super::super::frame_text::valid_id;
use super::super::frames;
use super::super::protocol::ChatRequest;
use super::super::refusing::refusal;
use super::super::sending::{Message, from_shopper};
use super::super::socket::{Connection, Disconnected};
use super::welcome::{Hello, hello_of};

/// Requests of one client that wait until the one before them is stored; beyond, its socket is not read.
const HELD: usize = 16;

/// What the store made of a request.
pub(super) enum Completed {
    Said(ClientMessageId, Result<Acknowledgement, Refusal>),
    Acted(Result<(), HubError>),
}

/// A request, or the refusal of what was none, in its place behind what came before.
pub(super) enum Held {
    Request(ChatRequest),
    Refused(Refusal, Option<ClientMessageId>),
}

/// One request is being stored at a time, so that they keep their order. The socket is read meanwhile, and a ping
/// answered: a store that is slow must not make the link look dead.
#[derive(Default)]
pub(super) struct Work {
    pub(super) doing: Option<BoxFuture<'static, Completed>>,
    pub(super) held: VecDeque<Held>,
    /// Own messages whose acknowledgement stands for the event; other sockets get the event.
    pub(super) own: VecDeque<Seq>,
}

impl Work {
    /// Whether more may be read: there is room for it, and it is not meant for the talk after this one.
    pub(super) fn reads(&self) -> bool {
        let last = matches!(self.held.back(), Some(Held::Request(ChatRequest::Hello { .. })));
        self.held.len() < HELD && !last
    }

    /// Gives back the room of what is done: thousands of sockets do nothing.
    pub(super) fn give_back(&mut self) {
        if self.held.is_empty() {
            self.held = VecDeque::new();
        }
        if self.own.is_empty() {
            self.own = VecDeque::new();
        }
    }
}

/// Stores what the client said last before it went: it was read, and nobody is there to say it again soon.
pub(super) async fn finish(
    app: &App,
    connection: &mut Connection,
    handle: &ShopperHandle,
    client: Option<IpAddr>,
    work: Work,
) {
    if let Some(doing) = work.doing {
        doing.await;
    }
    for held in work.held {
        if let Held::Request(request) = held
            && let Ok(Started::Work(doing)) = begin_work(app, connection, handle, client, request).await
        {
            doing.await;
        }
    }
}

/// Waits for what is being stored.
pub(super) async fn finished(doing: &mut Option<BoxFuture<'static, Completed>>) -> Completed {
    let completed = match doing {
        Some(doing) => doing.await,
        None => std::future::pending().await,
    };
    *doing = None;
    completed
}

/// Whether this is the socket's own message, which its acknowledgement has told already.
pub(super) fn is_own(delivery: &Delivery, own: &mut VecDeque<Seq>) -> bool {
    let Delivery::Event(event) = delivery else { return false };
    while own.front().is_some_and(|first| *first < event.seq) {
        own.pop_front();
    }
    matches!(event.kind, EventKind::Received { .. }) && own.front() == Some(&event.seq)
}

/// What a request has led to.
pub(super) enum Started {
    /// Something is being stored.
    Work(BoxFuture<'static, Completed>),
    /// It is done already.
    Nothing,
    /// The client begins again.
    Hello(Box<Hello>),
}

/// Begins what a request asks.
pub(super) async fn begin_work(
    app: &App,
    connection: &mut Connection,
    handle: &ShopperHandle,
    client: Option<IpAddr>,
    request: ChatRequest,
) -> Result<Started, Disconnected> {
    let handle = handle.clone();
    Ok(Started::Work(match request {
        ChatRequest::Message { id, text, files } => {
            let message = Message { id, words: text, files };
            if !valid_id(&message.id) {
                connection.refuse(Refusal::BadId, None).await?;
                return Ok(Started::Nothing);
            }
            if let Err(refusal) = message.checked(app.settings.gateway.max_message_chars) {
                connection.refuse(refusal, Some(message.id)).await?;
                return Ok(Started::Nothing);
            }
            let begins = !handle.begun();
            if let Err(refusal) = app.allowances.message(client, handle.shopper(), &message.words, begins) {
                connection.refuse(refusal, Some(message.id)).await?;
                return Ok(Started::Nothing);
            }
            let app = app.clone();
            async move { Completed::Said(message.id.clone(), from_shopper(&app, &handle, message).await) }.boxed()
        }
        ChatRequest::Human => {
            if let Err(refusal) = app.allowances.handoff(client, handle.shopper(), !handle.begun()) {
                connection.refuse(refusal, None).await?;
                return Ok(Started::Nothing);
            }
            async move { Completed::Acted(handle.request_agent().await) }.boxed()
        }
        ChatRequest::Rate { stars } => async move { Completed::Acted(handle.rate(stars).await) }.boxed(),
        ChatRequest::Close => async move { Completed::Acted(handle.close().await) }.boxed(),
        ChatRequest::Typing => {
            handle.typing();
            return Ok(Started::Nothing);
        }
        ChatRequest::Seen { seq } => {
            handle.seen(frames::log_seq(seq));
            return Ok(Started::Nothing);
        }
        // Answered when it was read.
        ChatRequest::Ping => return Ok(Started::Nothing),
        hello @ ChatRequest::Hello { .. } => {
            return Ok(match hello_of(hello) {
                Some(hello) => Started::Hello(Box::new(hello)),
                None => Started::Nothing,
            });
        }
    }))
}

/// Tells the client what the store made of its request.
pub(super) async fn tell(
    connection: &mut Connection,
    own: &mut VecDeque<Seq>,
    completed: Completed,
) -> Result<(), Disconnected> {
    match completed {
        Completed::Said(id, Ok(kept)) => {
            if !kept.duplicate() {
                own.push_back(kept.seq());
            }
            connection.send(&frames::ack(id, &kept)).await
        }
        Completed::Said(id, Err(refusal)) => connection.refuse(refusal, Some(id)).await,
        Completed::Acted(Ok(())) => Ok(()),
        Completed::Acted(Err(error)) => connection.refuse(refusal(&error), None).await,
    }
}
