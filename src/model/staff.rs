//! The people who answer chats and run the shop.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::{AgentId, Language, ShopId, WaitsFor};

/// How a member is written in stores and told to other servers. Version 0.1 wrote `supervisor` and `slots` instead of
/// `roles` and `capacity`; both are written, so that its servers may run beside newer ones on one store.
#[derive(Serialize, Deserialize)]
struct Written {
    id: AgentId,
    name: String,
    supervisor: bool,
    slots: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    roles: Option<BTreeSet<Role>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    shops: Vec<ShopId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    groups: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    languages: Vec<Language>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    disabled: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    password: Option<String>,
}

impl Written {
    fn of(agent: Agent) -> Written {
        Written {
            supervisor: agent.supervisor(),
            id: agent.id,
            name: agent.name,
            slots: agent.capacity,
            roles: Some(agent.roles),
            shops: agent.shops,
            groups: agent.groups,
            languages: agent.languages,
            disabled: false,
            password: None,
        }
    }
}

impl From<Written> for Agent {
    fn from(written: Written) -> Agent {
        StaffMember::from(written).agent()
    }
}

impl From<Agent> for Written {
    fn from(agent: Agent) -> Written {
        Written::of(agent)
    }
}

impl From<Written> for StaffMember {
    fn from(written: Written) -> StaffMember {
        let roles = written
            .roles
            .unwrap_or_else(|| Role::of_version_0_1(written.supervisor));
        StaffMember {
            id: written.id,
            name: written.name,
            roles,
            shops: written.shops,
            groups: written.groups,
            languages: written.languages,
            capacity: written.slots,
            disabled: written.disabled,
            password: written.password,
        }
    }
}

impl From<StaffMember> for Written {
    fn from(member: StaffMember) -> Written {
        Written {
            disabled: member.disabled,
            password: member.password.clone(),
            ..Written::of(member.agent())
        }
    }
}

/// What a member of staff may do. Stored by name; a name that this program does not know is kept and grants nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Answers chats.
    Agent,
    /// Looks after agents: invites, hands over chats.
    Supervisor,
    /// Writes what the bot says.
    Operator,
    /// Decides who has which role.
    Owner,
    /// A role of a newer version of the program.
    #[serde(untagged)]
    Other(String),
}

impl Role {
    /// The roles of a member whom version 0.1 stored, which knew supervisors and others.
    pub fn of_version_0_1(supervisor: bool) -> BTreeSet<Role> {
        let more = supervisor.then_some(Role::Supervisor);
        [Role::Agent].into_iter().chain(more).collect()
    }

    /// Its name in stores, frames and the command line.
    pub fn name(&self) -> &str {
        match self {
            Role::Agent => "agent",
            Role::Supervisor => "supervisor",
            Role::Operator => "operator",
            Role::Owner => "owner",
            Role::Other(name) => name,
        }
    }

    /// The role of this name; `None` when this program does not know it.
    pub fn from_name(name: &str) -> Option<Role> {
        [Role::Agent, Role::Supervisor, Role::Operator, Role::Owner]
            .into_iter()
            .find(|role| role.name() == name)
    }
}

/// A member of staff as stored.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct StaffMember {
    /// Who.
    pub id: AgentId,
    /// The name that shoppers and colleagues see; unique by [`StaffMember::name_key`].
    pub name: String,
    /// What this person may do.
    pub roles: BTreeSet<Role>,
    /// The shops this person works for; empty means all.
    pub shops: Vec<ShopId>,
    /// What this person is good at, and is asked for by: chats may be handed on to a group.
    pub groups: Vec<String>,
    /// The languages that this person answers in, Chinese in either script as one; empty means any.
    pub languages: Vec<Language>,
    /// Chats at once.
    pub capacity: u32,
    /// May not sign in any more.
    pub disabled: bool,
    /// The password as an argon2 PHC string, if one was set.
    pub password: Option<String>,
}

impl StaffMember {
    /// What two members may not share: the name in compatibility form, trimmed, in lower case.
    pub fn name_key(name: &str) -> String {
        name.nfkc().collect::<String>().trim().to_lowercase()
    }

    /// What the floor and colleagues know of this person.
    pub fn agent(&self) -> Agent {
        Agent {
            id: self.id.clone(),
            name: self.name.clone(),
            roles: self.roles.clone(),
            shops: self.shops.clone(),
            groups: self.groups.clone(),
            languages: self.languages.clone(),
            capacity: self.capacity,
        }
    }
}

impl fmt::Debug for StaffMember {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("StaffMember")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("roles", &self.roles)
            .field("shops", &self.shops)
            .field("groups", &self.groups)
            .field("languages", &self.languages)
            .field("capacity", &self.capacity)
            .field("disabled", &self.disabled)
            .field("password", &self.password.as_ref().map(|_| "***"))
            .finish()
    }
}

/// A member of staff as the floor knows them: without what is needed to sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct Agent {
    /// Who.
    pub id: AgentId,
    /// The name that shoppers see.
    pub name: String,
    /// What this person may do.
    pub roles: BTreeSet<Role>,
    /// The shops this person works for; empty means all.
    pub shops: Vec<ShopId>,
    /// What this person is good at, and is asked for by.
    pub groups: Vec<String>,
    /// The languages that this person answers in; empty means any.
    pub languages: Vec<Language>,
    /// Chats at once.
    pub capacity: u32,
}

impl Agent {
    /// Whether this person looks after agents.
    pub fn supervisor(&self) -> bool {
        self.roles.contains(&Role::Supervisor)
    }

    /// Whether this person works for the shop.
    pub fn works_for(&self, shop: &ShopId) -> bool {
        includes(&self.shops, shop)
    }

    /// Whether both may be given the same chats.
    pub fn shares_a_shop(&self, other: &Agent) -> bool {
        self.shops.is_empty() || other.shops.is_empty() || self.shops.iter().any(|shop| other.shops.contains(shop))
    }

    /// Whether this person answers in the language, whatever its script.
    pub fn speaks(&self, language: Language) -> bool {
        let mut languages = self.languages.iter();
        self.languages.is_empty() || languages.any(|known| known.is_chinese() == language.is_chinese())
    }

    /// Whether this person is one of those for whom a ticket waits.
    pub fn is_meant(&self, waits_for: &WaitsFor) -> bool {
        match waits_for {
            WaitsFor::Group { group } => self.groups.contains(group),
            WaitsFor::Supervisor => self.supervisor(),
            WaitsFor::Anybody => true,
        }
    }
}

/// Whether somebody who works for these shops works for this one; none means all.
pub fn includes(shops: &[ShopId], shop: &ShopId) -> bool {
    shops.is_empty() || shops.contains(shop)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_version_0_1_stored_is_read_and_what_is_stored_now_it_can_read() {
        /// As version 0.1 had it.
        #[derive(Debug, PartialEq, Deserialize)]
        struct OldAgent {
            id: AgentId,
            name: String,
            supervisor: bool,
            slots: u32,
        }
        let old = r#"{"id":"a","name":"店长","supervisor":true,"slots":5}"#;
        let member: StaffMember = serde_json::from_str(old).unwrap();
        assert_eq!(member.roles, [Role::Agent, Role::Supervisor].into());
        assert!(member.groups.is_empty() && member.languages.is_empty());
        assert_eq!((member.capacity, member.disabled, &member.password), (5, false, &None));
        let told = serde_json::to_string(&member.agent()).unwrap();
        let stored = serde_json::to_string(&member).unwrap();
        let expected: OldAgent = serde_json::from_str(old).unwrap();
        for written in [told, stored] {
            assert_eq!(serde_json::from_str::<OldAgent>(&written).unwrap(), expected);
        }
    }

    #[test]
    fn a_role_of_a_newer_version_is_kept_and_a_password_is_not_shown() {
        let text =
            r#"{"id":"a","name":"n","supervisor":false,"slots":1,"roles":["agent","auditor"],"password":"secret"}"#;
        let member: StaffMember = serde_json::from_str(text).unwrap();
        assert!(member.roles.contains(&Role::Other("auditor".to_owned())));
        assert!(!format!("{member:?}").contains("secret"));
        assert!(!serde_json::to_string(&member.agent()).unwrap().contains("secret"));
        let again: StaffMember = serde_json::from_str(&serde_json::to_string(&member).unwrap()).unwrap();
        assert_eq!(again, member);
    }

    #[test]
    fn names_that_look_the_same_are_the_same() {
        let key = StaffMember::name_key("勺子 A");
        for same in [" 勺子 a", "勺子 Ａ", "勺子　A"] {
            assert_eq!(StaffMember::name_key(same), key, "{same:?}");
        }
    }
}
