//! A person is asked for, comes, and the bot is silent until the person is done.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;

use crate::support::client::Client;
use crate::support::http;
use crate::support::server::{NO_LIMITS, Server, copy};

/// Waits for a board of which `wanted` holds.
async fn board(agent: &mut Client, wanted: impl Fn(&serde_json::Value) -> bool) -> serde_json::Value {
    agent.until(|frame| frame["type"] == "board" && wanted(frame)).await
}

#[tokio::test]
async fn asked_for_taken_answered_and_closed() {
    let server = Server::start();
    let mut agent = Client::first_agent(&server, false).await;
    let mut shopper = Client::shopper(&server).await;
    shopper.say("c1", "包邮吗").await;
    shopper.until_from("bot").await;
    shopper.send(json!({"type": "human"})).await;
    let queued = shopper.until_type("owner").await;
    assert_eq!(queued["who"], "queue");
    assert!(!queued["text"].as_str().unwrap().is_empty(), "the shopper is told");
    assert_eq!(shopper.until_type("queue").await["position"], 1);

    let card = board(&mut agent, |board| board["waiting"].as_array().unwrap().len() == 1).await["waiting"][0].clone();
    assert_eq!(
        (card["reason"].as_str(), card["last_text"].as_str()),
        (Some("asked"), Some("包邮吗"))
    );
    assert!(card["shopper"].as_str().unwrap().starts_with("访客 "));
    let chat = card["conversation"].clone();
    agent
        .send(json!({"type": "open", "conversation": chat, "after": 0}))
        .await;
    agent.send(json!({"type": "take", "conversation": chat})).await;
    let assigned = agent.until(|frame| frame["event"]["kind"] == "assigned").await;
    let epoch = assigned["event"]["epoch"].clone();
    assert_eq!(shopper.until_type("owner").await["who"], "agent");

    // The bot is silent: what the shopper says goes to the agent.
    shopper.say("c2", "什么时候发货").await;
    shopper.until_type("ack").await;
    let heard = agent
        .until(|frame| frame["event"]["kind"] == "received" && frame["event"]["id"] == "c2")
        .await;
    assert_eq!(heard["event"]["text"], "什么时候发货");
    agent.send(json!({"type": "typing", "conversation": chat})).await;
    assert_eq!(shopper.until_type("typing").await["from"], "agent");
    let said = json!({"type": "message", "conversation": chat, "id": "a1", "text": "今天就发", "epoch": epoch});
    agent.send(said.clone()).await;
    let kept = agent.until_type("ack").await;
    assert_eq!(kept["id"], "a1");
    let reply = shopper.next().await;
    assert_eq!(
        (reply["from"].as_str(), reply["text"].as_str()),
        (Some("agent"), Some("今天就发"))
    );
    // Sent again it is acknowledged with the same place and not said twice.
    agent.send(said).await;
    assert_eq!(agent.until_type("ack").await["seq"], kept["seq"]);

    agent.send(json!({"type": "close", "conversation": chat})).await;
    assert_eq!(shopper.next().await["who"], "closed");
    let closed = agent.until(|frame| frame["event"]["kind"] == "closed").await;
    assert_eq!(closed["event"]["name"], "店长");
    board(&mut agent, |board| board["mine"].as_array().unwrap().is_empty()).await;
}

#[tokio::test]
async fn two_thousand_who_wait_do_not_cut_off_the_desks() {
    const WAITING: usize = 2_000;
    let server = Server::with("[gateway]\nframes_per_second = 10000\nframe_burst = 10000\n");
    let mut agent = Client::first_agent(&server, false).await;
    // One socket after another would take longer: each hello without a token is another shopper.
    let mut shopper = Client::silent(&server).await;
    let text = "一直没收到".repeat(200);
    let mut chats = Vec::new();
    let fill = async {
        for _ in 0..WAITING {
            shopper.send(json!({"type": "hello", "shop": "demo", "after": 0})).await;
            let welcome = shopper.until_type("welcome").await;
            chats.push(welcome["conversation"].clone());
            shopper.send(json!({"type": "human"})).await;
            shopper.until_type("owner").await;
            shopper.say("c1", &text).await;
            shopper.until_type("ack").await;
        }
    };
    let ((), full) = tokio::join!(fill, board(&mut agent, |board| board["waiting_count"] == WAITING));
    assert_eq!(
        full["waiting"][0]["conversation"], chats[0],
        "in the order they will be served"
    );
    let shown = full["waiting"].as_array().unwrap().len();
    assert!((10..=60).contains(&shown), "{shown} cards");
    let size = full.to_string().len();
    assert!(size < 64 * 1024, "{size} bytes");
    // Whoever waits may be taken, shown or not.
    let last = chats[WAITING - 1].clone();
    agent.send(json!({"type": "take", "conversation": last})).await;
    let own = board(&mut agent, |board| board["mine"].as_array().unwrap().len() == 1).await;
    assert_eq!(
        (&own["mine"][0]["conversation"], &own["waiting_count"]),
        (&last, &json!(WAITING - 1))
    );
}

#[tokio::test]
async fn an_available_agent_is_given_the_chat_at_once() {
    let server = Server::start();
    let mut agent = Client::first_agent(&server, true).await;
    board(&mut agent, |board| board["agents_online"] == 1).await;
    let mut shopper = Client::shopper(&server).await;
    shopper.send(json!({"type": "human"})).await;
    let owner = shopper.until(|frame| frame["who"] == "agent").await;
    assert_eq!(owner["name"], "店长");
    board(&mut agent, |board| board["mine"].as_array().unwrap().len() == 1).await;
}

#[tokio::test]
async fn given_back_the_bot_answers_again() {
    let server = Server::start();
    let mut agent = Client::first_agent(&server, true).await;
    let mut shopper = Client::shopper(&server).await;
    shopper.send(json!({"type": "human"})).await;
    shopper.until(|frame| frame["who"] == "agent").await;
    let chat = shopper.welcome["conversation"].clone();
    agent.send(json!({"type": "return", "conversation": chat})).await;
    shopper.until(|frame| frame["who"] == "bot").await;
    shopper.say("c1", "包邮吗").await;
    assert_eq!(shopper.until_from("bot").await["intents"], json!(["shipping.fee"]));
}

#[tokio::test]
async fn words_under_an_old_epoch_are_refused() {
    let server = Server::start();
    let mut agent = Client::first_agent(&server, true).await;
    let mut shopper = Client::shopper(&server).await;
    shopper.send(json!({"type": "human"})).await;
    let mine = board(&mut agent, |board| board["mine"].as_array().unwrap().len() == 1).await["mine"][0].clone();
    let chat = mine["conversation"].clone();
    agent
        .send(json!({"type": "release", "conversation": chat, "note": "问尺码"}))
        .await;
    agent
        .send(json!({"type": "message", "conversation": chat, "id": "a1", "text": "在的", "epoch": mine["epoch"]}))
        .await;
    let error = agent.until_type("error").await;
    let code = error["code"].as_str().unwrap();
    assert!(["stale", "not_yours"].contains(&code), "{error}");
    assert_eq!((error["id"].as_str(), &error["conversation"]), (Some("a1"), &chat));
}

#[tokio::test]
async fn chats_that_are_not_there_and_not_waiting_are_named() {
    let server = Server::start();
    let mut agent = Client::first_agent(&server, false).await;
    agent
        .send(json!({"type": "open", "conversation": "nothing", "after": 0}))
        .await;
    assert_eq!(agent.until_type("error").await["code"], "unknown_conversation");
    let mut shopper = Client::shopper(&server).await;
    shopper.say("c1", "包邮吗").await;
    shopper.until_type("ack").await;
    shopper.send(json!({"type": "close"})).await;
    shopper.until(|frame| frame["who"] == "closed").await;
    agent
        .send(json!({"type": "take", "conversation": shopper.welcome["conversation"]}))
        .await;
    assert_eq!(agent.until_type("error").await["code"], "not_waiting");
}

#[tokio::test]
async fn an_agent_who_leaves_for_good_loses_the_chat_to_the_queue() {
    let server = Server::with("[handoff]\nlease_s = 1");
    let agent = Client::first_agent(&server, true).await;
    let mut shopper = Client::shopper(&server).await;
    shopper.send(json!({"type": "human"})).await;
    shopper.until(|frame| frame["who"] == "agent").await;
    drop(agent);
    shopper.until(|frame| frame["who"] == "queue").await;
}

#[tokio::test]
async fn metrics_count_each_thing_once() {
    let server = Server::start();
    let mut shopper = Client::shopper(&server).await;
    let mut tab = Client::resumed(&server, Some(&shopper.token()), json!(0)).await;
    shopper.say("c1", "包邮吗").await;
    shopper.until_from("bot").await;
    tab.until_from("bot").await;
    shopper.send(json!({"type": "human"})).await;
    shopper.until_type("owner").await;
    shopper.send_text("?").await;
    shopper.until_type("error").await;
    let text = http::get(&server, "/metrics", &[]).text();
    for line in [
        "yingda_connections{socket=\"chat\"} 2",
        "yingda_messages_total{from=\"shopper\",shop=\"demo\"} 1",
        "yingda_messages_total{from=\"bot\",shop=\"demo\"} 1",
        "yingda_decisions_total{decision=\"answer\",shop=\"demo\"} 1",
        "yingda_handoffs_total{reason=\"asked\",lane=\"normal\",shop=\"demo\"} 1",
        "yingda_refused_total{code=\"bad_json\"} 1",
        "yingda_queue_length{shop=\"demo\"} 1",
        "yingda_reply_seconds_count{by=\"bot\"} 1",
        "yingda_intents_generation 1",
    ] {
        assert!(text.lines().any(|other| other == line), "{line} is missing in\n{text}");
    }
    assert_eq!(
        http::get(&server, "/metrics", &[("x-forwarded-for", "9.9.9.9")]).status,
        404
    );
    assert_eq!(http::get(&server, "/readyz", &[]).json()["ready"], true);
}

/// One socket that brings so many who wait; the last one is still there.
async fn queue_of(server: &Server, waiting: usize) -> (Client, Vec<serde_json::Value>) {
    let mut shopper = Client::silent(server).await;
    let mut chats = Vec::new();
    for _ in 0..waiting {
        shopper.send(json!({"type": "hello", "shop": "demo", "after": 0})).await;
        chats.push(shopper.until_type("welcome").await["conversation"].clone());
        shopper.send(json!({"type": "human"})).await;
        shopper.until_type("owner").await;
    }
    (shopper, chats)
}

const MANY: &str = "[gateway]\nframes_per_second = 10000\nframe_burst = 10000\n";

#[tokio::test]
async fn a_supervisor_ends_many_who_wait_at_once_and_the_server_goes_on_answering() {
    const WAITING: usize = 2_000;
    const HARM: &str =
        "signal: safety.harm\ntitle: 有人受伤\ntitle_en: Someone is hurt\nlane: safety\nstrong: [烧伤了]\n";
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("yingda.toml"), format!("{MANY}{NO_LIMITS}")).unwrap();
    copy(&PathBuf::from("tests/packs/shop"), &folder.path().join("intents"));
    fs::create_dir_all(folder.path().join("intents/signals/safety")).unwrap();
    fs::write(folder.path().join("intents/signals/safety/harm.yaml"), HARM).unwrap();
    let server = Server::in_folder(Arc::new(folder));
    let mut agent = Client::first_agent(&server, false).await;
    let (mut last, chats) = queue_of(&server, WAITING).await;
    // What is dangerous waits for somebody to look at it.
    let mut hurt = Client::shopper(&server).await;
    hurt.say("c1", "充电器起火了，手烧伤了").await;
    hurt.until_type("owner").await;
    let full = board(&mut agent, |board| board["waiting_count"] == WAITING + 1).await;
    assert_eq!(full["waiting"][0]["lane"], "safety", "{}", full["waiting"][0]);
    agent.send(json!({"type": "close_waiting"})).await;
    agent.send(json!({"type": "close_waiting"})).await;
    assert_eq!(agent.until_type("error").await["code"], "flood", "one at a time");
    let begun = std::time::Instant::now();
    for _ in 0..5 {
        let asked = std::time::Instant::now();
        let mut honest = Client::shopper(&server).await;
        honest.say("h1", "包邮吗").await;
        honest.until_from("bot").await;
        assert!(asked.elapsed().as_secs() < 5, "{:?}", asked.elapsed());
    }
    let done = agent.until_type("closed_waiting").await;
    eprintln!("{WAITING} ended within {:?}", begun.elapsed());
    assert_eq!((&done["closed"], &done["left"]), (&json!(WAITING), &json!(0)));
    board(&mut agent, |board| board["waiting_count"] == 1).await;
    last.until(|frame| frame["who"] == "closed").await;
    // Each is in its log as the supervisor's doing.
    for chat in [&chats[0], &chats[WAITING / 2]] {
        agent
            .send(json!({"type": "open", "conversation": chat, "after": 0}))
            .await;
        let closed = agent
            .until(|frame| frame["conversation"] == *chat && frame["event"]["kind"] == "closed")
            .await;
        assert_eq!(closed["event"]["name"], "店长");
    }
}

#[tokio::test]
async fn waiting_chats_are_ended_by_name_and_by_how_long_they_wait() {
    let server = Server::with(MANY);
    let mut agent = Client::first_agent(&server, false).await;
    let (_first, mut chats) = queue_of(&server, 3).await;
    // The last one comes later by the clock, which counts milliseconds.
    tokio::time::sleep(Duration::from_millis(2)).await;
    let (_last, last) = queue_of(&server, 1).await;
    chats.extend(last);
    let full = board(&mut agent, |board| board["waiting_count"] == 4).await;
    agent.send(json!({"type": "take", "conversation": chats[0]})).await;
    board(&mut agent, |board| board["mine"].as_array().unwrap().len() == 1).await;
    // One that somebody has is not ended, also when it is the own one; one that is named twice counts once.
    let named = json!([chats[0], chats[1], chats[1], "019aa000-0000-7000-8000-000000000000-001"]);
    agent
        .send(json!({"type": "close_waiting", "conversations": named}))
        .await;
    let done = agent.until_type("closed_waiting").await;
    assert_eq!((&done["closed"], &done["left"]), (&json!(1), &json!(2)));
    let left = board(&mut agent, |board| board["waiting_count"] == 2).await;
    assert_eq!(left["mine"][0]["conversation"], chats[0]);
    let since = full["waiting"][3]["waiting_since"].clone();
    assert!(full["waiting"][2]["waiting_since"].as_u64() < since.as_u64());
    agent.send(json!({"type": "close_waiting", "before": since})).await;
    assert_eq!(agent.until_type("closed_waiting").await["closed"], 1);
    let left = board(&mut agent, |board| board["waiting_count"] == 1).await;
    assert_eq!(left["waiting"][0]["conversation"], chats[3]);
    let many = vec![chats[3].clone(); 201];
    agent
        .send(json!({"type": "close_waiting", "conversations": many}))
        .await;
    assert_eq!(agent.until_type("error").await["code"], "bad_frame");
}

#[tokio::test]
async fn an_agent_ends_no_chats_that_wait() {
    let server = Server::start();
    let chief = http::sign_in(&server, server.signin.as_deref().unwrap()).unwrap();
    let invited = http::post(&server, "/v1/agents", &[("cookie", &chief)], &json!({"name": "小美"}));
    let link = invited.json()["link"].as_str().unwrap().to_owned();
    let cookie = http::sign_in(&server, link.split_once("#signin=").unwrap().1).unwrap();
    let mut agent = Client::agent(&server, &cookie, false).await;
    let (_shopper, chats) = queue_of(&server, 1).await;
    let shown = board(&mut agent, |board| board["waiting_count"] == 1).await;
    assert_eq!(shown["waiting"][0]["conversation"], chats[0]);
    for frame in [
        json!({"type": "close_waiting"}),
        json!({"type": "close_waiting", "conversations": chats}),
    ] {
        agent.send(frame).await;
        assert_eq!(agent.until_type("error").await["code"], "forbidden");
    }
    // It waits still, and may be taken.
    agent.send(json!({"type": "take", "conversation": chats[0]})).await;
    board(&mut agent, |board| board["mine"][0]["conversation"] == chats[0]).await;
}
