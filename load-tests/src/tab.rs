//! Another tab of a shopper: it only listens, loses its connection and comes back, and must be told every event once
//! and in order, like the tab that talks.

use std::sync::Arc;

use futures_util::{SinkExt, StreamExt};
use tokio::sync::{oneshot, watch};
use tokio::time::{Duration, Instant, sleep, sleep_until, timeout};
use tokio_tungstenite::tungstenite::Message;

use crate::check::Journal;
use crate::fault::Fault;
use crate::frame::{self, Event, Frame};
use crate::shopper::Street;
use crate::socket::{Socket, open};

/// How long after the end what is still missing may take.
const LATE: Duration = Duration::from_secs(10);

/// What a tab brings home.
#[derive(Debug, Default)]
pub struct TabVisit {
    /// What it saw.
    pub journal: Journal,
    /// Connections broken on purpose.
    pub broken: u64,
    /// Connections that ended otherwise.
    pub dropped: u64,
    /// Whether it was held against the history.
    pub compared: bool,
}

/// Listens until the whole history, as the shopper reads it at the end, has come, and compares.
pub async fn listen(
    street: Arc<Street>,
    mut token: watch::Receiver<Option<String>>,
    breaks_at_us: Vec<u64>,
    mut history: oneshot::Receiver<Vec<Event>>,
) -> TabVisit {
    let mut visit = TabVisit {
        journal: Journal::of_listener(),
        ..TabVisit::default()
    };
    let Ok(known) = token.wait_for(Option::is_some).await.map(|token| token.clone()) else {
        return visit;
    };
    let mut tab = Tab {
        street,
        token: known.unwrap_or_default(),
        socket: None,
        heard: Instant::now(),
    };
    let mut whole: Option<Vec<Event>> = None;
    let mut deadline = None;
    let mut breaks = breaks_at_us.into_iter().peekable();
    loop {
        if let Some(whole) = &whole {
            let end = whole.last().map_or(0, |event| event.seq);
            if visit.journal.last() >= end || deadline.is_some_and(|deadline| Instant::now() > deadline) {
                break;
            }
        }
        let breaks_at = tab.street.started().zip(breaks.peek().copied());
        let breaks_at = breaks_at.map(|(started, us)| started + Duration::from_micros(us));
        let Some(socket) = tab.socket.as_mut() else {
            tab.connect(&mut visit).await;
            continue;
        };
        let beat = tab.street.beat.unwrap_or(Duration::from_secs(3600));
        tokio::select! {
            message = socket.next() => {
                tab.heard = Instant::now();
                match message {
                    Some(Ok(Message::Text(text))) => hear(&mut visit.journal, &text),
                    Some(Ok(Message::Close(_)) | Err(_)) | None => {
                        tab.socket = None;
                        visit.dropped += 1;
                    }
                    Some(Ok(_)) => {}
                }
            }
            () = sleep_until(breaks_at.unwrap_or_else(Instant::now)), if breaks_at.is_some() => {
                breaks.next();
                if let Some(socket) = tab.socket.take() {
                    // When it fails the connection ends by an ordinary close, which is abrupt for WebSocket as well.
                    let _ = socket.get_ref().set_zero_linger();
                    visit.broken += 1;
                }
            }
            () = sleep(beat) => {
                if tab.heard.elapsed() > beat * 4 {
                    tab.socket = None;
                    visit.dropped += 1;
                } else {
                    // A socket that breaks here is noticed when it is read.
                    let _ = socket.send(Message::Ping(Vec::new().into())).await;
                }
            }
            came = &mut history, if whole.is_none() => match came {
                Ok(came) => {
                    whole = Some(came);
                    deadline = Some(Instant::now() + LATE);
                }
                // The shopper reads none.
                Err(_) => return visit,
            },
        }
    }
    visit.journal.finish();
    visit.journal.compare(&whole.unwrap_or_default());
    visit.compared = true;
    visit
}

struct Tab {
    street: Arc<Street>,
    token: String,
    socket: Option<Socket>,
    heard: Instant,
}

impl Tab {
    async fn connect(&mut self, visit: &mut TabVisit) {
        let after = visit.journal.after().or(Some(0));
        let attempt = timeout(self.street.patience, open(&self.street.door, Some(&self.token), after)).await;
        match attempt {
            Ok(Ok((socket, welcome))) => {
                visit
                    .journal
                    .welcomed(&welcome.conversation, welcome.seq, welcome.history_gone, after);
                self.socket = Some(socket);
                self.heard = Instant::now();
            }
            _ => sleep(Duration::from_millis(200)).await,
        }
    }
}

fn hear(journal: &mut Journal, text: &str) {
    match frame::parse(text) {
        Ok(Frame::Event(event)) => journal.saw(&event, 0),
        Ok(Frame::Ack { id, .. }) => journal.fault(Fault::Foreign, format!("a listener was told that {id} is stored")),
        Ok(_) => {}
        Err(problem) => journal.fault(Fault::Foreign, problem),
    }
}
