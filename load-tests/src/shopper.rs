//! One shopper: connects, speaks at its planned times whatever the server does, comes back when the connection
//! breaks, resends what was not acknowledged, and reads its whole history at the end.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use tokio::sync::{Notify, Semaphore, oneshot, watch};
use tokio::time::{Duration, Instant, sleep, sleep_until, timeout};
use tokio_tungstenite::tungstenite::{Error as SocketError, Message};

use crate::check::Journal;
use crate::fault::Fault;
use crate::frame::{self, Event, Frame};
use crate::plan::ShopperPlan;
use crate::socket::{Door, Socket, open};

/// How often a broken connection is tried again.
const ATTEMPTS: u32 = 40;
/// How long a connection that the shopper has left without a word is still there for the server.
const GHOST: Duration = Duration::from_secs(2);

/// Where the whole test stands.
#[derive(Clone, Copy, Debug)]
pub enum Phase {
    /// Connections are opened.
    Opening,
    /// Messages are sent, counted from this moment.
    Talking(Instant),
    /// All that was waited for has come, or has not in time.
    Closing,
}

/// What all shoppers share.
pub struct Street {
    /// Where to connect.
    pub door: Door,
    /// What can be said.
    pub texts: Vec<String>,
    /// Where the test stands.
    pub phase: watch::Receiver<Phase>,
    /// How far everybody is.
    pub counts: Counts,
    /// Histories that are read at once.
    pub readers: Semaphore,
    /// First connections that are opened at once.
    pub entrances: Semaphore,
    /// How long a connection may take, up to `welcome`.
    pub patience: Duration,
    /// How often the server is asked whether it is still there; after four times without a sign of life the
    /// connection is given up. `None`: never.
    pub beat: Option<Duration>,
    /// Whether the server has no bot, so that an acknowledgement is all that comes.
    pub acks_only: bool,
}

impl Street {
    /// When the talk began.
    pub fn started(&self) -> Option<Instant> {
        match *self.phase.borrow() {
            Phase::Talking(started) => Some(started),
            Phase::Opening | Phase::Closing => None,
        }
    }
}

/// How far everybody is, for the progress line and for the next phase.
#[derive(Default)]
pub struct Counts {
    /// Shoppers who are connected, or have failed to.
    pub opened: AtomicUsize,
    /// Messages sent.
    pub sent: AtomicUsize,
    /// Messages acknowledged.
    pub acked: AtomicUsize,
    /// Shoppers who wait for nothing more.
    pub settled: AtomicUsize,
    /// Rings when `opened` or `settled` changes.
    pub changed: Notify,
}

/// What a shopper brings home.
#[derive(Debug, Default)]
pub struct Visit {
    /// What it saw.
    pub journal: Journal,
    /// How long each connection took up to `welcome`, microseconds; those that read the history are left out.
    pub connects_us: Vec<u64>,
    /// `error` frames by code.
    pub errors: BTreeMap<String, u64>,
    /// Connections broken on purpose.
    pub broken: u64,
    /// Connections that the server ended.
    pub dropped: u64,
    /// Messages sent again.
    pub resent: u64,
    /// Whether the history was read and compared.
    pub history_read: bool,
    /// Why the shopper had to give up.
    pub failed: Option<String>,
}

/// A whole visit. `opens_at`: when to connect. `called`: rings when a message is due, besides the shopper's own timer.
/// `reads_history`: whether to compare the history at the end. `tabs`: who wants to know the token, and the history at the end.
pub async fn visit(
    street: Arc<Street>,
    plan: ShopperPlan,
    opens_at: Instant,
    called: Arc<Notify>,
    reads_history: bool,
    tabs: (watch::Sender<Option<String>>, Vec<oneshot::Sender<Vec<Event>>>),
) -> Visit {
    sleep_until(opens_at).await;
    let journal = if street.acks_only {
        Journal::of_acks_only()
    } else {
        Journal::default()
    };
    let mut shopper = Shopper {
        phase: street.phase.clone(),
        street,
        plan,
        called,
        socket: None,
        token: None,
        heard: Instant::now(),
        beat_at: Instant::now(),
        ghosts: Vec::new(),
        tabs,
        next_line: 0,
        next_break: 0,
        opened: false,
        settled: false,
        home: Visit {
            journal,
            ..Visit::default()
        },
    };
    let outcome = shopper.live(reads_history).await;
    if let Err(error) = outcome {
        shopper.home.failed = Some(format!("{error:#}"));
    }
    shopper.mark_opened();
    shopper.mark_settled();
    shopper.home.journal.finish();
    shopper.home
}

struct Shopper {
    street: Arc<Street>,
    phase: watch::Receiver<Phase>,
    plan: ShopperPlan,
    called: Arc<Notify>,
    socket: Option<Socket>,
    token: Option<String>,
    heard: Instant,
    beat_at: Instant,
    ghosts: Vec<(Instant, Socket)>,
    tabs: (watch::Sender<Option<String>>, Vec<oneshot::Sender<Vec<Event>>>),
    next_line: usize,
    next_break: usize,
    opened: bool,
    settled: bool,
    home: Visit,
}

impl Shopper {
    async fn live(&mut self, reads_history: bool) -> Result<()> {
        // A network that breaks connections breaks first ones too; elsewhere a server must take the first.
        let attempts = if self.street.beat.is_some() { ATTEMPTS } else { 1 };
        let street = Arc::clone(&self.street);
        let entering = street.entrances.acquire().await?;
        self.socket = Some(self.connect_within(None, attempts).await.context("first connection")?);
        drop(entering);
        self.mark_opened();
        loop {
            let phase = *self.phase.borrow_and_update();
            let started = match phase {
                Phase::Opening => None,
                Phase::Talking(started) => Some(started),
                Phase::Closing => break,
            };
            if started.is_some() && self.has_nothing_to_wait_for() {
                self.mark_settled();
            }
            let wake = started
                .zip(self.next_wake_us())
                .map(|(started, us)| started + Duration::from_micros(us));
            let Some(socket) = self.socket.as_mut() else {
                self.come_back().await?;
                continue;
            };
            let beat = self.street.beat;
            tokio::select! {
                () = sleep_until(self.beat_at), if beat.is_some() => self.beat().await,
                frame = socket.next() => self.received(frame, started).await,
                () = due(wake, &self.called), if wake.is_some() => {
                    if let Some(started) = started {
                        self.act(started).await;
                    }
                }
                changed = self.phase.changed() => if changed.is_err() { break },
            }
        }
        if let Some(mut socket) = self.socket.take() {
            // The server may have gone first; there is nothing left to hear.
            let _ = timeout(Duration::from_secs(1), socket.close(None)).await;
        }
        if reads_history {
            let mut tried = 0;
            while let Err(error) = self.read_history().await {
                tried += 1;
                if tried == ATTEMPTS || self.street.beat.is_none() {
                    return Err(error.context("reading the history"));
                }
                sleep(Duration::from_millis(100)).await;
            }
        }
        Ok(())
    }

    /// Connects and says hello; the socket and the conversation's last event.
    async fn connect(&mut self, after: Option<u64>) -> Result<(Socket, u64)> {
        let attempt = timeout(
            self.street.patience,
            open(&self.street.door, self.token.as_deref(), after),
        )
        .await;
        let (socket, welcome) = attempt.context("no welcome in time")??;
        self.tabs.0.send_replace(Some(welcome.token.clone()));
        self.token = Some(welcome.token);
        self.heard = Instant::now();
        self.home
            .journal
            .welcomed(&welcome.conversation, welcome.seq, welcome.history_gone, after);
        Ok((socket, welcome.seq))
    }

    /// Connects, and tries again so many times in all.
    async fn connect_within(&mut self, after: Option<u64>, attempts: u32) -> Result<Socket> {
        let mut tried = 0;
        loop {
            tried += 1;
            let began = Instant::now();
            match self.connect(after).await {
                Ok((socket, _)) => {
                    self.home.connects_us.push(micros_since(began));
                    return Ok(socket);
                }
                Err(error) if tried == attempts => return Err(error.context(format!("tried {tried} times"))),
                Err(_) => sleep(Duration::from_millis(50 << tried.min(4))).await,
            }
        }
    }

    /// Reconnects, asks for what was missed, resends what was not acknowledged.
    async fn come_back(&mut self) -> Result<()> {
        let after = self.home.journal.after();
        let mut socket = self.connect_within(after, ATTEMPTS).await.context("reconnecting")?;
        for (id, text) in self.home.journal.resends() {
            self.home.resent += 1;
            // A socket that breaks here is noticed when it is read.
            let _ = socket.send(Message::text(frame::message(&id, &text))).await;
        }
        self.socket = Some(socket);
        Ok(())
    }

    /// Says what is due and breaks what is to be broken.
    async fn act(&mut self, started: Instant) {
        let now_us = micros_since(started);
        if self
            .plan
            .breaks_at_us
            .get(self.next_break)
            .is_some_and(|due| *due <= now_us)
        {
            self.next_break += 1;
            self.break_connection();
            return;
        }
        let Some(line) = self.plan.lines.get(self.next_line) else {
            return;
        };
        if line.due_us > now_us {
            return;
        }
        let (due_us, breaks) = (line.due_us, line.breaks);
        let text = &self.street.texts[line.text];
        self.next_line += 1;
        let id = self.home.journal.says(text, due_us, now_us);
        let frame = frame::message(&id, text);
        self.street.counts.sent.fetch_add(1, Ordering::Relaxed);
        if let Some(socket) = self.socket.as_mut()
            && socket.send(Message::text(frame)).await.is_err()
        {
            self.lost_connection();
        } else if breaks {
            self.break_connection();
        }
    }

    /// An abrupt end, each time in another way: a reset, for which the kernel forgets what was not read; the same in
    /// the middle of a frame; or the shopper is gone and the server does not hear of it for a while.
    fn break_connection(&mut self) {
        let now = Instant::now();
        self.ghosts.retain(|(since, _)| since.elapsed() < GHOST);
        let Some(socket) = self.socket.take() else { return };
        self.home.broken += 1;
        match self.home.broken % 3 {
            0 => self.ghosts.push((now, socket)),
            way => {
                if way == 1 {
                    // The head of a frame of 256 bytes, masked, and a few of them. If it does not go out so be it.
                    let _ = socket.get_ref().try_write(b"\x81\xfe\x01\x00mask{\"type\":\"mess");
                }
                // When it fails the connection ends by an ordinary close, which is abrupt for WebSocket as well.
                let _ = socket.get_ref().set_zero_linger();
            }
        }
    }

    /// Asks whether the server is still there, or gives it up.
    async fn beat(&mut self) {
        let Some(beat) = self.street.beat else { return };
        self.beat_at = Instant::now() + beat;
        if self.heard.elapsed() > beat * 4 {
            self.lost_connection();
        } else if let Some(socket) = self.socket.as_mut() {
            // A socket that breaks here is noticed when it is read.
            let _ = socket.send(Message::Ping(Vec::new().into())).await;
        }
    }

    fn lost_connection(&mut self) {
        self.socket = None;
        self.home.dropped += 1;
    }

    async fn received(&mut self, frame: Option<Result<Message, SocketError>>, started: Option<Instant>) {
        self.heard = Instant::now();
        let text = match frame {
            Some(Ok(Message::Text(text))) => text,
            Some(Ok(Message::Close(_)) | Err(_)) | None => return self.lost_connection(),
            Some(Ok(_)) => return,
        };
        let now_us = started.map_or(0, micros_since);
        match frame::parse(&text) {
            Ok(Frame::Ack { id, seq }) => {
                self.street.counts.acked.fetch_add(1, Ordering::Relaxed);
                self.home.journal.acknowledged(&id, seq, now_us);
            }
            Ok(Frame::Event(event)) => self.home.journal.saw(&event, now_us),
            Ok(Frame::Error { code, id }) => {
                if let Some(id) = id {
                    self.home.journal.refused(&id, &code);
                }
                *self.home.errors.entry(code).or_default() += 1;
            }
            Ok(Frame::Moving { after_ms }) => {
                self.lost_connection();
                sleep(Duration::from_millis(after_ms)).await;
            }
            Ok(Frame::Notice) => {}
            Ok(Frame::Welcome { .. }) => {
                self.home
                    .journal
                    .fault(Fault::Foreign, "a second welcome on one connection".to_owned());
            }
            Err(problem) => self.home.journal.fault(Fault::Foreign, problem),
        }
    }

    /// Reads everything from the beginning on a fresh connection and compares it with what was seen.
    async fn read_history(&mut self) -> Result<()> {
        let street = Arc::clone(&self.street);
        let _turn = street.readers.acquire().await?;
        let (mut socket, last) = self.connect(Some(0)).await?;
        let mut history: Vec<Event> = Vec::new();
        // Event 1 has no frame, so an empty talk has nothing to wait for.
        while last > 1 && history.last().is_none_or(|event| event.seq < last) {
            let frame = timeout(street.patience, socket.next()).await;
            match frame.context("the history stopped in the middle")? {
                Some(Ok(Message::Text(text))) => match frame::parse(&text) {
                    Ok(Frame::Event(event)) => history.push(event),
                    Ok(_) => {}
                    Err(problem) => bail!(problem),
                },
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error.into()),
                None => bail!("the connection ended in the middle"),
            }
        }
        self.home.journal.compare(&history);
        for tab in self.tabs.1.drain(..) {
            // A tab that is gone has told why.
            let _ = tab.send(history.clone());
        }
        self.home.history_read = true;
        Ok(())
    }

    fn next_wake_us(&self) -> Option<u64> {
        let line = self.plan.lines.get(self.next_line).map(|line| line.due_us);
        let breaks = self.plan.breaks_at_us.get(self.next_break).copied();
        line.into_iter().chain(breaks).min()
    }

    fn has_nothing_to_wait_for(&self) -> bool {
        !self.settled && self.next_wake_us().is_none() && self.home.journal.settled()
    }

    fn mark_opened(&mut self) {
        if !self.opened {
            self.opened = true;
            self.street.counts.opened.fetch_add(1, Ordering::Relaxed);
            self.street.counts.changed.notify_one();
        }
    }

    fn mark_settled(&mut self) {
        if !self.settled {
            self.settled = true;
            self.street.counts.settled.fetch_add(1, Ordering::Relaxed);
            self.street.counts.changed.notify_one();
        }
    }
}

/// Waits until this moment, or until called.
async fn due(moment: Option<Instant>, called: &Notify) {
    tokio::select! {
        () = called.notified() => {}
        () = sleep_until(moment.unwrap_or_else(Instant::now)) => {}
    }
}

fn micros_since(started: Instant) -> u64 {
    started.elapsed().as_micros() as u64
}
