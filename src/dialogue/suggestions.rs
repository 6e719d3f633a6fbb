//! What a person who has taken over is offered: the questions that are open, and what may be sent for them: what is written for
//! agents, else the bot's answer where it fits a person's mouth.

use std::sync::Arc;

use crate::handoff::{OfferedFrom, OfferedReply};
use crate::model::{Choice, IntentKind, Language, Millis, Question, Slots};

use super::{Generation, Memory, State};
use crate::reply::TalkSlots;

/// Replies at most.
const REPLIES: usize = 3;
/// So many of the shopper's last messages are read.
const READ: usize = 3;

/// Words that send a shopper to a person or speak of one, small: whoever is offered the reply is that person.
const TO_A_PERSON: [&str; 17] = [
    "人工",
    "同事",
    "客服",
    "专员",
    "專員",
    "转给",
    "轉給",
    "我转",
    "我轉",
    "a person",
    "colleague",
    "pass it",
    "pass them",
    "assistant",
    "our team",
    "助手",
    "机器人",
];

/// What nobody has answered in a chat: what the handoff left open, and what the shopper wrote since.
#[derive(Clone, Debug)]
pub(crate) struct Unanswered {
    left_open: Vec<String>,
    texts: Vec<String>,
    memory: Arc<Memory>,
    language: Language,
    /// No ready word is offered.
    without_replies: bool,
}

/// What is offered.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Suggested {
    /// The open questions, with their Chinese titles.
    pub(crate) open_questions: Vec<Choice>,
    /// What may be sent for them, at most three, in the shopper's language.
    pub(crate) replies: Vec<OfferedReply>,
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
            without_replies: false,
        }
    }

    /// The same; only the open questions are told.
    pub(super) fn without_replies(self) -> Unanswered {
        Unanswered {
            without_replies: true,
            ..self
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
            let leaves_open = !question.kind().is_small_talk() && question.kind() != IntentKind::AskForPerson;
            if leaves_open && !open.contains(&question.id) {
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
        let pack = &generation.pack;
        let written = |intent: &String| {
            let templates = &generation.templates;
            if let Some(text) = templates.for_agent(pack, intent, self.language, slots, today) {
                return Some((text, OfferedFrom::Agents));
            }
            let said = templates.answer(pack, intent, self.language, slots, today, 0)?;
            Some((from_a_person(&said), OfferedFrom::Bot))
        };
        let reply = |intent: &String| {
            let (text, from) = written(intent).filter(|(text, _)| !text.is_empty())?;
            let question = intent.clone();
            Some(OfferedReply { question, text, from })
        };
        let most = if self.without_replies { 0 } else { REPLIES };
        Suggested {
            replies: open.iter().filter_map(reply).take(most).collect(),
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
        let [reply] = suggested.replies.as_slice() else {
            panic!("{suggested:?}")
        };
        assert_eq!((reply.text.as_str(), reply.from), ("当天发", OfferedFrom::Bot));
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
