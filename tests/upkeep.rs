//! Looking after an installation: the audit record, backups, and what the doctor says.

use std::process::Output;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::client::Client;
use crate::support::http::{self, sign_in};
use crate::support::redis::RedisServer;
use crate::support::server::{Server, program};

fn run(folder: &TempDir, arguments: &[&str]) -> Output {
    program(folder).args(arguments).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn lines(output: &Output) -> Vec<Value> {
    let text = out(output);
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn actions(folder: &TempDir) -> Vec<String> {
    let listed = run(folder, &["audit", "list", "--json", "--limit", "0"]);
    assert_eq!(listed.status.code(), Some(0), "{listed:?}");
    let entries = lines(&listed);
    entries
        .iter()
        .map(|entry| entry["action"].as_str().unwrap().to_owned())
        .collect()
}

// A15, A17
#[tokio::test]
async fn the_audit_record_is_listed_and_checked_beside_a_running_server() {
    let server = Server::start();
    let folder = server.folder();
    let cookie = sign_in(&server, server.signin.as_deref().unwrap()).unwrap();
    assert!(sign_in(&server, "nonsense").is_none());
    let invitation = json!({"name": "小美"});
    let invited = http::post(&server, "/v1/agents", &[("cookie", &cookie)], &invitation).json();
    let link = invited["link"]
        .as_str()
        .unwrap()
        .split_once("#signin=")
        .unwrap()
        .1
        .to_owned();
    let mei = sign_in(&server, &link).unwrap();
    // A supervisor reads a talk of the bot, which is recorded; an agent may not.
    let mut shopper = Client::shopper(&server).await;
    shopper.say("c1", "包邮吗").await;
    shopper.until_from("bot").await;
    let chat = shopper.welcome["conversation"].clone();
    let mut owner = Client::agent(&server, &cookie, false).await;
    let open = json!({"type": "open", "conversation": chat, "after": 0});
    for _ in 0..2 {
        owner.send(open.clone()).await;
        owner.until(|frame| frame["event"]["id"] == "c1").await;
    }
    let mut agent = Client::agent(&server, &mei, false).await;
    agent.send(open).await;
    assert_eq!(agent.until_type("error").await["code"], "forbidden");

    let expected = [
        "server.start",
        "staff.invite",
        "session.begin",
        "session.refused",
        "staff.invite",
        "session.begin",
        "talk.read",
    ];
    assert_eq!(actions(&folder), expected);
    let read = lines(&run(
        &folder,
        &["audit", "list", "--json", "--actor", "店长", "--action", "talk"],
    ));
    assert_eq!(
        (read.len(), &read[0]["subject"], &read[0]["detail"]["shop"]),
        (1, &chat, &json!("demo"))
    );
    let refused = lines(&run(
        &folder,
        &["audit", "list", "--json", "--action", "session.refused"],
    ));
    assert_eq!(refused[0]["detail"]["address"], "127.0.0.1");
    assert!(out(&run(&folder, &["audit", "list"])).contains("登录失败 · sign-in refused"));
    assert!(lines(&run(&folder, &["audit", "list", "--json", "--until", "1h"])).is_empty());

    let whole = run(&folder, &["audit", "verify", "--json"]);
    assert_eq!(whole.status.code(), Some(0), "{whole:?}");
    let head = lines(&whole)[0]["head"].as_str().unwrap().to_owned();
    let verify = |more: &[&str]| {
        let checked = run(&folder, &[&["audit", "verify", "--json"][..], more].concat());
        (checked.status.code(), lines(&checked).pop().unwrap_or_default())
    };
    assert_eq!(verify(&["--head", &head]).0, Some(0));
    let database = server.database();
    drop(server);
    let change = |sql: &str| {
        let status = std::process::Command::new("python3")
            .args([
                "-c",
                "import sqlite3, sys; d = sqlite3.connect(sys.argv[1]); d.executescript(sys.argv[2])",
            ])
            .arg(&database)
            .arg(sql)
            .status()
            .unwrap();
        assert!(status.success());
    };
    // Whoever can write the file can drop what guards it, and is found all the same.
    change("DROP TRIGGER audit_is_not_deleted; DELETE FROM audit WHERE number = 7;");
    let (code, told) = verify(&[]);
    assert_eq!(
        (code, &told["number"], &told["fault"]),
        (Some(1), &json!(7), &json!("cut_off"))
    );
    change("UPDATE sqlite_sequence SET seq = 6 WHERE name = 'audit';");
    assert_eq!(verify(&[]).0, Some(0), "that alone cannot be seen");
    let (code, told) = verify(&["--head", &head]);
    assert_eq!(
        (code, &told["number"], &told["fault"]),
        (Some(1), &json!(7), &json!("head_gone"))
    );
    change(
        "DROP TRIGGER audit_is_not_changed; UPDATE audit SET body = replace(body, '127.0.0.1', '10.0.0.1') WHERE number = 4;",
    );
    let (code, told) = verify(&[]);
    assert_eq!(
        (code, &told["number"], &told["fault"]),
        (Some(1), &json!(4), &json!("changed"))
    );
}

// A17
#[tokio::test]
async fn a_waiting_chat_that_a_colleague_takes_is_hidden_until_it_waits_again() {
    let server = Server::start();
    let cookie = sign_in(&server, server.signin.as_deref().unwrap()).unwrap();
    let mut cookies = Vec::new();
    for name in ["小美", "皮皮"] {
        let invited = http::post(&server, "/v1/agents", &[("cookie", &cookie)], &json!({ "name": name })).json();
        let link = invited["link"].as_str().unwrap().split_once("#signin=").unwrap().1;
        cookies.push(sign_in(&server, link).unwrap());
    }
    let mut mei = Client::agent(&server, &cookies[0], false).await;
    let mut pi = Client::agent(&server, &cookies[1], false).await;
    let mut shopper = Client::shopper(&server).await;
    shopper.send(json!({"type": "human"})).await;
    shopper.until_type("owner").await;
    let chat = shopper.welcome["conversation"].clone();
    for desk in [&mut mei, &mut pi] {
        desk.send(json!({"type": "open", "conversation": chat, "after": 0}))
            .await;
        desk.until(|frame| frame["event"]["kind"] == "handed_off").await;
    }
    pi.send(json!({"type": "take", "conversation": chat})).await;
    let taken = mei.until(|frame| frame["event"]["kind"] == "assigned").await;
    shopper.say("c1", "我的身份证号").await;
    pi.until(|frame| frame["event"]["id"] == "c1").await;
    // What mei hears next is no word of it.
    for _ in 0..4 {
        mei.send(json!({"type": "ping"})).await;
        let next = mei
            .until(|frame| ["pong", "event"].contains(&frame["type"].as_str().unwrap()))
            .await;
        assert_eq!(next["type"], "pong");
    }
    pi.send(json!({"type": "release", "conversation": chat, "note": "请接一下"}))
        .await;
    let missed = mei.until_type("event").await;
    assert_eq!(missed["event"]["id"], "c1", "all of it, in order");
    assert!(missed["event"]["seq"].as_u64() > taken["event"]["seq"].as_u64());
    assert_eq!(mei.until_type("event").await["event"]["kind"], "released");
    mei.send(json!({"type": "take", "conversation": chat})).await;
    mei.until(|frame| frame["event"]["kind"] == "assigned").await;
    shopper.say("c2", "在吗").await;
    mei.until(|frame| frame["event"]["id"] == "c2").await;
}

#[tokio::test]
async fn a_backup_beside_a_running_server_is_restored_elsewhere_with_everything_acknowledged() {
    let server = Server::start();
    let folder = server.folder();
    let mut shopper = Client::shopper(&server).await;
    for number in 0..8 {
        shopper.say(&format!("c{number}"), "包邮吗").await;
        let id = format!("c{number}");
        shopper
            .until(|frame| frame["type"] == "ack" && frame["id"] == *id)
            .await;
    }
    let backup = run(&folder, &["backup", "copy.db"]);
    assert_eq!(backup.status.code(), Some(0), "{backup:?}");
    assert!(out(&backup).contains("copy.db"));
    // It goes on writing, and a second backup writes over nothing unless told.
    shopper.say("later", "什么时候发货").await;
    shopper
        .until(|frame| frame["type"] == "ack" && frame["id"] == "later")
        .await;
    assert_eq!(run(&folder, &["backup", "copy.db"]).status.code(), Some(2));
    let refused = run(&folder, &["restore", "copy.db"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(
        String::from_utf8_lossy(&refused.stderr).contains("stop it"),
        "{refused:?}"
    );
    let token = shopper.token();
    shopper.close().await;
    drop(server);

    // Into the stopped server's own folder: what was there is kept aside.
    let restored = run(&folder, &["restore", "copy.db"]);
    assert_eq!(restored.status.code(), Some(0), "{restored:?}");
    let aside = std::fs::read_dir(folder.path().join("data")).unwrap();
    let aside = aside.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(aside.filter(|name| name.starts_with("before-restore-")).count(), 1);
    assert_eq!(actions(&folder).pop().unwrap(), "data.restore");
    let risen = Server::in_folder(folder);
    assert!(risen.signin.is_none(), "the people are there");
    let mut shopper = Client::resumed(&risen, Some(&token), json!(0)).await;
    for number in 0..8 {
        let id = format!("c{number}");
        shopper
            .until(|frame| frame["id"] == *id && frame["from"] == "shopper")
            .await;
    }
    shopper.say("c8", "包邮吗").await;
    shopper
        .until(|frame| frame["type"] == "ack" && frame["id"] == "c8")
        .await;
    assert_eq!(run(&risen.folder(), &["audit", "verify"]).status.code(), Some(0));
}

// A11
#[cfg(unix)]
#[test]
fn what_a_server_writes_is_its_owner_s_alone() {
    use std::os::unix::fs::PermissionsExt;

    let server = Server::start();
    let data = server.folder().path().join("data");
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&data), 0o700);
    let below = |folder: &std::path::Path| -> Vec<std::path::PathBuf> {
        let entries = std::fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().path()).collect()
    };
    let mut paths = below(&data);
    assert!(paths.len() >= 5, "{paths:?}");
    paths.extend(below(&data.join("learned")));
    for path in paths {
        let most = if path.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(mode(&path), most, "{}", path.display());
    }
}

#[test]
fn the_doctor_says_what_is_wrong_and_what_to_do() {
    let server = Server::with("[gateway]\npublic_url = \"https://chat.example.com\"");
    let folder = server.folder();
    let look = |arguments: &[&str]| {
        let looked = run(&folder, &[&["doctor", "--json"][..], arguments].concat());
        let found = lines(&looked);
        let state = |check: &str| {
            let found = found.iter().find(|finding| finding["check"] == check);
            found.map_or("none".to_owned(), |found| found["state"].as_str().unwrap().to_owned())
        };
        let states = ["settings", "listen", "proxies", "clock", "data_rights", "store", "pack"].map(state);
        (looked.status.code(), states)
    };
    let (code, states) = look(&["--listen", &server.address]);
    assert_eq!(
        (code, states),
        (Some(0), ["ok", "ok", "warn", "ok", "ok", "ok", "ok"].map(str::to_owned))
    );
    std::fs::write(folder.path().join("intents/shops/demo/shop.yaml"), "id: [").unwrap();
    let text = out(&run(&folder, &["doctor"]));
    assert!(text.contains("yingda check") && text.contains("不对 wrong"), "{text}");
    let wrong = run(&folder, &["doctor", "--listen", "nonsense"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(out(&wrong).contains("gateway.listen"), "{wrong:?}");
}

#[test]
fn the_doctor_looks_at_redis_and_at_what_would_lose_data_there() {
    let mut redis = RedisServer::start();
    let server = Server::with(&format!("[store]\nurl = \"{}\"\nretry_timeout_ms = 300", redis.url()));
    let folder = server.folder();
    let look = || {
        let looked = run(&folder, &["doctor", "--json", "--listen", &server.address]);
        let found = lines(&looked);
        let bad = found.into_iter().filter(|finding| finding["state"] == "wrong");
        let bad: Vec<String> = bad
            .map(|finding| finding["check"].as_str().unwrap().to_owned())
            .collect();
        (looked.status.code(), bad)
    };
    assert_eq!(look(), (Some(0), vec![]));
    redis.ask(&["CONFIG", "SET", "appendonly", "no"]).unwrap();
    redis
        .ask(&["CONFIG", "SET", "maxmemory-policy", "allkeys-lru"])
        .unwrap();
    assert_eq!(
        look(),
        (Some(1), ["persistence", "eviction"].map(str::to_owned).to_vec())
    );
    redis.kill();
    let (code, wrong) = look();
    assert_eq!(code, Some(1));
    assert!(wrong.contains(&"redis".to_owned()), "{wrong:?}");
}
