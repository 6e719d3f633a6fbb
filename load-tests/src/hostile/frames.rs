//! Attacks with frames: empty ones without end, wrong ones, replays, and clients that do not read.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Result;
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::task::JoinSet;
use tokio::time::{Instant, interval, sleep, timeout};

use super::scene::{Scene, Town};
use super::sight::Sight;
use super::watch::Watch;
use super::wire::{Talk, close_code, connect, frame, head, hello};

/// How soon one who sends nothing but empty frames is cut off.
const FLOOD_ENDS: Duration = Duration::from_secs(3);
/// What attackers may draw out of the server by asking for the same talk again and again, KiB at once and KiB a second: what
/// `limits.address_replayed_kib_per_minute` allows, and upgrades and refusals of 64 KiB a second.
const REPLAYED_KIB: (u64, u64) = (16 * 1024, 16 * 1024 / 60 + 64);
/// Messages of the talk that is replayed, and characters of each.
const HISTORY: (u32, usize) = (40, 1_500);
/// Sockets at once that send empty fragments.
const SOCKETS: usize = 8;
/// Sockets at once that ask for the talk: without a limit they would draw twice what is allowed in a few seconds.
const REPLAYERS: usize = 24;
/// Sockets at once that do not read.
const NEVER_READING: usize = 50;
/// A frame in this time is what the limit of frames a socket allows for long.
const FRAME: Duration = Duration::from_millis(210);
/// The pause after a refusal.
const REFUSED: Duration = Duration::from_millis(100);

/// Fragments without content and without an end.
pub async fn empty_continuations(scene: &Scene) -> Result<(String, Vec<Sight>)> {
    let watch = Watch::begin(scene).await?;
    let ends = Instant::now() + scene.lasts(5.0);
    let mut mob = JoinSet::new();
    for nth in 0..SOCKETS {
        mob.spawn(flood(scene.attacker(nth), scene.town().clone(), ends));
    }
    let (mut longest, mut sent, mut cut) = (Duration::ZERO, 0, 0);
    while let Some(Ok(flood)) = mob.join_next().await {
        longest = longest.max(flood.longest);
        sent += flood.sent;
        cut += flood.cut;
    }
    let mut sights = watch.end().await;
    let most = FLOOD_ENDS.mul_f64(scene.slack());
    sights.push(Sight::within("a flood is cut off", Some(longest), most));
    Ok((
        format!(
            "{SOCKETS} sockets sent {} million empty fragments and were cut off {cut} times",
            sent / 1_000_000
        ),
        sights,
    ))
}

#[derive(Default)]
struct Flood {
    longest: Duration,
    sent: u64,
    cut: u64,
}

async fn flood(from: Ipv4Addr, town: Town, ends: Instant) -> Flood {
    let mut flood = Flood::default();
    let piece = frame(0x00, b"").repeat(10_000);
    while Instant::now() < ends {
        let Ok(Ok((talk, _))) = timeout(town.patience, Talk::greeted(from, town.server, &town.shop, None, None)).await
        else {
            sleep(REFUSED).await;
            continue;
        };
        let mut stream = talk.into_stream();
        let begun = Instant::now();
        let pouring = async {
            stream.write_all(&frame(0x01, b"")).await?;
            loop {
                stream.write_all(&piece).await?;
                flood.sent += 10_000;
            }
        };
        // A write that fails is the end that is waited for.
        let poured: Result<std::io::Result<()>, _> = tokio::time::timeout_at(ends, pouring).await;
        flood.cut += u64::from(poured.is_ok());
        flood.longest = flood.longest.max(begun.elapsed());
    }
    flood
}

/// Each wrong frame is answered with the close code that says what is wrong.
pub async fn wrong(scene: &Scene) -> Result<(String, Vec<Sight>)> {
    let town = scene.town();
    let mut claims_much = head(0x81, 0x80, 1 << 62);
    claims_much.extend([0; 4]);
    let mut bare = head(0x81, 0, 2);
    bare.extend(b"{}");
    let piece = vec![b'x'; 15_000];
    let pieces = [frame(0x01, &piece), frame(0x00, &piece), frame(0x80, &piece)].concat();
    let cases: [(&str, Vec<u8>, &[u16]); 12] = [
        ("40,000 bytes", frame(0x81, &vec![b'x'; 40_000]), &[1009]),
        ("45,000 bytes in pieces", pieces, &[1009]),
        ("a megabyte", frame(0x81, &vec![b'x'; 1 << 20]), &[1009]),
        ("a length of 2^62", claims_much, &[1009, 1002]),
        ("no mask", bare, &[1002]),
        ("a reserved bit", frame(0xc1, b"{}"), &[1002]),
        ("an opcode that there is not", frame(0x83, b"{}"), &[1002]),
        ("a ping in pieces", frame(0x09, b"x"), &[1002]),
        ("a ping of 200 bytes", frame(0x89, &[b'x'; 200]), &[1002]),
        ("the middle of no message", frame(0x80, b"{}"), &[1002]),
        ("bytes that are not UTF-8", frame(0x81, b"{\"\xff\"}"), &[1007]),
        ("a binary frame", frame(0x82, b"{}"), &[1003]),
    ];
    let mut sights = Vec::new();
    for (nth, (what, bytes, codes)) in cases.iter().enumerate() {
        let greeted = Talk::greeted(scene.attacker(nth), town.server, &town.shop, None, None);
        let (talk, _) = timeout(town.patience, greeted).await??;
        let mut stream = talk.into_stream();
        // The server may close before it has read everything; then what it said is there to be read all the same.
        let _ = timeout(town.patience, stream.write_all(bytes)).await;
        let code = close_code(&mut stream, town.patience).await;
        let seen = code.map_or_else(|| "no code".to_owned(), |code| code.to_string());
        let expected: Vec<String> = codes.iter().map(u16::to_string).collect();
        let held = code.is_some_and(|code| codes.contains(&code));
        sights.push(Sight::is(what, &seen, &expected.join(" or "), held));
    }
    // Some more honest visits show that nobody else has felt it.
    let watch = Watch::begin(scene).await?;
    sleep(Duration::from_secs(2)).await;
    sights.extend(watch.end().await);
    Ok((format!("{} wrong frames, one a socket", cases.len()), sights))
}

/// Clients that ask for everything and read nothing.
pub async fn never_reading(scene: &Scene) -> Result<(String, Vec<Sight>)> {
    let token = long_talk(scene).await?;
    let watch = Watch::begin(scene).await?;
    let asked = Arc::new(AtomicU64::new(0));
    let mut mob = JoinSet::new();
    for nth in 0..NEVER_READING {
        let (from, town, token, asked) = (
            scene.attacker(nth),
            scene.town().clone(),
            token.clone(),
            Arc::clone(&asked),
        );
        mob.spawn(async move {
            loop {
                let silence = Duration::from_secs(2);
                let asking = async {
                    let stream = connect(from, town.server, Some(2_048)).await?;
                    let mut talk = Talk::on(stream, town.server, "/v1/chat", None).await?;
                    talk.send(&hello(&town.shop, Some(&token), Some(0))).await?;
                    asked.fetch_add(1, Ordering::Relaxed);
                    anyhow::Ok(talk)
                };
                let kept = timeout(town.patience, asking).await;
                sleep(silence).await;
                drop(kept);
            }
        });
    }
    sleep(scene.lasts(3.0)).await;
    let sights = watch.end().await;
    mob.shutdown().await;
    let asked = asked.load(Ordering::Relaxed);
    Ok((
        format!("{NEVER_READING} sockets asked {asked} times for a long talk and read nothing"),
        sights,
    ))
}

/// The same long talk is asked for again and again.
pub async fn replays(scene: &Scene) -> Result<(String, Vec<Sight>)> {
    let token = long_talk(scene).await?;
    let watch = Watch::begin(scene).await?;
    let (asked, drawn) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let mut mob = JoinSet::new();
    for nth in 0..REPLAYERS {
        let (from, town, token) = (scene.attacker(nth), scene.town().clone(), token.clone());
        let (asked, drawn) = (Arc::clone(&asked), Arc::clone(&drawn));
        mob.spawn(async move {
            loop {
                // Refused or cut off, it comes again.
                let _ = replay_on(from, &town, &token, &asked, &drawn).await;
                sleep(REFUSED).await;
            }
        });
    }
    let begun = Instant::now();
    sleep(scene.lasts(3.0)).await;
    let mut sights = watch.end().await;
    mob.shutdown().await;
    let drawn = drawn.load(Ordering::Relaxed) / 1024;
    let most = REPLAYED_KIB.0 + REPLAYED_KIB.1 * (begun.elapsed().as_secs() + 1);
    sights.push(Sight::at_most("attackers drew", drawn, most, "KiB"));
    let asked = asked.load(Ordering::Relaxed);
    Ok((
        format!("{REPLAYERS} sockets had a long talk replayed {asked} times"),
        sights,
    ))
}

/// Asks for everything again and again, on one socket as long as it lasts.
async fn replay_on(from: Ipv4Addr, town: &Town, token: &str, asked: &AtomicU64, drawn: &AtomicU64) -> Result<()> {
    let mut talk = Talk::open(from, town.server, "/v1/chat", None).await?;
    let mut pace = interval(FRAME);
    loop {
        tokio::select! {
            _ = pace.tick() => talk.send(&hello(&town.shop, Some(token), Some(0))).await?,
            frame = talk.next() => {
                drawn.fetch_add(std::mem::take(&mut talk.received), Ordering::Relaxed);
                asked.fetch_add(u64::from(frame?["type"] == "welcome"), Ordering::Relaxed);
            }
        }
    }
}

/// A talk as long as the limits allow in a few seconds; the token.
async fn long_talk(scene: &Scene) -> Result<String> {
    let town = scene.town();
    // From an address that takes no part in the attack: it is the replay that is to be limited here.
    let (mut talk, welcome) = Talk::greeted(town.newcomer(), town.server, &town.shop, None, Some(0)).await?;
    let token = welcome["token"].as_str().unwrap_or_default().to_owned();
    let ends = Instant::now() + Duration::from_secs(6);
    let mut number = 0;
    while number < HISTORY.0 && Instant::now() < ends {
        let text = "说明一下情况，".repeat(HISTORY.1 / 7);
        let message = json!({"type": "message", "id": format!("m{number}"), "text": text});
        if talk.send(&message).await.is_err() {
            break;
        }
        let answered = async {
            loop {
                let frame = talk.next().await?;
                match frame["type"].as_str() {
                    Some("ack") => return anyhow::Ok(true),
                    Some("error") => return Ok(false),
                    _ => {}
                }
            }
        };
        match timeout(town.patience, answered).await {
            Ok(Ok(true)) => number += 1,
            Ok(Ok(false)) => sleep(Duration::from_millis(250)).await,
            _ => break,
        }
    }
    Ok(token)
}
