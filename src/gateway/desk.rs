//! An agent's socket: the board, the chats that are open, and what the agent does.

use std::collections::HashMap;
use std::time::Duration;

use axum::extract::ws::{Message, WebSocket};
use futures_util::future::{AbortHandle, Abortable, Aborted, BoxFuture};
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use tokio::time::{MissedTickBehavior, interval_at};

use crate::conversation::hub::{Board, BoardFeed, Delivery, DeskHandle, HubError, Notice, Subscription};
use crate::model::{AgentId, ClientMessageId, ConversationId, Event, Language, Speaker};

use super::App;
use super::chat::refusal;
use super::error::Refusal;
use super::frames;
use super::protocol::{DeskFrame, DeskRequest};
use super::session;
use super::socket::{Gone, Incoming, Wire, checked_text, valid_id};

/// Frames handed to the network at once at most.
const BATCH: usize = 32;
/// Agents are known and open several chats at once: so many times a shopper's rate.
const SHARE: u32 = 5;
/// Chats open on one desk at most.
const OPEN_CHATS: usize = 64;
/// Longest note for the next agent, characters.
const LONGEST_NOTE: usize = 500;

/// A chat's next delivery, with the subscription to go on with.
type Heard = (ConversationId, Subscription, Result<Option<Delivery>, HubError>);
type Listening = Abortable<BoxFuture<'static, Heard>>;

/// Serves one socket to its end. `agent` is who the cookie says, if there is one.
pub(super) async fn serve(app: App, socket: WebSocket, agent: Option<AgentId>, language: Language) {
    let mut wire = Wire::new(socket, &app.settings.gateway, SHARE, language, app.metrics.clone());
    let within = Duration::from_millis(app.settings.gateway.hello_timeout_ms);
    let hello = wire
        .hello(within, &app.leaving, |request| match request {
            DeskRequest::Hello { session } => Some(session),
            _ => None,
        })
        .await;
    let Ok(token) = hello else { return };
    let agent = match token {
        Some(token) => session::agent_of(&app, &token).await.ok().flatten(),
        None => agent,
    };
    let Some(agent) = agent else {
        wire.end(Refusal::SignedOut).await;
        return;
    };
    let handle = match app.hub.agent_connected(&agent).await {
        Ok(handle) => handle,
        Err(error) => {
            wire.end(refusal(&error)).await;
            return;
        }
    };
    let mut desk = Desk {
        app,
        wire,
        handle,
        listening: FuturesUnordered::new(),
        open: HashMap::new(),
        names: HashMap::new(),
    };
    if desk.run().await.is_ok() {
        let after_ms = desk.app.moving_after();
        if desk.wire.send(&DeskFrame::Moving { after_ms }).await.is_ok() {
            let code = Refusal::Draining.close().unwrap_or(1012);
            desk.wire.close(code, Refusal::Draining.code()).await;
        }
    }
}

struct Desk {
    app: App,
    wire: Wire,
    handle: DeskHandle,
    listening: FuturesUnordered<Listening>,
    open: HashMap<ConversationId, AbortHandle>,
    names: HashMap<AgentId, String>,
}

enum Woken {
    Client(Option<Result<Message, axum::Error>>),
    Board(Option<Board>),
    Chat(Result<Heard, Aborted>),
    Pulse,
    Leaving,
}

impl Desk {
    /// Until the server goes away (`Ok`) or the agent does.
    async fn run(&mut self) -> Result<(), Gone> {
        let gateway = self.app.settings.gateway.clone();
        let every = Duration::from_millis(gateway.ping_interval_ms);
        let patience = Duration::from_millis(gateway.ping_timeout_ms);
        let mut pulse = interval_at(tokio::time::Instant::now() + every, every);
        pulse.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let leaving = self.app.leaving.clone();
        self.welcome().await?;
        let mut board: BoardFeed = self.handle.board();
        loop {
            let mut woken = tokio::select! {
                message = self.wire.read() => Woken::Client(message),
                board = board.next() => Woken::Board(board),
                Some(heard) = self.listening.next() => Woken::Chat(heard),
                _ = pulse.tick() => Woken::Pulse,
                () = leaving.cancelled() => Woken::Leaving,
            };
            for left in (0..BATCH).rev() {
                match woken {
                    Woken::Leaving | Woken::Board(None) => return Ok(()),
                    Woken::Pulse if self.wire.silence() > patience => {
                        return Err(self.wire.end(Refusal::Silent).await);
                    }
                    Woken::Pulse => self.wire.ping().await?,
                    Woken::Board(Some(board)) => self.board(&board).await?,
                    Woken::Chat(Err(Aborted)) => {}
                    Woken::Chat(Ok(heard)) => self.heard(heard).await?,
                    Woken::Client(message) => {
                        if let Incoming::Request(request) = self.wire.take(message).await? {
                            self.act(request).await?;
                        }
                    }
                }
                if left == 0 {
                    break;
                }
                let ready = self
                    .wire
                    .read_ready()
                    .map(Woken::Client)
                    .or_else(|| self.listening.next().now_or_never().flatten().map(Woken::Chat));
                match ready {
                    Some(next) => woken = next,
                    None => break,
                }
            }
            self.wire.flush().await?;
        }
    }

    async fn welcome(&mut self) -> Result<(), Gone> {
        let agent = self.handle.agent();
        let frame = DeskFrame::Welcome {
            agent: agent.id.clone(),
            name: agent.name.clone(),
            supervisor: agent.supervisor,
            slots: agent.slots,
            available: self.handle.available(),
            now: self.app.clock.now(),
        };
        self.wire.send(&frame).await
    }

    async fn board(&mut self, board: &Board) -> Result<(), Gone> {
        let frame = DeskFrame::Board {
            waiting: board.waiting.iter().map(frames::card).collect(),
            mine: board.mine.iter().map(frames::card).collect(),
            agents_online: board.agents_online,
            now: board.now,
        };
        self.wire.send(&frame).await
    }

    /// A chat that is open here has something to tell.
    async fn heard(&mut self, heard: Heard) -> Result<(), Gone> {
        let (conversation, subscription, delivery) = heard;
        match delivery {
            Ok(Some(Delivery::Event(event))) => {
                let acting = self.acting(&event).await;
                let frame = DeskFrame::Event {
                    conversation: conversation.clone(),
                    event: Box::new(frames::for_desk(&event, acting)),
                };
                self.wire.send(&frame).await?;
            }
            Ok(Some(Delivery::Notice(Notice::Typing(Speaker::Shopper)))) => {
                let frame = DeskFrame::Typing {
                    conversation: conversation.clone(),
                };
                self.wire.send(&frame).await?;
            }
            Ok(Some(Delivery::Notice(_))) => {}
            // The hub has drained; the board says so too and ends the socket.
            Ok(None) => {
                self.open.remove(&conversation);
                return Ok(());
            }
            Err(error) => {
                self.open.remove(&conversation);
                return self.refuse(refusal(&error), None, conversation).await;
            }
        }
        self.listen(conversation, subscription);
        Ok(())
    }

    fn listen(&mut self, conversation: ConversationId, mut subscription: Subscription) {
        let (abort, registration) = AbortHandle::new_pair();
        self.open.insert(conversation.clone(), abort);
        let next = async move {
            let delivery = subscription.next().await;
            (conversation, subscription, delivery)
        };
        self.listening.push(Abortable::new(next.boxed(), registration));
    }

    /// The name of a colleague whom an event names by id only.
    async fn acting(&mut self, event: &Event) -> Option<String> {
        let agent = frames::unnamed_agent(event)?;
        if let Some(name) = self.names.get(agent) {
            return Some(name.clone());
        }
        let name = self.app.store.agent(agent.clone()).await.ok().flatten()?.name;
        self.names.insert(agent.clone(), name.clone());
        Some(name)
    }

    async fn act(&mut self, request: DeskRequest) -> Result<(), Gone> {
        let (conversation, done) = match request {
            // Signed in already: a repeated hello is answered again.
            DeskRequest::Hello { .. } => return self.welcome().await,
            DeskRequest::Status { available } => {
                self.handle.set_available(available);
                return Ok(());
            }
            DeskRequest::Open { conversation, after } => return self.open(conversation, after).await,
            DeskRequest::Leave { conversation } => {
                if let Some(abort) = self.open.remove(&conversation) {
                    abort.abort();
                }
                return Ok(());
            }
            DeskRequest::Typing { conversation } => {
                self.handle.typing(&conversation);
                return Ok(());
            }
            DeskRequest::Message {
                conversation,
                id,
                text,
                epoch,
            } => return self.says(conversation, id, text, epoch).await,
            DeskRequest::Take { conversation } => {
                let done = self.handle.take(&conversation).await.map(|_| ());
                (conversation, done)
            }
            DeskRequest::Release { conversation, note } => {
                let note: String = note.chars().take(LONGEST_NOTE).collect();
                let done = self.handle.release(&conversation, note).await;
                (conversation, done)
            }
            DeskRequest::Return { conversation } => {
                let done = self.handle.return_to_bot(&conversation).await;
                (conversation, done)
            }
            DeskRequest::Close { conversation } => {
                let done = self.handle.close(&conversation).await;
                (conversation, done)
            }
        };
        match done {
            Ok(()) => Ok(()),
            Err(error) => self.refuse(refusal(&error), None, conversation).await,
        }
    }

    async fn open(&mut self, conversation: ConversationId, after: u64) -> Result<(), Gone> {
        if let Some(abort) = self.open.remove(&conversation) {
            abort.abort();
        }
        if self.open.len() >= OPEN_CHATS {
            return self.refuse(Refusal::TooManyOpen, None, conversation).await;
        }
        match self.handle.open(&conversation, frames::place(after)).await {
            Ok(subscription) => {
                self.listen(conversation, subscription);
                Ok(())
            }
            Err(error) => self.refuse(refusal(&error), None, conversation).await,
        }
    }

    async fn says(
        &mut self,
        conversation: ConversationId,
        id: ClientMessageId,
        text: String,
        epoch: u64,
    ) -> Result<(), Gone> {
        if !valid_id(&id) {
            return self.refuse(Refusal::BadId, None, conversation).await;
        }
        if let Err(refusal) = checked_text(&text, self.app.settings.gateway.max_message_chars) {
            return self.refuse(refusal, Some(id), conversation).await;
        }
        match self.handle.says(&conversation, id.clone(), text, epoch).await {
            Ok(kept) => {
                let seq = frames::number(kept.seq());
                self.wire.send(&DeskFrame::Ack { conversation, id, seq }).await
            }
            Err(error) => self.refuse(refusal(&error), Some(id), conversation).await,
        }
    }

    async fn refuse(
        &mut self,
        refusal: Refusal,
        id: Option<ClientMessageId>,
        conversation: ConversationId,
    ) -> Result<(), Gone> {
        if refusal.close().is_some() {
            return Err(self.wire.end(refusal).await);
        }
        self.app.metrics.refused(refusal.code());
        let frame = DeskFrame::Error {
            error: refusal.body(self.wire.language, id),
            conversation: Some(conversation),
        };
        self.wire.send(&frame).await
    }
}
