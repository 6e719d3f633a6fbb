//! What `yingda staff` asks and hears, the same whether a running server does it or the command line itself.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::model::{AgentId, Millis, ShopId, StaffMember};

use super::audit::Action;
use super::rights::Actor;
use super::{AccountError, Accounts, Change, Invitation, Linked};

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    /// Everybody.
    List,
    /// Somebody new.
    Invite {
        /// The name.
        name: String,
        /// The roles by name.
        roles: Vec<String>,
        /// The shops.
        shops: Vec<ShopId>,
        /// What this person is good at.
        #[serde(default)]
        groups: Vec<String>,
        /// The languages.
        #[serde(default)]
        languages: Vec<String>,
        /// Chats at once.
        capacity: Option<u32>,
    },
    /// A new link.
    Link {
        /// Name or id.
        who: String,
    },
    /// Other roles, shops, capacity or name.
    Change {
        /// Name or id.
        who: String,
        /// The new name.
        name: Option<String>,
        /// All roles by name.
        roles: Option<Vec<String>>,
        /// All shops; empty means all there are.
        shops: Option<Vec<ShopId>>,
        /// All groups.
        #[serde(default)]
        groups: Option<Vec<String>>,
        /// All languages; empty means any.
        #[serde(default)]
        languages: Option<Vec<String>>,
        /// Chats at once.
        capacity: Option<u32>,
    },
    /// No more signing in.
    Disable {
        /// Name or id.
        who: String,
    },
    /// Signing in again.
    Enable {
        /// Name or id.
        who: String,
    },
    /// Ends all sessions and links.
    SignOut {
        /// Name or id.
        who: String,
    },
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Those concerned.
    pub people: Vec<Person>,
    /// The token of a link that was made, and until when it works.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<(String, Millis)>,
}

/// A member as people see them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Person {
    /// Who.
    pub id: AgentId,
    /// The name.
    pub name: String,
    /// The roles by name.
    pub roles: Vec<String>,
    /// The shops; empty means all.
    pub shops: Vec<ShopId>,
    /// What this person is good at, and is asked for by.
    #[serde(default)]
    pub groups: Vec<String>,
    /// The languages that this person answers in; empty means any.
    #[serde(default)]
    pub languages: Vec<String>,
    /// Chats at once.
    pub capacity: u32,
    /// Whether the account is disabled.
    pub disabled: bool,
    /// Whether a password is set.
    pub password: bool,
}

impl From<&StaffMember> for Person {
    fn from(member: &StaffMember) -> Person {
        Person {
            id: member.id.clone(),
            name: member.name.clone(),
            roles: member.roles.iter().map(|role| role.name().to_owned()).collect(),
            shops: member.shops.clone(),
            groups: member.groups.clone(),
            languages: member.languages.iter().map(|one| one.tag().to_owned()).collect(),
            capacity: member.capacity,
            disabled: member.disabled,
            password: member.password.is_some(),
        }
    }
}

impl From<Linked> for Answer {
    fn from(linked: Linked) -> Answer {
        Answer {
            people: vec![Person::from(&linked.member)],
            link: Some((linked.token, linked.expires)),
        }
    }
}

impl From<StaffMember> for Answer {
    fn from(member: StaffMember) -> Answer {
        Answer {
            people: vec![Person::from(&member)],
            link: None,
        }
    }
}

impl Accounts {
    /// Does what the command line asks. `served` are the shops that can be named.
    ///
    /// # Errors
    /// As the calls it stands for.
    pub async fn execute(&self, command: Command, served: &[ShopId], now: Millis) -> Result<Answer, AccountError> {
        let console = Actor::Console;
        Ok(match command {
            Command::List => {
                let people = self.people(&console).await?.iter().map(Person::from).collect();
                self.record(console.name(), Action::List, "", json!(null), now).await?;
                Answer { people, link: None }
            }
            Command::Invite {
                name,
                roles,
                shops,
                groups,
                languages,
                capacity,
            } => {
                let invitation = Invitation {
                    name,
                    roles,
                    shops,
                    groups,
                    languages,
                    capacity,
                };
                self.invite(&console, invitation, served, now).await?.into()
            }
            Command::Link { who } => self.link(&console, &who, now).await?.into(),
            Command::Change {
                who,
                name,
                roles,
                shops,
                groups,
                languages,
                capacity,
            } => {
                let change = Change {
                    name,
                    roles,
                    shops,
                    groups,
                    languages,
                    capacity,
                };
                self.change(&console, &who, change, served, now).await?.into()
            }
            Command::Disable { who } => self.disable(&console, &who, now).await?.into(),
            Command::Enable { who } => self.enable(&console, &who, now).await?.into(),
            Command::SignOut { who } => {
                self.sign_out_everywhere(&console, &who, now).await?;
                self.find(&who).await?.into()
            }
        })
    }
}
