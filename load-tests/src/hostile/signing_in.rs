//! Many tries to sign in: from an address that honest shoppers have as well, as behind a proxy that is not trusted yet.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Result;
use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use super::people::Agent;
use super::scene::Scene;
use super::sight::{Bound, Sight, Tries};
use super::watch::Watch;
use super::wire::{Talk, http};

/// Tries at the same time.
const TRIERS: usize = 20;

/// Wrong links and wrong passwords.
pub async fn tries(scene: &Scene) -> Result<(String, Vec<Sight>)> {
    let watch = Watch::without_desk(scene).await?;
    let (tried, refused) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let mut mob = JoinSet::new();
    for nth in 0..TRIERS {
        let (from, town) = (scene.attacker(nth), scene.town().clone());
        let (tried, refused) = (Arc::clone(&tried), Arc::clone(&refused));
        mob.spawn(async move {
            let mut number = nth;
            loop {
                number += 1;
                let body = match number % 2 {
                    0 => json!({ "token": format!("{number:043}") }),
                    _ => json!({"name": format!("店长{}", number % 7), "password": format!("guess-{number:08}")}),
                };
                let asked = http(from, town.server, "POST", "/v1/signin", Some(&body));
                if let Ok(Ok(answer)) = timeout(town.patience, asked).await {
                    tried.fetch_add(1, Ordering::Relaxed);
                    refused.fetch_add(u64::from(answer.status == 429), Ordering::Relaxed);
                }
                sleep(Duration::from_millis(20)).await;
            }
        });
    }
    sleep(scene.lasts(4.0)).await;
    let beside = beside(scene).await;
    let signed_in = sign_in(scene).await;
    let mut sights = watch.end().await;
    mob.shutdown().await;
    let bound = Bound {
        median: Duration::from_secs(1),
        worst: Duration::from_secs(3),
    };
    sights.push(beside.against("shoppers at the attackers' address", bound.wider(scene.slack())));
    let most = Duration::from_secs(3).mul_f64(scene.slack());
    sights.push(Sight::within("an agent signs in and has the board", signed_in, most));
    let [tried, refused] = [&tried, &refused].map(|count| count.load(Ordering::Relaxed));
    Ok((
        format!("{tried} wrong tries to sign in, {refused} of them told to wait"),
        sights,
    ))
}

/// Shoppers who share the address of those who try.
async fn beside(scene: &Scene) -> Tries {
    let town = scene.town();
    let mut tries = Tries::default();
    for nth in 0..5 {
        let begun = Instant::now();
        let greeted = Talk::greeted(scene.attacker(nth), town.server, &town.shop, None, None);
        match timeout(town.patience, greeted).await {
            Ok(Ok(_)) => tries.took.push(begun.elapsed()),
            Ok(Err(error)) => tries.failed.push(format!("{error:#}")),
            Err(_) => tries.failed.push("no welcome in time".to_owned()),
        }
    }
    tries
}

/// How long an agent takes from the link to the board.
async fn sign_in(scene: &Scene) -> Option<Duration> {
    let begun = Instant::now();
    let cookie = scene.cookie().await.ok()?;
    let arrived = timeout(scene.town().patience, Agent::arrive(scene.town(), cookie)).await;
    matches!(arrived, Ok(Ok(_))).then(|| begun.elapsed())
}
