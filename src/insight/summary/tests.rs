//! What may be relied on of the report: each event counts once however long a talk rests, and cells say the same in every form.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::{Date, date};
use serde_json::{Value, json};

use super::table::{Cell, Column, Table};
use super::{Read, Reading};
use crate::insight::missed::Why;
use crate::model::{ConversationId, Event, Millis, ShopId};

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
const FIRST: Date = date(2026, 11, 1);

fn local(_: &ShopId, at: Millis) -> Option<(Date, u8)> {
    let days = i32::try_from(at.0 / DAY).ok()?;
    let day = FIRST.checked_add(jiff::Span::new().days(days)).ok()?;
    Some((day, u8::try_from(at.0 / HOUR % 24).ok()?))
}

/// The second day is read.
struct Stage {
    reading: Reading,
    logs: BTreeMap<&'static str, Vec<Arc<Event>>>,
}

impl Stage {
    fn new() -> Stage {
        let spans = BTreeMap::from([(ShopId::new("demo"), Millis(DAY)..Millis(2 * DAY))]);
        let day = FIRST.tomorrow().unwrap();
        Stage {
            reading: Reading::new(spans, day, day),
            logs: BTreeMap::new(),
        }
    }

    fn add(&mut self, talk: &'static str, at: u64, kind: Value) {
        let log = self.logs.entry(talk).or_default();
        let event = Arc::new(Event {
            seq: log.len() as u64 + 1,
            epoch: 0,
            at: Millis(at),
            kind: serde_json::from_value(kind).unwrap(),
        });
        let (shop, conversation) = (ShopId::new("demo"), ConversationId::new(talk));
        if self.reading.lacks(&shop, &conversation, &event) {
            self.reading.recall(&shop, &conversation, log, &local);
        }
        self.reading.take(&shop, &conversation, &event, &local);
        self.reading.settle();
        log.push(event);
    }

    fn begins(&mut self, talk: &'static str, at: u64) {
        self.add(
            talk,
            at,
            json!({"type": "started", "shop": "demo", "shopper": talk, "lang": "zh"}),
        );
    }

    fn asks(&mut self, talk: &'static str, at: u64) {
        let id = format!("m{at}");
        self.add(talk, at, json!({"type": "received", "id": id, "text": "包邮吗"}));
        let decision = json!({"kind": "answer", "intents": [{"id": "shipping.fee", "confidence": 0.9}], "alternatives": [],
            "signals": [], "slots": {}});
        let answered = json!({"type": "answered", "reply_to": [id], "decision": decision,
            "text": "满 99 包邮，电话13812345678", "choices": []});
        self.add(talk, at + 1, answered);
    }

    fn ends(self, at: u64) -> Read {
        self.reading.end(Some(Millis(at)))
    }
}

#[test]
fn a_talk_that_rests_and_goes_on_is_told_once() {
    let mut stage = Stage::new();
    stage.begins("t1", DAY + HOUR);
    stage.asks("t1", DAY + HOUR);
    stage.asks("t1", DAY + HOUR + MINUTE);
    stage.begins("t2", DAY + 9 * HOUR);
    stage.asks("t2", DAY + 9 * HOUR);
    stage.begins("t3", 2 * DAY + 8 * HOUR);
    stage.asks("t1", 2 * DAY + 9 * HOUR);
    let read = stage.ends(4 * DAY);
    let row = &read.answers[0];
    assert_eq!((row.times, row.again, row.person, row.cross), (3, 1, 0, 0), "{row:?}");
    assert_eq!(row.said, "满 99 包邮，电话138****5678");
    let found = &read.found[&ShopId::new("demo")];
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].person.as_str(), found[0].missed.why), ("t1", Why::AskedAgain));
    let total = &read.report.total;
    assert_eq!((total.messages, total.chats, total.solved), (3, 2, 2));
    let question = &read.report.questions[0];
    assert_eq!((question.messages, question.asked), (3, 2));
}

#[test]
fn a_talk_from_the_day_before_counts_by_what_was_said_on_the_day() {
    let mut stage = Stage::new();
    stage.begins("t1", DAY - HOUR);
    stage.asks("t1", DAY - HOUR);
    stage.asks("t1", DAY + MINUTE);
    stage.add("t1", DAY + 2 * MINUTE, json!({"type": "rated", "stars": 1}));
    let read = stage.ends(3 * DAY);
    let total = &read.report.total;
    assert_eq!(
        (total.messages, total.chats, total.rating.rated),
        (1, 0, 1),
        "the visit is the day before's"
    );
    assert_eq!(read.answers[0].cross, 1, "{:?}", read.answers);
    assert_eq!(read.found[&ShopId::new("demo")].len(), 1);
}

#[test]
fn what_can_still_change_is_waited_for() {
    let mut stage = Stage::new();
    stage.begins("t1", 2 * DAY - HOUR);
    stage.asks("t1", 2 * DAY - HOUR);
    assert!(!stage.reading.is_over());
    stage.begins("t2", 3 * DAY + HOUR);
    assert!(stage.reading.is_over(), "nobody comes back any more");
}

#[test]
fn a_cell_is_read_by_people_and_counted_by_sheets() {
    let cells = [
        (Cell::Time(Some(200_400)), "3 分 20 秒", "200.4"),
        (Cell::Time(None), "–", ""),
        (Cell::Share { part: 1, all: 3 }, "33.3 %", "33.3"),
        (Cell::Share { part: 0, all: 0 }, "–", ""),
        (Cell::Mean { sum: 9, count: 2 }, "4.50", "4.50"),
        (Cell::Count(7), "7", "7"),
    ];
    for (cell, shown, value) in &cells {
        assert_eq!((&*cell.shown(true), &*cell.value()), (*shown, *value));
    }
    let column = |title: &str| Column {
        title: title.to_owned(),
        width: 10,
    };
    let table = Table {
        title: "t".to_owned(),
        note: String::new(),
        columns: vec![column("回复"), column("各样")],
        rows: vec![
            vec![Cell::Time(Some(1_000)), Cell::Count(1)],
            vec![Cell::Time(None), Cell::Time(Some(1_000))],
        ],
        left_out: 0,
        plot: None,
    };
    let rows = [["回复（秒）", "各样"], ["1.0", "1"], ["", "1 秒"]];
    assert_eq!(table.as_sheet(true), rows, "where units differ it is told as to people");
}

#[test]
fn a_column_of_numbers_is_one_also_where_its_first_cell_is_empty() {
    let column = |title: &str| Column {
        title: title.to_owned(),
        width: 10,
    };
    let table = Table {
        title: String::new(),
        note: String::new(),
        columns: vec![column("who"), column("first reply"), column("remark")],
        rows: vec![
            vec![Cell::text("a"), Cell::text(""), Cell::text("")],
            vec![Cell::text("b"), Cell::Time(Some(1500)), Cell::text("late")],
        ],
        left_out: 0,
        plot: None,
    };
    assert_eq!([0, 1, 2].map(|at| table.is_of_numbers(at)), [false, true, false]);
    let sheet = table.as_sheet(false);
    assert_eq!(sheet[0], ["who", "first reply (s)", "remark"]);
    assert_eq!((sheet[1][1].as_str(), sheet[2][1].as_str()), ("", "1.5"));
}
