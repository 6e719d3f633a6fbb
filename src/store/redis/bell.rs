//! Hears what other servers append. Each shard keeps its last appends as numbered news; a rung bell says when to
//! read them, and a bell that was not heard costs half a second: then they are read anyway.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::join_all;
use redis::{PushInfo, PushKind, Value, from_redis_value};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::append::{Road, odd};
use super::keys::Shard;
use super::link::Pushes;
use super::reads::first;
use crate::model::{ConversationId, Seq, Speaker};
use crate::store::StoreError;
use crate::store::news::{News, NewsSender};

/// How often news is read when no bell rings.
const UNRUNG: Duration = Duration::from_millis(500);
/// Every so many such readings the numbers themselves are compared: a failover may have set them back.
const COMPARED: u32 = 10;
/// Pieces of news read at once.
const PAGE: usize = 512;
/// How long after the channels were lost they are sought again.
const REDIAL: Duration = Duration::from_millis(250);

/// What a channel said.
enum Rung {
    Shard(Shard),
    Whisper(String),
    /// The channels were lost and found again.
    Again,
}

/// Listens until told to stop or nobody wants to know.
pub(super) async fn listen(road: Road, pushes: Option<Pushes>, news: NewsSender, stop: CancellationToken) {
    let (ring, mut rung) = mpsc::unbounded_channel();
    let channels = channels(&road);
    let listening = async {
        match pushes {
            Some(pushes) => cluster_channels(&road, &channels, pushes, &ring).await,
            None => server_channels(&road, &channels, &ring).await,
        }
    };
    let reading = async {
        let mut last: HashMap<usize, u64> = HashMap::new();
        for (shard, count) in counts(&road).await {
            last.insert(shard.0, count);
        }
        let mut unrung = 0u32;
        while !news.abandoned() {
            let due: Vec<Shard> = match tokio::time::timeout(UNRUNG, rung.recv()).await {
                Ok(Some(first)) => {
                    let mut due = Vec::new();
                    let mut next = Some(first);
                    while let Some(rung_now) = next.take() {
                        match rung_now {
                            Rung::Shard(shard) if !due.contains(&shard) => due.push(shard),
                            Rung::Shard(_) => {}
                            Rung::Whisper(text) => whispered(&road, &text, &news),
                            Rung::Again => due = Shard::all().collect(),
                        }
                        next = rung.try_recv().ok();
                    }
                    due
                }
                Ok(None) => return,
                Err(_) => {
                    unrung += 1;
                    if unrung.is_multiple_of(COMPARED) {
                        compare(&road, &mut last, &news).await;
                    }
                    Shard::all().collect()
                }
            };
            let read = due.iter().map(|shard| {
                let after = last.get(&shard.0).copied();
                read(&road, *shard, after, &news)
            });
            for (shard, outcome) in due.iter().zip(join_all(read).await) {
                match outcome {
                    Ok(Some(number)) => {
                        last.insert(shard.0, number);
                    }
                    Ok(None) => {}
                    Err(error) => tracing::debug!(%error, "news could not be read"),
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

fn channels(road: &Road) -> HashMap<String, Option<Shard>> {
    Shard::all()
        .map(|shard| (road.keys.bell(shard), Some(shard)))
        .chain(std::iter::once((road.keys.whisper(), None)))
        .collect()
}

/// The channels of one server, dialled again whenever they are lost.
async fn server_channels(road: &Road, channels: &HashMap<String, Option<Shard>>, ring: &mpsc::UnboundedSender<Rung>) {
    let names: Vec<String> = channels.keys().cloned().collect();
    loop {
        match road.link.channels(&names).await {
            Ok(Some(subscribed)) => {
                let _ = ring.send(Rung::Again);
                let mut messages = subscribed.into_on_message();
                while let Some(message) = messages.next().await {
                    let payload = message.get_payload::<String>().unwrap_or_default();
                    heard(channels, message.get_channel_name(), payload, &road.node, ring);
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
    road: &Road,
    channels: &HashMap<String, Option<Shard>>,
    mut pushes: Pushes,
    ring: &mpsc::UnboundedSender<Rung>,
) {
    let names: Vec<String> = channels.keys().cloned().collect();
    let mut subscribed = false;
    loop {
        if !subscribed {
            match road.link.subscribe_shards(&names).await {
                Ok(()) => {
                    subscribed = true;
                    let _ = ring.send(Rung::Again);
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
                    heard(channels, channel, payload.clone(), &road.node, ring);
                }
            }
            PushKind::Disconnection => {
                let _ = ring.send(Rung::Again);
                // The channels of the server that is gone are found where its shards are now.
                subscribed = false;
                tokio::time::sleep(REDIAL).await;
            }
            _ => {}
        }
    }
}

fn heard(
    channels: &HashMap<String, Option<Shard>>,
    channel: &str,
    payload: String,
    node: &str,
    ring: &mpsc::UnboundedSender<Rung>,
) {
    let rung = match channels.get(channel) {
        Some(Some(_)) if payload == node => return,
        Some(Some(shard)) => Rung::Shard(*shard),
        Some(None) => Rung::Whisper(payload),
        None => return,
    };
    let _ = ring.send(rung);
}

/// A whisper is `node desks` or `node typing speaker conversation`.
fn whispered(road: &Road, text: &str, news: &NewsSender) {
    let mut parts = text.splitn(4, ' ');
    if parts.next() == Some(&road.node) {
        return;
    }
    match (parts.next(), parts.next(), parts.next()) {
        (Some("desks"), ..) => news.tell(News::Desks),
        (Some("typing"), Some(speaker), Some(conversation)) => news.tell(News::Typing {
            conversation: ConversationId::new(conversation),
            speaker: if speaker == "agent" {
                Speaker::Agent
            } else {
                Speaker::Shopper
            },
        }),
        _ => {}
    }
}

/// Tells the news of a shard after this number; gives the number of the last.
async fn read(road: &Road, shard: Shard, after: Option<u64>, news: &NewsSender) -> Result<Option<u64>, StoreError> {
    let Some(mut last) = after else {
        // The number was not known when listening began.
        let count = count(road, shard).await?;
        news.tell(News::Missed);
        return Ok(Some(count));
    };
    let mut told = None;
    loop {
        let mut pipeline = redis::pipe();
        pipeline
            .cmd("XRANGE")
            .arg(road.keys.news(shard))
            .arg(format!("{}-0", last + 1))
            .arg("+")
            .arg("COUNT")
            .arg(PAGE);
        let entries: Vec<(String, HashMap<String, String>)> = first(road.link.plain(&pipeline).await?)?;
        let full = entries.len() == PAGE;
        for (id, fields) in entries {
            let number: u64 = id.split('-').next().unwrap_or_default().parse().map_err(odd)?;
            if number != last + 1 {
                // Older news is gone already.
                news.tell(News::Missed);
            }
            last = number;
            told = Some(number);
            tell(road, &fields, news);
        }
        if !full {
            return Ok(told);
        }
    }
}

fn tell(road: &Road, fields: &HashMap<String, String>, news: &NewsSender) {
    let field = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    if field("n") == road.node {
        return;
    }
    if let Ok(seq) = field("s").parse::<Seq>() {
        news.tell(News::Appended {
            conversation: ConversationId::new(field("c")),
            seq,
            with_people: matches!(field("o"), "queue" | "agent"),
        });
    }
}

async fn count(road: &Road, shard: Shard) -> Result<u64, StoreError> {
    let mut pipeline = redis::pipe();
    pipeline.cmd("GET").arg(road.keys.news_count(shard));
    let count: Option<u64> = first::<Option<Value>>(road.link.plain(&pipeline).await?)?
        .map(from_redis_value)
        .transpose()
        .map_err(odd)?;
    Ok(count.unwrap_or(0))
}

async fn counts(road: &Road) -> Vec<(Shard, u64)> {
    let all = join_all(Shard::all().map(|shard| async move { (shard, count(road, shard).await) })).await;
    all.into_iter()
        .filter_map(|(shard, count)| Some((shard, count.ok()?)))
        .collect()
}

/// A server that took over may know less news than the one before: what follows would not be noticed.
async fn compare(road: &Road, last: &mut HashMap<usize, u64>, news: &NewsSender) {
    for (shard, count) in counts(road).await {
        if last.get(&shard.0).is_some_and(|last| *last > count) {
            last.insert(shard.0, count);
            news.tell(News::Missed);
        }
    }
}

/// Says something that is not stored to the other servers. Nobody minds if it is lost.
pub(super) fn whisper(road: &Road, text: String) {
    let road = road.clone();
    tokio::spawn(async move {
        let publish = if road.link.cluster() { "SPUBLISH" } else { "PUBLISH" };
        let mut pipeline = redis::pipe();
        pipeline
            .cmd(publish)
            .arg(road.keys.whisper())
            .arg(format!("{} {text}", road.node));
        let _ = road.link.plain(&pipeline).await;
    });
}

/// The whisper that somebody is typing.
pub(super) fn typing(speaker: Speaker, conversation: &ConversationId) -> String {
    let speaker = if speaker == Speaker::Agent { "agent" } else { "shopper" };
    format!("typing {speaker} {conversation}")
}
