//! What colleagues keep of a customer: tags, VIP, notes; who sees and changes them, and what becomes of them.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::client::Client;
use crate::support::http;
use crate::support::redis::RedisServer;
use crate::support::server::{PATIENCE, Server};

/// Somebody new with this invitation, signed in.
fn colleague(server: &Server, owner: &str, invitation: Value) -> String {
    let made = http::post(server, "/v1/agents", &[("cookie", owner)], &invitation).json();
    let link = made["link"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
    http::sign_in(server, link.split("signin=").nth(1).unwrap()).unwrap()
}

/// A shopper who waits for people.
async fn waits(server: &Server, word: &str) -> (Client, Value) {
    let mut shopper = Client::shopper(server).await;
    let chat = shopper.welcome["conversation"].clone();
    shopper.say("c1", word).await;
    shopper.until_type("ack").await;
    shopper.send(json!({"type": "human"})).await;
    shopper.until_type("owner").await;
    (shopper, chat)
}

fn card(server: &Server, cookie: &str, chat: &Value) -> Value {
    let of = json!({ "conversation": chat });
    http::post(server, "/v1/customers/card", &[("cookie", cookie)], &of).json()
}

fn change(server: &Server, cookie: &str, chat: &Value, mut change: Value) -> Value {
    change["conversation"] = chat.clone();
    http::post(server, "/v1/customers/card/change", &[("cookie", cookie)], &change).json()
}

/// Searches until so many talks are found.
async fn found(server: &Server, cookie: &str, asked: Value, count: usize) -> Vec<Value> {
    let until = Instant::now() + PATIENCE;
    loop {
        let answer = http::post(server, "/v1/talks", &[("cookie", cookie)], &asked).json();
        let talks = answer["talks"].as_array().unwrap_or_else(|| panic!("{answer}"));
        if talks.len() == count {
            return talks.clone();
        }
        assert!(Instant::now() < until, "{count} of {asked}: {answer}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn is_kept_found_and_erased(server: Server) {
    let owner = http::sign_in(&server, server.signin.as_deref().unwrap()).unwrap();
    let mei = colleague(&server, &owner, json!({"name": "小美"}));
    let (mut first, chat) = waits(&server, "想批发").await;
    let (mut second, other) = waits(&server, "能便宜吗").await;
    let empty = card(&server, &mei, &chat);
    assert_eq!(
        (&empty["tags"], &empty["vip"], &empty["notes"]),
        (&json!([]), &json!(false), &json!([]))
    );
    change(&server, &mei, &chat, json!({"tag": "批发"}));
    change(&server, &owner, &chat, json!({"tag": "学生"}));
    change(&server, &mei, &chat, json!({"vip": true}));
    let noted = change(&server, &mei, &chat, json!({"note": "只要顺丰"}));
    assert_eq!(
        (&noted["tags"], &noted["vip"]),
        (&json!(["学生", "批发"]), &json!(true))
    );
    assert_eq!(
        (&noted["notes"][0]["text"], &noted["notes"][0]["name"]),
        (&json!("只要顺丰"), &json!("小美"))
    );
    assert_eq!(card(&server, &mei, &other)["shop_tags"], json!(["学生", "批发"]));
    change(&server, &mei, &other, json!({"tag": "学生"}));

    // Talks are found by them, as soon as they have ended.
    for shopper in [&mut first, &mut second] {
        shopper.send(json!({"type": "close"})).await;
        shopper.until(|frame| frame["who"] == "closed").await;
    }
    assert_eq!(found(&server, &owner, json!({"tag": "学生"}), 2).await.len(), 2);
    let vip = &found(&server, &owner, json!({"vip": true}), 1).await[0];
    assert_eq!((&vip["conversation"], &vip["tags"]), (&chat, &json!(["学生", "批发"])));
    // What is changed afterwards holds at once.
    change(&server, &owner, &chat, json!({"no_tag": "学生"}));
    change(&server, &owner, &chat, json!({"vip": false}));
    assert!(found(&server, &owner, json!({"vip": true}), 0).await.is_empty());
    assert_eq!(
        found(&server, &owner, json!({"tag": "学生"}), 1).await[0]["conversation"],
        other
    );

    // The record says what was done, and neither who the customer is nor what was noted.
    let record = http::get(&server, "/v1/audit?limit=50", &[("cookie", &owner)]).json();
    let entries = record["entries"].as_array().unwrap().iter();
    let changes: Vec<&Value> = entries.filter(|entry| entry["action"] == "customer.card").collect();
    let did: Vec<&str> = changes
        .iter()
        .filter_map(|entry| entry["detail"]["did"].as_str())
        .collect();
    assert_eq!(did, ["no_vip", "no_tag", "tag", "note", "vip", "tag", "tag"]);
    assert!(
        changes
            .iter()
            .all(|entry| entry["subject"].as_str().unwrap().starts_with("sha256:"))
    );
    assert!(!record.to_string().contains("顺丰"), "{record}");

    // Whoever asks for what is kept gets the card, and it goes with the rest.
    let of = http::post(
        &server,
        "/v1/customers",
        &[("cookie", &owner)],
        &json!({ "conversation": chat }),
    )
    .json();
    let whom = json!({"shop": "demo", "customer": of["found"][0]["customer"]});
    let kept = http::post(&server, "/v1/customers/export", &[("cookie", &owner)], &whom).json();
    assert_eq!(
        (&kept["card"]["tags"], &kept["card"]["notes"][0]["text"]),
        (&json!(["批发"]), &json!("只要顺丰"))
    );
    let erased = http::post(&server, "/v1/customers/erase", &[("cookie", &owner)], &whom);
    assert_eq!(erased.status, 200, "{}", erased.text());
    assert_eq!(card(&server, &owner, &chat)["code"], "unknown_conversation");
    assert_eq!(
        change(&server, &owner, &chat, json!({"tag": "批发"}))["code"],
        "unknown_conversation"
    );
    assert_eq!(card(&server, &owner, &other)["shop_tags"], json!(["学生"]));
}

#[tokio::test]
async fn tags_vip_and_notes_are_kept_found_and_erased_with_the_customer() {
    is_kept_found_and_erased(Server::start()).await;
}

#[tokio::test]
async fn tags_vip_and_notes_are_kept_found_and_erased_with_the_customer_on_redis() {
    let redis = RedisServer::start();
    is_kept_found_and_erased(Server::with(&format!("[store]\nurl = \"{}\"\n", redis.url()))).await;
}

#[tokio::test]
async fn who_may_read_a_chat_keeps_the_card_and_nobody_else_does() {
    let server = Server::with("[privacy]\nwhole_for = [\"owner\"]\n");
    let owner = http::sign_in(&server, server.signin.as_deref().unwrap()).unwrap();
    let mei = colleague(&server, &owner, json!({"name": "小美"}));
    let pi = colleague(&server, &owner, json!({"name": "小皮"}));
    let (_shopper, chat) = waits(&server, "在吗").await;
    let mut desk = Client::agent(&server, &mei, false).await;
    desk.send(json!({"type": "open", "conversation": chat})).await;
    desk.send(json!({"type": "take", "conversation": chat})).await;
    desk.until(|frame| frame["event"]["kind"] == "assigned").await;
    let noted = change(&server, &mei, &chat, json!({"note": "电话13812345678，下午打"}));
    assert!(
        noted["notes"][0]["text"].as_str().unwrap().contains("138****5678"),
        "{noted}"
    );
    let whole = card(&server, &owner, &chat);
    assert!(
        whole["notes"][0]["text"].as_str().unwrap().contains("13812345678"),
        "{whole}"
    );
    assert_eq!(card(&server, &pi, &chat)["code"], "forbidden", "it is with a colleague");
    assert_eq!(change(&server, &pi, &chat, json!({"vip": true}))["code"], "forbidden");

    let long = "很长的备注".repeat(20_000);
    for (bad, code) in [
        (json!({"tag": ""}), "bad_tag"),
        (json!({"tag": "字".repeat(21)}), "bad_tag"),
        (json!({"note": "\u{200b}"}), "empty"),
        (json!({"note": "字".repeat(2_001)}), "long_note"),
        (json!({"note": long}), "long_note"),
        (json!({"no_note": "019aa"}), "unknown_note"),
        (json!({"tag": "a", "vip": true}), "bad_frame"),
        (json!({}), "bad_frame"),
    ] {
        let told = bad.to_string().chars().take(60).collect::<String>();
        assert_eq!(change(&server, &mei, &chat, bad)["code"], code, "{told}");
    }
    for number in 0..20 {
        change(&server, &mei, &chat, json!({"tag": format!("t{number}")}));
    }
    assert_eq!(change(&server, &mei, &chat, json!({"tag": "t20"}))["code"], "tags_full");
    assert_eq!(card(&server, &mei, &chat)["tags"].as_array().unwrap().len(), 20);
    let nobody = http::post(&server, "/v1/customers/card", &[], &json!({"conversation": chat}));
    assert_eq!(nobody.status, 401);
}
