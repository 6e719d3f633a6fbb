//! What other servers that share the store have done, for a server that keeps a picture of it in memory. The store
//! is the truth: news only tells when to look.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::{Notify, mpsc};

use crate::model::{ConversationId, Seq, Speaker};

/// One piece of news.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
    /// Another server appended to a conversation.
    Appended {
        /// Which.
        conversation: ConversationId,
        /// Its last event.
        seq: Seq,
        /// Whether people have it now: it waits in the queue or an agent has it.
        with_people: bool,
    },
    /// Somebody at another server is typing.
    Typing {
        /// Where.
        conversation: ConversationId,
        /// Who.
        speaker: Speaker,
    },
    /// Agents came, left or changed their availability at another server.
    Desks,
    /// Some news was lost: look at everything.
    Missed,
}

/// The telling end.
#[derive(Clone)]
pub(super) struct NewsSender {
    queue: mpsc::Sender<News>,
    missed: Arc<Missed>,
}

#[derive(Default)]
struct Missed {
    flag: AtomicBool,
    wake: Notify,
}

/// The listening end.
pub struct NewsFeed {
    queue: mpsc::Receiver<News>,
    missed: Arc<Missed>,
}

/// Both ends; `capacity` pieces may lie between them.
pub(super) fn channel(capacity: usize) -> (NewsSender, NewsFeed) {
    let (sender, receiver) = mpsc::channel(capacity);
    let missed = Arc::new(Missed::default());
    let feed = NewsFeed {
        queue: receiver,
        missed: Arc::clone(&missed),
    };
    (NewsSender { queue: sender, missed }, feed)
}

impl NewsSender {
    /// Tells. A listener that is behind by the whole capacity is told that it missed something instead.
    pub(super) fn tell(&self, news: News) {
        if matches!(news, News::Missed) || self.queue.try_send(news).is_err() {
            self.missed.flag.store(true, Ordering::Release);
            self.missed.wake.notify_one();
        }
    }

    /// Whether nobody listens any more.
    pub(super) fn abandoned(&self) -> bool {
        self.queue.is_closed()
    }
}

impl NewsFeed {
    /// The next piece of news; `None` when the store is closed. Safe to drop and call again (`select!`).
    pub async fn next(&mut self) -> Option<News> {
        loop {
            if self.missed.flag.swap(false, Ordering::AcqRel) {
                return Some(News::Missed);
            }
            tokio::select! {
                news = self.queue.recv() => return news,
                () = self.missed.wake.notified() => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[tokio::test]
    async fn a_listener_that_falls_behind_is_told_that_it_missed_something() {
        let (sender, mut feed) = channel(2);
        for seq in 1..=5 {
            sender.tell(News::Appended {
                conversation: ConversationId::new("c"),
                seq,
                with_people: false,
            });
        }
        let mut told = Vec::new();
        for _ in 0..3 {
            told.push(feed.next().await.unwrap());
        }
        assert!(told.contains(&News::Missed), "{told:?}");
        drop(sender);
        assert_eq!(feed.next().await, None);
    }
}
