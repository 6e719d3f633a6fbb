//! Tunnels, second tabs and lost pages: nothing is lost, repeated or reordered.

use serde_json::{Value, json};

use crate::support::client::Client;
use crate::support::server::Server;

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
