//! Lists of what was said: of oneself, on the shared list, and all for whoever assesses.

use std::collections::BTreeMap;
use std::ops::Range;

use futures_util::{StreamExt, TryStreamExt, stream};

use super::change::Standing;
use super::error::ReviewError;
use super::{Reviewing, seen};
use crate::accounts::Actor;
use crate::model::{Agent, AgentId, ConversationId, Millis, Review, ShopId, ShopperId};
use crate::store::{Head, StoreError};

/// Reviews of a shop that are looked through, and talks that are listed, at most.
const LOOKED_THROUGH: usize = 5_000;
const MOST_LISTED: usize = 200;
/// Heads read at a time.
const BESIDE: usize = 8;

/// Which list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// What was said of the reader.
    Own,
    /// Talks that colleagues share.
    Shared,
    /// Everything that was said, for whoever assesses.
    Assessed,
}

/// A talk on a list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Which.
    pub conversation: ConversationId,
    /// The shop.
    pub shop: ShopId,
    /// The customer.
    pub shopper: ShopperId,
    /// When it ended, or something happened in it last.
    pub at: Millis,
    /// As what the reader sees it.
    pub standing: Standing,
    /// What was said of it, as far as the reader may see it.
    pub review: Review,
}

impl Reviewing {
    /// A list, what was said last first, at most 200 talks.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn list(&self, reader: &Agent, which: Which) -> Result<Vec<Listed>, ReviewError> {
        let actor = Actor::Member(reader.clone());
        let mut found: Vec<(Millis, ConversationId, Standing, Review)> = Vec::new();
        for shop in self.shops.all().keys() {
            let assesses = actor.may_assess(shop);
            let may = match which {
                Which::Own | Which::Shared => actor.may_read_shared(shop),
                Which::Assessed => assesses,
            };
            if !may {
                continue;
            }
            for (conversation, review) in self.store.reviews_of(shop.clone(), LOOKED_THROUGH).await? {
                let standing = match (which, assesses) {
                    (Which::Own, _) => Standing::Had,
                    (_, true) => Standing::Assessor,
                    (_, false) => Standing::Colleague,
                };
                let review = seen(review, standing, reader);
                let listed = match which {
                    Which::Shared => review.shared.is_some(),
                    Which::Own | Which::Assessed => !review.assessments.is_empty(),
                };
                if listed {
                    found.push((said_last(&review), conversation, standing, review));
                }
            }
        }
        found.sort_unstable_by(|a, b| b.0.cmp(&a.0).then_with(|| b.1.cmp(&a.1)));
        found.truncate(MOST_LISTED);
        let heads = stream::iter(found)
            .map(|(_, conversation, standing, review)| async move {
                let head = self.store.head(conversation).await?;
                Ok::<_, StoreError>(head.map(|head| listed(head, standing, review)))
            })
            .buffered(BESIDE);
        let listed: Vec<Option<Listed>> = heads.try_collect().await?;
        Ok(listed.into_iter().flatten().collect())
    }

    /// Points that were taken off agents of a shop in a span of time, by agent.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn points(&self, shop: &ShopId, span: Range<Millis>) -> Result<BTreeMap<AgentId, u32>, ReviewError> {
        let mut points = BTreeMap::new();
        for (_, review) in self.store.reviews_of(shop.clone(), LOOKED_THROUGH).await? {
            let within = review.assessments.iter().filter(|one| span.contains(&one.at));
            for assessment in within {
                *points.entry(assessment.of.clone()).or_default() += assessment.points();
            }
        }
        Ok(points)
    }
}

fn listed(head: Head, standing: Standing, review: Review) -> Listed {
    Listed {
        conversation: head.conversation,
        shop: head.shop,
        shopper: head.shopper,
        at: head.at,
        standing,
        review,
    }
}

/// When something was said of a talk last.
fn said_last(review: &Review) -> Millis {
    let assessments = review.assessments.iter();
    let said = assessments.flat_map(|one| one.answers.iter().map(|answer| answer.at).chain([one.at]));
    let shared = review.shared.iter().map(|shared| shared.at);
    said.chain(shared)
        .chain(review.notes.iter().map(|note| note.at))
        .max()
        .unwrap_or_default()
}
