//! Drafts, as the audit record tells of them: each step that somebody takes with one is an entry, and the fold over the entries
//! is the same at all servers. Of two that publish one draft the lower number of the record was first: the other's step has no
//! effect. Pure.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::model::{AgentId, Millis};
use crate::shops::Shared;

use super::draft_steps::{DraftEntry, DraftStep};

/// A server that has begun to publish and says nothing for so long is gone, milliseconds: another may publish.
const CLAIM_MS: u64 = 5 * 60_000;
/// Changes in one draft.
pub(super) const MOST_PIECES: usize = 50;

/// A change that is kept in a draft.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// Which.
    pub id: String,
    /// Who has put it there.
    pub by: AgentId,
    /// When.
    pub at: Millis,
    /// Why; may be empty.
    pub reason: String,
    /// What is wished.
    pub wish: Value,
}

/// What a colleague is asked, or answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Who says it.
    pub by: AgentId,
    /// To whom.
    pub to: AgentId,
    /// What; may be empty.
    pub words: String,
    /// When.
    pub at: Millis,
}

/// When a draft is to be published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The moment.
    pub at: Millis,
    /// Who wants it so, and in whose name it is done.
    pub by: AgentId,
}

/// A draft answers silently beside what is live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shadow {
    /// Since when.
    pub since: Millis,
    /// Who wanted it so.
    pub by: AgentId,
}

/// A draft answers a share of the new talks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sharing {
    /// Which.
    pub shared: Shared,
    /// Who wanted it so.
    pub by: AgentId,
}

/// A draft was not published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// When.
    pub at: Millis,
    /// Who published it, or had set the time.
    pub by: AgentId,
    /// Why, in Chinese and in English.
    pub why: [String; 2],
}

/// Changes that are kept for later.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// Which.
    pub id: String,
    /// Who began it.
    pub by: AgentId,
    /// When.
    pub at: Millis,
    /// The pack that answered when something was put into it last.
    pub base: String,
    /// Stands for what it holds: the entry of the record that changed it last.
    pub version: u64,
    /// What it holds, in the order in which it is laid over the files.
    pub kept: Vec<Kept>,
    /// Whom somebody has asked to look at it.
    pub asked: Option<Said>,
    /// It was sent back, and why.
    pub sent_back: Option<Said>,
    /// When it is to be published.
    pub due: Option<Due>,
    /// Why it was not published.
    pub failed: Option<Failed>,
    /// Since when it answers silently beside what is live.
    pub shadow: Option<Shadow>,
    /// Which share of the new talks it answers.
    pub share: Option<Sharing>,
    claim: Option<Claim>,
}

#[derive(Clone, Debug, PartialEq)]
struct Claim {
    token: String,
    by: AgentId,
    at: Millis,
}

impl Draft {
    /// Who publishes it at this moment.
    pub fn claimed(&self, now: Millis) -> Option<&AgentId> {
        let live = self.claim.as_ref().filter(|claim| now.since(claim.at) < CLAIM_MS);
        live.map(|claim| &claim.by)
    }

    /// Whether it waits for something that this person is to do: to look at it, or to mend what was sent back or failed.
    pub fn waits_for(&self, agent: &AgentId) -> bool {
        let asked = self.asked.as_ref().is_some_and(|asked| asked.to == *agent);
        let back = self.sent_back.as_ref().is_some_and(|back| back.to == *agent);
        asked || back || self.failed.as_ref().is_some_and(|failed| failed.by == *agent)
    }
}

/// A draft that is no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ended {
    pub by: AgentId,
    pub published: bool,
}

/// The drafts of a shop.
#[derive(Clone, Debug, Default)]
pub(super) struct Drafts {
    /// By id, which rises with time.
    pub open: BTreeMap<String, Draft>,
    pub ended: BTreeMap<String, Ended>,
    /// Steps that came too late, by their numbers.
    without_effect: BTreeSet<u64>,
}

impl Drafts {
    /// Takes an entry of the record.
    pub fn take(&mut self, number: u64, at: Millis, by: &AgentId, entry: DraftEntry) {
        if !self.took(number, at, by, entry) {
            self.without_effect.insert(number);
        }
    }

    /// Whether the step with this number has done what it was to do.
    pub fn has_effect(&self, number: u64) -> bool {
        !self.without_effect.contains(&number)
    }

    fn took(&mut self, number: u64, at: Millis, by: &AgentId, DraftEntry { draft: id, step }: DraftEntry) -> bool {
        if let DraftStep::Keep { base, .. } = &step
            && !self.open.contains_key(&id)
            && !self.ended.contains_key(&id)
        {
            let draft = Draft {
                id: id.clone(),
                by: by.clone(),
                at,
                base: base.clone(),
                version: number,
                kept: Vec::new(),
                asked: None,
                sent_back: None,
                due: None,
                failed: None,
                shadow: None,
                share: None,
                claim: None,
            };
            self.open.insert(id.clone(), draft);
        }
        let Some(draft) = self.open.get_mut(&id) else {
            return false;
        };
        let published = match &step {
            DraftStep::Publish { .. } => Some(true),
            DraftStep::Discard => Some(false),
            _ => None,
        };
        let took = draft.took(number, at, by, step);
        if let (true, Some(published)) = (took, published) {
            self.open.remove(&id);
            let by = by.clone();
            self.ended.insert(id, Ended { by, published });
        }
        took
    }
}

impl Draft {
    fn took(&mut self, number: u64, at: Millis, by: &AgentId, step: DraftStep) -> bool {
        let of_attempt = match &step {
            DraftStep::Release { token } | DraftStep::Fail { token, .. } | DraftStep::Publish { token, .. } => {
                Some(token.as_str())
            }
            _ => None,
        };
        match of_attempt {
            // Who was thought gone and is not any more says nothing about the attempt of another.
            Some(token) if self.claim.as_ref().is_none_or(|claim| claim.token != token) => return false,
            None if self.claimed(at).is_some() => return false,
            _ => {}
        }
        let said = |to: AgentId, words: String| Said {
            by: by.clone(),
            to,
            words,
            at,
        };
        match step {
            DraftStep::Keep {
                piece,
                wish,
                instead,
                reason,
                base,
            } => {
                self.kept.retain(|kept| !instead.contains(&kept.id));
                if self.kept.len() >= MOST_PIECES {
                    return false;
                }
                self.kept.push(Kept {
                    id: piece,
                    by: by.clone(),
                    at,
                    reason,
                    wish,
                });
                self.base = base;
                self.is_another(number);
            }
            DraftStep::Remove { piece } => {
                let before = self.kept.len();
                self.kept.retain(|kept| kept.id != piece);
                if self.kept.len() == before {
                    return false;
                }
                self.is_another(number);
            }
            DraftStep::Ask { to, words } => {
                self.sent_back = None;
                self.asked = Some(said(to, words));
            }
            DraftStep::SendBack { words } => {
                let to = self.asked.take().map_or_else(|| self.by.clone(), |asked| asked.by);
                self.due = None;
                self.sent_back = Some(said(to, words));
            }
            DraftStep::Schedule { at: due } => {
                self.failed = None;
                self.due = Some(Due {
                    at: due,
                    by: by.clone(),
                });
            }
            DraftStep::Unschedule => self.due = None,
            // It goes on from when it began.
            DraftStep::Shadow if self.shadow.is_some() => {}
            DraftStep::Shadow => {
                self.shadow = Some(Shadow {
                    since: at,
                    by: by.clone(),
                });
            }
            DraftStep::Unshadow => self.shadow = None,
            DraftStep::Share { percent } => {
                self.failed = None;
                let shared = Shared { percent, since: at };
                let by = by.clone();
                self.share = Some(Sharing { shared, by });
            }
            DraftStep::Unshare { .. } if self.share.is_none() => return false,
            DraftStep::Unshare { why } => {
                self.share = None;
                let by = by.clone();
                self.failed = why.map(|why| Failed { at, by, why }).or(self.failed.take());
            }
            DraftStep::Claim { seen, .. } if seen != self.version => return false,
            DraftStep::Claim { token, .. } => {
                self.claim = Some(Claim {
                    token,
                    by: by.clone(),
                    at,
                });
            }
            DraftStep::Release { .. } => self.claim = None,
            DraftStep::Fail { why, .. } => {
                self.claim = None;
                self.due = None;
                self.failed = Some(Failed {
                    at,
                    by: by.clone(),
                    why,
                });
            }
            DraftStep::Discard | DraftStep::Publish { .. } => {}
            DraftStep::Other => return false,
        }
        true
    }

    /// It holds something else than whoever set a time, or was asked, has seen.
    fn is_another(&mut self, number: u64) {
        self.version = number;
        self.due = None;
        self.share = None;
        self.failed = None;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;

    /// Takes steps of drafts, each under the next number and a second later than the one before.
    #[derive(Default)]
    struct Told {
        drafts: Drafts,
        number: u64,
    }

    impl Told {
        fn at(&mut self, at: u64, by: &str, step: Value) -> bool {
            self.number += 1;
            let entry = serde_json::from_value(step).unwrap();
            self.drafts.take(self.number, Millis(at), &AgentId::new(by), entry);
            self.drafts.has_effect(self.number)
        }

        fn says(&mut self, by: &str, step: Value) -> bool {
            self.at(self.number * 1_000, by, step)
        }

        fn draft(&self) -> &Draft {
            &self.drafts.open["d"]
        }
    }

    fn keep(piece: &str) -> Value {
        json!({"draft": "d", "did": "keep", "piece": piece, "wish": {}, "base": "p1"})
    }

    fn claim(token: &str, seen: u64) -> Value {
        json!({"draft": "d", "did": "claim", "token": token, "seen": seen})
    }

    #[test]
    fn of_two_who_publish_one_draft_one_does() {
        let mut told = Told::default();
        assert!(told.says("me", keep("1")));
        assert!(told.says("me", claim("a", 1)));
        assert!(!told.says("you", claim("b", 1)), "it is being published");
        assert!(
            !told.says("you", keep("2")),
            "nothing is put into what is being published"
        );
        assert_eq!(told.draft().claimed(Millis(4_000)), Some(&AgentId::new("me")));
        assert!(!told.says(
            "you",
            json!({"draft": "d", "did": "publish", "token": "b", "pack": "p2"})
        ));
        assert!(told.says(
            "me",
            json!({"draft": "d", "did": "publish", "token": "a", "pack": "p2"})
        ));
        assert!(told.drafts.open.is_empty() && told.drafts.ended["d"].published);
        assert!(!told.says("you", keep("3")), "it is over");
    }

    #[test]
    fn a_server_that_died_while_it_published_holds_nobody_up_and_may_not_speak_later() {
        let mut told = Told::default();
        told.says("me", keep("1"));
        assert!(told.says("me", claim("a", 1)));
        assert!(told.at(CLAIM_MS + 10_000, "you", claim("b", 1)));
        let late = json!({"draft": "d", "did": "fail", "token": "a", "why": ["", ""]});
        assert!(!told.at(CLAIM_MS + 11_000, "me", late));
    }

    #[test]
    fn who_has_looked_at_something_else_publishes_nothing_and_a_time_is_set_anew() {
        let mut told = Told::default();
        told.says("me", keep("1"));
        assert!(told.says("me", json!({"draft": "d", "did": "schedule", "at": 9})));
        assert!(told.says("you", keep("2")));
        assert_eq!(told.draft().due, None);
        assert!(!told.says("me", claim("a", 1)), "two changes by now");
        assert!(told.says("me", claim("a", 3)));
        assert!(told.says(
            "me",
            json!({"draft": "d", "did": "fail", "token": "a", "why": ["坏", "bad"]})
        ));
        let failed = told.draft().failed.clone().unwrap();
        assert_eq!((failed.by.as_str(), failed.why[1].as_str()), ("me", "bad"));
    }

    #[test]
    fn a_shadow_that_is_begun_again_goes_on() {
        let mut told = Told::default();
        told.says("me", keep("1"));
        told.at(5, "me", json!({"draft": "d", "did": "shadow"}));
        told.at(9, "you", json!({"draft": "d", "did": "shadow"}));
        assert_eq!(told.draft().shadow.as_ref().map(|shadow| shadow.since), Some(Millis(5)));
        assert!(told.says("you", keep("2")) && told.draft().shadow.is_some());
        told.says("you", json!({"draft": "d", "did": "unshadow"}));
        assert_eq!(told.draft().shadow, None);
    }

    #[test]
    fn a_colleague_who_is_asked_sends_it_back_to_whoever_asked() {
        let mut told = Told::default();
        told.says("me", keep("1"));
        told.says("me", json!({"draft": "d", "did": "ask", "to": "you", "words": "看看"}));
        let [me, you] = ["me", "you"].map(AgentId::new);
        assert!(told.draft().waits_for(&you) && !told.draft().waits_for(&me));
        told.says("you", json!({"draft": "d", "did": "send_back", "words": "太长"}));
        assert!(told.draft().waits_for(&me) && !told.draft().waits_for(&you));
        assert!(
            !told.says("me", json!({"draft": "d", "did": "weigh", "grams": 3})),
            "a newer version's"
        );
        assert!(told.says("me", json!({"draft": "d", "did": "discard"})));
        assert!(!told.drafts.ended["d"].published);
    }
}
