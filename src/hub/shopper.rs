//! The shopper's side of the hub.

use std::sync::Arc;

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};

use crate::model::{
    ClientMessageId, ConversationId, Draft, EventKind, Language, Owner, Place, Seq, ShopId, ShopperId, Speaker,
};
use crate::store::{Expect, StoreError};

use super::chat::Chat;
use super::{Acknowledgement, Hub, HubError, Inner, Subscription, turns};
use crate::dialogue::{ShopWords, turn};

/// How a shopper comes in.
#[derive(Clone, Debug)]
pub struct Opening {
    /// The shop.
    pub shop: ShopId,
    /// The language of the page.
    pub lang: Language,
    /// The token of an earlier [`ShopperHandle::token`]. An unknown one is treated as none.
    pub token: Option<String>,
    /// The shop's own customer id, its signature already verified by the caller. Wins over the token.
    pub customer: Option<String>,
}

/// What the shopper's page shows when it comes back.
#[derive(Clone, Debug)]
pub struct Showing {
    /// The conversation.
    pub conversation: ConversationId,
    /// The last event seen of it.
    pub after: Seq,
}

/// What became of the conversation that the page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Nothing is to be told: it goes on, it was seen to its end, or it is not this shopper's.
    Seen,
    /// It has ended, and the page has not seen the end: the handle is to that conversation, for the rest of it.
    Ended {
        /// Whether the shopper has another conversation open since.
        next: bool,
    },
    /// It is no longer kept.
    Gone,
}

impl Hub {
    /// Continues the shopper's open conversation with the shop, or begins a new one; a conversation of this shopper
    /// that ended unseen while the page was `showing` it is handed out first.
    ///
    /// # Errors
    /// [`HubError::UnknownShop`], [`HubError::Draining`], [`HubError::Store`].
    pub async fn resume(&self, opening: Opening, showing: Option<Showing>) -> Result<(ShopperHandle, Shown), HubError> {
        let inner = Arc::clone(&self.inner);
        let work = async move { inner.open(opening, showing).await };
        self.inner.finish(work).await
    }
}

impl Inner {
    async fn open(
        self: Arc<Self>,
        opening: Opening,
        showing: Option<Showing>,
    ) -> Result<(ShopperHandle, Shown), HubError> {
        if self.shops.get(&opening.shop).is_none() {
            return Err(HubError::UnknownShop(opening.shop));
        }
        let (shopper, token, known) = self.identify(&opening).await?;
        let standing = if known {
            self.store
                .open_conversation(opening.shop.clone(), shopper.clone())
                .await?
        } else {
            None
        };
        let shown = match showing {
            Some(showing) if standing.as_ref() != Some(&showing.conversation) => {
                let head = self.store.head(showing.conversation.clone()).await?;
                match head {
                    None => Shown::Gone,
                    Some(head) if (&head.shop, &head.shopper) != (&opening.shop, &shopper) => Shown::Seen,
                    Some(head) if head.owner == Owner::Closed && head.seq > showing.after => {
                        let next = standing.is_some();
                        let lang = self.language_of(&showing.conversation).await?;
                        let who = Who {
                            shopper,
                            token,
                            shop: opening.shop,
                            lang,
                        };
                        let handle = self.handle(showing.conversation, head.seq, who);
                        return Ok((handle, Shown::Ended { next }));
                    }
                    Some(_) => Shown::Seen,
                }
            }
            _ => Shown::Seen,
        };
        let (conversation, new) = match standing {
            Some(conversation) => (conversation, false),
            None => self.begin(&opening, &shopper).await?,
        };
        let (seq, lang) = if new {
            (1, opening.lang)
        } else {
            let head = self.store.head(conversation.clone()).await?;
            let seq = head.ok_or(HubError::UnknownConversation)?.seq;
            (seq, self.language_of(&conversation).await?)
        };
        let who = Who {
            shopper,
            token,
            shop: opening.shop,
            lang,
        };
        Ok((self.handle(conversation, seq, who), shown))
    }

    /// The language that a conversation was begun in.
    async fn language_of(&self, conversation: &ConversationId) -> Result<Language, HubError> {
        let first = self.store.read(conversation.clone(), 0, 1).await?;
        Ok(match first.first().map(|event| &event.kind) {
            Some(EventKind::Started { lang, .. }) => *lang,
            _ => Language::default(),
        })
    }

    fn handle(self: Arc<Self>, conversation: ConversationId, seq: Seq, who: Who) -> ShopperHandle {
        let chat = self.chat(&conversation);
        chat.reaches(seq);
        let line = Line {
            inner: self,
            chat,
            who,
            seq,
        };
        ShopperHandle { line: Arc::new(line) }
    }

    /// Who comes in, with the token to come back with, and whether that shopper may have been here before.
    async fn identify(&self, opening: &Opening) -> Result<(ShopperId, String, bool), HubError> {
        let customer = opening
            .customer
            .as_ref()
            .map(|customer| ShopperId::new(format!("customer:{customer}")));
        if let Some(token) = &opening.token {
            let stands_for = self.store.shopper_of_token(hash(token)).await?;
            if let Some((shop, shopper)) = stands_for
                && shop == opening.shop
                && customer.as_ref().is_none_or(|customer| *customer == shopper)
            {
                return Ok((shopper, token.clone(), true));
            }
        }
        let known = customer.is_some();
        let shopper = match customer {
            Some(customer) => customer,
            None => ShopperId::new(format!("anon:{}", random::<16>()?)),
        };
        let token = random::<32>()?;
        self.store
            .put_shopper_token(hash(&token), opening.shop.clone(), shopper.clone(), self.clock.now())
            .await?;
        Ok((shopper, token, known))
    }

    /// Begins a conversation; tells whether it is new.
    async fn begin(&self, opening: &Opening, shopper: &ShopperId) -> Result<(ConversationId, bool), HubError> {
        let conversation = ConversationId::begin(&uuid::Uuid::now_v7().to_string(), Place::of(&opening.shop, shopper));
        let started = Draft {
            at: self.clock.now(),
            kind: EventKind::Started {
                shop: opening.shop.clone(),
                shopper: shopper.clone(),
                lang: opening.lang,
            },
        };
        match self.append(conversation.clone(), Expect::New, vec![started]).await {
            Ok(_) => Ok((conversation, true)),
            // Another tab of the same shopper was faster.
            Err(StoreError::Exists { conversation }) => Ok((conversation, false)),
            Err(error) => Err(error.into()),
        }
    }
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// So many random bytes as base64url.
fn random<const BYTES: usize>() -> Result<String, HubError> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes)
        .map_err(|error| HubError::Store(StoreError::Unavailable(format!("no random bytes: {error}"))))?;
    Ok(BASE64URL_NOPAD.encode(&bytes))
}

/// A shopper at the counter: the right to speak in one conversation as its shopper. Clones share it.
///
/// Calls that store something finish also when the caller stops waiting. Two messages are in the order in which they
/// were said only when the first was awaited before the second began.
#[derive(Clone)]
pub struct ShopperHandle {
    line: Arc<Line>,
}

struct Line {
    inner: Arc<Inner>,
    chat: Arc<Chat>,
    who: Who,
    seq: Seq,
}

/// Who talks, and in which shop and language.
struct Who {
    shopper: ShopperId,
    token: String,
    shop: ShopId,
    lang: Language,
}

impl ShopperHandle {
    /// The conversation.
    pub fn conversation(&self) -> &ConversationId {
        &self.line.chat.id
    }

    /// Who the shopper is.
    pub fn shopper(&self) -> &ShopperId {
        &self.line.who.shopper
    }

    /// To be kept by the client and sent in its next `hello`: 32 random bytes as base64url. The store knows only
    /// its SHA-256.
    pub fn token(&self) -> &str {
        &self.line.who.token
    }

    /// What the shop says at the turns of this talk; `None` when the shop is no longer served.
    pub fn shop_words(&self) -> Option<ShopWords> {
        let Line { inner, who, .. } = &*self.line;
        let generation = inner.shops.get(&who.shop)?;
        Some(ShopWords::new(&generation, &who.shopper, who.lang, inner.clock.now()))
    }

    /// The conversation's last event when it was opened.
    pub fn seq(&self) -> Seq {
        self.line.seq
    }

    /// Stores what the shopper says, then lets the bot take its turn when the bot owns the chat (the reply comes
    /// through the subscriptions). Said twice under one id it is stored once and acknowledged with the same place.
    /// The caller limits length and rate.
    ///
    /// # Errors
    /// [`HubError::Closed`], [`HubError::Draining`], [`HubError::Store`].
    pub async fn says(&self, id: ClientMessageId, text: String) -> Result<Acknowledgement, HubError> {
        let line = Arc::clone(&self.line);
        let work = async move {
            let Line { inner, chat, .. } = &*line;
            let mut locked = chat.lock(inner).await?;
            if locked.state().owner == Owner::Closed {
                // Said before the end and sent again: it is stored, so it is acknowledged.
                let stored = inner.store.find(chat.id.clone(), id, Speaker::Shopper).await?;
                return stored.map(Acknowledgement::found).ok_or(HubError::Closed);
            }
            let receipt = locked
                .append(inner, Expect::Any, vec![EventKind::Received { id, text }])
                .await?;
            turns::schedule(inner, chat, &mut locked);
            Acknowledgement::of(&receipt).ok_or_else(unproven)
        };
        self.line.inner.finish(work).await
    }

    /// The button: hands the chat to people. Does nothing when people have it already.
    ///
    /// # Errors
    /// [`HubError::Closed`], [`HubError::Draining`], [`HubError::Store`].
    pub async fn asks_for_person(&self) -> Result<(), HubError> {
        let line = Arc::clone(&self.line);
        let work = async move {
            let Line { inner, chat, .. } = &*line;
            let mut locked = chat.lock_at_end(inner).await?;
            match locked.state().owner {
                Owner::Closed => return Err(HubError::Closed),
                Owner::Queue | Owner::Agent { .. } => return Ok(()),
                Owner::Bot => {}
            }
            let now = inner.clock.now();
            let generation = inner.generation(&locked.state().shop)?;
            let state = locked.state();
            let staffing = inner.staffing(&generation, state.lang, now);
            let events = turn::asked_for_person(state, &generation, &staffing, now);
            let epoch = state.epoch;
            if !events.is_empty() {
                locked.append(inner, Expect::Epoch(epoch), events).await?;
            }
            Ok(())
        };
        self.line.inner.finish(work).await
    }

    /// Tells the agent that the shopper is typing. Not stored.
    pub fn typing(&self) {
        let Line { inner, chat, .. } = &*self.line;
        chat.typing(Speaker::Shopper);
        if inner.floor().with_agent(&chat.id) {
            inner.store.tell_typing(&chat.id, Speaker::Shopper);
        }
    }

    /// Stores a rating, also after the end.
    ///
    /// # Errors
    /// [`HubError::BadRating`], [`HubError::Draining`], [`HubError::Store`].
    pub async fn rates(&self, stars: u8) -> Result<(), HubError> {
        if !(1..=5).contains(&stars) {
            return Err(HubError::BadRating);
        }
        let line = Arc::clone(&self.line);
        let work = async move {
            let mut locked = line.chat.lock(&line.inner).await?;
            locked
                .append(&line.inner, Expect::Any, vec![EventKind::Rated { stars }])
                .await?;
            Ok(())
        };
        self.line.inner.finish(work).await
    }

    /// Ends the conversation. Does nothing when it has ended.
    ///
    /// # Errors
    /// [`HubError::Draining`], [`HubError::Store`].
    pub async fn closes(&self) -> Result<(), HubError> {
        let line = Arc::clone(&self.line);
        let work = async move {
            let mut locked = line.chat.lock_at_end(&line.inner).await?;
            if locked.state().owner != Owner::Closed {
                let epoch = locked.state().epoch;
                let kind = EventKind::Closed { agent: None };
                locked.append(&line.inner, Expect::Epoch(epoch), vec![kind]).await?;
            }
            Ok(())
        };
        self.line.inner.finish(work).await
    }

    /// Listens from `after` on (0: everything; [`ShopperHandle::seq`]: only what is new). A place beyond the end is
    /// taken for the end.
    pub fn subscribe(&self, after: Seq) -> Subscription {
        self.line.inner.subscribe(&self.line.chat, after)
    }
}

/// A receipt that names no place would be a bug of the store.
pub(super) fn unproven() -> HubError {
    HubError::Store(StoreError::Corrupt("a receipt without a place".to_owned()))
}

impl Inner {
    /// Listens to a conversation of which the pulse knows how far it reaches.
    pub(super) fn subscribe(self: &Arc<Self>, chat: &Arc<Chat>, after: Seq) -> Subscription {
        let end = chat.pulse.borrow().seq;
        Subscription::new(Arc::clone(self), Arc::clone(chat), after.min(end))
    }
}
