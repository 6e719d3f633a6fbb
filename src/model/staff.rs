//! The people who answer chats and run the shop.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::{AgentId, ShopId};

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
pub struct StaffMember {
    /// Who.
    pub id: AgentId,
    /// The name that shoppers and colleagues see; unique by [`StaffMember::name_key`].
    pub name: String,
    /// What this person may do.
    pub roles: BTreeSet<Role>,
    /// The shops this person works for; empty means all.
    #[serde(default)]
    pub shops: Vec<ShopId>,
    /// Chats at once.
    pub capacity: u32,
    /// May not sign in any more.
    #[serde(default)]
    pub disabled: bool,
    /// The password as an argon2 PHC string, if one was set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
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
            .field("capacity", &self.capacity)
            .field("disabled", &self.disabled)
            .field("password", &self.password.as_ref().map(|_| "***"))
            .finish()
    }
}

/// A member of staff as the floor knows them: without what is needed to sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent {
    /// Who.
    pub id: AgentId,
    /// The name that shoppers see.
    pub name: String,
    /// What this person may do.
    pub roles: BTreeSet<Role>,
    /// The shops this person works for; empty means all.
    pub shops: Vec<ShopId>,
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
        self.shops.is_empty() || self.shops.contains(shop)
    }
}
