//! Who may do what: the one table. Roles that this program does not know grant nothing.
//!
//! | | agent | operator | supervisor | owner, console |
//! |---|---|---|---|---|
//! | own password, sign out everywhere | yes | yes | yes | yes |
//! | see colleagues | – | – | of own shops | all |
//! | invite, new link, change, disable | – | – | agents of own shops | all |
//! | own capacity | – | – | yes | yes |
//! | give a role | – | – | agent | all |
//! | read the audit record | – | – | of people and packs of own shops | all |
//! | read talks of own shops: own, once own, waiting | yes | yes | yes | yes |
//! | read all talks of own shops | – | – | yes | yes |
//! | read out and erase customers | – | – | of own shops | all |
//! | read the numbers of the day | – | – | of own shops | all |
//! | draw talks for review, take points off | – | – | of own shops | all |
//! | read what is said of own talks and answer it, note on the shared list | of own shops | of own shops | of own shops | all |
//! | use phrases of shops, change own phrases | of own shops | of own shops | of own shops | all |
//! | change phrases of shops | – | of own shops | of own shops | all |
//! | read what was not answered well | – | of own shops | of own shops | all |
//! | teach the packs of shops, take it back | – | of own shops | – | all |

use std::collections::BTreeSet;

use crate::model::{Agent, AgentId, Role, ShopId};

/// Every role, as it is given by name; the order is from little to much.
pub const ROLES: [Role; 4] = [Role::Agent, Role::Operator, Role::Supervisor, Role::Owner];

/// Whoever acts.
#[derive(Clone, Debug)]
pub enum Actor {
    /// Somebody who is signed in.
    Member(Agent),
    /// Whoever may read and write the data: the command line, and the server at its first start.
    Console,
}

impl Actor {
    /// How the audit record names them.
    pub(super) fn name(&self) -> &str {
        match self {
            Actor::Member(agent) => agent.id.as_str(),
            Actor::Console => "console",
        }
    }

    /// Whether this is that member.
    pub(super) fn is(&self, id: &AgentId) -> bool {
        matches!(self, Actor::Member(agent) if agent.id == *id)
    }

    /// Whether nothing is kept from this actor.
    pub(super) fn is_owner(&self) -> bool {
        match self {
            Actor::Member(agent) => agent.roles.contains(&Role::Owner),
            Actor::Console => true,
        }
    }

    /// The supervisor's shops; `None` when this is no supervisor.
    fn supervises(&self) -> Option<&[ShopId]> {
        match self {
            Actor::Member(agent) if agent.supervisor() => Some(&agent.shops),
            _ => None,
        }
    }

    /// The roles this actor may give and take.
    pub fn may_give(&self) -> BTreeSet<Role> {
        if self.is_owner() {
            ROLES.into()
        } else if self.supervises().is_some() {
            [Role::Agent].into()
        } else {
            BTreeSet::new()
        }
    }

    /// Whether this actor may make or have a member with these roles in these shops (empty: all).
    pub(super) fn may_manage(&self, roles: &BTreeSet<Role>, shops: &[ShopId]) -> bool {
        if self.is_owner() {
            return true;
        }
        let Some(own) = self.supervises() else { return false };
        let plain = roles.iter().all(|role| matches!(role, Role::Agent | Role::Other(_)));
        plain && covers(own, shops)
    }

    /// Whether this actor may see that member among the people.
    pub(super) fn may_see(&self, id: &AgentId, shops: &[ShopId]) -> bool {
        self.is_owner() || self.is(id) || self.supervises().is_some_and(|own| meet(own, shops))
    }

    /// Whether this actor may see what the record says of a shop's packs and phrases.
    pub(super) fn may_see_publication(&self, action: &str, shop: &str) -> bool {
        let of_a_shop = ["pack.", "phrases.", "morning."]
            .iter()
            .any(|kind| action.starts_with(kind))
            && !shop.is_empty();
        of_a_shop && self.supervises().is_some_and(|own| covers(own, &[ShopId::new(shop)]))
    }

    /// Whether this actor may read out and erase customers of this shop.
    pub fn may_handle_customers(&self, shop: &ShopId) -> bool {
        self.is_owner()
            || self
                .supervises()
                .is_some_and(|own| covers(own, std::slice::from_ref(shop)))
    }

    /// Whether this actor may read the numbers of this shop, also those of each agent.
    pub fn may_read_numbers(&self, shop: &ShopId) -> bool {
        self.may_handle_customers(shop)
    }

    /// Whether this actor may draw talks of this shop for review and take points off.
    pub fn may_assess(&self, shop: &ShopId) -> bool {
        self.may_handle_customers(shop)
    }

    /// Whether this actor may read and note on the talks that the shop's people share.
    pub fn may_read_shared(&self, shop: &ShopId) -> bool {
        self.may_use_phrases(shop)
    }

    /// Whether this actor may use the phrases of this shop.
    pub fn may_use_phrases(&self, shop: &ShopId) -> bool {
        match self {
            Actor::Member(agent) => self.is_owner() || agent.works_for(shop),
            Actor::Console => true,
        }
    }

    /// Whether this actor may change the phrases of this shop.
    pub fn may_change_phrases(&self, shop: &ShopId) -> bool {
        let writes = |agent: &Agent| agent.supervisor() || agent.roles.contains(&Role::Operator);
        match self {
            Actor::Member(agent) => self.is_owner() || writes(agent) && agent.works_for(shop),
            Actor::Console => true,
        }
    }

    /// Whether this actor may read what was not answered well in this shop.
    pub fn may_read_morning(&self, shop: &ShopId) -> bool {
        self.may_change_phrases(shop)
    }

    /// Whether this actor may teach the pack of this shop, and take back what was taught.
    pub fn may_teach(&self, shop: &ShopId) -> bool {
        match self {
            Actor::Member(agent) => self.is_owner() || agent.roles.contains(&Role::Operator) && agent.works_for(shop),
            Actor::Console => true,
        }
    }

    /// Whether this actor may see people at all.
    pub fn may_see_people(&self) -> bool {
        self.is_owner() || self.supervises().is_some()
    }

    /// Whether this actor may set the capacity of that member, who has these roles and shops.
    pub(super) fn may_set_capacity(&self, id: &AgentId, roles: &BTreeSet<Role>, shops: &[ShopId]) -> bool {
        self.may_manage(roles, shops) || (self.is(id) && self.supervises().is_some())
    }
}

/// Whether somebody may read all talks of the own shops, and not only waiting ones and those that are or were their own.
pub fn reads_all_talks(agent: &Agent) -> bool {
    agent.supervisor() || agent.roles.contains(&Role::Owner)
}

/// Whether somebody with these roles can mend what others have locked.
pub(super) fn keeps_the_house(roles: &BTreeSet<Role>) -> bool {
    roles.contains(&Role::Owner) || roles.contains(&Role::Supervisor)
}

/// Whether all of `shops` are among `own`; empty means all shops.
fn covers(own: &[ShopId], shops: &[ShopId]) -> bool {
    own.is_empty() || (!shops.is_empty() && shops.iter().all(|shop| own.contains(shop)))
}

/// Whether the two have a shop in common; empty means all shops.
fn meet(one: &[ShopId], other: &[ShopId]) -> bool {
    one.is_empty() || other.is_empty() || one.iter().any(|shop| other.contains(shop))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(roles: &[Role], shops: &[&str]) -> Actor {
        Actor::Member(Agent {
            id: AgentId::new("me"),
            name: "me".to_owned(),
            roles: roles.iter().cloned().collect(),
            shops: shops.iter().map(ShopId::new).collect(),
            groups: Vec::new(),
            languages: Vec::new(),
            capacity: 1,
        })
    }

    fn may(actor: &Actor, roles: &[Role], shops: &[&str]) -> bool {
        let shops: Vec<ShopId> = shops.iter().map(ShopId::new).collect();
        actor.may_manage(&roles.iter().cloned().collect(), &shops)
    }

    #[test]
    fn an_owner_may_manage_everybody_and_so_may_the_console() {
        for one in [actor(&[Role::Owner], &["shoes"]), Actor::Console] {
            assert!(may(&one, &[Role::Owner], &[]));
            assert_eq!(one.may_give().len(), ROLES.len());
        }
    }

    #[test]
    fn a_supervisor_manages_agents_of_own_shops_only() {
        let shoes = actor(&[Role::Agent, Role::Supervisor], &["shoes"]);
        assert!(may(&shoes, &[Role::Agent], &["shoes"]));
        assert!(!may(&shoes, &[Role::Agent], &["shoes", "skin"]));
        assert!(!may(&shoes, &[Role::Agent], &[]), "all shops are more than one");
        for above in [Role::Supervisor, Role::Operator, Role::Owner] {
            assert!(!may(&shoes, &[Role::Agent, above.clone()], &["shoes"]), "{above:?}");
        }
        assert!(may(&actor(&[Role::Supervisor], &[]), &[Role::Agent], &["skin"]));
        assert_eq!(shoes.may_give(), [Role::Agent].into());
    }

    #[test]
    fn agents_operators_and_roles_of_the_future_manage_nobody() {
        for role in [Role::Agent, Role::Operator, Role::Other("auditor".to_owned())] {
            let one = actor(&[role], &[]);
            assert!(!may(&one, &[], &["shoes"]));
            assert!(!one.may_see_people());
            assert!(one.may_give().is_empty());
        }
    }

    #[test]
    fn supervisors_and_owners_read_all_talks_and_see_the_packs_of_their_shops() {
        for (role, reads) in [
            (Role::Agent, false),
            (Role::Operator, false),
            (Role::Other("auditor".to_owned()), false),
            (Role::Supervisor, true),
            (Role::Owner, true),
        ] {
            let Actor::Member(agent) = actor(std::slice::from_ref(&role), &["shoes"]) else {
                continue;
            };
            assert_eq!(reads_all_talks(&agent), reads, "{role:?}");
        }
        let shoes = actor(&[Role::Supervisor], &["shoes"]);
        assert!(shoes.may_see_publication("pack.publish", "shoes"));
        for (action, subject) in [("pack.publish", "skin"), ("pack.refuse", ""), ("server.start", "shoes")] {
            assert!(!shoes.may_see_publication(action, subject), "{action} {subject}");
        }
    }

    #[test]
    fn customers_are_read_out_and_erased_by_supervisors_of_the_shop_and_by_owners() {
        let (shoes, skin) = (ShopId::new("shoes"), ShopId::new("skin"));
        let supervisor = actor(&[Role::Agent, Role::Supervisor], &["shoes"]);
        assert!(supervisor.may_handle_customers(&shoes));
        assert!(!supervisor.may_handle_customers(&skin));
        assert!(actor(&[Role::Supervisor], &[]).may_handle_customers(&skin));
        for all in [actor(&[Role::Owner], &["shoes"]), Actor::Console] {
            assert!(all.may_handle_customers(&skin));
        }
        for role in [Role::Agent, Role::Operator, Role::Other("auditor".to_owned())] {
            let one = actor(&[role], &[]);
            assert!(!one.may_handle_customers(&shoes) && !one.may_read_numbers(&shoes));
        }
    }

    #[test]
    fn phrases_of_a_shop_are_used_by_who_works_there_and_changed_by_who_writes_for_it() {
        let (shoes, skin) = (ShopId::new("shoes"), ShopId::new("skin"));
        for (role, changes) in [(Role::Agent, false), (Role::Operator, true), (Role::Supervisor, true)] {
            let one = actor(&[role], &["shoes"]);
            assert!(one.may_use_phrases(&shoes) && !one.may_use_phrases(&skin));
            assert_eq!(one.may_change_phrases(&shoes), changes);
            assert!(!one.may_change_phrases(&skin));
        }
        let owner = actor(&[Role::Owner], &["shoes"]);
        assert!(owner.may_use_phrases(&skin) && owner.may_change_phrases(&skin));
        let supervisor = actor(&[Role::Supervisor], &["shoes"]);
        assert!(supervisor.may_see_publication("phrases.change", "shoes"));
        assert!(!supervisor.may_see_publication("phrases.change", "skin"));
    }

    #[test]
    fn operators_and_owners_teach_and_supervisors_read_what_was_not_answered_well() {
        let (shoes, skin) = (ShopId::new("shoes"), ShopId::new("skin"));
        for (role, reads, teaches) in [
            (Role::Agent, false, false),
            (Role::Operator, true, true),
            (Role::Supervisor, true, false),
            (Role::Owner, true, true),
        ] {
            let one = actor(std::slice::from_ref(&role), &["shoes"]);
            assert_eq!(
                (one.may_read_morning(&shoes), one.may_teach(&shoes)),
                (reads, teaches),
                "{role:?}"
            );
            let all = role == Role::Owner;
            assert_eq!(
                (one.may_read_morning(&skin), one.may_teach(&skin)),
                (all, all),
                "{role:?}"
            );
        }
    }

    #[test]
    fn people_of_other_shops_are_not_seen() {
        let shoes = actor(&[Role::Supervisor], &["shoes"]);
        let other = AgentId::new("other");
        assert!(shoes.may_see(&other, &[ShopId::new("shoes"), ShopId::new("skin")]));
        assert!(shoes.may_see(&other, &[]));
        assert!(!shoes.may_see(&other, &[ShopId::new("skin")]));
        assert!(shoes.may_see(&AgentId::new("me"), &[ShopId::new("skin")]));
    }
}
