//! `yingda report`, as it is typed beside a running server: what was said, answered, not answered, rated and published on a day,
//! in every form.

use std::process::Output;

use serde_json::json;

use crate::by_shop::two_shops;
use crate::morning::Desk;
use crate::numbers::helped;
use crate::support::client::Client;
use crate::support::redis::RedisServer;
use crate::support::server::{NO_LIMITS, Server, program};

fn report(server: &Server, language: &str, arguments: &[&str]) -> Output {
    program(&server.folder())
        .args(["--lang", language, "report"])
        .args(arguments)
        .output()
        .unwrap()
}

fn told(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// What is said where it cannot be done.
fn refused(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    String::from_utf8(output.stderr.clone()).unwrap()
}

const TAUGHT: &str = "拼单的话运送怎么算呀";
const MISSED: &str = "能不能帮忙刻个名字";

/// Five people on one day; returns the day.
async fn a_day(server: &Server) -> String {
    let owner = Desk::owner(server);
    let plain = owner.invites("小客", &["agent"], &["demo"]);
    let operator = owner.invites("小运", &["operator"], &["demo"]);
    let mut agent = Client::agent(server, plain.cookie(), false).await;
    for text in [TAUGHT, MISSED] {
        let mut shopper = Client::shopper(server).await;
        shopper.say("m1", text).await;
        shopper.until_from("bot").await;
    }
    let mut shopper = Client::shopper(server).await;
    shopper.say("m1", &format!("{MISSED}，电话13812345678")).await;
    shopper.until_from("bot").await;
    let mut again = Client::shopper(server).await;
    for id in ["m1", "m2"] {
        again.say(id, "包邮吗").await;
        again.until_from("bot").await;
    }
    let mut rating = Client::shopper(server).await;
    rating.say("m1", "包邮吗").await;
    rating.until_from("bot").await;
    helped(&mut agent, &mut rating, 2).await;
    let body =
        json!({"shop": "demo", "group": "g", "sentences": [TAUGHT], "as": "question", "question": "shipping.fee"});
    let done = operator.post("/v1/teach", &body);
    assert_eq!(done.status, 200, "{}", done.text());
    let question = operator.get("/v1/question?shop=demo&id=shipping.time").json();
    let mut words = question["own"].clone();
    words["answers"] = json!([{"text": "亲，当天发～"}]);
    let body = json!({"shop": "demo", "id": question["id"], "base": question["version"], "words": words,
        "reason": "仓库换了班"});
    let done = operator.post("/v1/question", &body);
    assert_eq!(done.status, 200, "{}", done.text());
    let numbers = owner.get("/v1/numbers").json();
    assert_eq!(numbers["total"]["messages"], 6, "{numbers}");
    numbers["today"].as_str().unwrap().to_owned()
}

fn every_form(server: &Server, day: &str) {
    let folder = server.folder();
    let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
    told(&report(server, "zh", &["--day", day, "--out", "day.html"]));
    let page = String::from_utf8(read("day.html")).unwrap();
    for text in [
        "包铺、小店",
        "日报",
        "<svg",
        "没答好的",
        MISSED,
        "答了还在问的",
        "各问题的评分",
        "2.00",
        "顾客要求",
        "话术上线",
        "小运",
        TAUGHT,
        "shipping/fee.yaml +",
        "仓库换了班",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    let missed = page
        .split("没答好的")
        .nth(1)
        .unwrap()
        .split("</section>")
        .next()
        .unwrap();
    assert!(!missed.contains(TAUGHT), "it is decided: {missed}");
    for text in ["<script", "13812345678", "http:", "https:"] {
        assert!(!page.contains(text), "{text}: {page}");
    }
    let there = refused(&report(server, "zh", &["--day", day, "--out", "day.html"]));
    assert!(there.contains("--force"), "{there}");
    told(&report(server, "en", &["--day", day, "--out", "day.html", "--force"]));
    let page = String::from_utf8(read("day.html")).unwrap();
    assert!(
        page.contains("Not answered well") && page.contains("lang=\"en\""),
        "{page}"
    );

    told(&report(server, "zh", &["--day", day, "--out", "day.csv"]));
    let table = String::from_utf8(read("day.csv")).unwrap();
    assert!(
        table.starts_with('\u{feff}') && table.contains("\r\n顾客消息,6,\r\n"),
        "{table}"
    );
    let overview = table.split("\r\n\r\n").nth(1).unwrap();
    assert!(overview.contains("转人工,1,"), "{overview}");
    assert!(table.contains("首次回复 p50（秒）"), "{table}");

    told(&report(
        server,
        "zh",
        &["--week", day, "--shop", "demo", "--out", "week.xlsx"],
    ));
    let book = read("week.xlsx");
    let text = String::from_utf8_lossy(&book);
    assert!(book.starts_with(b"PK") && text.contains("name=\"按天\"") && text.contains(MISSED));
    assert!(!text.contains("name=\"按店铺\""), "one shop is no table of shops");
}

fn on_the_terminal(server: &Server, day: &str) {
    let zh = told(&report(server, "zh", &["--day", day]));
    assert!(zh.contains("消息 6 条，会话 5 次") && zh.contains(MISSED), "{zh}");
    let en = told(&report(server, "en", &["--day", day, "--shop", "bags"]));
    assert!(en.contains("0 messages, 0 talks") && !en.contains(MISSED), "{en}");
    let yesterday = told(&report(server, "zh", &["--day"]));
    assert!(yesterday.contains("消息 0 条"), "{yesterday}");
    for (arguments, word) in [
        (&["--day", "30.11.2026"][..], "2026-11-30"),
        (&["--day", "9000-01-01"], "还没到"),
        (&["--day", day, "--out", "day.pdf"], ".xlsx"),
        (&["--day", day, "--shop", "none"], "bags"),
        (&["--day", day, "--data", "nowhere"], "--data"),
        (&["--day", day, "--week", day], "--week"),
        (&[], "--day"),
    ] {
        let said = refused(&report(server, "zh", arguments));
        assert!(said.contains(word), "{arguments:?}: {said}");
    }
}

#[tokio::test]
async fn a_day_is_told_to_the_owner_beside_a_running_server() {
    let server = Server::in_folder(two_shops(NO_LIMITS));
    let day = a_day(&server).await;
    every_form(&server, &day);
    on_the_terminal(&server, &day);
}

#[tokio::test]
async fn it_is_told_from_redis_too() {
    let redis = RedisServer::start();
    let server = Server::in_folder(two_shops(&format!("[store]\nurl = \"{}\"\n{NO_LIMITS}", redis.url())));
    let day = a_day(&server).await;
    every_form(&server, &day);
}
