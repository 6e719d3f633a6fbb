//! A shopper's socket: `hello`, then frames in both directions until either side goes.

use std::collections::VecDeque;
use std::time::Duration;

use axum::extract::ws::{Message, WebSocket};
use futures_util::FutureExt;
use tokio::time::{MissedTickBehavior, interval_at};

use crate::conversation::hub::{Delivery, HubError, Opening, ShopperHandle, Subscription};
use crate::model::{ClientMessageId, EventKind, Language, Seq, ShopId};

use super::App;
use super::error::Refusal;
use super::frames;
use super::identity;
use super::origin::Page;
use super::protocol::{ChatFrame, ChatRequest};
use super::socket::{Gone, Incoming, Wire, checked_text, valid_id};

/// Frames handed to the network at once at most: between two batches the socket is written out.
const BATCH: usize = 32;

/// What `hello` said.
struct Hello {
    shop: ShopId,
    lang: Option<String>,
    token: Option<String>,
    after: Option<Seq>,
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
    let hello = Box::pin(wire.hello(within, &app.leaving, hello_of)).await;
    let Ok(mut hello) = hello else { return };
    loop {
        let Ok((handle, subscription)) = Box::pin(begin(&app, &mut wire, &page, hello)).await else {
            return;
        };
        match talk(&app, &mut wire, &handle, subscription).await {
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
            customer,
            signature,
        } => Some(Hello {
            shop,
            lang,
            token,
            after,
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
    let handle = match app.hub.open(opening).await {
        Ok(handle) => handle,
        Err(error) => {
            let refusal = refusal(&error);
            // There is no talk to go on with: whatever the table says of the socket, it ends here.
            return Err(wire.end(refusal).await);
        }
    };
    let seq = frames::number(handle.seq());
    wire.send(&ChatFrame::Welcome {
        conversation: handle.conversation().clone(),
        token: handle.token().to_owned(),
        seq,
        history_from: None,
    })
    .await?;
    wire.flush().await?;
    // A client that has seen more than there is has seen another conversation: it gets this one whole.
    let after = match hello.after {
        None => seq,
        Some(after) if after > seq => 0,
        Some(after) => after,
    };
    let subscription = handle.subscribe(frames::place(after));
    Ok((handle, subscription))
}

/// What woke the loop.
enum Woken {
    Client(Option<Result<Message, axum::Error>>),
    Hub(Result<Option<Delivery>, HubError>),
    Pulse,
    Leaving,
}

/// One talk: everything is read, stored, acknowledged and delivered in this loop, so that a socket's frames keep
/// their order and nothing is buffered for a client that does not read.
async fn talk(
    app: &App,
    wire: &mut Wire,
    handle: &ShopperHandle,
    mut subscription: Subscription,
) -> Result<Next, Gone> {
    let gateway = &app.settings.gateway;
    let every = Duration::from_millis(gateway.ping_interval_ms);
    let patience = Duration::from_millis(gateway.ping_timeout_ms);
    let mut pulse = interval_at(tokio::time::Instant::now() + every, every);
    pulse.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The acknowledgement stands for the sender's own message; other sockets get it as an event.
    let mut own: VecDeque<Seq> = VecDeque::new();
    loop {
        let mut woken = tokio::select! {
            message = wire.read() => Woken::Client(message),
            delivery = subscription.next() => Woken::Hub(delivery),
            _ = pulse.tick() => Woken::Pulse,
            () = app.leaving.cancelled() => Woken::Leaving,
        };
        for left in (0..BATCH).rev() {
            match woken {
                Woken::Leaving | Woken::Hub(Ok(None)) => return Ok(Next::Moving),
                Woken::Pulse if wire.silence() > patience => return Err(wire.end(Refusal::Silent).await),
                Woken::Pulse => wire.ping().await?,
                Woken::Hub(Err(error)) => {
                    tracing::warn!(%error, "a conversation cannot be read");
                    return Err(wire.end(Refusal::Internal).await);
                }
                Woken::Hub(Ok(Some(delivery))) => {
                    if !is_own(&delivery, &mut own)
                        && let Some(frame) = frames::for_shopper(&delivery)
                    {
                        wire.send(&frame).await?;
                    }
                }
                Woken::Client(message) => {
                    if let Incoming::Request(request) = wire.take(message).await?
                        && let Some(hello) = Box::pin(act(app, wire, handle, &mut own, request)).await?
                    {
                        wire.flush().await?;
                        return Ok(Next::Hello(hello));
                    }
                }
            }
            if left == 0 {
                break;
            }
            let ready = wire.read_ready().map(Woken::Client);
            match ready.or_else(|| subscription.next().now_or_never().map(Woken::Hub)) {
                Some(next) => woken = next,
                None => break,
            }
        }
        wire.flush().await?;
    }
}

/// Whether this is the socket's own message, which its acknowledgement has told already.
fn is_own(delivery: &Delivery, own: &mut VecDeque<Seq>) -> bool {
    let Delivery::Event(event) = delivery else { return false };
    while own.front().is_some_and(|first| *first < event.seq) {
        own.pop_front();
    }
    matches!(event.kind, EventKind::Received { .. }) && own.front() == Some(&event.seq)
}

/// Does what a frame asks. A further `hello` is handed back.
async fn act(
    app: &App,
    wire: &mut Wire,
    handle: &ShopperHandle,
    own: &mut VecDeque<Seq>,
    request: ChatRequest,
) -> Result<Option<Hello>, Gone> {
    let done = match request {
        ChatRequest::Message { id, text } => return says(app, wire, handle, own, id, text).await.map(|()| None),
        ChatRequest::Human => handle.asks_for_person().await,
        ChatRequest::Typing => {
            handle.typing();
            Ok(())
        }
        ChatRequest::Rate { stars } => handle.rates(stars).await,
        ChatRequest::Close => handle.closes().await,
        hello @ ChatRequest::Hello { .. } => return Ok(hello_of(hello)),
    };
    if let Err(error) = done {
        wire.refuse(refusal(&error), None).await?;
    }
    Ok(None)
}

async fn says(
    app: &App,
    wire: &mut Wire,
    handle: &ShopperHandle,
    own: &mut VecDeque<Seq>,
    id: ClientMessageId,
    text: String,
) -> Result<(), Gone> {
    if !valid_id(&id) {
        return wire.refuse(Refusal::BadId, None).await;
    }
    if let Err(refusal) = checked_text(&text, app.settings.gateway.max_message_chars) {
        return wire.refuse(refusal, Some(id)).await;
    }
    match handle.says(id.clone(), text).await {
        Ok(kept) => {
            if !kept.duplicate() {
                own.push_back(kept.seq());
            }
            wire.send(&frames::ack(id, &kept)).await
        }
        Err(error) => wire.refuse(refusal(&error), Some(id)).await,
    }
}

/// The refusal for what the hub refused; what is wrong with the store is logged.
pub(super) fn refusal(error: &HubError) -> Refusal {
    if let HubError::Store(cause) = error {
        tracing::error!(%cause, "the store refused");
    }
    Refusal::from(error)
}
