//! What a person who has taken over is offered: the questions that are open, and the bot's answers to them.

use crate::model::{Choice, Language, Millis};

use super::{Generation, Memory, State};

/// Replies at most.
const REPLIES: usize = 3;
/// So many of the shopper's last messages are read.
const READ: usize = 3;

/// What nobody has answered in a chat: what the handoff left open, and what the shopper wrote since.
#[derive(Clone, Debug)]
pub(crate) struct Unanswered {
    left_open: Vec<String>,
    texts: Vec<String>,
    memory: Memory,
    language: Language,
}

/// What is offered.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Suggested {
    /// The open questions, with their Chinese titles.
    pub(crate) open_questions: Vec<Choice>,
    /// Rendered answers to them, at most three, in the shopper's language.
    pub(crate) replies: Vec<String>,
}

impl Unanswered {
    /// Of a chat in this state, in which the handoff left these questions open.
    pub(super) fn of(left_open: Vec<String>, state: &State) -> Unanswered {
        // What the turn that brought in a person has read is among the open questions already.
        let unread = state.pending.iter().filter(|pending| !pending.read);
        let mut texts: Vec<String> = unread.rev().take(READ).map(|pending| pending.text.clone()).collect();
        texts.reverse();
        Unanswered {
            left_open,
            texts,
            memory: state.memory.clone(),
            language: state.lang,
        }
    }

    /// Reads what the shopper wrote and looks up the answers.
    pub(crate) fn suggest(&self, generation: &Generation, now: Millis) -> Suggested {
        let mut open = self.left_open.clone();
        let context = self.memory.context();
        for text in &self.texts {
            for question in generation.index.understand(text, &context).questions {
                // Small talk leaves nothing open.
                if !question.kind().is_small_talk() && !open.contains(&question.id) {
                    open.push(question.id);
                }
            }
        }
        let today = generation.pack.shop.date_at(now);
        let answer = |intent: &String| {
            let slots = &self.memory.slots;
            generation
                .templates
                .answer(&generation.pack, intent, self.language, slots, today, 0)
        };
        Suggested {
            replies: open.iter().filter_map(answer).take(REPLIES).collect(),
            open_questions: open.into_iter().map(|intent| generation.choice(intent)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialogue::tiny;

    fn open(suggested: &Suggested) -> Vec<&str> {
        let questions = suggested.open_questions.iter();
        questions.map(|choice| choice.intent.as_str()).collect()
    }

    #[test]
    fn what_was_left_open_comes_first_and_what_was_asked_since_follows() {
        let generation = tiny::generation();
        let mut state = State::default();
        tiny::received(&mut state, "什么时候发货");
        let left_open = vec!["size.fit".to_owned()];
        let suggested = Unanswered::of(left_open, &state).suggest(&generation, Millis(0));
        assert_eq!(open(&suggested), ["size.fit", "shipping.time"]);
        // What nobody has written an answer for suggests none.
        assert_eq!(suggested.replies, ["当天发"]);
    }

    #[test]
    fn what_the_turn_that_handed_off_has_read_is_not_read_again() {
        let generation = tiny::generation();
        let mut state = State::default();
        tiny::received(&mut state, "什么时候发货");
        state.pending[0].read = true;
        let suggested = Unanswered::of(Vec::new(), &state).suggest(&generation, Millis(0));
        assert_eq!(suggested, Suggested::default());
    }
}
