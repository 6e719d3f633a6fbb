//! The morning page: what was not answered well is shown, taught, answered, and taken back; what people wrote in the files
//! by hand stays theirs.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::support::client::Client;
use crate::support::http::{self, Answer};
use crate::support::redis::RedisServer;
use crate::support::server::Server;

/// The desk of one member of staff.
pub(crate) struct Desk<'a> {
    server: &'a Server,
    cookie: String,
}

impl Desk<'_> {
    pub(crate) fn owner(server: &Server) -> Desk<'_> {
        Desk::by_token(server, server.signin.as_deref().unwrap())
    }

    pub(crate) fn by_token<'a>(server: &'a Server, token: &str) -> Desk<'a> {
        let cookie = http::sign_in(server, token).unwrap();
        Desk { server, cookie }
    }

    pub(crate) fn cookie(&self) -> &str {
        &self.cookie
    }

    pub(crate) fn invites(&self, name: &str, roles: &[&str], shops: &[&str]) -> Desk<'_> {
        let whom = json!({"name": name, "roles": roles, "shops": shops});
        let made = self.post("/v1/agents", &whom).json();
        let token = made["link"]
            .as_str()
            .unwrap()
            .split("signin=")
            .nth(1)
            .unwrap()
            .to_owned();
        let cookie = http::sign_in(self.server, &token).unwrap();
        Desk {
            server: self.server,
            cookie,
        }
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        let headers = [("cookie", self.cookie.as_str()), ("accept-language", "zh-CN")];
        http::get(self.server, path, &headers)
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        let headers = [("cookie", self.cookie.as_str()), ("accept-language", "zh-CN")];
        http::post(self.server, path, &headers, body)
    }

    /// What was not answered well today.
    fn today(&self) -> Value {
        let yesterday = self.get("/v1/morning?shop=demo");
        assert_eq!(yesterday.status, 200, "{}", yesterday.text());
        let today = yesterday.json()["today"].as_str().unwrap().to_owned();
        let page = self.get(&format!("/v1/morning?shop=demo&day={today}"));
        assert_eq!(page.status, 200, "{}", page.text());
        page.json()
    }

    /// The page, which holds so many messages of shoppers.
    fn today_with(&self, messages: u64) -> Value {
        let page = self.today();
        assert_eq!(page["all_messages"], messages, "{page}");
        page
    }

    fn teaches(&self, sentences: &[&str], wish: Value) -> Answer {
        let mut body = json!({"shop": "demo", "group": "g", "sentences": sentences});
        body.as_object_mut().unwrap().extend(wish.as_object().unwrap().clone());
        self.post("/v1/teach", &body)
    }

    pub(crate) fn undoes(&self, change: &Value) -> Answer {
        self.post("/v1/changes/undo", &json!({"shop": "demo", "id": change["id"]}))
    }
}

pub(crate) fn taught(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

pub(crate) fn refused(answer: &Answer) -> (u16, String) {
    (
        answer.status,
        answer.json()["code"].as_str().unwrap_or_default().to_owned(),
    )
}

fn fee(server: &Server) -> PathBuf {
    server.folder().path().join("intents/shops/demo/shipping/fee.yaml")
}

/// What the bot says to somebody new.
pub(crate) async fn said_to(server: &Server, text: &str) -> String {
    let mut shopper = Client::shopper(server).await;
    shopper.say("m1", text).await;
    shopper.until_from("bot").await["text"].as_str().unwrap().to_owned()
}

fn question() -> Value {
    json!({"as": "question", "question": "shipping.fee"})
}

fn texts(page: &Value) -> Vec<String> {
    let groups = page["groups"].as_array().unwrap().iter();
    let sentences = groups.flat_map(|group| group["sentences"].as_array().unwrap());
    sentences.map(|one| one["text"].as_str().unwrap().to_owned()).collect()
}

const ASKED: [&str; 2] = ["拼单的话运送怎么算呀", "拼单运送怎么算"];

/// Asked, shown, taught, answered, taken back.
async fn a_morning(server: &Server) -> String {
    let desk = Desk::owner(server);
    let operator = desk.invites("小运", &["operator"], &["demo"]);
    for text in ASKED {
        assert!(!said_to(server, text).await.contains("99"));
    }
    said_to(server, "包邮吗").await;
    let page = operator.today_with(3);
    let groups = page["groups"].as_array().unwrap();
    assert_eq!(groups.len(), 1, "{page}");
    assert_eq!((&groups[0]["people"], &groups[0]["messages"]), (&json!(2), &json!(2)));
    assert_eq!((&page["may_teach"], &page["writable"]), (&json!(true), &json!(true)));
    assert!(groups[0]["said"][0]["text"].is_string());
    assert!(!fee(server).exists());

    let done = taught(&operator.teaches(&ASKED, question()));
    assert_eq!(done["answered"][0]["questions"], json!(["shipping.fee"]), "{done}");
    assert!(done["answered"][0]["said"].as_str().unwrap().contains("99"), "{done}");
    let file = fs::read_to_string(fee(server)).unwrap();
    assert!(file.contains(ASKED[0]) && file.starts_with('#'), "{file}");
    assert!(
        done["change"]["file"]["diff"]
            .as_str()
            .unwrap()
            .contains(&format!("+  - \"{}\"", ASKED[0]))
    );
    assert!(
        said_to(server, ASKED[1]).await.contains("99"),
        "the very sentence is answered"
    );
    assert_eq!(
        operator.today()["groups"],
        json!([]),
        "what was dealt with is shown no more"
    );

    let changes = operator.get("/v1/changes?shop=demo").json();
    let change = &changes["changes"][0];
    assert_eq!(
        (&change["did"], &change["by_name"], &change["in_force"]),
        (&json!("question"), &json!("小运"), &json!(true))
    );
    let record = desk.get("/v1/audit").json();
    let actions: Vec<&str> = record["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["action"].as_str().unwrap())
        .collect();
    assert!(
        actions.contains(&"pack.teach") && actions.contains(&"morning.read") && actions.contains(&"pack.publish"),
        "{actions:?}"
    );

    taught(&operator.undoes(change));
    assert!(!fee(server).exists(), "the file is as it was: not there");
    assert!(!said_to(server, ASKED[0]).await.contains("99"));
    assert_eq!(texts(&operator.today()).len(), 2);
    assert_eq!(refused(&operator.undoes(change)), (409, "not_in_force".to_owned()));
    let unknown = json!({"id": "019"});
    assert_eq!(refused(&operator.undoes(&unknown)), (404, "unknown_change".to_owned()));
    desk.cookie
}

#[tokio::test]
async fn what_the_pack_lacks_is_shown_taught_answered_and_taken_back() {
    let server = Server::start();
    a_morning(&server).await;
}

#[tokio::test]
async fn the_same_on_redis_and_another_server_knows_it() {
    let redis = RedisServer::start();
    let settings = format!("[store]\nurl = \"{}\"\n", redis.url());
    let server = Server::with(&settings);
    let cookie = a_morning(&server).await;
    let other = Server::with(&settings);
    let desk = Desk { server: &other, cookie };
    let changes = desk.get("/v1/changes?shop=demo").json();
    assert_eq!(changes["changes"].as_array().unwrap().len(), 2, "{changes}");
}

#[tokio::test]
async fn what_is_dismissed_stays_away_over_a_restart_with_its_like() {
    let mut server = Server::start();
    said_to(&server, "你们老板今年多大年纪了").await;
    let desk = Desk::owner(&server);
    assert_eq!(texts(&desk.today_with(1)).len(), 1);
    let ignored = taught(&desk.teaches(&["你们老板今年多大年纪了"], json!({"as": "ignore"})));
    assert!(ignored["change"]["file"].is_null(), "nothing is written");
    let cookie = desk.cookie.clone();
    server.terminate();
    server.wait();
    let server = Server::in_folder(server.folder());
    let desk = Desk {
        server: &server,
        cookie,
    };
    assert!(!said_to(&server, "你们老板今年多大了").await.is_empty());
    let page = desk.today_with(2);
    assert_eq!((&page["groups"], &page["settled"]), (&json!([]), &json!(2)), "{page}");
    taught(&desk.undoes(&ignored["change"]));
    assert_eq!(texts(&desk.today()).len(), 2);

    let nothing = taught(&desk.teaches(&["你们老板今年多大年纪了"], json!({"as": "nothing"})));
    assert_eq!(nothing["answered"][0]["questions"], json!([]));
    let file = server
        .folder()
        .path()
        .join("intents/shops/demo/shared/out_of_scope.yaml");
    assert!(fs::read_to_string(&file).unwrap().contains("你们老板今年多大年纪了"));
    assert_eq!(desk.today()["groups"], json!([]));
}

#[tokio::test]
async fn what_is_written_by_hand_is_kept_and_never_overwritten() {
    let server = Server::start();
    let desk = Desk::owner(&server);
    fs::create_dir_all(fee(&server).parent().unwrap()).unwrap();
    let by_hand = "# 运营的笔记\nintent: shipping.fee\nexamples:\n  - 运送要钱不  # 老顾客问的\n\n# 结尾\n";
    fs::write(fee(&server), by_hand).unwrap();
    let first = taught(&desk.teaches(&ASKED[..1], question()));
    let with_first = by_hand.replace("\n\n#", &format!("\n  - \"{}\"\n\n#", ASKED[0]));
    assert_eq!(
        fs::read_to_string(fee(&server)).unwrap(),
        with_first,
        "one line more, and nothing else"
    );

    let second = taught(&desk.teaches(&["拼单是几份运送"], question()));
    taught(&desk.undoes(&first["change"]));
    let left = fs::read_to_string(fee(&server)).unwrap();
    assert_eq!(
        left,
        by_hand.replace("\n\n#", "\n  - \"拼单是几份运送\"\n\n#"),
        "from among later ones"
    );

    let edited = format!("{left}# 又改了\n");
    fs::write(fee(&server), &edited).unwrap();
    let answer = desk.undoes(&second["change"]);
    assert_eq!(refused(&answer), (409, "file_changed".to_owned()));
    assert!(
        answer.json()["message"]
            .as_str()
            .unwrap()
            .contains("shops/demo/shipping/fee.yaml")
    );
    assert_eq!(fs::read_to_string(fee(&server)).unwrap(), edited);
    taught(&desk.teaches(&["拼单一起送怎么收"], question()));
    assert!(fs::read_to_string(fee(&server)).unwrap().ends_with("# 又改了\n"));
}

#[tokio::test]
async fn what_breaks_the_files_is_refused_before_it_is_written() {
    let server = Server::start();
    let desk = Desk::owner(&server);
    // A test of the pack says that this is not about postage: a shop may want that, and is told.
    let answer = desk.teaches(&["什么时候发货"], question());
    let warned = &taught(&answer)["warnings"][0];
    assert_eq!(warned["rule"], "G007", "{}", answer.text());
    assert!(warned["message"].as_str().unwrap().contains("什么时候发货"), "{warned}");
    taught(&desk.undoes(&answer.json()["change"]));
    // What the shop itself says is not to be broken.
    let own = server.folder().path().join("intents/shops/demo/shipping/time.yaml");
    fs::create_dir_all(own.parent().unwrap()).unwrap();
    let test = "{ask: 什么时候发货, expect_not: shipping.fee}";
    fs::write(&own, format!("intent: shipping.time\ntests:\n  - {test}\n")).unwrap();
    let answer = desk.teaches(&["什么时候发货"], question());
    assert_eq!(refused(&answer), (409, "pack_refused".to_owned()), "{}", answer.text());
    assert!(
        answer.json()["message"].as_str().unwrap().contains("什么时候发货"),
        "{}",
        answer.text()
    );
    assert!(!fee(&server).exists());
    assert!(
        said_to(&server, "包邮吗").await.contains("99"),
        "what answered answers on"
    );
    // The folder has an error of its own: it is said, and nothing is written.
    let broken = server.folder().path().join("intents/shipping/time.yaml");
    let sound = fs::read_to_string(&broken).unwrap();
    fs::write(&broken, sound.replace("intent:", "intnet:")).unwrap();
    let answer = desk.teaches(&ASKED, question());
    assert_eq!(refused(&answer).1, "pack_refused");
    assert!(
        answer.json()["message"]
            .as_str()
            .unwrap()
            .contains("shipping/time.yaml"),
        "{}",
        answer.text()
    );
    fs::write(&broken, sound).unwrap();
    taught(&desk.teaches(&ASKED, question()));
    for (sentences, wish, code) in [
        (
            &["能刻字吗"][..],
            json!({"as": "question", "question": "no.such"}),
            "unknown_question",
        ),
        (&[""][..], question(), "bad_sentence"),
        (&["打我电话138****5678"][..], question(), "bad_sentence"),
        (
            &["能刻字吗"][..],
            json!({"as": "new", "title": "", "answer": "能"}),
            "bad_question",
        ),
        (
            &["能刻字吗"][..],
            json!({"as": "new", "question": "shipping.fee", "title": "刻字", "answer": "能"}),
            "known_question",
        ),
        (&["能刻字吗"][..], json!({"as": "else"}), "bad_frame"),
    ] {
        assert_eq!(refused(&desk.teaches(sentences, wish)).1, code);
    }
    for (path, code) in [
        ("/v1/morning?shop=demo&day=2099-01-01", "bad_day"),
        ("/v1/morning?shop=demo&day=x", "bad_day"),
        ("/v1/morning?shop=nowhere", "unknown_shop"),
        ("/v1/morning", "bad_frame"),
    ] {
        assert_eq!(refused(&desk.get(path)).1, code, "{path}");
    }
}

#[tokio::test]
async fn where_the_server_cannot_write_it_says_so_and_gives_the_change() {
    let server = Server::start();
    let desk = Desk::owner(&server);
    // Where a folder should be lies a file: nobody may make the folder, not even root.
    fs::write(server.folder().path().join("intents/shops/demo/shipping"), "").unwrap();
    let answer = desk.teaches(&ASKED, question());
    assert_eq!(
        refused(&answer),
        (409, "folder_read_only".to_owned()),
        "{}",
        answer.text()
    );
    let diff = answer.json()["diff"].as_str().unwrap().to_owned();
    assert!(
        diff.contains("+++ b/shops/demo/shipping/fee.yaml") && diff.contains(ASKED[1]),
        "{diff}"
    );
    assert!(
        !said_to(&server, ASKED[0]).await.contains("99"),
        "what is not written does not answer"
    );
    assert_eq!(desk.get("/v1/changes?shop=demo").json()["changes"], json!([]));
}

#[tokio::test]
async fn a_new_question_answers_and_personal_data_is_hidden() {
    let server = Server::start();
    let desk = Desk::owner(&server);
    said_to(&server, "能刻字吗，好了打我电话13812345678").await;
    let page = desk.today_with(1);
    let sentence = &page["groups"][0]["sentences"][0];
    assert_eq!(
        (&sentence["text"], &sentence["hidden"]),
        (&json!("能刻字吗，好了打我电话138****5678"), &json!(true))
    );
    let ignored = taught(&desk.teaches(&["能刻字吗，好了打我电话138****5678"], json!({"as": "ignore"})));
    assert_eq!(
        desk.today()["groups"],
        json!([]),
        "it is known again though it is hidden"
    );
    taught(&desk.undoes(&ignored["change"]));
    let wish = json!({"as": "new", "title": "能不能刻字", "answer": "亲，能刻字，下单备注即可～"});
    let done = taught(&desk.teaches(&["能刻字吗", "杯子上可以刻字吗"], wish));
    assert_eq!(done["change"]["question"], "own.nbnkz", "{done}");
    assert_eq!(said_to(&server, "杯子上可以刻字吗").await, "亲，能刻字，下单备注即可～");
    let questions = desk.get("/v1/questions?shop=demo").json();
    let mut questions = questions["questions"].as_array().unwrap().iter();
    assert!(questions.any(|one| one["id"] == "own.nbnkz" && one["title"] == "能不能刻字" && one["whose"] == "shop"));
    taught(&desk.undoes(&done["change"]));
    assert!(
        !server
            .folder()
            .path()
            .join("intents/shops/demo/own/nbnkz.yaml")
            .exists()
    );
}

#[tokio::test]
async fn only_who_may_reads_and_teaches() {
    let server = Server::start();
    let owner = Desk::owner(&server);
    let agent = owner.invites("小美", &["agent"], &["demo"]);
    let supervisor = owner.invites("主管", &["supervisor"], &["demo"]);
    for path in [
        "/v1/morning?shop=demo",
        "/v1/questions?shop=demo",
        "/v1/changes?shop=demo",
    ] {
        assert_eq!(refused(&agent.get(path)), (403, "forbidden".to_owned()), "{path}");
        assert_eq!(supervisor.get(path).status, 200, "{path}");
    }
    assert_eq!(supervisor.today()["may_teach"], false);
    for desk in [&agent, &supervisor] {
        assert_eq!(
            refused(&desk.teaches(&ASKED, question())),
            (403, "forbidden".to_owned())
        );
        assert_eq!(
            refused(&desk.undoes(&json!({"id": "1"}))),
            (403, "forbidden".to_owned())
        );
    }
    let nobody = http::get(&server, "/v1/morning?shop=demo", &[]);
    assert_eq!(refused(&nobody), (401, "signed_out".to_owned()));
}
