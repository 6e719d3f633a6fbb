//! One change of a draft: what is wished, as a form has it, laid over the files as they are by now.

use serde::{Deserialize, Serialize};

use crate::dialogue::Generation;
use crate::model::Millis;
use crate::packs::{OwnWords, SourceFile, written_question};
use crate::publishing::edit::FileChange;
use crate::understanding::personal::hide_personal;

use super::change::{Change, Did, FileEdit};
use super::changing::Planned;
use super::draft::Kept;
use super::error::TeachError;
use super::rebasing::words_onto;
use super::shop_edit::ShopThing;
use super::wish::{self, Wish};
use super::writing::Wanted;

/// What is wished. It stands in the audit record: fields may be added, never renamed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Piece {
    /// Words of a question.
    Question {
        /// Which; without it a new one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// What the shop said of it when that was wished.
        #[serde(default)]
        base: Box<OwnWords>,
        /// What it is to say.
        words: Box<OwnWords>,
    },
    /// Hours, a fact or an article.
    Shop {
        /// Which, and how it is to be.
        thing: ShopThing,
    },
    /// A decision about a group of messages.
    Teach {
        /// The group.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        group: String,
        /// The sentences.
        sentences: Vec<String>,
        /// What they are.
        wish: Wish,
    },
}

/// What a piece comes to.
struct Laid {
    /// What is to be recorded of it, without the file.
    change: Change,
    file: Option<FileChange>,
    takes_away: bool,
    wanted: Option<Wanted>,
}

/// What all pieces of a draft come to.
#[derive(Default)]
pub(super) struct LaidDraft {
    /// Each file once.
    pub files: Vec<FileChange>,
    /// What is to be recorded, in this order; nothing for pieces that say what is live already.
    pub changes: Vec<Change>,
    /// Something is taken away on purpose.
    pub takes_away: bool,
    /// How sentences are to be read with it.
    pub wanted: Vec<Wanted>,
}

impl Piece {
    /// What it does, for lists and for the record, without what it writes.
    pub fn change(&self) -> Change {
        match self {
            Piece::Question { id, words, .. } => Change {
                did: if id.is_some() { Did::Edit } else { Did::New },
                question: id.clone(),
                subject: id.is_none().then(|| words.title.trim().to_owned()),
                ..Change::default()
            },
            Piece::Shop { thing } => Change {
                did: thing.did(),
                subject: thing.subject(),
                ..Change::default()
            },
            Piece::Teach { group, sentences, wish } => Change {
                did: wish.did(),
                group: group.clone(),
                question: match wish {
                    Wish::Question { question } => Some(question.clone()),
                    _ => None,
                },
                subject: match wish {
                    Wish::New { title, .. } => Some(title.clone()),
                    _ => None,
                },
                sentences: sentences.iter().map(|text| hide_personal(text).into_owned()).collect(),
                ..Change::default()
            },
        }
    }

    /// Whether both change the same thing, so that the later one stands instead of the earlier.
    pub fn is_about_the_same(&self, other: &Piece) -> bool {
        match (self, other) {
            (Piece::Question { id: Some(id), .. }, Piece::Question { id: Some(other), .. }) => id == other,
            (
                Piece::Question { id: None, words, .. },
                Piece::Question {
                    id: None, words: other, ..
                },
            ) => words.title.trim() == other.title.trim(),
            (Piece::Shop { thing }, Piece::Shop { thing: other }) => {
                thing.did() == other.did() && thing.subject() == other.subject()
            }
            _ => false,
        }
    }

    /// Whether it changes anything, in these files.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn writes(&self, files: &[SourceFile], generation: &Generation, now: Millis) -> Result<bool, TeachError> {
        let laid = self.lay(files, generation, now)?;
        Ok(laid.file.is_some())
    }

    /// Lays it over files; `generation` is what answers.
    fn lay(&self, files: &[SourceFile], generation: &Generation, now: Millis) -> Result<Laid, TeachError> {
        let shop = &generation.pack.shop.id;
        let mut change = Change {
            id: uuid::Uuid::now_v7().simple().to_string(),
            ..self.change()
        };
        match self {
            Piece::Question { id, base, words } => {
                let known = match id {
                    None => None,
                    Some(id) => {
                        let title = generation.title_of(id);
                        let written = written_question(files, shop.as_str(), id)?;
                        let gone = || TeachError::InTheWay {
                            title: Box::new([title.clone(), format!("“{title}”")]),
                            fields: Vec::new(),
                        };
                        Some((id.clone(), written.ok_or_else(gone)?, title))
                    }
                };
                let words = match &known {
                    None => words.as_ref().clone(),
                    Some((_, written, title)) => words_onto(title.clone(), written, base, words)?,
                };
                let known = known.map(|(id, written, _)| (id, written));
                let planned = Planned::of(generation, known, words, now)?;
                let added = planned.added.iter();
                change.sentences = added.map(|text| hide_personal(text).into_owned()).collect();
                change.question = Some(planned.id.clone());
                change.subject = None;
                Ok(Laid {
                    file: planned.change(files)?,
                    change,
                    takes_away: planned.takes_away,
                    wanted: Some(planned.wanted),
                })
            }
            Piece::Shop { thing } => {
                let onto = thing.clone().tidy().onto(files, shop)?;
                let file = onto.map(|thing| thing.change(files, generation)).transpose()?;
                Ok(Laid {
                    change,
                    file: file.flatten(),
                    takes_away: false,
                    wanted: None,
                })
            }
            Piece::Teach { sentences, wish, .. } => {
                let sentences = wish::sentences(sentences, true)?;
                let question = wish.question(generation)?;
                change.subject = None;
                change.question.clone_from(&question);
                Ok(Laid {
                    file: wish.write(files, shop.as_str(), question.as_deref(), &sentences)?,
                    change,
                    takes_away: false,
                    wanted: Some(Wanted {
                        shop: shop.clone(),
                        question,
                        sentences,
                        now,
                    }),
                })
            }
        }
    }
}

/// The piece that is kept.
///
/// # Errors
/// [`TeachError::Draft`] for one that a newer version of the program has kept.
pub(super) fn piece_of(kept: &Kept) -> Result<Piece, TeachError> {
    serde_json::from_value(kept.wish.clone()).map_err(|_| {
        TeachError::Draft(Box::new([
            "草稿里有这一版程序不认识的改动：请到更新的服务器上打开，或去掉这一条。".to_owned(),
            "The draft holds a change that this version of the program does not know: open it at a newer server, or take \
             the change out."
                .to_owned(),
        ]))
    })
}

/// Lays what a draft holds over files, one after the other.
///
/// # Errors
/// The first that cannot be laid: what is in its way.
pub(super) fn lay_all(
    kept: &[Kept],
    files: &[SourceFile],
    generation: &Generation,
    now: Millis,
) -> Result<LaidDraft, TeachError> {
    let mut after = files.to_vec();
    let mut all = LaidDraft::default();
    let mut names: Vec<String> = Vec::new();
    for kept in kept {
        let laid = piece_of(kept)?.lay(&after, generation, now)?;
        all.takes_away |= laid.takes_away;
        all.wanted.extend(laid.wanted);
        let mut change = laid.change;
        change.reason.clone_from(&kept.reason);
        change.file = laid.file.as_ref().map(FileEdit::of);
        if let Some(file) = laid.file {
            file.lay_over(&mut after);
            if !names.contains(&file.name) {
                names.push(file.name);
            }
        }
        if change.file.is_some() {
            all.changes.push(change);
        }
    }
    let of = |files: &[SourceFile], name: &str| {
        let file = files.iter().find(|file| file.name == name);
        file.map(|file| file.bytes.clone())
    };
    let changes = names.into_iter().map(|name| FileChange {
        before: of(files, &name),
        after: of(&after, &name),
        name,
    });
    all.files = changes.filter(|change| change.before != change.after).collect();
    Ok(all)
}
