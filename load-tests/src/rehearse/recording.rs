//! What a shop recorded: when shoppers came, how much they wrote, when they wanted a person, how long that took. Pure.
//!
//! No words are needed for that; where a recording has them they are dropped unless they are asked for.

use std::collections::{BTreeMap, BTreeSet};

/// One thing that happened in a talk.
#[derive(Clone, Debug, PartialEq)]
pub struct Happening {
    /// The talk.
    pub talk: String,
    /// When, milliseconds; from which moment on is the same for all.
    pub at_ms: u64,
    /// What.
    pub what: What,
}

/// What can happen, as far as a rehearsal is concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The shopper wrote so many characters.
    Message {
        /// How many.
        chars: usize,
        /// The words, where they are recorded and wanted.
        text: Option<String>,
    },
    /// The shopper asked for a person with the button.
    Human,
    /// The talk waits for a person, for whatever reason.
    Waits,
    /// An agent has it.
    Assigned {
        /// Who, if that is known.
        agent: Option<String>,
    },
    /// The agent wrote.
    AgentSaid,
    /// The agent has ended it, or given it back to the bot.
    Done,
    /// The shopper, or a timer, has ended it.
    Left,
}

/// A message of a shopper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// How long after the begin of the talk, milliseconds.
    pub after_ms: u64,
    /// Characters.
    pub chars: usize,
    /// The words, where they are recorded and wanted.
    pub text: Option<String>,
}

/// How long a shopper waited for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waited {
    /// Milliseconds.
    pub ms: u64,
    /// Whether nobody came before the shopper left.
    pub gave_up: bool,
}

/// One talk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Talk {
    /// When it began, milliseconds.
    pub start_ms: u64,
    /// What the shopper wrote.
    pub said: Vec<Said>,
    /// How long after its begin it wanted a person first, milliseconds.
    pub wants_person_ms: Option<u64>,
    /// Whether that was by the button.
    pub pressed: bool,
    /// The wait, where it came to an end.
    pub waited: Option<Waited>,
    /// How long the agent had it, milliseconds.
    pub handled_ms: Option<u64>,
}

/// All talks, in the order in which they began.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recording {
    /// The talks.
    pub talks: Vec<Talk>,
    /// How many agents took part; 0: the recording does not say.
    pub agents: u32,
    /// How many messages agents wrote in a chat they had, on average.
    pub agent_lines: f64,
}

impl Recording {
    /// From what happened, in whatever order it was written down.
    pub fn of(happenings: Vec<Happening>) -> Recording {
        let mut talks: BTreeMap<String, Vec<(u64, What)>> = BTreeMap::new();
        for Happening { talk, at_ms, what } in happenings {
            talks.entry(talk).or_default().push((at_ms, what));
        }
        let (mut agents, mut lines, mut chats) = (BTreeSet::new(), 0_u32, 0_u32);
        for (_, what) in talks.values().flatten() {
            match what {
                What::Assigned { agent } => {
                    chats += 1;
                    agents.extend(agent.clone());
                }
                What::AgentSaid => lines += 1,
                _ => {}
            }
        }
        let mut talks: Vec<Talk> = talks.into_values().filter_map(talk).collect();
        talks.sort_by_key(|talk| talk.start_ms);
        Recording {
            talks,
            agents: u32::try_from(agents.len()).unwrap_or(u32::MAX),
            agent_lines: f64::from(lines) / f64::from(chats.max(1)),
        }
    }

    /// When the first talk began, milliseconds.
    pub fn start_ms(&self) -> u64 {
        self.talks.first().map_or(0, |talk| talk.start_ms)
    }

    /// From the first to the last arrival, seconds; at least one.
    pub fn span_s(&self) -> f64 {
        let last = self.talks.last().map_or(0, |talk| talk.start_ms);
        ((last - self.start_ms()) as f64 / 1e3).max(1.0)
    }

    /// All messages of shoppers.
    pub fn messages(&self) -> usize {
        self.talks.iter().map(|talk| talk.said.len()).sum()
    }

    /// Share of talks that wanted a person.
    pub fn share_with_people(&self) -> f64 {
        let wanted = self.talks.iter().filter(|talk| talk.wants_person_ms.is_some()).count();
        wanted as f64 / self.talks.len().max(1) as f64
    }

    /// How long agents had chats, seconds.
    pub fn handling_s(&self) -> Vec<f64> {
        let handled = self.talks.iter().filter_map(|talk| talk.handled_ms);
        handled.map(|ms| ms as f64 / 1e3).collect()
    }

    /// Mean patience, seconds: all time that was waited, divided by how many gave up. This is the likeliest mean of an
    /// exponential patience of which most ends are not seen, since somebody came before (A. Mandelbaum, S. Zeltyn, "The
    /// Palm/Erlang-A Queue", section 5). `None`: nobody gave up.
    pub fn patience_s(&self) -> Option<f64> {
        let waits = || self.talks.iter().filter_map(|talk| talk.waited);
        let gave_up = waits().filter(|waited| waited.gave_up).count();
        let all_ms: u64 = waits().map(|waited| waited.ms).sum();
        (gave_up > 0 && all_ms > 0).then(|| all_ms as f64 / 1e3 / gave_up as f64)
    }
}

/// A talk from what happened in it; `None` where the shopper did nothing.
fn talk(mut happened: Vec<(u64, What)>) -> Option<Talk> {
    happened.sort_by_key(|(at_ms, _)| *at_ms);
    let acts = |what: &What| matches!(what, What::Message { .. } | What::Human | What::Waits);
    let start_ms = happened.iter().find(|(_, what)| acts(what))?.0;
    let mut talk = Talk {
        start_ms,
        ..Talk::default()
    };
    let (mut waits_since, mut agent_since) = (None, None);
    for (at_ms, what) in happened {
        match what {
            What::Message { chars, text } => talk.said.push(Said {
                after_ms: at_ms - start_ms,
                chars,
                text,
            }),
            What::Human | What::Waits => {
                talk.pressed |= what == What::Human && talk.wants_person_ms.is_none();
                talk.wants_person_ms.get_or_insert(at_ms - start_ms);
                if talk.waited.is_none() {
                    waits_since.get_or_insert(at_ms);
                }
            }
            What::Assigned { .. } => {
                talk.waited = talk.waited.or(waits_since.take().map(|since| Waited {
                    ms: at_ms - since,
                    gave_up: false,
                }));
                agent_since.get_or_insert(at_ms);
            }
            What::Done | What::Left => {
                if let Some(since) = waits_since.take().filter(|_| what == What::Left) {
                    talk.waited = talk.waited.or(Some(Waited {
                        ms: at_ms - since,
                        gave_up: true,
                    }));
                }
                if let Some(since) = agent_since.take() {
                    talk.handled_ms = Some(talk.handled_ms.unwrap_or(0) + at_ms - since);
                }
            }
            What::AgentSaid => {}
        }
    }
    Some(talk)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn at(at_ms: u64, talk: &str, what: What) -> Happening {
        Happening {
            talk: talk.into(),
            at_ms,
            what,
        }
    }

    fn message(chars: usize) -> What {
        What::Message { chars, text: None }
    }

    fn assigned(agent: &str) -> What {
        What::Assigned {
            agent: Some(agent.into()),
        }
    }

    #[test]
    fn a_talk_tells_when_it_wanted_a_person_and_how_long_that_took() {
        let recording = Recording::of(vec![
            at(9_000, "b", message(3)),
            at(1_000, "a", message(7)),
            at(5_000, "a", message(2)),
            at(5_100, "a", What::Waits),
            at(25_100, "a", assigned("勺子")),
            at(26_000, "a", What::AgentSaid),
            at(30_000, "a", What::AgentSaid),
            at(85_100, "a", What::Done),
            at(86_000, "a", What::Left),
        ]);
        assert_eq!(recording.talks.len(), 2);
        let first = &recording.talks[0];
        assert_eq!((first.start_ms, first.wants_person_ms), (1_000, Some(4_100)));
        assert_eq!(
            first.waited,
            Some(Waited {
                ms: 20_000,
                gave_up: false
            })
        );
        assert_eq!((first.handled_ms, first.pressed), (Some(60_000), false));
        assert_eq!((recording.agents, recording.agent_lines), (1, 2.0));
        assert_eq!((recording.span_s(), recording.messages()), (8.0, 3));
        assert_eq!(recording.patience_s(), None, "nobody gave up");
    }

    #[test]
    fn patience_counts_the_waits_of_those_who_were_served_too() {
        let recording = Recording::of(vec![
            at(0, "a", What::Human),
            at(30_000, "a", assigned("x")),
            at(0, "b", What::Human),
            at(60_000, "b", What::Left),
        ]);
        assert_eq!(recording.patience_s(), Some(90.0));
        assert!(recording.talks.iter().all(|talk| talk.pressed));
        assert_eq!(recording.share_with_people(), 1.0);
    }

    #[test]
    fn a_chat_that_went_back_to_the_queue_is_one_chat() {
        let recording = Recording::of(vec![
            at(0, "a", What::Human),
            at(10_000, "a", assigned("x")),
            at(20_000, "a", What::Waits),
            at(30_000, "a", assigned("y")),
            at(50_000, "a", What::Done),
        ]);
        let talk = &recording.talks[0];
        assert_eq!(talk.waited.unwrap().ms, 10_000);
        assert_eq!(talk.handled_ms, Some(40_000));
    }

    #[test]
    fn talks_in_which_the_shopper_did_nothing_are_none() {
        assert_eq!(Recording::of(vec![at(5, "a", What::Done)]).talks, []);
    }
}
