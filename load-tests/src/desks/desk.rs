//! One desk: reads what it is sent, counts it, and tells what is new among its own chats.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Result, bail};
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use tokio::time::Instant;

use crate::hostile::wire::Talk;

/// What a desk has been sent.
#[derive(Default)]
pub struct Sent {
    /// Bytes of all frames.
    pub bytes: AtomicU64,
    /// The largest frame, bytes.
    pub largest: AtomicU64,
}

/// What a desk sees at a moment among its own chats.
pub struct Seen {
    /// Which desk.
    pub desk: usize,
    /// When the frame was there.
    pub at: Instant,
    /// Chats that are new, or other than before, with their lanes.
    pub set: Vec<(String, String)>,
    /// Chats that it has no more.
    pub gone: Vec<String>,
    /// The code of a refusal.
    pub refused: Option<String>,
}

/// Sits down at a desk that is told what changes, and opens the first chat it gets, as people do.
///
/// # Errors
/// The desk is refused, or its socket ends.
pub async fn sit(
    server: SocketAddr,
    cookie: String,
    desk: usize,
    sent: Arc<Sent>,
    seen: UnboundedSender<Seen>,
    mut to_end: UnboundedReceiver<String>,
) -> Result<()> {
    let mut talk = Talk::open(Ipv4Addr::LOCALHOST, server, "/v1/desk", Some(&cookie)).await?;
    talk.send(&json!({"type": "hello", "boards": "changes"})).await?;
    talk.send(&json!({"type": "presence", "state": "online"})).await?;
    let mut opened = false;
    loop {
        let before = talk.received;
        let frame = tokio::select! {
            frame = talk.next() => frame?,
            conversation = to_end.recv() => {
                let Some(conversation) = conversation else { return Ok(()) };
                talk.send(&json!({"type": "close", "conversation": conversation})).await?;
                continue;
            }
        };
        let at = Instant::now();
        let size = talk.received - before;
        sent.bytes.fetch_add(size, Ordering::Relaxed);
        sent.largest.fetch_max(size, Ordering::Relaxed);
        let Some(told) = told(desk, at, &frame)? else { continue };
        if let (false, Some((first, _))) = (opened, told.set.first()) {
            opened = true;
            talk.send(&json!({"type": "open", "conversation": first, "after": 0}))
                .await?;
        }
        // Nobody listens any more when the test is over.
        let _ = seen.send(told);
    }
}

/// What a frame says of the own chats; `None` where it says nothing of them.
fn told(desk: usize, at: Instant, frame: &Value) -> Result<Option<Seen>> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let card = |card: &Value| (text(&card["conversation"]), text(&card["lane"]));
    let rows = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let mut seen = Seen {
        desk,
        at,
        set: Vec::new(),
        gone: Vec::new(),
        refused: None,
    };
    match frame["type"].as_str() {
        Some("board") => seen.set = rows(&frame["mine"]).iter().map(card).collect(),
        Some("board_changes") => {
            let mine = &frame["mine"];
            seen.set = rows(&mine["set"]).iter().map(|row| card(&row["card"])).collect();
            seen.gone = rows(&mine["gone"]).iter().map(text).collect();
        }
        Some("error") if frame["conversation"].is_null() && frame["id"].is_null() => {
            bail!("the desk was refused: {}", frame["code"])
        }
        Some("error") => seen.refused = Some(text(&frame["code"])),
        _ => return Ok(None),
    }
    let nothing = seen.set.is_empty() && seen.gone.is_empty() && seen.refused.is_none();
    Ok((!nothing).then_some(seen))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_a_frame_says_of_the_own_chats_is_told() {
        let frame = json!({"type": "board_changes", "mine": {"set": [{"at": 0, "card": {"conversation": "a", "lane": "top"}}], "gone": ["b"]}});
        let seen = told(3, Instant::now(), &frame).unwrap().unwrap();
        assert_eq!(
            (seen.desk, seen.set, seen.gone),
            (3, vec![("a".into(), "top".into())], vec!["b".into()])
        );
        assert!(told(3, Instant::now(), &json!({"type": "team"})).unwrap().is_none());
        assert!(told(3, Instant::now(), &json!({"type": "error", "code": "signed_out"})).is_err());
    }
}
