//! Several servers on one Redis: any shopper at any server, one queue, one log.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::client::Client;
use crate::support::http;
use crate::support::redis::{RedisCluster, RedisServer};
use crate::support::server::{Server, copy, program};

/// Servers on one store. The first was started first and knows the sign-in link.
fn servers(url: &str, count: usize, more: &str) -> Vec<Server> {
    let settings = format!("[store]\nurl = \"{url}\"\n{more}");
    (0..count).map(|_| Server::with(&settings)).collect()
}

async fn agent_at(server: &Server, first: &Server, available: bool) -> (Client, String) {
    let cookie = http::sign_in(first, first.signin.as_deref().unwrap()).unwrap();
    (Client::agent(server, &cookie, available).await, cookie)
}

#[tokio::test]
async fn a_shopper_at_one_server_and_an_agent_at_another_talk() {
    let redis = RedisServer::start();
    let [a, b] = &servers(&redis.url(), 2, "")[..] else {
        unreachable!()
    };
    let (mut agent, _) = agent_at(b, a, true).await;
    agent
        .until(|frame| frame["type"] == "board" && frame["agents_online"] == 1)
        .await;
    let mut shopper = Client::shopper(a).await;
    shopper.say("c1", "包邮吗").await;
    assert_eq!(shopper.until_from("bot").await["reply_to"][0], "c1");
    shopper.send(json!({"type": "human"})).await;
    let owner = shopper.until(|frame| frame["who"] == "agent").await;
    assert_eq!(owner["name"], "店长");
    let board = agent
        .until(|frame| frame["type"] == "board" && !frame["mine"].as_array().unwrap().is_empty())
        .await;
    let chat = board["mine"][0]["conversation"].clone();
    let epoch = board["mine"][0]["epoch"].clone();
    agent
        .send(json!({"type": "open", "conversation": chat, "after": 0}))
        .await;
    agent.until(|frame| frame["event"]["kind"] == "assigned").await;
    shopper.say("c2", "什么时候发货").await;
    agent.until(|frame| frame["event"]["id"] == "c2").await;
    shopper.send(json!({"type": "typing"})).await;
    agent.until_type("typing").await;
    agent.send(json!({"type": "typing", "conversation": chat})).await;
    assert_eq!(shopper.until_type("typing").await["from"], "agent");
    agent
        .send(json!({"type": "message", "conversation": chat, "id": "a1", "text": "今天就发", "epoch": epoch}))
        .await;
    assert_eq!(agent.until_type("ack").await["id"], "a1");
    assert_eq!(shopper.until_from("agent").await["text"], "今天就发");
    agent.send(json!({"type": "return", "conversation": chat})).await;
    shopper.until(|frame| frame["who"] == "bot").await;
    shopper.say("c3", "包邮吗").await;
    let reply = shopper.until_from("bot").await;
    assert_eq!(reply["reply_to"][0], "c3");
    // At the other server the whole talk is there, in order.
    let last = reply["seq"].as_u64().unwrap();
    let mut elsewhere = Client::resumed(b, Some(&shopper.token()), json!(0)).await;
    assert_eq!(elsewhere.welcome["conversation"], shopper.welcome["conversation"]);
    let events = elsewhere.events_until(last).await;
    let seqs: Vec<u64> = events.iter().map(|event| event["seq"].as_u64().unwrap()).collect();
    assert_eq!(seqs, (1..=last).collect::<Vec<_>>());
}

#[tokio::test]
async fn two_tabs_at_two_servers_see_every_event_once_and_in_order() {
    let redis = RedisServer::start();
    let [a, b] = &servers(&redis.url(), 2, "")[..] else {
        unreachable!()
    };
    let mut one = Client::shopper(a).await;
    let mut other = Client::resumed(b, Some(&one.token()), json!(0)).await;
    for n in 0..10 {
        one.say(&format!("one{n}"), "包邮吗").await;
        other.say(&format!("other{n}"), "什么时候发货").await;
    }
    let mut closing = false;
    for tab in [&mut one, &mut other] {
        let mut said = HashSet::new();
        let mut answered = HashSet::new();
        let mut places = HashSet::new();
        let mut last = 0;
        loop {
            let frame = tab.next().await;
            assert_ne!(frame["type"], "closed", "{frame}");
            let Some(seq) = frame["seq"].as_u64() else { continue };
            // The tab's own messages come back as acknowledgements, in their own time; the rest comes in order.
            if frame["type"] != "ack" {
                assert!(seq > last, "out of order: {frame}");
                last = seq;
            }
            assert!(places.insert(seq), "twice: {frame}");
            if frame["type"] == "ack" || frame["from"] == "shopper" {
                assert!(said.insert(frame["id"].as_str().unwrap().to_owned()), "twice: {frame}");
            }
            for id in frame["reply_to"].as_array().into_iter().flatten() {
                assert!(
                    answered.insert(id.as_str().unwrap().to_owned()),
                    "answered twice: {frame}"
                );
            }
            if said.len() == 20 && !closing {
                tab.send(json!({"type": "close"})).await;
                closing = true;
            }
            if frame["who"] == "closed" {
                break;
            }
        }
        assert_eq!(said.len(), 20);
        assert!(
            (1..=last).all(|seq| places.contains(&seq)),
            "none is missing: {places:?}"
        );
    }
}

#[tokio::test]
async fn what_a_killed_server_owed_another_one_answers() {
    let redis = RedisServer::start();
    // The bot waits long for more, so that the first server dies owing the answer.
    let waiting = "[conversation]\nburst_wait_ms = 3000\n";
    let mut all = servers(&redis.url(), 2, waiting);
    let (b, a) = (all.pop().unwrap(), all.pop().unwrap());
    let mut shopper = Client::shopper(&a).await;
    shopper.say("c1", "你好").await;
    shopper.until_type("ack").await;
    let token = shopper.token();
    drop(a);
    let mut elsewhere = Client::resumed(&b, Some(&token), json!(0)).await;
    assert_eq!(elsewhere.until_from("shopper").await["id"], "c1");
    assert_eq!(elsewhere.until_from("bot").await["reply_to"], json!(["c1"]));
}

#[tokio::test]
async fn chats_of_a_killed_server_s_agents_go_to_agents_elsewhere() {
    let redis = RedisServer::start();
    let mut all = servers(&redis.url(), 2, "[handoff]\nlease_s = 1\n");
    let (b, a) = (all.pop().unwrap(), all.pop().unwrap());
    let (mut first, cookie) = agent_at(&a, &a, true).await;
    let mut shopper = Client::shopper(&b).await;
    shopper.send(json!({"type": "human"})).await;
    shopper.until(|frame| frame["who"] == "agent").await;
    first
        .until(|frame| frame["type"] == "board" && !frame["mine"].as_array().unwrap().is_empty())
        .await;
    // A colleague at the other server, invited by the first.
    let invited = http::post(
        &b,
        "/v1/agents",
        &[("cookie", &cookie)],
        &json!({"name": "阿汤", "slots": 3}),
    );
    let link = invited.json()["link"]
        .as_str()
        .unwrap_or_else(|| panic!("{}", invited.text()))
        .to_owned();
    let cookie = http::sign_in(&b, link.split_once("signin=").unwrap().1).unwrap();
    let mut second = Client::agent(&b, &cookie, true).await;
    second
        .until(|frame| frame["type"] == "board" && frame["agents_online"] == 2)
        .await;
    drop(a);
    let owner = shopper.until(|frame| frame["who"] == "agent").await;
    assert_eq!(owner["name"], "阿汤");
    second
        .until(|frame| frame["type"] == "board" && !frame["mine"].as_array().unwrap().is_empty())
        .await;
}

#[tokio::test]
async fn without_redis_shoppers_are_told_and_afterwards_served() {
    let mut redis = RedisServer::start();
    let [a] = &servers(&redis.url(), 1, "retry_timeout_ms = 300\n")[..] else {
        unreachable!()
    };
    let mut shopper = Client::shopper(a).await;
    shopper.say("c1", "包邮吗").await;
    shopper.until_from("bot").await;
    redis.kill();
    shopper.say("c2", "什么时候发货").await;
    let told = shopper.until_type("error").await;
    assert_eq!(
        (told["id"].as_str(), told["code"].as_str()),
        (Some("c2"), Some("unavailable")),
        "{told}"
    );
    redis.rise();
    let again = Instant::now();
    loop {
        shopper.say("c2", "什么时候发货").await;
        let frame = shopper
            .until(|frame| frame["type"] == "ack" || frame["type"] == "error")
            .await;
        if frame["type"] == "ack" {
            break;
        }
        assert!(again.elapsed() < Duration::from_secs(20), "{frame}");
    }
    assert_eq!(shopper.until_from("bot").await["reply_to"], json!(["c2"]));
}

/// Not the same again and again, for that brings a person.
const QUESTIONS: [&str; 5] = ["包邮吗", "什么时候发货", "退款要几天", "满多少包邮", "多久可以寄出"];

#[tokio::test]
async fn a_master_killed_under_load_loses_and_doubles_nothing() {
    let mut cluster = RedisCluster::start(None);
    let settings = "replicas = 1\nretry_timeout_ms = 20000\n";
    let [a, b] = &servers(&cluster.url(), 2, settings)[..] else {
        unreachable!()
    };
    let mut shoppers = Vec::new();
    for n in 0..12 {
        shoppers.push(Client::shopper(if n % 2 == 0 { a } else { b }).await);
    }
    let killed = cluster.masters()[0];
    for (round, question) in QUESTIONS.iter().enumerate() {
        if round == 2 {
            cluster.servers[killed].kill();
        }
        for shopper in &mut shoppers {
            shopper.say(&format!("m{round}"), question).await;
        }
        if round == 3 {
            // The replica that took over has none of its own until the old master is back.
            cluster.servers[killed].rise();
        }
    }
    for (n, shopper) in shoppers.iter_mut().enumerate() {
        let mut acknowledged = HashSet::new();
        while acknowledged.len() < 5 {
            let frame = shopper
                .until(|frame| frame["id"].is_string() && frame["from"].is_null())
                .await;
            let id = frame["id"].as_str().unwrap().to_owned();
            if frame["type"] == "ack" {
                acknowledged.insert(id);
            } else {
                shopper.say(&id, "包邮吗").await;
            }
        }
        // The other server tells the whole talk.
        let mut elsewhere = Client::resumed(if n % 2 == 0 { b } else { a }, Some(&shopper.token()), json!(0)).await;
        let mut said = Vec::new();
        let mut replied = HashSet::new();
        let mut last = 0;
        while said.len() < 5 || replied.len() < 5 {
            let frame = elsewhere.next().await;
            assert_ne!(frame["type"], "closed", "{frame}");
            if let Some(seq) = frame["seq"].as_u64().filter(|_| frame["type"] != "welcome") {
                assert_eq!(seq, last + 1, "{frame}");
                last = seq;
            }
            if frame["from"] == "shopper" {
                said.push(frame["id"].as_str().unwrap().to_owned());
            }
            for id in frame["reply_to"].as_array().into_iter().flatten() {
                assert!(
                    replied.insert(id.as_str().unwrap().to_owned()),
                    "answered twice: {frame}"
                );
            }
        }
        said.sort();
        assert_eq!(said, ["m0", "m1", "m2", "m3", "m4"]);
    }
}

#[tokio::test]
async fn a_server_that_is_told_to_stop_hands_everything_over() {
    let redis = RedisServer::start();
    let mut all = servers(&redis.url(), 2, "[gateway]\ndrain_ms = 3000\n");
    let (b, mut a) = (all.pop().unwrap(), all.pop().unwrap());
    let (mut agent, cookie) = agent_at(&a, &a, true).await;
    let mut shopper = Client::shopper(&a).await;
    shopper.say("c1", "包邮吗").await;
    shopper.until_from("bot").await;
    shopper.send(json!({"type": "human"})).await;
    shopper.until(|frame| frame["who"] == "agent").await;
    let held = |frame: &serde_json::Value| {
        frame["type"] == "board" && frame["mine"].as_array().is_some_and(|mine| !mine.is_empty())
    };
    let card = agent.until(held).await["mine"][0].clone();
    let said = |id: &str, text: &str| json!({"type": "message", "conversation": card["conversation"], "id": id, "text": text, "epoch": card["epoch"]});
    a.terminate();
    // Both are asked to move, and what they say meanwhile is still kept.
    shopper.until_type("move").await;
    shopper.say("c2", "什么时候发货").await;
    shopper
        .until(|frame| frame["type"] == "ack" && frame["id"] == "c2")
        .await;
    agent.until_type("move").await;
    drop(agent);
    let mut agent = Client::agent(&b, &cookie, true).await;
    agent.until(held).await;
    let mut moved = Client::resumed(&b, Some(&shopper.token()), json!(0)).await;
    drop(shopper);
    assert!(a.wait().success());
    agent.send(said("a1", "今天就发")).await;
    assert_eq!(agent.until_type("ack").await["id"], "a1");
    // The chat never changed hands: received, answered, handed off, assigned, received, said.
    let events = moved.events_until(6).await;
    let seqs: Vec<u64> = events.iter().map(|event| event["seq"].as_u64().unwrap()).collect();
    assert_eq!(seqs, [1, 2, 3, 4, 5, 6]);
    assert_eq!(events[5]["text"], "今天就发");
}

/// Asks whether new shoppers may be sent there; the answer comes within the time that probes of the usual managers give.
fn ready(server: &Server) -> (u16, serde_json::Value) {
    let asked = Instant::now();
    let answer = http::get(server, "/readyz", &[]);
    assert!(asked.elapsed() < Duration::from_secs(3), "{:?}", asked.elapsed());
    (answer.status, answer.json()["store"].clone())
}

/// Asks until it is so: what was found out a moment ago may hold still, and a busy machine takes its time.
fn until_ready(server: &Server, status: u16) {
    let begun = Instant::now();
    while ready(server) != (status, json!(status == 200)) {
        assert!(begun.elapsed() < Duration::from_secs(30), "never {status}");
        std::thread::yield_now();
    }
}

// A5
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_hangs_is_dead_or_talks_rubbish_takes_the_server_out_of_service_and_back() {
    let mut redis = RedisServer::start();
    let [server] = &servers(&redis.url(), 1, "retry_timeout_ms = 500\n")[..] else {
        unreachable!()
    };
    until_ready(server, 200);
    redis.hang();
    until_ready(server, 503);
    redis.go_on();
    until_ready(server, 200);
    redis.kill();
    until_ready(server, 503);
    {
        // Whoever took its place speaks another language.
        let rubbish = std::net::TcpListener::bind(("127.0.0.1", redis.port())).unwrap();
        rubbish.set_nonblocking(true).unwrap();
        let listener = tokio::net::TcpListener::from_std(rubbish).unwrap();
        let talking = tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let _ = tokio::io::AsyncWriteExt::write_all(
                        &mut socket,
                        &b"HTTP/1.1 400 Bad Request\r\n\r\n".repeat(64),
                    )
                    .await;
                });
            }
        });
        let (status, store) = tokio::task::block_in_place(|| ready(server));
        assert_eq!((status, store), (503, json!(false)));
        talking.abort();
        let _ = talking.await;
    }
    redis.rise();
    until_ready(server, 200);
}

// A8
#[tokio::test]
async fn a_server_of_another_shop_does_not_start_on_the_same_prefix_and_says_what_to_set() {
    let redis = RedisServer::start();
    let [server] = &servers(&redis.url(), 1, "")[..] else {
        unreachable!()
    };
    let folder = tempfile::TempDir::new().unwrap();
    let settings = format!("[store]\nurl = \"{}\"\n", redis.url());
    std::fs::write(folder.path().join("yingda.toml"), &settings).unwrap();
    copy(&server.folder().path().join("intents"), &folder.path().join("intents"));
    let shops = folder.path().join("intents/shops");
    std::fs::rename(shops.join("demo"), shops.join("other")).unwrap();
    let profile = shops.join("other/shop.yaml");
    let text = std::fs::read_to_string(&profile).unwrap();
    std::fs::write(&profile, text.replace("shop: demo", "shop: other")).unwrap();
    let refused = program(&folder)
        .args(["serve", "--listen", "127.0.0.1:0"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(2), "{said}");
    assert!(
        said.contains("store.prefix") && said.contains("other") && said.contains("demo"),
        "{said}"
    );
}
