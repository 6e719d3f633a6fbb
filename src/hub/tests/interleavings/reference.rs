//! What may follow what, and nothing else: the measure for everything that is stored.

use std::collections::HashSet;

use crate::model::{AssignCause, Event, EventKind, Owner};

/// What the reference knows of a conversation.
#[derive(Default)]
pub(super) struct Reference {
    pub(super) owner: Option<Owner>,
    said: HashSet<(bool, String)>,
    pub(super) unanswered: HashSet<String>,
}

impl Reference {
    /// What must hold whenever something is stored.
    pub(super) fn check(&mut self, event: &Event) {
        let owner = self.owner.clone();
        match &event.kind {
            EventKind::Started { .. } => assert_eq!(owner, None, "begun twice"),
            EventKind::Received { id, .. } => {
                assert!(self.said.insert((true, id.to_string())), "stored twice: {id}");
                self.unanswered.insert(id.to_string());
            }
            EventKind::Answered { turn, .. } => {
                assert_eq!(owner, Some(Owner::Bot), "the bot spoke over somebody");
                for id in &turn.reply_to {
                    assert!(self.unanswered.remove(id.as_str()), "answered twice: {id}");
                }
            }
            EventKind::HandedOff { .. } => assert_eq!(owner, Some(Owner::Bot), "handed off by somebody else"),
            EventKind::Assigned {
                cause: Some(AssignCause::HandedOn),
                by: Some(by),
                ..
            } => {
                let agent = by.clone();
                assert_eq!(owner, Some(Owner::Agent { agent }), "handed on by somebody else");
            }
            EventKind::Assigned { .. } => assert_eq!(owner, Some(Owner::Queue), "assigned to two"),
            EventKind::AgentSaid { id, agent, .. } => {
                let agent = agent.clone();
                assert_eq!(owner, Some(Owner::Agent { agent }), "an agent spoke over somebody");
                assert!(self.said.insert((false, id.to_string())), "stored twice: {id}");
                self.unanswered.clear();
            }
            EventKind::Released { agent, .. } | EventKind::Returned { agent } => {
                let agent = agent.clone();
                assert_eq!(owner, Some(Owner::Agent { agent }), "given away by somebody else");
            }
            EventKind::Closed { .. } => assert_ne!(owner, Some(Owner::Closed), "closed twice"),
            EventKind::Rated { .. }
            | EventKind::Noted { .. }
            | EventKind::Snoozed { .. }
            | EventKind::Recognised(..)
            | EventKind::Withdrawn { .. }
            | EventKind::Unknown { .. } => {}
        }
        if let Some(owner) = event.kind.new_owner() {
            self.owner = Some(owner);
        }
        if matches!(event.kind, EventKind::Returned { .. } | EventKind::Closed { .. }) {
            self.unanswered.clear();
        }
    }
}
