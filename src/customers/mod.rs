//! What colleagues keep of a customer: tags, VIP, notes. Whoever may read a chat of the customer sees and changes them; every
//! change stands in the audit record, under the hash by which erasures are known too.

mod error;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::accounts::Accounts;
use crate::hub::Hub;
use crate::model::visible::{is_unseen, shows_something};
use crate::model::{Agent, ColleagueNote, ConversationId, CustomerCard, Millis, ShopId, ShopperId};
use crate::privacy::{kept_note, mask_cards};
use crate::store::{Store, StoreError};

pub use error::CardError;

/// Longest tag, characters.
const LONGEST_TAG: usize = 20;
/// Tags and notes of one customer at most.
const MOST_TAGS: usize = 20;
const MOST_NOTES: usize = 100;
/// Tags of a shop that are told at most.
const MOST_TOLD: usize = 500;
/// How long they are known before they are read again: the cards of all customers of the shop have them.
const TAGS_KNOWN: Duration = Duration::from_secs(30);
/// How often a change is tried when others change the same card.
const TRIES: usize = 8;

/// A change of a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CardChange {
    /// Puts a tag on it.
    Tag(String),
    /// Takes a tag off it.
    NoTag(String),
    /// A VIP, or none any more.
    Vip(bool),
    /// Writes a note.
    Note(String),
    /// Deletes a note of one's own; supervisors and owners any.
    NoNote(String),
}

/// A customer's card for somebody at a desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownCard {
    /// The shop.
    pub shop: ShopId,
    /// Whose.
    pub shopper: ShopperId,
    /// The card.
    pub card: CustomerCard,
    /// The tags that the shop's customers have, in order, at most 500.
    pub shop_tags: Vec<String>,
}

/// The tags of a shop, and when they were read.
type ReadAt = (Instant, Vec<String>);

/// The cards of customers. Clones share everything.
#[derive(Clone)]
pub struct Customers {
    store: Arc<dyn Store>,
    hub: Hub,
    accounts: Accounts,
    /// Whether numbers of identity cards and bank cards are hidden before a note is kept.
    masks: bool,
    /// The tags of shops, and when they were read.
    tags: Arc<Mutex<HashMap<ShopId, ReadAt>>>,
}

impl Customers {
    /// Over this store, under the rights that the hub knows.
    pub fn new(store: Arc<dyn Store>, hub: Hub, accounts: Accounts, masks: bool) -> Customers {
        Customers {
            store,
            hub,
            accounts,
            masks,
            tags: Arc::default(),
        }
    }

    /// The tags of this shop are other than before.
    pub fn forget_tags(&self, shop: &ShopId) {
        self.known_tags().remove(shop);
    }

    async fn tags_of(&self, shop: &ShopId) -> Result<Vec<String>, StoreError> {
        if let Some((read, tags)) = self.known_tags().get(shop)
            && read.elapsed() < TAGS_KNOWN
        {
            return Ok(tags.clone());
        }
        let read = Instant::now();
        let mut tags = self.store.customer_tags(shop.clone()).await?;
        tags.truncate(MOST_TOLD);
        self.known_tags().insert(shop.clone(), (read, tags.clone()));
        Ok(tags)
    }

    fn known_tags(&self) -> MutexGuard<'_, HashMap<ShopId, (Instant, Vec<String>)>> {
        self.tags.lock().expect("no holder of this lock panics")
    }

    /// The card of a chat's customer, for whoever may read the chat.
    ///
    /// # Errors
    /// Who may not read the chat, and a store that cannot be read.
    pub async fn card(&self, reader: &Agent, chat: &ConversationId) -> Result<ShownCard, CardError> {
        let (head, _) = self.hub.may_read(reader, chat, None).await?;
        let kept = self
            .store
            .customer_card(head.shop.clone(), head.shopper.clone())
            .await?;
        Ok(ShownCard {
            shop_tags: self.tags_of(&head.shop).await?,
            shop: head.shop,
            shopper: head.shopper,
            card: kept.card,
        })
    }

    /// Changes the card of a chat's customer. It is kept and recorded when this returns.
    ///
    /// # Errors
    /// As [`Customers::card`], and what a card does not take.
    pub async fn change(
        &self,
        writer: &Agent,
        chat: &ConversationId,
        change: &CardChange,
        now: Millis,
    ) -> Result<ShownCard, CardError> {
        let (head, _) = self.hub.may_read(writer, chat, None).await?;
        let (shop, shopper) = (head.shop, head.shopper);
        for _ in 0..TRIES {
            let kept = self.store.customer_card(shop.clone(), shopper.clone()).await?;
            let mut card = kept.card.clone();
            let Some(detail) = apply(&mut card, change, writer, self.masks, now)? else {
                return self.card(writer, chat).await;
            };
            let put = self
                .store
                .put_customer_card(shop.clone(), shopper.clone(), kept.version, card);
            if put.await? {
                self.accounts
                    .record_card(&writer.id, (&shop, &shopper), detail, now)
                    .await?;
                if matches!(change, CardChange::Tag(_) | CardChange::NoTag(_)) {
                    self.forget_tags(&shop);
                }
                if !matches!(change, CardChange::Note(_) | CardChange::NoNote(_))
                    && let Err(error) = self.hub.customer_changed(&shop, &shopper).await
                {
                    // The card is kept; the chat is ordered by it when people get it the next time.
                    tracing::warn!(%chat, %error, "an open chat does not show the customer's card anew");
                }
                return self.card(writer, chat).await;
            }
            // Somebody was faster, or the customer has just been erased: then there is no chat to read any more.
            self.hub.may_read(writer, chat, None).await?;
        }
        Err(CardError::Busy)
    }
}

/// Changes a card; what the record says of it, or `None` when it is so already.
fn apply(
    card: &mut CustomerCard,
    change: &CardChange,
    writer: &Agent,
    masks: bool,
    now: Millis,
) -> Result<Option<Value>, CardError> {
    match change {
        CardChange::Tag(tag) => {
            let tag = tag_of(tag, masks)?;
            let Err(place) = card.tags.binary_search(&tag) else {
                return Ok(None);
            };
            if card.tags.len() >= MOST_TAGS {
                return Err(CardError::TagsFull);
            }
            card.tags.insert(place, tag.clone());
            Ok(Some(json!({"did": "tag", "tag": tag})))
        }
        CardChange::NoTag(tag) => {
            let before = card.tags.len();
            card.tags.retain(|known| known != tag);
            Ok((card.tags.len() < before).then(|| json!({"did": "no_tag", "tag": tag})))
        }
        CardChange::Vip(vip) => {
            let changes = card.vip != *vip;
            card.vip = *vip;
            Ok(changes.then(|| json!({"did": if *vip { "vip" } else { "no_vip" }})))
        }
        CardChange::Note(text) => {
            let text = kept_note(text, masks)?;
            if card.notes.len() >= MOST_NOTES {
                return Err(CardError::NotesFull);
            }
            let id = uuid::Uuid::now_v7().to_string();
            card.notes.push(ColleagueNote {
                id: id.clone(),
                at: now,
                agent: writer.id.clone(),
                name: writer.name.clone(),
                text,
            });
            Ok(Some(json!({"did": "note", "note": id})))
        }
        CardChange::NoNote(id) => {
            let place = card.notes.iter().position(|note| note.id == *id);
            let place = place.ok_or(CardError::UnknownNote)?;
            if !may_delete(&card.notes[place], writer) {
                return Err(crate::accounts::AccountError::Forbidden.into());
            }
            card.notes.remove(place);
            Ok(Some(json!({"did": "no_note", "note": id})))
        }
    }
}

/// Whether somebody may delete a note: one's own, and who looks after agents any.
pub fn may_delete(note: &ColleagueNote, writer: &Agent) -> bool {
    note.agent == writer.id || crate::accounts::rights::reads_all_talks(writer)
}

/// A tag as it is kept: without blanks at its ends and what cannot be seen, blanks within as one. A number of a card is none:
/// the record keeps tags longer than cards.
fn tag_of(written: &str, masks: bool) -> Result<String, CardError> {
    let words: Vec<String> = written
        .split_whitespace()
        .map(|word| word.chars().filter(|sign| !is_unseen(*sign)).collect())
        .collect();
    let tag = words.join(" ");
    let is_card = masks && mask_cards(&tag, true) != tag;
    match shows_something(&tag) && tag.chars().nth(LONGEST_TAG).is_none() && !is_card {
        true => Ok(tag),
        false => Err(CardError::Tag),
    }
}

impl CardError {
    /// What is wrong with the store, if anything is.
    pub fn store(&self) -> Option<&StoreError> {
        match self {
            CardError::Store(error) | CardError::Hub(crate::hub::HubError::Store(error)) => Some(error),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::model::{AgentId, Role};

    fn agent(id: &str, role: Role) -> Agent {
        Agent {
            id: AgentId::new(id),
            name: id.to_owned(),
            roles: [role].into(),
            shops: Vec::new(),
            groups: Vec::new(),
            languages: Vec::new(),
            capacity: 1,
        }
    }

    fn change(card: &mut CustomerCard, change: CardChange) -> Result<Option<Value>, CardError> {
        apply(card, &change, &agent("mei", Role::Agent), true, Millis(7))
    }

    #[test]
    fn tags_are_kept_in_order_each_once_within_bounds() {
        let mut card = CustomerCard::default();
        for tag in ["批发", " 学生\u{200b} ", "批发", "老 顾客"] {
            change(&mut card, CardChange::Tag(tag.to_owned())).unwrap();
        }
        assert_eq!(card.tags, ["学生", "批发", "老 顾客"]);
        assert_eq!(
            change(&mut card, CardChange::Tag("批发".to_owned())).unwrap(),
            None,
            "it is so already"
        );
        assert!(
            change(&mut card, CardChange::NoTag("学生".to_owned()))
                .unwrap()
                .is_some()
        );
        assert_eq!(change(&mut card, CardChange::NoTag("学生".to_owned())).unwrap(), None);
        for bad in [
            "",
            " ",
            "\u{200b}",
            "11010519491231002X",
            "一二三四五六七八九十一二三四五六七八九十一",
        ] {
            let refused = change(&mut card, CardChange::Tag(bad.to_owned()));
            assert!(matches!(refused, Err(CardError::Tag)), "{bad}");
        }
        for number in 0..18 {
            change(&mut card, CardChange::Tag(format!("t{number}"))).unwrap();
        }
        let refused = change(&mut card, CardChange::Tag("one more".to_owned()));
        assert!(matches!(refused, Err(CardError::TagsFull)));
    }

    #[test]
    fn notes_hide_cards_and_are_deleted_by_who_wrote_them_or_supervises() {
        let mut card = CustomerCard::default();
        let note = "身份证11010519491231002X 要开发票".to_owned();
        let recorded = change(&mut card, CardChange::Note(note)).unwrap().unwrap();
        assert!(card.notes[0].text.contains("002X") && !card.notes[0].text.contains("1101051949"));
        assert!(!recorded.to_string().contains("发票"), "the record has no words of it");
        assert!(matches!(
            change(&mut card, CardChange::Note("长".repeat(2_001))),
            Err(CardError::NoteLong)
        ));
        assert!(matches!(
            change(&mut card, CardChange::Note("长".repeat(34_000))),
            Err(CardError::NoteLong)
        ));
        assert!(matches!(
            change(&mut card, CardChange::Note(" \u{200b}".to_owned())),
            Err(CardError::NoteEmpty)
        ));
        let delete = CardChange::NoNote(card.notes[0].id.clone());
        let by = |card: &mut CustomerCard, who: &Agent| apply(card, &delete, who, true, Millis(8));
        assert!(matches!(
            by(&mut card, &agent("pi", Role::Agent)),
            Err(CardError::Account(_))
        ));
        assert!(by(&mut card, &agent("boss", Role::Supervisor)).unwrap().is_some());
        assert!(matches!(
            by(&mut card, &agent("mei", Role::Agent)),
            Err(CardError::UnknownNote)
        ));
    }
}
