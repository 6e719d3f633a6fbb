//! The agents of a rehearsal: invited by the first member of staff, signed in, each at a desk socket of its own. They take
//! what they are given, say their lines over the time that the chat takes, and end it.

use std::collections::{BTreeMap, HashMap};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep_until, timeout};

use super::stage::Stage;
use crate::hostile::wire::Talk;
use crate::staff::Staff;

/// How long a request of the sign-in, or the first board, may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// An agent is not silent for longer than this, so that no chat is taken back from it.
const LONGEST_SILENCE: Duration = Duration::from_secs(60);
/// What is said; the words do not matter.
const LINE: &str = "您好，正在为您查询，请稍等。";
/// Refusals that come since the shopper has gone meanwhile.
const OVERTAKEN: [&str; 4] = ["not_yours", "stale", "closed", "not_waiting"];

/// The desks of a server.
pub struct Desks {
    server: SocketAddr,
    staff: Staff,
}

/// An agent at its desk.
pub struct Agent {
    talk: Talk,
}

/// What an agent brings home.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shift {
    /// Chats that were ended.
    pub ended: u64,
    /// Refusals by code, but for those that come since the shopper has gone.
    pub refusals: BTreeMap<String, u64>,
    /// Why the desk was left early.
    pub failed: Option<String>,
}

impl Desks {
    /// Signs the first member of staff in, with the token of the link that the server has printed.
    ///
    /// # Errors
    /// The server does not let it in.
    pub async fn open(server: SocketAddr, link: &str) -> Result<Desks> {
        let staff = Staff::open(server, link).await?;
        Ok(Desks { server, staff })
    }

    /// Invites an agent, who signs in and sits down.
    ///
    /// # Errors
    /// It is refused, or there is no board in time.
    pub async fn invite(&self, number: u32, slots: u32) -> Result<Agent> {
        let cookie = self.staff.invite(&format!("彩排{number}"), slots).await?;
        let sitting_down = async {
            let mut talk = Talk::open(Ipv4Addr::LOCALHOST, self.server, "/v1/desk", Some(&cookie)).await?;
            talk.send(&json!({"type": "hello"})).await?;
            loop {
                let frame = talk.next().await?;
                match frame["type"].as_str() {
                    Some("board") => return Ok(Agent { talk }),
                    Some("error") => bail!("the desk was refused: {}", frame["code"]),
                    _ => {}
                }
            }
        };
        timeout(PATIENCE, sitting_down).await.context("no board in time")?
    }
}

/// A chat that the agent has.
struct Chat {
    epoch: Value,
    ends_at: Instant,
    pause: Duration,
    speaks_at: Instant,
}

impl Agent {
    /// Works until the last shopper has gone. `lines`: how many messages a chat gets, beside those that keep it alive.
    pub async fn work(mut self, stage: &Stage, lines: f64) -> Shift {
        let mut shift = Shift::default();
        if let Err(error) = self.serve(stage, lines, &mut shift).await {
            shift.failed = Some(format!("{error:#}"));
        }
        shift
    }

    async fn serve(&mut self, stage: &Stage, lines: f64, shift: &mut Shift) -> Result<()> {
        let mut chats: HashMap<String, Chat> = HashMap::new();
        let mut said = 0_u64;
        let mut empty = stage.empty.subscribe();
        loop {
            let next = chats.values().map(|chat| chat.speaks_at.min(chat.ends_at)).min();
            tokio::select! {
                frame = self.talk.next() => {
                    let frame = frame?;
                    match frame["type"].as_str() {
                        Some("board") => look(&frame["mine"], &mut chats, stage, lines),
                        Some("error") => {
                            let code = frame["code"].as_str().unwrap_or_default().to_owned();
                            if !OVERTAKEN.contains(&code.as_str()) {
                                *shift.refusals.entry(code).or_default() += 1;
                            }
                        }
                        _ => {}
                    }
                }
                () = sleep_until(next.unwrap_or(stage.over)), if next.is_some() => {}
                // The sender is the stage's and lives as long.
                _ = empty.wait_for(|empty| *empty) => return Ok(()),
            }
            let now = Instant::now();
            for (conversation, chat) in chats
                .iter_mut()
                .filter(|(_, chat)| chat.speaks_at.min(chat.ends_at) <= now)
            {
                if chat.ends_at <= now {
                    self.talk
                        .send(&json!({"type": "close", "conversation": conversation}))
                        .await?;
                    shift.ended += 1;
                    // Until the board no longer has it there is nothing more to do for it.
                    (chat.ends_at, chat.speaks_at) = (stage.over + LONGEST_SILENCE, stage.over + LONGEST_SILENCE);
                    continue;
                }
                said += 1;
                let line = json!({"type": "message", "conversation": conversation, "id": format!("a{said}"),
                                  "text": LINE, "epoch": chat.epoch});
                self.talk.send(&line).await?;
                chat.speaks_at = now + chat.pause;
            }
        }
    }
}

/// Takes note of what the agent has now.
fn look(mine: &Value, chats: &mut HashMap<String, Chat>, stage: &Stage, lines: f64) {
    let cards = mine.as_array().map(Vec::as_slice).unwrap_or_default();
    let has = |conversation: &str| cards.iter().any(|card| card["conversation"] == conversation);
    chats.retain(|conversation, _| has(conversation));
    let now = Instant::now();
    for card in cards {
        let Some(conversation) = card["conversation"].as_str() else {
            continue;
        };
        if let Some(known) = chats.get_mut(conversation) {
            known.epoch = card["epoch"].clone();
            continue;
        }
        // Boards come a few times a second: the chat began when the shopper heard of it, not when the agent looks.
        let known = stage.chat(conversation);
        let began = known.and_then(|chat| chat.began).unwrap_or(now);
        let takes = stage.real(known.map_or(0, |chat| chat.handling_us));
        let pause = takes.div_f64(lines.max(1.0)).min(LONGEST_SILENCE);
        let chat = Chat {
            epoch: card["epoch"].clone(),
            ends_at: began + takes,
            pause: pause.max(Duration::from_millis(50)),
            speaks_at: now,
        };
        chats.insert(conversation.to_owned(), chat);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::socket::Door;

    #[tokio::test]
    async fn a_chat_ends_its_handling_time_after_the_shopper_heard_of_the_agent() {
        let door = Door::new("ws://127.0.0.1:1/v1/chat", "demo").unwrap();
        let stage = Stage::open(door, 10.0, Duration::from_secs(5));
        stage.expect("k", 20_000_000);
        stage.begins("k", stage.begin);
        let mut chats = HashMap::new();
        let board = json!([{"conversation": "k", "epoch": 3}, {"conversation": "l", "epoch": 1}]);
        look(&board, &mut chats, &stage, 4.0);
        assert_eq!(chats["k"].ends_at, stage.begin + Duration::from_secs(2));
        assert_eq!(chats["k"].pause, Duration::from_millis(500));
        look(&json!([{"conversation": "k", "epoch": 5}]), &mut chats, &stage, 4.0);
        assert_eq!((chats.len(), chats["k"].epoch.clone()), (1, json!(5)));
        assert_eq!(
            chats["k"].ends_at,
            stage.begin + Duration::from_secs(2),
            "it is the same chat"
        );
    }
}
