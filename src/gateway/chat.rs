//! A shopper's socket: `hello`, then frames in both directions until either side goes.

use std::collections::VecDeque;
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
use super::identity;
use super::origin::Page;
use super::protocol::{ChatFrame, ChatRequest};
use super::socket::{Gone, Incoming, Wire, checked_text, valid_id};

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

/// How a talk on this socket ended.
enum Next {
    /// The client began again with another `hello`.
    Hello(Hello),
    /// The server goes away.
    Moving,
}

/// Serves one socket to its end.
pub(super) async fn serve(app: App, socket: WebSocket, page: Page, language: Language) {
    let mut wire = Wire::new(socket, &app.settings.gateway, 1, language, app.metrics.clone());
    let within = Duration::from_millis(app.settings.gateway.hello_timeout_ms);
    // What is rare or short is boxed, so that a socket that waits does not carry room for it: thousands wait.
    let hello = Box::pin(wire.hello(within, &app.moving, hello_of)).await;
    let Ok(mut hello) = hello else { return };
    loop {
        // Held as long as the talk is on this socket.
        let _room = match app.limits.chat_of(&hello.shop) {
            Ok(room) => room,
            Err(refusal) => {
                Box::pin(wire.end(refusal)).await;
                return;
            }
        };
        let Ok((handle, subscription)) = Box::pin(begin(&app, &mut wire, &page, hello)).await else {
            return;
        };
        let mut work = Work::default();
        let outcome = talk(&app, &mut wire, &handle, subscription, &mut work).await;
        Box::pin(finish(&app, &mut wire, &handle, work)).await;
        match outcome {
            Ok(Next::Hello(again)) => hello = again,
            Ok(Next::Moving) => {
                let after_ms = app.moving_after();
                if wire.send(&ChatFrame::Moving { after_ms }).await.is_ok() {
                    wire.close(Refusal::Draining.close().unwrap_or(1012), Refusal::Draining.code())
                        .await;
                }
                return;
            }
            Err(Gone) => return,
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

/// Answers `hello`: who may speak, in which conversation, from where on.
async fn begin(app: &App, wire: &mut Wire, page: &Page, hello: Hello) -> Result<(ShopperHandle, Subscription), Gone> {
    if let Some(tag) = &hello.lang {
        wire.language = Language::from_tag(tag);
    }
    if !page.may_chat(&hello.shop, &app.settings) {
        return Err(wire.end(Refusal::Origin).await);
    }
    let customer = match hello.customer {
        Some((customer, signature)) => {
            let key = app.settings.shop(hello.shop.as_str()).identity_key;
            if !identity::customer_is_signed(&key, &customer, &signature) {
                return Err(wire.end(Refusal::BadSignature).await);
            }
            Some(customer)
        }
        None => None,
    };
    let opening = Opening {
        shop: hello.shop,
        lang: wire.language,
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
            return Err(wire.end(refusal).await);
        }
    };
    let seq = frames::wire_seq(handle.seq());
    let words = handle.shop_words();
    wire.send(&ChatFrame::Welcome {
        conversation: handle.conversation().clone(),
        token: handle.token().to_owned(),
        seq,
        history_gone: shown == Shown::Gone,
        next: shown == Shown::Ended { next: true },
        shop: words.as_ref().map(frames::shop_name),
        words: words.map(|words| Box::new(frames::shop_words(words))),
    })
    .await?;
    wire.flush().await?;
    let another = hello.conversation.is_some_and(|shown| shown != *handle.conversation());
    // A client that has seen more than there is has seen another conversation: it gets this one whole.
    let after = match hello.after {
        None => seq,
        Some(after) if another || after > seq => 0,
        Some(after) => after,
    };
    let subscription = handle.subscribe(frames::log_seq(after));
    Ok((handle, subscription))
}

/// What woke the loop.
enum Woken {
    Client(Option<Result<Message, axum::Error>>),
    Hub(Result<Option<Delivery>, HubError>),
    Done(Done),
    Pulse,
    Moving,
    Leaving,
}

/// What the store made of a request.
enum Done {
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
    doing: Option<BoxFuture<'static, Done>>,
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
    wire: &mut Wire,
    handle: &ShopperHandle,
    mut subscription: Subscription,
    work: &mut Work,
) -> Result<Next, Gone> {
    let gateway = &app.settings.gateway;
    let every = Duration::from_millis(gateway.ping_interval_ms);
    let patience = Duration::from_millis(gateway.ping_timeout_ms);
    let mut pulse = interval_at(tokio::time::Instant::now() + every, every);
    pulse.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut moving = pin!(app.moving.cancelled());
    let mut leaving = pin!(app.leaving.cancelled());
    let mut asked_to_move = false;
    loop {
        let idle = work.doing.is_none();
        let mut woken = tokio::select! {
            message = wire.read(), if work.reads() => Woken::Client(message),
            delivery = subscription.next(), if idle => Woken::Hub(delivery),
            done = finished(&mut work.doing), if !idle => Woken::Done(done),
            _ = pulse.tick() => Woken::Pulse,
            () = &mut moving, if !asked_to_move => Woken::Moving,
            () = &mut leaving => Woken::Leaving,
        };
        for left in (0..BATCH).rev() {
            match woken {
                Woken::Leaving | Woken::Hub(Ok(None)) => return Ok(Next::Moving),
                Woken::Moving => {
                    asked_to_move = true;
                    let within_ms = app.move_within();
                    wire.send(&ChatFrame::Move { within_ms }).await?;
                }
                Woken::Pulse if wire.silence() > patience => return Err(wire.end(Refusal::Silent).await),
                Woken::Pulse => wire.ping().await?,
                Woken::Hub(Err(error)) => {
                    tracing::warn!(%error, "a conversation cannot be read");
                    return Err(wire.end(Refusal::Internal).await);
                }
                Woken::Hub(Ok(Some(Delivery::Notice(Notice::ShopGone)))) => {
                    return Err(wire.end(Refusal::ShopGone).await);
                }
                Woken::Hub(Ok(Some(delivery))) => {
                    if !is_own(&delivery, &mut work.own)
                        && let Some(frame) = frames::for_shopper(&delivery)
                    {
                        wire.send(&frame).await?;
                    }
                }
                Woken::Client(message) => match wire.take(message).await? {
                    Incoming::Nothing => {}
                    Incoming::Request(ChatRequest::Ping) => wire.send(&ChatFrame::Pong).await?,
                    Incoming::Request(request) => work.held.push_back(Held::Request(request)),
                    Incoming::Refused(refusal, id) => work.held.push_back(Held::Refused(refusal, id)),
                },
                Woken::Done(done) => tell(wire, &mut work.own, done).await?,
            }
            while work.doing.is_none()
                && let Some(held) = work.held.pop_front()
            {
                let request = match held {
                    Held::Request(request) => request,
                    Held::Refused(refusal, id) => {
                        wire.refuse(refusal, id).await?;
                        continue;
                    }
                };
                match begin_work(app, wire, handle, request).await? {
                    Begun::Work(doing) => work.doing = Some(doing),
                    Begun::Nothing => {}
                    Begun::Hello(hello) => {
                        wire.flush().await?;
                        return Ok(Next::Hello(*hello));
                    }
                }
            }
            if left == 0 {
                break;
            }
            let read = match work.reads() {
                true => wire.read_ready().map(Woken::Client),
                false => None,
            };
            let ready = read.or_else(|| match work.doing {
                Some(_) => finished(&mut work.doing).now_or_never().map(Woken::Done),
                None => subscription.next().now_or_never().map(Woken::Hub),
            });
            match ready {
                Some(next) => woken = next,
                None => break,
            }
        }
        wire.flush().await?;
    }
}

/// Stores what the client said last before it went: it was read, and nobody is there to say it again soon.
async fn finish(app: &App, wire: &mut Wire, handle: &ShopperHandle, work: Work) {
    if let Some(doing) = work.doing {
        doing.await;
    }
    for held in work.held {
        if let Held::Request(request) = held
            && let Ok(Begun::Work(doing)) = begin_work(app, wire, handle, request).await
        {
            doing.await;
        }
    }
}

/// Waits for what is being stored.
async fn finished(doing: &mut Option<BoxFuture<'static, Done>>) -> Done {
    let done = match doing {
        Some(doing) => doing.await,
        None => std::future::pending().await,
    };
    *doing = None;
    done
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
enum Begun {
    /// Something is being stored.
    Work(BoxFuture<'static, Done>),
    /// It is done already.
    Nothing,
    /// The client begins again.
    Hello(Box<Hello>),
}

/// Begins what a request asks.
async fn begin_work(app: &App, wire: &mut Wire, handle: &ShopperHandle, request: ChatRequest) -> Result<Begun, Gone> {
    let handle = handle.clone();
    Ok(Begun::Work(match request {
        ChatRequest::Message { id, text } => {
            if !valid_id(&id) {
                wire.refuse(Refusal::BadId, None).await?;
                return Ok(Begun::Nothing);
            }
            if let Err(refusal) = checked_text(&text, app.settings.gateway.max_message_chars) {
                wire.refuse(refusal, Some(id)).await?;
                return Ok(Begun::Nothing);
            }
            async move { Done::Said(id.clone(), handle.send(id, text).await) }.boxed()
        }
        ChatRequest::Human => async move { Done::Acted(handle.request_agent().await) }.boxed(),
        ChatRequest::Rate { stars } => async move { Done::Acted(handle.rate(stars).await) }.boxed(),
        ChatRequest::Close => async move { Done::Acted(handle.close().await) }.boxed(),
        ChatRequest::Typing => {
            handle.typing();
            return Ok(Begun::Nothing);
        }
        // Answered when it was read.
        ChatRequest::Ping => return Ok(Begun::Nothing),
        hello @ ChatRequest::Hello { .. } => {
            return Ok(match hello_of(hello) {
                Some(hello) => Begun::Hello(Box::new(hello)),
                None => Begun::Nothing,
            });
        }
    }))
}

/// Tells the client what the store made of its request.
async fn tell(wire: &mut Wire, own: &mut VecDeque<Seq>, done: Done) -> Result<(), Gone> {
    match done {
        Done::Said(id, Ok(kept)) => {
            if !kept.duplicate() {
                own.push_back(kept.seq());
            }
            wire.send(&frames::ack(id, &kept)).await
        }
        Done::Said(id, Err(error)) => wire.refuse(refusal(&error), Some(id)).await,
        Done::Acted(Ok(())) => Ok(()),
        Done::Acted(Err(error)) => wire.refuse(refusal(&error), None).await,
    }
}

/// The refusal for what the hub refused; what is wrong with the store is logged.
pub(super) fn refusal(error: &HubError) -> Refusal {
    if let HubError::Store(cause) = error {
        tracing::error!(%cause, "the store refused");
    }
    Refusal::from(error)
}
