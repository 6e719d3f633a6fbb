//! What a server writes into the audit record of its own: its start with the settings in force, and publications.

use std::sync::Arc;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::accounts::Accounts;
use crate::config::{self, Settings};
use crate::hub::Clock;
use crate::model::{Millis, PackId, ShopId};
use crate::packs::Severity;
use crate::publishing::edit::FileChange;
use crate::publishing::reload::Reloaded;
use crate::shops::Shops;
use crate::teaching::HandEdit;

/// Writes down that the server starts: under which version, settings and packs, and what is set otherwise than at the
/// last start.
pub async fn start(accounts: &Accounts, settings: &Settings, shops: &Arc<Shops>, now: Millis) -> Result<()> {
    let (set, digest) = config::set(settings);
    accounts
        .record_start(env!("CARGO_PKG_VERSION"), &digest, set, &shops.identities(), now)
        .await
        .context("操作记录写不进去 · the audit record cannot be written")
}

/// Something about packs that is to be written down.
enum Publication {
    Published(ShopId, PackId, Value),
    Removed(ShopId),
    Refused(usize),
}

/// The way from the thread that reads intents to the record.
pub struct Publications(mpsc::UnboundedSender<Publication>);

impl Publications {
    /// Has it written down, in order. Publishing does not wait for it.
    pub fn tell(&self, outcome: &Reloaded) {
        let told: Vec<Publication> = match outcome {
            Reloaded::Taken {
                changed, gone, by_hand, ..
            } => {
                let changed = changed.iter().cloned().enumerate();
                // What of the common files is different stands with the first shop: it is the same for all.
                let changed = changed.map(|(at, (shop, pack))| {
                    Publication::Published(shop.clone(), pack, edited(by_hand, &shop, at == 0))
                });
                changed.chain(gone.iter().cloned().map(Publication::Removed)).collect()
            }
            Reloaded::Refused { findings, .. } => {
                let errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
                vec![Publication::Refused(errors.count())]
            }
            Reloaded::Unreadable(_) => Vec::new(),
        };
        for publication in told {
            // The server is going away.
            let _ = self.0.send(publication);
        }
    }
}

/// Begins to write publications down.
pub fn publications(accounts: Accounts, clock: Clock) -> Publications {
    let (sender, mut publications) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Some(publication) = publications.recv().await {
            let now = clock.now();
            let recorded = match &publication {
                Publication::Published(shop, pack, files) => {
                    accounts.record_publication(shop, pack, files.clone(), now).await
                }
                Publication::Removed(shop) => accounts.record_removal(shop, now).await,
                Publication::Refused(errors) => accounts.record_refusal(*errors, now).await,
            };
            if let Err(error) = recorded {
                tracing::error!(%error, "a publication is not in the audit record");
            }
        }
    });
    Publications(sender)
}

/// The files of a shop that were changed by hand, for its record.
fn edited(by_hand: &[FileChange], shop: &ShopId, with_common: bool) -> Value {
    let own = format!("shops/{shop}/");
    let about = by_hand
        .iter()
        .filter(|change| change.name.starts_with(&own) || !change.name.starts_with("shops/"));
    json!(HandEdit::all(about, |name| with_common || name.starts_with(&own)))
}
