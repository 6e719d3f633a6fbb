//! A draft tried, and published: by hand, or by itself when its time has come. What it holds is laid over the files as they are
//! at that moment, checked and tested like any change; where that fails the old pack goes on, and the draft says why.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::hub::Clock;
use crate::model::{Agent, AgentId, Millis, ShopId};
use crate::packs::{Finding, SourceFile};
use crate::store::StoreError;

use super::change::Change;
use super::changing::{Lately, Trial};
use super::draft::Draft;
use super::draft_steps::DraftStep;
use super::drafting::{refused, said};
use super::error::TeachError;
use super::piece::{LaidDraft, lay_all};
use super::writing::{self, Purpose, Written};
use super::{Teaching, whole};

/// So often it is looked which drafts are due, also those of which another server was told.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// So long a server that cannot write the files leaves it to one that can, milliseconds.
const LEFT_TO_OTHERS_MS: u64 = 60_000;

/// What was said that a draft is tried on.
#[derive(Clone, Debug)]
pub enum TriedOn {
    /// Nothing.
    Nothing,
    /// What was said since a moment.
    Since(Lately),
    /// What was said since it answers silently beside what is live.
    Shadow,
}

/// A draft that was published.
#[derive(Debug, Default)]
pub struct PublishedDraft {
    /// What was changed; nothing for a draft that says what was live already.
    pub changes: Vec<Change>,
    /// What `check` has to say about the files that were written.
    pub warnings: Vec<Finding>,
}

/// An attempt to publish a draft.
struct Attempt<'a> {
    by: &'a AgentId,
    shop: &'a ShopId,
    draft: &'a Draft,
    now: Millis,
}

impl Teaching {
    /// Tries all changes of a draft together: nothing is written.
    ///
    /// # Errors
    /// Why it would be refused, and what is in its way.
    pub async fn try_draft(
        &self,
        agent: &Agent,
        shop: &ShopId,
        id: &str,
        on: TriedOn,
        now: Millis,
    ) -> Result<Trial, TeachError> {
        self.may_teach(agent, shop)?;
        let before = self.generation(shop)?;
        let of_shop = self.of_shop(shop).await?;
        let draft = self.open_draft(&of_shop, id).await?;
        let lately = match (on, &draft.shadow) {
            (TriedOn::Nothing, _) => None,
            (TriedOn::Since(lately), _) => Some(lately),
            (TriedOn::Shadow, Some(shadow)) => {
                let day = |at| before.pack.shop.hours.date_at(at);
                Some(Lately {
                    since: shadow.since,
                    named: format!("{}..{}", day(shadow.since), day(now)),
                })
            }
            (TriedOn::Shadow, None) => {
                return Err(refused(
                    "这份草稿没有在静默试跑。",
                    "This draft does not answer beside what is live.",
                ));
            }
        };
        let laid = self.laid(shop, draft, now).await?;
        let sentences = laid.wanted.iter().flat_map(|wanted| wanted.sentences.clone()).collect();
        let (written, _) = self.put_draft(shop, draft, laid, Purpose::Try, now).await?;
        self.tried(agent, before, written, (None, sentences), lately, now).await
    }

    /// Publishes a draft that somebody has looked at: all of it or nothing. `seen` is the version that they saw.
    ///
    /// # Errors
    /// Why nothing was done; the draft remembers it.
    pub async fn publish_draft(
        &self,
        agent: &Agent,
        shop: &ShopId,
        id: &str,
        seen: u64,
        now: Millis,
    ) -> Result<PublishedDraft, TeachError> {
        self.may_teach(agent, shop)?;
        self.generation(shop)?;
        let (teaching, by, shop, id) = (self.clone(), agent.id.clone(), shop.clone(), id.to_owned());
        whole(async move {
            let of_shop = teaching.of_shop(&shop).await?;
            let draft = teaching.open_draft(&of_shop, &id).await?;
            if draft.version != seen {
                return Err(TeachError::DraftChanged);
            }
            let attempt = Attempt {
                by: &by,
                shop: &shop,
                draft,
                now,
            };
            teaching.publish(attempt, false).await
        })
        .await
    }

    /// Publishes drafts of the shops that are served here when their time has come, and lets others answer their share, until
    /// `stop`.
    pub async fn keep_time(self, clock: Clock, stop: CancellationToken) {
        loop {
            if let Err(error) = self.look_at_drafts(clock.now()).await {
                tracing::debug!(%error, "it is not known which drafts are due or answer a share");
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                () = stop.cancelled() => return,
            }
        }
    }

    async fn look_at_drafts(&self, now: Millis) -> Result<(), TeachError> {
        let served: Vec<ShopId> = self.0.shops.all().keys().cloned().collect();
        for (shop, of_shop) in self.of_shops(served.into_iter()).await? {
            self.bring_share(&shop, &of_shop, now).await?;
            if of_shop.drafts.open.values().all(|draft| draft.due.is_none()) {
                continue;
            }
            let waits = if self.0.editor.may_write(&shop) {
                0
            } else {
                LEFT_TO_OTHERS_MS
            };
            for draft in of_shop.drafts.open.values() {
                let due = draft.due.as_ref().filter(|due| due.at.plus(waits) <= now);
                let Some(due) = due.filter(|_| draft.claimed(now).is_none()) else {
                    continue;
                };
                let attempt = Attempt {
                    by: &due.by,
                    shop: &shop,
                    draft,
                    now,
                };
                match self.publish(attempt, true).await {
                    Ok(done) => {
                        let changes = done.changes.len();
                        tracing::info!(%shop, draft = draft.id, changes, "a draft is live, as its time has come");
                    }
                    // Another server was faster, or somebody has changed it.
                    Err(
                        TeachError::DraftBusy(_)
                        | TeachError::DraftChanged
                        | TeachError::UnknownDraft { .. }
                        | TeachError::Stopped,
                    ) => {}
                    Err(TeachError::Store(error)) => return Err(error.into()),
                    Err(error) => {
                        let [_, why] = said(&error);
                        tracing::error!(%shop, draft = draft.id, why, "a draft is not live though its time has come; what answered goes on");
                    }
                }
            }
        }
        Ok(())
    }

    /// Publishes a draft in somebody's name, and records what became of it.
    async fn publish(&self, attempt: Attempt<'_>, due: bool) -> Result<PublishedDraft, TeachError> {
        let _one = self.0.deciding.lock().await;
        let Attempt { by, shop, draft, now } = attempt;
        let token = uuid::Uuid::now_v7().simple().to_string();
        let claim = DraftStep::Claim {
            token: token.clone(),
            seen: draft.version,
            due,
        };
        self.step(by, shop, &draft.id, claim, now).await?;
        let (step, outcome) = match self.made(&attempt).await {
            Ok((done, pack)) => (DraftStep::Publish { token, pack }, Ok(done)),
            // The next server, or this one when it is there again, does it.
            Err(TeachError::Stopped) => (DraftStep::Release { token }, Err(TeachError::Stopped)),
            Err(error) => {
                let why = said(&error);
                (DraftStep::Fail { token, why }, Err(error))
            }
        };
        self.step(by, shop, &draft.id, step, now).await?;
        outcome
    }

    async fn made(&self, attempt: &Attempt<'_>) -> Result<(PublishedDraft, String), TeachError> {
        let Attempt { by, shop, draft, now } = *attempt;
        let colleagues = self.0.accounts.teachers(shop).await?;
        // Whoever has set the time may have left since.
        if colleagues.iter().all(|colleague| colleague.id != *by) {
            return Err(refused(
                "定时的人现在不能让这家店的话术上线了：请别人来上线，或重新定时。",
                "Whoever set the time may not publish for this shop any more; somebody else may publish it, or set the time anew.",
            ));
        }
        let laid = self.laid(shop, draft, now).await?;
        let (written, changes) = self.put_draft(shop, draft, laid, Purpose::Make, now).await?;
        let pack = written.as_ref().map_or_else(String::new, |written| written.pack(shop));
        let mut done = PublishedDraft {
            warnings: written.map(|written| written.warnings).unwrap_or_default(),
            changes: Vec::new(),
        };
        for change in changes {
            let change = Change {
                pack: pack.clone(),
                draft: Some(draft.id.clone()),
                ..change
            };
            self.keep(by, shop, &change, now).await?;
            done.changes.push(change);
        }
        Ok((done, pack))
    }

    /// What a draft comes to in the files as they are.
    pub(super) async fn laid(&self, shop: &ShopId, draft: &Draft, now: Millis) -> Result<LaidDraft, TeachError> {
        let (editor, generation, kept) = (self.0.editor.clone(), self.generation(shop)?, draft.kept.clone());
        let laid = tokio::task::spawn_blocking(move || lay_all(&kept, &editor.files(), &generation, now));
        laid.await.map_err(StoreError::from)?
    }

    /// Puts what a draft comes to into the files, or tries it; and what is to be recorded of it.
    pub(super) async fn put_draft(
        &self,
        shop: &ShopId,
        draft: &Draft,
        laid: LaidDraft,
        purpose: Purpose,
        now: Millis,
    ) -> Result<(Option<Written>, Vec<Change>), TeachError> {
        let LaidDraft {
            takes_away,
            wanted,
            changes,
            files,
        } = laid;
        if files.is_empty() {
            return Ok((None, changes));
        }
        let (generation, kept) = (self.generation(shop)?, draft.kept.clone());
        let recorded: Arc<Mutex<Vec<Change>>> = Arc::default();
        let told = Arc::clone(&recorded);
        // The files may be others by the time it is its turn.
        let write = move |files: &[SourceFile]| {
            let laid = lay_all(&kept, files, &generation, now)?;
            *told.lock().unwrap_or_else(PoisonError::into_inner) = laid.changes;
            Ok(laid.files)
        };
        let written = writing::change(&self.0.editor, purpose, takes_away, Box::new(write), wanted).await?;
        let changes = std::mem::take(&mut *recorded.lock().unwrap_or_else(PoisonError::into_inner));
        Ok((written, changes))
    }
}
