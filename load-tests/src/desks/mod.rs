//! Many agents at their desks with many open chats and a long queue: what each desk is sent, how soon an agent sees a complaint,
//! and how soon a freed slot is filled.
//!
//! - [`options`]: what was asked for. [`desk`]: an agent's desk. [`shopper`]: who has an agent, and who waits.
//!   [`report`]: figures and verdict.

mod desk;
mod options;
mod report;
mod shopper;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use futures_util::{StreamExt, TryStreamExt, stream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;
use tokio::time::{Instant, interval, sleep_until, timeout};

use self::desk::{Seen, Sent};
pub use self::options::DesksOptions;
pub use self::report::AtDesks;
use self::report::Measured;
use crate::plan::Dice;
use crate::run::{check_file_limit, tell};
use crate::socket::{OPENING, address_of};
use crate::spawn::Server;
use crate::staff::Staff;

/// What is said in open chats; the words do not matter.
const LINE: &str = "在吗，帮我看一下";
/// What makes a chat pressing, and the lane that it then has.
const COMPLAINT: &str = "再不处理我就打12315投诉你们";
const PRESSING: &str = "top";
/// Until everybody has sat down and been given what they can have.
const FILLS_WITHIN: Duration = Duration::from_secs(600);
/// What is not seen for so long was never shown.
const LOST: Duration = Duration::from_secs(20);
/// After the queue is there everything is quiet before it is measured.
const QUIET: Duration = Duration::from_secs(2);

/// Fills the desks and the queue of a server of its own, and measures.
///
/// # Errors
/// It could not run: a server that does not start, a desk or a shopper that is refused.
pub async fn run(options: &DesksOptions) -> Result<AtDesks> {
    let slots = options.chats.div_ceil(options.desks);
    ensure!(slots <= 100, "an agent has 100 chats at most: {slots} are asked for");
    check_file_limit(options.chats + options.desks + 500)?;
    let settings = [
        // Nobody answers here: what is measured is not who is silent.
        ("HANDOFF__AGENT_REPLY_TIMEOUT_S", "86400"),
        ("GATEWAY__SIGNINS_PER_MINUTE", "0"),
    ];
    let sockets = options.chats + options.waiting + options.desks;
    let store = options.store.as_deref();
    let server = Server::for_shoppers(&options.spawn, &options.intents, store, sockets, &settings)?;
    let address: SocketAddr = address_of(server.url())?.parse().context("the server's address")?;
    let link = server.signin().context("the server printed no sign-in link")?;
    let staff = Staff::open(address, link).await?;
    let mut floor = Floor::open(address, &staff, options.desks, slots).await?;
    tell(&format!(
        "{} desks are open; {} chats begin",
        options.desks, options.chats
    ));
    floor.fill(options.chats).await?;
    tell(&format!("{} more wait", options.waiting));
    let waiting = stream::iter(0..options.waiting).map(|_| shopper::ask(address, "demo"));
    let _: Vec<()> = waiting.buffer_unordered(OPENING).map_ok(drop).try_collect().await?;
    tokio::time::sleep(QUIET).await;
    tell(&format!("measuring for {} s", options.seconds));
    let measured = floor.measure(options).await?;
    Ok(AtDesks::new(options, measured, server.complaints()))
}

/// The desks and the shoppers with an agent.
struct Floor {
    server: SocketAddr,
    seen: UnboundedReceiver<Seen>,
    sent: Vec<Arc<Sent>>,
    to_end: Vec<UnboundedSender<String>>,
    /// What shoppers with a socket say, by chat.
    says: HashMap<String, UnboundedSender<String>>,
    /// Who has which chat.
    at: HashMap<String, usize>,
    refused: u64,
    tasks: JoinSet<Result<()>>,
}

impl Floor {
    async fn open(server: SocketAddr, staff: &Staff, desks: u32, slots: u32) -> Result<Floor> {
        let (tells, seen) = unbounded_channel();
        let mut floor = Floor {
            server,
            seen,
            sent: Vec::new(),
            to_end: Vec::new(),
            says: HashMap::new(),
            at: HashMap::new(),
            refused: 0,
            tasks: JoinSet::new(),
        };
        for desk in 0..desks as usize {
            let cookie = staff.invite(&format!("客服{desk}"), slots).await?;
            let sent = Arc::new(Sent::default());
            let (ends, to_end) = unbounded_channel();
            floor.tasks.spawn(desk::sit(
                server,
                cookie,
                desk,
                Arc::clone(&sent),
                tells.clone(),
                to_end,
            ));
            floor.sent.push(sent);
            floor.to_end.push(ends);
        }
        Ok(floor)
    }

    /// Shoppers come until so many chats are with agents.
    async fn fill(&mut self, chats: u32) -> Result<()> {
        let server = self.server;
        let mut come = stream::iter(0..chats)
            .map(|_| shopper::ask(server, "demo"))
            .buffer_unordered(OPENING);
        let over = Instant::now() + FILLS_WITHIN;
        loop {
            tokio::select! {
                asked = come.next() => match asked {
                    Some(asked) => {
                        let (conversation, talk) = asked?;
                        let (says, said) = unbounded_channel();
                        self.tasks.spawn(shopper::talk_on(talk, said));
                        self.says.insert(conversation, says);
                    }
                    None => break,
                },
                Some(seen) = self.seen.recv() => self.note(&seen),
                ended = self.tasks.join_next() => failed(ended)?,
            }
        }
        while self.at.len() < chats as usize {
            tokio::select! {
                Some(seen) = self.seen.recv() => self.note(&seen),
                ended = self.tasks.join_next() => failed(ended)?,
                () = sleep_until(over) => bail!("only {} of {chats} chats were given to agents", self.at.len()),
            }
        }
        Ok(())
    }

    fn note(&mut self, seen: &Seen) {
        for (conversation, _) in &seen.set {
            self.at.insert(conversation.clone(), seen.desk);
        }
        for conversation in &seen.gone {
            self.at.remove(conversation);
        }
        self.refused += u64::from(seen.refused.is_some());
    }

    fn bytes(&self) -> Vec<u64> {
        self.sent
            .iter()
            .map(|sent| sent.bytes.load(Ordering::Relaxed))
            .collect()
    }

    async fn measure(&mut self, options: &DesksOptions) -> Result<Measured> {
        while let Ok(seen) = self.seen.try_recv() {
            self.note(&seen);
        }
        for sent in &self.sent {
            sent.largest.store(0, Ordering::Relaxed);
        }
        let mut dice = Dice::new(1);
        // Each who complains does so once, and a chat that is ended is another.
        let mut talking: Vec<String> = self
            .says
            .keys()
            .filter(|chat| self.at.contains_key(*chat))
            .cloned()
            .collect();
        talking.sort_unstable();
        let mut complains = draw(&mut talking, options.complaints, &mut dice).into_iter();
        let mut ends = draw(&mut talking, options.freed, &mut dice).into_iter();
        ensure!(!talking.is_empty(), "all chats complain or end: ask for more chats");
        let before = self.bytes();
        let begun = Instant::now();
        let over = begun + Duration::from_secs_f64(options.seconds);
        let every = |count: u32| Duration::from_secs_f64(options.seconds / f64::from(count.max(1)));
        let mut says = interval(Duration::from_secs_f64(1.0 / options.rate));
        let (mut complaint, mut ending) = (interval(every(options.complaints)), interval(every(options.freed)));
        let mut said = 0_u64;
        let mut complained: HashMap<String, Instant> = HashMap::new();
        // Which desks have room since when, in the order of the chats that they ended.
        let mut freed: HashMap<usize, Vec<Instant>> = HashMap::new();
        let mut measured = Measured::default();
        loop {
            tokio::select! {
                Some(seen) = self.seen.recv() => {
                    for (conversation, lane) in &seen.set {
                        if lane == PRESSING && let Some(at) = complained.remove(conversation) {
                            measured.complaints.push(seen.at - at);
                        }
                        if !self.at.contains_key(conversation)
                            && let Some(waits) = freed.get_mut(&seen.desk).filter(|waits| !waits.is_empty())
                        {
                            measured.freed.push(seen.at - waits.remove(0));
                        }
                    }
                    self.note(&seen);
                }
                _ = says.tick() => {
                    let chat = &talking[dice.below(talking.len())];
                    self.say(chat, LINE);
                    said += 1;
                }
                _ = complaint.tick() => if let Some(chat) = complains.next() {
                    complained.insert(chat.clone(), Instant::now());
                    self.say(&chat, COMPLAINT);
                },
                _ = ending.tick() => if let Some(chat) = ends.next()
                    && let Some(desk) = self.at.get(&chat).copied()
                {
                    freed.entry(desk).or_default().push(Instant::now());
                    // The desk that is gone has told why.
                    let _ = self.to_end[desk].send(chat);
                },
                ended = self.tasks.join_next() => failed(ended)?,
                () = sleep_until(over) => break,
            }
        }
        let lasted = begun.elapsed().as_secs_f64();
        let after = self.bytes();
        measured.kb_a_second = before
            .iter()
            .zip(&after)
            .map(|(from, to)| (to - from) as f64 / lasted / 1e3)
            .collect();
        measured.largest = self
            .sent
            .iter()
            .map(|sent| sent.largest.load(Ordering::Relaxed))
            .max()
            .unwrap_or(0);
        measured.said = said;
        // What was said last is seen a moment later.
        let waits = |freed: &HashMap<usize, Vec<Instant>>| freed.values().map(Vec::len).sum::<usize>();
        while (!complained.is_empty() || waits(&freed) > 0)
            && let Ok(Some(seen)) = timeout(LOST, self.seen.recv()).await
        {
            for (conversation, lane) in &seen.set {
                if lane == PRESSING
                    && let Some(at) = complained.remove(conversation)
                {
                    measured.complaints.push(seen.at - at);
                }
                if !self.at.contains_key(conversation)
                    && let Some(waits) = freed.get_mut(&seen.desk).filter(|waits| !waits.is_empty())
                {
                    measured.freed.push(seen.at - waits.remove(0));
                }
            }
            self.note(&seen);
        }
        measured.unseen = complained.len();
        measured.unfilled = waits(&freed);
        measured.refused = self.refused;
        Ok(measured)
    }

    fn say(&self, chat: &str, text: &str) {
        if let Some(says) = self.says.get(chat) {
            // Whoever is gone has told why.
            let _ = says.send(text.to_owned());
        }
    }
}

/// Takes so many out at random.
fn draw(from: &mut Vec<String>, count: u32, dice: &mut Dice) -> Vec<String> {
    let count = (count as usize).min(from.len());
    (0..count).map(|_| from.swap_remove(dice.below(from.len()))).collect()
}

/// A desk or a shopper that ends while the test goes on has failed.
fn failed(ended: Option<Result<Result<()>, tokio::task::JoinError>>) -> Result<()> {
    match ended {
        Some(Ok(Ok(()))) | None => Ok(()),
        Some(Ok(Err(error))) => Err(error),
        Some(Err(error)) => Err(error.into()),
    }
}
