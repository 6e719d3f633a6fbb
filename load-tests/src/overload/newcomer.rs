//! People who come in while a server is flooded, and afterwards: each opens a chat and asks one thing.

use std::sync::Arc;

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::{Duration, Instant, sleep_until, timeout};
use tokio_tungstenite::tungstenite::Error as SocketError;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::http::StatusCode;

use crate::frame::{self, EventKind, Frame};
use crate::socket::{Door, Refused, open};

/// One comes so often.
const EVERY: Duration = Duration::from_millis(250);
/// How long each waits before giving up.
const PATIENCE: Duration = Duration::from_secs(30);
/// What a server says to whoever is to come back later.
const FULL: &str = "full";

/// A flood that has begun.
#[derive(Debug)]
pub(super) struct Flood {
    pub(super) started: Instant,
    pub(super) lasts: Duration,
    /// For how long newcomers come after it.
    pub(super) afterwards: Duration,
}

/// What became of a newcomer.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Outcome {
    /// Welcomed and answered, so many microseconds after knocking.
    Answered(u64),
    /// Told to come back later.
    ToldToComeBack,
    /// Something else; what.
    Failed(String),
}

/// One who came.
#[derive(Clone, Debug)]
pub(super) struct Newcomer {
    /// When, seconds from the end of the flood; below 0 while it lasted.
    pub(super) came_s: f64,
    /// What became of it.
    pub(super) outcome: Outcome,
}

/// Sends them in from the beginning of the flood on, one after the other whatever becomes of them.
pub(super) async fn come(door: Door, texts: Arc<[String]>, began: oneshot::Receiver<Flood>) -> Vec<Newcomer> {
    let Ok(flood) = began.await else {
        return Vec::new();
    };
    let ends = flood.started + flood.lasts;
    let mut visits = JoinSet::new();
    let mut at = flood.started;
    let mut number = 0;
    while at < ends + flood.afterwards {
        sleep_until(at).await;
        let (door, text) = (door.clone(), texts[number % texts.len()].clone());
        let came = Instant::now();
        let came_s = match came.checked_duration_since(ends) {
            Some(after) => after.as_secs_f64(),
            None => -(ends - came).as_secs_f64(),
        };
        visits.spawn(async move {
            let outcome = match timeout(PATIENCE, ask(&door, &text)).await {
                Ok(Ok(())) => Outcome::Answered(came.elapsed().as_micros() as u64),
                Ok(Err(error)) if told_to_come_back(&error) => Outcome::ToldToComeBack,
                Ok(Err(error)) => Outcome::Failed(format!("{error:#}")),
                Err(_) => Outcome::Failed(format!("nothing within {} s", PATIENCE.as_secs())),
            };
            Newcomer { came_s, outcome }
        });
        at += EVERY;
        number += 1;
    }
    let mut newcomers = visits.join_all().await;
    newcomers.sort_by(|a, b| a.came_s.total_cmp(&b.came_s));
    newcomers
}

/// By the protocol, or, where even that is too much, by the status of the handshake.
fn told_to_come_back(error: &anyhow::Error) -> bool {
    let refused = error
        .downcast_ref::<Refused>()
        .is_some_and(|Refused(code)| code == FULL);
    let turned_away = matches!(
        error.downcast_ref::<SocketError>(),
        Some(SocketError::Http(response)) if response.status() == StatusCode::SERVICE_UNAVAILABLE
    );
    refused || turned_away
}

/// Opens a chat, asks, and waits until the bot has answered or people have the chat.
async fn ask(door: &Door, text: &str) -> Result<()> {
    let (mut socket, _) = open(door, None, None).await?;
    socket.send(Message::text(frame::message("c1", text))).await?;
    loop {
        let Message::Text(text) = socket.next().await.context("the server closed")?? else {
            continue;
        };
        match frame::parse(&text).map_err(anyhow::Error::msg)? {
            Frame::Event(event) => match event.kind {
                EventKind::Bot { .. } => return Ok(()),
                EventKind::Owner { who } if who.is_people() => return Ok(()),
                _ => {}
            },
            Frame::Error { code, .. } => bail!(Refused(code)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_full_says_so_by_its_code() {
        assert!(told_to_come_back(&Refused(FULL.to_owned()).into()));
        assert!(!told_to_come_back(&Refused("origin".to_owned()).into()));
        assert!(!told_to_come_back(&anyhow::anyhow!("no welcome")));
    }
}
