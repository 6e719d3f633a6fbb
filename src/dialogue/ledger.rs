//! The ledger of a talk: trouble adds up, good answers and time take away.
//!
//! Nobody has to swear to be handed to a person. The level is a pure function of the turns, so the fold over the log
//! and the decision before it always agree.

use std::sync::LazyLock;

pub use crate::model::{Cause, LedgerEntry as Entry, LedgerState as Ledger};
use crate::model::{Decision, DecisionKind, IntentKind, Millis, Question};
use crate::understanding::lexicon::entries;

/// Level from which a person is brought in.
pub const HAND_OFF_AT: f32 = 1.0;
/// The level halves in this time without trouble, milliseconds.
const HALF_LIFE_MS: f32 = 600_000.0;

/// What a question counts that is asked again, and the share of it when nothing else in the message tells of trouble.
const REPEAT: f32 = 0.32;
const CALM_REPEAT: f32 = 0.6;
/// What it counts from the third time on: two answers have not helped, and the third would not.
const ASKED_A_THIRD_TIME: f32 = 0.85;

/// Words of somebody who waits for a reaction. Folded, matched as substrings.
static IMPATIENT: LazyLock<Vec<&str>> = LazyLock::new(|| entries(include_str!("lexicon/impatient.txt")).collect());

/// Words of somebody whom the answers did not help.
static NO_HELP: LazyLock<Vec<&str>> = LazyLock::new(|| entries(include_str!("lexicon/no_help.txt")).collect());

/// Words of somebody who asks for what only a person can look up.
static LOOKED_UP: LazyLock<Vec<&str>> = LazyLock::new(|| entries(include_str!("lexicon/looked_up.txt")).collect());
/// What they count where the matter was asked before, or where the talk has gone badly already.
const LOOK_IT_UP: f32 = 0.85;
const WENT_BADLY: f32 = 0.25;

/// Signs that haste is meant in fun: 快点呀哈哈 waits with joy.
static CHEERFUL: LazyLock<Vec<&str>> = LazyLock::new(|| entries(include_str!("lexicon/cheerful.txt")).collect());

impl Ledger {
    /// The ledger after a turn. `texts` are folded; `asked_before` is how often this turn's question was asked earlier in the
    /// talk, or, where it was not understood, how much the same words weigh that were not understood before.
    pub fn after(&self, texts: &[String], decision: &Decision, asked_before: u32, at: Millis) -> Ledger {
        let passed = at.since(self.at) as f32;
        let mut level = if self.level > 0.0 {
            self.level * 0.5f32.powf(passed / HALF_LIFE_MS)
        } else {
            0.0
        };
        let faded = self.level - level;
        let mut entries = Vec::new();
        let mut add = |cause: Cause, by: f32| entries.push(Entry { cause, by });
        let mut kinds = decision.intents.iter().map(Question::kind);
        let friendly = kinds.any(|kind| kind == IntentKind::Closing);
        let about_something = decision.intents.iter().any(|question| !question.kind().is_small_talk());
        match decision.kind {
            DecisionKind::Unknown => add(Cause::Miss, 0.30),
            DecisionKind::Clarify => add(Cause::AskedBack, 0.12),
            _ => {}
        }
        let weak = decision.signals.iter().map(|signal| signal.score).fold(0.0, f32::max);
        if weak >= 0.2 {
            add(Cause::WeakSignal, weak * 0.8);
        }
        let says = |words: &[&str]| texts.iter().any(|text| words.iter().any(|word| text.contains(*word)));
        let no_help = says(&NO_HELP);
        let impatient = says(&IMPATIENT) && !says(&CHEERFUL);
        if no_help {
            add(Cause::NoHelp, 0.40);
        }
        if says(&LOOKED_UP) && (asked_before > 0 || level >= WENT_BADLY) {
            add(Cause::NoHelp, LOOK_IT_UP);
        }
        if impatient {
            add(Cause::Impatience, 0.20);
        }
        // Whoever says in the same breath that it does not help has not been helped.
        let trouble = no_help || impatient || weak >= 0.2;
        let missed = matches!(decision.kind, DecisionKind::Unknown | DecisionKind::Clarify);
        if (about_something || missed) && asked_before > 0 {
            // 能机洗吗 after 怎么洗 may be the next thing to know rather than the same thing again.
            let by = match asked_before {
                1 if trouble => REPEAT,
                1 => REPEAT * CALM_REPEAT,
                _ => ASKED_A_THIRD_TIME,
            };
            add(Cause::Repeat, by);
        }
        if friendly && !trouble {
            add(Cause::Thanks, -0.35);
        } else if about_something && !trouble && asked_before == 0 && decision.kind == DecisionKind::Answer {
            add(Cause::GoodAnswer, -0.12);
        }
        level += entries.iter().map(|entry| entry.by).sum::<f32>();
        Ledger {
            level: level.max(0.0),
            at,
            faded,
            entries,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Question;

    fn decision(kind: DecisionKind, intent: &str) -> Decision {
        Decision {
            intents: vec![Question::new(intent, 0.9, IntentKind::by_id(intent))],
            ..Decision::bare(kind)
        }
    }

    #[test]
    fn a_slow_burn_without_a_bad_word_reaches_a_person() {
        let mut ledger = Ledger::default();
        let turns = ["怎么还没发货", "所以什么时候发", "我问过了到底什么时候发", "还要等多久"];
        for (before, text) in turns.iter().enumerate() {
            let at = Millis(1_000 * before as u64);
            ledger = ledger.after(
                &[(*text).to_owned()],
                &decision(DecisionKind::Answer, "shipping.urge"),
                before as u32,
                at,
            );
        }
        assert!(ledger.level >= HAND_OFF_AT, "{ledger:?}");
    }

    #[test]
    fn the_same_question_for_the_third_time_reaches_a_person_however_calm() {
        let mut ledger = Ledger::default();
        for before in 0..3 {
            ledger = ledger.after(
                &["我的退款呢".to_owned()],
                &decision(DecisionKind::Answer, "refund.time"),
                before,
                Millis(u64::from(before) * 20_000),
            );
            assert_eq!(ledger.level >= HAND_OFF_AT, before == 2, "{before}: {ledger:?}");
        }
    }

    #[test]
    fn many_different_questions_and_thanks_stay_calm() {
        let mut ledger = Ledger::default();
        for (at, intent) in [
            "shipping.time",
            "shipping.fee",
            "size.fit",
            "price.coupon",
            "chat.thanks",
        ]
        .iter()
        .enumerate()
        {
            ledger = ledger.after(
                &["好的".to_owned()],
                &decision(DecisionKind::Answer, intent),
                0,
                Millis(at as u64),
            );
        }
        assert!(ledger.level < 0.01);
    }

    #[test]
    fn haste_in_fun_adds_nothing() {
        let turn = |text: &str| {
            Ledger::default().after(
                &[text.to_owned()],
                &decision(DecisionKind::Answer, "shipping.time"),
                0,
                Millis(1),
            )
        };
        assert!(turn("快点快点 还要等多久").level > 0.1);
        assert!(turn("快点快点哈哈 还要等多久").level < 0.01);
    }

    #[test]
    fn whoever_asks_who_can_look_it_up_gets_a_person_after_an_answer_but_not_at_once() {
        let turn = |ledger: &Ledger, kind, text: &str, before| {
            ledger.after(&[text.to_owned()], &decision(kind, "returns.status"), before, Millis(1))
        };
        let asks = "那谁能查到";
        let at_once = turn(&Ledger::default(), DecisionKind::Answer, asks, 0);
        assert_eq!(at_once.level, 0.0, "{at_once:?}");
        let again = turn(&Ledger::default(), DecisionKind::Answer, asks, 1);
        assert!(again.level >= HAND_OFF_AT, "{again:?}");
        let looked = turn(&Ledger::default(), DecisionKind::Acknowledge, "页面就写处理中", 0);
        assert!(looked.level < HAND_OFF_AT, "{looked:?}");
        assert!(turn(&looked, DecisionKind::Clarify, asks, 0).level >= HAND_OFF_AT);
    }

    proptest::proptest! {
        #[test]
        fn the_level_is_never_negative_and_time_never_adds(
            level in 0.0f32..3.0,
            passed in 0u64..10_000_000,
            longer in 0u64..10_000_000,
            repeats in 0u32..6,
            text in "[a-z人呢说了哈谢 ?]{0,12}",
        ) {
            let ledger = Ledger { level, ..Ledger::default() };
            let decision = decision(DecisionKind::Answer, "shipping.time");
            let soon = ledger.after(std::slice::from_ref(&text), &decision, repeats, Millis(passed));
            let late = ledger.after(&[text], &decision, repeats, Millis(passed + longer));
            proptest::prop_assert!(late.level >= 0.0 && late.level <= soon.level + 1e-6);
            let moved: f32 = soon.entries.iter().map(|entry| entry.by).sum();
            proptest::prop_assert!((soon.level - (level - soon.faded + moved).max(0.0)).abs() < 1e-4);
        }

        #[test]
        fn a_question_asked_more_often_weighs_no_less(repeats in 0u32..10) {
            let asked = |times| {
                Ledger::default()
                    .after(&["x".to_owned()], &decision(DecisionKind::Answer, "shipping.time"), times, Millis(0))
                    .level
            };
            proptest::prop_assert!(asked(repeats + 1) >= asked(repeats));
        }
    }

    #[test]
    fn time_heals() {
        let ledger = Ledger {
            level: 0.8,
            at: Millis(0),
            ..Ledger::default()
        };
        let later = ledger.after(
            &["在吗".to_owned()],
            &decision(DecisionKind::Answer, "chat.greeting"),
            0,
            Millis(3_600_000),
        );
        assert!(later.level < 0.05);
    }
}
