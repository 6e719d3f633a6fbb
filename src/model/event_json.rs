//! Events as JSON. The tag is looked at first: a kind that is not known becomes [`EventKind::Unknown`] and is written
//! again as it was read; a known kind with a body that cannot be read is an error.

use std::borrow::Cow;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::{EventKind, Owner};

/// The tags of the kinds that this program knows.
const KNOWN: [&str; 10] = [
    "started",
    "received",
    "answered",
    "handed_off",
    "assigned",
    "agent_said",
    "released",
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
