//! Honest people use the shop again and again while an attack runs.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use super::people::{Agent, Shopper};
use super::scene::{Scene, Town};
use super::sight::{Bound, Sight, Tries};
use super::wire::http;
use crate::proc::Usage;

/// How slow a visit may be beside an attack.
const BOUND: Bound = Bound {
    median: Duration::from_millis(250),
    worst: Duration::from_secs(3),
};
/// How much more memory the server may have during an attack, MiB.
const MEMORY_MIB: u64 = 64;
/// How often the server's memory is looked at.
const LOOK: Duration = Duration::from_millis(200);
/// What shoppers ask.
const QUESTIONS: [&str; 4] = ["包邮吗", "什么时候发货", "七天无理由退货吗", "发什么快递"];

/// What is done again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Visit {
    Health,
    Page,
    NewChat,
    Message,
    Desk,
}

impl Visit {
    const ALL: [Visit; 5] = [Visit::Health, Visit::Page, Visit::NewChat, Visit::Message, Visit::Desk];

    fn name(self) -> &'static str {
        match self {
            Visit::Health => "/healthz",
            Visit::Page => "the shop's page",
            Visit::NewChat => "a new shopper is answered",
            Visit::Message => "ack in an open chat",
            Visit::Desk => "the desk opens with its board",
        }
    }

    /// The pause behind each visit.
    fn pause(self) -> Duration {
        Duration::from_millis(match self {
            Visit::Health | Visit::Page => 400,
            Visit::NewChat | Visit::Desk => 900,
            Visit::Message => 1_500,
        })
    }
}

/// People who go in and out until they are called back.
pub struct Watch {
    stop: watch::Sender<bool>,
    visitors: JoinSet<(Visit, Tries)>,
    memory: Option<tokio::task::JoinHandle<Option<u64>>>,
    slack: f64,
}

impl Watch {
    /// Everybody makes one visit, which must succeed, and goes on.
    ///
    /// # Errors
    /// A visit fails before there is an attack.
    pub async fn begin(scene: &Scene) -> Result<Watch> {
        Watch::of(scene, &Visit::ALL).await
    }

    /// The same without agents, for when nobody has signed in.
    ///
    /// # Errors
    /// As [`Watch::begin`].
    pub async fn without_desk(scene: &Scene) -> Result<Watch> {
        Watch::of(scene, &Visit::ALL[..4]).await
    }

    async fn of(scene: &Scene, visits: &[Visit]) -> Result<Watch> {
        let (stop, stopped) = watch::channel(false);
        let mut visitors = JoinSet::new();
        for visit in visits {
            let cookie = match visit {
                Visit::Desk => scene.cookie().await?.to_owned(),
                _ => String::new(),
            };
            let mut visitor = Visitor {
                visit: *visit,
                town: scene.town().clone(),
                cookie,
                shopper: None,
                asked: 0,
            };
            // Generous: this is no measurement, and a fresh server has things to read.
            timeout(visitor.town.patience * 4, visitor.once())
                .await
                .unwrap_or_else(|_| bail!("no answer"))
                .with_context(|| format!("before the attack: {}", visit.name()))?;
            visitors.spawn(visitor.stroll(stopped.clone()));
        }
        let memory = Some(tokio::spawn(most_memory(scene.server().pid(), stopped)));
        Ok(Watch {
            stop,
            visitors,
            memory,
            slack: scene.slack(),
        })
    }

    /// Calls everybody back; what they saw.
    pub async fn end(mut self) -> Vec<Sight> {
        self.stop.send_replace(true);
        let mut seen: Vec<(Visit, Tries)> = Vec::new();
        while let Some(Ok(back)) = self.visitors.join_next().await {
            seen.push(back);
        }
        let bound = BOUND.wider(self.slack);
        let mut sights: Vec<Sight> = Visit::ALL
            .into_iter()
            .filter_map(|visit| {
                let at = seen.iter().position(|(known, _)| *known == visit)?;
                Some(seen.swap_remove(at).1.against(visit.name(), bound))
            })
            .collect();
        if let Some(memory) = self.memory.take()
            && let Ok(Some(grew)) = memory.await
        {
            sights.push(Sight::at_most("memory grew by", grew, MEMORY_MIB, "MiB"));
        }
        sights
    }
}

/// By how much the server's memory was larger at most than at the beginning, MiB; `None` where the system does not say.
async fn most_memory(pid: u32, mut stopped: watch::Receiver<bool>) -> Option<u64> {
    let start = Usage::of(pid)?.rss_kib;
    let mut most = start;
    while !*stopped.borrow_and_update() {
        most = most.max(Usage::of(pid)?.rss_kib);
        tokio::select! {
            _ = stopped.changed() => {}
            () = sleep(LOOK) => {}
        }
    }
    Some((most - start) / 1024)
}

struct Visitor {
    visit: Visit,
    town: Town,
    cookie: String,
    /// Of `Message`: the chat that stays open.
    shopper: Option<Shopper>,
    asked: usize,
}

impl Visitor {
    async fn stroll(mut self, mut stopped: watch::Receiver<bool>) -> (Visit, Tries) {
        let mut tries = Tries::default();
        while !*stopped.borrow_and_update() {
            let begun = Instant::now();
            match timeout(self.town.patience, self.once()).await {
                Ok(Ok(())) => tries.took.push(begun.elapsed()),
                Ok(Err(error)) => {
                    self.shopper = None;
                    tries.failed.push(format!("{error:#}"));
                }
                Err(_) => {
                    self.shopper = None;
                    tries.failed.push("no answer in time".to_owned());
                }
            }
            tokio::select! {
                _ = stopped.changed() => {}
                () = sleep(self.visit.pause()) => {}
            }
        }
        (self.visit, tries)
    }

    async fn once(&mut self) -> Result<()> {
        self.asked += 1;
        let question = QUESTIONS[self.asked % QUESTIONS.len()];
        let town = &self.town;
        match self.visit {
            Visit::Health => get(town, "/healthz").await,
            Visit::Page => get(town, "/").await,
            Visit::NewChat => Shopper::arrive(town).await?.ask(question).await,
            Visit::Message => {
                let mut shopper = match self.shopper.take() {
                    Some(shopper) => shopper,
                    None => Shopper::arrive(town).await?,
                };
                shopper.say(question).await?;
                self.shopper = Some(shopper);
                Ok(())
            }
            Visit::Desk => Agent::arrive(town, &self.cookie).await.map(|_| ()),
        }
    }
}

async fn get(town: &Town, path: &str) -> Result<()> {
    let answer = http(town.newcomer(), town.server, "GET", path, None).await?;
    if answer.status != 200 {
        bail!("{path} was answered with {}", answer.status);
    }
    Ok(())
}
