//! What may be changed in a review, by whom. Pure.

use serde::Serialize;
use serde_json::{Value, json};

use super::error::ReviewError;
use crate::accounts::AccountError;
use crate::insight::quality::TalkFacts;
use crate::model::{Agent, AgentId, Assessment, ColleagueNote, Deduction, Millis, Review, Shared};
use crate::packs::ScoringItem;
use crate::privacy::kept_note;

/// Assessments of a talk, answers to one of them and notes at most.
const MOST_ASSESSMENTS: usize = 20;
const MOST_ANSWERS: usize = 10;
const MOST_NOTES: usize = 100;

/// A change of a review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReviewChange {
    /// Says something of an agent's part: points off by item, and a note.
    Assess {
        /// Of whom.
        of: AgentId,
        /// Items of the shop's sheet, with the points that are taken off.
        items: Vec<(String, u32)>,
        /// What is said beside it; may be empty.
        note: String,
    },
    /// Takes an assessment back.
    TakeBack(String),
    /// Answers an assessment of oneself.
    Answer {
        /// Which.
        assessment: String,
        /// What.
        text: String,
    },
    /// Puts the talk on the shared list, or takes it off.
    Share(bool),
    /// Notes something while it is there.
    Note(String),
    /// Deletes a note of one's own; whoever assesses any.
    NoNote(String),
}

/// As what somebody stands to a talk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Assesses talks of the shop.
    Assessor,
    /// Has had the talk.
    Had,
    /// Works for the shop, and the talk is on the shared list.
    Colleague,
}

/// Under which conditions a review is changed.
pub(super) struct Conditions<'a> {
    pub writer: &'a Agent,
    pub standing: Standing,
    pub facts: &'a TalkFacts,
    pub sheet: &'a [ScoringItem],
    /// Whether numbers of cards are hidden before something is kept.
    pub masks: bool,
    pub now: Millis,
}

/// Changes a review; what the record says of it, or `None` when it is so already.
pub(super) fn apply(
    review: &mut Review,
    change: &ReviewChange,
    around: &Conditions<'_>,
) -> Result<Option<Value>, ReviewError> {
    let writer = around.writer;
    let assesses = around.standing == Standing::Assessor;
    match change {
        ReviewChange::Assess { .. } | ReviewChange::TakeBack(_) if !assesses => Err(AccountError::Forbidden.into()),
        ReviewChange::Assess { of, items, note } => {
            if review.assessments.len() >= MOST_ASSESSMENTS {
                return Err(ReviewError::Full);
            }
            let had = around.facts.agents.iter().find(|(agent, _)| agent == of);
            let (_, of_name) = had.ok_or(ReviewError::NotInTalk)?;
            let note = match note.trim() {
                "" => String::new(),
                note => kept_note(note, around.masks)?,
            };
            let assessment = Assessment {
                id: uuid::Uuid::now_v7().to_string(),
                at: around.now,
                by: writer.id.clone(),
                by_name: writer.name.clone(),
                of: of.clone(),
                of_name: of_name.clone(),
                deductions: deductions(items, around.sheet)?,
                note,
                answers: Vec::new(),
            };
            let detail = json!({"did": "assess", "assessment": assessment.id, "of": of, "points": assessment.points()});
            review.assessments.push(assessment);
            Ok(Some(detail))
        }
        ReviewChange::TakeBack(id) => {
            let before = review.assessments.len();
            review.assessments.retain(|assessment| assessment.id != *id);
            match review.assessments.len() < before {
                true => Ok(Some(json!({"did": "take_back", "assessment": id}))),
                false => Err(ReviewError::Unknown),
            }
        }
        ReviewChange::Answer { assessment, text } => {
            let mut assessments = review.assessments.iter_mut();
            let own = assessments.find(|known| known.id == *assessment && known.of == writer.id);
            let own = own.ok_or(ReviewError::Unknown)?;
            if own.answers.len() >= MOST_ANSWERS {
                return Err(ReviewError::Full);
            }
            own.answers.push(note(text, around)?);
            Ok(Some(json!({"did": "answer", "assessment": assessment})))
        }
        ReviewChange::Share(true) => {
            if around.standing == Standing::Colleague {
                return Ok(None);
            }
            let new = review.shared.is_none();
            review.shared.get_or_insert_with(|| Shared {
                at: around.now,
                agent: writer.id.clone(),
                name: writer.name.clone(),
            });
            Ok(new.then(|| json!({"did": "share"})))
        }
        ReviewChange::Share(false) => match &review.shared {
            Some(shared) if assesses || shared.agent == writer.id => {
                review.shared = None;
                Ok(Some(json!({"did": "no_share"})))
            }
            Some(_) => Err(AccountError::Forbidden.into()),
            None => Ok(None),
        },
        ReviewChange::Note(text) => {
            if review.shared.is_none() {
                return Err(ReviewError::Unknown);
            }
            if review.notes.len() >= MOST_NOTES {
                return Err(ReviewError::Full);
            }
            let note = note(text, around)?;
            let detail = json!({"did": "note", "note": note.id});
            review.notes.push(note);
            Ok(Some(detail))
        }
        ReviewChange::NoNote(id) => {
            let place = review.notes.iter().position(|note| note.id == *id);
            let place = place.ok_or(ReviewError::Unknown)?;
            if !assesses && review.notes[place].agent != writer.id {
                return Err(AccountError::Forbidden.into());
            }
            review.notes.remove(place);
            Ok(Some(json!({"did": "no_note", "note": id})))
        }
    }
}

/// The points that are taken off, each item of the sheet once.
fn deductions(items: &[(String, u32)], sheet: &[ScoringItem]) -> Result<Vec<Deduction>, ReviewError> {
    let mut taken: Vec<Deduction> = Vec::with_capacity(items.len().min(sheet.len()));
    for (id, points) in items {
        let item = sheet.iter().find(|item| item.id == *id).ok_or(ReviewError::Score)?;
        let twice = taken.iter().any(|known| known.item == *id);
        if twice || !(1..=item.points).contains(points) {
            return Err(ReviewError::Score);
        }
        taken.push(Deduction {
            item: item.id.clone(),
            title: item.title.clone(),
            title_en: item.title_en.clone(),
            points: *points,
        });
    }
    Ok(taken)
}

fn note(text: &str, around: &Conditions<'_>) -> Result<ColleagueNote, ReviewError> {
    Ok(ColleagueNote {
        id: uuid::Uuid::now_v7().to_string(),
        at: around.now,
        agent: around.writer.id.clone(),
        name: around.writer.name.clone(),
        text: kept_note(text, around.masks)?,
    })
}
