//! What the bot says, in the shopper's language and on the shop's date, without repeating itself.

use crate::model::{HandoffReason, Lane, Language, Millis, ShopperId, SlotName, StableHash};
use crate::packs::Intent;
use crate::reply::{TalkSlots, in_script};
use crate::shop::{Profile, ShopTime};

use super::{Generation, Staffing, State};

/// The voice of one turn.
pub(super) struct ReplyWriter<'a> {
    generation: &'a Generation,
    language: Language,
    today: ShopTime,
    /// Spreads variants over shoppers, so that not every talk begins with the same words.
    spread: u32,
}

impl<'a> ReplyWriter<'a> {
    /// The voice for a talk now.
    pub fn new(state: &State, generation: &'a Generation, now: Millis) -> Self {
        Self::for_shopper(&state.shopper, generation, state.language(), now)
    }

    /// The voice in which this shopper is spoken to now.
    pub fn for_shopper(shopper: &ShopperId, generation: &'a Generation, language: Language, now: Millis) -> Self {
        let spread = StableHash::of(shopper.as_str().bytes()).upper();
        Self {
            generation,
            language,
            today: generation.pack.shop.time_at(now),
            spread: spread % 64,
        }
    }

    /// Whose voice it is.
    pub fn shop(&self) -> &'a Profile {
        &self.generation.pack.shop
    }

    /// The answer to an intent that was answered `rotation` times before.
    pub fn answer(&self, intent: &Intent, slots: TalkSlots<'_>, rotation: u32) -> Option<String> {
        let turn = (self.spread + rotation) as usize;
        self.generation.templates.answer(
            &self.generation.pack,
            &intent.id,
            self.language,
            slots,
            self.today,
            turn,
        )
    }

    /// The title of an intent, or its id.
    pub fn title(&self, intent: &Intent) -> String {
        let title = intent.title.get(self.language);
        in_script(if title.is_empty() { &intent.id } else { title }, self.language)
    }

    /// The question for a slot.
    pub fn ask(&self, intent: &Intent, slot: SlotName) -> Option<String> {
        self.generation
            .templates
            .ask(&intent.id, slot, self.language, self.today)
    }

    /// A phrase, the `rotation`-th time it is needed.
    pub fn phrase(&self, key: &str, rotation: u32) -> String {
        self.phrase_with(key, &[], rotation)
    }

    /// A phrase with values for its variables, the `rotation`-th time it is needed.
    pub fn phrase_with(&self, key: &str, variables: &[(&str, &str)], rotation: u32) -> String {
        let turn = (self.spread + rotation) as usize;
        self.generation
            .templates
            .phrase(key, self.language, variables, self.today, turn)
    }

    /// What the shopper is told when a person is brought in; `collected` when what they need was given.
    pub fn handoff(&self, reason: HandoffReason, lane: Lane, collected: bool, staffing: &Staffing) -> String {
        let key = match (reason, lane) {
            (_, Lane::Safety) => "handoff_safety",
            (_, Lane::Top) => "handoff_top",
            (HandoffReason::Signal, _) => "handoff_signal",
            (HandoffReason::Intent, _) if collected => "handoff_collected",
            (HandoffReason::Asked | HandoffReason::Intent | HandoffReason::Other, _) => "handoff_asked",
            (HandoffReason::Ledger, _) => "handoff_ledger",
            (HandoffReason::Misses, _) => "handoff_misses",
        };
        if staffing.staffed || staffing.open_now && matches!(lane, Lane::Safety | Lane::Top) {
            return self.phrase(key, 0);
        }
        if staffing.open_now {
            // Nobody is there to keep the promise of minutes, though somebody should be. A shop without these words keeps it.
            let unstaffed = self.phrase("handoff_unstaffed", 0);
            return match unstaffed.is_empty() {
                true => self.phrase(key, 0),
                false => unstaffed,
            };
        }
        // Outside service hours, with nobody there, the promise of minutes would be a lie. What a person in danger must do stays first.
        let known = [("opening", &staffing.next_opening), ("holiday", &staffing.holiday)];
        let known: Vec<(&str, &str)> = known
            .into_iter()
            .filter_map(|(name, value)| Some((name, value.as_deref()?)))
            .collect();
        let offline = self.phrase_with("handoff_offline", &known, 0);
        if lane == Lane::Safety {
            format!("{}\n\n{offline}", self.phrase(key, 0))
        } else {
            offline
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialogue::tiny;

    fn told(reason: HandoffReason, lane: Lane, staffing: &Staffing) -> String {
        let generation = tiny::generation();
        let state = State::default();
        ReplyWriter::new(&state, &generation, Millis(0)).handoff(reason, lane, false, staffing)
    }

    #[test]
    fn the_lane_says_how_pressing_it_is_then_the_reason_says_why() {
        let here = Staffing {
            staffed: true,
            ..Staffing::default()
        };
        let said = [
            (HandoffReason::Signal, Lane::Safety, "先停用"),
            (HandoffReason::Signal, Lane::Top, "马上"),
            (HandoffReason::Signal, Lane::High, "抱歉"),
            (HandoffReason::Asked, Lane::Normal, "好的"),
            (HandoffReason::Intent, Lane::Normal, "好的"),
            (HandoffReason::Ledger, Lane::High, "让您久等"),
            (HandoffReason::Misses, Lane::Normal, "没听懂"),
        ];
        for (reason, lane, text) in said {
            assert_eq!(told(reason, lane, &here), text, "{reason:?} {lane:?}");
        }
    }

    // F13
    #[test]
    fn in_hours_with_nobody_there_no_minutes_are_promised_unless_it_presses() {
        let nobody = Staffing::default();
        assert!(nobody.open_now && !nobody.staffed);
        for (reason, lane) in [
            (HandoffReason::Asked, Lane::Normal),
            (HandoffReason::Signal, Lane::Urgent),
        ] {
            assert_eq!(told(reason, lane, &nobody), "已排队");
        }
        assert_eq!(told(HandoffReason::Signal, Lane::Top, &nobody), "马上");
        assert_eq!(told(HandoffReason::Signal, Lane::Safety, &nobody), "先停用");
    }

    #[test]
    fn out_of_hours_with_nobody_there_the_opening_is_said_and_danger_stays_first() {
        let nobody = Staffing {
            open_now: false,
            next_opening: Some("明早九点".to_owned()),
            ..Staffing::default()
        };
        assert_eq!(told(HandoffReason::Asked, Lane::Normal, &nobody), "明早九点回复");
        assert_eq!(
            told(HandoffReason::Signal, Lane::Safety, &nobody),
            "先停用\n\n明早九点回复"
        );
        let late = Staffing {
            staffed: true,
            ..nobody
        };
        assert_eq!(told(HandoffReason::Asked, Lane::Normal, &late), "好的");
    }
}
