//! Talks as they were recorded: from a shop's log, event by event, or from a file with a talk a line.

use std::collections::HashMap;

use serde::Deserialize;

use crate::model::{ConversationId, Event, EventKind, Language, Owner};

use super::language_of;

/// What a shopper said to the bot in one talk.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RecordedTalk {
    /// Its name, for whoever looks at a sample.
    pub id: String,
    /// The language of the page.
    pub language: Language,
    /// Turns of the bot: the messages that each answered at once.
    pub turns: Vec<Vec<String>>,
}

/// Makes talks of a log that is read from beginning to end.
#[derive(Default)]
pub struct Recorder {
    talks: HashMap<ConversationId, (usize, Owner, RecordedTalk, Vec<String>)>,
}

impl Recorder {
    /// Takes the next event of a conversation. What was said while people had the talk is nothing that the bot answers.
    pub fn add(&mut self, conversation: &ConversationId, event: &Event) {
        let begun = self.talks.len();
        let (_, owner, talk, pending) = self.talks.entry(conversation.clone()).or_insert_with(|| {
            let talk = RecordedTalk {
                id: conversation.as_str().to_owned(),
                ..RecordedTalk::default()
            };
            (begun, Owner::Bot, talk, Vec::new())
        });
        match &event.kind {
            EventKind::Started { lang, .. } => talk.language = *lang,
            EventKind::Received { text, .. } if *owner == Owner::Bot => pending.push(text.clone()),
            EventKind::Answered { .. } | EventKind::HandedOff { .. } if !pending.is_empty() => {
                talk.turns.push(std::mem::take(pending));
            }
            _ => {}
        }
        if let Some(new) = event.kind.new_owner() {
            *owner = new;
        }
    }

    /// The talks in which something was said to the bot, in the order in which they began.
    pub fn talks(self) -> Vec<RecordedTalk> {
        let mut talks: Vec<_> = self.talks.into_values().collect();
        talks.sort_by_key(|(begun, ..)| *begun);
        let talks = talks.into_iter().map(|(_, _, mut talk, pending)| {
            if !pending.is_empty() {
                talk.turns.push(pending);
            }
            talk
        });
        talks.filter(|talk| !talk.turns.is_empty()).collect()
    }
}

#[derive(Deserialize)]
struct Written {
    #[serde(default)]
    id: serde_json::Value,
    #[serde(default)]
    lang: Option<String>,
    turns: Vec<WrittenTurn>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum WrittenTurn {
    Said(String),
    By { who: String, text: String },
}

/// The talk of a line, in the form of `converse` (`{"id":…,"turns":["…"]}`) or of `eval --talks` (turns with `who` and
/// `text`; those of agents are left out). `None` where the shopper says nothing.
///
/// # Errors
/// The line is neither.
pub fn talk_of_line(line: &str) -> Result<Option<RecordedTalk>, serde_json::Error> {
    let written: Written = serde_json::from_str(line)?;
    let said = written.turns.into_iter().filter_map(|turn| match turn {
        WrittenTurn::Said(text) => Some(text),
        WrittenTurn::By { who, text } => (who == "shopper").then_some(text),
    });
    let turns: Vec<Vec<String>> = said
        .filter(|text| !text.trim().is_empty())
        .map(|text| vec![text])
        .collect();
    let Some(first) = turns.first().and_then(|turn| turn.first()) else {
        return Ok(None);
    };
    let tag = written.lang.as_deref().and_then(Language::from_tag);
    Ok(Some(RecordedTalk {
        id: match written.id {
            serde_json::Value::String(id) => id,
            serde_json::Value::Null => String::new(),
            other => other.to_string(),
        },
        language: tag.unwrap_or_else(|| language_of(first)),
        turns,
    }))
}
