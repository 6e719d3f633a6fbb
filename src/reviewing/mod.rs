//! Talks that people had are reviewed (质检): drawn at random or by what rules find, assessed by supervisors against the shop's sheet,
//! answered by the agent who is meant, and shared with colleagues who note what they see. What is said is kept as long as the talk;
//! that something was said stands in the audit record, without its words.

mod change;
mod draw;
mod error;
mod lists;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use jiff::ToSpan;
use jiff::civil::Date;

use crate::accounts::{AccountError, Accounts, Actor};
use crate::dialogue::Generation;
use crate::hub::{Hub, HubError, Reading};
use crate::insight::quality::{Mark, TalkFacts};
use crate::model::{Agent, ConversationId, Event, Millis, Owner, Review, Seq, ShopId};
use crate::shops::Shops;
use crate::store::{Store, events_before};

pub use change::{ReviewChange, Standing};
pub use draw::{Drawn, DrawnTalk, MOST_DRAWN, Wanted};
pub use error::ReviewError;
pub use lists::{Listed, Which};

use change::{Conditions, apply};

/// So many days back talks are drawn.
const OLDEST_DAYS: i32 = 92;
/// How often a change is tried when others change the same review.
const TRIES: usize = 8;

/// The reviews of talks. Clones share everything.
#[derive(Clone)]
pub struct Reviewing {
    store: Arc<dyn Store>,
    hub: Hub,
    accounts: Accounts,
    shops: Arc<Shops>,
    /// Whether numbers of identity cards and bank cards are hidden before something is kept.
    masks: bool,
}

/// A talk as somebody may see it who reviews it or is reviewed.
pub struct ReviewedTalk {
    /// As what they see it.
    pub standing: Standing,
    /// What is known of it.
    pub facts: TalkFacts,
    /// Its whole log.
    pub events: Vec<Arc<Event>>,
    /// What the rules find, in whatever the reader may see of it.
    pub marks: Vec<Mark>,
    /// What was said of it, as far as the reader may see it.
    pub review: Review,
    /// The shop, with the sheet by which it is assessed.
    pub shop: Arc<Generation>,
}

impl Reviewing {
    /// Over this store, under the rights that the hub knows.
    pub fn new(store: Arc<dyn Store>, hub: Hub, accounts: Accounts, shops: Arc<Shops>, masks: bool) -> Reviewing {
        Reviewing {
            store,
            hub,
            accounts,
            shops,
            masks,
        }
    }

    /// The day that it is in a shop.
    ///
    /// # Errors
    /// Whoever does not assess talks of this shop, or it is not served.
    pub fn today(&self, reader: &Agent, shop: &ShopId, now: Millis) -> Result<Date, ReviewError> {
        Ok(self.assessed_shop(reader, shop)?.pack.shop.hours.date_at(now))
    }

    /// Draws talks. It stands in the audit record as a search does, once an hour, and each talk that is opened stands there too.
    ///
    /// # Errors
    /// Whoever does not assess talks of this shop, [`ReviewError::Draw`], and a store that cannot be read.
    pub async fn draw(&self, reader: &Agent, wanted: &Wanted, now: Millis) -> Result<Drawn, ReviewError> {
        let shop = self.assessed_shop(reader, &wanted.shop)?;
        let today = shop.pack.shop.hours.date_at(now);
        let oldest = today.checked_sub(OLDEST_DAYS.days()).unwrap_or(Date::MIN);
        if !(1..=MOST_DRAWN).contains(&wanted.size) || wanted.day > today || wanted.day < oldest {
            return Err(ReviewError::Draw);
        }
        self.accounts.record_search(&reader.id, now).await?;
        let span = shop.pack.shop.hours.day(wanted.day);
        Ok(draw::draw(self.store.as_ref(), &shop, wanted, span).await?)
    }

    /// A talk with what was said of it.
    ///
    /// # Errors
    /// Whoever may not see it, and a store that cannot be read.
    pub async fn talk(&self, reader: &Agent, conversation: &ConversationId) -> Result<ReviewedTalk, ReviewError> {
        let review = self.store.review(conversation.clone()).await?.review;
        let (standing, shop) = self.standing(reader, conversation, &review).await?;
        let events = events_before(self.store.as_ref(), conversation, Seq::MAX).await?;
        let facts = TalkFacts::of(&events).ok_or(HubError::UnknownConversation)?;
        let mut marks = draw::judged(events.clone(), &shop).await?;
        // What colleagues look for is not told them beforehand, and of an agent others hear nothing.
        marks.retain(|mark| match standing {
            Standing::Assessor => true,
            Standing::Had => mark.agent.as_ref() == Some(&reader.id),
            Standing::Colleague => false,
        });
        Ok(ReviewedTalk {
            review: seen(review, standing, reader),
            standing,
            facts,
            events,
            marks,
            shop,
        })
    }

    /// Changes what is said of a talk. It is kept and recorded when this returns.
    ///
    /// # Errors
    /// As [`Reviewing::talk`], and what a review does not take.
    pub async fn change(
        &self,
        writer: &Agent,
        conversation: &ConversationId,
        change: &ReviewChange,
        now: Millis,
    ) -> Result<(), ReviewError> {
        for _ in 0..TRIES {
            let kept = self.store.review(conversation.clone()).await?;
            let mut review = kept.review;
            let (standing, shop) = self.standing(writer, conversation, &review).await?;
            let events = events_before(self.store.as_ref(), conversation, Seq::MAX).await?;
            let facts = TalkFacts::of(&events).ok_or(HubError::UnknownConversation)?;
            let around = Conditions {
                writer,
                standing,
                facts: &facts,
                sheet: shop.pack.scoring_sheet(),
                masks: self.masks,
                now,
            };
            let Some(detail) = apply(&mut review, change, &around)? else {
                return Ok(());
            };
            if self
                .store
                .put_review(conversation.clone(), kept.version, review)
                .await?
            {
                let talk = (conversation, &facts.shop);
                self.accounts.record_review(&writer.id, talk, detail, now).await?;
                return Ok(());
            }
            // Somebody was faster, or the talk has just been erased: the next look tells.
        }
        Err(ReviewError::Busy)
    }

    /// As what somebody stands to a talk, and its shop.
    async fn standing(
        &self,
        reader: &Agent,
        conversation: &ConversationId,
        review: &Review,
    ) -> Result<(Standing, Arc<Generation>), ReviewError> {
        let head = self.store.head(conversation.clone()).await?;
        let head = head.ok_or(HubError::UnknownConversation)?;
        let shop = self.shops.get(&head.shop).ok_or(HubError::OtherShop)?;
        let actor = Actor::Member(reader.clone());
        if actor.may_assess(&head.shop) {
            return Ok((Standing::Assessor, shop));
        }
        if !actor.may_read_shared(&head.shop) {
            return Err(HubError::OtherShop.into());
        }
        match self.hub.may_read(reader, conversation, None).await {
            Ok((_, Reading::Own | Reading::Former)) => Ok((Standing::Had, shop)),
            // What goes on again is no business of onlookers.
            Ok(_) | Err(HubError::NotReadable) if review.shared.is_some() && head.owner == Owner::Closed => {
                Ok((Standing::Colleague, shop))
            }
            Ok(_) => Err(HubError::NotReadable.into()),
            Err(error) => Err(error.into()),
        }
    }

    fn assessed_shop(&self, reader: &Agent, shop: &ShopId) -> Result<Arc<Generation>, ReviewError> {
        let served = self.shops.get(shop);
        let may = Actor::Member(reader.clone()).may_assess(shop);
        served.filter(|_| may).ok_or_else(|| AccountError::Forbidden.into())
    }
}

/// What somebody may see of a review: whoever assesses all of it, agents what is said of themselves, and notes while the talk is
/// shared.
fn seen(mut review: Review, standing: Standing, reader: &Agent) -> Review {
    if standing != Standing::Assessor {
        review.assessments.retain(|assessment| assessment.of == reader.id);
        if review.shared.is_none() {
            review.notes.clear();
        }
    }
    review
}
