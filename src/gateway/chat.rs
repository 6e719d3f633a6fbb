//! A shopper's socket: `hello`, then frames in both directions until either side goes.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::pin::pin;
use std::time::Duration;

use axum::extract::ws::{Message, WebSocket};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::time::{MissedTickBehavior, interval_at};

use crate::hub::{Acknowledgement, Delivery, HubError, Notice, Opening, ShopperHandle, Showing, Shown, Subscription};
use crate::model::{ClientMessageId, ConversationId, EventKind, Language, Seq, ShopId};

use super::App;
use super::error::Refusal;
use super::frames;
use super::limits::Unwelcomed;
use super::origin::Page;
use super::protocol::{ChatFrame, ChatRequest};
use super::socket::{Connection, Disconnected, Incoming, checked_text, valid_id};

/// Frames handed to the network at once at most: between two batches the socket is written out.
const BATCH: usize = 32;
/// Requests of one client that wait until the one before them is stored; beyond, its socket is not read.
const HELD: usize = 16;

/// What `hello` said.
struct Hello {
    shop: ShopId,
    lang: Option<String>,
    token: Option<String>,
    after: Option<Seq>,
    conversation: Option<ConversationId>,
    customer: Option<(String, String)>,
}

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
        let Ok(welcomed) = Box::pin(begin(&app, &mut connection, &page, client, hello)).await else {
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

fn hello_of(request: ChatRequest) -> Option<Hello> {
    match request {
        ChatRequest::Hello {
            shop,
            lang,
            token,
            after,
            conversation,
            customer,
            signature,
        } => Some(Hello {
            shop,
            lang,
            token,
            after,
            conversation,
            customer: customer.map(|customer| (customer, signature.unwrap_or_default())),
        }),
        _ => None,
    }
}

/// A talk that a client was welcomed to.
struct Welcomed {
    handle: ShopperHandle,
    subscription: Subscription,
    /// The last event before the welcome: what is told up to here is told again.
    past: Seq,
}

/// Answers `hello`: who may speak, in which conversation, from where on.
async fn begin(
    app: &App,
    connection: &mut Connection,
    page: &Page,
    client: Option<IpAddr>,
    hello: Hello,
) -> Result<Welcomed, Disconnected> {
    if let Some(tag) = &hello.lang {
        // A page in a language that no shop speaks hears that of the shop.
        let shop = || app.shops.get(&hello.shop).map(|generation| generation.pack.language());
        connection.language = Language::from_tag(tag).or_else(shop).unwrap_or_default();
    }
    if !page.may_chat(&hello.shop, &app.settings) {
        return Err(connection.end(Refusal::Origin).await);
    }
    let customer = match app.identity.admit(&hello.shop, hello.customer, app.clock.now()) {
        Ok(customer) => customer,
        Err(refused) => return Err(connection.end(refused.into()).await),
    };
    let opening = Opening {
        shop: hello.shop,
        lang: connection.language,
        token: hello.token,
        customer,
    };
    // A client that wants none of the past wants no end of it either.
    let showing = hello.conversation.clone().zip(hello.after);
    let showing = showing.map(|(conversation, after)| Showing {
        conversation,
        after: frames::log_seq(after),
    });
    let (handle, shown) = match app.hub.resume(opening, showing).await {
        Ok(resumed) => resumed,
        Err(error) => {
            let refusal = refusal(&error);
            // There is no talk to go on with: whatever the table says of the socket, it ends here.
            return Err(connection.end(refusal).await);
        }
    };
    let seq = frames::wire_seq(handle.seq());
    let another = hello.conversation.is_some_and(|shown| shown != *handle.conversation());
    // A client that has seen more than there is has seen another conversation: it gets this one whole.
    let after = match hello.after {
        None => seq,
        Some(after) if another || after > seq => 0,
        Some(after) => after,
    };
    // Whoever wants none of the past may come in when others behind the same address have seen too much of it.
    if after < seq
        && let Err(refusal) = app.allowances.replay(client, 1)
    {
        return Err(connection.end(refusal).await);
    }
    let words = handle.shop_words();
    connection
        .send(&ChatFrame::Welcome {
            conversation: handle.conversation().clone(),
            token: handle.token().to_owned(),
            seq,
            history_gone: shown == Shown::Gone,
            next: shown == Shown::Ended { next: true },
            shop: words.as_ref().map(frames::shop_name),
            words: words.map(|words| Box::new(frames::shop_words(words))),
            max_chars: Some(app.settings.gateway.max_message_chars),
            max_bytes: Some(app.settings.gateway.longest_frame()),
        })
        .await?;
    connection.flush().await?;
    let subscription = handle.subscribe(frames::log_seq(after));
    Ok(Welcomed {
        past: handle.seq(),
        handle,
        subscription,
    })
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

/// What the store made of a request.
enum Completed {
    Said(ClientMessageId, Result<Acknowledgement, HubError>),
    Acted(Result<(), HubError>),
}

/// A request, or the refusal of what was none, in its place behind what came before.
enum Held {
    Request(ChatRequest),
    Refused(Refusal, Option<ClientMessageId>),
}

/// One request is being stored at a time, so that they keep their order. The socket is read meanwhile, and a ping
/// answered: a store that is slow must not make the link look dead.
#[derive(Default)]
struct Work {
    doing: Option<BoxFuture<'static, Completed>>,
    held: VecDeque<Held>,
    /// Own messages whose acknowledgement stands for the event; other sockets get the event.
    own: VecDeque<Seq>,
}

impl Work {
    /// Whether more may be read: there is room for it, and it is not meant for the talk after this one.
    fn reads(&self) -> bool {
        let last = matches!(self.held.back(), Some(Held::Request(ChatRequest::Hello { .. })));
        self.held.len() < HELD && !last
    }
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
                        let before = connection.sent;
                        connection.send(&frame).await?;
                        // Cut off in the middle, the client comes back later and goes on from there.
                        if matches!(&delivery, Delivery::Event(event) if event.seq <= past)
                            && let Err(refusal) = app.allowances.replay(client, connection.sent - before)
                        {
                            return Err(connection.end(refusal).await);
                        }
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

/// Stores what the client said last before it went: it was read, and nobody is there to say it again soon.
async fn finish(app: &App, connection: &mut Connection, handle: &ShopperHandle, client: Option<IpAddr>, work: Work) {
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
async fn finished(doing: &mut Option<BoxFuture<'static, Completed>>) -> Completed {
    let completed = match doing {
        Some(doing) => doing.await,
        None => std::future::pending().await,
    };
    *doing = None;
    completed
}

/// Whether this is the socket's own message, which its acknowledgement has told already.
fn is_own(delivery: &Delivery, own: &mut VecDeque<Seq>) -> bool {
    let Delivery::Event(event) = delivery else { return false };
    while own.front().is_some_and(|first| *first < event.seq) {
        own.pop_front();
    }
    matches!(event.kind, EventKind::Received { .. }) && own.front() == Some(&event.seq)
}

/// What a request has led to.
enum Started {
    /// Something is being stored.
    Work(BoxFuture<'static, Completed>),
    /// It is done already.
    Nothing,
    /// The client begins again.
    Hello(Box<Hello>),
}

/// Begins what a request asks.
async fn begin_work(
    app: &App,
    connection: &mut Connection,
    handle: &ShopperHandle,
    client: Option<IpAddr>,
    request: ChatRequest,
) -> Result<Started, Disconnected> {
    let handle = handle.clone();
    Ok(Started::Work(match request {
        ChatRequest::Message { id, text } => {
            if !valid_id(&id) {
                connection.refuse(Refusal::BadId, None).await?;
                return Ok(Started::Nothing);
            }
            if let Err(refusal) = checked_text(&text, app.settings.gateway.max_message_chars) {
                connection.refuse(refusal, Some(id)).await?;
                return Ok(Started::Nothing);
            }
            if let Err(refusal) = app.allowances.message(client, handle.shopper(), &text, !handle.begun()) {
                connection.refuse(refusal, Some(id)).await?;
                return Ok(Started::Nothing);
            }
            async move { Completed::Said(id.clone(), handle.send(id, text).await) }.boxed()
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
async fn tell(connection: &mut Connection, own: &mut VecDeque<Seq>, completed: Completed) -> Result<(), Disconnected> {
    match completed {
        Completed::Said(id, Ok(kept)) => {
            if !kept.duplicate() {
                own.push_back(kept.seq());
            }
            connection.send(&frames::ack(id, &kept)).await
        }
        Completed::Said(id, Err(error)) => connection.refuse(refusal(&error), Some(id)).await,
        Completed::Acted(Ok(())) => Ok(()),
        Completed::Acted(Err(error)) => connection.refuse(refusal(&error), None).await,
    }
}

/// The refusal for what the hub refused; what is wrong with the store is logged.
pub(super) fn refusal(error: &HubError) -> Refusal {
    if let HubError::Store(cause) = error {
        tracing::error!(%cause, "the store refused");
    }
    Refusal::from(error)
}
