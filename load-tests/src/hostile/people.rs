//! Honest people: a shopper with a question, an agent who works.

use std::collections::HashSet;
use std::time::Duration;

use anyhow::{Result, bail};
use serde_json::{Value, json};
use tokio::time::sleep;

use super::scene::Town;
use super::wire::Talk;

/// An agent's time for a chat: nobody is as quick, and the limit of frames allows it.
const PACE: Duration = Duration::from_millis(120);

/// A shopper.
pub struct Shopper {
    talk: Talk,
    said: u32,
}

impl Shopper {
    /// Opens the chat, from an address of its own.
    pub async fn arrive(town: &Town) -> Result<Shopper> {
        let (talk, _) = Talk::greeted(town.newcomer(), town.server, &town.shop, None, Some(0)).await?;
        Ok(Shopper { talk, said: 0 })
    }

    /// Says something and waits until it is stored.
    pub async fn say(&mut self, text: &str) -> Result<()> {
        let id = self.send(text).await?;
        self.until(|frame| frame["type"] == "ack" && frame["id"] == id.as_str())
            .await?;
        Ok(())
    }

    /// Asks something and waits until somebody has answered: the bot, or people take over.
    pub async fn ask(&mut self, text: &str) -> Result<()> {
        self.say(text).await?;
        self.until(|frame| (frame["type"] == "message" && frame["from"] == "bot") || frame["type"] == "owner")
            .await?;
        Ok(())
    }

    /// Asks for a person; the place in the queue.
    pub async fn ask_for_person(&mut self) -> Result<u64> {
        self.talk.send(&json!({"type": "human"})).await?;
        self.place().await
    }

    /// The next place in the queue that the server tells.
    pub async fn place(&mut self) -> Result<u64> {
        let told = self.until(|frame| frame["position"].is_u64()).await?;
        Ok(told["position"].as_u64().unwrap_or(u64::MAX))
    }

    /// Waits until an agent has taken the chat.
    pub async fn until_taken(&mut self) -> Result<()> {
        self.until(|frame| frame["type"] == "owner" && frame["who"] == "agent")
            .await?;
        Ok(())
    }

    /// Says something without waiting; the id.
    pub async fn send(&mut self, text: &str) -> Result<String> {
        self.said += 1;
        let id = format!("m{}", self.said);
        let frame = json!({"type": "message", "id": id.as_str(), "text": text});
        self.talk.send(&frame).await?;
        Ok(id)
    }

    /// Waits until this message is refused; with which code.
    pub async fn until_refused(&mut self, id: &str) -> Result<String> {
        loop {
            let frame = self.talk.next().await?;
            if frame["type"] == "error" && frame["id"] == id {
                return Ok(frame["code"].as_str().unwrap_or_default().to_owned());
            }
            if frame["type"] == "ack" && frame["id"] == id {
                bail!("it was acknowledged");
            }
        }
    }

    async fn until(&mut self, wanted: impl Fn(&Value) -> bool) -> Result<Value> {
        loop {
            let frame = self.talk.next().await?;
            if frame["type"] == "error" {
                bail!("refused: {}", frame["code"]);
            }
            if wanted(&frame) {
                return Ok(frame);
            }
        }
    }
}

/// An agent at the desk.
pub struct Agent {
    talk: Talk,
    /// The last board.
    pub board: Value,
}

impl Agent {
    /// Opens the desk and waits for the board.
    pub async fn arrive(town: &Town, cookie: &str) -> Result<Agent> {
        let mut talk = Talk::open(town.newcomer(), town.server, "/v1/desk", Some(cookie)).await?;
        talk.send(&json!({"type": "hello"})).await?;
        let mut agent = Agent {
            talk,
            board: Value::Null,
        };
        agent.until_board().await?;
        Ok(agent)
    }

    async fn until_board(&mut self) -> Result<()> {
        loop {
            let frame = self.talk.next().await?;
            if frame["type"] == "error" && frame["code"] != "not_waiting" {
                bail!("the desk was refused: {}", frame["code"]);
            }
            if frame["type"] == "board" {
                self.board = frame;
                return Ok(());
            }
        }
    }

    /// Takes the chat that waits first, and waits until it is on the own side of the board.
    pub async fn take_first(&mut self) -> Result<()> {
        let first = self.board["waiting"][0]["conversation"].clone();
        if first.is_null() {
            bail!("nobody waits on the board");
        }
        self.talk.send(&json!({"type": "take", "conversation": first})).await?;
        loop {
            self.until_board().await?;
            let own = self.board["mine"].as_array().map(Vec::as_slice).unwrap_or_default();
            if own.iter().any(|card| card["conversation"] == first) {
                return Ok(());
            }
        }
    }

    /// Is there for whoever is assigned, answers each with a line and closes, until the desk fails.
    pub async fn work(&mut self) -> Result<()> {
        self.talk.send(&json!({"type": "status", "available": true})).await?;
        let mut served: HashSet<String> = HashSet::new();
        loop {
            let own = self.board["mine"].as_array().cloned().unwrap_or_default();
            for card in own {
                let Some(conversation) = card["conversation"].as_str() else {
                    continue;
                };
                if !served.insert(conversation.to_owned()) {
                    continue;
                }
                let id = format!("a{}", served.len());
                let line = json!({"type": "message", "conversation": conversation, "id": id,
                                  "text": "您好，请问有什么可以帮您？", "epoch": card["epoch"]});
                self.talk.send(&line).await?;
                self.talk
                    .send(&json!({"type": "close", "conversation": conversation}))
                    .await?;
                // Two frames a chat stay below what a desk may send for long.
                sleep(PACE).await;
            }
            self.next_board().await?;
        }
    }

    /// The next board; refusals of single chats are left to the next look.
    async fn next_board(&mut self) -> Result<()> {
        loop {
            let frame = self.talk.next().await?;
            if frame["type"] == "board" {
                self.board = frame;
                return Ok(());
            }
        }
    }
}
