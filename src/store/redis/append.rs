//! The one write: appends of one shard go one after another through its write queue, those that wait together in one
//! call of the script, acknowledged when as many replicas have them as was asked for.

use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use redis::{Pipeline, Value, from_redis_value};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::keys::{Keys, Shard};
use super::link::{ANSWER_TIME, Link};
use super::script::StoreScript;
use crate::model::{AgentId, ConversationId, EventKind, NewEvent, Owner, Speaker};
use crate::store::rules::{self, Standing};
use crate::store::{Expect, Receipt, StoreError};

/// Appends in one call of the script at most; the server does nothing else meanwhile.
const GROUP: usize = 32;
/// Appends that each shard keeps for servers that are behind, about.
const CHANGES_KEPT: usize = 4_096;
/// How long replicas may take to have an append.
const REPLICA_TIME: Duration = Duration::from_millis(1_000);

static SCRIPT: LazyLock<StoreScript> =
    LazyLock::new(|| StoreScript::new(concat!(include_str!("feed.lua"), include_str!("append.lua"))));

/// An append on its way.
pub(super) struct Job {
    conversation: ConversationId,
    expect: Expect,
    new_events: Vec<NewEvent>,
    bodies: Vec<String>,
    /// Names this append, so that executing it twice is known to be the same.
    operation: String,
    /// When the patience for it is over.
    until: Instant,
    tell: oneshot::Sender<Result<Receipt, StoreError>>,
}

/// What writing to any shard needs: the connection, the names of the keys, and who writes. All write queues share it.
#[derive(Clone)]
pub(super) struct ShardWriter {
    pub(super) link: Link,
    pub(super) keys: Keys,
    pub(super) node: String,
    pub(super) replicas: u32,
}

/// Makes the job of an append and where its receipt arrives.
pub(super) fn job(
    conversation: ConversationId,
    expect: Expect,
    new_events: Vec<NewEvent>,
    patience: Duration,
) -> Result<(Job, Told), StoreError> {
    let bodies = new_events
        .iter()
        .map(|new_event| serde_json::to_string(&new_event.kind).map_err(|error| StoreError::Corrupt(error.to_string())))
        .collect::<Result<_, _>>()?;
    let (tell, told) = oneshot::channel();
    let job = Job {
        conversation,
        expect,
        new_events,
        bodies,
        operation: uuid::Uuid::now_v7().simple().to_string(),
        until: Instant::now() + patience,
        tell,
    };
    let told = Told {
        until: job.until + ANSWER_TIME,
        receipt: told,
    };
    Ok((job, told))
}

/// Where the receipt of an append arrives.
pub(super) struct Told {
    until: Instant,
    receipt: oneshot::Receiver<Result<Receipt, StoreError>>,
}

impl Told {
    /// Waits for the receipt, no longer than the patience and one answer time, however many appends are in front of
    /// this one.
    pub(super) async fn receipt(self) -> Result<Receipt, StoreError> {
        match tokio::time::timeout_at(self.until, self.receipt).await {
            Ok(receipt) => receipt.map_err(|_| StoreError::Unavailable("the store is closed".to_owned()))?,
            Err(_) => Err(late()),
        }
    }
}

/// The error of an append that nobody waits for any longer.
fn late() -> StoreError {
    StoreError::Unavailable("Redis did not take it in time".to_owned())
}

/// Executes the jobs of one shard until there is nobody left to send any.
pub(super) async fn write_queue(writer: ShardWriter, shard: Shard, mut jobs: mpsc::UnboundedReceiver<Job>) {
    let mut waiting = VecDeque::new();
    loop {
        if waiting.is_empty() {
            match jobs.recv().await {
                Some(job) => waiting.push_back(job),
                None => return,
            }
        }
        while let Ok(job) = jobs.try_recv() {
            waiting.push_back(job);
        }
        let group = take_group(&mut waiting);
        writer.execute(shard, group).await;
    }
}

/// The first jobs, one of each conversation, so that the last operation of a conversation is the one that may have
/// to be recognised; the order within a conversation stays.
fn take_group(waiting: &mut VecDeque<Job>) -> Vec<Job> {
    let mut taken = HashSet::new();
    let mut group = Vec::new();
    let mut left = VecDeque::new();
    while let Some(job) = waiting.pop_front() {
        if group.len() < GROUP && taken.insert(job.conversation.clone()) {
            group.push(job);
        } else {
            taken.insert(job.conversation.clone());
            left.push_back(job);
        }
    }
    *waiting = left;
    group
}

impl ShardWriter {
    async fn execute(&self, shard: Shard, group: Vec<Job>) {
        // What waited longer than its patience has been refused already and is sent again by who wants it.
        let now = Instant::now();
        let (group, late_ones): (Vec<Job>, Vec<Job>) = group.into_iter().partition(|job| job.until + ANSWER_TIME > now);
        for job in late_ones {
            let _ = job.tell.send(Err(late()));
        }
        if group.is_empty() {
            return;
        }
        let outcome = self.answers(shard, &group).await;
        match outcome {
            Ok(answers) => {
                for (job, answer) in group.into_iter().zip(answers) {
                    let Job { new_events, tell, .. } = job;
                    // A caller that stopped waiting does not need to hear it.
                    let _ = tell.send(receipt(answer, new_events));
                }
            }
            Err(error) => {
                tracing::error!(%error, appends = group.len(), "a group of appends failed");
                for job in group {
                    let _ = job.tell.send(Err(StoreError::Unavailable(error.to_string())));
                }
            }
        }
    }

    fn pipeline(&self, shard: Shard, group: &[Job], whole: bool) -> Pipeline {
        let keys = &self.keys;
        let mut names = vec![
            keys.open(shard),
            keys.queued(shard),
            keys.assigned(shard),
            keys.owed(shard),
            keys.closed(shard),
            keys.idle(shard),
            keys.changes(shard),
            keys.change_count(shard),
        ];
        for job in group {
            names.push(keys.log(shard, &job.conversation));
            names.push(keys.head(shard, &job.conversation));
            names.push(keys.ids(shard, &job.conversation));
        }
        let mut pipeline = SCRIPT.call(whole);
        let publish = if self.link.cluster() { "SPUBLISH" } else { "PUBLISH" };
        pipeline
            .arg(names.len())
            .arg(names)
            .arg(keys.base(shard))
            .arg(&self.node)
            .arg(publish)
            .arg(keys.notify_channel(shard))
            .arg(CHANGES_KEPT)
            .arg(group.len());
        for job in group {
            job.write(&mut pipeline);
        }
        if self.replicas > 0 {
            pipeline
                .cmd("WAIT")
                .arg(self.replicas)
                .arg(u64::try_from(REPLICA_TIME.as_millis()).unwrap_or(u64::MAX));
        }
        pipeline
    }

    /// The script's answers, once enough replicas have what it did.
    async fn answers(&self, shard: Shard, group: &[Job]) -> Result<Vec<Value>, StoreError> {
        // The youngest of them decides; who waits for an older one is told when that one's patience is over.
        let until = group.iter().map(|job| job.until).max().unwrap_or_else(Instant::now);
        loop {
            let build = |whole: bool| self.pipeline(shard, group, whole);
            let mut answers = self.link.run_until(until, build).await?;
            let have: u32 = match self.replicas {
                0 => 0,
                _ => answers.pop().map_or(Ok(0), from_redis_value).map_err(odd)?,
            };
            if have >= self.replicas {
                return match answers.pop() {
                    Some(Value::Array(answers)) if answers.len() == group.len() => Ok(answers),
                    other => Err(StoreError::Corrupt(format!("the script answered {other:?}"))),
                };
            }
            if Instant::now() > until {
                return Err(StoreError::Unavailable(format!(
                    "Redis: {have} replicas have it, store.replicas asks for {}",
                    self.replicas
                )));
            }
        }
    }
}

impl Job {
    fn write(&self, pipeline: &mut Pipeline) {
        let (name, epoch, seq) = match self.expect {
            Expect::New => ("new", 0, 0),
            Expect::Epoch(epoch) => ("epoch", epoch, 0),
            Expect::Head { epoch, seq } => ("head", epoch, seq),
            Expect::Any => ("any", 0, 0),
        };
        let (shop, shopper) = match self.new_events.first().map(|new_event| &new_event.kind) {
            Some(EventKind::Started { shop, shopper, .. }) => (shop.as_str(), shopper.as_str()),
            _ => ("", ""),
        };
        pipeline
            .arg(self.conversation.as_str())
            .arg(name)
            .arg(epoch)
            .arg(seq)
            .arg(&self.operation)
            .arg(shop)
            .arg(shopper)
            .arg(self.new_events.len());
        for (NewEvent { at, kind }, body) in self.new_events.iter().zip(&self.bodies) {
            let owner = kind.new_owner();
            let agent = owner.as_ref().and_then(Owner::agent);
            pipeline
                .arg(at.0)
                .arg(owner.as_ref().map_or("", Owner::name))
                .arg(agent.map_or("", AgentId::as_str))
                .arg(pending_change(kind))
                .arg(rules::said(kind).map_or(String::new(), |(speaker, id)| said_field(speaker, id.as_str())))
                .arg(body);
        }
    }
}

/// The field under which a message's sequence number is kept.
pub(super) fn said_field(speaker: Speaker, id: &str) -> String {
    format!("{}:{id}", speaker.name())
}

/// What the event does to the number of messages without a reply: `0` clears it, a number is added, nothing keeps it.
fn pending_change(kind: &EventKind) -> String {
    // The rule is monotone, so two points tell it.
    let (none, many) = (rules::pending_after(0, kind), rules::pending_after(1 << 32, kind));
    match many {
        0 => "0".to_owned(),
        _ if many == 1 << 32 => String::new(),
        _ if none > 0 => format!("{none}"),
        _ => format!("-{}", (1u64 << 32) - many),
    }
}

/// The receipt of one answer. The numbers of the events follow from where the conversation stood before.
fn receipt(answer: Value, new_events: Vec<NewEvent>) -> Result<Receipt, StoreError> {
    let Value::Array(parts) = answer else {
        return Err(StoreError::Corrupt(format!("the script answered {answer:?}")));
    };
    let mut parts = parts.into_iter();
    let verdict: String = parts.next().map_or(Ok(String::new()), from_redis_value).map_err(odd)?;
    let mut number = || -> Result<u64, StoreError> {
        let part = parts
            .next()
            .ok_or_else(|| StoreError::Corrupt("the script answered too little".to_owned()))?;
        from_redis_value(part).map_err(odd)
    };
    match verdict.as_str() {
        "ok" => {
            let (seq, epoch) = (number()?, number()?);
            let mut standing = Standing {
                seq,
                epoch,
                ..Standing::before(&"".into(), &"".into())
            };
            let events = new_events
                .into_iter()
                .map(|new_event| Arc::new(standing.advance(new_event)))
                .collect();
            Ok(Receipt {
                events,
                duplicate_of: None,
                epoch: standing.epoch,
            })
        }
        "duplicate" => Ok(Receipt {
            events: Vec::new(),
            duplicate_of: Some(number()?),
            epoch: number()?,
        }),
        "stale" => Err(StoreError::Stale { actual: number()? }),
        "none" => Err(StoreError::NotFound),
        // Only the first message of an append may be known already.
        "twice" => Err(StoreError::Unavailable(
            "a message in the middle of an append is stored already".to_owned(),
        )),
        "exists" => {
            let part = parts
                .next()
                .ok_or_else(|| StoreError::Corrupt("the script answered too little".to_owned()))?;
            let conversation: String = from_redis_value(part).map_err(odd)?;
            Err(StoreError::Exists {
                conversation: ConversationId::new(conversation),
            })
        }
        other => Err(StoreError::Corrupt(format!("the script answered {other:?}"))),
    }
}

/// An answer of a form that was not expected.
pub(super) fn odd(error: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt(format!("Redis holds something unreadable: {error}"))
}
