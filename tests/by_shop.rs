//! Several shops on one server, over the wire: whose chats an agent sees and gets, what shoppers of a removed shop are
//! told, and what desks are told while something is wrong with the files.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::client::Client;
use crate::support::http;
use crate::support::redis::RedisServer;
use crate::support::server::{Server, copy};

/// Looked at often, so that the tests need not wait.
const RELOADING: &str = "[understanding]\nreload_ms = 50\n";

/// A folder with the shops `demo` and `bags`.
pub(crate) fn two_shops(settings: &str) -> Arc<TempDir> {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("yingda.toml"), settings).unwrap();
    copy(&PathBuf::from("tests/packs/shop"), &folder.path().join("intents"));
    add_bags(folder.path(), "满 300 元包邮。");
    Arc::new(folder)
}

fn bags(folder: &Path) -> PathBuf {
    folder.join("intents/shops/bags")
}

/// Adds the shop `bags`, which has its own word on postage.
fn add_bags(folder: &Path, postage: &str) {
    let profile = fs::read_to_string(folder.join("intents/shops/demo/shop.yaml")).unwrap();
    let profile = profile
        .replace("shop: demo", "shop: bags")
        .replace("zh: 小店", "zh: 包铺");
    let own = bags(folder);
    fs::create_dir_all(own.join("shipping")).unwrap();
    fs::write(own.join("shop.yaml"), profile).unwrap();
    let overlay = format!("intent: shipping.fee\nanswers:\n  - {postage}\n");
    fs::write(own.join("shipping/fee.yaml"), overlay).unwrap();
}

/// Somebody new at the desk, who works for these shops.
async fn agent_of(server: &Server, inviter: &str, name: &str, shops: &[&str]) -> (Client, String) {
    let invitation = json!({"name": name, "slots": 5, "shops": shops});
    let invited = http::post(server, "/v1/agents", &[("cookie", inviter)], &invitation);
    assert_eq!(invited.status, 201, "{}", invited.text());
    let link = invited.json()["link"].as_str().unwrap().to_owned();
    let cookie = http::sign_in(server, link.split_once("#signin=").unwrap().1).unwrap();
    (Client::agent(server, &cookie, false).await, cookie)
}

async fn waiting(server: &Server, shop: &str) -> Client {
    let mut shopper = Client::shopper_of(server, shop).await;
    shopper.send(json!({"type": "human"})).await;
    shopper.until(|frame| frame["who"] == "queue").await;
    shopper
}

fn chats(board: &Value) -> Vec<(Value, Value)> {
    let cards = board["waiting"].as_array().unwrap().iter();
    cards
        .map(|card| (card["conversation"].clone(), card["shop"].clone()))
        .collect()
}

/// The session of somebody new with these roles and shops.
fn member_of(server: &Server, inviter: &str, name: &str, roles: &[&str], shops: &[&str]) -> String {
    let invitation = json!({"name": name, "roles": roles, "shops": shops});
    let invited = http::post(server, "/v1/agents", &[("cookie", inviter)], &invitation);
    let link = invited.json()["link"].as_str().unwrap().to_owned();
    http::sign_in(server, link.split_once("#signin=").unwrap().1).unwrap()
}

#[tokio::test]
async fn a_supervisor_reads_out_and_erases_customers_of_the_own_shops_only() {
    let server = Server::in_folder(two_shops(""));
    let owner = http::sign_in(&server, server.signin.as_deref().unwrap()).unwrap();
    let chief = member_of(&server, &owner, "主管", &["agent", "supervisor"], &["bags"]);
    let (in_demo, in_bags) = (waiting(&server, "demo").await, waiting(&server, "bags").await);
    let ask = |cookie: &str, path: &str, body: &Value| http::post(&server, path, &[("cookie", cookie)], body);
    let talk = |client: &Client| json!({"conversation": client.welcome["conversation"]});
    let theirs = ask(&owner, "/v1/customers", &talk(&in_demo)).json()["found"][0].clone();
    assert_eq!(theirs["shop"], "demo");
    let whom = json!({"shop": "demo", "customer": theirs["customer"]});
    for (path, body) in [
        ("/v1/customers", talk(&in_demo)),
        ("/v1/customers", whom.clone()),
        ("/v1/customers/export", whom.clone()),
        ("/v1/customers/erase", whom.clone()),
    ] {
        let answer = ask(&chief, path, &body);
        assert_eq!(
            (answer.status, &answer.json()["code"]),
            (403, &json!("forbidden")),
            "{path}"
        );
    }
    // In the own shops, which is what no shop at all means, that customer is nobody.
    let own = json!({"customer": theirs["customer"]});
    assert_eq!(ask(&chief, "/v1/customers", &own).json()["found"], json!([]));
    let found = ask(&chief, "/v1/customers", &talk(&in_bags)).json()["found"][0].clone();
    let whom = json!({"shop": "bags", "customer": found["customer"]});
    assert_eq!(ask(&chief, "/v1/customers/erase", &whom).json()["conversations"], 1);
    assert_eq!(
        ask(&owner, "/v1/customers", &talk(&in_demo)).json()["found"][0]["conversations"],
        1
    );
}

#[tokio::test]
async fn a_supervisor_ends_waiting_chats_of_the_own_shops_only() {
    let server = Server::in_folder(two_shops(""));
    let owner = http::sign_in(&server, server.signin.as_deref().unwrap()).unwrap();
    let chief = member_of(&server, &owner, "主管", &["agent", "supervisor"], &["bags"]);
    let mut desk = Client::agent(&server, &chief, false).await;
    let (in_demo, mut in_bags) = (waiting(&server, "demo").await, waiting(&server, "bags").await);
    desk.until(|frame| frame["waiting_count"] == 1).await;
    let named = json!([in_demo.welcome["conversation"]]);
    desk.send(json!({"type": "close_waiting", "conversations": named}))
        .await;
    let done = desk.until_type("closed_waiting").await;
    assert_eq!((&done["closed"], &done["left"]), (&json!(0), &json!(1)));
    desk.send(json!({"type": "close_waiting"})).await;
    let done = desk.until_type("closed_waiting").await;
    assert_eq!((&done["closed"], &done["left"]), (&json!(1), &json!(0)));
    in_bags.until(|frame| frame["who"] == "closed").await;
    let mut all = Client::agent(&server, &owner, false).await;
    let board = all.until(|frame| frame["type"] == "board").await;
    assert_eq!(
        chats(&board),
        [(in_demo.welcome["conversation"].clone(), json!("demo"))]
    );
}

#[tokio::test]
async fn an_agent_sees_and_gets_chats_of_the_own_shops_only() {
    let server = Server::in_folder(two_shops(""));
    let owner = http::sign_in(&server, server.signin.as_deref().unwrap()).unwrap();
    let (mut of_bags, _) = agent_of(&server, &owner, "包包", &["bags"]).await;
    assert_eq!(of_bags.welcome["titles"]["shops"]["bags"]["zh"], "包铺");
    assert_eq!(of_bags.welcome["titles"]["shops"].as_object().unwrap().len(), 1);
    let in_demo = waiting(&server, "demo").await;
    let mut in_bags = waiting(&server, "bags").await;
    let place = in_bags.until_type("queue").await;
    assert_eq!(place["position"], 1, "the other shop's queue does not count");
    let board = of_bags
        .until(|frame| frame["type"] == "board" && frame["waiting_count"] == 1)
        .await;
    assert_eq!(
        chats(&board),
        [(in_bags.welcome["conversation"].clone(), json!("bags"))]
    );

    // The other shop's chat is refused, whatever is asked for; the desk stays open.
    let other = &in_demo.welcome["conversation"];
    for request in [
        json!({"type": "open", "conversation": other, "after": 0}),
        json!({"type": "take", "conversation": other}),
        json!({"type": "message", "conversation": other, "id": "a1", "text": "您好", "epoch": 1}),
        json!({"type": "release", "conversation": other, "note": ""}),
        json!({"type": "return", "conversation": other}),
        json!({"type": "close", "conversation": other}),
    ] {
        of_bags.send(request.clone()).await;
        let refused = of_bags.until_type("error").await;
        assert_eq!(refused["code"], "forbidden", "{request}");
    }
    // Available, the agent is given the own shop's chat and not the other one.
    of_bags.send(json!({"type": "status", "available": true})).await;
    assert_eq!(in_bags.until(|frame| frame["who"] == "agent").await["name"], "包包");
    let metrics = http::get(&server, "/metrics", &[]).text();
    for line in [
        "yingda_queue_length{shop=\"demo\"} 1",
        "yingda_queue_length{shop=\"bags\"} 0",
        "yingda_assigned_chats{shop=\"bags\"} 1",
        "yingda_shop_agents_online{shop=\"demo\"} 0",
    ] {
        assert!(
            metrics.lines().any(|shown| shown == line),
            "{line} is not in\n{metrics}"
        );
    }
    // Whoever works for all shops is given the other.
    let mut everywhere = Client::agent(&server, &owner, true).await;
    let board = everywhere
        .until(|frame| frame["type"] == "board" && !frame["mine"].as_array().unwrap().is_empty())
        .await;
    assert_eq!(board["mine"][0]["conversation"], *other);
}

#[tokio::test]
async fn shoppers_of_a_removed_shop_are_told_and_come_back_with_it() {
    let folder = two_shops(RELOADING);
    let server = Server::in_folder(Arc::clone(&folder));
    let mut other = Client::shopper(&server).await;
    let mut shopper = Client::shopper_of(&server, "bags").await;
    shopper.say("c1", "包邮吗").await;
    assert!(
        shopper.until_from("bot").await["text"]
            .as_str()
            .unwrap()
            .contains("300")
    );

    // A shop that is lost by accident goes on; the operator says so where it is meant.
    let demo = folder.path().join("intents/shops/demo/shop.yaml");
    let profile = fs::read_to_string(&demo).unwrap();
    fs::write(&demo, profile.replace("allow: [", "allow: [lost_shop, ")).unwrap();
    fs::remove_dir_all(bags(folder.path())).unwrap();
    shopper.until(|frame| frame["who"] == "closed").await;
    let (code, close) = shopper.refused().await;
    assert_eq!((code.as_str(), close), ("shop_gone", 4404));
    let mut again = Client::silent(&server).await;
    again.send(json!({"type": "hello", "shop": "bags"})).await;
    assert_eq!(again.refused().await, ("unknown_shop".to_owned(), 4404));
    other.say("c1", "包邮吗").await;
    other.until_from("bot").await;

    add_bags(folder.path(), "满 200 元包邮。");
    let mut back = loop {
        let mut back = Client::silent(&server).await;
        back.send(json!({"type": "hello", "shop": "bags", "token": shopper.token()}))
            .await;
        if back.next().await["type"] == "welcome" {
            break back;
        }
    };
    back.say("c2", "包邮吗").await;
    let reply = back.until(|frame| frame["reply_to"][0] == "c2").await;
    assert!(reply["text"].as_str().unwrap().contains("200"), "{reply}");
}

#[tokio::test]
async fn desks_are_told_why_changed_files_do_not_answer() {
    let folder = two_shops(RELOADING);
    let server = Server::in_folder(Arc::clone(&folder));
    let mut desk = Client::first_agent(&server, true).await;
    let file = bags(folder.path()).join("shipping/fee.yaml");
    let sound = fs::read_to_string(&file).unwrap();
    fs::write(&file, sound.replace("answers:", "answrs:")).unwrap();
    let told = desk.until(|frame| frame["notices"][0].is_object()).await;
    let notice = &told["notices"][0];
    assert_eq!(notice["kind"], "reload_refused");
    for language in ["zh", "en"] {
        let text = notice[language].as_str().unwrap();
        assert!(text.contains("shops/bags/shipping/fee.yaml:2"), "{text}");
        assert!(text.contains("answrs"), "{text}");
    }
    fs::write(&file, sound).unwrap();
    desk.until(|frame| frame["type"] == "board" && frame["notices"].is_null())
        .await;
}

#[tokio::test]
async fn servers_that_answer_differently_say_so_until_they_do_not() {
    let redis = RedisServer::start();
    let settings = format!("[store]\nurl = \"{}\"\n{RELOADING}", redis.url());
    let (one, two) = (two_shops(&settings), two_shops(&settings));
    let (first, second) = (Server::in_folder(Arc::clone(&one)), Server::in_folder(Arc::clone(&two)));
    let cookie = http::sign_in(&first, first.signin.as_deref().unwrap()).unwrap();
    let mut desk = Client::agent(&second, &cookie, true).await;
    add_bags(two.path(), "满 500 元包邮。");
    let told = desk.until(|frame| frame["notices"][0].is_object()).await;
    assert_eq!(told["notices"].as_array().unwrap().len(), 1, "{told}");
    assert_eq!(told["notices"][0]["kind"], "packs_differ");
    assert_eq!(told["notices"][0]["shop"], "bags");
    let metrics = http::get(&second, "/metrics", &[]).text();
    assert!(metrics.lines().any(|line| line == "yingda_packs_differ 1"), "{metrics}");
    let log = fs::read_to_string(two.path().join("log")).unwrap();
    assert!(log.contains("bags"), "{log}");
    add_bags(one.path(), "满 500 元包邮。");
    desk.until(|frame| frame["type"] == "board" && frame["notices"].is_null())
        .await;
}
