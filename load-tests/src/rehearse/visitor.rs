//! A shopper of a rehearsal: comes, speaks, perhaps asks for a person, waits as long as the patience lasts, and goes.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_tungstenite::tungstenite::Message;

use super::arrivals::Arrival;
use super::stage::Stage;
use crate::check::Journal;
use crate::frame::{self, EventKind, Frame, Who};
use crate::socket::{Refused, Socket, open};

/// How long a connection may take up to `welcome`.
const WELCOME: Duration = Duration::from_secs(20);
/// How long a shopper whom only the bot serves waits for the last answer.
const LAST_ANSWER: Duration = Duration::from_secs(20);
/// How long whoever gives up waits for the end of the talk.
const GOODBYE: Duration = Duration::from_secs(5);

/// A shopper's way through the queue.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Queued {
    /// When what brought it there was due, microseconds of the shop from the begin of the step. A server or a tester that
    /// is late must not make a rush look like a quiet day.
    pub wanted_us: u64,
    /// How long it has waited, to the end of the wait or of the step.
    pub waited: Duration,
    /// How that ended.
    pub end: WaitEnd,
    /// How long a person needs, microseconds of the shop.
    pub handling_us: u64,
}

/// How a wait in the queue ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitEnd {
    /// An agent came.
    Served,
    /// The shopper lost patience.
    GaveUp,
    /// The step was over, or the connection broke.
    Open,
}

/// What a shopper brings home.
#[derive(Debug, Default)]
pub struct Seen {
    /// What was said and heard, for latencies and faults.
    pub journal: Journal,
    /// Refusals by code.
    pub refusals: BTreeMap<String, u64>,
    /// Its way through the queue.
    pub queued: Option<Queued>,
    /// Messages that were not said, since the talk had ended.
    pub unsaid: usize,
    /// Why the shopper could not come, or had to go.
    pub failed: Option<String>,
}

/// A whole visit.
pub async fn visit(stage: &Stage, arrival: Arrival) -> Seen {
    let arrives = stage.moment(arrival.at_us);
    sleep_until(arrives).await;
    let mut visitor = Visitor {
        stage,
        waits_since: None,
        asked: false,
        asks: false,
        who: Who::Bot,
        said: 0,
        due_us: arrival.at_us,
        wanted_us: arrival.at_us,
        conversation: String::new(),
        arrival,
        home: Seen::default(),
    };
    let entering = stage.entrances.acquire().await;
    let opened = timeout(WELCOME, open(&stage.door, None, None)).await;
    drop(entering);
    match opened {
        Ok(Ok((socket, welcome))) => {
            visitor
                .home
                .journal
                .welcomed(&welcome.conversation, welcome.seq, welcome.history_gone, None);
            stage.expect(&welcome.conversation, visitor.arrival.handling_us);
            visitor.conversation = welcome.conversation;
            visitor.live(socket).await;
        }
        Ok(Err(error)) => match error.downcast_ref::<Refused>() {
            Some(Refused(code)) => *visitor.home.refusals.entry(code.clone()).or_default() += 1,
            None => visitor.home.failed = Some(format!("{error:#}")),
        },
        Err(_) => visitor.home.failed = Some("no welcome in time".to_owned()),
    }
    visitor.leave_queue(WaitEnd::Open);
    visitor.home.unsaid = visitor.arrival.says.len() - visitor.said;
    visitor.home
}

struct Visitor<'a> {
    stage: &'a Stage,
    arrival: Arrival,
    conversation: String,
    who: Who,
    waits_since: Option<Instant>,
    asked: bool,
    /// Whether the server has not yet said what becomes of the wish for a person.
    asks: bool,
    said: usize,
    /// When what was said or asked for last was due.
    due_us: u64,
    /// The same of what brought it into the queue.
    wanted_us: u64,
    home: Seen,
}

impl Visitor<'_> {
    async fn live(&mut self, mut socket: Socket) {
        let mut deadline = self.stage.over;
        while self.who != Who::Closed {
            if self.is_content() {
                break;
            }
            let next = self.next_act();
            if next.is_none() && self.who == Who::Bot {
                deadline = deadline.min(Instant::now() + LAST_ANSWER);
            }
            let wake = next.unwrap_or(deadline).min(deadline);
            tokio::select! {
                frame = socket.next() => match frame {
                    Some(Ok(Message::Text(text))) => self.heard(&text),
                    Some(Ok(Message::Close(_)) | Err(_)) | None => {
                        self.home.failed = Some("the server ended the connection".to_owned());
                        return;
                    }
                    Some(Ok(_)) => {}
                },
                () = sleep_until(wake) => {
                    if Instant::now() >= deadline {
                        break;
                    }
                    if self.act(&mut socket).await {
                        break;
                    }
                }
            }
        }
        // Of what is still on its way nobody can say that it is lost.
        if self.home.journal.settled() {
            self.home.journal.finish();
        }
        // The server may have gone first; there is nothing left to hear.
        let _ = timeout(Duration::from_secs(1), socket.close(None)).await;
    }

    /// Whether nothing more is to be said or waited for.
    fn is_content(&self) -> bool {
        self.next_act().is_none() && self.who == Who::Bot && !self.asks && self.home.journal.settled()
    }

    /// When to do something next.
    fn next_act(&self) -> Option<Instant> {
        let line = self.arrival.says.get(self.said).map(|(after_us, _)| *after_us);
        let asks = self.arrival.asks_us.filter(|_| !self.asked);
        let of_talk = line.into_iter().chain(asks).min();
        let of_talk = of_talk.map(|after_us| self.stage.moment(self.arrival.at_us + after_us));
        of_talk.into_iter().chain(self.gives_up_at()).min()
    }

    fn gives_up_at(&self) -> Option<Instant> {
        let since = self.waits_since?;
        since.checked_add(self.stage.real(self.arrival.patience_us))
    }

    /// Does what is due; whether the visit is over.
    async fn act(&mut self, socket: &mut Socket) -> bool {
        let now = Instant::now();
        if self.gives_up_at().is_some_and(|at| at <= now) {
            self.leave_queue(WaitEnd::GaveUp);
            self.give_up(socket).await;
            return true;
        }
        let due = |after_us: u64| self.stage.moment(self.arrival.at_us + after_us) <= now;
        let frame = if let Some((after_us, text)) = self.arrival.says.get(self.said).filter(|(after, _)| due(*after)) {
            self.said += 1;
            self.due_us = self.arrival.at_us + after_us;
            let due_us = self.stage.since_begin(self.stage.moment(self.arrival.at_us + after_us));
            let id = self.home.journal.says(text, due_us, self.stage.since_begin(now));
            frame::message(&id, text)
        } else if !self.asked && self.arrival.asks_us.is_some_and(due) {
            self.asked = true;
            self.due_us = self.arrival.at_us + self.arrival.asks_us.unwrap_or(0);
            if self.who != Who::Bot {
                return false;
            }
            self.asks = true;
            json!({"type": "human"}).to_string()
        } else {
            return false;
        };
        // A socket that breaks here is noticed when it is read.
        let _ = socket.send(Message::text(frame)).await;
        false
    }

    /// Ends the talk and waits until the server has heard it, so that no agent is given it later.
    async fn give_up(&mut self, socket: &mut Socket) {
        let farewell = async {
            let frame = json!({"type": "close"}).to_string();
            let mut sent = socket.send(Message::text(frame)).await.is_ok();
            while sent && self.who != Who::Closed {
                match socket.next().await {
                    Some(Ok(Message::Text(text))) => self.heard(&text),
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => sent = false,
                }
            }
        };
        if timeout(GOODBYE, farewell).await.is_err() {
            self.home.failed = Some("the end of the talk was not told in time".to_owned());
        }
    }

    fn heard(&mut self, text: &str) {
        let now = Instant::now();
        let now_us = self.stage.since_begin(now);
        match frame::parse(text) {
            Ok(Frame::Ack { id, seq }) => self.home.journal.acknowledged(&id, seq, now_us),
            Ok(Frame::Event(event)) => {
                self.home.journal.saw(&event, now_us);
                if let EventKind::Owner { who } = event.kind {
                    self.owned_by(who, now);
                }
            }
            Ok(Frame::Error { code, id }) => {
                match id {
                    Some(id) => self.home.journal.not_taken(&id),
                    None => self.asks = false,
                }
                *self.home.refusals.entry(code).or_default() += 1;
            }
            Ok(Frame::Welcome { .. } | Frame::Moving { .. } | Frame::Notice) => {}
            Err(problem) => self.home.failed = Some(problem),
        }
    }

    fn owned_by(&mut self, who: Who, now: Instant) {
        (self.who, self.asks) = (who, false);
        match who {
            Who::Queue if self.home.queued.is_none() => {
                self.waits_since = Some(now);
                self.wanted_us = self.due_us;
            }
            // It went back to the queue; the first wait is the one that was promised, and nobody gives up twice.
            Who::Queue => {}
            Who::Agent => {
                self.stage.begins(&self.conversation, now);
                self.leave_queue(WaitEnd::Served);
            }
            Who::Bot => self.leave_queue(WaitEnd::Served),
            Who::Closed => self.leave_queue(WaitEnd::Open),
        }
    }

    fn leave_queue(&mut self, end: WaitEnd) {
        if let Some(since) = self.waits_since.take() {
            self.home.queued = Some(Queued {
                wanted_us: self.wanted_us,
                waited: since.elapsed(),
                end,
                handling_us: self.arrival.handling_us,
            });
        }
    }
}
