//! What shoppers and agents of a step share: the clock that runs faster, the door, and how long each chat will take.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, watch};
use tokio::time::Instant;

use crate::socket::{Door, OPENING};

/// The stage of a step.
pub struct Stage {
    /// Where shoppers connect.
    pub door: Door,
    /// When the step began.
    pub begin: Instant,
    /// When everybody goes, whatever is unfinished.
    pub over: Instant,
    /// How many seconds of the shop pass in one.
    pub speed: f64,
    /// Connections that are opened at once.
    pub entrances: Semaphore,
    /// Whether all shoppers have gone home.
    pub empty: watch::Sender<bool>,
    chats: Mutex<HashMap<String, Chat>>,
}

/// What is known of a conversation before an agent has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chat {
    /// How long an agent needs for it, microseconds of the shop.
    pub handling_us: u64,
    /// When the shopper was told that an agent has it.
    pub began: Option<Instant>,
}

impl Stage {
    /// A step that begins now; `lasts`: until everybody goes.
    pub fn open(door: Door, speed: f64, lasts: Duration) -> Stage {
        let begin = Instant::now();
        Stage {
            door,
            begin,
            over: begin + lasts,
            speed,
            entrances: Semaphore::new(OPENING),
            empty: watch::Sender::new(false),
            chats: Mutex::default(),
        }
    }

    /// How long so many microseconds of the shop take; a year for what is longer.
    pub fn real(&self, shop_us: u64) -> Duration {
        Duration::from_secs_f64((shop_us as f64 / 1e6 / self.speed).min(3e7))
    }

    /// The moment that is so many microseconds of the shop after the begin.
    pub fn moment(&self, shop_us: u64) -> Instant {
        self.begin + self.real(shop_us)
    }

    /// Microseconds from the begin to a moment, by this machine's clock.
    pub fn since_begin(&self, moment: Instant) -> u64 {
        moment.saturating_duration_since(self.begin).as_micros() as u64
    }

    /// An agent will need so long for this conversation.
    pub fn expect(&self, conversation: &str, handling_us: u64) {
        let chat = Chat {
            handling_us,
            began: None,
        };
        self.chats().insert(conversation.to_owned(), chat);
    }

    /// An agent has this conversation since this moment.
    pub fn begins(&self, conversation: &str, moment: Instant) {
        if let Some(chat) = self.chats().get_mut(conversation) {
            chat.began.get_or_insert(moment);
        }
    }

    /// What is known of a conversation.
    pub fn chat(&self, conversation: &str) -> Option<Chat> {
        self.chats().get(conversation).copied()
    }

    fn chats(&self) -> MutexGuard<'_, HashMap<String, Chat>> {
        self.chats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[tokio::test]
    async fn a_minute_of_the_shop_is_a_second_at_speed_60() {
        let door = Door::new("ws://127.0.0.1:1/v1/chat", "demo").unwrap();
        let stage = Stage::open(door, 60.0, Duration::from_secs(5));
        assert_eq!(stage.real(60_000_000), Duration::from_secs(1));
        assert_eq!(stage.since_begin(stage.moment(120_000_000)), 2_000_000);
        assert!(
            stage.real(u64::MAX) < Duration::from_secs(40_000_000),
            "endless patience is no overflow"
        );
        stage.expect("k", 7);
        stage.begins("k", stage.begin);
        stage.begins("k", stage.over);
        assert_eq!(
            stage.chat("k").unwrap().began,
            Some(stage.begin),
            "the first agent counts"
        );
        assert_eq!(stage.chat("other"), None);
    }
}
