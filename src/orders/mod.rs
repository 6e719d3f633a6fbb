//! A customer's orders, looked up where the shop keeps them: one signed request over HTTP, within a time and a size, kept for a minute. What
//! is not there is told as that and holds nobody up; nothing is stored.

mod answer;
mod fetching;

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::{Arc, Mutex as Lock, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use crate::config::{Secret, ShopSettings};
use crate::hub::{Hub, HubError};
use crate::model::{Agent, ConversationId, Millis, ShopId, ShopperId};

pub use answer::{Item, Order, Parcel, Step};
pub use fetching::{TlsError, Unavailable};

use fetching::Source;

/// For so long an answer is told again.
const KEPT: Duration = Duration::from_secs(60);
/// The same for a failure: a shop that is down is not asked by every click.
const KEPT_FAILURE: Duration = Duration::from_secs(10);
/// Who asks anew gets what is not older than this.
const FRESH: Duration = Duration::from_secs(3);
/// Customers whose orders are kept at most.
const MOST_KEPT: usize = 2_000;

/// What is known of a customer's orders.
#[derive(Clone, Debug, PartialEq)]
pub enum Known {
    /// The shop has no look-up.
    Off,
    /// A visitor whom the shop has not named has none.
    Visitor,
    /// These, the newest first as the shop told them.
    Orders {
        /// At most 20.
        orders: Vec<Order>,
        /// So many more the shop told.
        more: usize,
        /// When they were read.
        at: Millis,
    },
    /// Not now.
    Unavailable(Unavailable),
}

/// Why the look-up cannot be set up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OrdersError {
    /// The address is none that can be asked.
    #[error(
        "店铺 {shop} 的 orders_url 要写成 https://主机/路径（内网可以用 http），不带用户名和密码。\n\
         orders_url of shop {shop} is https://HOST/PATH (http within one's own network), without user and password"
    )]
    Url {
        /// The shop.
        shop: String,
    },
    /// Whoever is asked could not know who asks.
    #[error("店铺 {shop} 设了 orders_url，还要设 orders_key。\nshop {shop} sets orders_url and needs orders_key too")]
    Key {
        /// The shop.
        shop: String,
    },
    /// There is nothing to tell other servers by.
    #[error("店铺 {shop} 的 https 查不了：{error}\nhttps to shop {shop} cannot be set up: {error}")]
    Tls {
        /// The shop.
        shop: String,
        /// Why.
        error: TlsError,
    },
}

type Cell = Arc<Mutex<Option<(Instant, Known)>>>;

/// The look-ups of all shops. Clones share everything.
#[derive(Clone)]
pub struct Orders(Arc<Inner>);

struct Inner {
    hub: Hub,
    sources: BTreeMap<ShopId, Source>,
    /// Whoever asks for the same customer meanwhile waits for the one request.
    kept: Lock<HashMap<(ShopId, ShopperId), Cell>>,
}

impl Orders {
    /// As the settings say.
    ///
    /// # Errors
    /// An address or a key that cannot be used.
    pub fn new(hub: Hub, shops: &BTreeMap<String, ShopSettings>) -> Result<Orders, OrdersError> {
        let set = shops.iter().filter(|(_, settings)| !settings.orders_url.is_empty());
        let sources = set.map(|(shop, settings)| {
            let ShopSettings {
                orders_url,
                orders_key,
                orders_ca_file,
                ..
            } = settings;
            Ok((ShopId::new(shop), source(shop, orders_url, orders_key, orders_ca_file)?))
        });
        Ok(Orders(Arc::new(Inner {
            hub,
            sources: sources.collect::<Result<_, OrdersError>>()?,
            kept: Lock::default(),
        })))
    }

    /// The orders of a chat's customer, for whoever may read the chat; `fresh` asks the shop again.
    ///
    /// # Errors
    /// Who may not read the chat.
    pub async fn of(&self, reader: &Agent, chat: &ConversationId, fresh: bool, now: Millis) -> Result<Known, HubError> {
        let (head, _) = self.0.hub.may_read(reader, chat, None).await?;
        let Some(source) = self.0.sources.get(&head.shop) else {
            return Ok(Known::Off);
        };
        let Some(customer) = head.shopper.customer_id().map(str::to_owned) else {
            return Ok(Known::Visitor);
        };
        let cell = self.cell((head.shop.clone(), head.shopper));
        let mut kept = cell.lock().await;
        if let Some((at, known)) = &*kept
            && holds(known, at.elapsed(), fresh)
        {
            return Ok(known.clone());
        }
        let known = match source.fetch(&head.shop, &customer, now).await {
            Ok((orders, more)) => Known::Orders { orders, more, at: now },
            Err(error) => {
                tracing::warn!(shop = %head.shop, %error, "a customer's orders cannot be looked up");
                Known::Unavailable(error)
            }
        };
        *kept = Some((Instant::now(), known.clone()));
        Ok(known)
    }

    fn cell(&self, of: (ShopId, ShopperId)) -> Cell {
        let mut kept = self.kept();
        if kept.len() >= MOST_KEPT && !kept.contains_key(&of) {
            // What is old goes; where nothing is, whoever comes next asks anew.
            kept.retain(|_, cell| is_in_use(cell));
        }
        Arc::clone(kept.entry(of).or_default())
    }

    /// Lets go of what is told no more: it is the shop's and not ours.
    pub fn sweep(&self) {
        self.kept().retain(|_, cell| is_in_use(cell) || is_young(cell));
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<(ShopId, ShopperId), Cell>> {
        self.0.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn source(shop: &str, url: &str, key: &Secret, ca_file: &Path) -> Result<Source, OrdersError> {
    let shop = || shop.to_owned();
    if key.is_empty() {
        return Err(OrdersError::Key { shop: shop() });
    }
    let source = Source::new(url, key, ca_file).map_err(|error| OrdersError::Tls { shop: shop(), error })?;
    source.ok_or_else(|| OrdersError::Url { shop: shop() })
}

fn is_in_use(cell: &Cell) -> bool {
    Arc::strong_count(cell) > 1
}

fn is_young(cell: &Cell) -> bool {
    let kept = cell.try_lock();
    kept.is_ok_and(|kept| {
        kept.as_ref()
            .is_some_and(|(at, known)| holds(known, at.elapsed(), false))
    })
}

/// Whether what was read so long ago is told again.
fn holds(known: &Known, age: Duration, fresh: bool) -> bool {
    let for_long = match known {
        Known::Unavailable(_) => KEPT_FAILURE,
        Known::Orders { .. } | Known::Off | Known::Visitor => KEPT,
    };
    age < if fresh { FRESH } else { for_long }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_holds_a_minute_a_failure_ten_seconds_and_who_asks_anew_gets_it_anew() {
        let orders = Known::Orders {
            orders: Vec::new(),
            more: 0,
            at: Millis(0),
        };
        let failed = Known::Unavailable(Unavailable::TooSlow);
        for (known, age, fresh, told) in [
            (&orders, 59, false, true),
            (&orders, 60, false, false),
            (&orders, 2, true, true),
            (&orders, 3, true, false),
            (&failed, 9, false, true),
            (&failed, 10, false, false),
        ] {
            assert_eq!(
                holds(known, Duration::from_secs(age), fresh),
                told,
                "{known:?} after {age} s"
            );
        }
    }

    #[test]
    fn an_address_that_cannot_be_asked_and_a_missing_key_are_named() {
        let key: Secret = Secret::of(&"k".repeat(32)).expect("is long enough");
        for url in ["orders", "ftp://shop/orders", "https://", "https://me:word@shop/orders"] {
            assert!(
                matches!(source("demo", url, &key, Path::new("")), Err(OrdersError::Url { .. })),
                "{url}"
            );
        }
        let none = source("demo", "https://shop/orders", &Secret::default(), Path::new(""));
        assert!(matches!(none, Err(OrdersError::Key { .. })));
        for url in [
            "http://127.0.0.1:9/orders?v=1",
            "https://shop.example/orders",
            "http://[::1]:9/",
        ] {
            assert!(source("demo", url, &key, Path::new("")).is_ok(), "{url}");
        }
    }
}
