//! Search over what was said: who finds what, what is refused, and that nothing is found that is kept no more.

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

fn search(server: &Server, cookie: &str, asked: Value) -> Value {
    http::post(server, "/v1/talks", &[("cookie", cookie)], &asked).json()
}

/// What is found once the index has so many of it.
async fn found(server: &Server, cookie: &str, asked: Value, count: usize) -> Vec<Value> {
    let until = Instant::now() + PATIENCE;
    loop {
        let answer = search(server, cookie, asked.clone());
        let talks = answer["talks"].as_array().unwrap_or_else(|| panic!("{answer}"));
        if talks.len() == count && answer["building"] == false {
            return talks.clone();
        }
        assert!(Instant::now() < until, "{count} of {asked}: {answer}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn ids(talks: &[Value]) -> Vec<Value> {
    talks.iter().map(|talk| talk["conversation"].clone()).collect()
}

/// A talk in which this is said to the bot, ended.
async fn says(server: &Server, shop: &str, texts: &[&str]) -> (Client, Value) {
    let mut shopper = Client::shopper_of(server, shop).await;
    let conversation = shopper.welcome["conversation"].clone();
    for (number, text) in texts.iter().enumerate() {
        shopper.say(&format!("c{number}"), text).await;
        shopper.until_from("bot").await;
    }
    shopper.send(json!({"type": "close"})).await;
    shopper.until(|frame| frame["who"] == "closed").await;
    (shopper, conversation)
}

/// A talk that this agent answers with this text and ends.
async fn with_agent(server: &Server, desk: &mut Client, word: &str, answer: &str) -> Value {
    let mut shopper = Client::shopper(server).await;
    let chat = shopper.welcome["conversation"].clone();
    shopper.say("c1", word).await;
    shopper.until_type("ack").await;
    shopper.send(json!({"type": "human"})).await;
    shopper.until_type("owner").await;
    desk.send(json!({"type": "open", "conversation": chat})).await;
    desk.send(json!({"type": "take", "conversation": chat})).await;
    let taken = desk
        .until(|frame| frame["conversation"] == chat && frame["event"]["kind"] == "assigned")
        .await;
    let said =
        json!({"type": "message", "conversation": chat, "id": "a1", "text": answer, "epoch": taken["event"]["epoch"]});
    desk.send(said).await;
    desk.until_type("ack").await;
    shopper.send(json!({"type": "rate", "stars": 2})).await;
    shopper.until_type("rated").await;
    desk.send(json!({"type": "close", "conversation": chat})).await;
    desk.until(|frame| frame["conversation"] == chat && frame["event"]["kind"] == "closed")
        .await;
    desk.send(json!({"type": "leave", "conversation": chat})).await;
    chat
}

#[tokio::test]
async fn a_shop_finds_what_was_said_by_part_of_a_word() {
    let server = Server::start();
    let owner = http::sign_in(&server, server.signin.as_deref().unwrap()).unwrap();
    let (_, first) = says(
        &server,
        "demo",
        &["请问包邮吗 100%保真？", "订单号 2611-0098-7766-5544 发了没"],
    )
    .await;
    let (_, second) = says(&server, "demo", &["可以退貨嗎 👟👟", "Where is my PARCEL"]).await;
    let both = found(&server, &owner, json!({}), 2).await;
    assert_eq!(ids(&both), [second.clone(), first.clone()], "the latest first");
    for (words, talk) in [
        ("包邮", &first),
        ("邮", &first),
        ("%", &first),
        ("100% 邮吗", &first),
        ("退货", &second),
        ("貨", &second),
        ("👟", &second),
        ("parcel", &second),
        ("\"is my parcel\"", &second),
        ("ａｒｃ", &second),
    ] {
        let talks = found(&server, &owner, json!({"words": words}), 1).await;
        assert_eq!(talks[0]["conversation"], *talk, "{words}");
        assert!(!talks[0]["places"].as_array().unwrap().is_empty(), "{words}");
    }
    for nothing in ["包退", "包邮 parcel", "\"my is\"", "_", "😀", "' OR 1=1"] {
        assert!(
            found(&server, &owner, json!({"words": nothing}), 0).await.is_empty(),
            "{nothing}"
        );
    }
    // What is marked is what was found, in the message that the transcript shows under that number.
    let talk = &found(&server, &owner, json!({"words": "退货"}), 1).await[0];
    assert_eq!(
        (&talk["text"], &talk["marks"]),
        (&json!("可以退貨嗎 👟👟"), &json!([[2, 4]]))
    );
    assert_eq!(
        (&talk["from"], &talk["places"][0]["seq"]),
        (&json!("shopper"), &json!(1))
    );
    // An order number is found whole and in part, with blanks and hyphens or without.
    for order in ["2611-0098-7766-5544", "2611 0098", "77665544"] {
        let talks = search(&server, &owner, json!({"order": order}));
        let mut said = talks["talks"].as_array().unwrap().iter();
        assert!(said.any(|talk| talk["conversation"] == first), "{order}: {talks}");
    }
    let long_ago = json!({"until": 1_000});
    assert!(found(&server, &owner, long_ago, 0).await.is_empty());
    let began = both[1]["began"].as_u64().unwrap();
    let on_the_day = json!({"from": began, "until": began + 1});
    assert_eq!(ids(&found(&server, &owner, on_the_day, 1).await), [first]);
}

#[tokio::test]
async fn agents_find_what_they_may_read_and_supervisors_all_of_their_shops() {
    let server = Server::with("[privacy]\nwhole_for = [\"owner\"]\n");
    let owner = http::sign_in(&server, server.signin.as_deref().unwrap()).unwrap();
    let mei = colleague(&server, &owner, json!({"name": "小美"}));
    let pi = colleague(&server, &owner, json!({"name": "小皮"}));
    let boss = colleague(
        &server,
        &owner,
        json!({"name": "主管", "roles": ["supervisor"], "shops": ["demo"]}),
    );
    let mut desk = Client::agent(&server, &mei, false).await;
    let text = "按您的电话13812345678登记了退款";
    let hers = with_agent(&server, &mut desk, "还没收到退款", text).await;
    let (_, bots) = says(&server, "demo", &["退款要几天"]).await;
    let mut waits = Client::shopper(&server).await;
    let waiting = waits.welcome["conversation"].clone();
    waits.say("c1", "退款在哪里看").await;
    waits.until_type("ack").await;
    waits.send(json!({"type": "human"})).await;
    waits.until_type("owner").await;

    let word = json!({"words": "退款"});
    assert_eq!(
        ids(&found(&server, &owner, word.clone(), 3).await),
        [waiting.clone(), bots.clone(), hers.clone()]
    );
    assert_eq!(found(&server, &boss, word.clone(), 3).await.len(), 3);
    assert_eq!(
        ids(&found(&server, &mei, word.clone(), 2).await),
        [waiting.clone(), hers.clone()],
        "what was hers, and what anybody may take"
    );
    assert_eq!(ids(&found(&server, &pi, word.clone(), 1).await), [waiting]);

    // By who had it, why it came and how it was rated.
    let mei_id = http::get(&server, "/v1/me", &[("cookie", &mei)]).json()["agent"].clone();
    for by in [
        json!({"agent": mei_id}),
        json!({"stars": [1, 2]}),
        json!({"reason": "asked", "state": "ended"}),
        json!({"words": "登记", "shop": "demo"}),
    ] {
        let talks = found(&server, &owner, by.clone(), 1).await;
        assert_eq!(talks[0]["conversation"], hers, "{by}");
        assert_eq!((&talks[0]["agents"], &talks[0]["stars"]), (&json!(["小美"]), &json!(2)));
    }
    assert!(found(&server, &owner, json!({"stars": [5]}), 0).await.is_empty());
    let customer = found(&server, &owner, json!({"words": "登记"}), 1).await[0]["shopper"].clone();
    let code = customer.as_str().unwrap().strip_prefix("访客 ").unwrap().to_lowercase();
    assert_eq!(
        ids(&found(&server, &owner, json!({"customer": code}), 1).await),
        std::slice::from_ref(&hers)
    );

    // Whoever does not see phones whole finds nothing by them.
    let phone = json!({"words": "13812345678"});
    assert_eq!(found(&server, &owner, phone.clone(), 1).await.len(), 1);
    assert!(found(&server, &mei, phone, 0).await.is_empty());
    let hidden = &found(&server, &mei, json!({"words": "登记"}), 1).await[0];
    assert!(hidden["text"].as_str().unwrap().contains("138****5678"), "{hidden}");

    // Another shop is nobody's business, and that a supervisor searches is on the record.
    let refused = search(&server, &boss, json!({"shop": "tea"}));
    assert_eq!(refused["code"], "forbidden");
    let record = http::get(&server, "/v1/audit?limit=50", &[("cookie", &owner)]).json();
    let searched = record["entries"].as_array().unwrap().iter();
    let by: Vec<&Value> = searched
        .filter(|entry| entry["action"] == "talks.search")
        .map(|entry| &entry["actor_name"])
        .collect();
    assert_eq!(by, ["主管", "店长"], "{record}");
}

#[tokio::test]
async fn what_cannot_be_searched_for_is_told_and_nothing_breaks() {
    let server = Server::start();
    let owner = http::sign_in(&server, server.signin.as_deref().unwrap()).unwrap();
    for (asked, code) in [
        (json!({"words": "退货".repeat(101)}), "search_long"),
        (json!({"words": "长".repeat(10_000)}), "search_long"),
        (json!({"order": "1".repeat(161)}), "search_long"),
        (json!({"words": "\u{200b}"}), "search_empty"),
        (json!({"customer": "\u{202e}"}), "search_empty"),
        (json!({"from": 5, "until": 5}), "search_dates"),
        (json!({"stars": [6]}), "bad_rating"),
        (json!({"state": "gone"}), "bad_frame"),
        (json!({"after": "somewhere"}), "bad_frame"),
        (json!({"word": "退货"}), "bad_frame"),
    ] {
        let answer = search(&server, &owner, asked.clone());
        assert_eq!(answer["code"], code, "{asked}: {answer}");
    }
    let refused = http::post(&server, "/v1/talks", &[], &json!({}));
    assert_eq!(
        (refused.status, refused.json()["code"].clone()),
        (401, json!("signed_out"))
    );
}

/// The same on both stores: pages, erasing, a restart.
async fn is_found_until_it_is_erased(server: Server) {
    let owner = http::sign_in(&server, server.signin.as_deref().unwrap()).unwrap();
    let mut talks = Vec::new();
    for number in 0..23 {
        talks.push(says(&server, "demo", &[&format!("第{number}次问：包邮吗")]).await.1);
    }
    found(&server, &owner, json!({"words": "第22次"}), 1).await;
    let page = search(&server, &owner, json!({"words": "次问"}));
    let first = page["talks"].as_array().unwrap().clone();
    assert_eq!(first.len(), 20);
    let rest = found(&server, &owner, json!({"words": "次问", "after": page["next"]}), 3).await;
    let listed = [first.clone(), rest].concat();
    // Newest first; of two that began in the same millisecond the greater id, which is chance.
    let place = |talk: &Value| (talk["began"].as_u64(), talk["conversation"].as_str().map(str::to_owned));
    assert!(
        listed.is_sorted_by_key(|talk| std::cmp::Reverse(place(talk))),
        "{listed:?}"
    );
    let mut all = ids(&listed);
    for talks in [&mut all, &mut talks] {
        talks.sort_by(|one, other| one.as_str().cmp(&other.as_str()));
    }
    assert_eq!(all, talks);
    let mut talks = ids(&listed);

    let of = search(&server, &owner, json!({"words": "第7次"}))["talks"][0].clone();
    let asked = json!({"conversation": of["conversation"]});
    let known = http::post(&server, "/v1/customers", &[("cookie", &owner)], &asked).json();
    let whom = json!({"shop": "demo", "customer": known["found"][0]["customer"]});
    let erased = http::post(&server, "/v1/customers/erase", &[("cookie", &owner)], &whom);
    assert_eq!(erased.status, 200, "{}", erased.text());
    assert!(found(&server, &owner, json!({"words": "第7次"}), 0).await.is_empty());
    let page = search(&server, &owner, json!({"words": "次问"}));
    let rest = found(&server, &owner, json!({"words": "次问", "after": page["next"]}), 2).await;
    talks.retain(|talk| *talk != of["conversation"]);
    assert_eq!([ids(page["talks"].as_array().unwrap()), ids(&rest)].concat(), talks);
}

#[tokio::test]
async fn what_is_erased_is_found_no_more() {
    is_found_until_it_is_erased(Server::start()).await;
}

#[tokio::test]
async fn what_is_erased_is_found_no_more_on_redis() {
    let redis = RedisServer::start();
    is_found_until_it_is_erased(Server::with(&format!("[store]\nurl = \"{}\"\n", redis.url()))).await;
}
