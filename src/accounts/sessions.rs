//! Signing in by link or password, sessions that renew while they are used, signing out.

use serde_json::json;

use crate::model::{Agent, AgentId, Millis, Role, ShopId, StaffMember};
use crate::store::CredentialKind;

use super::audit::Action;
use super::password::Passwords;
use super::rights::Actor;
use super::token::{self, Birth, hash};
use super::{AccountError, Accounts, HOUR_MS};

/// For how long after signing in by a link a new password needs no old one, milliseconds: whoever has forgotten the
/// password asks for a link.
const AFTER_LINK_MS: u64 = HOUR_MS;

/// A session that has just begun.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Who.
    pub agent: Agent,
    /// What the browser keeps.
    pub token: String,
    /// For how long it is valid if it is not used, milliseconds.
    pub valid_ms: u64,
}

/// A session that is valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// What it is stored under.
    pub hash: [u8; 32],
    /// Who.
    pub agent: Agent,
    /// Until when it is valid if it is not used.
    pub expires: Millis,
    /// Whether looking at it has just made it last longer.
    pub renewed: bool,
    /// Whether the member has a password.
    pub has_password: bool,
    birth: Option<Birth>,
}

impl Accounts {
    /// Spends a link and begins a session. `address` is where the request comes from, `served` are the shops that are
    /// served here.
    ///
    /// # Errors
    /// [`AccountError::BadLink`], [`AccountError::NotServed`], [`AccountError::Store`].
    pub async fn sign_in_by_link(
        &self,
        token: &str,
        address: &str,
        served: &[ShopId],
        now: Millis,
    ) -> Result<SignedIn, AccountError> {
        let staff = self.staff();
        let spent = staff.use_credential(hash(token), CredentialKind::SignIn, now).await?;
        let Some(credential) = spent else {
            self.record_refused_sign_in("", "link", "no_such_link", address, now)
                .await?;
            return Err(AccountError::BadLink);
        };
        let id = credential.agent.as_str();
        let member = staff.member(credential.agent.clone()).await?;
        let Some(member) = member.filter(|member| !member.disabled) else {
            self.record_refused_sign_in(id, "link", "disabled", address, now)
                .await?;
            return Err(AccountError::BadLink);
        };
        if let Err(refused) = is_served(&member, served) {
            self.record_refused_sign_in(id, "link", "shop_not_served", address, now)
                .await?;
            // The link is not to blame: it works once the shop is served.
            staff
                .put_credential(
                    hash(token),
                    CredentialKind::SignIn,
                    credential.agent,
                    credential.expires,
                )
                .await?;
            return Err(refused);
        }
        self.begin(member, true, address, now).await
    }

    /// Begins a session of whoever has this name and password. `address` is where the request comes from.
    ///
    /// # Errors
    /// [`AccountError::BadPassword`] for unknown names too, and in the same time; [`AccountError::TooMany`];
    /// [`AccountError::NotServed`]; [`AccountError::Store`].
    pub async fn sign_in_by_password(
        &self,
        name: &str,
        password: String,
        address: &str,
        served: &[ShopId],
        now: Millis,
    ) -> Result<SignedIn, AccountError> {
        let key = StaffMember::name_key(name);
        if !self.0.by_address.begin(address, now) || !self.0.by_name.begin(&key, now) {
            self.record_refused_sign_in("", "password", "too_many", address, now)
                .await?;
            return Err(AccountError::TooMany);
        }
        let member = match self.find(name).await {
            Ok(member) => Some(member).filter(|member| !member.disabled),
            Err(AccountError::Unknown(_)) => None,
            Err(error) => return Err(error),
        };
        let stored = member.as_ref().and_then(|member| member.password.clone());
        let outdated = stored.as_ref().is_some_and(|stored| !Passwords::is_current(stored));
        let right = self.0.passwords.verify(password.clone(), stored).await?;
        let Some(member) = member.filter(|_| right) else {
            // A name that nobody has may be a password in the wrong field, so it is not written down.
            let known = self.find(name).await.map(|member| member.id);
            let subject = known.as_ref().map_or("", |id| id.as_str());
            self.record_refused_sign_in(subject, "password", "wrong", address, now)
                .await?;
            return Err(AccountError::BadPassword);
        };
        self.0.by_address.was_right(address);
        self.0.by_name.was_right(&key);
        if let Err(refused) = is_served(&member, served) {
            self.record_refused_sign_in(member.id.as_str(), "password", "shop_not_served", address, now)
                .await?;
            return Err(refused);
        }
        if outdated {
            self.hash_anew(&member, password).await?;
        }
        self.begin(member, false, address, now).await
    }

    /// Stores the password under the parameters of now. One that is no longer long enough stays as it was.
    async fn hash_anew(&self, member: &StaffMember, password: String) -> Result<(), AccountError> {
        let Ok(hash) = self.0.passwords.hash(password, &member.name).await else {
            return Ok(());
        };
        let _one_at_a_time = self.0.changing.lock().await;
        let now = self.staff().member(member.id.clone()).await?;
        // Whoever has set another one meanwhile keeps that one.
        if let Some(now) = now.filter(|now| now.password == member.password) {
            let password = Some(hash);
            self.staff().put_member(StaffMember { password, ..now }).await?;
        }
        Ok(())
    }

    async fn begin(
        &self,
        member: StaffMember,
        by_link: bool,
        address: &str,
        now: Millis,
    ) -> Result<SignedIn, AccountError> {
        let birth = Birth { at: now, by_link };
        let token = token::new_session(birth)?;
        let valid_ms = self.0.settings.session_ms.min(self.0.settings.session_max_ms);
        let agent = member.agent();
        self.staff()
            .put_credential(hash(&token), CredentialKind::Session, member.id, now.plus(valid_ms))
            .await?;
        let id = agent.id.as_str();
        let by = if by_link { "link" } else { "password" };
        let detail = json!({"by": by, "address": address});
        self.record(id, Action::SignIn, id, detail, now).await?;
        Ok(SignedIn { agent, token, valid_ms })
    }

    /// The session of this token, if it is valid; using it makes it last longer once less than half is left, up to the
    /// longest a session may last.
    ///
    /// # Errors
    /// [`AccountError::Store`].
    pub async fn session(&self, token: &str, now: Millis) -> Result<Option<Session>, AccountError> {
        self.session_of(hash(token), token::birth(token), now).await
    }

    /// The same session as it is now; `None` when it has ended.
    ///
    /// # Errors
    /// [`AccountError::Store`].
    pub async fn again(&self, session: &Session, now: Millis) -> Result<Option<Session>, AccountError> {
        self.session_of(session.hash, session.birth, now).await
    }

    async fn session_of(
        &self,
        hash: [u8; 32],
        birth: Option<Birth>,
        now: Millis,
    ) -> Result<Option<Session>, AccountError> {
        let (staff, settings) = (self.staff(), &self.0.settings);
        let Some(credential) = staff.use_credential(hash, CredentialKind::Session, now).await? else {
            return Ok(None);
        };
        let member = staff.member(credential.agent).await?.filter(|member| !member.disabled);
        let Some(member) = member else { return Ok(None) };
        let mut session = Session {
            hash,
            agent: member.agent(),
            expires: credential.expires,
            renewed: false,
            has_password: member.password.is_some(),
            birth,
        };
        // Tokens of version 0.1 do not say when they began, and end when they were to end.
        if let Some(birth) = birth
            && session.expires.since(now) < settings.session_ms / 2
        {
            let expires = now
                .plus(settings.session_ms)
                .min(birth.at.plus(settings.session_max_ms));
            if expires > session.expires && staff.extend_credential(hash, expires).await? {
                session.expires = expires;
                session.renewed = true;
            }
        }
        Ok(Some(session))
    }

    /// Whether a session is to be looked at: it has ended, or would be made to last longer.
    pub fn is_due(&self, session: &Session, now: Millis) -> bool {
        session.expires.since(now) < self.0.settings.session_ms / 2
    }

    /// Whether a member may not work any more.
    ///
    /// # Errors
    /// [`AccountError::Store`].
    pub async fn is_disabled(&self, id: &AgentId) -> Result<bool, AccountError> {
        let member = self.staff().member(id.clone()).await?;
        Ok(member.is_none_or(|member| member.disabled))
    }

    /// Ends a session; one that has ended already is no error.
    ///
    /// # Errors
    /// [`AccountError::Store`].
    pub async fn sign_out(&self, token: &str, now: Millis) -> Result<(), AccountError> {
        let Some(session) = self.session(token, now).await? else {
            return Ok(());
        };
        self.staff().drop_credential(session.hash).await?;
        self.tell();
        let id = session.agent.id.as_str();
        self.record(id, Action::SignOut, id, json!(null), now).await
    }

    /// Ends all sessions and links of a member: one's own, or of somebody whom the actor may manage.
    ///
    /// # Errors
    /// [`AccountError::Unknown`], [`AccountError::Forbidden`], [`AccountError::Store`].
    pub async fn sign_out_everywhere(&self, actor: &Actor, who: &str, now: Millis) -> Result<(), AccountError> {
        let own = matches!(actor, Actor::Member(agent) if agent.id.as_str() == who);
        let member = match own {
            true => self.find(who).await?,
            false => self.managed(actor, who).await?,
        };
        self.staff().drop_credentials_of(member.id.clone(), None).await?;
        self.tell();
        let id = member.id.as_str();
        self.record(actor.name(), Action::SignOutEverywhere, id, json!(null), now)
            .await
    }

    /// Sets one's own password. Who has one gives it too, unless the session has just begun with a link. Sessions go
    /// on.
    ///
    /// # Errors
    /// [`AccountError::WeakPassword`], [`AccountError::BadPassword`], [`AccountError::TooMany`],
    /// [`AccountError::SignedOut`].
    pub async fn set_password(
        &self,
        session: &Session,
        current: Option<String>,
        password: String,
        now: Millis,
    ) -> Result<(), AccountError> {
        let id = session.agent.id.clone();
        let member = self.staff().member(id.clone()).await?;
        let member = member.ok_or(AccountError::SignedOut)?;
        let by_link = session
            .birth
            .is_some_and(|birth| birth.by_link && now.since(birth.at) < AFTER_LINK_MS);
        if let Some(stored) = member.password.clone().filter(|_| !by_link) {
            let key = StaffMember::name_key(&member.name);
            if !self.0.by_name.begin(&key, now) {
                return Err(AccountError::TooMany);
            }
            if !self
                .0
                .passwords
                .verify(current.unwrap_or_default(), Some(stored))
                .await?
            {
                return Err(AccountError::BadPassword);
            }
            self.0.by_name.was_right(&key);
        }
        let hash = self.0.passwords.hash(password, &member.name).await?;
        let _one_at_a_time = self.0.changing.lock().await;
        let member = self.staff().member(id.clone()).await?;
        let member = member
            .filter(|member| !member.disabled)
            .ok_or(AccountError::SignedOut)?;
        let member = StaffMember {
            password: Some(hash),
            ..member
        };
        self.staff().put_member(member).await?;
        self.record(id.as_str(), Action::Password, id.as_str(), json!(null), now)
            .await
    }
}

impl Session {
    /// Whether there is a shop to work for among those that are served.
    pub fn has_served_shop(&self, served: &[ShopId]) -> bool {
        has_served_shop(&self.agent, served)
    }
}

/// Owners mend what is wrong with shops, so they are let in.
fn has_served_shop(agent: &Agent, served: &[ShopId]) -> bool {
    agent.shops.is_empty() || agent.shops.iter().any(|shop| served.contains(shop)) || agent.roles.contains(&Role::Owner)
}

fn is_served(member: &StaffMember, served: &[ShopId]) -> Result<(), AccountError> {
    if has_served_shop(&member.agent(), served) {
        return Ok(());
    }
    Err(AccountError::NotServed {
        name: member.name.clone(),
        shops: member.shops.clone(),
        served: served.to_vec(),
    })
}
