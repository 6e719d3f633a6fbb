//! A shopper's socket: `hello`, then frames in both directions until either side goes.

mod requests;
mod welcome;

use std::net::IpAddr;
use std::pin::pin;
use std::time::Duration;

use axum::extract::ws::{Message, WebSocket};
use futures_util::FutureExt;
use tokio::time::{MissedTickBehavior, interval_at};

use crate::hub::{Delivery, HubError, Notice};
use crate::model::Language;

use super::App;
use super::error::Refusal;
use super::frame_text::text_of;
use super::frames;
use super::limits::Unwelcomed;
use super::origin::Page;
use super::protocol::{ChatFrame, ChatRequest};
use super::socket::{Connection, Disconnected, Incoming};
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
}

/// How a talk on this socket ended.
enum Next {
    /// The client began again with another `hello`.
    Hello(Hello),
    /// The server goes away.
    Moving,
}

/// Serves one socket to its end.
pub(super) async fn serve(app: App, socket: WebSocket, entrance: Entrance) {
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
                Box::pin(connection.end(refusal)).await;
                return;
            }
        };
        let Ok(welcomed) = Box::pin(welcome(&app, &mut connection, &page, client, hello)).await else {
            return;
        };
        unwelcomed.take();
        let handle = welcomed.handle.clone();
        let mut work = Work::default();
        let outcome = talk(&app, &mut connection, welcomed, client, &mut work).await;
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

/// One talk: everything is read, stored, acknowledged and delivered in this loop, so that a socket's frames keep
/// their order and nothing is buffered for a client that does not read. While something is being stored nothing is
/// delivered: the acknowledgement comes before what follows from it.
async fn talk(
    app: &App,
    connection: &mut Connection,
    welcomed: Welcomed,
    client: Option<IpAddr>,
    work: &mut Work,
) -> Result<Next, Disconnected> {
    let Welcomed {
        handle,
        mut subscription,
        past,
    } = welcomed;
    let gateway = &app.settings.gateway;
    let every = Duration::from_millis(gateway.ping_interval_ms);
    let patience = Duration::from_millis(gateway.ping_timeout_ms);
    let mut ping_timer = interval_at(tokio::time::Instant::now() + every, every);
    ping_timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut moving = pin!(app.moving.cancelled());
    let mut leaving = pin!(app.leaving.cancelled());
    let mut asked_to_move = false;
    loop {
        let idle = work.doing.is_none();
        let mut wakeup = tokio::select! {
            message = connection.read(), if work.reads() => Wakeup::Client(message),
            delivery = subscription.next(), if idle => Wakeup::Hub(delivery),
            completed = finished(&mut work.doing), if !idle => Wakeup::Completed(completed),
            _ = ping_timer.tick() => Wakeup::PingTick,
            () = &mut moving, if !asked_to_move => Wakeup::Moving,
            () = &mut leaving => Wakeup::Leaving,
        };
        for left in (0..BATCH).rev() {
            match wakeup {
                Wakeup::Leaving | Wakeup::Hub(Ok(None)) => return Ok(Next::Moving),
                Wakeup::Moving => {
                    asked_to_move = true;
                    let within_ms = app.move_within();
                    connection.send(&ChatFrame::Move { within_ms }).await?;
                }
                Wakeup::PingTick if connection.silence() > patience => {
                    return Err(connection.end(Refusal::Silent).await);
                }
                Wakeup::PingTick => connection.ping().await?,
                Wakeup::Hub(Err(error)) => {
                    tracing::warn!(%error, "a conversation cannot be read");
                    return Err(connection.end(Refusal::Internal).await);
                }
                Wakeup::Hub(Ok(Some(Delivery::Notice(Notice::ShopGone)))) => {
                    return Err(connection.end(Refusal::ShopGone).await);
                }
                Wakeup::Hub(Ok(Some(delivery))) => {
                    if !is_own(&delivery, &mut work.own)
                        && let Some(frame) = frames::for_shopper(&delivery)
                    {
                        let text = text_of(&frame);
                        // Cut off in the middle, the client comes back later and goes on from there.
                        if matches!(&delivery, Delivery::Event(event) if event.seq <= past)
                            && let Err(refusal) = app.allowances.replay(client, text.len() as u64)
                        {
                            return Err(connection.end(refusal).await);
                        }
                        connection.send_text(text).await?;
                    }
                }
                Wakeup::Client(message) => match connection.take(message).await? {
                    Incoming::Nothing => {}
                    Incoming::Request(ChatRequest::Ping) => connection.send(&ChatFrame::Pong).await?,
                    Incoming::Request(request) => work.held.push_back(Held::Request(request)),
                    Incoming::Refused(refusal, id) => work.held.push_back(Held::Refused(refusal, id)),
                },
                Wakeup::Completed(completed) => tell(connection, &mut work.own, completed).await?,
            }
            while work.doing.is_none()
                && let Some(held) = work.held.pop_front()
            {
                let request = match held {
                    Held::Request(request) => request,
                    Held::Refused(refusal, id) => {
                        connection.refuse(refusal, id).await?;
                        continue;
                    }
                };
                match begin_work(app, connection, &handle, client, request).await? {
                    Started::Work(doing) => work.doing = Some(doing),
                    Started::Nothing => {}
                    Started::Hello(hello) => {
                        connection.flush().await?;
                        return Ok(Next::Hello(*hello));
                    }
                }
            }
            if left == 0 {
                break;
            }
            let read = match work.reads() {
                true => connection.read_ready().map(Wakeup::Client),
                false => None,
            };
            let ready = read.or_else(|| match work.doing {
                Some(_) => finished(&mut work.doing).now_or_never().map(Wakeup::Completed),
                None => subscription.next().now_or_never().map(Wakeup::Hub),
            });
            match ready {
                Some(next) => wakeup = next,
                None => break,
            }
        }
        connection.flush().await?;
    }
}
