//! The page of questions: found, read, changed, tried on what was said lately, and taken back; two who change the same
//! question do not write over each other.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::morning::{Desk, refused, said_to, taught};
use crate::support::http::Answer;
use crate::support::redis::RedisServer;
use crate::support::server::Server;

const FEE: &str = "shipping.fee";

fn own_file(server: &Server) -> PathBuf {
    server.folder().path().join("intents/shops/demo/shipping/fee.yaml")
}

fn read(desk: &Desk, id: &str) -> Value {
    let answer = desk.get(&format!("/v1/question?shop=demo&id={id}"));
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

/// The question as it was read, with its words changed.
fn with(question: &Value, change: impl FnOnce(&mut Value)) -> Value {
    let mut words = question["own"].clone();
    change(&mut words);
    json!({"shop": "demo", "id": question["id"], "base": question["version"], "words": words})
}

fn saves(desk: &Desk, body: &Value) -> Answer {
    desk.post("/v1/question", body)
}

fn tries(desk: &Desk, body: &Value, days: u8) -> Value {
    let mut body = body.clone();
    body["days"] = json!(days);
    let answer = desk.post("/v1/question/try", &body);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn says(preview: &Value, text: &str) -> bool {
    let mut rows = preview.as_array().unwrap().iter();
    rows.any(|row| row["text"].as_str().unwrap_or_default().contains(text))
}

/// Found, read, tried, saved, answered, taken back.
async fn a_change(server: &Server) {
    let desk = Desk::owner(server);
    let operator = desk.invites("小运", &["operator"], &["demo"]);
    said_to(server, "寄过来要多少运费呀").await;
    said_to(server, "你好").await;

    let found = operator.get("/v1/questions?shop=demo&sought=%E5%8C%85%E9%82%AE").json();
    let fee = found["questions"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["id"] == FEE);
    let fee = fee.unwrap_or_else(|| panic!("{found}"));
    assert_eq!((&fee["whose"], &fee["changed"]), (&json!("pack"), &json!(false)));
    assert_eq!(found["read"][0]["id"], FEE, "what would be read in it stands first");
    assert_eq!(found["may_teach"], true);

    let question = read(&operator, FEE);
    assert_eq!(
        (&question["version"], &question["own"]["answers"]),
        (&json!(""), &json!([]))
    );
    assert!(question["common"]["examples"].as_array().unwrap().len() > 2);
    assert!(
        says(&question["preview"], "满 99 元包邮"),
        "rendered with the shop's facts: {}",
        question["preview"]
    );

    let answer = "亲，{{ shop.name }}全国一律 8 元运费，满两件包邮～";
    let mut body = with(&question, |words| {
        words["answers"] = json!([{ "text": answer }]);
        words["examples"] = json!(["两件一起买运费咋收"]);
    });
    body["reason"] = json!(" 老板说的，电话13812345678 ");
    let tried = tries(&operator, &body, 1);
    assert!(
        says(&tried["preview"], "元运费，满两件包邮") && says(&tried["preview"], "小店全国一律"),
        "{}",
        tried["preview"]
    );
    assert!(
        tried["files"][0]["diff"].as_str().unwrap().contains("+answers:"),
        "{tried}"
    );
    assert_eq!(tried["answered"][0]["questions"], json!([FEE]));
    let effect = &tried["effect"];
    assert_eq!(
        (&effect["messages"], &effect["changed"], &effect["cut"]),
        (&json!(2), &json!(1), &json!(false))
    );
    let group = &effect["groups"][0];
    assert_eq!(
        (&group["change"], &group["before"]),
        (&json!("reworded"), &group["after"])
    );
    assert_eq!(group["samples"][0]["text"], "寄过来要多少运费呀");
    assert!(
        group["samples"][0]["after"]["says"][0]
            .as_str()
            .unwrap()
            .contains("满两件包邮")
    );
    assert!(!own_file(server).exists(), "nothing was written");

    let done = taught(&saves(&operator, &body));
    assert_eq!(
        (&done["change"]["did"], &done["change"]["question"]),
        (&json!("edit"), &json!(FEE))
    );
    assert_eq!(done["question"]["own"]["answers"][0]["text"], answer);
    assert!(said_to(server, "运费多少").await.contains("满两件包邮"));
    let changes = operator.get("/v1/changes?shop=demo").json();
    assert_eq!(
        (&changes["changes"][0]["by_name"], &changes["changes"][0]["in_force"]),
        (&json!("小运"), &json!(true))
    );
    assert_eq!(changes["changes"][0]["reason"], "老板说的，电话138****5678");
    let listed = operator.get("/v1/questions?shop=demo").json();
    let mut listed = listed["questions"].as_array().unwrap().iter();
    assert!(listed.any(|one| one["id"] == FEE && one["changed"] == true));

    taught(&operator.undoes(&changes["changes"][0]));
    assert!(!own_file(server).exists(), "to the byte: there was no file");
    assert!(!said_to(server, "运费多少").await.contains("满两件包邮"));
}

#[tokio::test]
async fn an_answer_is_found_tried_saved_answered_and_taken_back() {
    let server = Server::start();
    a_change(&server).await;
}

#[tokio::test]
async fn the_same_on_redis() {
    let redis = RedisServer::start();
    let server = Server::with(&format!("[store]\nurl = \"{}\"\n", redis.url()));
    a_change(&server).await;
}

#[tokio::test]
async fn who_comes_second_is_told_what_changed_and_nothing_is_written_over() {
    let server = Server::start();
    let owner = Desk::owner(&server);
    let other = owner.invites("小运", &["operator"], &["demo"]);
    let seen = read(&owner, FEE);
    let first = with(&seen, |words| words["title"] = json!("邮费"));
    taught(&saves(&other, &first));
    let second = with(&seen, |words| {
        words["answers"] = json!([{ "text": "亲，邮费看结算页～" }])
    });
    for address in ["/v1/question", "/v1/question/try"] {
        let answer = owner.post(address, &second);
        assert_eq!(refused(&answer), (409, "question_changed".to_owned()));
        assert!(
            answer.json()["message"].as_str().unwrap().contains("小运"),
            "{}",
            answer.text()
        );
    }
    let now = read(&owner, FEE);
    assert_eq!(
        (&now["own"]["title"], &now["own"]["answers"]),
        (&json!("邮费"), &json!([]))
    );

    // By hand, beside the page.
    let file = fs::read_to_string(own_file(&server)).unwrap();
    fs::write(own_file(&server), format!("{file}# 店长：先别动答案\n")).unwrap();
    let answer = saves(&owner, &with(&now, |words| words["title"] = json!("运费")));
    assert_eq!(refused(&answer), (409, "question_changed".to_owned()));
    assert!(
        answer.json()["message"].as_str().unwrap().contains("直接改过"),
        "{}",
        answer.text()
    );
    let now = read(&owner, FEE);
    taught(&saves(&owner, &with(&now, |words| words["title"] = json!("运费"))));
    let file = fs::read_to_string(own_file(&server)).unwrap();
    assert!(
        file.contains("# 店长：先别动答案\n") && file.contains("title: \"运费\"\n"),
        "{file}"
    );
}

#[tokio::test]
async fn what_the_check_forbids_is_refused_with_the_finding_and_a_question_is_made_and_switched_off() {
    let server = Server::start();
    let desk = Desk::owner(&server);
    let question = read(&desk, FEE);
    let risky = with(&question, |words| {
        words["answers"] = json!([{ "text": "亲，加微信 xl8888 给您免运费～" }])
    });
    let broken = with(&question, |words| {
        words["answers"] = json!([{ "text": "亲，{{ shop.nothing }} 元～" }])
    });
    for body in [&risky, &broken] {
        for address in ["/v1/question/try", "/v1/question"] {
            let answer = desk.post(address, body);
            assert_eq!(refused(&answer), (409, "pack_refused".to_owned()));
            assert!(
                answer.json()["message"].as_str().unwrap().contains("fee.yaml"),
                "{}",
                answer.text()
            );
        }
    }
    let unfit = with(&question, |words| words["answers"] = json!([{ "text": "" }]));
    assert_eq!(refused(&saves(&desk, &unfit)), (400, "bad_question".to_owned()));
    assert!(!own_file(&server).exists());

    let words = json!({
        "title": "杯身刻字", "title_en": "", "examples": ["杯身能刻小名吗", "杯子上刻几个字行不行"],
        "answers": [{"text": "亲，可以刻，备注写上就行～"}, {"text": "双11 免费刻～", "from": "2020-11-01", "to": "2020-11-11"}],
        "more_answers": [], "mute": [], "off": false,
    });
    let made = taught(&saves(&desk, &json!({"shop": "demo", "words": words})));
    let id = made["change"]["question"].as_str().unwrap().to_owned();
    assert_eq!(
        (made["change"]["did"].as_str(), made["question"]["common"].is_null()),
        (Some("new"), true)
    );
    let when: Vec<&Value> = made["question"]["preview"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["when"])
        .collect();
    assert_eq!(when, ["now", "ended"]);
    assert!(said_to(&server, "杯身能刻小名吗").await.contains("可以刻"));
    let file = server
        .folder()
        .path()
        .join(format!("intents/shops/demo/{}.yaml", id.replace('.', "/")));
    let text = fs::read_to_string(&file).unwrap();
    assert!(
        text.contains("from: 2020-11-01") && text.contains("title_en: \"杯身刻字\""),
        "{text}"
    );
    let fewer = with(&read(&desk, &id), |words| words["examples"] = json!([]));
    assert_eq!(refused(&saves(&desk, &fewer)), (400, "bad_question".to_owned()));

    let off = with(&question, |words| words["off"] = json!(true));
    taught(&saves(&desk, &off));
    let listed = desk.get("/v1/questions?shop=demo").json();
    let mut listed = listed["questions"].as_array().unwrap().iter();
    assert!(
        listed.any(|one| one["id"] == FEE && one["off"] == true),
        "it can be found, to be switched on again"
    );
    assert!(!said_to(&server, "包邮吗").await.contains("99"));
    let on = with(&read(&desk, FEE), |words| words["off"] = json!(false));
    taught(&saves(&desk, &on));
    assert!(!own_file(&server).exists(), "a file that says nothing any more goes");
    assert!(said_to(&server, "包邮吗").await.contains("99"));
}

#[tokio::test]
async fn a_decision_of_the_morning_page_is_tried_and_who_may_not_is_refused() {
    let server = Server::start();
    let desk = Desk::owner(&server);
    said_to(&server, "拼单的话运送怎么算呀，电话13812345678").await;
    let body = json!({"shop": "demo", "group": "g", "sentences": ["拼单的话运送怎么算呀"], "as": "question", "question": FEE, "days": 1});
    let answer = desk.post("/v1/teach/try", &body);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let tried = answer.json();
    assert_eq!(tried["answered"][0]["questions"], json!([FEE]));
    assert_eq!(tried["effect"]["messages"], 1, "{tried}");
    assert!(!answer.text().contains("13812345678"), "nothing personal is shown");
    assert!(!own_file(&server).exists());
    let record = desk.get("/v1/audit").json();
    let mut entries = record["entries"].as_array().unwrap().iter();
    assert!(
        entries.any(|entry| entry["action"] == "morning.read"),
        "who reads what shoppers said stands on record"
    );

    let supervisor = desk.invites("小督", &["supervisor"], &["demo"]);
    let question = read(&supervisor, FEE);
    let edit = with(&question, |words| words["title"] = json!("邮费"));
    for address in ["/v1/question/try", "/v1/question"] {
        assert_eq!(supervisor.post(address, &edit).status, 403);
    }
    assert_eq!(supervisor.post("/v1/teach/try", &body).status, 403);
    let agent = desk.invites("小林", &["agent"], &["demo"]);
    assert_eq!(agent.get("/v1/questions?shop=demo").status, 403);
    assert_eq!(agent.get("/v1/question?shop=demo&id=shipping.fee").status, 403);
    assert_eq!(desk.get("/v1/question?shop=demo&id=no.such").status, 404);
}

fn publications(desk: &Desk) -> Vec<Value> {
    let answer = desk.get("/v1/publications?shop=demo");
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["publications"].as_array().unwrap().clone()
}

fn goes_back(desk: &Desk, publication: &Value, only_say: bool) -> Value {
    let body = json!({"shop": "demo", "id": publication["id"], "only_say": only_say});
    let answer = desk.post("/v1/publications/back", &body);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn saves_answer(desk: &Desk, id: &str, text: &str) {
    let question = read(desk, id);
    taught(&saves(
        desk,
        &with(&question, |words| words["answers"] = json!([{ "text": text }])),
    ));
}

/// The same in the list, whatever was published since.
fn again(desk: &Desk, publication: &Value) -> Value {
    let mut all = publications(desk).into_iter();
    all.find(|one| one["id"] == publication["id"]).unwrap()
}

#[tokio::test]
async fn what_has_answered_is_listed_with_who_and_what_and_one_click_goes_back_there() {
    let server = Server::start();
    let owner = Desk::owner(&server);
    let desk = owner.invites("小运", &["operator"], &["demo"]);
    let time_file = server.folder().path().join("intents/shops/demo/shipping/time.yaml");
    let first = publications(&desk);
    assert_eq!(
        (first.len(), &first[0]["live"], &first[0]["by"]),
        (1, &json!(true), &json!(null))
    );

    saves_answer(&desk, FEE, "亲，运费甲～");
    let after_one = until_first(&desk, |one| {
        one["by_name"] == "小运" && one["changes"][0]["did"] == "edit"
    })
    .await;
    assert!(
        after_one["changes"][0]["file"]["diff"]
            .as_str()
            .unwrap()
            .contains("运费甲")
    );
    let one = fs::read_to_string(own_file(&server)).unwrap();
    saves_answer(&desk, FEE, "亲，运费乙～");
    saves_answer(&desk, "shipping.time", "亲，时间丙～");
    until_first(&desk, |one| {
        one["changes"][0]["file"]["name"] == "shops/demo/shipping/time.yaml"
    })
    .await;

    let said = goes_back(&desk, &after_one, true);
    assert_eq!(
        (said["steps"].as_array().unwrap().len(), &said["left"]),
        (2, &json!([]))
    );
    assert!(time_file.exists(), "only said");
    let body = json!({"shop": "demo", "id": after_one["id"], "seen": [said["steps"][0]["id"]]});
    let other = desk.post("/v1/publications/back", &body).json();
    assert_eq!(
        (other["done"].clone(), other["steps"].clone()),
        (json!(false), said["steps"].clone()),
        "it comes to more than was looked at"
    );
    assert!(time_file.exists(), "nothing is done");
    goes_back(&desk, &after_one, false);
    assert_eq!(fs::read_to_string(own_file(&server)).unwrap(), one, "to the byte");
    assert!(!time_file.exists());
    assert!(said_to(&server, "包邮吗").await.contains("运费甲"));
    // And forward again: what was taken back is made anew.
    let newest = publications(&desk).into_iter().find(|one| {
        one["changes"][0]["file"]["name"] == "shops/demo/shipping/time.yaml" && one["changes"][0]["did"] == "edit"
    });
    let forward = goes_back(&desk, &newest.unwrap(), false);
    assert!(
        forward["steps"]
            .as_array()
            .unwrap()
            .iter()
            .all(|step| step["again"] == true),
        "{forward}"
    );
    assert!(said_to(&server, "包邮吗").await.contains("运费乙"));
    assert!(time_file.exists());
    let changes = desk.get("/v1/changes?shop=demo").json();
    assert_eq!(
        changes["changes"][0]["in_force"], true,
        "what was made again can be taken back again"
    );

    // By hand: listed with the diff, by nobody; what is in that file stays where it is.
    let by_hand = format!("{}# 店长改的\n", fs::read_to_string(&time_file).unwrap());
    fs::write(&time_file, &by_hand).unwrap();
    let hand = until_first(&desk, |one| one["files"][0]["name"] == "shops/demo/shipping/time.yaml").await;
    assert_eq!((&hand["by"], &hand["files"][0]["added"]), (&json!(null), &json!(1)));
    assert!(
        hand["files"][0]["diff"].as_str().unwrap().contains("+# 店长改的"),
        "{hand}"
    );
    let gone = goes_back(&desk, &again(&desk, &after_one), false);
    assert_eq!(
        (
            gone["steps"].as_array().unwrap().len(),
            gone["left"].as_array().unwrap().len()
        ),
        (1, 1),
        "{gone}"
    );
    assert_eq!(gone["left"][0]["file"]["name"], "shops/demo/shipping/time.yaml");
    assert_eq!(
        fs::read_to_string(&time_file).unwrap(),
        by_hand,
        "what people wrote stays"
    );
    assert_eq!(fs::read_to_string(own_file(&server)).unwrap(), one);

    let supervisor = owner.invites("小督", &["supervisor"], &["demo"]);
    assert_eq!(publications(&supervisor).len(), publications(&desk).len());
    let body = json!({"shop": "demo", "id": after_one["id"]});
    assert_eq!(supervisor.post("/v1/publications/back", &body).status, 403);
    let unknown = json!({"shop": "demo", "id": "999999"});
    assert_eq!(
        refused(&desk.post("/v1/publications/back", &unknown)),
        (404, "unknown_change".to_owned())
    );
}

/// The newest publication, when it is this one: the record is written beside the answer, and files are looked at now and then.
async fn until_first(desk: &Desk<'_>, wanted: impl Fn(&Value) -> bool) -> Value {
    let begun = std::time::Instant::now();
    loop {
        let all = publications(desk);
        if wanted(&all[0]) {
            return all[0].clone();
        }
        assert!(begun.elapsed() < std::time::Duration::from_secs(30), "{all:#?}");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}
