//! Inviting people, changing what they may do, new links, disabling.

use std::collections::BTreeSet;

use serde_json::json;
use uuid::Uuid;

use crate::model::visible::shows_something;
use crate::model::{Agent, AgentId, Language, Millis, Role, ShopId, StaffMember};
use crate::store::CredentialKind;

use super::audit::Action;
use super::rights::{self, Actor, ROLES};
use super::token::{hash, new_token};
use super::{AccountError, Accounts, name};

/// Most chats at once.
pub const MOST_CAPACITY: u32 = 100;
/// The name of whoever is made at the first start.
const FIRST: &str = "店长";

/// Longest name of a group, characters, and most groups of one member.
const LONGEST_GROUP: usize = 20;
const MOST_GROUPS: usize = 20;

/// Whom to invite.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Invitation {
    /// The name that shoppers will see.
    pub name: String,
    /// The roles by name; empty means an agent.
    pub roles: Vec<String>,
    /// The shops; empty means those of whoever invites.
    pub shops: Vec<ShopId>,
    /// What this person is good at, and is asked for by.
    pub groups: Vec<String>,
    /// The languages that this person answers in: `zh`, `en`; empty means any.
    pub languages: Vec<String>,
    /// Chats at once; `None` means as the settings say.
    pub capacity: Option<u32>,
}

/// What to change of a member; `None` leaves it as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// The name.
    pub name: Option<String>,
    /// The roles by name.
    pub roles: Option<Vec<String>>,
    /// The shops; empty means all.
    pub shops: Option<Vec<ShopId>>,
    /// What this person is good at, and is asked for by.
    pub groups: Option<Vec<String>>,
    /// The languages that this person answers in; empty means any.
    pub languages: Option<Vec<String>>,
    /// Chats at once.
    pub capacity: Option<u32>,
}

/// A member with a link that signs in once.
#[derive(Clone, Debug)]
pub struct Linked {
    /// Who.
    pub member: StaffMember,
    /// The token of the link.
    pub token: String,
    /// Until when it works.
    pub expires: Millis,
}

impl Accounts {
    /// At the very first start: makes the one who can do everything. `None` when there are people.
    ///
    /// # Errors
    /// [`AccountError::Store`], [`AccountError::Random`].
    pub async fn first(&self, now: Millis) -> Result<Option<Linked>, AccountError> {
        if !self.staff().members().await?.is_empty() {
            return Ok(None);
        }
        let invitation = Invitation {
            name: FIRST.to_owned(),
            roles: ROLES.iter().map(|role| role.name().to_owned()).collect(),
            ..Invitation::default()
        };
        match self.invite(&Actor::Console, invitation, &[], now).await {
            // Another server that shares the store was first.
            Err(AccountError::NameTaken(_)) => Ok(None),
            other => other.map(Some),
        }
    }

    /// Adds a member with a link to sign in. `served` are the shops that can be named.
    ///
    /// # Errors
    /// Whatever of name, roles, shops and capacity is wrong; [`AccountError::Forbidden`] beyond the actor's rights.
    pub async fn invite(
        &self,
        actor: &Actor,
        invitation: Invitation,
        served: &[ShopId],
        now: Millis,
    ) -> Result<Linked, AccountError> {
        if actor.may_give().is_empty() {
            return Err(AccountError::Forbidden);
        }
        let shops = match actor {
            Actor::Member(agent) if invitation.shops.is_empty() => agent.shops.clone(),
            _ => checked_shops(invitation.shops, &[], served)?,
        };
        let member = StaffMember {
            id: AgentId::new(Uuid::now_v7().to_string()),
            name: name::checked(&invitation.name)?,
            roles: match invitation.roles.is_empty() {
                true => [Role::Agent].into(),
                false => checked_roles(&invitation.roles, &BTreeSet::new())?,
            },
            shops,
            groups: checked_groups(invitation.groups)?,
            languages: checked_languages(&invitation.languages)?,
            capacity: checked_capacity(invitation.capacity.unwrap_or(self.0.settings.capacity))?,
            disabled: false,
            password: None,
        };
        if !actor.may_manage(&member.roles, &member.shops) {
            return Err(AccountError::Forbidden);
        }
        name::unlike_colleagues(&member.name, &member.id, &self.staff().members().await?)?;
        self.staff().put_member(member.clone()).await?;
        let linked = self.new_link(member, now).await?;
        let member = &linked.member;
        let detail = json!({"name": member.name, "roles": member.roles, "shops": member.shops, "groups": member.groups,
                   "languages": member.languages, "capacity": member.capacity});
        self.record(actor.name(), Action::Invite, member.id.as_str(), detail, now)
            .await?;
        Ok(linked)
    }

    /// Makes a new link for a member; older ones no longer work, sessions go on.
    ///
    /// # Errors
    /// [`AccountError::Unknown`], [`AccountError::Forbidden`], [`AccountError::Disabled`].
    pub async fn link(&self, actor: &Actor, who: &str, now: Millis) -> Result<Linked, AccountError> {
        let member = self.managed(actor, who).await?;
        if member.disabled {
            return Err(AccountError::Disabled(member.name));
        }
        let links = Some(CredentialKind::SignIn);
        self.staff().drop_credentials_of(member.id.clone(), links).await?;
        let linked = self.new_link(member, now).await?;
        self.record(actor.name(), Action::Link, linked.member.id.as_str(), json!(null), now)
            .await?;
        Ok(linked)
    }

    /// Changes a member.
    ///
    /// # Errors
    /// Whatever is wrong; [`AccountError::Forbidden`]; [`AccountError::Last`] when nobody would be left to manage
    /// people.
    pub async fn change(
        &self,
        actor: &Actor,
        who: &str,
        change: Change,
        served: &[ShopId],
        now: Millis,
    ) -> Result<StaffMember, AccountError> {
        let _one_at_a_time = self.0.changing.lock().await;
        let before = self.find(who).await?;
        let mut member = before.clone();
        if let Some(name) = &change.name {
            member.name = name::checked(name)?;
            name::unlike_colleagues(&member.name, &member.id, &self.staff().members().await?)?;
        }
        if let Some(roles) = &change.roles {
            member.roles = checked_roles(roles, &before.roles)?;
        }
        if let Some(shops) = change.shops {
            member.shops = checked_shops(shops, &before.shops, served)?;
        }
        if let Some(groups) = change.groups {
            member.groups = checked_groups(groups)?;
        }
        if let Some(languages) = &change.languages {
            member.languages = checked_languages(languages)?;
        }
        if let Some(capacity) = change.capacity {
            member.capacity = checked_capacity(capacity)?;
        }
        let only_capacity = StaffMember {
            capacity: member.capacity,
            ..before.clone()
        } == member;
        let may = |member: &StaffMember| actor.may_manage(&member.roles, &member.shops);
        let may_set_capacity = only_capacity && actor.may_set_capacity(&before.id, &before.roles, &before.shops);
        let may_change = may_set_capacity || (may(&before) && may(&member));
        if !may_change {
            return Err(AccountError::Forbidden);
        }
        if member == before {
            return Ok(member);
        }
        self.put_unless_last(&before, &member).await?;
        let mut detail = json!({});
        for (key, old, new) in [
            ("name", json!(before.name), json!(member.name)),
            ("roles", json!(before.roles), json!(member.roles)),
            ("shops", json!(before.shops), json!(member.shops)),
            ("languages", json!(before.languages), json!(member.languages)),
            ("capacity", json!(before.capacity), json!(member.capacity)),
        ] {
            if old != new {
                detail[key] = json!({"from": old, "to": new});
            }
        }
        self.tell();
        self.record(actor.name(), Action::Change, member.id.as_str(), detail, now)
            .await?;
        Ok(member)
    }

    /// Disables a member: links and sessions end. The chats are the caller's to give back.
    ///
    /// # Errors
    /// [`AccountError::Unknown`], [`AccountError::Forbidden`], [`AccountError::Last`].
    pub async fn disable(&self, actor: &Actor, who: &str, now: Millis) -> Result<StaffMember, AccountError> {
        let _one_at_a_time = self.0.changing.lock().await;
        let before = self.managed(actor, who).await?;
        let member = StaffMember {
            disabled: true,
            ..before.clone()
        };
        if !before.disabled {
            self.put_unless_last(&before, &member).await?;
        }
        // Also when it was done before, so that one who was interrupted can do it again.
        self.staff().drop_credentials_of(member.id.clone(), None).await?;
        self.tell();
        if !before.disabled {
            self.record(actor.name(), Action::Disable, member.id.as_str(), json!(null), now)
                .await?;
        }
        Ok(member)
    }

    /// Lets a disabled member sign in again, with a new link or the password.
    ///
    /// # Errors
    /// [`AccountError::Unknown`], [`AccountError::Forbidden`].
    pub async fn enable(&self, actor: &Actor, who: &str, now: Millis) -> Result<StaffMember, AccountError> {
        let _one_at_a_time = self.0.changing.lock().await;
        let mut member = self.managed(actor, who).await?;
        if member.disabled {
            member.disabled = false;
            self.staff().put_member(member.clone()).await?;
            self.record(actor.name(), Action::Enable, member.id.as_str(), json!(null), now)
                .await?;
        }
        Ok(member)
    }

    /// The people whom this actor may see, by name.
    ///
    /// # Errors
    /// [`AccountError::Forbidden`], [`AccountError::Store`].
    pub async fn people(&self, actor: &Actor) -> Result<Vec<StaffMember>, AccountError> {
        if !actor.may_see_people() {
            return Err(AccountError::Forbidden);
        }
        let mut members = self.staff().members().await?;
        members.retain(|member| actor.may_see(&member.id, &member.shops));
        members.sort_by(|one, other| (one.disabled, &one.name).cmp(&(other.disabled, &other.name)));
        Ok(members)
    }

    /// The people who may teach the packs of this shop, by name.
    ///
    /// # Errors
    /// [`AccountError::Store`].
    pub async fn teachers(&self, shop: &ShopId) -> Result<Vec<Agent>, AccountError> {
        let members = self.staff().members().await?.into_iter();
        let agents = members.filter(|member| !member.disabled).map(|member| member.agent());
        let mut teachers: Vec<Agent> = agents
            .filter(|agent| Actor::Member(agent.clone()).may_teach(shop))
            .collect();
        teachers.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(teachers)
    }

    /// The member of this id or name.
    pub(super) async fn find(&self, who: &str) -> Result<StaffMember, AccountError> {
        let key = StaffMember::name_key(who);
        let members = self.staff().members().await?;
        members
            .iter()
            .find(|member| member.id.as_str() == who)
            .or_else(|| members.iter().find(|member| StaffMember::name_key(&member.name) == key))
            .cloned()
            .ok_or_else(|| AccountError::Unknown(who.to_owned()))
    }

    /// A member whom this actor may manage. Who may not see a member does not learn that there is one.
    pub(super) async fn managed(&self, actor: &Actor, who: &str) -> Result<StaffMember, AccountError> {
        if !actor.may_see_people() {
            return Err(AccountError::Forbidden);
        }
        let member = self.find(who).await?;
        if !actor.may_see(&member.id, &member.shops) {
            return Err(AccountError::Unknown(who.to_owned()));
        }
        match actor.may_manage(&member.roles, &member.shops) {
            true => Ok(member),
            false => Err(AccountError::Forbidden),
        }
    }

    async fn new_link(&self, member: StaffMember, now: Millis) -> Result<Linked, AccountError> {
        let token = new_token()?;
        let expires = self.link_expires(now);
        self.staff()
            .put_credential(hash(&token), CredentialKind::SignIn, member.id.clone(), expires)
            .await?;
        Ok(Linked { member, token, expires })
    }

    /// Keeps a changed member unless nobody could mend it then. A server that shares the store may do the same to
    /// somebody else at this moment: it is looked at again after writing, and taken back.
    async fn put_unless_last(&self, before: &StaffMember, member: &StaffMember) -> Result<(), AccountError> {
        let weaker = |role: &dyn Fn(&StaffMember) -> bool| role(before) && !role(member);
        let keeps = |member: &StaffMember| !member.disabled && rights::keeps_the_house(&member.roles);
        let owns = |member: &StaffMember| !member.disabled && member.roles.contains(&Role::Owner);
        let (less_kept, less_owned) = (weaker(&keeps), weaker(&owns));
        let locked = async |staff: &dyn crate::store::Staff| {
            let members = staff.members().await?;
            let others = || members.iter().filter(|other| other.id != member.id);
            Ok::<bool, AccountError>((less_kept && !others().any(keeps)) || (less_owned && !others().any(owns)))
        };
        let matters = less_kept || less_owned;
        if matters && locked(self.staff()).await? {
            return Err(AccountError::Last);
        }
        self.staff().put_member(member.clone()).await?;
        if matters && locked(self.staff()).await? {
            self.staff().put_member(before.clone()).await?;
            return Err(AccountError::Last);
        }
        Ok(())
    }
}

/// The roles of these names, with those of `before` that this program does not know: who does not know them cannot
/// take them away.
fn checked_roles(names: &[String], before: &BTreeSet<Role>) -> Result<BTreeSet<Role>, AccountError> {
    let mut roles: BTreeSet<Role> = before
        .iter()
        .filter(|role| matches!(role, Role::Other(_)))
        .cloned()
        .collect();
    for name in names {
        let known = Role::from_name(name.trim());
        // What a page shows of an unknown role comes back with what is changed.
        if known.is_none() && roles.contains(&Role::Other(name.clone())) {
            continue;
        }
        roles.insert(known.ok_or_else(|| AccountError::UnknownRole(name.clone()))?);
    }
    if roles.iter().all(|role| matches!(role, Role::Other(_))) {
        return Err(AccountError::NoRole);
    }
    Ok(roles)
}

/// Shops that are served, each once. One that the member had before may stay although it is not served now.
fn checked_shops(shops: Vec<ShopId>, before: &[ShopId], served: &[ShopId]) -> Result<Vec<ShopId>, AccountError> {
    if let Some(shop) = shops
        .iter()
        .find(|shop| !served.contains(shop) && !before.contains(shop))
    {
        return Err(AccountError::UnknownShop {
            shop: shop.clone(),
            served: served.to_vec(),
        });
    }
    Ok(shops.into_iter().collect::<BTreeSet<_>>().into_iter().collect())
}

/// Groups as they are stored: trimmed, each once.
fn checked_groups(groups: Vec<String>) -> Result<Vec<String>, AccountError> {
    let groups: BTreeSet<String> = groups.into_iter().map(|group| group.trim().to_owned()).collect();
    let fits = |group: &String| {
        group.chars().count() <= LONGEST_GROUP && shows_something(group) && !group.contains(char::is_control)
    };
    match groups.len() <= MOST_GROUPS && groups.iter().all(fits) {
        true => Ok(groups.into_iter().collect()),
        false => Err(AccountError::Groups),
    }
}

/// Languages as they are stored: each once, Chinese in the one script that stands for both.
fn checked_languages(names: &[String]) -> Result<Vec<Language>, AccountError> {
    let read = names.iter().map(|name| match Language::from_tag(name) {
        Some(language) if language.is_chinese() => Ok(Language::Chinese),
        Some(language) => Ok(language),
        None => Err(AccountError::UnknownLanguage(name.clone())),
    });
    let languages = read.collect::<Result<BTreeSet<Language>, _>>()?;
    Ok(languages.into_iter().collect())
}

fn checked_capacity(capacity: u32) -> Result<u32, AccountError> {
    match (1..=MOST_CAPACITY).contains(&capacity) {
        true => Ok(capacity),
        false => Err(AccountError::Capacity),
    }
}
