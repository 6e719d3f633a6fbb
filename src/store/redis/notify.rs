//! Learns what other servers append. Each shard keeps its last appends as numbered entries; a notification says when to
//! read them, and a notification that was lost costs half a second: then they are read anyway.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::join_all;
use redis::{PushInfo, PushKind, Value, from_redis_value};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::append::{ShardWriter, odd};
use super::keys::Shard;
use super::link::Pushes;
use super::reads::first;
use crate::model::{ConversationId, Seq, Speaker};
use crate::store::StoreError;
use crate::store::peer_changes::{PeerChange, PeerChangeSender};

/// How often the entries are read when no notification comes.
const UNNOTIFIED: Duration = Duration::from_millis(500);
/// Every so many such readings the numbers themselves are compared: a failover may have set them back.
const COMPARED: u32 = 10;
/// Entries read at once.
const PAGE: usize = 512;
/// How long after the channels were lost they are sought again.
const REDIAL: Duration = Duration::from_millis(250);

/// What a channel said.
enum Notification {
    Shard(Shard),
    Ephemeral(String),
    /// The channels were lost and found again.
    Reconnected,
}

/// Listens until told to stop or nobody wants to know.
pub(super) async fn listen(
    writer: ShardWriter,
    pushes: Option<Pushes>,
    changes: PeerChangeSender,
    stop: CancellationToken,
) {
    let (notify, mut notifications) = mpsc::unbounded_channel();
    let channels = channels(&writer);
    let listening = async {
        match pushes {
            Some(pushes) => cluster_channels(&writer, &channels, pushes, &notify).await,
            None => server_channels(&writer, &channels, &notify).await,
        }
    };
    let reading = async {
        let mut last: HashMap<usize, u64> = HashMap::new();
        for (shard, count) in counts(&writer).await {
            last.insert(shard.0, count);
        }
        let mut silent_rounds = 0u32;
        while !changes.abandoned() {
            let stale: Vec<Shard> = match tokio::time::timeout(UNNOTIFIED, notifications.recv()).await {
                Ok(Some(first)) => {
                    let mut stale = Vec::new();
                    let mut next = Some(first);
                    while let Some(notification) = next.take() {
                        match notification {
                            Notification::Shard(shard) if !stale.contains(&shard) => stale.push(shard),
                            Notification::Shard(_) => {}
                            Notification::Ephemeral(text) => take_ephemeral(&writer, &text, &changes),
                            Notification::Reconnected => stale = Shard::all().collect(),
                        }
                        next = notifications.try_recv().ok();
                    }
                    stale
                }
                Ok(None) => return,
                Err(_) => {
                    silent_rounds += 1;
                    if silent_rounds.is_multiple_of(COMPARED) {
                        compare(&writer, &mut last, &changes).await;
                    }
                    Shard::all().collect()
                }
            };
            let read = stale.iter().map(|shard| {
                let after = last.get(&shard.0).copied();
                read(&writer, *shard, after, &changes)
            });
            for (shard, outcome) in stale.iter().zip(join_all(read).await) {
                match outcome {
                    Ok(Some(number)) => {
                        last.insert(shard.0, number);
                    }
                    Ok(None) => {}
                    Err(error) => tracing::debug!(%error, "what other servers appended could not be read"),
                }
            }
        }
    };
    tokio::select! {
        () = listening => {}
        () = reading => {}
        () = stop.cancelled() => {}
    }
}

fn channels(writer: &ShardWriter) -> HashMap<String, Option<Shard>> {
    Shard::all()
        .map(|shard| (writer.keys.notify_channel(shard), Some(shard)))
        .chain(std::iter::once((writer.keys.ephemeral_channel(), None)))
        .collect()
}

/// The channels of one server, dialled again whenever they are lost.
async fn server_channels(
    writer: &ShardWriter,
    channels: &HashMap<String, Option<Shard>>,
    notify: &mpsc::UnboundedSender<Notification>,
) {
    let names: Vec<String> = channels.keys().cloned().collect();
    loop {
        match writer.link.channels(&names).await {
            Ok(Some(subscribed)) => {
                let _ = notify.send(Notification::Reconnected);
                let mut messages = subscribed.into_on_message();
                while let Some(message) = messages.next().await {
                    let payload = message.get_payload::<String>().unwrap_or_default();
                    received(channels, message.get_channel_name(), payload, &writer.node, notify);
                }
                tracing::debug!("the channels of Redis were lost");
            }
            Ok(None) => return,
            Err(error) => tracing::debug!(%error, "the channels of Redis cannot be had"),
        }
        tokio::time::sleep(REDIAL).await;
    }
}

/// The channels of a cluster. The library subscribes again by itself after it reconnects.
async fn cluster_channels(
    writer: &ShardWriter,
    channels: &HashMap<String, Option<Shard>>,
    mut pushes: Pushes,
    notify: &mpsc::UnboundedSender<Notification>,
) {
    let names: Vec<String> = channels.keys().cloned().collect();
    let mut subscribed = false;
    loop {
        if !subscribed {
            match writer.link.subscribe_shards(&names).await {
                Ok(()) => {
                    subscribed = true;
                    let _ = notify.send(Notification::Reconnected);
                }
                Err(error) => {
                    tracing::debug!(%error, "the channels of the cluster cannot be had");
                    tokio::time::sleep(REDIAL).await;
                    continue;
                }
            }
        }
        let Some(PushInfo { kind, data }) = pushes.recv().await else {
            return;
        };
        match kind {
            PushKind::SMessage | PushKind::Message => {
                let texts: Vec<String> = data
                    .into_iter()
                    .filter_map(|value| from_redis_value(value).ok())
                    .collect();
                if let [channel, payload] = &texts[..] {
                    received(channels, channel, payload.clone(), &writer.node, notify);
                }
            }
            PushKind::Disconnection => {
                let _ = notify.send(Notification::Reconnected);
                // The channels of the server that is gone are found where its shards are now.
                subscribed = false;
                tokio::time::sleep(REDIAL).await;
            }
            _ => {}
        }
    }
}

fn received(
    channels: &HashMap<String, Option<Shard>>,
    channel: &str,
    payload: String,
    node: &str,
    notify: &mpsc::UnboundedSender<Notification>,
) {
    let notification = match channels.get(channel) {
        Some(Some(_)) if payload == node => return,
        Some(Some(shard)) => Notification::Shard(*shard),
        Some(None) => Notification::Ephemeral(payload),
        None => return,
    };
    let _ = notify.send(notification);
}

/// A message of the ephemeral channel is `node desks`, `node typing speaker conversation` or `node seen seq conversation`.
fn take_ephemeral(writer: &ShardWriter, text: &str, changes: &PeerChangeSender) {
    let mut parts = text.splitn(4, ' ');
    if parts.next() == Some(&writer.node) {
        return;
    }
    match (parts.next(), parts.next(), parts.next()) {
        (Some("desks"), ..) => changes.send(PeerChange::Desks),
        (Some("typing"), Some(speaker), Some(conversation)) => changes.send(PeerChange::Typing {
            conversation: ConversationId::new(conversation),
            speaker: if speaker == "agent" {
                Speaker::Agent
            } else {
                Speaker::Shopper
            },
        }),
        (Some("seen"), Some(seq), Some(conversation)) => {
            if let Ok(seq) = seq.parse() {
                let conversation = ConversationId::new(conversation);
                changes.send(PeerChange::Seen { conversation, seq });
            }
        }
        // What a newer version tells.
        _ => {}
    }
}

/// Passes on what was appended to a shard after this number; gives the number of the last.
async fn read(
    writer: &ShardWriter,
    shard: Shard,
    after: Option<u64>,
    changes: &PeerChangeSender,
) -> Result<Option<u64>, StoreError> {
    let Some(mut last) = after else {
        // The number was not known when listening began.
        let count = count(writer, shard).await?;
        changes.send(PeerChange::Missed);
        return Ok(Some(count));
    };
    let mut last_sent = None;
    loop {
        let mut pipeline = redis::pipe();
        pipeline
            .cmd("XRANGE")
            .arg(writer.keys.changes(shard))
            .arg(format!("{}-0", last + 1))
            .arg("+")
            .arg("COUNT")
            .arg(PAGE);
        let entries: Vec<(String, HashMap<String, String>)> = first(writer.link.plain(&pipeline).await?)?;
        let full = entries.len() == PAGE;
        for (id, fields) in entries {
            let number: u64 = id.split('-').next().unwrap_or_default().parse().map_err(odd)?;
            if number != last + 1 {
                // Older entries are gone already.
                changes.send(PeerChange::Missed);
            }
            last = number;
            last_sent = Some(number);
            announce(writer, &fields, changes);
        }
        if !full {
            return Ok(last_sent);
        }
    }
}

fn announce(writer: &ShardWriter, fields: &HashMap<String, String>, changes: &PeerChangeSender) {
    let field = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    if field("n") == writer.node {
        return;
    }
    if let Ok(seq) = field("s").parse::<Seq>() {
        changes.send(PeerChange::Appended {
            conversation: ConversationId::new(field("c")),
            seq,
            with_people: matches!(field("o"), "queue" | "agent"),
        });
    }
}

async fn count(writer: &ShardWriter, shard: Shard) -> Result<u64, StoreError> {
    let mut pipeline = redis::pipe();
    pipeline.cmd("GET").arg(writer.keys.change_count(shard));
    let count: Option<u64> = first::<Option<Value>>(writer.link.plain(&pipeline).await?)?
        .map(from_redis_value)
        .transpose()
        .map_err(odd)?;
    Ok(count.unwrap_or(0))
}

async fn counts(writer: &ShardWriter) -> Vec<(Shard, u64)> {
    let all = join_all(Shard::all().map(|shard| async move { (shard, count(writer, shard).await) })).await;
    all.into_iter()
        .filter_map(|(shard, count)| Some((shard, count.ok()?)))
        .collect()
}

/// A server that took over may know fewer entries than the one before: what follows would not be noticed.
async fn compare(writer: &ShardWriter, last: &mut HashMap<usize, u64>, changes: &PeerChangeSender) {
    for (shard, count) in counts(writer).await {
        if last.get(&shard.0).is_some_and(|last| *last > count) {
            last.insert(shard.0, count);
            changes.send(PeerChange::Missed);
        }
    }
}

/// Publishes to the other servers what is not stored and may be lost.
pub(super) fn send_ephemeral(writer: &ShardWriter, text: String) {
    let writer = writer.clone();
    tokio::spawn(async move {
        let publish = if writer.link.cluster() { "SPUBLISH" } else { "PUBLISH" };
        let mut pipeline = redis::pipe();
        pipeline
            .cmd(publish)
            .arg(writer.keys.ephemeral_channel())
            .arg(format!("{} {text}", writer.node));
        let _ = writer.link.plain(&pipeline).await;
    });
}

/// The message of the ephemeral channel that somebody is typing.
pub(super) fn typing(speaker: Speaker, conversation: &ConversationId) -> String {
    let speaker = if speaker == Speaker::Agent { "agent" } else { "shopper" };
    format!("typing {speaker} {conversation}")
}

/// The message of the ephemeral channel that a shopper has seen a talk so far.
pub(super) fn seen(seq: Seq, conversation: &ConversationId) -> String {
    format!("seen {seq} {conversation}")
}
