//! Attacks as `load-tests --hostile` makes them, as far as they are quick and mind no busy machine; all of them are the step
//! `hostile` of `tests/run`.

use clap::Parser;
use load_tests::hostile;
use load_tests::options::Options;

async fn attack(name: &str) {
    let options = Options::parse_from([
        "load-tests",
        "--hostile",
        "--spawn",
        env!("CARGO_BIN_EXE_yingda"),
        "--intents",
        "tests/packs/shop",
        "--only",
        name,
        "--attack-seconds",
        "2",
        "--slack",
        "10",
    ]);
    let report = hostile::run(&options).await.unwrap();
    assert!(report.passed(), "{}", report.to_text());
}

// A1
#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_long_complaints_leave_the_desk_open() {
    attack("long-queue").await;
}

// A12
#[tokio::test(flavor = "multi_thread")]
async fn long_texts_in_waiting_chats_hold_up_nobody_else() {
    attack("long-texts").await;
}
