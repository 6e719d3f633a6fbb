//! What shoppers say about themselves: numbers of cards are never kept, phones are shown to those who need them, and who asks
//! for it is read out or erased whole.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::client::Client;
use crate::support::http::{self, sign_in};
use crate::support::redis::RedisServer;
use crate::support::server::{Server, program};

const ADDRESS: &str = "寄到杭州市西湖区文三路8号3单元501";

fn yingda(folder: &TempDir, arguments: &[&str]) -> Output {
    program(folder).args(arguments).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Who the shopper of a conversation is, as the operator reads it.
fn shopper_of(folder: &TempDir, client: &Client) -> String {
    let listed = yingda(folder, &["log", "--json"]);
    let lines = out(&listed);
    let heads = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let head = heads
        .filter(|head| head["conversation"] == client.welcome["conversation"])
        .last();
    head.unwrap()["shopper"].as_str().unwrap().to_owned()
}

// A16
#[tokio::test]
async fn a_number_of_a_card_is_kept_hidden_and_the_page_is_told() {
    let server = Server::start();
    let mut client = Client::shopper(&server).await;
    client.say("m1", "退到银行卡6222021234567890128").await;
    assert_eq!(client.until_type("ack").await["text"], "退到银行卡***************0128");
    client.until_from("bot").await;
    client.say("m2", "包邮吗").await;
    assert_eq!(
        client.until_type("ack").await["text"],
        Value::Null,
        "nothing was hidden"
    );
    let mut again = Client::resumed(&server, Some(&client.token()), json!(0)).await;
    assert_eq!(
        again.until_from("shopper").await["text"],
        "退到银行卡***************0128"
    );
    let folder = server.folder();
    let export = yingda(
        &folder,
        &[
            "customer",
            "export",
            &shopper_of(&folder, &client),
            "--shop",
            "demo",
            "--json",
        ],
    );
    assert!(!out(&export).contains("6222"), "{}", out(&export));
}

// A16
#[tokio::test]
async fn phones_and_addresses_are_hidden_in_what_the_log_prints_unless_it_is_set() {
    let server = Server::start();
    let mut client = Client::shopper(&server).await;
    client.say("m1", &format!("电话13812345678，{ADDRESS}")).await;
    client.until_from("bot").await;
    let folder = server.folder();
    let talk = client.welcome["conversation"].as_str().unwrap().to_owned();
    for arguments in [
        vec!["log", &talk],
        vec!["log", &talk, "--json"],
        vec!["log", "--feed"],
        vec!["log", "--feed", "--json"],
    ] {
        let printed = out(&yingda(&folder, &arguments));
        assert!(
            !printed.contains("13812345678") && !printed.contains("文三路"),
            "{printed}"
        );
        assert!(printed.contains("138****5678"), "{printed}");
    }
    let mut whole = program(&folder);
    whole.args(["log", &talk]).env("YINGDA_PRIVACY__MASK_LOGS", "false");
    let printed = out(&whole.output().unwrap());
    assert!(
        printed.contains("13812345678") && printed.contains("文三路"),
        "{printed}"
    );
}

// A16
#[tokio::test]
async fn whoever_need_not_see_phones_sees_them_hidden_at_the_desk() {
    // The chat waits: one that a colleague has is not shown to others.
    let server = Server::with("[handoff]\navailable_on_connect = false");
    let chief = sign_in(&server, server.signin.as_deref().unwrap()).unwrap();
    let invitation = json!({"name": "写话术的", "roles": ["operator"]});
    let invited = http::post(&server, "/v1/agents", &[("cookie", &chief)], &invitation);
    let link = invited.json()["link"].as_str().unwrap().to_owned();
    let writer = sign_in(&server, link.split_once("#signin=").unwrap().1).unwrap();
    let mut shopper = Client::shopper(&server).await;
    shopper.say("m1", "电话13812345678，请回电").await;
    shopper.until_from("bot").await;
    shopper.send(json!({"type": "human"})).await;
    shopper.until_type("owner").await;
    let talk = shopper.welcome["conversation"].clone();
    for (cookie, shown) in [(&chief, "13812345678"), (&writer, "138****5678")] {
        let mut desk = Client::agent(&server, cookie, false).await;
        // The board comes when the desk opens, and then when something changes.
        let board = desk
            .until(|frame| frame["type"] == "board" && frame.to_string().contains("138"))
            .await;
        assert!(board.to_string().contains(shown), "{board}");
        assert_eq!(
            board.to_string().contains("13812345678"),
            shown == "13812345678",
            "{board}"
        );
        desk.send(json!({"type": "open", "conversation": talk, "after": 0}))
            .await;
        let event = desk.until(|frame| frame["event"]["kind"] == "received").await;
        assert_eq!(event["event"]["text"], format!("电话{shown}，请回电"));
    }
}

// A16
#[tokio::test]
async fn the_log_never_holds_words_or_tokens_however_much_it_tells() {
    let server = Server::with("[telemetry]\nlog_level = \"trace\"");
    let mut client = Client::shopper(&server).await;
    client.say("m1", "zqxjkvbn 什么时候发货").await;
    client.until_from("bot").await;
    let token = client.token();
    let mut again = Client::resumed(&server, Some(&token), json!(0)).await;
    again.until_from("shopper").await;
    let chief = sign_in(&server, server.signin.as_deref().unwrap()).unwrap();
    http::get(&server, "/v1/me", &[("cookie", &chief)]);
    let log = fs::read_to_string(server.folder().path().join("log")).unwrap();
    assert!(!log.is_empty());
    let session = chief.split_once('=').unwrap().1;
    for secret in [
        "zqxjkvbn",
        "什么时候发货",
        &token,
        session,
        server.signin.as_deref().unwrap(),
    ] {
        assert!(!log.contains(secret), "{secret} stands in the log");
    }
}

// A16
#[tokio::test]
async fn a_customer_is_read_out_and_erased_beside_a_running_server() {
    let server = Server::start();
    let folder = server.folder();
    let mut client = Client::shopper(&server).await;
    // What turns the writing around is escaped for people, and stays as it is for programs.
    client.say("m1", &format!("{ADDRESS}\u{202e}")).await;
    client.until_from("bot").await;
    let mut other = Client::shopper(&server).await;
    other.say("m1", "包邮吗").await;
    other.until_from("bot").await;
    let who = shopper_of(&folder, &client);
    let export = yingda(&folder, &["customer", "export", &who, "--shop", "demo", "--json"]);
    let kept: Value = serde_json::from_str(&out(&export)).unwrap();
    assert_eq!(
        (kept["shopper"].as_str(), kept["tokens"].as_u64()),
        (Some(who.as_str()), Some(1))
    );
    assert!(
        kept["conversations"][0]["events"].to_string().contains("文三路"),
        "{kept}"
    );
    assert!(out(&yingda(&folder, &["customer", "export", &who, "--shop", "demo"])).contains("文三路"));
    let unsure = yingda(&folder, &["customer", "erase", &who, "--shop", "demo"]);
    assert_eq!(unsure.status.code(), Some(1), "nothing is erased without --yes");
    let erased = yingda(
        &folder,
        &["customer", "erase", &who, "--shop", "demo", "--yes", "--json"],
    );
    assert_eq!(
        erased.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&erased.stderr)
    );
    let receipt: Value = serde_json::from_str(&out(&erased)).unwrap();
    assert_eq!(
        (receipt["conversations"].as_u64(), receipt["tokens"].as_u64()),
        (Some(1), Some(1))
    );
    assert_eq!(receipt["ended"], 1, "it was open");
    // Whoever has it open sees the end, and comes back as somebody new.
    client.until(|frame| frame["who"] == "closed").await;
    let mut back = Client::resumed(&server, Some(&client.token()), json!(0)).await;
    assert_eq!(back.welcome["seq"], 0);
    let feed = out(&yingda(&folder, &["log", "--feed", "--json"]));
    assert!(
        !feed.contains(client.welcome["conversation"].as_str().unwrap()),
        "{feed}"
    );
    assert!(feed.contains(other.welcome["conversation"].as_str().unwrap()));
    let again = yingda(&folder, &["customer", "erase", &who, "--shop", "demo", "--yes"]);
    assert_eq!(again.status.code(), Some(1), "there is nothing left");
    let chief = sign_in(&server, server.signin.as_deref().unwrap()).unwrap();
    let audit = http::get(&server, "/v1/audit", &[("cookie", &chief)]).json();
    let actions: Vec<_> = audit["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["action"].clone())
        .collect();
    assert_eq!(
        actions.iter().filter(|action| **action == "customer.erase").count(),
        1,
        "{audit}"
    );
    assert_eq!(actions.iter().filter(|action| **action == "customer.export").count(), 2);
    assert!(!audit.to_string().contains(&who), "the record does not keep who it was");
    assert!(audit.to_string().contains(receipt["subject"].as_str().unwrap()));
    let data = folder.path().join("data");
    let entries = |folder: &Path| {
        fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect()
    };
    let files: Vec<PathBuf> = entries(&data);
    let learned: Vec<PathBuf> = entries(&data.join("learned"));
    for file in files.iter().chain(&learned).filter(|path| path.is_file()) {
        let bytes = fs::read(file).unwrap();
        let found = bytes.windows(9).any(|window| window == "文三路".as_bytes());
        assert!(!found, "it is overwritten in the files");
    }
    back.say("m1", "包邮吗").await;
    back.until_from("bot").await;
}

// A16
#[tokio::test]
async fn a_customer_is_erased_from_a_shared_store_while_servers_serve() {
    let redis = RedisServer::start();
    let server = Server::with(&format!("[store]\nurl = \"{}\"", redis.url()));
    let folder = server.folder();
    let mut client = Client::shopper(&server).await;
    client.say("m1", ADDRESS).await;
    client.until_from("bot").await;
    let found = redis
        .ask(&["EVAL", "return redis.call('KEYS', ARGV[1])[1]", "0", "*:of:demo*"])
        .unwrap();
    let who = format!("anon:{}", found.split("anon:").nth(1).unwrap().trim());
    let erase = ["customer", "erase", &who, "--shop", "demo", "--yes"];
    let erased = yingda(&folder, &[&erase[..], &["--json"]].concat());
    let receipt: Value = serde_json::from_str(&out(&erased)).unwrap_or_else(|_| panic!("{erased:?}"));
    assert_eq!(
        (receipt["conversations"].as_u64(), receipt["tokens"].as_u64()),
        (Some(1), Some(1))
    );
    client.until(|frame| frame["who"] == "closed").await;
    assert_eq!(yingda(&folder, &erase).status.code(), Some(1), "there is nothing left");
    let back = Client::resumed(&server, Some(&client.token()), json!(0)).await;
    assert_eq!(back.welcome["seq"], 0, "nobody who was here before");
}

/// Looks up, reads out and erases the shopper of a talk at the desk; the receipt.
fn read_out_and_erased(server: &Server, chief: &str, client: &Client) -> Value {
    let ask = |path: &str, body: &Value| http::post(server, path, &[("cookie", chief)], body);
    let talk = json!({"conversation": client.welcome["conversation"]});
    let looked = ask("/v1/customers", &talk).json();
    let found = looked["found"][0].clone();
    assert_eq!(looked["exports"], true);
    let counts = [&found["conversations"], &found["open"], &found["tokens"]];
    assert_eq!(counts, [1, 1, 1], "{found}");
    assert!(found["first"].as_u64().unwrap() <= found["last"].as_u64().unwrap());
    assert!(!found.to_string().contains("文三路"), "{found}");
    // The same by the id, in every shop.
    let by_id = ask("/v1/customers", &json!({"customer": found["customer"]})).json();
    assert_eq!(by_id["found"], json!([found]));
    let whom = json!({"shop": found["shop"], "customer": found["customer"]});
    let export = ask("/v1/customers/export", &whom);
    assert!(
        export
            .header("content-disposition")
            .is_some_and(|it| it.starts_with("attachment"))
    );
    let kept = export.json();
    assert_eq!(kept["shopper"], found["customer"]);
    let events = kept["conversations"][0]["events"].as_array().unwrap().clone();
    assert_eq!(events.len() as u64, found["events"].as_u64().unwrap());
    assert!(kept.to_string().contains("文三路"), "{kept}");
    let erased = ask("/v1/customers/erase", &whom);
    assert_eq!(erased.status, 200, "{}", erased.text());
    let receipt = erased.json();
    let counts = [&receipt["conversations"], &receipt["ended"], &receipt["tokens"]];
    assert_eq!(counts, [1, 1, 1], "{receipt}");
    for path in ["/v1/customers/export", "/v1/customers/erase"] {
        let again = ask(path, &whom);
        let code = again.json()["code"].clone();
        assert_eq!((again.status, code), (404, json!("unknown_customer")), "{path}");
    }
    assert_eq!(ask("/v1/customers", &whom).json()["found"], json!([]));
    // Whose doing it was, and not who it was about.
    let audit = http::get(server, "/v1/audit", &[("cookie", chief)]).json();
    let of = |action: &str| {
        let entries = audit["entries"].as_array().unwrap().iter();
        let mut found = entries.filter(|entry| entry["action"] == action);
        let entry = found.next().unwrap().clone();
        assert!(found.next().is_none(), "once: {action}");
        entry
    };
    for action in ["customer.export", "customer.erase"] {
        assert_eq!(of(action)["actor_name"], "店长");
        assert_eq!(of(action)["subject"], receipt["subject"]);
    }
    let who = found["customer"].as_str().unwrap();
    assert!(!audit.to_string().contains(who), "the record does not keep who it was");
    receipt
}

// A16
#[tokio::test]
async fn a_customer_is_read_out_and_erased_at_the_desk() {
    let server = Server::start();
    let chief = sign_in(&server, server.signin.as_deref().unwrap()).unwrap();
    let mut client = Client::shopper(&server).await;
    client.say("m1", ADDRESS).await;
    client.until_from("bot").await;
    read_out_and_erased(&server, &chief, &client);
    client.until(|frame| frame["who"] == "closed").await;
    let back = Client::resumed(&server, Some(&client.token()), json!(0)).await;
    assert_eq!(back.welcome["seq"], 0, "nobody who was here before");
}

// A16
#[tokio::test]
async fn a_customer_is_erased_at_the_desk_from_a_shared_store_and_the_other_server_tells_the_page() {
    let redis = RedisServer::start();
    let settings = format!("[store]\nurl = \"{}\"", redis.url());
    let server = Server::with(&settings);
    let other = Server::with(&settings);
    let chief = sign_in(&server, server.signin.as_deref().unwrap()).unwrap();
    let mut client = Client::shopper(&other).await;
    client.say("m1", ADDRESS).await;
    client.until_from("bot").await;
    read_out_and_erased(&server, &chief, &client);
    client.until(|frame| frame["who"] == "closed").await;
}

// A16
#[tokio::test]
async fn who_may_not_reads_out_and_erases_nobody() {
    let server = Server::with("[privacy]\nwhole_for = [\"agent\", \"supervisor\"]");
    let owner = sign_in(&server, server.signin.as_deref().unwrap()).unwrap();
    let member = |name: &str, roles: Value| {
        let invitation = json!({"name": name, "roles": roles});
        let invited = http::post(&server, "/v1/agents", &[("cookie", &owner)], &invitation);
        let link = invited.json()["link"].as_str().unwrap().to_owned();
        sign_in(&server, link.split_once("#signin=").unwrap().1).unwrap()
    };
    let agent = member("小美", json!(["agent"]));
    let operator = member("写话术的", json!(["operator"]));
    let only_owner = member("老板", json!(["owner"]));
    let mut client = Client::shopper(&server).await;
    client.say("m1", ADDRESS).await;
    client.until_from("bot").await;
    let talk = json!({"conversation": client.welcome["conversation"]});
    let looked = http::post(&server, "/v1/customers", &[("cookie", &only_owner)], &talk).json();
    let whom = json!({"shop": "demo", "customer": looked["found"][0]["customer"]});
    let code = |path: &str, headers: &[(&str, &str)], body: &Value| {
        let answer = http::post(&server, path, headers, body);
        answer.json()["code"].as_str().unwrap_or_default().to_owned()
    };
    let paths = ["/v1/customers", "/v1/customers/export", "/v1/customers/erase"];
    for path in paths {
        for cookie in [&agent, &operator] {
            assert_eq!(code(path, &[("cookie", cookie)], &whom), "forbidden", "{path}");
        }
        let foreign = [("cookie", owner.as_str()), ("origin", "https://evil.example")];
        assert_eq!(code(path, &foreign, &whom), "desk_origin", "{path}");
        assert_eq!(code(path, &[], &whom), "signed_out", "{path}");
        let nobody = json!({"shop": "demo", "customer": " "});
        assert_eq!(code(path, &[("cookie", &owner)], &nobody), "bad_frame", "{path}");
    }
    assert_eq!(code(paths[0], &[("cookie", &agent)], &talk), "forbidden");
    // Whose role sees phones hidden gets no file, and may erase.
    assert_eq!(looked["exports"], false);
    assert_eq!(code(paths[1], &[("cookie", &only_owner)], &whom), "forbidden");
    assert_eq!(code(paths[2], &[("cookie", &only_owner)], &whom), "");
}
