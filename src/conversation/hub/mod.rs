//! The live conversations: who is listening, who may speak, whose turn it is. Everything that happens goes
//! through the store first and from the store's receipt to the listeners.

mod board;
mod clock;
mod desk;
mod outcome;
mod settings;
mod shopper;
mod subscription;

use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::generation::Generation;
use crate::store::Store;

pub use board::{Board, BoardFeed, Card};
pub use clock::Clock;
pub use desk::DeskHandle;
pub use outcome::{Acknowledgement, HubError};
pub use settings::HubSettings;
pub use shopper::{Opening, ShopperHandle};
pub use subscription::{Delivery, Notice, QueuePlace, Subscription};

/// The hub. Clones share it.
#[derive(Clone)]
pub struct Hub {}

/// Counts for metrics and health, as of now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Conversations in memory.
    pub live: usize,
    /// Tickets in the queue.
    pub waiting: usize,
    /// Chats with agents.
    pub assigned: usize,
    /// Agents at a desk.
    pub agents_online: usize,
}

impl Hub {
    /// Starts the hub and picks up what a crash or restart left: the queue, agents' chats (the agents have a
    /// lease's time to come back) and messages the bot owes a reply. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// [`HubError::Store`] when the store cannot be read.
    pub async fn start(
        store: Arc<dyn Store>,
        generation: Arc<ArcSwap<Generation>>,
        clock: Clock,
        settings: HubSettings,
    ) -> Result<Hub, HubError> {
        let _ = (store, generation, clock, settings);
        todo!()
    }

    /// Stops taking anything new ([`HubError::Draining`]), lets the bot finish the turns it owes, waits for what
    /// is being stored, ends subscriptions and boards, and closes the store. Calling it again waits for the same.
    ///
    /// # Errors
    /// [`HubError::Store`] when the store could not close cleanly.
    pub async fn drain(&self) -> Result<(), HubError> {
        todo!()
    }

    /// Whether [`Hub::drain`] has begun.
    pub fn draining(&self) -> bool {
        todo!()
    }

    /// Counts for metrics and health.
    pub fn figures(&self) -> Figures {
        todo!()
    }
}
