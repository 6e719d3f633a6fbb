//! Phrases at the desk: written, brought in from sheets, counted, held to the service standards.

use serde_json::{Value, json};

use crate::files::{by_agent, photo};
use crate::support::client::Client;
use crate::support::http::{self, Answer};
use crate::support::redis::RedisServer;
use crate::support::server::Server;

fn code(answer: &Answer) -> String {
    answer.json()["code"].as_str().unwrap_or_default().to_owned()
}

fn sheet(server: &Server, cookie: &str, path: &str, text: &str) -> Answer {
    let headers = [
        ("cookie", cookie),
        ("content-type", "text/csv"),
        ("accept-language", "zh-CN"),
    ];
    http::request(server, "POST", path, &headers, text)
}

fn listed(server: &Server, cookie: &str) -> Value {
    http::get(server, "/v1/phrases?shop=demo", &[("cookie", cookie)]).json()
}

fn owner(server: &Server) -> String {
    http::sign_in(server, server.signin.as_deref().unwrap()).unwrap()
}

fn agent(server: &Server, owner: &str) -> String {
    let made = http::post(server, "/v1/agents", &[("cookie", owner)], &json!({"name": "小美"})).json();
    let link = made["link"].as_str().unwrap().to_owned();
    http::sign_in(server, link.split("signin=").nth(1).unwrap()).unwrap()
}

/// Writes a phrase of the shop and one of the agent, and sends both, one of them with a message that is sent twice.
async fn written_and_sent(server: &Server) -> (String, String) {
    let owner = owner(server);
    let mei = agent(server, &owner);
    let post = |cookie: &str, body: Value| http::post(server, "/v1/phrases", &[("cookie", cookie)], &body);
    let ours = post(
        &owner,
        json!({"shop": "demo", "group": "物流", "title": "发货时间", "text": "{name} 您好，〔几〕点前下单今天发"}),
    );
    assert_eq!(ours.status, 200, "{}", ours.text());
    assert_eq!(ours.json()["phrase"]["initials"]["title"], "fhsj");
    let mine = post(&mei, json!({"text": "在的，请讲"}));
    assert_eq!((mine.status, mine.json()["phrase"]["shop"].clone()), (200, Value::Null));
    assert_eq!(code(&post(&mei, json!({"shop": "demo", "text": "在的"}))), "forbidden");

    let mut desk = Client::agent(server, &mei, true).await;
    let mut shopper = Client::shopper(server).await;
    shopper.send(json!({"type": "human"})).await;
    let board = desk.until(|frame| frame["mine"][0].is_object()).await;
    let (chat, epoch) = (&board["mine"][0]["conversation"], &board["mine"][0]["epoch"]);
    let used = [&mine, &mine, &ours, &mine].map(|answer| answer.json()["phrase"]["id"].clone());
    for (id, used) in ["a1", "a1", "a2", "a3"].into_iter().zip(used) {
        let message =
            json!({"type": "message", "conversation": chat, "id": id, "text": "在的", "epoch": epoch, "used": used});
        desk.send(message).await;
        desk.until_type("ack").await;
    }
    (owner, mei)
}

fn counts(list: &Value) -> Vec<(String, u64)> {
    let phrases = list["phrases"].as_array().unwrap().iter();
    phrases
        .map(|one| (one["text"].as_str().unwrap().to_owned(), one["used"].as_u64().unwrap()))
        .collect()
}

#[tokio::test]
async fn phrases_are_written_sent_and_counted_once_a_message_over_a_restart() {
    let mut server = Server::start();
    let (owner, mei) = written_and_sent(&server).await;
    let list = listed(&server, &mei);
    let wanted = [
        ("在的，请讲".to_owned(), 2),
        ("{name} 您好，〔几〕点前下单今天发".to_owned(), 1),
    ];
    assert_eq!(counts(&list), wanted);
    assert_eq!(
        (&list["may_change"], &list["most"]),
        (&json!(false), &json!({"shop": 2000, "own": 500}))
    );
    assert_eq!(listed(&server, &owner)["may_change"], true);
    assert_eq!(counts(&listed(&server, &owner)).len(), 1, "nobody sees another's own");
    server.terminate();
    server.wait();
    let server = Server::in_folder(server.folder());
    assert_eq!(counts(&listed(&server, &mei)), wanted);
    let record = http::get(&server, "/v1/audit", &[("cookie", &owner)]).json();
    let entries = record["entries"].as_array().unwrap();
    let changes: Vec<_> = entries
        .iter()
        .filter(|entry| entry["action"] == "phrases.change")
        .collect();
    assert_eq!((changes.len(), &changes[0]["subject"]), (1, &json!("demo")), "{record}");
}

#[tokio::test]
async fn two_servers_on_one_redis_have_the_same_phrases() {
    let redis = RedisServer::start();
    let settings = format!("[store]\nurl = \"{}\"\n", redis.url());
    let mut one = Server::with(&settings);
    let other = Server::with(&settings);
    let (_, mei) = written_and_sent(&one).await;
    assert_eq!(counts(&listed(&other, &mei)).len(), 2);
    one.terminate();
    one.wait();
    let wanted = [
        ("在的，请讲".to_owned(), 2),
        ("{name} 您好，〔几〕点前下单今天发".to_owned(), 1),
    ];
    assert_eq!(counts(&listed(&other, &mei)), wanted);
}

#[tokio::test]
async fn a_phrase_is_changed_deleted_and_refused_with_what_to_do() {
    let server = Server::start();
    let owner = owner(&server);
    let headers = [("cookie", owner.as_str()), ("accept-language", "zh-CN")];
    let post = |path: &str, body: Value| http::post(&server, path, &headers, &body);
    let made = post("/v1/phrases", json!({"shop": "demo", "text": "今天发货"})).json();
    let id = made["phrase"]["id"].clone();
    let changed = post(
        "/v1/phrases",
        json!({"shop": "demo", "id": id, "text": "您很生气，我懂"}),
    )
    .json();
    assert_eq!(changed["phrase"]["id"], id);
    let warning = &changed["warnings"][0];
    assert_eq!(
        (&warning["rule"], &warning["word"]),
        (&json!("I082"), &json!("您很生气")),
        "{changed}"
    );
    for (body, wanted, says) in [
        (
            json!({"shop": "demo", "text": "全网最低价"}),
            "phrase_standards",
            "最低价",
        ),
        (json!({"text": "加微信聊"}), "phrase_standards", "I081"),
        (json!({"text": " "}), "phrase_empty", "空"),
        (json!({"text": "好".repeat(2_001)}), "phrase_long", "2000"),
        (json!({"text": "好".repeat(100_000)}), "phrase_long", "2000"),
        (
            json!({"text": "好", "title": "长".repeat(61)}),
            "phrase_long",
            "标题最多 60",
        ),
        (
            json!({"text": "好", "group": "长".repeat(31)}),
            "phrase_long",
            "分组最多 30",
        ),
        (
            json!({"shop": "demo", "text": "您很生气，我懂"}),
            "phrase_known",
            "一样",
        ),
        (json!({"id": id, "text": "好的"}), "unknown_phrase", "没有"),
        (json!({"shop": "nowhere", "text": "好的"}), "unknown_shop", "shop"),
        (json!({"shop": "demo"}), "bad_frame", ""),
    ] {
        let refused = post("/v1/phrases", body);
        assert_eq!(code(&refused), wanted, "{}", refused.text());
        assert!(
            refused.json()["message"].as_str().unwrap().contains(says),
            "{}",
            refused.text()
        );
    }
    assert_eq!(
        post("/v1/phrases/delete", json!({"shop": "demo", "ids": [id, "gone"]})).json(),
        json!({"deleted": 1})
    );
    assert_eq!(
        code(&post("/v1/phrases/delete", json!({"shop": "demo", "ids": [id]}))),
        "unknown_phrase"
    );
    assert_eq!(code(&http::get(&server, "/v1/phrases", &headers)), "bad_frame");
    assert_eq!(http::get(&server, "/v1/phrases?shop=demo", &[]).status, 401);
}

#[tokio::test]
async fn a_sheet_is_taken_row_by_row_or_refused_as_a_whole() {
    let server = Server::start();
    let owner = owner(&server);
    let text = "\u{feff}分组,标题,内容\r\n物流,发货,今天发货\r\n,,\"亲，加微信聊\"\r\n售后,退货,\"退货,请点〔申请售后〕\"\r\n,,今天发货\r\n,,您很生气吧\r\n";
    let answer = sheet(&server, &owner, "/v1/phrases/import?shop=demo", text).json();
    assert_eq!(
        (&answer["taken"], &answer["merged"]),
        (&json!(3), &json!(1)),
        "{answer}"
    );
    let refused = &answer["refused"][0];
    assert_eq!(
        (&refused["row"], &refused["code"]),
        (&json!(3), &json!("phrase_standards")),
        "{answer}"
    );
    assert!(refused["message"].as_str().unwrap().contains("I081"));
    assert_eq!(
        (&answer["warned"][0]["row"], &answer["warned"][0]["rule"]),
        (&json!(6), &json!("I082"))
    );
    assert_eq!(counts(&listed(&server, &owner)).len(), 3);
    // A sheet is taken as fast as the line is: what frames may send does not bound it.
    let large: String = (0..400).map(|row| format!("{row} {}\n", "好".repeat(1_900))).collect();
    let taken = sheet(&server, &owner, "/v1/phrases/import", &large).json();
    assert_eq!(taken["taken"], 400, "{taken}");
    let many = "今天发货\n".repeat(10_000);
    let long = sheet(&server, &owner, "/v1/phrases/import?shop=demo", &many);
    assert_eq!((long.status, code(&long).as_str()), (413, "sheet_long"));
    assert!(
        long.json()["message"].as_str().unwrap().contains("10000 行"),
        "{}",
        long.text()
    );
    for (text, wanted) in [
        ("PK\u{3}\u{4}", "sheet_unreadable"),
        ("标题,分组\n发货,物流\n", "sheet_columns"),
        ("", "sheet_columns"),
    ] {
        assert_eq!(code(&sheet(&server, &owner, "/v1/phrases/import", text)), wanted);
    }
    let nobody = sheet(&server, "", "/v1/phrases/import?shop=demo", "今天发货\n");
    assert_eq!(nobody.status, 401);
}

#[tokio::test]
async fn the_standards_are_told_with_words_names_and_what_is_refused() {
    let server = Server::start();
    let answer = http::get(&server, "/v1/standards", &[("cookie", &owner(&server))]).json();
    let rules = answer["rules"].as_array().unwrap();
    let refused = |rule: &Value| rule["refuses"] == true;
    let named: Vec<_> = rules
        .iter()
        .filter(|rule| refused(rule))
        .map(|rule| rule["rule"].as_str().unwrap())
        .collect();
    assert!(
        named.contains(&"I080") && named.contains(&"I081") && rules.len() > named.len(),
        "{answer}"
    );
    for rule in rules {
        let words = rule["words"].as_array().unwrap();
        assert!(
            !words.is_empty()
                && words
                    .iter()
                    .all(|word| word.as_str() == Some(&word.as_str().unwrap().to_lowercase()))
        );
        assert!(
            ["zh", "en"]
                .iter()
                .all(|language| rule["title"][language].is_string() && rule["hint"][language].is_string())
        );
    }
    assert_eq!(http::get(&server, "/v1/standards", &[]).status, 401);
}

/// Puts a phrase of the shop.
fn put(server: &Server, cookie: &str, body: &Value) -> Answer {
    http::post(server, "/v1/phrases", &[("cookie", cookie)], body)
}

/// Who has a chat with somebody, and the chat.
async fn with_a_shopper(server: &Server, cookie: &str) -> (Client, Client, Value) {
    let mut desk = Client::agent(server, cookie, true).await;
    let mut shopper = Client::shopper(server).await;
    shopper.send(json!({"type": "human"})).await;
    let board = desk.until(|frame| frame["mine"][0].is_object()).await;
    (desk, shopper, board["mine"][0].clone())
}

async fn a_picture_goes_with_its_phrase(server: &Server) {
    let owner = owner(server);
    let mei = agent(server, &owner);
    let picture = photo(64, 48, 90);
    let uploaded = by_agent(server, &owner, "u1", &picture).json();
    let named = json!({"id": uploaded["id"]});
    let body = json!({"shop": "demo", "title": "尺码表", "text": "尺码表在这里，拿不准我帮您选", "file": named});
    let phrase = put(server, &owner, &body).json()["phrase"].clone();
    assert_eq!(
        (&phrase["file"]["kind"], &phrase["file"]["width"]),
        (&json!("picture"), &json!(64))
    );
    // Colleagues see it, and send it as their own.
    let shown = listed(server, &mei)["phrases"][0]["file"].clone();
    assert_eq!(shown, phrase["file"]);
    let (id, file) = (phrase["id"].as_str().unwrap(), shown["id"].as_str().unwrap());
    let path = format!("/v1/phrases/files/{id}/{file}?shop=demo");
    let seen = http::get(server, &path, &[("cookie", &mei)]);
    assert_eq!((seen.status, seen.header("content-type")), (200, Some("image/jpeg")));
    assert_eq!(http::get(server, &path, &[]).status, 401);
    let (mut desk, mut shopper, card) = with_a_shopper(server, &mei).await;
    let say = |id: &str| {
        json!({"type": "message", "conversation": card["conversation"], "id": id, "text": "尺码表在这里", "epoch": card["epoch"],
               "used": phrase["id"], "files": [{"id": file}]})
    };
    for id in ["a1", "a2"] {
        desk.send(say(id)).await;
        desk.until(|frame| frame["type"] == "ack" && frame["id"] == id).await;
        let heard = shopper.until_from("agent").await;
        assert_eq!(
            (&heard["files"][0]["id"], &heard["text"]),
            (&json!(file), &json!("[图片] 尺码表在这里"))
        );
    }
    // Changed without a word of it, it stays; with null it goes, and with the phrase.
    let change = |more: Value| {
        let mut body = json!({"shop": "demo", "id": id, "text": "尺码表在这里，拿不准问我"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        put(server, &owner, &body).json()["phrase"].clone()
    };
    assert_eq!(change(json!({}))["file"], phrase["file"]);
    assert_eq!(change(json!({"file": null}))["file"], Value::Null);
    assert_eq!(code(&http::get(server, &path, &[("cookie", &mei)])), "unknown_phrase");
    // What was sent is in its talk all the same.
    let talk = card["conversation"].as_str().unwrap();
    let sent = http::get(server, &format!("/v1/desk/files/{talk}/{file}"), &[("cookie", &mei)]);
    assert_eq!(sent.status, 200);
    let unknown = json!({"shop": "demo", "text": "说明书", "file": {"id": file}});
    assert_eq!(code(&put(server, &owner, &unknown)), "unknown_file");
}

#[tokio::test]
async fn a_picture_of_a_phrase_is_shown_sent_and_forgotten_with_it() {
    a_picture_goes_with_its_phrase(&Server::start()).await;
}

#[tokio::test]
async fn on_redis_too_a_picture_goes_with_its_phrase() {
    let redis = RedisServer::start();
    let server = Server::with(&format!(
        "[store]\nurl = \"{}\"\n[files]\nfolder = \"files\"\n",
        redis.url()
    ));
    a_picture_goes_with_its_phrase(&server).await;
}
