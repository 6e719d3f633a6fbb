//! A lost, a doubled, a disordered thing is found; a good talk is not accused.

#![allow(clippy::unwrap_used)]

use super::*;
use crate::frame::{Frame, Who, parse};

fn event(text: &str) -> Event {
    match parse(text).unwrap() {
        Frame::Event(event) => event,
        other => unreachable!("{other:?}"),
    }
}

fn own(seq: u64, id: &str, text: &str) -> Event {
    event(&format!(
        r#"{{"type":"message","seq":{seq},"at":1,"from":"shopper","id":"{id}","text":"{text}"}}"#
    ))
}

fn bot(seq: u64, reply_to: &str) -> Event {
    event(&format!(
        r#"{{"type":"message","seq":{seq},"at":1,"from":"bot","reply_to":[{reply_to}],"text":"亲"}}"#
    ))
}

fn queue(seq: u64) -> Event {
    event(&format!(r#"{{"type":"owner","seq":{seq},"at":1,"who":"queue"}}"#))
}

/// One message, acknowledged as event 2 and answered as event 3.
fn talk() -> Journal {
    let mut journal = Journal::default();
    journal.welcomed("k", 1, false, None);
    assert_eq!(journal.says("包邮吗", 0, 10), "c1");
    journal.acknowledged("c1", 2, 20);
    journal.saw(&bot(3, r#""c1""#), 30);
    journal
}

fn faults(journal: &Journal) -> Vec<Fault> {
    journal.violations().iter().map(|violation| violation.fault).collect()
}

#[test]
fn without_a_bot_an_acknowledgement_is_the_answer() {
    let mut journal = Journal::of_acks_only();
    journal.welcomed("k", 0, false, None);
    journal.says("包邮吗", 0, 10);
    assert!(!journal.settled());
    journal.acknowledged("c1", 2, 20);
    assert!(journal.settled());
    journal.finish();
    assert_eq!(journal.violations(), []);
    assert_eq!(journal.sent()[0].answered_us, Some(20));
}

#[test]
fn a_good_talk_is_not_accused() {
    let mut journal = talk();
    assert!(journal.settled());
    journal.finish();
    journal.compare(&[own(2, "c1", "包邮吗"), bot(3, r#""c1""#)]);
    assert_eq!(journal.violations(), []);
    assert_eq!(journal.sent()[0].answered_us, Some(30));
}

#[test]
fn own_messages_may_be_echoed_before_or_after_their_ack() {
    let mut journal = Journal::default();
    journal.welcomed("k", 1, false, None);
    journal.says("a", 0, 0);
    journal.says("b", 0, 0);
    journal.saw(&own(2, "c1", "a"), 1);
    journal.acknowledged("c1", 2, 2);
    journal.acknowledged("c2", 3, 3);
    journal.saw(&own(3, "c2", "b"), 4);
    journal.saw(&bot(4, r#""c1","c2""#), 5);
    journal.finish();
    assert_eq!(journal.violations(), []);
}

#[test]
fn a_message_without_ack_is_lost() {
    let mut journal = talk();
    journal.says("在吗", 0, 0);
    assert!(!journal.settled());
    journal.finish();
    assert_eq!(faults(&journal), [Fault::Lost]);
}

#[test]
fn a_message_without_answer_is_lost_unless_people_have_it() {
    let mut journal = talk();
    journal.says("在吗", 0, 0);
    journal.acknowledged("c2", 4, 40);
    let mut unanswered = journal.clone();
    unanswered.finish();
    assert_eq!(faults(&unanswered), [Fault::Lost]);

    journal.saw(&queue(5), 50);
    journal.says("人呢", 0, 60);
    journal.acknowledged("c3", 6, 70);
    assert!(journal.settled() && journal.handed_off());
    journal.finish();
    assert_eq!(journal.violations(), []);
}

#[test]
fn an_event_that_never_came_is_lost() {
    let mut journal = talk();
    journal.says("在吗", 0, 0);
    journal.acknowledged("c2", 4, 40);
    journal.saw(&bot(6, r#""c2""#), 50);
    journal.finish();
    assert_eq!(faults(&journal), [Fault::Lost]);
    assert!(journal.violations()[0].detail.contains("event 5"));
}

#[test]
fn doubled_events_acks_and_answers_are_found() {
    let mut journal = talk();
    journal.saw(&bot(3, r#""c1""#), 40);
    assert_eq!(faults(&journal), [Fault::Doubled]);

    let mut journal = talk();
    journal.saw(&bot(4, r#""c1""#), 40);
    assert_eq!(faults(&journal), [Fault::Doubled]);

    let mut journal = talk();
    journal.acknowledged("c1", 2, 40);
    assert_eq!(faults(&journal), [Fault::Doubled]);
}

#[test]
fn an_earlier_event_after_a_later_one_is_out_of_order() {
    let mut journal = Journal::default();
    journal.welcomed("k", 1, false, None);
    journal.says("a", 0, 0);
    journal.acknowledged("c1", 2, 1);
    journal.saw(&queue(4), 2);
    journal.saw(&bot(3, r#""c1""#), 3);
    assert_eq!(faults(&journal), [Fault::OutOfOrder]);
}

#[test]
fn a_resend_must_get_the_same_place() {
    let mut journal = Journal::default();
    journal.welcomed("k", 1, false, None);
    journal.says("a", 0, 0);
    journal.welcomed("k", 2, false, Some(1));
    assert_eq!(journal.resends(), [("c1".to_owned(), "a".to_owned())]);
    journal.saw(&own(2, "c1", "a"), 1);
    journal.acknowledged("c1", 2, 2);
    assert_eq!(journal.violations(), []);
    assert!(journal.resends().is_empty());

    journal.acknowledged("c1", 3, 4);
    assert_eq!(faults(&journal), [Fault::Changed]);
}

#[test]
fn a_message_stored_twice_is_found() {
    let mut journal = talk();
    journal.saw(&own(4, "c1", "包邮吗"), 40);
    assert_eq!(faults(&journal), [Fault::Doubled]);

    let mut journal = talk();
    journal.compare(&[own(2, "c1", "包邮吗"), bot(3, r#""c1""#), own(4, "c1", "包邮吗")]);
    assert!(faults(&journal).contains(&Fault::Doubled));
}

#[test]
fn what_was_replayed_once_is_not_sent_again() {
    let mut journal = talk();
    assert_eq!(journal.after(), Some(3));
    journal.welcomed("k", 3, false, Some(3));
    journal.saw(&bot(3, r#""c1""#), 50);
    assert_eq!(faults(&journal), [Fault::Doubled]);
}

#[test]
fn another_conversation_or_a_shorter_log_is_found() {
    let mut journal = talk();
    journal.welcomed("other", 3, false, Some(3));
    assert_eq!(faults(&journal), [Fault::Foreign]);
    let mut journal = talk();
    journal.welcomed("k", 2, false, Some(3));
    assert_eq!(faults(&journal), [Fault::Lost]);
}

#[test]
fn history_is_compared_event_by_event() {
    let whole = [own(2, "c1", "包邮吗"), bot(3, r#""c1""#)];
    for (history, fault) in [
        (vec![whole[0].clone()], Fault::Lost),
        (vec![whole[1].clone(), whole[0].clone()], Fault::OutOfOrder),
        (
            vec![whole[0].clone(), whole[1].clone(), whole[1].clone()],
            Fault::Doubled,
        ),
        (vec![own(2, "c1", "包邮嘛"), whole[1].clone()], Fault::Changed),
        (vec![whole[0].clone(), queue(3)], Fault::Changed),
        (vec![whole[0].clone(), whole[1].clone(), queue(4)], Fault::Lost),
        (vec![own(2, "c9", "包邮吗"), whole[1].clone()], Fault::Foreign),
    ] {
        let mut journal = talk();
        journal.compare(&history);
        assert!(
            faults(&journal).contains(&fault),
            "{fault:?}: {:?}",
            journal.violations()
        );
    }
}

#[test]
fn a_refusal_and_an_unknown_id_are_reported() {
    let mut journal = talk();
    journal.says("在吗", 0, 0);
    journal.refused("c2", "too_fast");
    assert!(journal.settled());
    journal.acknowledged("c7", 4, 0);
    journal.saw(&bot(4, r#""c8""#), 0);
    assert_eq!(faults(&journal), [Fault::Refused, Fault::Foreign, Fault::Foreign]);
}

#[test]
fn the_bot_speaking_while_people_have_the_talk_is_found() {
    let owner = |seq, people| Event {
        seq,
        kind: EventKind::Owner {
            who: if people { Who::Queue } else { Who::Bot },
        },
        digest: seq,
    };
    let bot = |seq| Event {
        seq,
        kind: EventKind::Bot { reply_to: Vec::new() },
        digest: seq,
    };
    for mut journal in [Journal::default(), Journal::of_listener()] {
        journal.welcomed("k", 1, false, None);
        for event in [bot(2), owner(3, true), owner(4, true), owner(5, false), bot(6)] {
            journal.saw(&event, 0);
        }
        assert!(journal.violations().is_empty(), "{:?}", journal.violations());
        journal.saw(&owner(7, true), 0);
        journal.saw(&bot(8), 0);
        assert_eq!(journal.violations()[0].fault, Fault::SpokenOver);
    }
}

#[test]
fn a_listener_that_misses_something_is_found() {
    let own = |seq: u64| Event {
        seq,
        kind: EventKind::Own {
            id: format!("c{seq}"),
            text: "包邮吗".to_owned(),
        },
        digest: seq,
    };
    let mut journal = Journal::of_listener();
    journal.welcomed("k", 1, false, Some(0));
    journal.saw(&own(2), 0);
    journal.saw(&own(4), 0);
    journal.finish();
    journal.compare(&[own(2), own(3), own(4)]);
    assert_eq!(journal.delivered(), (3, 2));
    assert!(
        journal
            .violations()
            .iter()
            .all(|violation| violation.fault == Fault::Lost)
    );
    assert_eq!(journal.violations().len(), 2, "in the row and in the history");
}
