//! Tunnels, second tabs and lost pages: nothing is lost, repeated or reordered.

use serde_json::{Value, json};

use crate::support::client::Client;
use crate::support::server::{PATIENCE, Server};

fn seqs(frames: &[Value]) -> Vec<u64> {
    frames.iter().map(|frame| frame["seq"].as_u64().unwrap()).collect()
}

/// A talk of two questions and two answers; the client and the last place.
async fn talked(server: &Server) -> (Client, u64) {
    let mut shopper = Client::shopper(server).await;
    let mut last = 0;
    for (id, text) in [("c1", "包邮吗"), ("c2", "什么时候发货")] {
        shopper.say(id, text).await;
        last = shopper.until_from("bot").await["seq"].as_u64().unwrap();
    }
    (shopper, last)
}

#[tokio::test]
async fn the_shop_speaks_in_its_own_words_and_in_the_language_of_the_talk() {
    let server = Server::start();
    let mut shopper = Client::shopper(&server).await;
    let words = &shopper.welcome["words"].clone();
    assert_eq!(words["lang"], "zh");
    let name = shopper.welcome["shop"]["name"].as_str().unwrap();
    assert!(words["welcome"].as_str().unwrap().contains(name), "{words}");
    assert!(
        words["agent_joined"].as_str().unwrap().contains("{{ name }}"),
        "{words}"
    );
    assert!(
        words["queue_position"].as_str().unwrap().contains("{{ position }}"),
        "{words}"
    );
    for key in ["returned", "closed", "rate_thanks", "requeued"] {
        let said = words[key].as_str().unwrap();
        assert!(!said.is_empty() && !said.contains("{{"), "{key}: {said}");
    }
    shopper.say("c1", "包邮吗").await;
    shopper.until_from("bot").await;
    // The page has been switched to English; the talk goes on in Chinese.
    let mut tab = Client::silent(&server).await;
    tab.send(json!({"type": "hello", "shop": "demo", "lang": "en", "token": shopper.token(), "after": 0}))
        .await;
    let again = tab.until_type("welcome").await;
    assert_eq!(again["conversation"], shopper.welcome["conversation"]);
    assert_eq!(&again["words"], words);
    tab.send(json!({"type": "hello", "shop": "demo", "lang": "en", "after": 0}))
        .await;
    assert_eq!(
        tab.until_type("welcome").await["words"]["lang"],
        "en",
        "another talk, in English"
    );
}

#[tokio::test]
async fn after_zero_brings_the_whole_talk_in_order() {
    let server = Server::start();
    let (first, last) = talked(&server).await;
    let mut again = Client::resumed(&server, Some(&first.token()), json!(0)).await;
    assert_eq!(again.welcome["conversation"], first.welcome["conversation"]);
    assert_eq!(again.welcome["seq"], last);
    let events = again.events_until(last).await;
    let places = seqs(&events);
    assert!(places.windows(2).all(|pair| pair[1] == pair[0] + 1), "{places:?}");
    let speakers: Vec<&str> = events.iter().filter_map(|event| event["from"].as_str()).collect();
    assert_eq!(speakers, ["shopper", "bot", "shopper", "bot"]);
    assert_eq!(
        (events[0]["id"].as_str(), events[0]["text"].as_str()),
        (Some("c1"), Some("包邮吗"))
    );
}

#[tokio::test]
async fn after_n_brings_what_was_missed_once() {
    let server = Server::start();
    let (first, last) = talked(&server).await;
    let mut again = Client::resumed(&server, Some(&first.token()), json!(last - 2)).await;
    assert_eq!(seqs(&again.events_until(last).await), [last - 1, last]);
    // Nothing of it comes again: the next frame is about something new.
    again.say("c3", "退款多久到账").await;
    assert_eq!(again.next().await["id"], "c3");
}

#[tokio::test]
async fn after_null_brings_none_of_the_past() {
    let server = Server::start();
    let (first, last) = talked(&server).await;
    let mut again = Client::resumed(&server, Some(&first.token()), Value::Null).await;
    again.say("c3", "退款多久到账").await;
    let ack = again.next().await;
    assert_eq!(
        (ack["type"].as_str(), ack["seq"].as_u64()),
        (Some("ack"), Some(last + 1))
    );
}

#[tokio::test]
async fn more_than_there_is_brings_everything() {
    let server = Server::start();
    let (first, last) = talked(&server).await;
    let mut again = Client::resumed(&server, Some(&first.token()), json!(last + 40)).await;
    assert_eq!(again.events_until(last).await.len(), 4);
}

#[tokio::test]
async fn a_message_sent_again_is_stored_once() {
    let server = Server::start();
    let mut shopper = Client::shopper(&server).await;
    shopper.say("c1", "包邮吗").await;
    let place = shopper.until_type("ack").await["seq"].clone();
    shopper.until_from("bot").await;
    shopper.say("c1", "包邮吗").await;
    assert_eq!(shopper.next().await, json!({"type": "ack", "id": "c1", "seq": place}));
    let mut again = Client::resumed(&server, Some(&shopper.token()), json!(0)).await;
    again.say("c1", "包邮吗").await;
    assert_eq!(again.until_type("ack").await["seq"], place);
    let last = again.welcome["seq"].as_u64().unwrap();
    let mut third = Client::resumed(&server, Some(&shopper.token()), json!(0)).await;
    let events = third.events_until(last).await;
    assert_eq!(events.iter().filter(|event| event["from"] == "shopper").count(), 1);
    assert_eq!(events.iter().filter(|event| event["from"] == "bot").count(), 1);
}

#[tokio::test]
async fn a_second_tab_sees_both_sides_and_the_first_no_echo() {
    let server = Server::start();
    let mut one = Client::shopper(&server).await;
    let mut two = Client::resumed(&server, Some(&one.token()), json!(0)).await;
    one.say("c1", "包邮吗").await;
    let seen = two.until_from("shopper").await;
    assert_eq!(
        (seen["id"].as_str(), seen["text"].as_str()),
        (Some("c1"), Some("包邮吗"))
    );
    let reply = two.until_from("bot").await;
    assert_eq!(one.next().await["type"], "ack");
    assert_eq!(one.next().await["seq"], reply["seq"]);
}

#[tokio::test]
async fn a_token_opens_only_its_own_talk() {
    let server = Server::start();
    let (first, _) = talked(&server).await;
    let stranger = Client::shopper(&server).await;
    assert_ne!(stranger.welcome["conversation"], first.welcome["conversation"]);
    let guessed = Client::resumed(&server, Some("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), json!(0)).await;
    assert_ne!(guessed.welcome["conversation"], first.welcome["conversation"]);
    assert_ne!(guessed.token(), first.token());
}

#[tokio::test]
async fn a_long_talk_comes_back_whole() {
    let server = Server::with("[gateway]\nframe_burst = 1000");
    let mut shopper = Client::shopper(&server).await;
    let text = "长".repeat(1500);
    for number in 0..150 {
        shopper.say(&format!("c{number}"), &text).await;
    }
    let mut acks = 0;
    let mut last = 0;
    while acks < 150 {
        let frame = shopper.next().await;
        if frame["type"] == "ack" {
            acks += 1;
            last = frame["seq"].as_u64().unwrap();
        }
    }
    let mut again = Client::resumed(&server, Some(&shopper.token()), json!(0)).await;
    let events = again.events_until(last).await;
    let said: Vec<String> = events
        .iter()
        .filter(|event| event["from"] == "shopper")
        .map(|event| event["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(said, (0..150).map(|number| format!("c{number}")).collect::<Vec<_>>());
}

/// A talk that the shopper left open and that an agent answered and ended meanwhile; its token, its id, the last place.
async fn ended_meanwhile(server: &Server) -> (String, Value, u64) {
    let mut agent = Client::first_agent(server, false).await;
    let mut shopper = Client::shopper(server).await;
    shopper.send(json!({"type": "human"})).await;
    shopper.until(|frame| frame["who"] == "queue").await;
    let chat = shopper.welcome["conversation"].clone();
    agent
        .send(json!({"type": "open", "conversation": chat, "after": 0}))
        .await;
    agent.send(json!({"type": "take", "conversation": chat})).await;
    let assigned = agent.until(|frame| frame["event"]["kind"] == "assigned").await;
    let joined = shopper.until(|frame| frame["who"] == "agent").await;
    let seen = joined["seq"].as_u64().unwrap();
    shopper.say("c2", "那我先下线了").await;
    shopper.until_type("ack").await;
    let token = shopper.token();
    shopper.close().await;
    agent
        .send(json!({
            "type": "message", "conversation": chat, "id": "a1", "text": "钱已经退回您的账户",
            "epoch": assigned["event"]["epoch"],
        }))
        .await;
    agent.until_type("ack").await;
    agent.send(json!({"type": "close", "conversation": chat})).await;
    agent.until(|frame| frame["event"]["kind"] == "closed").await;
    (token, chat, seen)
}

#[tokio::test]
async fn last_words_said_while_the_shopper_was_away_come_before_the_next_talk() {
    let server = Server::start();
    let (token, chat, seen) = ended_meanwhile(&server).await;
    let mut again = Client::showing(&server, Some(&token), json!(seen), chat.clone()).await;
    assert_eq!(
        (&again.welcome["conversation"], &again.welcome["next"]),
        (&chat, &Value::Null)
    );
    let events = again.events_until(again.welcome["seq"].as_u64().unwrap()).await;
    let told: Vec<&str> = events
        .iter()
        .map(|event| event["text"].as_str().or(event["who"].as_str()).unwrap())
        .collect();
    assert_eq!(told, ["那我先下线了", "钱已经退回您的账户", "closed"]);
    // What was stored before the end is acknowledged once more; what was not is refused, and the shopper may rate.
    again.say("c2", "那我先下线了").await;
    assert_eq!(
        again.next().await,
        json!({"type": "ack", "id": "c2", "seq": events[0]["seq"]})
    );
    again.say("c3", "谢谢").await;
    let refused = again.next().await;
    assert_eq!(
        (refused["code"].as_str(), refused["id"].as_str()),
        (Some("closed"), Some("c3"))
    );
    again.send(json!({"type": "rate", "stars": 5})).await;
    let last = again.until_type("rated").await["seq"].clone();
    // Read to its end, the same hello begins the next talk, and tells all of it.
    again.hello(Some(&token), last.clone(), chat.clone()).await;
    assert_ne!(again.welcome["conversation"], chat);
    again.say("c4", "包邮吗").await;
    again.until_from("bot").await;
    // Another page still shows the old talk: it is told the end, and that there is more.
    let mut other = Client::showing(&server, Some(&token), json!(seen), chat.clone()).await;
    assert_eq!(
        (&other.welcome["conversation"], &other.welcome["next"]),
        (&chat, &json!(true))
    );
    other.events_until(last.as_u64().unwrap()).await;
    other.hello(Some(&token), last, chat).await;
    assert_eq!(other.welcome["conversation"], again.welcome["conversation"]);
    let events = other.events_until(other.welcome["seq"].as_u64().unwrap()).await;
    assert_eq!(
        (events[0]["seq"].as_u64(), events[0]["id"].as_str()),
        (Some(1), Some("c4"))
    );
}

#[tokio::test]
async fn a_talk_that_goes_on_is_resumed_whether_it_is_named_or_not() {
    let server = Server::start();
    let (first, last) = talked(&server).await;
    let named = first.welcome["conversation"].clone();
    let mut again = Client::showing(&server, Some(&first.token()), json!(last - 1), named.clone()).await;
    assert_eq!(again.welcome["conversation"], named);
    assert_eq!(seqs(&again.events_until(last).await), [last]);
}

#[tokio::test]
async fn a_talk_that_is_not_kept_is_said_to_be_gone_and_nobody_elses_is_shown() {
    let server = Server::start();
    let (first, last) = talked(&server).await;
    let theirs = first.welcome["conversation"].clone();
    let mut stranger = Client::shopper(&server).await;
    stranger.say("c1", "包邮吗").await;
    let reply = stranger.until_from("bot").await["seq"].as_u64().unwrap();
    let token = stranger.token();
    // Gone, and the talk that goes on comes whole: `after` was counted in the other.
    let gone = json!("019aa000-0000-7000-8000-000000000000");
    let mut again = Client::showing(&server, Some(&token), json!(reply), gone.clone()).await;
    assert_eq!(again.welcome["history_gone"], true);
    assert_eq!(again.welcome["conversation"], stranger.welcome["conversation"]);
    assert_eq!(seqs(&again.events_until(reply).await), (1..=reply).collect::<Vec<_>>());
    // Without a token that is known, too.
    let fresh = Client::showing(&server, Some("unknown"), json!(3), gone).await;
    assert_eq!(fresh.welcome["history_gone"], true);
    // Somebody else's: neither shown nor said to be gone.
    let other = Client::showing(&server, Some(&token), json!(last), theirs.clone()).await;
    assert_eq!(other.welcome["conversation"], stranger.welcome["conversation"]);
    assert_eq!(other.welcome["history_gone"], Value::Null);
}

#[tokio::test]
async fn a_store_that_cannot_write_refuses_by_id_and_pings_are_answered_meanwhile() {
    let server = Server::start();
    let mut shopper = Client::shopper(&server).await;
    let mut agent = Client::first_agent(&server, false).await;
    // A chat that comes now must not be given yet: a desk's frames are taken in order.
    agent.send(json!({"type": "ping"})).await;
    agent.until_type("pong").await;
    shopper.send(json!({"type": "human"})).await;
    shopper.until(|frame| frame["who"] == "queue").await;
    let chat = shopper.welcome["conversation"].clone();
    let hog = rusqlite::Connection::open(server.database()).unwrap();
    hog.busy_timeout(PATIENCE).unwrap();
    hog.execute_batch("BEGIN IMMEDIATE").unwrap();
    shopper.say("c1", "包邮吗").await;
    agent.send(json!({"type": "take", "conversation": chat})).await;
    // The store keeps them waiting, and the link still answers.
    for client in [&mut shopper, &mut agent] {
        client.send(json!({"type": "ping"})).await;
        let first = client
            .until(|frame| frame["type"] != "board" && frame["type"] != "queue")
            .await;
        assert_eq!(first, json!({"type": "pong"}));
    }
    let refused = shopper.until_type("error").await;
    assert_eq!(
        (refused["code"].as_str(), refused["id"].as_str()),
        (Some("unavailable"), Some("c1"))
    );
    assert_eq!(agent.until_type("error").await["code"], "unavailable");
    hog.execute_batch("ROLLBACK").unwrap();
    shopper.say("c1", "包邮吗").await;
    assert_eq!(shopper.until_type("ack").await["id"], "c1");
}
