//! An agent's socket: the board, the chats that are open, and what the agent does.

mod requests;
mod saying;
mod showing;

use std::collections::{HashMap, VecDeque};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{AbortHandle, Abortable, Aborted, BoxFuture};
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use tokio::time::{MissedTickBehavior, interval_at};

use crate::accounts::Session;
use crate::hub::{
    Acknowledgement, Alert, Board, BoardFeed, Delivery, DeskHandle, HubError, Notice, WITHDRAW_WITHIN_MS,
};
use crate::model::{AgentId, ClientMessageId, ConversationId, Language, PresenceState, Speaker};
use crate::understanding::personal::hide_personal_in;

use crate::gateway::App;
use crate::gateway::cards;
use crate::gateway::closing_waiting::ClosingWaiting;
use crate::gateway::error::Refusal;
use crate::gateway::frame_stream::FrameStream;
use crate::gateway::frame_text::text_of;
use crate::gateway::frames;
use crate::gateway::limits::Unwelcomed;
use crate::gateway::opened_chat::{Listened, Step};
use crate::gateway::protocol::{BoardForm, DeskFrame, DeskRequest};
use crate::gateway::refusing::refusal;
use crate::gateway::socket::{Connection, Disconnected, Incoming, Read};
use crate::gateway::socket_guard::SocketGuard;
use crate::gateway::staff::{self, End, Place};

use saying::Saying;
use showing::{Shown, team_due};

/// Frames handed to the network at once at most.
const BATCH: usize = 32;
/// Agents are known and open several chats at once: so many times a shopper's rate.
const SHARE: u32 = 5;
/// Requests that are being stored or wait for it at most; beyond, the socket is not read.
const UNDONE: usize = 64;

/// A chat's next delivery, with the chat to go on with.
type Heard = (ConversationId, Listened, Result<Option<Delivery>, HubError>);
type Listening = Abortable<BoxFuture<'static, Heard>>;

/// What the store made of a request about a chat.
enum Completed {
    Said(ClientMessageId, Result<Acknowledgement, Refusal>),
    Opened(Result<Listened, Refusal>),
    Acted(Result<(), HubError>),
    Told(Box<DeskFrame>),
}

/// Serves one socket to its end. `session` is the one of the cookie, if there is one.
pub(super) async fn serve(
    app: App,
    stream: Box<FrameStream>,
    session: Option<Session>,
    language: Language,
    unwelcomed: Unwelcomed,
    _guard: SocketGuard,
) {
    let mut connection = Connection::new(stream, &app.settings.gateway, SHARE, language, app.metrics.clone());
    let within = Duration::from_millis(app.settings.gateway.hello_timeout_ms);
    let hello = connection
        .hello(within, &app.moving, |request| match request {
            DeskRequest::Hello { session, boards } => Some((session, boards)),
            _ => None,
        })
        .await;
    let Ok((token, boards)) = hello else { return };
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
        saying: Saying::default(),
        undone: 0,
        open: HashMap::new(),
        names: HashMap::new(),
        shown: (boards == BoardForm::Changes).then(Shown::default),
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
    saying: Saying,
    undone: usize,
    open: HashMap<ConversationId, AbortHandle>,
    names: HashMap<AgentId, String>,
    /// What is shown beside the events, where the desk wants changes.
    shown: Option<Shown>,
    place: Place,
    /// Whether phones, addresses and names of receivers are hidden here.
    hides: bool,
    /// Whether the desk is to connect again because the member has changed.
    changed: bool,
}

enum Wakeup {
    Client(Read),
    Board(Option<Board>),
    Alert(Arc<Alert>),
    Team,
    Chat(Result<Heard, Aborted>),
    Completed(ConversationId, Completed),
    Said(Result<(), HubError>),
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
        let mut board: BoardFeed = self.handle.board(self.shown.is_none());
        let mut alerts = self.handle.alerts();
        loop {
            let mut wakeup = tokio::select! {
                message = self.connection.read(), if self.undone < UNDONE => Wakeup::Client(message),
                board = board.next() => Wakeup::Board(board),
                alert = alerts.next(), if self.shown.is_some() => Wakeup::Alert(alert),
                () = team_due(self.shown.as_ref()) => Wakeup::Team,
                Some(heard) = self.listening.next() => Wakeup::Chat(heard),
                Some((conversation, completed)) = self.doing.next() => Wakeup::Completed(conversation, completed),
                said = self.saying.next(&self.handle) => Wakeup::Said(said),
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
                    Wakeup::Board(Some(shown)) => self.board(shown, &board.notices()).await?,
                    Wakeup::Alert(alert) => self.alert(&alert).await?,
                    Wakeup::Team => self.team().await?,
                    Wakeup::Chat(Err(Aborted)) => {}
                    Wakeup::Chat(Ok(heard)) => self.heard(heard).await?,
                    Wakeup::Completed(conversation, completed) => self.completed(conversation, completed).await?,
                    Wakeup::Said(outcome) => self.said(outcome).await?,
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
        let said = self.handle.presence();
        let frame = DeskFrame::Welcome {
            agent: agent.id.clone(),
            name: agent.name.clone(),
            supervisor: agent.supervisor(),
            roles: staff::role_names(agent),
            shops: agent.shops.clone(),
            slots: agent.capacity,
            available: said.state == PresenceState::Online,
            state: said.state,
            reason: said.reason,
            break_reasons: self.app.settings.handoff.break_reasons.clone(),
            groups: agent.groups.clone(),
            reopen_within_ms: self.handle.reopen_within_ms(),
            files: self.app.files_taken_at_desks(),
            withdraw_within_ms: WITHDRAW_WITHIN_MS,
            now: self.app.clock.now(),
            titles: cards::titles(&self.app.shops.all(), agent),
        };
        self.connection.send(&frame).await?;
        self.team().await
    }

    /// Sends what holds words of shoppers. What is larger than any frame may be is not sent, and the agent is told.
    async fn tell(&mut self, frame: &DeskFrame) -> Result<(), Disconnected> {
        let text = match self.hides {
            false => text_of(frame),
            true => {
                let mut shown = serde_json::to_value(frame).expect("frames are plain data");
                hide_personal_in(&mut shown);
                text_of(&shown)
            }
        };
        if text.len() > cards::LARGEST_FRAME {
            tracing::error!(bytes = text.len(), agent = %self.handle.agent().id, "a frame for a desk is too large and was not sent");
            return self.connection.refuse(Refusal::FrameTooLarge, None).await;
        }
        self.connection.send_text(&text).await
    }

    /// A chat that is open here has something to tell.
    async fn heard(&mut self, heard: Heard) -> Result<(), Disconnected> {
        let (conversation, mut listened, delivery) = heard;
        match delivery {
            Ok(Some(Delivery::Event(event))) => match listened.step(&self.handle.agent().id, &event) {
                Step::Show => {
                    let acting = self.name_of(frames::unnamed_agent(&event)).await;
                    let by = self.name_of(frames::moving_agent(&event)).await;
                    let frame = DeskFrame::Event {
                        conversation: conversation.clone(),
                        event: Box::new(frames::for_desk(&event, acting, by)),
                    };
                    self.tell(&frame).await?;
                }
                Step::Hide => {}
                Step::Reopen(shown) => {
                    self.open.remove(&conversation);
                    let after = frames::wire_seq(shown);
                    return Box::pin(self.act(DeskRequest::Open {
                        conversation,
                        after,
                        past_of: None,
                    }))
                    .await;
                }
            },
            Ok(Some(Delivery::Notice(Notice::Typing(Speaker::Shopper)))) if listened.is_shown() => {
                let frame = DeskFrame::Typing {
                    conversation: conversation.clone(),
                };
                self.connection.send(&frame).await?;
            }
            Ok(Some(Delivery::Notice(Notice::Seen(seq)))) if listened.is_shown() => {
                let frame = DeskFrame::Seen {
                    conversation: conversation.clone(),
                    seq: frames::wire_seq(seq),
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
    async fn name_of(&mut self, agent: Option<&AgentId>) -> Option<String> {
        let agent = agent?;
        if let Some(name) = self.names.get(agent) {
            return Some(name.clone());
        }
        let name = self.app.store.member(agent.clone()).await.ok().flatten()?.name;
        self.names.insert(agent.clone(), name.clone());
        Some(name)
    }

    /// Does what the agent asked last before the socket went: it was read, and may not be asked again soon.
    async fn finish(&mut self) {
        while let Some((conversation, _)) = self.doing.next().await {
            // What can no longer be told is no reason not to do the rest.
            let _ = self.go_on(conversation).await;
        }
        self.saying.finish(&self.handle).await;
        self.closing.finish().await;
    }

    fn stop_listening(&mut self, conversation: &ConversationId) {
        if let Some(abort) = self.open.remove(conversation) {
            abort.abort();
        }
    }
}
