//! The shops that this server answers for, each with its compiled pack. Publishing swaps all of them at once; whoever
//! reads a message takes the generation of its shop and keeps it to the end of the turn.

mod notices;
mod share;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arc_swap::ArcSwap;
use tokio::sync::watch;

use crate::dialogue::Generation;
use crate::model::{ConversationId, Millis, PackId, ShopId};

pub use notices::{Notice, NoticeKind, Notices};
pub use share::{Share, Shared};

/// The generations by shop.
pub type Generations = BTreeMap<ShopId, Arc<Generation>>;

/// The registry.
pub struct Shops {
    current: ArcSwap<Generations>,
    /// Packs that answer a share of the talks; none as a rule.
    shares: ArcSwap<BTreeMap<ShopId, Arc<Share>>>,
    /// Counts publications from 1.
    publications: AtomicU64,
    changed: watch::Sender<u64>,
    notices: Notices,
}

impl Shops {
    /// Serves these shops.
    pub fn new(generations: impl IntoIterator<Item = Arc<Generation>>) -> Shops {
        Shops {
            current: ArcSwap::from_pointee(by_shop(generations)),
            shares: ArcSwap::default(),
            publications: AtomicU64::new(1),
            changed: watch::Sender::new(1),
            notices: Notices::default(),
        }
    }

    /// What answers the shoppers of this shop now; `None` when the shop is not served here.
    pub fn get(&self, shop: &ShopId) -> Option<Arc<Generation>> {
        self.current.load().get(shop).cloned()
    }

    /// What answers this talk, which began then; `None` when the shop is not served here.
    pub fn of_talk(&self, shop: &ShopId, talk: &ConversationId, began: Millis) -> Option<Arc<Generation>> {
        let shares = self.shares.load();
        if !shares.is_empty()
            && let Some(share) = shares.get(shop)
            && share.shared.takes(talk, began)
            && self.serves(shop)
        {
            return Some(Arc::clone(&share.generation));
        }
        self.get(shop)
    }

    /// What answers a share of the talks of this shop.
    pub fn share_of(&self, shop: &ShopId) -> Option<Arc<Share>> {
        self.shares.load().get(shop).cloned()
    }

    /// Lets a pack answer a share of the talks of a shop, or none any more. Only one caller changes shares.
    pub fn set_share(&self, shop: &ShopId, share: Option<Share>) {
        let mut shares = BTreeMap::clone(&self.shares.load());
        match share {
            Some(share) => shares.insert(shop.clone(), Arc::new(share)),
            None => shares.remove(shop),
        };
        self.shares.store(Arc::new(shares));
    }

    /// All shops as they are now.
    pub fn all(&self) -> Arc<Generations> {
        self.current.load_full()
    }

    /// Whether the shop is served here.
    pub fn serves(&self, shop: &ShopId) -> bool {
        self.current.load().contains_key(shop)
    }

    /// Which pack answers for each shop.
    pub fn identities(&self) -> BTreeMap<ShopId, PackId> {
        let current = self.current.load();
        let identity = |(shop, generation): (&ShopId, &Arc<Generation>)| (shop.clone(), generation.pack.id.clone());
        current.iter().map(identity).collect()
    }

    /// What everybody who works here must be told.
    pub fn notices(&self) -> &Notices {
        &self.notices
    }

    /// Serves these shops from now on, all at once: shops that are not among them are served no more.
    pub fn publish(&self, generations: impl IntoIterator<Item = Arc<Generation>>) {
        self.current.store(Arc::new(by_shop(generations)));
        let count = self.publications.fetch_add(1, Ordering::AcqRel) + 1;
        self.changed.send_replace(count);
    }

    /// How often shops were published, from 1.
    pub fn publications(&self) -> u64 {
        self.publications.load(Ordering::Acquire)
    }

    /// Wakes at each publication.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }
}

fn by_shop(generations: impl IntoIterator<Item = Arc<Generation>>) -> Generations {
    generations
        .into_iter()
        .map(|generation| (generation.pack.shop.id.clone(), generation))
        .collect()
}
