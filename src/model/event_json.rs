//! Events as JSON. The tag is looked at first: a kind that is not known becomes [`EventKind::Unknown`] and is written
//! again as it was read; a known kind with a body that cannot be read is an error.

use std::borrow::Cow;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::{EventKind, Owner};

/// The tags of the kinds that this program knows.
const KNOWN: [&str; 14] = [
    "started",
    "received",
    "answered",
    "handed_off",
    "assigned",
    "agent_said",
    "released",
    "noted",
    "snoozed",
    "recognised",
    "withdrawn",
    "returned",
    "closed",
    "rated",
];

#[derive(Deserialize)]
struct Tag<'a> {
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
}

impl EventKind {
    /// Reads an event as [`EventKind`]'s `Serialize` writes it; quicker than through `Deserialize`.
    ///
    /// # Errors
    /// When the text is no JSON object with a `type`, or one of a known kind that lacks what the kind needs.
    pub fn from_json(text: &str) -> serde_json::Result<EventKind> {
        let tag: Tag<'_> = serde_json::from_str(text)?;
        if KNOWN.contains(&tag.kind.as_ref()) {
            EventKind::deserialize(&mut serde_json::Deserializer::from_str(text))
        } else {
            unknown(serde_json::from_str(text)?)
        }
    }
}

impl Serialize for EventKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            EventKind::Unknown { body, .. } => body.serialize(serializer),
            known => EventKind::serialize(known, serializer),
        }
    }
}

impl<'de> Deserialize<'de> for EventKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<EventKind, D::Error> {
        let body = Value::deserialize(deserializer)?;
        let known = body
            .get("type")
            .and_then(Value::as_str)
            .is_some_and(|kind| KNOWN.contains(&kind));
        if known {
            EventKind::deserialize(body).map_err(D::Error::custom)
        } else {
            unknown(body).map_err(D::Error::custom)
        }
    }
}

fn unknown(body: Value) -> serde_json::Result<EventKind> {
    let Some(kind) = body.get("type").and_then(Value::as_str).map(str::to_owned) else {
        return Err(serde_json::Error::custom("an event has a `type`"));
    };
    let owner = body
        .get("owner")
        .and_then(|owner| serde_json::from_value::<Owner>(owner.clone()).ok());
    Ok(EventKind::Unknown { kind, owner, body })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;
    use crate::model::{
        Cause, Decision, DecisionKind, HandoffReason, Heard, IntentKind, Lane, LedgerEntry, LedgerState, Millis,
        PackId, ReleaseCause, Turn,
    };

    /// The kinds that a turn produces and that it answers, as versions before read them.
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(tag = "type", rename_all = "snake_case")]
    enum OldKind {
        Received {
            id: String,
            text: String,
        },
        Answered {
            reply_to: Vec<String>,
            text: String,
            choices: Vec<Value>,
            decision: Decision,
        },
        HandedOff {
            reason: HandoffReason,
            lane: Lane,
            deadline: Millis,
            signals: Vec<Value>,
            open_questions: Vec<String>,
            text: String,
        },
    }

    fn turn() -> Turn {
        Turn {
            reply_to: vec!["m1".into(), "m2".into()],
            decision: Decision::bare(DecisionKind::Handoff),
            ledger: Some(LedgerState {
                level: 0.7,
                at: Millis(1_795_300_000_000),
                faded: 0.1,
                entries: vec![LedgerEntry {
                    cause: Cause::NoHelp,
                    by: 0.4,
                }],
            }),
            pack: Some(PackId::new("ab".repeat(32))),
        }
    }

    fn handed_off(turn: Option<Turn>) -> EventKind {
        EventKind::HandedOff {
            reason: HandoffReason::Ledger,
            lane: Lane::High,
            deadline: Millis(9),
            signals: Vec::new(),
            open_questions: vec!["shipping.time".to_owned()],
            left: false,
            text: "这就转接".to_owned(),
            turn,
        }
    }

    #[test]
    fn what_is_written_is_read_again_both_ways() {
        let answered = EventKind::Answered {
            turn: turn(),
            text: "包邮的".to_owned(),
            choices: Vec::new(),
        };
        for kind in [answered, handed_off(Some(turn())), handed_off(None)] {
            let text = serde_json::to_string(&kind).unwrap();
            assert_eq!(EventKind::from_json(&text).unwrap(), kind);
            assert_eq!(serde_json::from_str::<EventKind>(&text).unwrap(), kind);
            // The version before reads it too.
            serde_json::from_str::<OldKind>(&text).unwrap();
        }
    }

    #[test]
    fn what_was_heard_while_people_had_the_chat_is_kept_and_the_version_before_reads_the_message() {
        let kind = EventKind::Received {
            id: "m1".into(),
            text: "手烫伤了".to_owned(),
            heard: Some(Heard {
                lane: Lane::Safety,
                signals: Vec::new(),
            }),
            files: Vec::new(),
        };
        let text = serde_json::to_string(&kind).unwrap();
        assert_eq!(EventKind::from_json(&text).unwrap(), kind);
        assert_eq!(
            serde_json::from_str::<OldKind>(&text).unwrap(),
            OldKind::Received {
                id: "m1".to_owned(),
                text: "手烫伤了".to_owned(),
            }
        );
        let plain = r#"{"type":"received","id":"m1","text":"在吗"}"#;
        let kind = EventKind::from_json(plain).unwrap();
        assert!(matches!(kind, EventKind::Received { heard: None, .. }));
        assert_eq!(serde_json::to_string(&kind).unwrap(), plain);
    }

    #[test]
    fn a_message_with_a_picture_is_words_to_the_version_before() {
        let text = r#"{"type":"received","id":"m1","text":"[图片]","files":[{"id":"a.jpg","kind":"picture","bytes":9,"width":3,"height":2}]}"#;
        let kind = EventKind::from_json(text).unwrap();
        assert_eq!(
            (kind.files().len(), serde_json::to_string(&kind).unwrap().as_str()),
            (1, text)
        );
        assert_eq!(
            serde_json::from_str::<OldKind>(text).unwrap(),
            OldKind::Received {
                id: "m1".to_owned(),
                text: "[图片]".to_owned(),
            }
        );
    }

    #[test]
    fn what_version_0_1_wrote_is_read_as_before() {
        let answered = r#"{"type":"answered","reply_to":["m1"],"text":"包邮的","choices":[],"decision":{"kind":"answer","intents":[{"id":"shipping.fee","confidence":0.5}],"alternatives":[],"signals":[],"slots":{"city":"深圳"}}}"#;
        let kind = EventKind::from_json(answered).unwrap();
        let turn = kind.turn().unwrap();
        assert_eq!((turn.reply_to.len(), &turn.ledger, &turn.pack), (1, &None, &None));
        assert_eq!(
            serde_json::to_value(&kind).unwrap(),
            serde_json::from_str::<Value>(answered).unwrap()
        );
        let old = r#"{"type":"handed_off","reason":"ledger","lane":"high","deadline":9,"signals":[],"open_questions":["shipping.time"],"text":"这就转接"}"#;
        assert_eq!(EventKind::from_json(old).unwrap(), handed_off(None));
    }

    #[test]
    fn an_unknown_kind_is_kept_and_written_as_it_was() {
        let text = r#"{"type":"attached","zeta":1,"alpha":{"deep":[1.5,null]},"owner":{"who":"queue"}}"#;
        for kind in [EventKind::from_json(text).unwrap(), serde_json::from_str(text).unwrap()] {
            assert_eq!(serde_json::to_string(&kind).unwrap(), text);
            assert_eq!((kind.name(), kind.new_owner()), ("attached", Some(Owner::Queue)));
        }
        let silent = EventKind::from_json(r#"{"type":"hummed"}"#).unwrap();
        assert_eq!(silent.new_owner(), None);
    }

    #[test]
    fn what_is_damaged_is_an_error_and_not_unknown() {
        for text in [
            r#"{"type":"received","id":"m1"}"#,
            r#"{"kind":"received"}"#,
            "[]",
            "",
            r#"{"type":7}"#,
        ] {
            assert!(EventKind::from_json(text).is_err(), "{text}");
            assert!(serde_json::from_str::<EventKind>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn names_of_a_newer_version_inside_an_event_do_not_keep_it_from_being_read() {
        let mut body = serde_json::to_value(handed_off(Some(turn()))).unwrap();
        body["ledger"]["entries"][0]["cause"] = json!("sarcasm");
        body["reason"] = json!("stuck");
        body["lane"] = json!("vip");
        body["decision"]["kind"] = json!("collect");
        body["decision"]["asked"] = json!("shoe_last");
        body["decision"]["intents"] = json!([{"id": "chat.mumble", "confidence": 0.5, "kind": "mumble"}]);
        body["decision"]["slots"] = json!({"city": "深圳", "shoe_last": "24"});
        body["mood"] = json!("dark");
        let kind: EventKind = serde_json::from_value(body).unwrap();
        let turn = kind.turn().unwrap();
        assert_eq!(turn.ledger.as_ref().unwrap().entries[0].cause, Cause::Other);
        assert_eq!(turn.decision.slots.0.len(), 1);
        assert_eq!((turn.decision.kind, turn.decision.asked), (DecisionKind::Answer, None));
        assert_eq!(turn.decision.intents[0].kind(), IntentKind::Question);
        let EventKind::HandedOff { reason, lane, .. } = kind else {
            unreachable!("{kind:?}")
        };
        assert_eq!((reason, lane), (HandoffReason::Other, Lane::High));
        let released = r#"{"type":"released","agent":"a1","cause":"lunch","note":""}"#;
        let kind: EventKind = serde_json::from_str(released).unwrap();
        assert!(matches!(
            kind,
            EventKind::Released {
                cause: ReleaseCause::GivenBack,
                ..
            }
        ));
    }

    #[test]
    fn every_kind_that_is_written_is_known() {
        let kinds = schema_of_kinds();
        assert_eq!(kinds, KNOWN);
    }

    /// The tags that the derived reader accepts, as its own error message lists them.
    fn schema_of_kinds() -> Vec<String> {
        let refused = EventKind::deserialize(json!({"type": "?"})).unwrap_err().to_string();
        let list = refused.split("expected one of").nth(1).unwrap();
        list.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    }
}
