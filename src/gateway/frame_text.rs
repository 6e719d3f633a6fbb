//! The text of a frame: how one that is sent is written, and the request in one that came, or why there is none.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::model::ClientMessageId;
use crate::model::visible::shows_something;

use super::error::Refusal;

/// A frame as it is sent.
pub(super) fn text_of<Frame: Serialize>(frame: &Frame) -> String {
    serde_json::to_string(frame).expect("frames are plain data")
}

/// The same, added to what is to be sent.
pub(super) fn write_text<Frame: Serialize>(frame: &Frame, to: &mut Vec<u8>) {
    serde_json::to_writer(to, frame).expect("frames are plain data");
}

/// Reads a request. Half an emoji, which JavaScript writes as an escape and which is no character, becomes U+FFFD.
pub(super) fn request<Request: DeserializeOwned>(text: &str) -> Option<Request> {
    match serde_json::from_str(text) {
        Ok(request) => Some(request),
        Err(_) => serde_json::from_str(&whole_characters(text)?).ok(),
    }
}

/// A JSON text with every half of a surrogate pair replaced; `None` when there is none.
fn whole_characters(text: &str) -> Option<String> {
    let unit = |at: usize| -> Option<u16> {
        let escape = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(escape, 16).ok()
    };
    let mut whole = String::with_capacity(text.len());
    let (mut rest, mut at, mut found) = (text, 0, false);
    while let Some(offset) = rest.find('\\') {
        let escape = at + offset;
        let length = match (unit(escape), unit(escape + 6)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 12,
            (Some(0xD800..=0xDFFF), _) => {
                whole.push_str(&text[at..escape]);
                whole.push('\u{FFFD}');
                (at, found) = (escape + 6, true);
                rest = &text[at..];
                continue;
            }
            // Another escape: its second character is no beginning of one.
            _ => 1 + text[escape + 1..].chars().next().map_or(0, char::len_utf8),
        };
        whole.push_str(&text[at..escape + length]);
        at = escape + length;
        rest = &text[at..];
    }
    whole.push_str(rest);
    found.then_some(whole)
}

/// Why a text is no request.
pub(super) fn what_is_wrong<Request: DeserializeOwned>(text: &str) -> Refusal {
    let Ok(Value::Object(frame)) = serde_json::from_str(text) else {
        return Refusal::BadJson;
    };
    let Some(Value::String(kind)) = frame.get("type") else {
        return Refusal::UnknownType;
    };
    // A frame of a known type with nothing but its type is refused for a missing field, if at all.
    let bare = serde_json::json!({ "type": kind });
    match serde_json::from_value::<Request>(bare) {
        Err(error) if error.to_string().starts_with("unknown variant") => Refusal::UnknownType,
        _ => Refusal::BadFrame,
    }
}

/// The id of a message that is refused unread, so that the client knows which.
pub(super) fn client_id(text: &str) -> Option<ClientMessageId> {
    #[derive(serde::Deserialize)]
    struct WithId {
        id: ClientMessageId,
    }
    let WithId { id } = serde_json::from_str(text).ok()?;
    valid_id(&id).then_some(id)
}

/// Whether a client id has 1 to 64 characters, none of them a control character.
pub(super) fn valid_id(id: &ClientMessageId) -> bool {
    let text = id.as_str();
    !text.is_empty() && text.chars().count() <= 64 && !text.chars().any(char::is_control)
}

/// Whether a text may be stored as a message.
pub(super) fn checked_text(text: &str, most: usize) -> Result<(), Refusal> {
    if !shows_something(text) {
        Err(Refusal::Empty)
    } else if text.len() > most && text.chars().count() > most {
        Err(Refusal::TooLong)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gateway::protocol::{ChatRequest, DeskRequest};

    #[test]
    fn what_is_wrong_is_named() {
        for (text, refusal) in [
            ("", Refusal::BadJson),
            ("hello", Refusal::BadJson),
            ("[]", Refusal::BadJson),
            ("{\"type\":\"message\"", Refusal::BadJson),
            ("{}", Refusal::UnknownType),
            ("{\"type\":7}", Refusal::UnknownType),
            ("{\"type\":\"shout\"}", Refusal::UnknownType),
            ("{\"type\":\"message\"}", Refusal::BadFrame),
            ("{\"type\":\"message\",\"id\":7,\"text\":\"x\"}", Refusal::BadFrame),
            ("{\"type\":\"rate\",\"stars\":900}", Refusal::BadFrame),
            ("{\"type\":\"hello\",\"shop\":\"demo\",\"after\":-1}", Refusal::BadFrame),
        ] {
            assert_eq!(what_is_wrong::<ChatRequest>(text), refusal, "{text}");
        }
        assert_eq!(
            what_is_wrong::<DeskRequest>("{\"type\":\"human\"}"),
            Refusal::UnknownType
        );
        assert_eq!(what_is_wrong::<DeskRequest>("{\"type\":\"take\"}"), Refusal::BadFrame);
    }

    // F33
    #[test]
    fn half_an_emoji_is_no_reason_to_refuse() {
        let said = |text: &str| match request::<ChatRequest>(text) {
            Some(ChatRequest::Message { text, .. }) => text,
            other => panic!("{text}: {other:?}"),
        };
        let frame = |text: &str| format!(r#"{{"type":"message","id":"c1","text":"{text}"}}"#);
        for (sent, read) in [
            (r"\ud83d", "\u{FFFD}"),
            (r"鞋\uD83D子", "鞋\u{FFFD}子"),
            (r"\udc5f\ud83d", "\u{FFFD}\u{FFFD}"),
            (r"\ud83d\ud83d\udc5f", "\u{FFFD}👟"),
            (r"\ud83d\udc5f", "👟"),
            (r"\\ud83d \ud83d", "\\ud83d \u{FFFD}"),
            (r"\ud83d\n", "\u{FFFD}\n"),
        ] {
            assert_eq!(said(&frame(sent)), read, "{sent}");
        }
        for broken in ["\\", r"\ud83", r"\ud8", "\\é", r"\ud83d\"] {
            assert!(request::<ChatRequest>(broken).is_none(), "{broken}");
        }
    }

    #[test]
    fn ids_and_texts_within_bounds() {
        assert!(valid_id(&ClientMessageId::new("c1")));
        assert!(valid_id(&ClientMessageId::new("一".repeat(64))));
        for bad in ["", &"x".repeat(65), "a\nb", "\u{0}"] {
            assert!(!valid_id(&ClientMessageId::new(bad)), "{bad:?}");
        }
        assert_eq!(checked_text("好", 1), Ok(()));
        assert_eq!(checked_text("好的", 1), Err(Refusal::TooLong));
        // F26
        for nothing in [" \n\u{3000}", "\u{200b}\u{fe0f}", "\u{3164}", "\u{2800}", "\u{301}"] {
            assert_eq!(checked_text(nothing, 9), Err(Refusal::Empty), "{nothing:?}");
        }
        assert_eq!(
            client_id("{\"type\":\"message\",\"id\":\"c9\",\"text\":1}"),
            Some(ClientMessageId::new("c9"))
        );
    }
}
