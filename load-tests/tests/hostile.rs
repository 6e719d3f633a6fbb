//! The attacks as a whole: what cannot even begin is reported as broken, and the report has every attack.

#![allow(clippy::unwrap_used, missing_docs)]

use clap::Parser;
use load_tests::hostile;
use load_tests::options::Options;

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_start_fails_every_attack() {
    let intents = std::env::temp_dir();
    let options = Options::parse_from([
        "load-tests",
        "--hostile",
        "--spawn",
        "/bin/true",
        "--intents",
        intents.to_str().unwrap(),
        "--only",
        "held-sockets,long-queue",
    ]);
    let report = hostile::run(&options).await.unwrap();
    assert!(!report.passed());
    let text = report.to_text();
    for name in ["held-sockets", "long-queue"] {
        assert!(text.contains(name), "{text}");
    }
    assert_eq!(text.matches("printed no address").count(), 2, "{text}");
}
