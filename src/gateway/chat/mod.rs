//! A shopper's socket: `hello`, then frames in both directions until either side goes.

mod requests;
mod welcome;

use std::net::IpAddr;
use std::pin::pin;
use std::time::Duration;

use axum::extract::ws::{Message, WebSocket};
use futures_util::FutureExt;
use tokio::time::{MissedTickBehavior, interval_at};

use crate::hub::{Delivery, HubError, Notice, ShopperHandle, Subscription};
use crate::model::{Language, Seq};

use super::App;
use super::error::Refusal;
use super::frame_text::text_of;
use super::frames;
use super::limits::Unwelcomed;
use super::origin::Page;
use super::protocol::{ChatFrame, ChatRequest};
use super::socket::{Connection, Disconnected, Incoming};
use requests::{Completed, Held, Started, Work, begin_work, finish, finished, is_own, tell};
use welcome::{Hello, hello_of, welcome};

/// Frames handed to the network at once at most: between two batches the socket is written out.
const BATCH: usize = 32;

/// Who comes in by a socket.
pub(super) struct Entrance {
    /// The page.
    pub page: Page,
    /// The language of refusals until `hello` says one.
    pub language: Language,
    /// The shopper's network address, where it is known.
    pub client: Option<IpAddr>,
    /// Held until the shopper is welcomed.
    pub unwelcomed: Unwelcomed,
}

/// How a talk on this socket ended.
enum Next {
    /// The client began again with another `hello`.
    Hello(Hello),
    /// The server goes away.
    Moving,
}

/// Serves one socket to its end.
pub(super) async fn serve(app: App, socket: Box<WebSocket>, entrance: Entrance) {
    let Entrance {
        page,
        language,
        client,
        mut unwelcomed,
    } = entrance;
    let mut connection = Connection::new(socket, &app.settings.gateway, 1, language, app.metrics.clone());
    let within = Duration::from_millis(app.settings.gateway.hello_timeout_ms);
    // The futures of the handshake are boxed: each of thousands of idle sockets would otherwise reserve their stack.
    let hello = Box::pin(connection.hello(within, &app.moving, hello_of)).await;
    let Ok(mut hello) = hello else { return };
    loop {
        // Held as long as the talk is on this socket.
        let _room = match app.limits.chat_of(&hello.shop) {
            Ok(room) => room,
            Err(refusal) => {
                connection.end(refusal).await;
                return;
            }
        };
        let Ok(welcomed) = Box::pin(welcome(&app, &mut connection, &page, client, hello)).await else {
            return;
        };
        unwelcomed.take();
        let handle = welcomed.handle.clone();
        let mut work = Work::default();
        let mut talk = Talk {
            app: &app,
            connection: &mut connection,
            handle: welcomed.handle,
            subscription: welcomed.subscription,
            past: welcomed.past,
            client,
            work: &mut work,
            asked_to_move: false,
        };
        let outcome = talk.run().await;
        drop(talk);
        Box::pin(finish(&app, &mut connection, &handle, client, work)).await;
        match outcome {
            Ok(Next::Hello(again)) => hello = again,
            Ok(Next::Moving) => {
                let after_ms = app.moving_after();
                if connection.send(&ChatFrame::Moving { after_ms }).await.is_ok() {
                    connection
                        .close(Refusal::Draining.close().unwrap_or(1012), Refusal::Draining.code())
                        .await;
                }
                return;
            }
            Err(Disconnected) => return,
        }
    }
}

/// What woke the loop.
enum Wakeup {
    Client(Option<Result<Message, axum::Error>>),
    Hub(Result<Option<Delivery>, HubError>),
    Completed(Completed),
    PingTick,
    Moving,
    Leaving,
}

/// One talk: everything is read, stored, acknowledged and delivered in one loop, so that a socket's frames keep
/// their order and nothing is buffered for a client that does not read. While something is being stored nothing is
/// delivered: the acknowledgement comes before what follows from it.
struct Talk<'a> {
    app: &'a App,
    connection: &'a mut Connection,
    handle: ShopperHandle,
    subscription: Subscription,
    /// What is told up to here is told again.
    past: Seq,
    client: Option<IpAddr>,
    work: &'a mut Work,
    asked_to_move: bool,
}

impl Talk<'_> {
    /// Until the client begins again, or the server or the client goes away.
    async fn run(&mut self) -> Result<Next, Disconnected> {
        let gateway = &self.app.settings.gateway;
        let every = Duration::from_millis(gateway.ping_interval_ms);
        let mut ping_timer = interval_at(tokio::time::Instant::now() + every, every);
        ping_timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut moving = pin!(self.app.moving.cancelled());
        let mut leaving = pin!(self.app.leaving.cancelled());
        loop {
            let idle = self.work.doing.is_none();
            let wakeup = tokio::select! {
                message = self.connection.read(), if self.work.reads() => Wakeup::Client(message),
                delivery = self.subscription.next(), if idle => Wakeup::Hub(delivery),
                completed = finished(&mut self.work.doing), if !idle => Wakeup::Completed(completed),
                _ = ping_timer.tick() => Wakeup::PingTick,
                () = &mut moving, if !self.asked_to_move => Wakeup::Moving,
                () = &mut leaving => Wakeup::Leaving,
            };
            // Boxed: thousands of sockets wait above, and few have anything to do.
            if let Some(next) = Box::pin(self.batch(wakeup)).await? {
                return Ok(next);
            }
        }
    }

    /// Does what woke the loop and what else is there to do already, then writes the socket out.
    async fn batch(&mut self, mut wakeup: Wakeup) -> Result<Option<Next>, Disconnected> {
        for left in (0..BATCH).rev() {
            if let Some(next) = self.act(wakeup).await? {
                return Ok(Some(next));
            }
            if let Some(hello) = self.begin_held().await? {
                self.connection.flush().await?;
                return Ok(Some(Next::Hello(hello)));
            }
            if left == 0 {
                break;
            }
            match self.ready() {
                Some(next) => wakeup = next,
                None => break,
            }
        }
        self.connection.flush().await?;
        Ok(None)
    }

    async fn act(&mut self, wakeup: Wakeup) -> Result<Option<Next>, Disconnected> {
        let patience = Duration::from_millis(self.app.settings.gateway.ping_timeout_ms);
        match wakeup {
            Wakeup::Leaving | Wakeup::Hub(Ok(None)) => return Ok(Some(Next::Moving)),
            Wakeup::Moving => {
                self.asked_to_move = true;
                let within_ms = self.app.move_within();
                self.connection.send(&ChatFrame::Move { within_ms }).await?;
            }
            Wakeup::PingTick if self.connection.silence() > patience => {
                return Err(self.connection.end(Refusal::Silent).await);
            }
            Wakeup::PingTick => self.connection.ping().await?,
            Wakeup::Hub(Err(error)) => {
                tracing::warn!(%error, "a conversation cannot be read");
                return Err(self.connection.end(Refusal::Internal).await);
            }
            Wakeup::Hub(Ok(Some(Delivery::Notice(Notice::ShopGone)))) => {
                return Err(self.connection.end(Refusal::ShopGone).await);
            }
            Wakeup::Hub(Ok(Some(delivery))) => self.deliver(&delivery).await?,
            Wakeup::Client(message) => match self.connection.take(message).await? {
                Incoming::Nothing => {}
                Incoming::Request(ChatRequest::Ping) => self.connection.send(&ChatFrame::Pong).await?,
                Incoming::Request(request) => self.work.held.push_back(Held::Request(request)),
                Incoming::Refused(refusal, id) => self.work.held.push_back(Held::Refused(refusal, id)),
            },
            Wakeup::Completed(completed) => tell(self.connection, &mut self.work.own, completed).await?,
        }
        Ok(None)
    }

    async fn deliver(&mut self, delivery: &Delivery) -> Result<(), Disconnected> {
        if is_own(delivery, &mut self.work.own) {
            return Ok(());
        }
        let Some(frame) = frames::for_shopper(delivery) else {
            return Ok(());
        };
        let text = text_of(&frame);
        // Cut off in the middle, the client comes back later and goes on from there.
        if matches!(delivery, Delivery::Event(event) if event.seq <= self.past)
            && let Err(refusal) = self.app.allowances.replay(self.client, text.len() as u64)
        {
            return Err(self.connection.end(refusal).await);
        }
        self.connection.send_text(text).await
    }

    /// Begins what was asked for, as long as nothing is being stored; the `hello` with which the client begins again.
    async fn begin_held(&mut self) -> Result<Option<Hello>, Disconnected> {
        while self.work.doing.is_none()
            && let Some(held) = self.work.held.pop_front()
        {
            let request = match held {
                Held::Request(request) => request,
                Held::Refused(refusal, id) => {
                    self.connection.refuse(refusal, id).await?;
                    continue;
                }
            };
            match begin_work(self.app, self.connection, &self.handle, self.client, request).await? {
                Started::Work(doing) => self.work.doing = Some(doing),
                Started::Nothing => {}
                Started::Hello(hello) => return Ok(Some(*hello)),
            }
        }
        Ok(None)
    }

    /// What else there is to do already.
    fn ready(&mut self) -> Option<Wakeup> {
        let read = match self.work.reads() {
            true => self.connection.read_ready().map(Wakeup::Client),
            false => None,
        };
        read.or_else(|| match self.work.doing {
            Some(_) => finished(&mut self.work.doing).now_or_never().map(Wakeup::Completed),
            None => self.subscription.next().now_or_never().map(Wakeup::Hub),
        })
    }
}
