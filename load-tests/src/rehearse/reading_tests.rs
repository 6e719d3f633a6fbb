//! Reading recordings: the three forms, what is left out, and broken lines.

#![allow(clippy::unwrap_used)]

use super::*;
use crate::plan::Dice;

const FEED: &str = r#"
{"cursor":"1","conversation":"k1","shop":"demo","seq":1,"epoch":1,"at":1000,"event":{"type":"started","shop":"demo"}}
{"cursor":"2","conversation":"k1","shop":"demo","seq":2,"epoch":1,"at":1000,"event":{"type":"received","id":"c1","text":"包邮吗"}}
{"cursor":"3","conversation":"k2","shop":"other","seq":1,"epoch":1,"at":1500,"event":{"type":"received","id":"c1","text":"在吗"}}
{"cursor":"4","conversation":"k1","shop":"demo","seq":3,"epoch":2,"at":3000,"event":{"type":"handed_off","reason":"asked","lane":"normal","text":"…"}}
{"cursor":"5","conversation":"k1","shop":"demo","seq":4,"epoch":3,"at":8000,"event":{"type":"assigned","agent":"a1","name":"勺子"}}
{"cursor":"6","conversation":"k1","shop":"demo","seq":5,"epoch":3,"at":9000,"event":{"type":"agent_said","id":"a1","text":"您好"}}
{"cursor":"7","conversation":"k1","shop":"demo","seq":6,"epoch":4,"at":68000,"event":{"type":"closed","agent":"a1"}}
{"cursor":"8","conversation":"k1","shop":"demo","seq":7,"epoch":4,"at":69000,"event":{"type":"of_the_future"}}
{"next":"8"}
"#;

#[test]
fn what_the_feed_prints_is_a_recording() {
    let recording = read(FEED, "demo", false).unwrap();
    assert_eq!(recording.talks.len(), 1, "the other shop's talk is left out");
    let talk = &recording.talks[0];
    assert_eq!((talk.said[0].chars, talk.said[0].text.as_deref()), (3, None));
    assert_eq!((talk.pressed, talk.wants_person_ms), (true, Some(2_000)));
    assert_eq!((talk.waited.unwrap().ms, talk.handled_ms), (5_000, Some(60_000)));
    let with_words = read(FEED, "demo", true).unwrap();
    assert_eq!(with_words.talks[0].said[0].text.as_deref(), Some("包邮吗"));
    let missing = read(FEED, "third", false).unwrap_err().to_string();
    assert!(missing.contains("demo, other"), "{missing}");
}

#[test]
fn a_handoff_that_the_bot_decided_is_no_button() {
    let line =
        r#"{"conversation":"k","shop":"demo","at":5,"event":{"type":"handed_off","reason":"asked","decision":{}}}"#;
    assert!(!read(line, "demo", false).unwrap().talks[0].pressed);
}

#[test]
fn tables_and_lines_say_the_same() {
    let table = "\u{feff}at,talk,what,agent,chars\n\
                 2026-11-11 20:00:00,1,message,,4\n# a comment\n\n\
                 2026-11-11 20:00:09,1,human\n2026-11-11 20:00:19,1,left\n";
    let lines = r#"{"talk":"1","at":"2026-11-11 20:00:00","what":"message","text":"四个字的"}
{"talk":"1","at":"2026-11-11T20:00:09","what":"human"}
{"talk":"1","at":"2026-11-11 20:00:19","what":"left"}"#;
    let recording = read(table, "demo", false).unwrap();
    assert_eq!(recording, read(lines, "demo", false).unwrap());
    assert_eq!(recording.patience_s(), Some(10.0));
}

#[test]
fn a_broken_line_is_named() {
    for (text, line, why) in [
        ("talk,at,what,chars\n1,5,message,4\n1,x,message,4", 3, "看不懂时间"),
        ("talk,at,what,chars\n1,5,message,many", 2, "chars"),
        ("talk,at,what\n1,5,message", 2, "chars"),
        ("talk,at,what\n1,5,sings", 2, "sings"),
        ("talk,at,what\n\n# note\n1", 4, "at"),
        ("talk,when\n", 1, "talk,at,what"),
        ("{\"talk\":\"1\",\"at\":5,\"what\":\"human\"}\n{\"talk\":", 2, "JSON"),
        ("{\"talk\":\"1\",\"what\":\"human\"}", 1, "at"),
        ("{\"at\":1,\"what\":\"human\"}", 1, "talk"),
        (
            "{\"conversation\":\"k\",\"event\":{\"type\":\"received\",\"text\":\"x\"}}",
            1,
            "at",
        ),
        ("{\"conversation\":\"k\",\"at\":1,\"event\":{}}", 1, "type"),
    ] {
        let error = format!("{:#}", read(text, "demo", false).unwrap_err());
        assert!(
            error.contains(&format!("line {line}:")) && error.contains(why),
            "{text:?}: {error}"
        );
    }
    for nothing in ["", "talk,at,what\n", "{\"next\":\"0\"}"] {
        assert!(format!("{:#}", read(nothing, "demo", false).unwrap_err()).contains("没有顾客的消息"));
    }
}

#[test]
fn what_is_written_reads_the_same_and_holds_no_words() {
    let recording = read(FEED, "demo", true).unwrap();
    let table = write(&recording);
    assert!(!table.contains('包') && !table.contains("k1"), "{table}");
    let again = read(&table, "demo", false).unwrap();
    assert_eq!(again.talks[0].handled_ms, recording.talks[0].handled_ms);
    assert_eq!(again.talks[0].waited, recording.talks[0].waited);
    assert_eq!((again.agents, write(&again)), (1, table));
}

#[test]
fn no_line_whatever_makes_it_panic() {
    let pieces = [
        "{", "}", "\"", "talk", ",", ":", "at", "5", "\n", "what", "event", "null", "人", "-", "[", "1e9", " ",
    ];
    let mut dice = Dice::new(5);
    for _ in 0..3_000 {
        let many = dice.below_u64(24);
        let text: String = (0..many)
            .map(|_| pieces[dice.below_u64(pieces.len() as u64) as usize])
            .collect();
        // Whether it is read or refused does not matter here.
        let _ = read(&text, "demo", true);
        let _ = read(&format!("talk,at,what\n{text}"), "demo", true);
    }
}
