//! A whole comparison, as small as it can be: the echo and nothing beside it, in two rounds.

#![allow(clippy::unwrap_used, missing_docs)]
// Elsewhere the system does not tell what another process has used.
#![cfg(target_os = "linux")]

use std::path::Path;

use clap::{Args, Command, FromArgMatches};
use load_tests::compare::{self, CompareOptions};
use serde_json::Value;

fn options(more: &[&str]) -> CompareOptions {
    let texts = Path::new(env!("CARGO_MANIFEST_DIR")).join("texts");
    let (zh, trades) = (texts.join("zh.txt"), texts.join("trades.txt"));
    let mut arguments = vec![
        "compare",
        "--without-node",
        "--echo",
        env!("CARGO_BIN_EXE_load-tests-echo"),
    ];
    arguments.extend(["--texts", zh.to_str().unwrap(), "--texts", trades.to_str().unwrap()]);
    arguments.extend(["--rounds", "2", "--seconds", "0.3", "--rates", "100,200"]);
    arguments.extend(["--shoppers", "20", "--outstanding", "5", "--idle", "10"]);
    arguments.extend(more);
    let matches =
        CompareOptions::augment_args(Command::new("compare").args_override_self(true)).get_matches_from(arguments);
    CompareOptions::from_arg_matches(&matches).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_echo_beside_nothing_has_every_figure_in_every_round() {
    let comparison = compare::run(&options(&[]), None).await.unwrap();
    assert!(comparison.passed(), "{}", comparison.to_text());
    let value: Value = serde_json::from_str(&comparison.to_json()).unwrap();
    let figures = value["figures"].as_object().unwrap();
    let keys: Vec<&str> = figures.keys().map(String::as_str).collect();
    for key in [
        "start_ms",
        "start_peak_mib",
        "socket_kib",
        "socket_cpu_us",
        "cpu_us_at_100",
        "ack_p99_ms_at_200",
        "saturated_messages_a_second",
        "saturated_cpu_us",
    ] {
        assert!(keys.contains(&key), "{keys:?}");
        let rounds = figures[key]["servers"]["echo"]["rounds"].as_array().unwrap();
        assert!(
            rounds.len() == 2 && rounds.iter().all(Value::is_number),
            "{key} {rounds:?}"
        );
    }
    assert!(
        figures["cpu_us_at_200"]["servers"]["echo"]["value"]["median"]
            .as_f64()
            .unwrap()
            > 0.0
    );
    let text = comparison.to_text();
    for note in ["yingda is left out", "node is left out", "ack p99 at 200/s, ms"] {
        assert!(text.contains(note), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_was_asked_for_is_measured() {
    let comparison = compare::run(&options(&["--parts", "start", "--rounds", "1"]), None)
        .await
        .unwrap();
    let value: Value = serde_json::from_str(&comparison.to_json()).unwrap();
    assert!(
        value["figures"]
            .as_object()
            .unwrap()
            .keys()
            .all(|key| key.starts_with("start_"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_start_is_an_error() {
    let error = compare::run(&options(&["--echo", "/bin/true"]), None).await;
    let error = format!("{:#}", error.err().unwrap());
    assert!(
        error.contains("echo") && error.contains("printed no address"),
        "{error}"
    );
}
