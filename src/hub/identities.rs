//! Whether servers that share a store answer with the same packs. Whoever edits one server's folder only would have
//! shoppers answered by chance: it is said in the log, in a metric and at the desks.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{PackId, ServerInfo, ShopId};
use crate::shops::{Notice, NoticeKind};

/// A shop that servers answer differently for: what answers here, and at which other servers what else does. `None`
/// where the shop is not served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    shop: ShopId,
    here: Option<PackId>,
    there: Vec<(String, Option<PackId>)>,
}

/// The shops for which another server answers with another pack than this one, or for which only one of the two
/// answers.
pub(super) fn differences(here: &BTreeMap<ShopId, PackId>, servers: &[ServerInfo]) -> Vec<Difference> {
    let shops: BTreeSet<&ShopId> = servers
        .iter()
        .flat_map(|server| server.packs.keys())
        .chain(here.keys())
        .collect();
    let mut differences = Vec::new();
    for shop in shops {
        let own = here.get(shop);
        let mut there: Vec<_> = servers
            .iter()
            .filter(|server| server.packs.get(shop) != own)
            .map(|server| (server.node.clone(), server.packs.get(shop).cloned()))
            .collect();
        there.sort();
        if !there.is_empty() {
            differences.push(Difference {
                shop: shop.clone(),
                here: own.cloned(),
                there,
            });
        }
    }
    differences
}

impl Difference {
    /// For the desk, with the way to mend it.
    pub(super) fn notice(&self) -> Notice {
        let there: BTreeSet<&str> = self.there.iter().map(|(_, pack)| short(pack.as_ref())).collect();
        let there: Vec<&str> = there.into_iter().collect();
        let (shop, here, there) = (&self.shop, short(self.here.as_ref()), there.join("、"));
        Notice {
            kind: NoticeKind::PacksDiffer,
            shop: Some(shop.clone()),
            zh: format!(
                "店铺 {shop} 在各台服务器上的话术不一样（本机 {here}，别处 {there}）：请把同一份话术目录放到每台服务器。"
            ),
            en: format!(
                "Servers answer differently for shop {shop} (here {here}, elsewhere {there}): put the same folder of \
                 intents on every server."
            ),
        }
    }

    /// Says it in the log.
    pub(super) fn warn(&self) {
        let there: Vec<String> = self
            .there
            .iter()
            .map(|(node, pack)| format!("{node}={}", short(pack.as_ref())))
            .collect();
        tracing::warn!(
            shop = %self.shop,
            here = short(self.here.as_ref()),
            there = there.join(" "),
            "servers answer for this shop with different packs"
        );
    }
}

fn short(pack: Option<&PackId>) -> &str {
    pack.map_or("-", PackId::short)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packs(of: &[(&str, &str)]) -> BTreeMap<ShopId, PackId> {
        of.iter()
            .map(|(shop, pack)| (ShopId::new(shop), PackId::new(pack)))
            .collect()
    }

    fn server(node: &str, of: &[(&str, &str)]) -> ServerInfo {
        ServerInfo {
            node: node.to_owned(),
            packs: packs(of),
            ..ServerInfo::default()
        }
    }

    #[test]
    fn other_packs_and_shops_that_only_one_serves_are_found() {
        let here = packs(&[("a", "1"), ("b", "2")]);
        assert_eq!(differences(&here, &[]), []);
        assert_eq!(differences(&here, &[server("n2", &[("a", "1"), ("b", "2")])]), []);
        let found = differences(
            &here,
            &[
                server("n3", &[("a", "9"), ("c", "3")]),
                server("n2", &[("a", "1"), ("b", "2")]),
            ],
        );
        let shops: Vec<&str> = found.iter().map(|difference| difference.shop.as_str()).collect();
        assert_eq!(shops, ["a", "b", "c"]);
        assert_eq!(found[0].there, [("n3".to_owned(), Some(PackId::new("9")))]);
        assert_eq!(found[1].there, [("n3".to_owned(), None)]);
        assert_eq!(found[2].here, None);
        let notice = found[0].notice();
        assert!(notice.zh.contains("本机 1，别处 9"), "{}", notice.zh);
        assert_eq!(notice.shop, Some(ShopId::new("a")));
    }
}
