//! What a person who has taken over is offered: the questions that are open, and the bot's answers to them.

use std::sync::Arc;

use crate::model::{Choice, Language, Millis, Question, Slots};

use super::{Generation, Memory, State};
use crate::reply::TalkSlots;

/// Replies at most.
const REPLIES: usize = 3;
/// So many of the shopper's last messages are read.
const READ: usize = 3;

/// Words that send a shopper to a person, small: whoever is offered the reply is that person.
const TO_A_PERSON: [&str; 4] = ["转人工", "轉人工", "talk to a person", "ask for a person"];

/// What nobody has answered in a chat: what the handoff left open, and what the shopper wrote since.
#[derive(Clone, Debug)]
pub(crate) struct Unanswered {
    left_open: Vec<String>,
    texts: Vec<String>,
    memory: Arc<Memory>,
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
            memory: Arc::clone(&state.memory),
            language: state.language(),
        }
    }

    /// Reads what the shopper wrote and looks up the answers.
    pub(crate) fn suggest(&self, generation: &Generation, now: Millis) -> Suggested {
        let context = self.memory.context();
        let read = self
            .texts
            .iter()
            .map(|text| generation.index.understand(text, &context));
        let mut asked = Slots::default();
        let questions: Vec<Question> = read
            .flat_map(|understood| {
                asked.update(&understood.slots);
                understood.questions
            })
            .collect();
        self.offer(questions.into_iter(), &asked, generation, now)
    }

    /// What is offered when these questions were asked since the handoff, with these values.
    fn offer(
        &self,
        asked: impl Iterator<Item = Question>,
        given: &Slots,
        generation: &Generation,
        now: Millis,
    ) -> Suggested {
        let mut open = self.left_open.clone();
        for question in asked {
            if !question.kind().is_small_talk() && !open.contains(&question.id) {
                open.push(question.id);
            }
        }
        let today = generation.pack.shop.time_at(now);
        let mut known = self.memory.slots.clone();
        known.update(given);
        let slots = TalkSlots {
            known: &known,
            asked: given,
        };
        let answer = |intent: &String| {
            let pack = &generation.pack;
            let said = generation
                .templates
                .answer(pack, intent, self.language, slots, today, 0)?;
            Some(from_a_person(&said)).filter(|said| !said.is_empty())
        };
        Suggested {
            replies: open.iter().filter_map(answer).take(REPLIES).collect(),
            open_questions: open.into_iter().map(|intent| generation.choice(intent)).collect(),
        }
    }
}

/// An answer without the sentences that send the shopper to a person.
fn from_a_person(answer: &str) -> String {
    let sentences = answer.split_inclusive(['。', '；', '～', '！', '？', '\n']);
    let sentences = sentences.flat_map(|part| part.split_inclusive(". "));
    let sends = |sentence: &&str| {
        let small = sentence.to_lowercase();
        TO_A_PERSON.iter().any(|word| small.contains(word))
    };
    let kept: String = sentences.filter(|sentence| !sends(sentence)).collect();
    kept.trim().trim_end_matches('；').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialogue::tiny;

    #[test]
    fn a_person_does_not_send_the_shopper_to_a_person() {
        for (answer, offered) in [
            (
                "亲，先别拆。换发或退款由您选；点「转人工」请同事核对～",
                "亲，先别拆。换发或退款由您选",
            ),
            ("點「轉人工」就行～今天會寄出。", "今天會寄出。"),
            (
                "It leaves today. Tap “Talk to a person” to hurry it.",
                "It leaves today.",
            ),
            ("退货后 3 天内到账～", "退货后 3 天内到账～"),
            ("拿不准的点“转人工”。", ""),
        ] {
            assert_eq!(from_a_person(answer), offered, "{answer}");
        }
    }

    fn open(suggested: &Suggested) -> Vec<&str> {
        let questions = suggested.open_questions.iter();
        questions.map(|choice| choice.intent.as_str()).collect()
    }

    #[test]
    fn what_was_left_open_comes_first_and_what_was_asked_since_follows() {
        let generation = tiny::generation();
        let unanswered = Unanswered::of(vec!["size.fit".to_owned()], &State::default());
        let asked = tiny::asks(&["chat.thanks", "shipping.time", "size.fit"]).questions;
        let suggested = unanswered.offer(asked.into_iter(), &Slots::default(), &generation, Millis(0));
        // Small talk leaves nothing open.
        assert_eq!(open(&suggested), ["size.fit", "shipping.time"]);
        // What nobody has written an answer for suggests none.
        assert_eq!(suggested.replies, ["当天发"]);
    }

    #[test]
    fn the_last_messages_are_read_in_their_order() {
        let mut state = State::default();
        for text in ["一", "二", "三", "四"] {
            tiny::received(&mut state, text);
        }
        assert_eq!(Unanswered::of(Vec::new(), &state).texts, ["二", "三", "四"]);
    }

    #[test]
    fn what_the_turn_that_handed_off_has_read_is_not_read_again() {
        let mut state = State::default();
        tiny::received(&mut state, "什么时候发货");
        state.pending[0].read = true;
        assert!(Unanswered::of(Vec::new(), &state).texts.is_empty());
    }
}
