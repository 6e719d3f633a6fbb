//! Frames of subprotocol `yingda.v1`, as a shopper's client writes and reads them.

use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::{Value, json};

/// The subprotocol that a client asks for and a server must confirm.
pub const SUBPROTOCOL: &str = "yingda.v1";

/// The first frame. `after`: the last `seq` seen, 0 for everything, `None` for nothing of the past.
pub fn hello(shop: &str, token: Option<&str>, after: Option<u64>) -> String {
    json!({"type": "hello", "shop": shop, "lang": "zh-CN", "token": token, "after": after}).to_string()
}

/// A message under the client's id.
pub fn message(id: &str, text: &str) -> String {
    json!({"type": "message", "id": id, "text": text}).to_string()
}

/// What a server sends to a shopper.
#[derive(Clone, Debug, PartialEq)]
pub enum Frame {
    /// Answers `hello`.
    Welcome {
        /// The conversation.
        conversation: String,
        /// Who the shopper is from now on.
        token: String,
        /// The conversation's last event.
        seq: u64,
        /// Whether the conversation that `hello` named is no longer kept.
        history_gone: bool,
    },
    /// A message is stored.
    Ack {
        /// The client's id.
        id: String,
        /// Its place.
        seq: u64,
    },
    /// An event of the log.
    Event(Event),
    /// Something was refused.
    Error {
        /// The code.
        code: String,
        /// The message it is about.
        id: Option<String>,
    },
    /// The server goes away.
    Moving {
        /// Milliseconds to wait before reconnecting.
        after_ms: u64,
    },
    /// A notice that is not checked (queue place, typing).
    Notice,
}

/// An event of the log, with what the checks need.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Place in the log.
    pub seq: u64,
    /// What.
    pub kind: EventKind,
    /// Over everything that must be the same whenever this event is shown.
    pub digest: u64,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum EventKind {
    /// The shopper's own message.
    Own {
        /// The client's id.
        id: String,
        /// The text.
        text: String,
    },
    /// The bot spoke.
    Bot {
        /// The messages it replies to.
        reply_to: Vec<String>,
    },
    /// A member of staff spoke.
    Agent,
    /// The conversation has another owner.
    Owner {
        /// Who answers from now on.
        who: Who,
    },
    /// Any other event.
    Other,
}

/// Who answers the shopper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// The bot, or somebody whom this client does not know.
    Bot,
    /// Nobody yet: the shopper waits for a person.
    Queue,
    /// An agent.
    Agent,
    /// Nobody any more.
    Closed,
}

impl Who {
    /// Whether people have the conversation or are to have it.
    pub fn is_people(self) -> bool {
        matches!(self, Who::Queue | Who::Agent)
    }
}

/// Reads a frame.
///
/// # Errors
/// What is wrong with it, in words.
pub fn parse(text: &str) -> Result<Frame, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| format!("not JSON: {error}"))?;
    let kind = word(&value, "type")?;
    Ok(match kind {
        "welcome" => Frame::Welcome {
            conversation: word(&value, "conversation")?.to_owned(),
            token: word(&value, "token")?.to_owned(),
            seq: number(&value, "seq")?,
            history_gone: value.get("history_gone").and_then(Value::as_bool).unwrap_or(false),
        },
        "ack" => Frame::Ack {
            id: word(&value, "id")?.to_owned(),
            seq: number(&value, "seq")?,
        },
        "error" => Frame::Error {
            code: word(&value, "code")?.to_owned(),
            id: value.get("id").and_then(Value::as_str).map(str::to_owned),
        },
        "moving" => Frame::Moving {
            after_ms: number(&value, "after_ms")?,
        },
        _ => match value.get("seq").and_then(Value::as_u64) {
            // What has a place in the log is an event, also of a kind that this client does not know.
            Some(seq) => Frame::Event(Event {
                seq,
                kind: event_kind(kind, &value)?,
                digest: digest(&value),
            }),
            None => Frame::Notice,
        },
    })
}

fn event_kind(kind: &str, value: &Value) -> Result<EventKind, String> {
    Ok(match kind {
        "message" => match word(value, "from")? {
            "shopper" => EventKind::Own {
                id: word(value, "id")?.to_owned(),
                text: word(value, "text")?.to_owned(),
            },
            "bot" => EventKind::Bot {
                reply_to: value
                    .get("reply_to")
                    .and_then(Value::as_array)
                    .map(|ids| ids.iter().filter_map(Value::as_str).map(str::to_owned).collect())
                    .unwrap_or_default(),
            },
            "agent" => EventKind::Agent,
            other => return Err(format!("a message from \"{other}\"")),
        },
        "owner" => EventKind::Owner {
            who: match word(value, "who")? {
                "queue" => Who::Queue,
                "agent" => Who::Agent,
                "closed" => Who::Closed,
                _ => Who::Bot,
            },
        },
        _ => EventKind::Other,
    })
}

/// Over content, whatever the order of keys: that order depends on how `serde_json` was built.
fn digest(value: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    hash_value(value, &mut hasher);
    hasher.finish()
}

fn hash_value(value: &Value, hasher: &mut DefaultHasher) {
    match value {
        Value::Object(fields) => {
            let mut keys: Vec<&String> = fields.keys().collect();
            keys.sort_unstable();
            keys.len().hash(hasher);
            for key in keys {
                key.hash(hasher);
                hash_value(&fields[key], hasher);
            }
        }
        Value::Array(items) => {
            items.len().hash(hasher);
            items.iter().for_each(|item| hash_value(item, hasher));
        }
        Value::String(text) => text.hash(hasher),
        other => other.to_string().hash(hasher),
    }
}

fn word<'a>(value: &'a Value, key: &str) -> Result<&'a str, String> {
    value
        .get(key)
        .and_then(Value::as_str)
        .ok_or_else(|| format!("no text \"{key}\" in {value}"))
}

fn number(value: &Value, key: &str) -> Result<u64, String> {
    value
        .get(key)
        .and_then(Value::as_u64)
        .ok_or_else(|| format!("no number \"{key}\" in {value}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn hello_has_the_fields_of_the_protocol() {
        let value: Value = serde_json::from_str(&hello("demo", None, Some(0))).unwrap();
        assert_eq!(
            value,
            json!({"type": "hello", "shop": "demo", "lang": "zh-CN", "token": null, "after": 0})
        );
    }

    #[test]
    fn a_bot_message_tells_what_it_replies_to() {
        let text = r#"{"type":"message","seq":3,"at":1,"from":"bot","reply_to":["c1","c2"],"text":"亲"}"#;
        let Frame::Event(event) = parse(text).unwrap() else {
            unreachable!("an event")
        };
        assert_eq!(event.seq, 3);
        assert_eq!(
            event.kind,
            EventKind::Bot {
                reply_to: vec!["c1".into(), "c2".into()]
            }
        );
    }

    #[test]
    fn the_digest_minds_content_and_not_the_order_of_keys() {
        let digest_of = |text: &str| match parse(text).unwrap() {
            Frame::Event(event) => event.digest,
            other => unreachable!("{other:?}"),
        };
        let one = digest_of(r#"{"type":"owner","seq":4,"who":"queue"}"#);
        assert_eq!(one, digest_of(r#"{"who":"queue","seq":4,"type":"owner"}"#));
        assert_ne!(one, digest_of(r#"{"type":"owner","seq":4,"who":"agent"}"#));
    }

    #[test]
    fn unknown_events_and_notices_are_taken_as_they_are() {
        assert!(matches!(
            parse(r#"{"type":"rated","seq":9,"stars":5}"#),
            Ok(Frame::Event(_))
        ));
        assert_eq!(
            parse(r#"{"type":"queue","position":1,"staffed":false}"#),
            Ok(Frame::Notice)
        );
        assert!(parse("{").is_err());
        assert!(parse(r#"{"type":"ack","id":"c1"}"#).is_err());
    }
}
