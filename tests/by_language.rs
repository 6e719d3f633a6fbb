//! Chats go first to agents who answer in the shopper's language.

use serde_json::{Value, json};

use crate::support::client::Client;
use crate::support::http;
use crate::support::server::Server;

/// Somebody who is signed in, with the id.
fn invited(server: &Server, owner: &str, invitation: &Value) -> (String, String) {
    let made = http::post(server, "/v1/agents", &[("cookie", owner)], invitation).json();
    let link = made["link"].as_str().unwrap().to_owned();
    let cookie = http::sign_in(server, link.split("signin=").nth(1).unwrap()).unwrap();
    (cookie, made["agent"].as_str().unwrap().to_owned())
}

/// A desk that is told what changes, online.
async fn desk(server: &Server, cookie: &str) -> Client {
    let mut desk = Client::open(server, "/v1/desk", &[("cookie", cookie)]).await.unwrap();
    desk.send(json!({"type": "hello", "boards": "changes"})).await;
    desk.send(json!({"type": "presence", "state": "online"})).await;
    desk.until(|frame| frame["type"] == "team" && frame["set"][0]["state"] == "online")
        .await;
    desk
}

/// Asks for a person in these words, and reads until the queue has it; the chat.
async fn asks(server: &Server, text: &str) -> (Client, Value) {
    let mut shopper = Client::shopper(server).await;
    shopper.say("m1", text).await;
    shopper.until_from("bot").await;
    shopper.send(json!({"type": "human"})).await;
    let chat = shopper
        .until(|frame| frame["who"] == "queue" || frame["who"] == "agent")
        .await;
    let conversation = match chat["conversation"].is_string() {
        true => chat["conversation"].clone(),
        false => shopper.welcome["conversation"].clone(),
    };
    (shopper, conversation)
}

async fn why(desk: &mut Client, chat: &Value) -> Value {
    desk.send(json!({"type": "why", "conversation": chat})).await;
    desk.until_type("why").await
}

#[tokio::test]
async fn who_answers_in_the_language_has_it_first_and_why_says_so() {
    let server = Server::start();
    let owner = http::sign_in(&server, server.signin.as_deref().unwrap()).unwrap();
    let english = json!({"name": "Amy", "languages": ["en"], "capacity": 1});
    let (amy, amys_id) = invited(&server, &owner, &english);
    let (mei, meis_id) = invited(&server, &owner, &json!({"name": "小美", "capacity": 9}));
    let patch = |body: Value| {
        let headers = [("cookie", owner.as_str()), ("content-type", "application/json")];
        http::request(
            &server,
            "PATCH",
            &format!("/v1/staff/{meis_id}"),
            &headers,
            &body.to_string(),
        )
    };
    let odd = patch(json!({"languages": ["klingon"]}));
    assert_eq!((odd.status, &odd.json()["code"]), (400, &json!("bad_language")));
    assert_eq!(
        patch(json!({"languages": ["zh-TW", "zh"]})).json()["languages"],
        json!(["zh"])
    );
    let (mut amys, mut meis) = (desk(&server, &amy).await, desk(&server, &mei).await);

    let (_first, chat) = asks(&server, "when do you ship my order").await;
    amys.until(|frame| frame["mine"]["set"][0]["card"]["conversation"] == chat)
        .await;
    let told = why(&mut amys, &chat).await;
    assert_eq!(
        (&told["assigned"]["agent"], &told["assigned"]["cause"]),
        (&json!(amys_id), &json!("language")),
        "{told}"
    );
    // Whoever could answer is full: it waits a minute, and says for what.
    let (_second, waits) = asks(&server, "how long does delivery take").await;
    meis.until(|frame| frame["waiting"]["set"][0]["card"]["conversation"] == waits)
        .await;
    let because = why(&mut meis, &waits).await["waiting"]["because"].clone();
    assert_eq!(
        (&because["kind"], &because["language"]),
        (&json!("none_of_language"), &json!("en")),
        "{because}"
    );
    // Another language goes past it at once.
    let (_third, chinese) = asks(&server, "什么时候发货").await;
    meis.until(|frame| frame["mine"]["set"][0]["card"]["conversation"] == chinese)
        .await;
}
