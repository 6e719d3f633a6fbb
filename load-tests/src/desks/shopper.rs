//! Shoppers who ask for a person: those who have one and go on talking, and those who wait.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::json;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::timeout;

use crate::hostile::wire::Talk;

/// How long the queue may take to take somebody in.
const PATIENCE: Duration = Duration::from_secs(60);

/// Comes in and asks for a person; the chat, with the socket that it is on.
///
/// # Errors
/// There is no welcome, or nobody is called.
pub async fn ask(server: SocketAddr, shop: &str) -> Result<(String, Talk)> {
    let asking = async {
        let (mut talk, welcome) = Talk::greeted(Ipv4Addr::LOCALHOST, server, shop, None, None).await?;
        talk.send(&json!({"type": "human"})).await?;
        let mut conversation = welcome["conversation"].as_str().unwrap_or_default().to_owned();
        loop {
            let frame = talk.next().await?;
            if let Some(begun) = frame["conversation"].as_str() {
                begun.clone_into(&mut conversation);
            }
            if frame["type"] == "owner" && (frame["who"] == "queue" || frame["who"] == "agent") {
                return Ok((conversation, talk));
            }
        }
    };
    timeout(PATIENCE, asking).await.context("nobody was called in time")?
}

/// Goes on talking: says what comes, reads what is said.
///
/// # Errors
/// The socket ends.
pub async fn talk_on(mut talk: Talk, mut says: UnboundedReceiver<String>) -> Result<()> {
    let mut number = 0_u64;
    loop {
        tokio::select! {
            text = says.recv() => {
                let Some(text) = text else { return Ok(()) };
                number += 1;
                talk.send(&json!({"type": "message", "id": format!("d{number}"), "text": text})).await?;
            }
            frame = talk.next() => {
                frame?;
            }
        }
    }
}
