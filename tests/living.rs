//! Starting, stopping, crashing: what is acknowledged is kept, and whoever runs the server is told what to do.

use std::fs;
use std::net::TcpStream;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::client::Client;
use crate::support::http;
use crate::support::server::{Server, program};

#[tokio::test]
async fn the_first_start_prints_addresses_and_one_sign_in_link() {
    let server = Server::start();
    let printed = server.printed.join("\n");
    for address in ["/", "/desk", "/desk#signin="] {
        assert!(
            printed.contains(&format!("http://{}{address}", server.address)),
            "{printed}"
        );
    }
    let again = server.kill_and_restart();
    assert!(again.signin.is_none(), "the link is printed once");
}

#[tokio::test]
async fn a_kill_loses_nothing_that_was_acknowledged() {
    let server = Server::with("[gateway]\nframe_burst = 1000");
    let mut shopper = Client::shopper(&server).await;
    let mut acknowledged = Vec::new();
    for number in 0..40 {
        shopper.say(&format!("c{number}"), "包邮吗").await;
    }
    while acknowledged.len() < 20 {
        let frame = shopper.next().await;
        if frame["type"] == "ack" {
            acknowledged.push((frame["id"].as_str().unwrap().to_owned(), frame["seq"].as_u64().unwrap()));
        }
    }
    let token = shopper.token();
    let server = server.kill_and_restart();
    let mut again = Client::resumed(&server, Some(&token), json!(0)).await;
    assert_eq!(again.welcome["conversation"], shopper.welcome["conversation"]);
    let last = again.welcome["seq"].as_u64().unwrap();
    let events = again.events_until(last).await;
    for (id, seq) in acknowledged {
        let kept = events.iter().find(|event| event["id"] == id.as_str()).unwrap();
        assert_eq!(kept["seq"], seq);
    }
    // What was never acknowledged is sent again and answered; nothing is there twice.
    again.say("c39", "包邮吗").await;
    again
        .until(|frame| frame["type"] == "ack" && frame["id"] == "c39")
        .await;
}

#[tokio::test]
async fn the_queue_survives_a_kill() {
    let server = Server::start();
    let mut shopper = Client::shopper(&server).await;
    shopper.send(json!({"type": "human"})).await;
    shopper.until(|frame| frame["who"] == "queue").await;
    let cookie = http::sign_in(&server, server.signin.as_deref().unwrap()).unwrap();
    let server = server.kill_and_restart();
    let mut agent = Client::agent(&server, &cookie, false).await;
    let board = agent
        .until(|frame| frame["type"] == "board" && !frame["waiting"].as_array().unwrap().is_empty())
        .await;
    assert_eq!(board["waiting"][0]["conversation"], shopper.welcome["conversation"]);
}

#[tokio::test]
async fn told_to_stop_it_asks_clients_to_move_and_serves_them_until_they_have() {
    let mut server = Server::with("[gateway]\ndrain_ms = 60000");
    let mut shopper = Client::shopper(&server).await;
    let mut agent = Client::first_agent(&server, false).await;
    server.terminate();
    for client in [&mut shopper, &mut agent] {
        let asked = client.until_type("move").await;
        assert!(asked["within_ms"].as_u64().unwrap() <= 3000);
    }
    shopper.say("c1", "包邮吗").await;
    assert_eq!(shopper.until_type("ack").await["id"], "c1");
    shopper.until_from("bot").await;
    assert!(
        TcpStream::connect(&server.address).is_err(),
        "nobody new is let in, so that a proxy sends them elsewhere"
    );
    shopper.close().await;
    agent.close().await;
    // Long before the time is over.
    assert_eq!(server.wait().code(), Some(0));
}

#[tokio::test]
async fn who_does_not_move_in_time_is_cut_off_and_told_when_to_come_back() {
    let mut server = Server::with("[gateway]\ndrain_ms = 100");
    let mut shopper = Client::shopper(&server).await;
    let mut agent = Client::first_agent(&server, false).await;
    server.terminate();
    for client in [&mut shopper, &mut agent] {
        client.until_type("move").await;
        let moving = client.until_type("moving").await;
        assert!(moving["after_ms"].as_u64().unwrap() <= 3000);
        assert_eq!(client.closed().await, 1012);
    }
    assert_eq!(server.wait().code(), Some(0));
}

/// What a client that keeps the rules does over a restart, in the middle of a talk: moves when it is asked to, sends
/// again what was not acknowledged, and asks for what it has missed.
#[tokio::test]
async fn a_restart_in_mid_talk_loses_doubles_and_reorders_nothing() {
    const TALKS: usize = 8;
    let settings = "[gateway]\nreconnect_spread_ms = 0\nframe_burst = 1000";
    let mut server = Server::with(settings);
    let mut talks = Vec::new();
    for number in 0..TALKS {
        let shopper = Client::shopper(&server).await;
        talks.push((number, shopper, Vec::<(u64, Value)>::new(), 0_usize));
    }
    for _ in 0..3 {
        for (_, shopper, _, said) in &mut talks {
            for _ in 0..5 {
                shopper.say(&format!("c{said}"), &format!("第{said}句 包邮吗")).await;
                *said += 1;
            }
        }
        server.terminate();
        // Said while the server goes away: acknowledged or said again.
        for (_, shopper, _, said) in &mut talks {
            for _ in 0..3 {
                shopper.say(&format!("c{said}"), &format!("第{said}句 包邮吗")).await;
                *said += 1;
            }
        }
        for (number, shopper, seen, _) in &mut talks {
            // Some move at once, in the middle of what comes; others read until they are asked to.
            let patient = *number % 2 == 0;
            loop {
                let frame = shopper.next().await;
                if frame["type"] == "move" || frame["type"] == "closed" || (!patient && frame["type"] == "ack") {
                    break;
                }
                if frame["type"] == "message" {
                    seen.push((frame["seq"].as_u64().unwrap(), frame));
                }
            }
            shopper.close().await;
        }
        server = server.succeeded();
        for (_, shopper, seen, said) in &mut talks {
            let (token, chat) = (shopper.token(), shopper.welcome["conversation"].clone());
            let after = seen.last().map_or(0, |(seq, _)| *seq);
            *shopper = Client::showing(&server, Some(&token), json!(after), chat.clone()).await;
            assert_eq!(shopper.welcome["conversation"], chat);
            for number in 0..*said {
                shopper
                    .say(&format!("c{number}"), &format!("第{number}句 包邮吗"))
                    .await;
            }
            let mut acknowledged = 0;
            while acknowledged < *said {
                let frame = shopper.next().await;
                match frame["type"].as_str() {
                    Some("ack") => acknowledged += 1,
                    Some("message") => seen.push((frame["seq"].as_u64().unwrap(), frame)),
                    _ => {}
                }
            }
        }
    }
    for (_, shopper, seen, said) in &mut talks {
        assert!(seen.windows(2).all(|pair| pair[0].0 < pair[1].0), "each once, in order");
        let mut whole = Client::resumed(&server, Some(&shopper.token()), json!(0)).await;
        let events = whole.events_until(whole.welcome["seq"].as_u64().unwrap()).await;
        let own: Vec<&str> = events.iter().filter_map(|event| event["id"].as_str()).collect();
        let wanted: Vec<String> = (0..*said).map(|number| format!("c{number}")).collect();
        assert_eq!(own, wanted, "every message once, in the order in which it was said");
        for (seq, frame) in seen {
            let stored = events.iter().find(|event| event["seq"] == *seq).unwrap();
            assert_eq!(stored, frame);
        }
    }
}

#[test]
fn a_second_server_is_told_how_to_go_on() {
    let server = Server::start();
    let folder = server.folder();
    let busy = program(&folder)
        .args(["serve", "--listen", &server.address, "--data", "elsewhere"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&busy.stderr);
    assert_eq!(busy.status.code(), Some(2));
    assert!(said.contains("--listen") && said.contains(&server.address), "{said}");
    let locked = program(&folder)
        .args(["serve", "--listen", "127.0.0.1:0"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&locked.stderr);
    assert_eq!(locked.status.code(), Some(2));
    assert!(said.contains("--data"), "{said}");
    let token = program(&folder)
        .args(["token", "agent", "--name", "小美"])
        .output()
        .unwrap();
    let link = String::from_utf8_lossy(&token.stdout);
    assert_eq!(token.status.code(), Some(0), "the server makes it");
    assert!(link.contains("/desk#signin="), "{link}");
}

#[test]
fn broken_intents_and_settings_keep_it_from_starting() {
    let folder = tempfile::TempDir::new().unwrap();
    let run = |args: &[&str]| {
        let ended = program(&folder).args(args).stdout(Stdio::null()).output().unwrap();
        (ended.status.code(), String::from_utf8_lossy(&ended.stderr).into_owned())
    };
    let (code, said) = run(&["--listen", "127.0.0.1:0"]);
    assert_eq!(code, Some(2));
    assert!(said.contains("--intents"), "{said}");
    fs::create_dir_all(folder.path().join("intents/shipping")).unwrap();
    fs::write(
        folder.path().join("intents/shipping/time.yaml"),
        "intent：shipping.time\n",
    )
    .unwrap();
    let (code, said) = run(&["--listen", "127.0.0.1:0"]);
    assert_eq!(code, Some(2));
    assert!(said.contains("shipping/time.yaml"), "{said}");
    fs::write(
        folder.path().join("yingda.toml"),
        "[gateway]\nlistn = \"127.0.0.1:0\"\n",
    )
    .unwrap();
    let (code, said) = run(&["serve"]);
    assert_eq!(code, Some(2));
    assert!(
        said.contains("yingda.toml:2:1") && said.contains("gateway.listen"),
        "{said}"
    );
    let (code, said) = run(&["serve", "--listen", "nowhere"]);
    assert_eq!(code, Some(2));
    assert!(said.contains("--listen"), "{said}");
}

#[test]
fn a_colleague_is_let_in_from_the_command_line() {
    let folder = tempfile::TempDir::new().unwrap();
    let made = program(&folder)
        .args(["token", "agent", "--name", "小美", "--slots", "2"])
        .output()
        .unwrap();
    assert_eq!(made.status.code(), Some(0), "{}", String::from_utf8_lossy(&made.stderr));
    let link = String::from_utf8(made.stdout).unwrap();
    let (_, token) = link.trim().split_once("/desk#signin=").unwrap();
    fs::write(folder.path().join("yingda.toml"), "").unwrap();
    crate::support::server::copy(&"tests/packs/shop".into(), &folder.path().join("intents"));
    let server = Server::in_folder(std::sync::Arc::new(folder));
    assert!(server.signin.is_none(), "there is an agent already");
    let cookie = http::sign_in(&server, token).unwrap();
    let me = http::get(&server, "/v1/me", &[("cookie", &cookie)]).json();
    assert_eq!((me["name"].as_str(), me["slots"].as_u64()), (Some("小美"), Some(2)));
}

#[tokio::test]
async fn changed_intents_answer_without_a_restart_and_broken_ones_do_not() {
    let server = Server::with("[understanding]\nreload_ms = 50");
    let file = server.folder().path().join("intents/shipping/fee.yaml");
    let text = fs::read_to_string(&file).unwrap();
    let generation = || {
        http::get(&server, "/readyz", &[]).json()["generation"]
            .as_u64()
            .unwrap()
    };
    let refused = || {
        http::get(&server, "/metrics", &[])
            .text()
            .contains("yingda_intents_reloads_total{outcome=\"refused\"} 1")
    };
    let pack = || {
        let health = http::get(&server, "/healthz", &[]).text();
        let line = health.lines().find(|line| line.starts_with("demo ")).unwrap();
        let ready = http::get(&server, "/readyz", &[]).json();
        assert_eq!(line, format!("demo {}", ready["packs"]["demo"].as_str().unwrap()));
        line.to_owned()
    };
    let before = pack();
    fs::write(&file, text.replace("answers:", "answrs:")).unwrap();
    while !refused() {
        tokio::task::yield_now().await;
    }
    assert_eq!((generation(), pack()), (1, before.clone()));
    fs::write(&file, text.replace("满 99 元包邮", "满 59 元包邮")).unwrap();
    while generation() < 2 {
        tokio::task::yield_now().await;
    }
    assert_ne!(pack(), before, "a health check shows that the edit is live");
    let mut shopper = Client::shopper(&server).await;
    shopper.say("c1", "包邮吗").await;
    assert!(shopper.until_from("bot").await["text"].as_str().unwrap().contains("59"));
}

#[test]
fn the_front_end_is_served_with_its_headers() {
    let server = Server::start();
    for (path, kind) in [
        ("/", "text/html"),
        ("/desk", "text/html"),
        ("/widget.js", "text/javascript"),
    ] {
        let answer = http::get(&server, path, &[]);
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.header("content-type").unwrap().starts_with(kind), "{path}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        let tag = answer.header("etag").unwrap();
        assert_eq!(
            http::get(&server, path, &[("if-none-match", tag)]).status,
            304,
            "{path}"
        );
    }
    let desk = http::get(&server, "/desk", &[]);
    let policy = desk.header("content-security-policy").unwrap();
    assert!(
        policy.contains("script-src 'self'") && !policy.contains("unsafe"),
        "{policy}"
    );
    assert!(desk.header("access-control-allow-origin").is_none());
    let widget = http::get(&server, "/widget.js", &[("origin", "https://shop.example")]);
    assert_eq!(widget.header("access-control-allow-origin"), Some("*"));
    assert_eq!(widget.header("cross-origin-resource-policy"), Some("cross-origin"));
    let small = http::get(&server, "/", &[("accept-encoding", "gzip")]);
    assert_eq!(small.header("content-encoding"), Some("gzip"));
    assert_eq!(http::get(&server, "/shared/protocol.d.ts", &[]).status, 404);
    // What widget.js names stands below the hash of all files, and is kept.
    let entry = widget.text();
    let tree = entry.split("./assets/").nth(1).unwrap().split('/').next().unwrap();
    let module = http::get(&server, &format!("/assets/{tree}/widget/element.js"), &[]);
    assert_eq!(module.status, 200);
    assert!(module.header("cache-control").unwrap().contains("immutable"));
    assert_eq!(module.header("access-control-allow-origin"), Some("*"));
    let other = http::get(&server, "/assets/0123456789abcdef/widget/element.js", &[]);
    assert_eq!((other.status, other.header("cache-control")), (404, Some("no-store")));
    // A page has one address, and every answer a policy.
    let moved = http::get(&server, "/desk/index.html", &[]);
    assert_eq!((moved.status, moved.header("location")), (308, Some("../desk")));
    for path in [
        "/desk/index.html",
        "/demo/shop.html",
        "/v1/shops",
        "/nowhere",
        "/widget.js",
    ] {
        let answer = http::get(&server, path, &[]);
        let policy = answer.header("content-security-policy").unwrap();
        assert!(
            policy.contains("default-src 'none'") && !policy.contains("ws"),
            "{path}: {policy}"
        );
        assert!(answer.header("strict-transport-security").is_none(), "{path}");
    }
}
