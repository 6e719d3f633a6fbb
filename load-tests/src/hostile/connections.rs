//! Attacks on the places for connections: five ways to have many and use none.

use std::net::{Ipv4Addr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Result;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::scene::{Scene, Town};
use super::sight::Sight;
use super::watch::Watch;
use super::wire::{Talk, connect, hello};

/// Attackers' connections at once, where nothing else is said: more than the server has places.
const MANY: usize = 640;
/// Connections with huge headers.
const HUGE: usize = 200;
/// Bytes of a huge header, which never ends.
const HEADER: usize = 360 * 1024;
/// How often one that was cut off or refused tries again.
const AGAIN: Duration = Duration::from_millis(500);
/// How often a trickling head gets another byte.
const DRIP: Duration = Duration::from_secs(2);

#[derive(Debug, Default)]
struct Tally {
    opened: AtomicU64,
    ended: AtomicU64,
    refused: AtomicU64,
}

#[derive(Clone, Copy)]
enum Way {
    Trickling,
    Silent,
    Huge,
    NoHello,
    Held,
}

/// Heads of requests that come a byte at a time.
pub async fn trickling_heads(scene: &Scene) -> Result<(String, Vec<Sight>)> {
    crowd(scene, Way::Trickling, MANY, "request heads, a byte every 2 s").await
}

/// Connections that say nothing.
pub async fn silent(scene: &Scene) -> Result<(String, Vec<Sight>)> {
    crowd(scene, Way::Silent, MANY, "connections that say nothing").await
}

/// Headers of 360 KB that never end.
pub async fn huge_headers(scene: &Scene) -> Result<(String, Vec<Sight>)> {
    crowd(scene, Way::Huge, HUGE, "headers of 360 KB without an end").await
}

/// Sockets that never say hello.
pub async fn no_hello(scene: &Scene) -> Result<(String, Vec<Sight>)> {
    crowd(scene, Way::NoHello, MANY, "sockets without hello").await
}

/// Sockets that say hello and then only answer pings.
pub async fn held(scene: &Scene) -> Result<(String, Vec<Sight>)> {
    crowd(scene, Way::Held, MANY, "open chats in which nobody speaks").await
}

async fn crowd(scene: &Scene, way: Way, many: usize, what: &str) -> Result<(String, Vec<Sight>)> {
    let watch = Watch::begin(scene).await?;
    let tally = Arc::new(Tally::default());
    let mut mob = JoinSet::new();
    for nth in 0..many {
        mob.spawn(attacker(
            scene.attacker(nth),
            scene.town().clone(),
            way,
            Arc::clone(&tally),
        ));
    }
    sleep(scene.lasts(3.0)).await;
    let sights = watch.end().await;
    let [opened, ended, refused] =
        [&tally.opened, &tally.ended, &tally.refused].map(|count| count.load(Ordering::Relaxed));
    mob.shutdown().await;
    let did = format!(
        "{many} × {what}: {opened} opened, {refused} refused, {ended} cut off, {} held at the end",
        opened.saturating_sub(ended)
    );
    Ok((did, sights))
}

/// Opens a connection, keeps it as long as it can, and does so again.
async fn attacker(from: Ipv4Addr, town: Town, way: Way, tally: Arc<Tally>) {
    loop {
        match timeout(town.patience, connect(from, town.server, None)).await {
            Ok(Ok(stream)) => {
                tally.opened.fetch_add(1, Ordering::Relaxed);
                // However it ended, it has ended.
                let _ = hold(stream, &town, way).await;
                tally.ended.fetch_add(1, Ordering::Relaxed);
            }
            _ => {
                tally.refused.fetch_add(1, Ordering::Relaxed);
            }
        }
        sleep(AGAIN).await;
    }
}

async fn hold(mut stream: TcpStream, town: &Town, way: Way) -> Result<()> {
    match way {
        Way::Trickling => trickle(stream, town.server).await,
        Way::Silent => until_end(&mut stream).await,
        Way::Huge => {
            stream.write_all(begun(town.server).as_bytes()).await?;
            let piece = [b'x'; 4096];
            for _ in 0..HEADER / piece.len() {
                stream.write_all(&piece).await?;
            }
            until_end(&mut stream).await
        }
        Way::NoHello => {
            Talk::on(stream, town.server, "/v1/chat", None).await?.linger().await;
            Ok(())
        }
        Way::Held => {
            let mut talk = Talk::on(stream, town.server, "/v1/chat", None).await?;
            talk.send(&hello(&town.shop, None, None)).await?;
            talk.linger().await;
            Ok(())
        }
    }
}

/// A request that is not whole.
fn begun(server: SocketAddr) -> String {
    format!("GET / HTTP/1.1\r\nhost: {server}\r\nx-slow: ")
}

async fn trickle(mut stream: TcpStream, server: SocketAddr) -> Result<()> {
    stream.write_all(begun(server).as_bytes()).await?;
    let (mut reads, mut writes) = stream.split();
    let mut end = pin!(async move {
        let mut nothing = [0; 64];
        while matches!(reads.read(&mut nothing).await, Ok(read) if read > 0) {}
    });
    loop {
        tokio::select! {
            () = &mut end => return Ok(()),
            () = sleep(DRIP) => writes.write_all(b"x").await?,
        }
    }
}

async fn until_end(stream: &mut TcpStream) -> Result<()> {
    let mut nothing = [0; 64];
    while stream.read(&mut nothing).await? > 0 {}
    Ok(())
}
