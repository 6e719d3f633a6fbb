//! The numbers of the day: what supervisors and owners are told of their shops, read from the feed, on both stores.

use serde_json::{Value, json};

use crate::by_shop::two_shops;
use crate::morning::{Desk, refused};
use crate::support::client::Client;
use crate::support::redis::RedisServer;
use crate::support::server::Server;

/// What is told of a span, with everything read.
fn numbers(desk: &Desk<'_>, query: &str) -> Value {
    let answer = desk.get(&format!("/v1/numbers{query}"));
    assert_eq!(answer.status, 200, "{}", answer.text());
    let told = answer.json();
    assert_eq!(told["read_until"], Value::Null, "a few events are read at once");
    told
}

/// A shopper who gets a person, is answered, and rates the talk.
async fn with_an_agent(server: &Server, agent: &mut Client, stars: u8) -> Client {
    let mut shopper = Client::shopper(server).await;
    helped(agent, &mut shopper, stars).await;
    shopper
}

/// This shopper gets a person, is answered, and rates the talk.
pub(crate) async fn helped(agent: &mut Client, shopper: &mut Client, stars: u8) {
    shopper.send(json!({"type": "human"})).await;
    let board = agent
        .until(|frame| frame["type"] == "board" && frame["waiting"].as_array().is_some_and(|all| !all.is_empty()))
        .await;
    let chat = board["waiting"][0]["conversation"].clone();
    agent
        .send(json!({"type": "open", "conversation": chat, "after": 0}))
        .await;
    agent.send(json!({"type": "take", "conversation": chat})).await;
    let assigned = agent.until(|frame| frame["event"]["kind"] == "assigned").await;
    let epoch = assigned["event"]["epoch"].clone();
    let said = json!({"type": "message", "conversation": chat, "id": "a1", "text": "在的", "epoch": epoch});
    agent.send(said).await;
    agent.until_type("ack").await;
    agent.send(json!({"type": "close", "conversation": chat})).await;
    shopper.until(|frame| frame["who"] == "closed").await;
    shopper.send(json!({"type": "rate", "stars": stars})).await;
    shopper.until_type("rated").await;
}

async fn a_day(server: &Server) {
    let owner = Desk::owner(server);
    let nothing = numbers(&owner, "");
    assert_eq!(
        (&nothing["total"]["chats"], &nothing["agents"]),
        (&json!(0), &json!([]))
    );

    let supervisor = owner.invites("小主", &["supervisor"], &["demo"]);
    let elsewhere = owner.invites("小包", &["supervisor"], &["bags"]);
    let plain = owner.invites("小客", &["agent"], &["demo"]);
    let mut agent = Client::agent(server, plain.cookie(), false).await;
    let mut alone = Client::shopper(server).await;
    alone.say("m1", "包邮吗").await;
    alone.until_from("bot").await;
    with_an_agent(server, &mut agent, 2).await;

    let told = numbers(&supervisor, "");
    let total = &told["total"];
    assert_eq!(
        (&total["chats"], &total["with_people"], &total["not_handed_off"]),
        (&json!(2), &json!(1), &json!(1))
    );
    assert_eq!(
        (&total["solved"], &total["undecided"]),
        (&json!(0), &json!(1)),
        "nobody knows yet whether it helped"
    );
    assert_eq!(
        (&total["reasons"], &total["kept"], &total["replied"]),
        (&json!({"asked": 1}), &json!(1), &json!(1))
    );
    assert_eq!(
        (&total["rated"], &total["stars"], &total["low"]),
        (&json!(1), &json!(2), &json!(1))
    );
    assert!(total["first_reply_p50_ms"].as_u64().unwrap() < 60_000, "{total}");
    assert!(total["promised_p50_ms"].as_u64().unwrap() > 60_000, "{total}");
    let row = &told["agents"][0];
    assert_eq!(
        (&row["name"], &row["chats"], &row["messages"]),
        (&json!("小客"), &json!(1), &json!(1))
    );
    let question = &told["questions"][0];
    assert_eq!(
        (&question["question"], &question["asked"]),
        (&json!("shipping.fee"), &json!(1))
    );
    assert_ne!(question["title"], question["question"], "it is told by its title");
    assert_eq!(told["shops"].as_array().unwrap().len(), 1);
    assert_eq!(told["hours"].as_array().unwrap().len(), 24);

    // What comes later is read on from there, and counted once.
    let mut another = Client::shopper(server).await;
    another.say("m1", "包邮吗").await;
    another.until_from("bot").await;
    for _ in 0..2 {
        assert_eq!(numbers(&supervisor, "?shop=demo")["total"]["chats"], 3);
    }
    // An earlier day is read from its beginning.
    let today: jiff::civil::Date = told["today"].as_str().unwrap().parse().unwrap();
    let back = |days: i64| today.checked_sub(jiff::Span::new().days(days)).unwrap();
    let week = numbers(&supervisor, &format!("?from={}&until={today}", back(6)));
    assert_eq!(
        (week["days"].as_array().unwrap().len(), &week["total"]["chats"]),
        (7, &json!(3))
    );
    let before = numbers(&supervisor, &format!("?from={}&until={}", back(6), back(1)));
    assert_eq!(before["total"]["chats"], 0);

    // Each sees the own shops, and agents see none.
    let other = numbers(&elsewhere, "");
    assert_eq!(
        (&other["total"]["chats"], &other["shops"][0]["shop"]),
        (&json!(0), &json!("bags"))
    );
    assert_eq!(numbers(&owner, "")["shops"].as_array().unwrap().len(), 2);
    assert_eq!(
        refused(&elsewhere.get("/v1/numbers?shop=demo")),
        (403, "forbidden".to_owned())
    );
    assert_eq!(refused(&plain.get("/v1/numbers")), (403, "forbidden".to_owned()));
    assert_eq!(
        refused(&supervisor.get("/v1/numbers?shop=none")),
        (404, "unknown_shop".to_owned())
    );
    let bad = (400, "bad_days".to_owned());
    for query in [
        "from=yesterday".to_owned(),
        format!("from={today}&until={}", back(1)),
        format!("from={today}&until={}", back(-1)),
        format!("from={}&until={today}", back(31)),
        format!("from={}", back(93)),
        "from=-009999-01-01".to_owned(),
        "from=9999-12-31".to_owned(),
    ] {
        assert_eq!(
            refused(&supervisor.get(&format!("/v1/numbers?{query}"))),
            bad,
            "{query}"
        );
    }
}

#[tokio::test]
async fn supervisors_and_owners_are_told_the_numbers_of_their_shops() {
    a_day(&Server::in_folder(two_shops(""))).await;
}

#[tokio::test]
async fn they_are_the_same_on_redis() {
    let redis = RedisServer::start();
    a_day(&Server::in_folder(two_shops(&format!(
        "[store]\nurl = \"{}\"\n",
        redis.url()
    ))))
    .await;
}

#[tokio::test]
async fn a_server_that_is_started_anew_tells_the_same() {
    let server = Server::start();
    let mut shopper = Client::shopper(&server).await;
    shopper.say("m1", "包邮吗").await;
    shopper.until_from("bot").await;
    let mut agent = Client::first_agent(&server, false).await;
    let _shopper = with_an_agent(&server, &mut agent, 5).await;
    drop(agent);
    let server = server.kill_and_restart();
    let link = crate::support::server::program(&server.folder())
        .args(["staff", "invite", "--name", "老板", "--role", "owner"])
        .output()
        .unwrap();
    let printed = String::from_utf8(link.stdout).unwrap();
    let errors = String::from_utf8_lossy(&link.stderr);
    let token = printed
        .split("signin=")
        .nth(1)
        .unwrap_or_else(|| panic!("{printed}{errors}"));
    let token = token.split_whitespace().next().unwrap();
    let owner = Desk::by_token(&server, token);
    let total = &numbers(&owner, "")["total"];
    assert_eq!(
        (&total["chats"], &total["kept"], &total["stars"]),
        (&json!(2), &json!(1), &json!(5))
    );
}
