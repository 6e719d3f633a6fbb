//! A server that always has something to do: so many shoppers wait for an acknowledgement at any moment, and when one has
//! come the next shopper speaks.
//!
//! All sockets take turns. One that said everything itself would ask the same few questions until a person is called, and
//! then there is no bot left to measure. Before a shopper speaks again its last message is answered, so a server
//! that acknowledges and leaves the work for later is not taken for a fast one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinSet;
use tokio::time::{Duration, Instant, sleep, sleep_until, timeout};
use tokio_tungstenite::tungstenite::Message;

use crate::frame::{self, EventKind, Frame};
use crate::proc::Usage;
use crate::socket::{Door, OPENING, Socket, open};

/// How long an answer may take. A server at its limit is slow, but not that slow.
const PATIENCE: Duration = Duration::from_secs(60);

/// How the server is kept busy.
pub(crate) struct Saturation {
    /// Sockets.
    pub(crate) shoppers: u32,
    /// Messages that wait for their acknowledgement at any moment.
    pub(crate) outstanding: u32,
    /// Sockets opened a second.
    pub(crate) opens_per_second: f64,
    /// How long is measured, after every socket has spoken once.
    pub(crate) seconds: f64,
    /// Whether nothing comes after an acknowledgement.
    pub(crate) acks_only: bool,
}

/// What was measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Saturated {
    /// Acknowledged messages a second.
    pub(crate) messages_a_second: f64,
    /// Processor time of the server for each, microseconds.
    pub(crate) cpu_us: f64,
    /// Share of one core that the server used: much below 1 the tester was the limit.
    pub(crate) busy: f64,
    /// Share of messages that people had, so that no bot answered them.
    pub(crate) with_people: f64,
}

/// What the workers tell.
#[derive(Default)]
struct Progress {
    acked: AtomicU64,
    /// Of those: while people had the talk.
    with_people: AtomicU64,
    warm: AtomicUsize,
    changed: Notify,
    stop: AtomicBool,
}

impl Saturation {
    /// Opens the sockets, and measures when all have spoken once.
    ///
    /// # Errors
    /// A socket cannot be opened or ends, a message is refused or not answered, the process of the server tells nothing.
    pub(crate) async fn measure(&self, door: &Door, texts: &Arc<[String]>, pid: u32) -> Result<Saturated> {
        let workers = self.outstanding.min(self.shoppers) as usize;
        let mut seats: Vec<Vec<Seat>> = (0..workers).map(|_| Vec::new()).collect();
        for (number, seat) in self.open(door).await?.into_iter().enumerate() {
            seats[number % workers].push(seat);
        }
        let progress = Arc::new(Progress::default());
        let mut tasks = JoinSet::new();
        for (number, seats) in seats.into_iter().enumerate() {
            tasks.spawn(work(seats, number, Arc::clone(texts), Arc::clone(&progress)));
        }
        while progress.warm.load(Ordering::Acquire) < workers {
            tokio::select! {
                () = progress.changed.notified() => {}
                Some(ended) = tasks.join_next() => ended??,
            }
        }
        let look = || {
            let usage = Usage::of(pid).context("the system does not tell what the server uses")?;
            let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
            let counts = (count(&progress.acked), count(&progress.with_people));
            anyhow::Ok((Instant::now(), counts, usage.cpu_us))
        };
        let (began, before, cpu_before) = look()?;
        tokio::select! {
            () = sleep(Duration::from_secs_f64(self.seconds)) => {}
            Some(ended) = tasks.join_next() => ended??,
        }
        let (ended, after, cpu) = look()?;
        progress.stop.store(true, Ordering::Release);
        while let Some(ended) = tasks.join_next().await {
            ended??;
        }
        let seconds = (ended - began).as_secs_f64();
        let messages = (after.0 - before.0) as f64;
        let cpu_us = cpu.saturating_sub(cpu_before) as f64;
        Ok(Saturated {
            messages_a_second: messages / seconds,
            cpu_us: cpu_us / messages.max(1.0),
            busy: cpu_us / 1e6 / seconds,
            with_people: (after.1 - before.1) as f64 / messages.max(1.0),
        })
    }

    /// All sockets, opened at the rate asked for.
    async fn open(&self, door: &Door) -> Result<Vec<Seat>> {
        let mut opening = JoinSet::new();
        let entrances = Arc::new(Semaphore::new(OPENING));
        let began = Instant::now();
        for number in 0..self.shoppers {
            let (door, entrances) = (door.clone(), Arc::clone(&entrances));
            let opens_at = began + Duration::from_secs_f64(f64::from(number) / self.opens_per_second);
            opening.spawn(async move {
                sleep_until(opens_at).await;
                let _turn = entrances.acquire().await?;
                let opened = timeout(PATIENCE, open(&door, None, None)).await;
                opened.context("no welcome in time")?
            });
        }
        let mut seats = Vec::new();
        while let Some(opened) = opening.join_next().await {
            let (socket, _) = opened??;
            seats.push(Seat {
                socket,
                said: 0,
                acked: true,
                answered: true,
                people: false,
                acks_only: self.acks_only,
            });
        }
        Ok(seats)
    }
}

/// Lets these shoppers speak in turns, one at a time.
async fn work(mut seats: Vec<Seat>, number: usize, texts: Arc<[String]>, progress: Arc<Progress>) -> Result<()> {
    let mut turn = number * 31;
    let mut first = true;
    while !progress.stop.load(Ordering::Acquire) {
        for seat in &mut seats {
            seat.wait(|seat| seat.answered).await?;
            seat.say(&texts[turn % texts.len()]).await?;
            seat.wait(|seat| seat.acked).await?;
            progress.acked.fetch_add(1, Ordering::Relaxed);
            progress
                .with_people
                .fetch_add(u64::from(seat.people), Ordering::Relaxed);
            turn += 1;
            if progress.stop.load(Ordering::Acquire) {
                return Ok(());
            }
        }
        if std::mem::take(&mut first) {
            progress.warm.fetch_add(1, Ordering::Release);
            progress.changed.notify_one();
        }
    }
    Ok(())
}

/// A shopper's socket and how far its last message is.
struct Seat {
    socket: Socket,
    said: u64,
    acked: bool,
    answered: bool,
    people: bool,
    acks_only: bool,
}

impl Seat {
    fn id(&self) -> String {
        format!("c{}", self.said)
    }

    async fn say(&mut self, text: &str) -> Result<()> {
        self.said += 1;
        (self.acked, self.answered) = (false, false);
        let message = frame::message(&self.id(), text);
        Ok(self.socket.send(Message::text(message)).await?)
    }

    /// Reads until it is so.
    async fn wait(&mut self, done: fn(&Seat) -> bool) -> Result<()> {
        while !done(self) {
            let frame = timeout(PATIENCE, self.socket.next()).await;
            match frame.context("no answer in time")?.context("the server closed")?? {
                Message::Text(text) => self.heard(frame::parse(&text).map_err(anyhow::Error::msg)?)?,
                Message::Close(reason) => bail!("closed: {reason:?}"),
                _ => {}
            }
        }
        Ok(())
    }

    fn heard(&mut self, frame: Frame) -> Result<()> {
        match frame {
            Frame::Ack { id, .. } if id == self.id() => {
                self.acked = true;
                self.answered |= self.acks_only || self.people;
            }
            Frame::Event(event) => match event.kind {
                EventKind::Bot { reply_to } => self.answered |= reply_to.contains(&self.id()),
                EventKind::Owner { who } => {
                    self.people = who.is_people();
                    self.answered |= self.people;
                }
                _ => {}
            },
            Frame::Error { code, .. } => bail!("refused: {code}"),
            _ => {}
        }
        Ok(())
    }
}
