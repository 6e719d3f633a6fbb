//! An agent's socket: the board, the chats that are open, and what the agent does.

use std::collections::{HashMap, VecDeque};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{Message, WebSocket};
use futures_util::future::{AbortHandle, Abortable, Aborted, BoxFuture};
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use tokio::time::{MissedTickBehavior, interval_at};

use crate::accounts::Session;
use crate::hub::{Acknowledgement, Board, BoardFeed, Delivery, DeskHandle, HubError, Notice};
use crate::model::{AgentId, ClientMessageId, ConversationId, Event, Language, Speaker};
use crate::shops;
use crate::understanding::personal::hide_personal_in;

use super::App;
use super::cards;
use super::closing_waiting::ClosingWaiting;
use super::error::{Refusal, refusal};
use super::frame_text::{checked_text, valid_id};
use super::frames;
use super::limits::Unwelcomed;
use super::opened_chat::{Listened, Step, open};
use super::protocol::{DeskFrame, DeskRequest};
use super::socket::{Connection, Disconnected, Incoming};
use super::staff::{self, End, Place};

/// Frames handed to the network at once at most.
const BATCH: usize = 32;
/// Agents are known and open several chats at once: so many times a shopper's rate.
const SHARE: u32 = 5;
/// Chats open on one desk at most.
const OPEN_CHATS: usize = 64;
/// Requests that are being stored or wait for it at most; beyond, the socket is not read.
const UNDONE: usize = 64;
/// Longest note for the next agent, characters.
const LONGEST_NOTE: usize = 500;

/// A chat's next delivery, with the chat to go on with.
type Heard = (ConversationId, Listened, Result<Option<Delivery>, HubError>);
type Listening = Abortable<BoxFuture<'static, Heard>>;

/// What the store made of a request about a chat.
enum Completed {
    Said(ClientMessageId, Result<Acknowledgement, HubError>),
    Opened(Result<Listened, Refusal>),
    Acted(Result<(), HubError>),
}

/// Serves one socket to its end. `session` is the one of the cookie, if there is one.
pub(super) async fn serve(
    app: App,
    socket: WebSocket,
    session: Option<Session>,
    language: Language,
    unwelcomed: Unwelcomed,
) {
    let mut connection = Connection::new(socket, &app.settings.gateway, SHARE, language, app.metrics.clone());
    let within = Duration::from_millis(app.settings.gateway.hello_timeout_ms);
    let hello = connection
        .hello(within, &app.moving, |request| match request {
            DeskRequest::Hello { session } => Some(session),
            _ => None,
        })
        .await;
    let Ok(token) = hello else { return };
    let session = match token {
        Some(token) => staff::session_of(&app, &token).await.ok().flatten(),
        None => session,
    };
    let Some(session) = session else {
        connection.end(Refusal::SignedOut).await;
        return;
    };
    let place = app.desks.open(session.clone());
    // Once more: it may have ended before it was among those that are watched.
    let now = match app.accounts.again(&session, app.clock.now()).await {
        Ok(now) => staff::may_sit(&app, now),
        Err(_) => Err(Refusal::Unavailable),
    };
    let (agent, hides) = match now {
        Ok(agent) => {
            let hides = !staff::sees_whole(&app, &agent);
            (agent.id, hides)
        }
        Err(refusal) => {
            connection.end(refusal).await;
            return;
        }
    };
    let handle = match app.hub.agent_connected(&agent).await {
        Ok(handle) => handle,
        Err(error) => {
            connection.end(refusal(&error)).await;
            return;
        }
    };
    drop(unwelcomed);
    let mut desk = Desk {
        app,
        connection,
        handle: Arc::new(handle),
        listening: FuturesUnordered::new(),
        doing: FuturesUnordered::new(),
        held: HashMap::new(),
        closing: ClosingWaiting::default(),
        undone: 0,
        open: HashMap::new(),
        names: HashMap::new(),
        place,
        hides,
        changed: false,
    };
    let outcome = desk.run().await;
    Box::pin(desk.finish()).await;
    if outcome.is_ok() {
        let after_ms = match desk.changed {
            true => 0,
            false => desk.app.moving_after(),
        };
        if desk.connection.send(&DeskFrame::Moving { after_ms }).await.is_ok() {
            let code = Refusal::Draining.close().unwrap_or(1012);
            desk.connection.close(code, Refusal::Draining.code()).await;
        }
    }
}

struct Desk {
    app: App,
    connection: Connection,
    handle: Arc<DeskHandle>,
    listening: FuturesUnordered<Listening>,
    /// One request a chat is being stored at a time; chats do not wait for each other, and pings for none.
    doing: FuturesUnordered<BoxFuture<'static, (ConversationId, Completed)>>,
    /// The chats with something in `doing`, and what waits behind it.
    held: HashMap<ConversationId, VecDeque<DeskRequest>>,
    closing: ClosingWaiting,
    undone: usize,
    open: HashMap<ConversationId, AbortHandle>,
    names: HashMap<AgentId, String>,
    place: Place,
    /// Whether phones, addresses and names of receivers are hidden here.
    hides: bool,
    /// Whether the desk is to connect again because the member has changed.
    changed: bool,
}

enum Wakeup {
    Client(Option<Result<Message, axum::Error>>),
    Board(Option<Board>),
    Chat(Result<Heard, Aborted>),
    Completed(ConversationId, Completed),
    ClosedWaiting(Result<DeskFrame, Refusal>),
    PingTick,
    Moving,
    Leaving,
    Ended(End),
}

impl Desk {
    /// Until the server goes away (`Ok`) or the agent does.
    async fn run(&mut self) -> Result<(), Disconnected> {
        let gateway = self.app.settings.gateway.clone();
        let every = Duration::from_millis(gateway.ping_interval_ms);
        let patience = Duration::from_millis(gateway.ping_timeout_ms);
        let mut ping_timer = interval_at(tokio::time::Instant::now() + every, every);
        ping_timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let app = self.app.clone();
        let mut moving = pin!(app.moving.cancelled());
        let mut leaving = pin!(app.leaving.cancelled());
        let mut asked_to_move = false;
        self.welcome().await?;
        let mut board: BoardFeed = self.handle.board();
        loop {
            let mut wakeup = tokio::select! {
                message = self.connection.read(), if self.undone < UNDONE => Wakeup::Client(message),
                board = board.next() => Wakeup::Board(board),
                Some(heard) = self.listening.next() => Wakeup::Chat(heard),
                Some((conversation, completed)) = self.doing.next() => Wakeup::Completed(conversation, completed),
                closed = self.closing.next() => Wakeup::ClosedWaiting(closed),
                _ = ping_timer.tick() => Wakeup::PingTick,
                () = &mut moving, if !asked_to_move => Wakeup::Moving,
                () = &mut leaving => Wakeup::Leaving,
                end = &mut self.place.end => Wakeup::Ended(end.unwrap_or(End::Changed)),
            };
            for left in (0..BATCH).rev() {
                match wakeup {
                    Wakeup::Leaving | Wakeup::Board(None) => return Ok(()),
                    Wakeup::Ended(End::SignedOut) => return Err(self.connection.end(Refusal::SignedOut).await),
                    Wakeup::Ended(End::Changed) => {
                        self.changed = true;
                        return Ok(());
                    }
                    Wakeup::Moving => {
                        asked_to_move = true;
                        let within_ms = app.move_within();
                        self.connection.send(&DeskFrame::Move { within_ms }).await?;
                    }
                    Wakeup::PingTick if self.connection.silence() > patience => {
                        return Err(self.connection.end(Refusal::Silent).await);
                    }
                    Wakeup::PingTick => self.connection.ping().await?,
                    Wakeup::Board(Some(shown)) => self.board(&shown, &board.notices()).await?,
                    Wakeup::Chat(Err(Aborted)) => {}
                    Wakeup::Chat(Ok(heard)) => self.heard(heard).await?,
                    Wakeup::Completed(conversation, completed) => self.completed(conversation, completed).await?,
                    Wakeup::ClosedWaiting(Ok(frame)) => self.connection.send(&frame).await?,
                    Wakeup::ClosedWaiting(Err(refusal)) => self.connection.refuse(refusal, None).await?,
                    Wakeup::Client(message) => match self.connection.take(message).await? {
                        Incoming::Request(request) => self.act(request).await?,
                        Incoming::Refused(refusal, id) => self.connection.refuse(refusal, id).await?,
                        Incoming::Nothing => {}
                    },
                }
                if left == 0 {
                    break;
                }
                let read = match self.undone < UNDONE {
                    true => self.connection.read_ready().map(Wakeup::Client),
                    false => None,
                };
                let ready = read
                    .or_else(|| {
                        let (conversation, completed) = self.doing.next().now_or_never().flatten()?;
                        Some(Wakeup::Completed(conversation, completed))
                    })
                    .or_else(|| self.listening.next().now_or_never().flatten().map(Wakeup::Chat));
                match ready {
                    Some(next) => wakeup = next,
                    None => break,
                }
            }
            self.connection.flush().await?;
        }
    }

    async fn welcome(&mut self) -> Result<(), Disconnected> {
        let agent = self.handle.agent();
        let frame = DeskFrame::Welcome {
            agent: agent.id.clone(),
            name: agent.name.clone(),
            supervisor: agent.supervisor(),
            roles: staff::role_names(agent),
            shops: agent.shops.clone(),
            slots: agent.capacity,
            available: self.handle.available(),
            now: self.app.clock.now(),
            titles: cards::titles(&self.app.shops.all(), agent),
        };
        self.connection.send(&frame).await
    }

    async fn board(&mut self, board: &Board, notices: &[shops::Notice]) -> Result<(), Disconnected> {
        self.tell(&cards::board(board, notices)).await
    }

    /// Sends what holds words of shoppers.
    async fn tell(&mut self, frame: &DeskFrame) -> Result<(), Disconnected> {
        if !self.hides {
            return self.connection.send(frame).await;
        }
        let mut shown = serde_json::to_value(frame).expect("frames are plain data");
        hide_personal_in(&mut shown);
        self.connection.send(&shown).await
    }

    /// A chat that is open here has something to tell.
    async fn heard(&mut self, heard: Heard) -> Result<(), Disconnected> {
        let (conversation, mut listened, delivery) = heard;
        match delivery {
            Ok(Some(Delivery::Event(event))) => match listened.step(&self.handle.agent().id, &event) {
                Step::Show => {
                    let acting = self.acting(&event).await;
                    let frame = DeskFrame::Event {
                        conversation: conversation.clone(),
                        event: Box::new(frames::for_desk(&event, acting)),
                    };
                    self.tell(&frame).await?;
                }
                Step::Hide => {}
                Step::Reopen(shown) => {
                    self.open.remove(&conversation);
                    let after = frames::wire_seq(shown);
                    return Box::pin(self.act(DeskRequest::Open { conversation, after })).await;
                }
            },
            Ok(Some(Delivery::Notice(Notice::Typing(Speaker::Shopper)))) if listened.is_shown() => {
                let frame = DeskFrame::Typing {
                    conversation: conversation.clone(),
                };
                self.connection.send(&frame).await?;
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
        self.listen(conversation, listened);
        Ok(())
    }

    fn listen(&mut self, conversation: ConversationId, mut listened: Listened) {
        let (abort, registration) = AbortHandle::new_pair();
        self.open.insert(conversation.clone(), abort);
        let next = async move {
            let delivery = listened.subscription.next().await;
            (conversation, listened, delivery)
        };
        self.listening.push(Abortable::new(next.boxed(), registration));
    }

    /// The name of a colleague whom an event names by id only.
    async fn acting(&mut self, event: &Event) -> Option<String> {
        let agent = frames::unnamed_agent(event)?;
        if let Some(name) = self.names.get(agent) {
            return Some(name.clone());
        }
        let name = self.app.store.member(agent.clone()).await.ok().flatten()?.name;
        self.names.insert(agent.clone(), name.clone());
        Some(name)
    }

    async fn act(&mut self, request: DeskRequest) -> Result<(), Disconnected> {
        let conversation = match &request {
            // Signed in already: a repeated hello is answered again.
            DeskRequest::Hello { .. } => return self.welcome().await,
            DeskRequest::Ping => return self.connection.send(&DeskFrame::Pong).await,
            DeskRequest::Status { available } => {
                self.handle.set_available(*available);
                return Ok(());
            }
            DeskRequest::CloseWaiting { conversations, before } => {
                return match self.closing.begin(&self.handle, conversations.clone(), *before) {
                    Ok(()) => Ok(()),
                    Err(refusal) => self.connection.refuse(refusal, None).await,
                };
            }
            DeskRequest::Typing { conversation } => {
                self.handle.typing(conversation);
                return Ok(());
            }
            DeskRequest::Open { conversation, .. }
            | DeskRequest::Leave { conversation }
            | DeskRequest::Message { conversation, .. }
            | DeskRequest::Take { conversation }
            | DeskRequest::Release { conversation, .. }
            | DeskRequest::Return { conversation }
            | DeskRequest::Close { conversation } => conversation.clone(),
        };
        if let Some(before) = self.held.get_mut(&conversation) {
            before.push_back(request);
            self.undone += 1;
            return Ok(());
        }
        self.begin(conversation, request).await
    }

    /// Begins what a request about a chat asks; nothing else is being done in that chat.
    async fn begin(&mut self, conversation: ConversationId, request: DeskRequest) -> Result<(), Disconnected> {
        let handle = Arc::clone(&self.handle);
        let chat = conversation.clone();
        let work: BoxFuture<'static, Completed> = match request {
            DeskRequest::Open { after, .. } => {
                self.stop_listening(&chat);
                if self.open.len() >= OPEN_CHATS {
                    return self.refuse(Refusal::TooManyOpen, None, chat).await;
                }
                let app = self.app.clone();
                let work = async move { Completed::Opened(open(&app, &handle, &chat, frames::log_seq(after)).await) };
                work.boxed()
            }
            DeskRequest::Message { id, text, epoch, .. } => {
                if !valid_id(&id) {
                    return self.refuse(Refusal::BadId, None, chat).await;
                }
                if let Err(refusal) = checked_text(&text, self.app.settings.gateway.max_message_chars) {
                    return self.refuse(refusal, Some(id), chat).await;
                }
                let work = async move { Completed::Said(id.clone(), handle.send(&chat, id, text, epoch).await) };
                work.boxed()
            }
            DeskRequest::Take { .. } => {
                let work = async move { Completed::Acted(handle.take(&chat).await.map(|_| ())) };
                work.boxed()
            }
            DeskRequest::Release { note, .. } => {
                let note: String = note.chars().take(LONGEST_NOTE).collect();
                let work = async move { Completed::Acted(handle.release(&chat, note).await) };
                work.boxed()
            }
            DeskRequest::Return { .. } => async move { Completed::Acted(handle.return_to_bot(&chat).await) }.boxed(),
            DeskRequest::Close { .. } => async move { Completed::Acted(handle.close(&chat).await) }.boxed(),
            DeskRequest::Leave { .. } => {
                self.stop_listening(&chat);
                return Ok(());
            }
            // Answered by `act`: these are about no chat.
            DeskRequest::Hello { .. }
            | DeskRequest::Ping
            | DeskRequest::Status { .. }
            | DeskRequest::CloseWaiting { .. }
            | DeskRequest::Typing { .. } => return Ok(()),
        };
        self.held.entry(conversation.clone()).or_default();
        self.undone += 1;
        self.doing.push(async move { (conversation, work.await) }.boxed());
        Ok(())
    }

    /// Something about a chat is done: tells it, and begins what waited behind it.
    async fn completed(&mut self, conversation: ConversationId, completed: Completed) -> Result<(), Disconnected> {
        self.undone -= 1;
        match completed {
            Completed::Acted(Ok(())) => {}
            Completed::Opened(Ok(listened)) => self.listen(conversation.clone(), listened),
            Completed::Opened(Err(refused)) => self.refuse(refused, None, conversation.clone()).await?,
            Completed::Said(id, Ok(kept)) => {
                let seq = frames::wire_seq(kept.seq());
                let conversation = conversation.clone();
                self.connection.send(&DeskFrame::Ack { conversation, id, seq }).await?;
            }
            Completed::Acted(Err(error)) => self.refuse(refusal(&error), None, conversation.clone()).await?,
            Completed::Said(id, Err(error)) => self.refuse(refusal(&error), Some(id), conversation.clone()).await?,
        }
        self.go_on(conversation).await
    }

    /// Begins what waited in this chat.
    async fn go_on(&mut self, conversation: ConversationId) -> Result<(), Disconnected> {
        let mut waiting = self.held.remove(&conversation).unwrap_or_default();
        while let Some(request) = waiting.pop_front() {
            self.undone -= 1;
            self.begin(conversation.clone(), request).await?;
            if let Some(behind) = self.held.get_mut(&conversation) {
                *behind = waiting;
                break;
            }
        }
        Ok(())
    }

    /// Does what the agent asked last before the socket went: it was read, and may not be asked again soon.
    async fn finish(&mut self) {
        while let Some((conversation, _)) = self.doing.next().await {
            // What can no longer be told is no reason not to do the rest.
            let _ = self.go_on(conversation).await;
        }
        self.closing.finish().await;
    }

    fn stop_listening(&mut self, conversation: &ConversationId) {
        if let Some(abort) = self.open.remove(conversation) {
            abort.abort();
        }
    }

    async fn refuse(
        &mut self,
        refusal: Refusal,
        id: Option<ClientMessageId>,
        conversation: ConversationId,
    ) -> Result<(), Disconnected> {
        if refusal.close().is_some() {
            return Err(self.connection.end(refusal).await);
        }
        self.app.metrics.refused(refusal.code());
        let frame = DeskFrame::Error {
            error: refusal.body(self.connection.language, id),
            conversation: Some(conversation),
        };
        self.connection.send(&frame).await
    }
}
