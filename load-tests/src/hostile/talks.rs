//! Attacks on what is kept and on people's time: talks without words, chats for agents, texts that take long to read.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::{Instant, interval, sleep, timeout};

use super::people::{Agent, Shopper};
use super::scene::{Scene, Town};
use super::sight::Sight;
use super::watch::Watch;
use super::wire::{Talk, hello};

/// Sockets of the floods of hellos.
const HELLOS: usize = 40;
/// Sockets of the floods of handoffs.
const HANDOFFS: usize = 30;
/// Sockets that write long texts.
const WRITERS: usize = 10;
/// Shoppers on a busy day.
const BUSY: usize = 200;
/// A frame in this time is what the limit of frames a socket allows for long.
const FRAME: Duration = Duration::from_millis(210);
/// The pause of one who was refused or cut off.
const AGAIN: Duration = Duration::from_millis(300);
/// What hellos without a word may leave on the disk, KiB.
const STORED_KIB: u64 = 256;
/// Before how many others an honest shopper may find itself.
const PLACE: u64 = 49;
/// How soon it is served once an agent works.
const SERVED: Duration = Duration::from_secs(60);

/// New visitors who never say a word.
pub async fn hello_flood(scene: &Scene) -> Result<(String, Vec<Sight>)> {
    let half = scene.lasts(4.0) / 2;
    // What a first talk leaves is not of the attack.
    Shopper::arrive(scene.town()).await?.ask("包邮吗").await?;
    let before = scene.server().stored_bytes();
    let hellos = Arc::new(AtomicU64::new(0));
    let mob = greeters(scene, &hellos);
    sleep(half).await;
    drop(mob);
    let alone = hellos.load(Ordering::Relaxed);
    let stored = scene.server().stored_bytes().saturating_sub(before) / 1024;
    let watch = Watch::begin(scene).await?;
    let mob = greeters(scene, &hellos);
    sleep(half).await;
    let mut sights = watch.end().await;
    drop(mob);
    sights.push(Sight::at_most(
        &format!("stored for {alone} hellos"),
        stored,
        STORED_KIB,
        "KiB",
    ));
    let all = hellos.load(Ordering::Relaxed);
    Ok((
        format!("{HELLOS} sockets said hello {all} times and nothing else"),
        sights,
    ))
}

fn greeters(scene: &Scene, hellos: &Arc<AtomicU64>) -> JoinSet<()> {
    let mut mob = JoinSet::new();
    for nth in 0..HELLOS {
        let (from, town, hellos) = (scene.attacker(nth), scene.town().clone(), Arc::clone(hellos));
        mob.spawn(async move {
            loop {
                // Refused or cut off, it comes again.
                let _ = greet_on(from, &town, &hellos).await;
                sleep(AGAIN).await;
            }
        });
    }
    mob
}

/// Says hello as somebody new again and again, on one socket as long as it lasts.
async fn greet_on(from: Ipv4Addr, town: &Town, hellos: &AtomicU64) -> Result<()> {
    let mut talk = Talk::open(from, town.server, "/v1/chat", None).await?;
    let mut pace = interval(FRAME);
    loop {
        tokio::select! {
            _ = pace.tick() => talk.send(&hello(&town.shop, None, None)).await?,
            frame = talk.next() => {
                hellos.fetch_add(u64::from(frame?["type"] == "welcome"), Ordering::Relaxed);
            }
        }
    }
}

/// Chats for agents from people who are not there.
pub async fn handoff_flood(scene: &Scene) -> Result<(String, Vec<Sight>)> {
    let watch = Watch::begin(scene).await?;
    let half = scene.lasts(6.0) / 2;
    let handoffs = Arc::new(AtomicU64::new(0));
    let mut mob = JoinSet::new();
    for nth in 0..HANDOFFS {
        let (from, town, handoffs) = (scene.attacker(nth), scene.town().clone(), Arc::clone(&handoffs));
        mob.spawn(async move {
            loop {
                let _ = ask_on(from, &town, nth, &handoffs).await;
                sleep(AGAIN).await;
            }
        });
    }
    sleep(half).await;
    let town = scene.town();
    let mut honest = timeout(town.patience, Shopper::arrive(town))
        .await
        .context("an honest shopper: no welcome in time")??;
    let first = timeout(town.patience, honest.ask_for_person())
        .await
        .context("an honest shopper asks for a person: no place in time")??;
    // Others come and go; every place that is told counts.
    let mut worst = first;
    let ends = Instant::now() + half;
    while let Ok(told) = tokio::time::timeout_at(ends, honest.place()).await {
        worst = worst.max(told.context("an honest shopper waits")?);
    }
    let mut sights = watch.end().await;
    mob.shutdown().await;
    sights.push(Sight::at_most("an honest shopper's place", worst, PLACE + 1, ""));
    let most = SERVED.mul_f64(scene.slack());
    let took = served(scene, &mut honest, most).await;
    sights.push(Sight::within("served by an agent who works", took, most));
    let all = handoffs.load(Ordering::Relaxed);
    Ok((format!("{HANDOFFS} sockets put {all} chats into the queue"), sights))
}

/// Puts one chat after the other into the queue, each as somebody new, on one socket as long as it lasts.
async fn ask_on(from: Ipv4Addr, town: &Town, nth: usize, handoffs: &AtomicU64) -> Result<()> {
    let mut talk = Talk::open(from, town.server, "/v1/chat", None).await?;
    let mut pace = interval(FRAME * 2);
    loop {
        tokio::select! {
            _ = pace.tick() => {
                talk.send(&hello(&town.shop, None, None)).await?;
                // By the button, and by what is heard as trouble.
                talk.send(&match nth % 2 {
                    0 => json!({"type": "human"}),
                    _ => json!({"type": "message", "id": "c1", "text": "你们就是骗子，我要打12315投诉"}),
                })
                .await?;
            }
            frame = talk.next() => {
                handoffs.fetch_add(u64::from(frame?["who"] == "queue"), Ordering::Relaxed);
            }
        }
    }
}

/// How long it takes from when an agent begins to work until the shopper has one.
async fn served(scene: &Scene, shopper: &mut Shopper, most: Duration) -> Option<Duration> {
    let cookie = scene.cookie().await.ok()?;
    let begun = Instant::now();
    let mut agent = timeout(scene.town().patience, Agent::arrive(scene.town(), cookie))
        .await
        .ok()?
        .ok()?;
    let serving = async {
        tokio::select! {
            taken = shopper.until_taken() => taken.is_ok(),
            _ = agent.work() => false,
        }
    };
    let taken = timeout(most, serving).await.unwrap_or_default();
    taken.then(|| begun.elapsed())
}

/// Texts as long as they may be, in chats that wait for an agent.
pub async fn long_texts(scene: &Scene) -> Result<(String, Vec<Sight>)> {
    let watch = Watch::begin(scene).await?;
    let written = Arc::new(AtomicU64::new(0));
    let mut mob = JoinSet::new();
    for nth in 0..WRITERS {
        let (from, town, written) = (scene.attacker(nth), scene.town().clone(), Arc::clone(&written));
        mob.spawn(async move {
            loop {
                // Closed for a flood, it comes again.
                let _ = write_on(from, &town, &written).await;
                sleep(AGAIN).await;
            }
        });
    }
    sleep(scene.lasts(4.0)).await;
    let sights = watch.end().await;
    mob.shutdown().await;
    let all = written.load(Ordering::Relaxed);
    Ok((
        format!("{WRITERS} sockets had {all} texts of 2,000 characters stored in waiting chats"),
        sights,
    ))
}

async fn write_on(from: Ipv4Addr, town: &Town, written: &AtomicU64) -> Result<()> {
    let (mut talk, _) = timeout(town.patience, Talk::greeted(from, town.server, &town.shop, None, None)).await??;
    talk.send(&json!({"type": "human"})).await?;
    let text = "你们就是骗子垃圾".repeat(250);
    let mut number = 0;
    let mut pace = interval(FRAME);
    loop {
        tokio::select! {
            _ = pace.tick() => {
                number += 1;
                let message = json!({"type": "message", "id": format!("c{number}"), "text": text.as_str()});
                talk.send(&message).await?;
            }
            frame = talk.next() => {
                written.fetch_add(u64::from(frame?["type"] == "ack"), Ordering::Relaxed);
            }
        }
    }
}

/// No attack but a very busy day: many wait, with complaints as long as they may be, each from an address of its own.
pub async fn long_queue(scene: &Scene) -> Result<(String, Vec<Sight>)> {
    let town = scene.town();
    let mut coming = JoinSet::new();
    let door = Arc::new(tokio::sync::Semaphore::new(20));
    for _ in 0..BUSY {
        let (town, door) = (town.clone(), Arc::clone(&door));
        coming.spawn(async move {
            let _turn = door.acquire_owned().await?;
            let mut shopper = Shopper::arrive(&town).await?;
            let complaint = format!("你们就是骗子，我要投诉。{}", "\u{1}".repeat(1_980));
            shopper.ask(&complaint).await?;
            shopper.ask_for_person().await?;
            anyhow::Ok(shopper)
        });
    }
    let mut waiting = Vec::new();
    let all_in = async {
        while let Some(Ok(came)) = coming.join_next().await {
            waiting.push(came?);
        }
        anyhow::Ok(())
    };
    timeout(town.patience * 12, all_in)
        .await
        .context("not everybody is in the queue in time")??;
    let cookie = scene.cookie().await?;
    let begun = Instant::now();
    let arrived = timeout(town.patience, Agent::arrive(town, cookie)).await;
    let (opened, taken, counted) = match arrived {
        Ok(Ok(mut agent)) => {
            let opened = begun.elapsed();
            let counted = agent.board["waiting_count"].as_u64().unwrap_or_default();
            let taken = timeout(town.patience, agent.take_first()).await;
            (Some(opened), matches!(taken, Ok(Ok(()))), counted)
        }
        _ => (None, false, 0),
    };
    let third = Duration::from_secs(3).mul_f64(scene.slack());
    let mut sights = vec![
        Sight::within("the desk opens with its board", opened, third),
        Sight::is(
            "the board counts",
            &format!("{counted} who wait"),
            &format!("≥ {BUSY}"),
            counted >= BUSY as u64,
        ),
        Sight::is("the first is taken", if taken { "yes" } else { "no" }, "yes", taken),
    ];
    let watch = Watch::begin(scene).await?;
    sleep(scene.lasts(2.0).min(Duration::from_secs(10))).await;
    sights.extend(watch.end().await);
    Ok((
        format!("none: {} honest shoppers wait with long complaints", waiting.len()),
        sights,
    ))
}
