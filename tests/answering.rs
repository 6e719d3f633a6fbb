//! A shopper asks and is answered.

use serde_json::json;
use yingda::packs::shipped_phrases;

use crate::support::client::Client;
use crate::support::server::Server;

#[tokio::test]
async fn a_question_is_acknowledged_and_answered() {
    let server = Server::start();
    let mut shopper = Client::shopper(&server).await;
    let began = shopper.welcome["seq"].as_u64().unwrap();
    shopper.say("c1", "包邮吗").await;
    let mut ack = shopper.next().await;
    // When the server has stored it, for pages whose clock is wrong.
    assert!(ack["at"].take().as_u64().is_some(), "{ack}");
    assert_eq!(ack, json!({"type": "ack", "id": "c1", "seq": began + 1, "at": null}));
    let reply = shopper.until_from("bot").await;
    assert_eq!(reply["seq"], began + 2);
    assert_eq!(reply["reply_to"], json!(["c1"]));
    assert_eq!(reply["intents"], json!(["shipping.fee"]));
    assert!(reply["text"].as_str().unwrap().contains("99"), "{reply}");
}

#[tokio::test]
async fn the_page_chooses_no_language_the_message_does() {
    let server = Server::start();
    let mut shopper = Client::shopper(&server).await;
    shopper.say("c1", "is shipping free").await;
    let reply = shopper.until_from("bot").await;
    assert!(reply["text"].as_str().unwrap().contains("yuan"), "{reply}");
}

#[tokio::test]
async fn what_nothing_answers_is_still_answered() {
    let server = Server::start();
    let mut shopper = Client::shopper(&server).await;
    shopper.say("c1", "🙂🙂🙂").await;
    let reply = shopper.until_from("bot").await;
    // It says that it did not understand, in one of the ways that are shipped, and answers nothing.
    let unknown = &shipped_phrases()["unknown"];
    let text = reply["text"].as_str().unwrap();
    assert!(unknown.iter().any(|variant| variant.text == text), "{reply}");
    assert!(reply["intents"].is_null(), "{reply}");
}

#[tokio::test]
async fn a_rating_and_a_close_are_told() {
    let server = Server::start();
    let mut shopper = Client::shopper(&server).await;
    shopper.say("c1", "包邮吗").await;
    shopper.until_from("bot").await;
    shopper.send(json!({"type": "rate", "stars": 5})).await;
    assert_eq!(shopper.until_type("rated").await["stars"], 5);
    shopper.send(json!({"type": "close"})).await;
    assert_eq!(shopper.until_type("owner").await["who"], "closed");
    shopper.say("c2", "还在吗").await;
    let error = shopper.until_type("error").await;
    assert_eq!(
        (error["code"].as_str(), error["id"].as_str()),
        (Some("closed"), Some("c2"))
    );
}

#[tokio::test]
async fn after_the_end_hello_begins_another_talk_on_the_same_socket() {
    let server = Server::start();
    let mut shopper = Client::shopper(&server).await;
    let first = shopper.welcome.clone();
    shopper.say("c0", "包邮吗").await;
    shopper.until_from("bot").await;
    shopper.send(json!({"type": "close"})).await;
    shopper.until_type("owner").await;
    shopper
        .send(json!({"type": "hello", "shop": "demo", "token": first["token"], "after": 0}))
        .await;
    let second = shopper.until_type("welcome").await;
    assert_ne!(first["conversation"], second["conversation"]);
    shopper.say("c1", "包邮吗").await;
    shopper.until_from("bot").await;
}

#[tokio::test]
async fn the_subprotocol_is_accepted_when_offered() {
    let server = Server::start();
    let offered = [("sec-websocket-protocol", "other, yingda.v1")];
    // The client library refuses a handshake in which an offered protocol is not taken up.
    assert!(Client::open(&server, "/v1/chat", &offered).await.is_ok());
}
