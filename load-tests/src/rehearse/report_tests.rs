//! The report: what breaks first, what is doubtful, what stands on the terminal, in JSON and on the page.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use serde_json::Value;

use super::*;
use crate::rehearse::page;
use crate::rehearse::staffing::AGENTS_TOLERANCE;
use crate::rehearse::table::width;
use crate::report::histogram;

fn basis() -> Basis {
    Basis {
        recorded: (120, 300),
        span_s: 3_600.0,
        arrivals: vec![1, 2, 3],
        share_with_people: 0.2,
        handling_s: (200.0, Origin::Recorded),
        patience_s: (300.0, Origin::Assumed),
        promise: Promise {
            within_s: 180.0,
            share: 0.9,
            agents: 2,
            slots: 5,
        },
        ack_ms: 250.0,
        answer_ms: 1_000.0,
        speed: 60.0,
        words: false,
        seed: 1,
    }
}

fn people() -> People {
    People {
        handling_s: Vec::new(),
        mean_handling_s: 200.0,
        patience_s: 300.0,
    }
}

/// A step in which so many wanted a person, evenly, and waited so long, seconds.
fn step(times: f64, wants: u32, waited_s: f64) -> Step {
    let wants_s: Vec<f64> = (0..wants)
        .map(|nth| 3_600.0 * f64::from(nth) / f64::from(wants))
        .collect();
    let basis = basis();
    Step {
        times,
        staffing: Staffing::of(&wants_s, basis.span_s, &people(), &basis.promise, 1),
        played: Played {
            talks: 120,
            sent: 300,
            acked: 300,
            unanswered: 0,
            unsaid: 0,
            messages_a_second: 5.0,
            send_lag: histogram([1_000].into_iter()),
            ack: histogram([4_000].into_iter()),
            answer: histogram([9_000].into_iter()),
            refusals: BTreeMap::new(),
            waits_s: vec![waited_s; wants as usize],
            wants_s,
            gave_up: 0,
            still_waiting: 0,
            handling_s: 200.0,
            processors: Some(0.2),
            stored_bytes: Some(3 << 20),
            faults: Vec::new(),
            failures: Vec::new(),
        },
    }
}

fn rehearsal(steps: Vec<Step>) -> Rehearsal {
    Rehearsal::new(basis(), steps)
}

#[test]
fn what_breaks_first_is_the_worst_of_the_smallest_broken_step() {
    let mut five = step(5.0, 60, 400.0);
    five.played.ack = histogram([500_000].into_iter());
    let ten = step(10.0, 60, 4_000.0);
    let report = rehearsal(vec![ten, step(1.0, 20, 10.0), five]);
    let (times, first) = report.first_break().unwrap();
    assert_eq!((times, first.key), (5.0, "wait"), "{first:?}");
    let keys: Vec<_> = report.broken().map(|(_, broken)| broken.len()).collect();
    assert_eq!(keys, [1, 0, 2]);
    assert!(report.passed(), "a queue that is too long is a finding and no failure");
}

#[test]
fn every_promise_has_its_break() {
    let mut bad = step(1.0, 20, 10.0);
    bad.played.answer = histogram([2_000_000].into_iter());
    bad.played.refusals.insert("flood".to_owned(), 3);
    bad.played.processors = Some(0.97);
    bad.played.unanswered = 2;
    bad.played.failures.push("no welcome in time".to_owned());
    bad.played.faults.push("lost: c1".to_owned());
    let report = rehearsal(vec![bad]);
    let (_, broken) = report.broken().next().unwrap();
    let mut keys: Vec<_> = broken.iter().map(|it| it.key).collect();
    assert_eq!(keys[0], "faults");
    keys.sort_unstable();
    assert_eq!(
        keys,
        [
            "answer_p99",
            "connections",
            "faults",
            "processors",
            "refusals",
            "unanswered"
        ]
    );
    assert!(!report.passed());
}

#[test]
fn a_slow_tester_and_a_clock_that_is_too_fast_are_told() {
    let mut late = step(1.0, 20, 10.0);
    late.played.send_lag = histogram([900_000].into_iter());
    late.played.unsaid = 30;
    let mut report = rehearsal(vec![late]);
    report.basis.speed = 600.0;
    let doubts = report.doubts();
    assert!(
        doubts
            .iter()
            .any(|(_, en)| en.contains("9.1 % of the messages were not said")),
        "{doubts:?}"
    );
    assert!(
        doubts.iter().filter(|(_, en)| en.contains("--speed")).count() == 2,
        "{doubts:?}"
    );
}

#[test]
fn on_the_terminal_chinese_comes_first_and_figures_stand_below_each_other() {
    let text = rehearsal(vec![step(1.0, 20, 10.0), step(20.0, 60, 400.0)]).to_text();
    // Between the first empty line and the second.
    let table = text.split("\n\n").nth(1).unwrap();
    let table: Vec<&str> = table.lines().collect();
    assert!(table.len() > 12, "{text}");
    let ends: Vec<usize> = table.iter().map(|line| width(line)).collect();
    assert!(ends.iter().all(|end| *end == ends[0]), "{text}");
    assert!(
        text.contains("最先坏的：× 20") && text.contains("breaks first: × 20"),
        "{text}"
    );
    assert!(rehearsal(vec![step(1.0, 5, 1.0)]).to_text().contains("everything held"));
}

#[test]
fn programs_get_numbers_and_what_is_not_there_as_null() {
    let quiet = step(1.0, 0, 0.0);
    let value: Value = serde_json::from_str(&rehearsal(vec![quiet, step(2.0, 60, 400.0)]).to_json()).unwrap();
    assert!(value["steps"][0]["staffing"].is_null() && value["steps"][0]["wait_s"]["p50"].is_null());
    assert_eq!(value["steps"][0]["wait_s"]["within"], 1.0);
    let second = &value["steps"][1]["staffing"];
    assert!(second["by_formula"].as_u64().unwrap() > 0 && second["agree"].is_boolean());
    assert_eq!(value["breaks_first"]["break"]["what"], "wait");
    assert_eq!(value["tolerance"]["agents"], AGENTS_TOLERANCE);
}

#[test]
fn the_page_escapes_what_servers_say_and_needs_nothing_from_elsewhere() {
    let mut evil = step(1.0, 20, 10.0);
    evil.played.refusals.insert("<script>alert(1)</script>".to_owned(), 1);
    evil.played.failures.push("\"><img src=x onerror=alert(1)>".to_owned());
    let page = page::of(&rehearsal(vec![evil, step(2.0, 0, 0.0)]));
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{page}");
    for forbidden in ["<script", "<img", "http:", "https:", "url(", "@import", "NaN", "inf"] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    for needed in [
        "<!doctype html>",
        "viewport",
        "prefers-color-scheme:dark",
        "lang=\"en\"",
        "大促彩排",
    ] {
        assert!(page.contains(needed), "{needed}");
    }
    assert_eq!(page.matches("<svg").count(), 5);
    for tag in ["svg", "div", "section", "table", "ul", "p", "tr"] {
        let opened = page.matches(&format!("<{tag}>")).count() + page.matches(&format!("<{tag} ")).count();
        assert_eq!(opened, page.matches(&format!("</{tag}>")).count(), "{tag}");
    }
}

#[test]
fn shares_and_numbers_have_the_digits_that_matter() {
    let shares: Vec<String> = [0.0, 0.0001, 0.02, 0.0312, 0.5, 0.994, 1.0].map(percent).to_vec();
    assert_eq!(shares, ["0 %", "0 %", "2 %", "3.1 %", "50 %", "99.4 %", "100 %"]);
    assert_eq!(
        [0.123, 9.99, 12.34, 1234.5].map(digits),
        ["0.12", "9.99", "12.3", "1234"]
    );
}
