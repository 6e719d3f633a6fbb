//! Who comes when and says what, in the shop's time: the recorded talks so many times over. Pure.

use super::recording::{Recording, Talk};
use super::simulation::{exponential, micros};
use crate::plan::Dice;

/// Copies of a talk come within so many seconds of it, so that they are as many shoppers and not one many times as loud.
const SPREAD_S: f64 = 60.0;

/// Where classes of length begin, characters: a word, a short question, a question, two, a story.
const CLASSES: [usize; 5] = [0, 5, 9, 17, 33];

/// A shopper who will come. Times are microseconds of the shop.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrival {
    /// When, from the begin of the step.
    pub at_us: u64,
    /// What is said how long after that.
    pub says: Vec<(u64, String)>,
    /// How long after that the shopper asks for a person, if nobody has the talk by then.
    pub asks_us: Option<u64>,
    /// How long a person would need.
    pub handling_us: u64,
    /// How long the shopper would wait for one.
    pub patience_us: u64,
}

/// What a rehearsal assumes of people.
#[derive(Clone, Debug, PartialEq)]
pub struct People {
    /// Recorded handling times, seconds; empty: exponential with the mean.
    pub handling_s: Vec<f64>,
    /// Mean handling time, seconds.
    pub mean_handling_s: f64,
    /// Mean patience, seconds.
    pub patience_s: f64,
}

impl People {
    /// How long a chat takes, drawn anew.
    pub fn handling(&self, dice: &mut Dice) -> f64 {
        match self.handling_s.len() as u64 {
            0 => exponential(self.mean_handling_s, dice),
            many => self.handling_s[dice.below_u64(many) as usize],
        }
    }

    /// How long somebody waits before giving up, drawn anew.
    pub fn patience(&self, dice: &mut Dice) -> f64 {
        exponential(self.patience_s, dice)
    }
}

/// Texts by their length.
#[derive(Clone, Debug)]
pub struct Texts {
    classes: Vec<Vec<String>>,
}

impl Texts {
    /// From at least one text.
    pub fn new(texts: Vec<String>) -> Texts {
        let mut classes = vec![Vec::new(); CLASSES.len()];
        for text in texts {
            classes[class(text.chars().count())].push(text);
        }
        Texts { classes }
    }

    /// A text of about this length that stands not in `said`, if there is one.
    fn like(&self, chars: usize, said: &[(u64, String)], dice: &mut Dice) -> String {
        let wanted = class(chars);
        let mut near: Vec<&Vec<String>> = self.classes.iter().collect();
        near.sort_by_key(|texts| {
            let place = self.classes.iter().position(|class| class == *texts).unwrap_or(0);
            place.abs_diff(wanted)
        });
        let fresh = |text: &&String| said.iter().all(|(_, before)| before != *text);
        let mut any = None;
        for texts in near.into_iter().filter(|texts| !texts.is_empty()) {
            let left: Vec<&String> = texts.iter().filter(fresh).collect();
            if !left.is_empty() {
                return left[dice.below_u64(left.len() as u64) as usize].clone();
            }
            any = any.or_else(|| texts.first());
        }
        any.cloned().unwrap_or_default()
    }
}

fn class(chars: usize) -> usize {
    CLASSES.iter().rposition(|from| chars >= *from).unwrap_or(0)
}

/// The talks of the recording `times` over, in the order of their arrival; of a fraction so many as by chance.
pub fn arrivals(recording: &Recording, times: f64, people: &People, texts: &Texts, seed: u64) -> Vec<Arrival> {
    let mut dice = Dice::new(seed);
    let mut arrivals = Vec::new();
    let (span_us, start_ms) = (micros(recording.span_s()), recording.start_ms());
    for talk in &recording.talks {
        let copies = times.floor() as usize + usize::from(dice.unit() < times.fract());
        for copy in 0..copies {
            let at_us = (talk.start_ms - start_ms) * 1_000;
            let shift_us = match copy {
                0 => 0,
                _ => dice.below_u64(micros(SPREAD_S).min(span_us)),
            };
            // What would come after the end comes at the begin, so that no step is longer than the recording.
            let at_us = (at_us + shift_us) % (span_us + 1);
            arrivals.push(arrival(talk, at_us, copy, people, texts, &mut dice));
        }
    }
    arrivals.sort_by_key(|arrival| arrival.at_us);
    arrivals
}

fn arrival(talk: &Talk, at_us: u64, copy: usize, people: &People, texts: &Texts, dice: &mut Dice) -> Arrival {
    let mut says: Vec<(u64, String)> = Vec::new();
    for said in &talk.said {
        let text = said.text.clone();
        let text = text.unwrap_or_else(|| texts.like(said.chars, &says, dice));
        says.push((said.after_ms * 1_000, text));
    }
    let has_words = talk.said.iter().any(|said| said.text.is_some());
    let asks = talk.wants_person_ms.filter(|_| talk.pressed || !has_words);
    let recorded_s = talk.handled_ms.map(|ms| ms as f64 / 1e3);
    let own = recorded_s.filter(|_| copy == 0 && !people.handling_s.is_empty());
    Arrival {
        at_us,
        says,
        asks_us: asks.map(|ms| ms * 1_000),
        handling_us: micros(own.unwrap_or_else(|| people.handling(dice))),
        patience_us: micros(people.patience(dice)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rehearse::recording::Said;

    fn people() -> People {
        People {
            handling_s: Vec::new(),
            mean_handling_s: 240.0,
            patience_s: 300.0,
        }
    }

    fn texts() -> Texts {
        let lines = ["在吗", "你好", "包邮吗亲", "什么时候能发货", "我165 95斤穿什么码合适呢"];
        Texts::new(lines.map(str::to_owned).to_vec())
    }

    fn recording() -> Recording {
        let talk = |number: u64| Talk {
            start_ms: 5_000 + number * 1_000,
            said: vec![
                Said {
                    after_ms: 0,
                    chars: 3,
                    text: None,
                },
                Said {
                    after_ms: 4_000,
                    chars: 6,
                    text: None,
                },
            ],
            wants_person_ms: number.is_multiple_of(2).then_some(6_000),
            ..Talk::default()
        };
        Recording {
            talks: (0..100).map(talk).collect(),
            ..Recording::default()
        }
    }

    #[test]
    fn so_many_times_as_many_come_within_the_same_time() {
        for (times, least, most) in [(1.0, 100, 100), (5.0, 500, 500), (2.5, 220, 280), (0.5, 25, 75)] {
            let come = arrivals(&recording(), times, &people(), &texts(), 3);
            assert!((least..=most).contains(&come.len()), "{times}: {}", come.len());
            assert!(come.is_sorted_by_key(|arrival| arrival.at_us));
            assert!(come.last().is_some_and(|last| last.at_us <= 99_000_000));
            assert_eq!(come, arrivals(&recording(), times, &people(), &texts(), 3));
        }
    }

    #[test]
    fn words_are_replaced_by_some_of_about_the_same_length_and_not_repeated() {
        let come = arrivals(&recording(), 3.0, &people(), &texts(), 1);
        assert!(
            come.iter()
                .all(|arrival| ["在吗", "你好", "包邮吗亲"].contains(&arrival.says[0].1.as_str()))
        );
        assert!(
            come.iter()
                .all(|arrival| arrival.says[1] == (4_000_000, "什么时候能发货".to_owned()))
        );
        let mut dice = Dice::new(1);
        let said = vec![(0, "什么时候能发货".to_owned())];
        assert_ne!(texts().like(6, &said, &mut dice), said[0].1);
        let one = Texts::new(vec!["在吗".to_owned()]);
        assert_eq!(
            one.like(40, &[(0, "在吗".to_owned())], &mut dice),
            "在吗",
            "better twice than nothing"
        );
    }

    #[test]
    fn with_replaced_words_all_who_were_handed_over_ask_and_with_their_own_only_who_pressed() {
        let come = arrivals(&recording(), 1.0, &people(), &texts(), 1);
        assert_eq!(
            come.iter().filter(|arrival| arrival.asks_us == Some(6_000_000)).count(),
            50
        );
        let mut spoken = recording();
        for talk in &mut spoken.talks {
            talk.said[0].text = Some("转人工".to_owned());
        }
        spoken.talks[2].pressed = true;
        let come = arrivals(&spoken, 1.0, &people(), &texts(), 1);
        assert_eq!(come.iter().filter(|arrival| arrival.asks_us.is_some()).count(), 1);
        assert_eq!(come[0].says[0].1, "转人工");
    }
}
