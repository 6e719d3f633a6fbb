//! From events and cards of the hub to frames of the protocol. What a shopper may not see is left out here.

use crate::dialogue;
use crate::hub::{Acknowledgement, Delivery, Notice};
use crate::model::{AgentId, ClientMessageId, Event, EventKind, Seq, Speaker};

use super::protocol::{ChatFrame, DeskEvent, OwnerWho, ShopName, ShopWords};

/// The number of an event on the wire. `started` is number 0: what anybody says first is number 1, and an empty talk
/// stands at 0.
pub(super) fn wire_seq(seq: Seq) -> Seq {
    seq.saturating_sub(1)
}

/// The place in the log of the event with this number.
pub(super) fn log_seq(number: Seq) -> Seq {
    number.saturating_add(1)
}

/// The only way to make an acknowledgement: from the hub's proof that the message is kept.
pub(super) fn ack(id: ClientMessageId, kept: &Acknowledgement) -> ChatFrame {
    ChatFrame::Ack {
        id,
        seq: wire_seq(kept.seq()),
        at: kept.at(),
        text: kept.masked().map(str::to_owned),
        wait_s: kept.wait_s(),
    }
}

/// What the shopper is told; `None` for what only the desk sees.
pub(super) fn for_shopper(delivery: &Delivery) -> Option<ChatFrame> {
    match delivery {
        Delivery::Event(event) => event_for_shopper(event),
        Delivery::Notice(Notice::Queue(place)) => Some(ChatFrame::Queue {
            position: place.position,
            wait_s: place.wait_s,
            staffed: place.staffed,
        }),
        // The end of the socket tells it.
        Delivery::Notice(Notice::ShopGone | Notice::Typing(Speaker::Shopper) | Notice::Seen(_)) => None,
        Delivery::Notice(Notice::Typing(from)) => Some(ChatFrame::Typing { from: *from }),
    }
}

fn event_for_shopper(event: &Event) -> Option<ChatFrame> {
    let (seq, at) = (wire_seq(event.seq), event.at);
    let message = |from: Speaker, text: &str| ChatFrame::Message {
        seq,
        at,
        from,
        name: None,
        id: None,
        reply_to: Vec::new(),
        text: text.to_owned(),
        intents: Vec::new(),
        choices: Vec::new(),
        files: Vec::new(),
    };
    let owner = |who: OwnerWho, name: Option<&str>, text: Option<&str>| ChatFrame::Owner {
        seq,
        at,
        who,
        name: name.map(str::to_owned),
        text: text.filter(|text| !text.is_empty()).map(str::to_owned),
    };
    Some(match &event.kind {
        EventKind::Started { .. }
        | EventKind::Noted { .. }
        | EventKind::Snoozed { .. }
        | EventKind::Recognised(..)
        | EventKind::Unknown { .. } => {
            return None;
        }
        EventKind::Received {
            id: own,
            text,
            files: sent,
            ..
        } => {
            let mut frame = message(Speaker::Shopper, text);
            if let ChatFrame::Message { id, files, .. } = &mut frame {
                *id = Some(own.clone());
                files.clone_from(sent);
            }
            frame
        }
        EventKind::Answered { turn, text, choices } => ChatFrame::Message {
            seq,
            at,
            from: Speaker::Bot,
            name: None,
            id: None,
            reply_to: turn.reply_to.clone(),
            text: text.clone(),
            intents: turn
                .decision
                .intents
                .iter()
                .map(|question| question.id.clone())
                .collect(),
            choices: choices.clone(),
            files: Vec::new(),
        },
        EventKind::AgentSaid {
            name: agent,
            text,
            files: sent,
            ..
        } => {
            let mut frame = message(Speaker::Agent, text);
            if let ChatFrame::Message { name, files, .. } = &mut frame {
                *name = Some(agent.clone());
                files.clone_from(sent);
            }
            frame
        }
        EventKind::Withdrawn { name, of, .. } => ChatFrame::Withdrawn {
            seq,
            at,
            of: wire_seq(*of),
            name: name.clone(),
        },
        EventKind::HandedOff { text, .. } => owner(OwnerWho::Queue, None, Some(text)),
        EventKind::Assigned { name, .. } => owner(OwnerWho::Agent, Some(name), None),
        EventKind::Released { .. } => owner(OwnerWho::Queue, None, None),
        EventKind::Returned { .. } => owner(OwnerWho::Bot, None, None),
        EventKind::Closed { .. } => owner(OwnerWho::Closed, None, None),
        EventKind::Rated { stars } => ChatFrame::Rated { seq, stars: *stars },
    })
}

/// The member of staff whose name the desk's frame needs and the event does not hold.
pub(super) fn unnamed_agent(event: &Event) -> Option<&AgentId> {
    match &event.kind {
        EventKind::Released { agent, .. } | EventKind::Returned { agent } | EventKind::Snoozed { agent, .. } => {
            Some(agent)
        }
        EventKind::Closed { agent } => agent.as_ref(),
        _ => None,
    }
}

/// Who made the chat change hands, where that is another member than the one whom the event is about.
pub(super) fn moving_agent(event: &Event) -> Option<&AgentId> {
    match &event.kind {
        EventKind::Released { by, .. } | EventKind::Assigned { by, .. } => by.as_ref(),
        _ => None,
    }
}

/// What the desk is told of an event; `acting` is the name of [`unnamed_agent`], `by` that of [`moving_agent`].
pub(super) fn for_desk(event: &Event, acting: Option<String>, by: Option<String>) -> DeskEvent {
    let mut frame = DeskEvent {
        seq: wire_seq(event.seq),
        epoch: event.epoch,
        at: event.at,
        kind: String::new(),
        from: None,
        name: acting,
        by,
        assigned: None,
        released: None,
        waits_for: None,
        until: None,
        recognised: None,
        of: None,
        id: None,
        text: None,
        choices: Vec::new(),
        files: event.kind.files().to_vec(),
        decision: None,
        reason: None,
        lane: None,
        signals: Vec::new(),
        stars: None,
    };
    frame.decision = event.kind.turn().map(|turn| turn.decision.clone());
    let kind = match &event.kind {
        EventKind::Started { .. } => "started",
        EventKind::Received { id, text, heard, .. } => {
            if let Some(heard) = heard {
                frame.lane = Some(heard.lane);
                frame.signals = heard.signals.clone();
            }
            frame.from = Some(Speaker::Shopper);
            frame.id = Some(id.clone());
            frame.text = Some(text.clone());
            "received"
        }
        EventKind::Answered { text, choices, .. } => {
            frame.from = Some(Speaker::Bot);
            frame.text = Some(text.clone());
            frame.choices = choices.clone();
            "answered"
        }
        EventKind::HandedOff {
            reason,
            lane,
            signals,
            text,
            ..
        } => {
            frame.from = Some(Speaker::Bot);
            frame.reason = Some(*reason);
            frame.lane = Some(*lane);
            frame.signals = signals.clone();
            frame.text = Some(text.clone()).filter(|text| !text.is_empty());
            "handed_off"
        }
        EventKind::Assigned { name, cause, note, .. } => {
            frame.name = Some(name.clone());
            frame.assigned = *cause;
            frame.text = Some(note.clone()).filter(|note| !note.is_empty());
            "assigned"
        }
        EventKind::AgentSaid { id, name, text, .. } => {
            frame.from = Some(Speaker::Agent);
            frame.name = Some(name.clone());
            frame.id = Some(id.clone());
            frame.text = Some(text.clone());
            "agent_said"
        }
        EventKind::Released {
            cause, note, waits_for, ..
        } => {
            frame.text = Some(note.clone()).filter(|note| !note.is_empty());
            frame.released = Some(*cause);
            frame.waits_for.clone_from(waits_for);
            "released"
        }
        EventKind::Noted { id, name, text, .. } => {
            frame.from = Some(Speaker::Agent);
            frame.name = Some(name.clone());
            frame.id = Some(id.clone());
            frame.text = Some(text.clone());
            "noted"
        }
        EventKind::Snoozed { until, .. } => {
            frame.until = *until;
            "snoozed"
        }
        EventKind::Withdrawn { name, of, .. } => {
            frame.name = Some(name.clone());
            frame.of = Some(wire_seq(*of));
            "withdrawn"
        }
        EventKind::Recognised(known) => {
            frame.recognised = Some(known.clone());
            "recognised"
        }
        EventKind::Returned { .. } => "returned",
        EventKind::Closed { .. } => "closed",
        EventKind::Rated { stars } => {
            frame.stars = Some(*stars);
            "rated"
        }
        EventKind::Unknown { kind, .. } => kind,
    };
    frame.kind = kind.to_owned();
    frame
}

/// How the shop is called.
pub(super) fn shop_name(words: &dialogue::ShopWords) -> ShopName {
    ShopName {
        name: words.shop.clone(),
        person: words.person.clone(),
    }
}

/// What the shop says at the turns of the talk.
pub(super) fn shop_words(words: dialogue::ShopWords) -> ShopWords {
    ShopWords {
        lang: words.lang,
        welcome: words.welcome,
        returned: words.returned,
        closed: words.closed,
        rate_thanks: words.rate_thanks,
        requeued: words.requeued,
        queue_position: words.queue_position,
        agent_joined: words.agent_joined,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::{
        AssignCause, Decision, DecisionKind, FileId, FileKind, HandoffReason, Heard, IntentKind, Lane, Millis, PackId,
        Question, Recognition, ReleaseCause, SentFile, SignalHit, SlotName, Turn, WaitsFor,
    };

    fn file() -> SentFile {
        SentFile {
            id: FileId::new("0123456789abcdef0123456789abcdef.jpg"),
            kind: FileKind::Picture,
            name: String::new(),
            bytes: 9,
            width: 3,
            height: 2,
        }
    }

    fn event(kind: EventKind) -> Event {
        Event {
            seq: 3,
            epoch: 2,
            at: Millis(9),
            kind,
        }
    }

    /// What was weighed besides the answer is nothing that the shopper may read.
    fn private_turn() -> Turn {
        let mut decision = Decision {
            alternatives: vec![Question::new("private-alternative", 0.3, IntentKind::Question)],
            signals: vec![SignalHit {
                id: "threat.regulator".into(),
                score: 0.4,
                evidence: "private-evidence".into(),
            }],
            ..Decision::bare(DecisionKind::Answer)
        };
        decision.slots.set(SlotName::Province, "private-province");
        Turn {
            reply_to: Vec::new(),
            decision,
            ledger: None,
            pack: Some(PackId::new("private-pack")),
        }
    }

    #[test]
    fn the_desk_is_told_what_was_decided_when_a_turn_only_handed_off() {
        let handed_off = |turn| EventKind::HandedOff {
            reason: HandoffReason::Misses,
            lane: Lane::Normal,
            deadline: Millis(1),
            signals: Vec::new(),
            open_questions: Vec::new(),
            left: false,
            text: "稍等".into(),
            turn,
        };
        let told = for_desk(&event(handed_off(Some(private_turn()))), None, None).decision;
        assert_eq!(told, Some(private_turn().decision));
        assert_eq!(for_desk(&event(handed_off(None)), None, None).decision, None);
    }

    #[test]
    fn the_shopper_sees_neither_signals_nor_notes_nor_agents_ids() {
        let kinds = [
            EventKind::HandedOff {
                reason: HandoffReason::Signal,
                lane: Lane::Top,
                deadline: Millis(1),
                signals: vec![SignalHit {
                    id: "threat.regulator".into(),
                    score: 0.9,
                    evidence: "private-evidence".into(),
                }],
                open_questions: vec!["private-question".into()],
                left: false,
                text: "稍等".into(),
                turn: Some(private_turn()),
            },
            EventKind::Received {
                id: ClientMessageId::new("m9"),
                text: "手烫伤了".into(),
                heard: Some(Heard {
                    lane: Lane::Safety,
                    signals: vec![SignalHit {
                        id: "threat.regulator".into(),
                        score: 0.9,
                        evidence: "private-evidence".into(),
                    }],
                }),
                files: vec![file()],
            },
            EventKind::Answered {
                turn: private_turn(),
                text: "当天发出".into(),
                choices: Vec::new(),
            },
            EventKind::Released {
                agent: AgentId::new("private-agent"),
                cause: ReleaseCause::Gone,
                note: "private-note".into(),
                by: Some(AgentId::new("private-supervisor")),
                waits_for: Some(WaitsFor::Group {
                    group: "private-group".into(),
                }),
            },
            EventKind::Assigned {
                agent: AgentId::new("private-agent"),
                name: "勺子".into(),
                cause: Some(AssignCause::HandedOn),
                by: Some(AgentId::new("private-colleague")),
                note: "private-note".into(),
            },
            EventKind::AgentSaid {
                id: ClientMessageId::new("private-id"),
                agent: AgentId::new("private-agent"),
                name: "勺子".into(),
                text: "您好".into(),
                files: vec![file()],
            },
            EventKind::Withdrawn {
                agent: AgentId::new("private-agent"),
                name: "勺子".into(),
                of: 2,
            },
        ];
        for kind in kinds {
            let frame = for_shopper(&Delivery::Event(Arc::new(event(kind)))).expect("is told");
            let text = serde_json::to_string(&frame).expect("is plain data");
            assert!(!text.contains("private") && !text.contains("threat"), "{text}");
        }
        // What is written for colleagues alone has no frame at all.
        let agent = AgentId::new("private-agent");
        let inside = [
            EventKind::Noted {
                id: ClientMessageId::new("n1"),
                agent: agent.clone(),
                name: "勺子".into(),
                text: "private-note".into(),
            },
            EventKind::Snoozed {
                agent,
                until: Some(Millis(9)),
            },
            EventKind::Recognised(Recognition {
                vip: true,
                tags: vec!["private-tag".to_owned()],
                steered: None,
            }),
        ];
        for kind in inside {
            assert_eq!(for_shopper(&Delivery::Event(Arc::new(event(kind)))), None);
        }
    }
}
