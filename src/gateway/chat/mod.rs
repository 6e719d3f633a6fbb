//! A shopper's socket: `hello`, then frames in both directions until either side goes.

mod requests;
mod welcome;

use std::net::IpAddr;
use std::pin::pin;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::time::{MissedTickBehavior, interval_at};

use crate::hub::{Delivery, HubError, Notice};
use crate::model::Language;

use super::App;
use super::error::Refusal;
use super::frame_stream::FrameStream;
use super::frame_text::text_of;
use super::frames;
use super::limits::Unwelcomed;
use super::origin::Page;
use super::protocol::{ChatFrame, ChatRequest};
use super::socket::{Connection, Disconnected, Incoming, Read};
use super::socket_guard::SocketGuard;
use requests::{Completed, Held, Started, Work, begin_work, finish, finished, is_own, tell};
use welcome::{Hello, Welcomed, hello_of, welcome};

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
    /// Held to the end.
    pub guard: SocketGuard,
}

/// A socket and whose it is. In one place on the heap: what an async function takes and keeps is otherwise there twice, and
/// thousands of sockets do nothing.
struct Session {
    app: App,
    connection: Connection,
    page: Page,
    client: Option<IpAddr>,
    unwelcomed: Unwelcomed,
    _guard: SocketGuard,
}

/// How a talk on this socket ended.
enum Next {
    /// The client began again with another `hello`.
    Hello(Box<Hello>),
    /// The server goes away.
    Moving,
}

/// Serves one socket to its end.
pub(super) fn serve(app: App, stream: Box<FrameStream>, entrance: Entrance) -> impl Future<Output = ()> + Send {
    let connection = Connection::new(stream, &app.settings.gateway, 1, entrance.language, app.metrics.clone());
    converse(Box::new(Session {
        app,
        connection,
        page: entrance.page,
        client: entrance.client,
        unwelcomed: entrance.unwelcomed,
        _guard: entrance.guard,
    }))
}

async fn converse(mut session: Box<Session>) {
    // The futures of the handshake are boxed: each of thousands of idle sockets would otherwise reserve their stack.
    let hello = Box::pin(session.hello()).await;
    let Ok(mut hello) = hello else { return };
    loop {
        // Held as long as the talk is on this socket.
        let _room = match session.app.limits.chat_of(&hello.shop) {
            Ok(room) => room,
            Err(refusal) => {
                session.connection.end(refusal).await;
                return;
            }
        };
        let Session {
            app,
            connection,
            page,
            client,
            ..
        } = &mut *session;
        let welcomed = Box::pin(welcome(app, connection, page, *client, *hello)).await;
        let Ok(mut welcomed) = welcomed else { return };
        session.unwelcomed.take();
        let mut work = Box::<Work>::default();
        let outcome = Talk {
            app: &session.app,
            connection: &mut session.connection,
            welcomed: &mut welcomed,
            client: session.client,
            work: &mut work,
            asked_to_move: false,
        }
        .run()
        .await;
        Box::pin(session.finish(welcomed, work)).await;
        match outcome {
            Ok(Next::Hello(again)) => hello = again,
            Ok(Next::Moving) => {
                Box::pin(session.cut_off()).await;
                return;
            }
            Err(Disconnected) => return,
        }
    }
}

impl Session {
    /// Waits for the first frame.
    async fn hello(&mut self) -> Result<Box<Hello>, Disconnected> {
        let within = Duration::from_millis(self.app.settings.gateway.hello_timeout_ms);
        let hello = self.connection.hello(within, &self.app.moving, hello_of).await?;
        Ok(Box::new(hello))
    }

    /// Stores what was read last. Nobody listens here any more.
    async fn finish(&mut self, welcomed: Box<Welcomed>, work: Box<Work>) {
        let handle = welcomed.handle.clone();
        drop(welcomed);
        finish(&self.app, &mut self.connection, &handle, self.client, *work).await;
    }

    /// Says that the server goes away, and closes.
    async fn cut_off(&mut self) {
        let after_ms = self.app.moving_after();
        if self.connection.send(&ChatFrame::Moving { after_ms }).await.is_ok() {
            self.connection
                .close(Refusal::Draining.close().unwrap_or(1012), Refusal::Draining.code())
                .await;
        }
    }
}

/// What woke the loop.
enum Wakeup {
    Client(Read),
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
    welcomed: &'a mut Welcomed,
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
        // One thing after the other: clients are asked to move before they are cut off.
        let mut going = pin!(self.app.moving.cancelled());
        loop {
            let idle = self.work.doing.is_none();
            let wakeup = tokio::select! {
                message = self.connection.read(), if self.work.reads() => Wakeup::Client(message),
                delivery = self.welcomed.subscription.next(), if idle => Wakeup::Hub(delivery),
                completed = finished(&mut self.work.doing), if !idle => Wakeup::Completed(completed),
                _ = ping_timer.tick() => Wakeup::PingTick,
                () = &mut going => match self.asked_to_move {
                    false => Wakeup::Moving,
                    true => Wakeup::Leaving,
                },
            };
            if matches!(wakeup, Wakeup::Moving) {
                going.set(self.app.leaving.cancelled());
            }
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
        self.work.give_back();
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
        if matches!(delivery, Delivery::Event(event) if event.seq <= self.welcomed.past)
            && let Err(refusal) = self.app.allowances.replay(self.client, text.len() as u64)
        {
            return Err(self.connection.end(refusal).await);
        }
        self.connection.send_text(&text).await
    }

    /// Begins what was asked for, as long as nothing is being stored; the `hello` with which the client begins again.
    async fn begin_held(&mut self) -> Result<Option<Box<Hello>>, Disconnected> {
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
            match begin_work(self.app, self.connection, &self.welcomed.handle, self.client, request).await? {
                Started::Work(doing) => self.work.doing = Some(doing),
                Started::Nothing => {}
                Started::Hello(hello) => return Ok(Some(hello)),
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
            None => self.welcomed.subscription.next().now_or_never().map(Wakeup::Hub),
        })
    }
}
