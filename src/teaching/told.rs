//! What the audit record tells of a shop to a reader who takes no part: a command beside a running server.

use std::ops::Range;

use crate::model::{AgentId, Millis, ShopId};
use crate::store::AuditRecord;

use super::change::Change;
use super::publications::Listed;
use super::record::{OfShop, Recorded};

/// What was decided in a shop, and what has answered.
#[derive(Debug, Default)]
pub struct Told {
    /// Publications within a span, oldest first.
    pub publications: Vec<Listed>,
    /// The sentences about which something is decided; whether their like is to be left out as well.
    pub decided: Vec<(String, bool)>,
}

/// Folds the record of a shop, from its first entry on.
pub fn told<'r>(records: impl IntoIterator<Item = &'r AuditRecord>, shop: &ShopId, span: &Range<Millis>) -> Told {
    let mut of_shop = OfShop::default();
    for record in records {
        let (number, entry) = (record.number, &record.entry);
        let is_own = entry.subject == shop.as_str();
        match entry.action.as_str() {
            "pack.publish" if is_own => of_shop.publications.take_files(number, entry.at, &entry.detail),
            "server.start" => {
                let pack = entry.detail["packs"][shop.as_str()].as_str().unwrap_or_default();
                of_shop.publications.take_start(number, entry.at, pack);
            }
            "pack.teach" if is_own => {
                // An entry that cannot be read is a newer version's.
                let Ok(change) = serde_json::from_value::<Change>(entry.detail.clone()) else {
                    continue;
                };
                of_shop
                    .publications
                    .take_change(number, entry.at, &change, &entry.actor);
                of_shop.add(Recorded {
                    change,
                    number,
                    by: AgentId::new(&entry.actor),
                    at: entry.at,
                });
            }
            _ => {}
        }
    }
    let within = of_shop.publications.0.iter().enumerate();
    // What answered when the first server ever started has changed nothing.
    let within = within.filter(|(at, one)| span.contains(&one.at) && !(*at == 0 && one.at_start));
    Told {
        publications: within.map(|(_, one)| of_shop.listed(one)).collect(),
        decided: of_shop
            .decided()
            .map(|(sentence, dismissed)| (sentence.to_owned(), dismissed))
            .collect(),
    }
}
