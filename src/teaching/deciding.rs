//! A decision about a group of messages put into the files, and what is told of a change that was made.

use std::sync::Arc;

use crate::dialogue::Generation;
use crate::model::{Agent, Millis, ShopId};
use crate::packs::{Finding, SourceFile};
use crate::store::StoreError;
use crate::understanding::personal::hide_personal;

use super::change::{Change, Did};
use super::error::TeachError;
use super::trying;
use super::wish::{self, Wish};
use super::writing::{self, Purpose, Wanted, Written};
use super::{Decision, Taught, Teaching};

impl Teaching {
    pub(super) async fn decide(&self, agent: &Agent, decision: Decision, now: Millis) -> Result<Taught, TeachError> {
        let shop = decision.shop.clone();
        let _one = self.0.deciding.lock().await;
        let before = self.generation(&shop)?;
        let (sentences, question, written) = self.write_decision(&decision, &before, Purpose::Make, now).await?;
        let (file, pack, warnings) = Written::of_one(written, &shop);
        let change = Change {
            id: uuid::Uuid::now_v7().simple().to_string(),
            did: decision.wish.did(),
            group: decision.group,
            sentences: sentences.iter().map(|text| hide_personal(text).into_owned()).collect(),
            question,
            file,
            pack,
            ..Change::default()
        };
        self.keep(&agent.id, &shop, &change, now).await?;
        self.told(before, &shop, change, sentences, warnings, now).await
    }

    /// Writes what a decision comes to, or tries it: the sentences, the question that they are to ask, and what is written.
    pub(super) async fn write_decision(
        &self,
        decision: &Decision,
        before: &Generation,
        purpose: Purpose,
        now: Millis,
    ) -> Result<(Vec<String>, Option<String>, Option<Written>), TeachError> {
        let is_written = decision.wish != Wish::Ignore;
        let sentences = wish::sentences(&decision.sentences, is_written)?;
        let question = decision.wish.question(before)?;
        if !is_written {
            return Ok((sentences, question, None));
        }
        let wanted = Wanted {
            shop: decision.shop.clone(),
            question: question.clone(),
            sentences: sentences.clone(),
            now,
        };
        let (wish, id, texts, shop) = (
            decision.wish.clone(),
            question.clone(),
            sentences.clone(),
            decision.shop.clone(),
        );
        let write = move |files: &[SourceFile]| {
            let change = wish.write(files, shop.as_str(), id.as_deref(), &texts)?;
            Ok(change.into_iter().collect())
        };
        let written = writing::change(&self.0.editor, purpose, false, Box::new(write), vec![wanted]).await?;
        Ok((sentences, question, written))
    }

    /// What has become of a change that was made.
    pub(super) async fn told(
        &self,
        before: Arc<Generation>,
        shop: &ShopId,
        change: Change,
        sentences: Vec<String>,
        warnings: Vec<Finding>,
        now: Millis,
    ) -> Result<Taught, TeachError> {
        let after = self.generation(shop)?;
        let day = self.kept_texts(shop);
        let says = change.did != Did::Ignore;
        let looked = tokio::task::spawn_blocking(move || {
            let answered = match says {
                true => sentences.iter().map(|text| trying::say(&after, text, now)).collect(),
                false => Vec::new(),
            };
            let intents = before.pack.intents.iter().flat_map(|intent| &intent.tests);
            let tests = intents.map(|test| test.ask.as_str());
            let days = day.iter().flat_map(|day| day.texts.iter().map(String::as_str));
            (answered, trying::moved(&before, &after, days.chain(tests), &sentences))
        });
        let (answered, (moved, moved_count)) = looked.await.map_err(StoreError::from)?;
        Ok(Taught {
            change,
            answered,
            moved,
            moved_count,
            warnings,
        })
    }
}
