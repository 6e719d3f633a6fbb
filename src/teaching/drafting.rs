//! Drafts: a change of a form kept for later instead of made, collected with others, given to a colleague, sent back.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::json;

use crate::accounts::{AccountError, Actor};
use crate::model::{Agent, AgentId, Millis, ShopId};
use crate::packs::OwnWords;
use crate::store::StoreError;

use super::change::{Change, FileEdit, LONGEST_REASON, plain_words};
use super::changing::QuestionEdit;
use super::draft::{Draft, Drafts, MOST_PIECES};
use super::draft_steps::{DraftEntry, DraftStep};
use super::error::TeachError;
use super::piece::{Piece, lay_all, piece_of};
use super::record::OfShop;
use super::shop_edit::ShopEdit;
use super::wish::Wish;
use super::{Decision, Teaching};

/// Drafts of a shop that are open at once.
const MOST_DRAFTS: usize = 100;
/// Largest change that is kept, bytes of JSON: it stands in the audit record.
const LARGEST: usize = 128 * 1024;
/// Longest words to a colleague, characters.
const LONGEST_WORDS: usize = 500;
/// No time is set further ahead, milliseconds.
const FURTHEST_MS: u64 = 366 * 86_400_000;

/// The share of the talks that a draft may answer, percent.
const SHARES: std::ops::RangeInclusive<u8> = 5..=50;

/// A change as a form has it.
#[derive(Clone, Debug)]
pub enum Wished {
    /// Words of a question.
    Question(QuestionEdit),
    /// Hours, a fact or an article.
    Shop(ShopEdit),
    /// A decision about a group of messages.
    Teach(Decision),
}

/// What is done with a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DraftAct {
    /// A change is taken out of it.
    Remove(String),
    /// A colleague is asked to look.
    Ask {
        /// Who.
        to: AgentId,
        /// What is said to them.
        words: String,
    },
    /// It is sent back with these words.
    SendBack(String),
    /// It is to be published at a moment.
    Schedule(Millis),
    /// It is not to be published by itself.
    Unschedule,
    /// It answers silently beside what is live, or does not any more.
    Shadow(bool),
    /// It answers this share of the talks that begin from now on, percent, or none.
    Share(Option<u8>),
    /// It is thrown away.
    Discard,
}

/// A draft for a reader.
#[derive(Debug)]
pub struct ListedDraft {
    /// The draft.
    pub draft: Draft,
    /// What each of its changes does, by id.
    pub changes: Vec<(String, Change)>,
    /// What would be written now, for people.
    pub diffs: Vec<(String, String)>,
    /// Why it cannot be published as things are, in Chinese and in English.
    pub in_the_way: Option<[String; 2]>,
}

/// The drafts of a shop for a reader.
#[derive(Debug)]
pub struct DraftList {
    /// The newest first.
    pub drafts: Vec<ListedDraft>,
    /// Who may publish them, by name.
    pub colleagues: Vec<Agent>,
    /// Whether the reader may.
    pub may_teach: bool,
}

impl Teaching {
    /// The drafts of a shop, newest first, each with what it would do to the files as they are.
    ///
    /// # Errors
    /// Whoever may not read them.
    pub async fn drafts(&self, agent: &Agent, shop: &ShopId, now: Millis) -> Result<DraftList, TeachError> {
        let actor = Actor::Member(agent.clone());
        if !actor.may_read_morning(shop) {
            return Err(AccountError::Forbidden.into());
        }
        let generation = self.generation(shop)?;
        let of_shop = self.of_shop(shop).await?;
        let editor = self.0.editor.clone();
        let listed = tokio::task::spawn_blocking(move || {
            let open = &of_shop.drafts.open;
            let files = if open.is_empty() { Vec::new() } else { editor.files() };
            let listed = open.values().rev().map(|draft| {
                let laid = lay_all(&draft.kept, &files, &generation, now);
                let changes = draft.kept.iter().map(|kept| {
                    let change = piece_of(kept).map(|piece| piece.change()).unwrap_or_default();
                    (kept.id.clone(), change)
                });
                let (diffs, in_the_way) = match laid {
                    Ok(laid) => {
                        let edits = laid.files.iter().map(FileEdit::of);
                        (edits.map(|edit| (edit.name, edit.diff)).collect(), None)
                    }
                    Err(error) => (Vec::new(), Some(said(&error))),
                };
                ListedDraft {
                    changes: changes.collect(),
                    draft: draft.clone(),
                    diffs,
                    in_the_way,
                }
            });
            listed.collect()
        });
        Ok(DraftList {
            drafts: listed.await.map_err(StoreError::from)?,
            colleagues: self.0.accounts.teachers(shop).await?,
            may_teach: actor.may_teach(shop),
        })
    }

    /// How many drafts of these shops wait for something that this person is to do.
    ///
    /// # Errors
    /// The record cannot be read.
    pub async fn drafts_waiting(&self, agent: &Agent, shops: &[ShopId]) -> Result<usize, TeachError> {
        let actor = Actor::Member(agent.clone());
        let shops = shops.iter().filter(|shop| actor.may_teach(shop)).cloned();
        let of_shops = self.of_shops(shops).await?;
        let open = of_shops.iter().flat_map(|(_, of_shop)| of_shop.drafts.open.values());
        Ok(open.filter(|draft| draft.waits_for(&agent.id)).count())
    }

    /// Keeps a change for later, in a new draft or in one that is there: what is wrong with the form is said at once. The
    /// draft's id.
    ///
    /// # Errors
    /// Why it is not kept.
    pub async fn keep_for_later(
        &self,
        agent: &Agent,
        wished: Wished,
        draft: Option<String>,
        reason: &str,
        now: Millis,
    ) -> Result<String, TeachError> {
        let shop = match &wished {
            Wished::Question(edit) => edit.shop.clone(),
            Wished::Shop(edit) => edit.shop.clone(),
            Wished::Teach(decision) => decision.shop.clone(),
        };
        self.may_teach(agent, &shop)?;
        let generation = self.generation(&shop)?;
        let piece = self.piece(wished, now).await?;
        let wish = serde_json::to_value(&piece).map_err(|error| StoreError::Unavailable(error.to_string()))?;
        if wish.to_string().len() > LARGEST {
            return Err(refused(
                "这条改动太大，留不住（最多 128 KB）；请直接保存，或分几次。",
                "This change is too large to be kept (128 KB at most); save it at once, or in parts.",
            ));
        }
        let of_shop = self.of_shop(&shop).await?;
        let (id, instead) = match draft {
            None if of_shop.drafts.open.len() >= MOST_DRAFTS => {
                return Err(refused(
                    "这家店已经有 100 份草稿：先上线或扔掉一些。",
                    "The shop has 100 drafts already; publish some, or throw some away.",
                ));
            }
            None => (uuid::Uuid::now_v7().simple().to_string(), Vec::new()),
            Some(id) => {
                let known = self.open_draft(&of_shop, &id).await?;
                let same = known.kept.iter().filter(|kept| {
                    let other = piece_of(kept);
                    other.is_ok_and(|other| other.is_about_the_same(&piece))
                });
                let instead: Vec<String> = same.map(|kept| kept.id.clone()).collect();
                if known.kept.len() - instead.len() >= MOST_PIECES {
                    return Err(refused(
                        "一份草稿最多 50 条改动：另开一份。",
                        "A draft holds 50 changes at most; begin another.",
                    ));
                }
                (id, instead)
            }
        };
        let step = DraftStep::Keep {
            piece: uuid::Uuid::now_v7().simple().to_string(),
            wish,
            instead,
            reason: plain_words(reason, LONGEST_REASON),
            base: generation.pack.id.as_str().to_owned(),
        };
        self.step(&agent.id, &shop, &id, step, now).await?;
        Ok(id)
    }

    /// What a form wishes, held against the files as a save is.
    async fn piece(&self, wished: Wished, now: Millis) -> Result<Piece, TeachError> {
        let shop;
        let piece = match wished {
            Wished::Question(edit) => {
                shop = edit.shop.clone();
                let (id, words) = (edit.id.clone(), Box::new(edit.words.clone()));
                let planned = self.planned(edit, now).await?;
                let base = Box::new(if id.is_some() {
                    planned.own()
                } else {
                    OwnWords::default()
                });
                Piece::Question { id, base, words }
            }
            Wished::Shop(edit) => {
                shop = edit.shop;
                self.fits_files(&shop, &edit.thing).await?;
                Piece::Shop {
                    thing: edit.thing.tidy(),
                }
            }
            // Nothing is written, and what was said may be personal.
            Wished::Teach(Decision { wish: Wish::Ignore, .. }) => {
                return Err(refused(
                    "忽略不用留着，直接点就行。",
                    "What is to be ignored is not kept for later; ignore it at once.",
                ));
            }
            Wished::Teach(Decision {
                shop: of,
                group,
                sentences,
                wish,
            }) => {
                shop = of;
                Piece::Teach { group, sentences, wish }
            }
        };
        let (generation, editor, kept) = (self.generation(&shop)?, self.0.editor.clone(), piece.clone());
        let fits = tokio::task::spawn_blocking(move || kept.writes(&editor.files(), &generation, now));
        match fits.await.map_err(StoreError::from)?? {
            true => Ok(piece),
            false => Err(refused(
                "和现在的一样，没有什么要留的。",
                "It says what is live already; there is nothing to keep.",
            )),
        }
    }

    /// Does something with a draft.
    ///
    /// # Errors
    /// Why not.
    pub async fn act_on_draft(
        &self,
        agent: &Agent,
        shop: &ShopId,
        id: &str,
        act: DraftAct,
        now: Millis,
    ) -> Result<(), TeachError> {
        self.may_teach(agent, shop)?;
        let of_shop = self.of_shop(shop).await?;
        let draft = self.open_draft(&of_shop, id).await?;
        let step = match act {
            DraftAct::Remove(piece) if draft.kept.iter().all(|kept| kept.id != piece) => {
                return Err(TeachError::DraftChanged);
            }
            // A draft in which nothing is left is none.
            DraftAct::Remove(_) if draft.kept.len() == 1 => DraftStep::Discard,
            DraftAct::Remove(piece) => DraftStep::Remove { piece },
            DraftAct::Ask { to, words } => {
                let colleagues = self.0.accounts.teachers(shop).await?;
                if to == agent.id || colleagues.iter().all(|colleague| colleague.id != to) {
                    return Err(refused(
                        "请选一位能让这家店的话术上线的同事（运营或店主）。",
                        "Choose a colleague who may publish for this shop: an operator or an owner.",
                    ));
                }
                let words = plain_words(&words, LONGEST_WORDS);
                DraftStep::Ask { to, words }
            }
            DraftAct::SendBack(words) => match plain_words(&words, LONGEST_WORDS) {
                words if words.is_empty() => {
                    return Err(refused(
                        "请写一句为什么退回。",
                        "Say in a sentence why it is sent back.",
                    ));
                }
                words => DraftStep::SendBack { words },
            },
            DraftAct::Schedule(at) if at <= now || at.since(now) > FURTHEST_MS => {
                return Err(refused(
                    "时间要在现在之后，一年之内。",
                    "The time must lie ahead, within a year.",
                ));
            }
            DraftAct::Schedule(at) => DraftStep::Schedule { at },
            DraftAct::Unschedule => DraftStep::Unschedule,
            DraftAct::Share(None) => DraftStep::Unshare { why: None },
            DraftAct::Share(Some(percent)) if !SHARES.contains(&percent) => {
                return Err(refused(
                    "放量选 5% 到 50%：超过一半就直接上线。",
                    "A share is 5 to 50 percent; for more than half, publish it.",
                ));
            }
            DraftAct::Share(Some(_)) if of_shop.drafts.open.values().any(|other| other.share.is_some()) => {
                return Err(refused(
                    "一家店一次只放量一份草稿：先停掉在放量的。",
                    "One draft of a shop answers a share at a time; stop the other first.",
                ));
            }
            DraftAct::Share(Some(percent)) => DraftStep::Share { percent },
            DraftAct::Shadow(true) => DraftStep::Shadow,
            DraftAct::Shadow(false) => DraftStep::Unshadow,
            DraftAct::Discard => DraftStep::Discard,
        };
        self.step(&agent.id, shop, id, step, now).await
    }

    /// Writes a step into the record, and looks whether it was in time.
    pub(super) async fn step(
        &self,
        by: &AgentId,
        shop: &ShopId,
        id: &str,
        step: DraftStep,
        now: Millis,
    ) -> Result<(), TeachError> {
        let entry = json!(DraftEntry {
            draft: id.to_owned(),
            step
        });
        let number = self.0.accounts.record_draft(by, shop, entry, now).await?;
        let of_shop = self.of_shop(shop).await?;
        if of_shop.drafts.has_effect(number) {
            return Ok(());
        }
        let draft = self.open_draft(&of_shop, id).await?;
        match draft.claimed(now) {
            Some(by) => Err(TeachError::DraftBusy(self.name_of(by).await?)),
            None => Err(TeachError::DraftChanged),
        }
    }

    /// The draft of this id.
    pub(super) async fn open_draft<'s>(&self, of_shop: &'s Arc<OfShop>, id: &str) -> Result<&'s Draft, TeachError> {
        let Drafts { open, ended, .. } = &of_shop.drafts;
        if let Some(draft) = open.get(id) {
            return Ok(draft);
        }
        let ended = match ended.get(id) {
            None => None,
            Some(ended) => Some((self.name_of(&ended.by).await?, ended.published)),
        };
        let id = id.to_owned();
        Err(TeachError::UnknownDraft { id, ended })
    }

    async fn name_of(&self, agent: &AgentId) -> Result<String, TeachError> {
        let names: HashMap<AgentId, String> = self.0.accounts.names().await?;
        Ok(names.get(agent).cloned().unwrap_or_else(|| agent.to_string()))
    }
}

/// Why something does not go, for people.
pub(super) fn said(error: &TeachError) -> [String; 2] {
    error.words().unwrap_or_else(|| match error {
        TeachError::UnknownQuestion(id) => [
            format!("话术里已经没有问题 {id}，放不进去。"),
            format!("The pack has no question {id} any more."),
        ],
        TeachError::KnownQuestion(id) => [
            format!("已经有问题 {id} 了，放不进去。"),
            format!("There is a question {id} already."),
        ],
        other => [format!("没有上线：{other}"), format!("Not published: {other}")],
    })
}

pub(super) fn refused(zh: &str, en: &str) -> TeachError {
    TeachError::Draft(Box::new([zh.to_owned(), en.to_owned()]))
}
