//! Earlier talks of a shopper at the desk: who sees which, and what of them.

use serde_json::{Value, json};

use crate::support::client::Client;
use crate::support::http;
use crate::support::server::Server;

/// Somebody new with this invitation, signed in.
fn colleague(server: &Server, owner: &str, invitation: Value) -> String {
    let made = http::post(server, "/v1/agents", &[("cookie", owner)], &invitation).json();
    let link = made["link"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
    http::sign_in(server, link.split("signin=").nth(1).unwrap()).unwrap()
}

/// The shopper's next talk, which waits for people after this word.
async fn asks_for_a_person(server: &Server, shopper: &mut Client, token: &str, word: &str) -> Value {
    *shopper = Client::resumed(server, Some(token), Value::Null).await;
    shopper.say("c1", word).await;
    shopper.until_type("ack").await;
    shopper.send(json!({"type": "human"})).await;
    shopper.until_type("owner").await;
    shopper.welcome["conversation"].clone()
}

async fn past(desk: &mut Client, chat: &Value) -> Value {
    desk.send(json!({"type": "past", "conversation": chat})).await;
    desk.until_type("past").await
}

async fn refused(desk: &mut Client, request: Value) -> String {
    desk.send(request).await;
    let error = desk.until_type("error").await;
    error["code"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn who_has_a_shopper_reads_earlier_talks_of_that_shopper_and_nobody_else_does() {
    let server = Server::with("[privacy]\nwhole_for = [\"supervisor\"]\n");
    let owner = http::sign_in(&server, server.signin.as_deref().unwrap()).unwrap();
    let mei = colleague(&server, &owner, json!({"name": "小美"}));
    let pi = colleague(&server, &owner, json!({"name": "小皮"}));
    let mut boss = Client::agent(&server, &owner, false).await;
    let (mut mei, mut pi) = (
        Client::agent(&server, &mei, false).await,
        Client::agent(&server, &pi, false).await,
    );

    let mut shopper = Client::shopper(&server).await;
    let token = shopper.token();
    let first = shopper.welcome["conversation"].clone();
    shopper.say("c1", "包邮吗").await;
    shopper.until_from("bot").await;
    shopper.send(json!({"type": "close"})).await;
    shopper.until(|frame| frame["who"] == "closed").await;
    let second = asks_for_a_person(&server, &mut shopper, &token, "什么时候发货").await;
    mei.send(json!({"type": "open", "conversation": second})).await;
    mei.send(json!({"type": "take", "conversation": second})).await;
    let taken = mei.until(|frame| frame["event"]["kind"] == "assigned").await;
    let text = format!("{}，电话13812345678", "今天发".repeat(36));
    let said =
        json!({"type": "message", "conversation": second, "id": "a1", "text": text, "epoch": taken["event"]["epoch"]});
    mei.send(said).await;
    mei.until_type("ack").await;
    shopper.send(json!({"type": "rate", "stars": 4})).await;
    shopper.until_type("rated").await;
    mei.send(json!({"type": "close", "conversation": second})).await;
    mei.until(|frame| frame["event"]["kind"] == "closed").await;
    let mut other = Client::shopper(&server).await;
    let other_token = other.token();
    other.say("c1", "在吗").await;
    other.until_type("ack").await;
    other.send(json!({"type": "close"})).await;
    other.until(|frame| frame["who"] == "closed").await;
    let others = asks_for_a_person(&server, &mut other, &other_token, "人工").await;
    let third = asks_for_a_person(&server, &mut shopper, &token, "还没收到").await;

    // It waits: whoever may take it reads what was before.
    let listed = past(&mut pi, &third).await;
    let talks = listed["talks"].as_array().unwrap();
    assert_eq!((talks.len(), &listed["more"]), (2, &json!(false)), "{listed}");
    let (with_mei, with_bot) = (&talks[0], &talks[1]);
    assert_eq!(
        (&with_mei["conversation"], &with_bot["conversation"]),
        (&second, &first)
    );
    assert_eq!(
        (&with_mei["agent"], &with_mei["stars"], &with_mei["reason"]),
        (&json!("小美"), &json!(4), &json!("asked"))
    );
    assert!(
        with_bot["agent"].is_null() && with_bot["messages"].as_u64() >= Some(2),
        "{with_bot}"
    );
    assert!(with_mei["began"].as_u64() <= with_mei["ended"].as_u64());
    // What is personal is hidden although the text is cut in its midst.
    let cut = with_mei["last_text"].as_str().unwrap();
    assert!(
        cut.chars().count() <= 120 && cut.ends_with('…') && !cut.contains("1381"),
        "{cut}"
    );
    let whole = past(&mut boss, &third).await;
    assert!(
        whole["talks"][0]["last_text"].as_str().unwrap().contains("1381"),
        "{whole}"
    );

    // One of them is opened by way of the chat, and that is on the record.
    let alone = json!({"type": "open", "conversation": second});
    assert_eq!(refused(&mut pi, alone).await, "forbidden");
    for of in [&others, &first] {
        let by_another = json!({"type": "open", "conversation": second, "past_of": of});
        assert_eq!(refused(&mut pi, by_another).await, "forbidden");
    }
    pi.send(json!({"type": "open", "conversation": second, "past_of": third}))
        .await;
    let word = pi.until(|frame| frame["event"]["kind"] == "agent_said").await;
    assert!(
        word["event"]["text"].as_str().unwrap().contains("138****5678"),
        "{word}"
    );
    let record = http::get(&server, "/v1/audit?limit=20", &[("cookie", &owner)]).json();
    let read =
        |entry: &Value| entry["action"] == "talk.read" && entry["subject"] == second && entry["actor_name"] == "小皮";
    assert!(record["entries"].as_array().unwrap().iter().any(read), "{record}");

    // With a colleague it is the colleague's business.
    mei.send(json!({"type": "open", "conversation": third})).await;
    mei.send(json!({"type": "take", "conversation": third})).await;
    mei.until(|frame| frame["conversation"] == third && frame["event"]["kind"] == "assigned")
        .await;
    assert_eq!(
        refused(&mut pi, json!({"type": "past", "conversation": third})).await,
        "forbidden"
    );
    let again = json!({"type": "open", "conversation": first, "past_of": third});
    assert_eq!(refused(&mut pi, again).await, "forbidden");
    assert_eq!(past(&mut mei, &third).await["talks"].as_array().unwrap().len(), 2);
    mei.send(json!({"type": "close", "conversation": third})).await;
    mei.until(|frame| frame["conversation"] == third && frame["event"]["kind"] == "closed")
        .await;
    assert_eq!(past(&mut mei, &third).await["talks"].as_array().unwrap().len(), 2);
    assert_eq!(
        refused(&mut mei, json!({"type": "past", "conversation": "019aa"})).await,
        "unknown_conversation"
    );
}

#[tokio::test]
async fn many_earlier_talks_come_in_pages_each_once() {
    const TALKS: usize = 23;
    let server = Server::with("[gateway]\nframes_per_second = 10000\nframe_burst = 10000\n");
    let mut boss = Client::first_agent(&server, false).await;
    let mut shopper = Client::shopper(&server).await;
    let token = shopper.token();
    let mut ended = Vec::new();
    for _ in 0..TALKS {
        shopper = Client::resumed(&server, Some(&token), Value::Null).await;
        shopper.say("c1", "包邮吗").await;
        shopper.until_type("ack").await;
        ended.push(shopper.welcome["conversation"].clone());
        shopper.send(json!({"type": "close"})).await;
        shopper.until(|frame| frame["who"] == "closed").await;
    }
    let chat = asks_for_a_person(&server, &mut shopper, &token, "人工").await;
    ended.reverse();
    let mut seen: Vec<Value> = Vec::new();
    let (mut before, mut pages) = (Value::Null, 0);
    loop {
        let request = json!({"type": "past", "conversation": chat, "before": before});
        boss.send(request).await;
        let page = boss.until_type("past").await;
        let talks = page["talks"].as_array().unwrap().iter();
        seen.extend(talks.map(|talk| talk["conversation"].clone()));
        pages += 1;
        if page["more"] == false {
            break;
        }
        before = seen.last().cloned().unwrap();
    }
    assert_eq!((seen, pages), (ended, 2));
}
