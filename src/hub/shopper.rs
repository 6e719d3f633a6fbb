//! The shopper's side of the hub.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::dialogue::{ShopWords, meanwhile};
use crate::model::{
    ClientMessageId, ConversationId, EventKind, Language, Owner, SentFile, Seq, ShopId, ShopperId, Speaker,
};
use crate::shops::Shops;
use crate::store::{Expect, Log, StoreError, Visitors};

use super::another_agent::another_agent;
use super::conversations::Conversations;
use super::floor::SharedFloor;
use super::fullness::is_full;
use super::guarded::{aside, guarded};
use super::journal::Journal;
use super::lifecycle::Lifecycle;
use super::live::LiveConversation;
use super::peers::Peers;
use super::showing::{Showing, Shown};
use super::subscription::ShopperPage;
use super::turns::Turns;
use super::unbegun::{self, Unbegun};
use super::visitors::{Opening, Visitor, VisitorBook};
use super::{Acknowledgement, HubError, Subscription};

/// The number of the event that a conversation begins with.
const STARTED: Seq = 1;

/// Owns how shoppers come in and speak.
pub(super) struct Shoppers {
    log: Arc<dyn Log>,
    visitors: VisitorBook,
    journal: Arc<Journal>,
    shops: Arc<Shops>,
    conversations: Arc<Conversations>,
    turns: Arc<Turns>,
    pub(super) floor: Arc<SharedFloor>,
    pub(super) peers: Arc<Peers>,
    lifecycle: Arc<Lifecycle>,
    unbegun: Unbegun,
}

impl Shoppers {
    /// The shoppers of these shops.
    #[expect(clippy::too_many_arguments, reason = "each is an owner of its own")]
    pub(super) fn new(
        log: Arc<dyn Log>,
        visitors: Arc<dyn Visitors>,
        journal: Arc<Journal>,
        shops: Arc<Shops>,
        conversations: Arc<Conversations>,
        turns: Arc<Turns>,
        floor: Arc<SharedFloor>,
        peers: Arc<Peers>,
        lifecycle: Arc<Lifecycle>,
    ) -> Shoppers {
        Shoppers {
            log,
            visitors: VisitorBook::new(visitors, Arc::clone(&journal)),
            journal,
            shops,
            conversations,
            turns,
            floor,
            peers,
            lifecycle,
            unbegun: Unbegun::default(),
        }
    }

    /// See [`super::Hub::resume`].
    pub(super) async fn resume(
        self: &Arc<Self>,
        opening: Opening,
        showing: Option<Showing>,
    ) -> Result<(ShopperHandle, Shown), HubError> {
        let shoppers = Arc::clone(self);
        self.lifecycle
            .finish(async move { shoppers.open(opening, showing).await })
            .await
    }

    /// See [`super::Hub::who_is`].
    pub(super) async fn who_is(&self, opening: &Opening) -> Result<Option<ShopperId>, HubError> {
        let visitor = match self.shops.serves(&opening.shop) {
            true => Some(self.visitors.identify(opening).await?),
            false => self.visitors.recognise(opening).await?,
        };
        // Whoever shows no token is given one, and is nobody yet.
        let shown = |visitor: &Visitor| opening.customer.is_some() || opening.token.as_ref() == Some(&visitor.token);
        Ok(visitor.filter(shown).map(|visitor| visitor.shopper))
    }

    async fn open(
        self: Arc<Self>,
        opening: Opening,
        showing: Option<Showing>,
    ) -> Result<(ShopperHandle, Shown), HubError> {
        if !self.shops.serves(&opening.shop) {
            return self.open_with_people(opening).await;
        }
        let visitor = self.visitors.identify(&opening).await?;
        let mut standing = if visitor.known {
            self.log
                .open_conversation(opening.shop.clone(), visitor.shopper.clone())
                .await?
        } else {
            None
        };
        let mut told = None;
        let shown = match showing {
            Some(showing) if standing.as_ref() != Some(&showing.conversation) => {
                let head = self.log.head(showing.conversation.clone()).await?;
                match head {
                    // Nothing had been said in it.
                    None if showing.after <= STARTED
                        && unbegun::may_be(&showing.conversation, &opening.shop, &visitor, self.journal.now()) =>
                    {
                        told = Some(showing.conversation);
                        Shown::Seen
                    }
                    None => Shown::Gone,
                    Some(head) if (&head.shop, &head.shopper) != (&opening.shop, &visitor.shopper) => Shown::Seen,
                    Some(head) if head.owner == Owner::Closed && head.seq > showing.after => {
                        let next = standing.is_some();
                        let lang = self.language_of(&showing.conversation).await?;
                        let handle = self.handle(showing.conversation, head.seq, opening.shop, lang, visitor);
                        return Ok((handle, Shown::Ended { next }));
                    }
                    Some(head) => {
                        // It was begun after the standing one had been looked for.
                        if standing.is_none() && head.owner != Owner::Closed {
                            standing = Some(showing.conversation);
                        }
                        Shown::Seen
                    }
                }
            }
            _ => Shown::Seen,
        };
        if standing.is_none() && told.is_none() {
            (standing, told) = unbegun::first(&*self.log, &opening.shop, &visitor, self.journal.now()).await?;
        }
        let Some(conversation) = standing else {
            return Ok((self.unbegun_handle(opening, visitor, told), shown));
        };
        let head = self.log.head(conversation.clone()).await?;
        let seq = head.ok_or(HubError::UnknownConversation)?.seq;
        let lang = self.language_of(&conversation).await?;
        Ok((self.handle(conversation, seq, opening.shop, lang, visitor), shown))
    }

    /// In a shop that is served no more, whoever talks with people may come back to the end of that talk; nobody else
    /// comes in, and nothing is stored.
    async fn open_with_people(self: Arc<Self>, opening: Opening) -> Result<(ShopperHandle, Shown), HubError> {
        let shop = opening.shop.clone();
        let Some(visitor) = self.visitors.recognise(&opening).await? else {
            return Err(HubError::UnknownShop(shop));
        };
        let standing = self.log.open_conversation(shop.clone(), visitor.shopper.clone());
        let Some(conversation) = standing.await? else {
            return Err(HubError::UnknownShop(shop));
        };
        match self.log.head(conversation.clone()).await? {
            Some(head) if matches!(head.owner, Owner::Queue | Owner::Agent { .. }) => {
                let lang = self.language_of(&conversation).await?;
                Ok((self.handle(conversation, head.seq, shop, lang, visitor), Shown::Seen))
            }
            _ => Err(HubError::UnknownShop(shop)),
        }
    }

    /// The language that a conversation was begun in.
    async fn language_of(&self, conversation: &ConversationId) -> Result<Language, HubError> {
        let first = self.journal.read(conversation, 0, 1).await?;
        Ok(match first.first().map(|event| &event.kind) {
            Some(EventKind::Started { lang, .. }) => *lang,
            _ => Language::default(),
        })
    }

    fn handle(
        self: Arc<Self>,
        conversation: ConversationId,
        seq: Seq,
        shop: ShopId,
        lang: Language,
        visitor: Visitor,
    ) -> ShopperHandle {
        let chat = self.conversations.get(&conversation);
        chat.advance_to(seq);
        let line = Line {
            shoppers: self,
            chat,
            visitor,
            shop,
            lang,
            seq,
            begun: AtomicBool::new(true),
        };
        ShopperHandle { line: Arc::new(line) }
    }

    /// A handle to a conversation that begins with the shopper's first word.
    fn unbegun_handle(
        self: Arc<Self>,
        opening: Opening,
        visitor: Visitor,
        told: Option<ConversationId>,
    ) -> ShopperHandle {
        let chat = self
            .unbegun
            .chat(&self.conversations, &opening.shop, &visitor.shopper, told);
        let line = Line {
            shoppers: self,
            chat,
            visitor,
            shop: opening.shop,
            lang: opening.lang,
            seq: STARTED,
            begun: AtomicBool::new(false),
        };
        ShopperHandle { line: Arc::new(line) }
    }
}

/// The capability to act as the shopper of one conversation. Clones share it.
///
/// Calls that store something finish also when the caller stops waiting. Two messages are in the order in which they
/// were sent only when the first was awaited before the second began.
#[derive(Clone)]
pub struct ShopperHandle {
    pub(super) line: Arc<Line>,
}

/// What its clones share.
pub(super) struct Line {
    pub(super) shoppers: Arc<Shoppers>,
    pub(super) chat: Arc<LiveConversation>,
    visitor: Visitor,
    shop: ShopId,
    lang: Language,
    seq: Seq,
    begun: AtomicBool,
}

impl Line {
    /// Begins the conversation, unless it has begun.
    async fn begin(&self) -> Result<(), HubError> {
        if self.begun.load(Ordering::Acquire) {
            return Ok(());
        }
        let Line { shoppers, chat, .. } = self;
        if !shoppers.shops.serves(&self.shop) {
            return Err(HubError::UnknownShop(self.shop.clone()));
        }
        if !self.visitor.stored {
            shoppers.visitors.remember(&self.visitor, &self.shop).await?;
        }
        let started = EventKind::Started {
            shop: self.shop.clone(),
            shopper: self.visitor.shopper.clone(),
            lang: self.lang,
        };
        let appended = shoppers
            .journal
            .append(chat.id(), &self.shop, Expect::New, vec![started]);
        match appended.await {
            Ok(receipt) => chat.begin_with(&receipt.events).await,
            // Another tab here was faster.
            Err(StoreError::Exists { conversation }) if conversation == *chat.id() => {}
            // Another tab at another server was: there is a conversation to go on with.
            Err(StoreError::Exists { .. }) => return Err(HubError::BegunElsewhere),
            Err(error) => return Err(error.into()),
        }
        chat.advance_to(STARTED);
        self.begun.store(true, Ordering::Release);
        Ok(())
    }
}

impl ShopperHandle {
    /// The conversation.
    pub fn conversation(&self) -> &ConversationId {
        self.line.chat.id()
    }

    /// Whether anything has been said in it. Until then nothing of it is stored.
    pub fn begun(&self) -> bool {
        self.line.begun.load(Ordering::Acquire)
    }

    /// The shop.
    pub fn shop(&self) -> &ShopId {
        &self.line.shop
    }

    /// Who the shopper is.
    pub fn shopper(&self) -> &ShopperId {
        &self.line.visitor.shopper
    }

    /// To be kept by the client and sent in its next `hello`: 32 random bytes as base64url. The store knows only
    /// its SHA-256.
    pub fn token(&self) -> &str {
        &self.line.visitor.token
    }

    /// What the shop says at the turns of this talk; `None` when the shop is no longer served.
    pub fn shop_words(&self) -> Option<ShopWords> {
        let Line { shoppers, visitor, .. } = &*self.line;
        let generation = shoppers.shops.get(&self.line.shop)?;
        let now = shoppers.journal.now();
        Some(ShopWords::new(&generation, &visitor.shopper, self.line.lang, now))
    }

    /// The conversation's last event when it was opened; where nothing has been said yet, the one it will begin with.
    pub fn seq(&self) -> Seq {
        self.line.seq
    }

    /// Stores what the shopper says, and where the bot owns the chat its turn: with it, or when the rest of a thought has come
    /// (the reply comes through the subscriptions). Sent twice under one id it is stored once and acknowledged with the same place.
    /// The caller limits length and rate.
    ///
    /// # Errors
    /// [`HubError::Closed`], [`HubError::BegunElsewhere`], [`HubError::Full`], [`HubError::Draining`], [`HubError::Store`].
    pub async fn send(&self, id: ClientMessageId, text: String) -> Result<Acknowledgement, HubError> {
        self.send_with(id, text, Vec::new()).await
    }

    /// As [`ShopperHandle::send`], with files that are kept for this conversation; the text holds their codes
    /// ([`crate::model::text_with_files`]).
    ///
    /// # Errors
    /// As [`ShopperHandle::send`].
    pub async fn send_with(
        &self,
        id: ClientMessageId,
        text: String,
        files: Vec<SentFile>,
    ) -> Result<Acknowledgement, HubError> {
        let line = Arc::clone(&self.line);
        let work = async move {
            let Line { shoppers, chat, .. } = &*line;
            line.begin().await?;
            let mut locked = chat.lock().await?;
            let masked = locked.kept_of(&text);
            let text = masked.clone().unwrap_or(text);
            let mut heard = None;
            let mut generation = None;
            if matches!(locked.state().owner, Owner::Queue | Owner::Agent { .. }) {
                // The bot takes no turn that would read it. It is read while others may have the chat.
                drop(locked);
                generation = shoppers.shops.get(&line.shop);
                heard = generation.as_ref().and_then(|generation| {
                    aside(text.len(), || {
                        guarded(chat.id(), "hearing", || meanwhile::hear(generation, &text)).flatten()
                    })
                });
                locked = chat.lock().await?;
            }
            if locked.state().owner == Owner::Closed {
                // Sent before the end and sent again: it is stored, so it is acknowledged.
                let stored = shoppers.log.find(chat.id().clone(), id, Speaker::Shopper).await?;
                let found = stored.map(Acknowledgement::found).ok_or(HubError::Closed)?;
                return Ok(found.kept_as(masked));
            }
            let now = shoppers.journal.now();
            let state = locked.state();
            if is_full(state) {
                let stored = shoppers.log.find(chat.id().clone(), id, Speaker::Shopper).await?;
                return stored.map(Acknowledgement::found).ok_or(HubError::Full);
            }
            // Who is there matters to the words that somebody in danger gets, and to nothing else.
            let staffing = generation
                .as_ref()
                .filter(|_| heard.is_some())
                .map(|generation| shoppers.turns.staffing(&state.shop, generation, state.lang, now));
            let bytes = text.len();
            let with_people = matches!(state.owner, Owner::Queue | Owner::Agent { .. });
            let wants_another = with_people && meanwhile::wants_another_agent(&text);
            let received = meanwhile::received(
                state,
                generation.as_deref().zip(staffing.as_ref()),
                id,
                text,
                heard,
                files,
                now,
            );
            let bots = locked.state().owner == Owner::Bot;
            let receipt = shoppers.turns.receive(chat, &mut locked, received).await?;
            if wants_another && !receipt.events.is_empty() {
                another_agent(&shoppers.floor, &mut locked).await?;
            }
            let wait_s = shoppers.turns.wait_s(bytes).filter(|_| bots);
            Ok(Acknowledgement::of(&receipt)?.kept_as(masked).answered_in(wait_s))
        };
        self.line.shoppers.lifecycle.finish(work).await
    }

    /// The button: hands the chat to people. With an agent it asks for another one, which is given once in a talk; does nothing
    /// while the chat waits.
    ///
    /// # Errors
    /// [`HubError::Closed`], [`HubError::BegunElsewhere`], [`HubError::UnknownShop`], [`HubError::Draining`],
    /// [`HubError::Store`].
    pub async fn request_agent(&self) -> Result<(), HubError> {
        let line = Arc::clone(&self.line);
        let work = async move {
            line.begin().await?;
            let mut locked = line.chat.lock_at_end().await?;
            match &locked.state().owner {
                Owner::Closed => return Err(HubError::Closed),
                Owner::Queue => return Ok(()),
                Owner::Agent { .. } => return another_agent(&line.shoppers.floor, &mut locked).await,
                Owner::Bot => {}
            }
            let events = line
                .shoppers
                .turns
                .hand_off_on_request(line.chat.id(), locked.state())?;
            let epoch = locked.state().epoch;
            if !events.is_empty() {
                locked.append(Expect::Epoch(epoch), events).await?;
            }
            Ok(())
        };
        self.line.shoppers.lifecycle.finish(work).await
    }

    /// Stores a rating, also after the end.
    ///
    /// # Errors
    /// [`HubError::BadRating`], [`HubError::Closed`] before anything was said, [`HubError::Draining`], [`HubError::Store`].
    pub async fn rate(&self, stars: u8) -> Result<(), HubError> {
        if !(1..=5).contains(&stars) {
            return Err(HubError::BadRating);
        }
        if !self.begun() {
            return Err(HubError::Closed);
        }
        let line = Arc::clone(&self.line);
        let work = async move {
            let mut locked = line.chat.lock().await?;
            locked.append(Expect::Any, vec![EventKind::Rated { stars }]).await?;
            Ok(())
        };
        self.line.shoppers.lifecycle.finish(work).await
    }

    /// Ends the conversation. Does nothing when it has ended.
    ///
    /// # Errors
    /// [`HubError::Closed`] before anything was said, [`HubError::Draining`], [`HubError::Store`].
    pub async fn close(&self) -> Result<(), HubError> {
        if !self.begun() {
            return Err(HubError::Closed);
        }
        let line = Arc::clone(&self.line);
        let work = async move {
            let mut locked = line.chat.lock_at_end().await?;
            if locked.state().owner != Owner::Closed {
                let epoch = locked.state().epoch;
                let kind = EventKind::Closed { agent: None };
                locked.append(Expect::Epoch(epoch), vec![kind]).await?;
            }
            Ok(())
        };
        self.line.shoppers.lifecycle.finish(work).await
    }

    /// Listens from `after` on (0: everything; [`ShopperHandle::seq`]: only what is new). A place beyond the end is
    /// taken for the end.
    pub fn subscribe(&self, after: Seq) -> Subscription {
        let Line { shoppers, chat, .. } = &*self.line;
        let page = ShopperPage::opened(&shoppers.floor, chat.id());
        shoppers.conversations.subscribe(chat, after).on(page)
    }
}
