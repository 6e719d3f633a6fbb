//! Drafts: changes kept for later, collected, shown to a colleague, published by hand or when their time has come; what was changed
//! meanwhile is brought together or is in the way, and what fails leaves the old answers.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::morning::{Desk, refused, said_to, taught};
use crate::support::redis::RedisServer;
use crate::support::server::Server;

pub(crate) const FEE: &str = "shipping.fee";

fn path(server: &Server, name: &str) -> PathBuf {
    server.folder().path().join("intents/shops/demo").join(name)
}

pub(crate) fn got(desk: &Desk, address: &str) -> Value {
    let answer = desk.get(address);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

/// New words for a question, as a form saves or keeps them.
fn words(desk: &Desk, id: &str, change: impl FnOnce(&mut Value)) -> Value {
    let question = got(desk, &format!("/v1/question?shop=demo&id={id}"));
    let mut words = question["own"].clone();
    change(&mut words);
    json!({"shop": "demo", "id": id, "base": question["version"], "words": words})
}

pub(crate) fn answer(desk: &Desk, id: &str, text: &str) -> Value {
    words(desk, id, |words| words["answers"] = json!([{ "text": text }]))
}

pub(crate) fn fact(desk: &Desk, name: &str, zh: &str) -> Value {
    let page = got(desk, "/v1/shop?shop=demo");
    let known = page["facts"]
        .as_array()
        .unwrap()
        .iter()
        .find(|fact| fact["name"] == name);
    let base = known.map(|fact| json!({"name": fact["name"], "zh": fact["zh"], "en": fact["en"]}));
    json!({"shop": "demo", "what": "fact", "base": base, "wanted": {"name": name, "zh": zh}})
}

/// Keeps a change in a draft, empty for a new one.
pub(crate) fn keeps(desk: &Desk, draft: &str, kind: &str, body: &Value) -> String {
    let done = taught(&desk.post(
        "/v1/drafts/keep",
        &json!({"draft": draft, "reason": "双11 用", kind: body}),
    ));
    done["draft"].as_str().unwrap().to_owned()
}

pub(crate) fn drafts(desk: &Desk) -> Vec<Value> {
    got(desk, "/v1/drafts?shop=demo")["drafts"].as_array().unwrap().clone()
}

pub(crate) fn acts(desk: &Desk, draft: &str, act: Value) -> (u16, String) {
    let mut body = json!({"shop": "demo", "draft": draft});
    body.as_object_mut().unwrap().extend(act.as_object().unwrap().clone());
    refused(&desk.post("/v1/drafts/change", &body))
}

pub(crate) fn publishes(desk: &Desk, draft: &Value) -> crate::support::http::Answer {
    desk.post(
        "/v1/drafts/publish",
        &json!({"shop": "demo", "draft": draft["id"], "version": draft["version"]}),
    )
}

pub(crate) fn done() -> (u16, String) {
    (200, String::new())
}

/// What the clocks of the shop show so many seconds from now.
fn in_seconds(seconds: i64) -> String {
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
    let at = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(seconds);
    at.to_zoned(zone).strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

/// Waits for what another does.
pub(crate) async fn until<T>(look: impl Fn() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "it did not come");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// What the record says was done with drafts, the latest first.
fn steps(desk: &Desk) -> Vec<Value> {
    let record = got(desk, "/v1/audit?limit=200");
    let entries = record["entries"].as_array().unwrap().iter();
    let of_drafts = entries.filter(|entry| entry["action"] == "pack.draft");
    of_drafts.map(|entry| entry["detail"]["did"].clone()).collect()
}

/// Kept, collected, tried, looked at by a colleague, sent back, mended, published, taken back.
async fn two_people(server: &Server) {
    let owner = Desk::owner(server);
    let operator = owner.invites("小运", &["operator"], &["demo"]);
    let me = got(&owner, "/v1/drafts?shop=demo")["me"].clone();
    said_to(server, "包邮吗").await;
    let draft = keeps(
        &operator,
        "",
        "question",
        &answer(&operator, FEE, "亲，一律 {{ shop.postage }} 元，很长很长～"),
    );
    assert_eq!(
        keeps(&operator, &draft, "thing", &fact(&operator, "postage", "8")),
        draft
    );
    let kept = &drafts(&owner)[0];
    assert_eq!(kept["changes"][0]["reason"], "双11 用");
    assert_eq!(
        (&kept["by_name"], &kept["changes"][0]["did"], &kept["changes"][1]["did"]),
        (&json!("小运"), &json!("edit"), &json!("fact"))
    );
    assert_eq!(kept["files"].as_array().unwrap().len(), 2, "{kept}");
    assert!(!path(server, "shipping/fee.yaml").exists(), "nothing is written");
    assert!(said_to(server, "包邮吗").await.contains("99"));

    let ask = json!({"ask": {"to": me, "words": "您看行吗"}});
    assert_eq!(acts(&operator, &draft, ask.clone()), done());
    assert_eq!(got(&owner, "/v1/drafts/waiting")["waiting"], 1);
    assert_eq!(got(&operator, "/v1/drafts/waiting")["waiting"], 0);
    assert_eq!(
        acts(&owner, &draft, json!({"send_back": ""})),
        (400, "bad_draft".to_owned())
    );
    assert_eq!(acts(&owner, &draft, json!({"send_back": "太长了"})), done());
    assert_eq!(got(&operator, "/v1/drafts/waiting")["waiting"], 1);
    assert_eq!(drafts(&operator)[0]["sent_back"]["words"], "太长了");

    // The same question again stands instead of what was kept of it. Alone it names a fact that is not there.
    let stale = drafts(&operator)[0].clone();
    let shorter = answer(&operator, FEE, "亲，一律 {{ shop.postage }} 元～");
    assert_eq!(
        refused(&operator.post("/v1/question", &shorter)),
        (409, "pack_refused".to_owned())
    );
    keeps(&operator, &draft, "question", &shorter);
    let kept = drafts(&operator)[0].clone();
    assert_eq!(kept["changes"].as_array().unwrap().len(), 2);
    let shadow = json!({"shop": "demo", "draft": draft, "shadow": true});
    assert_eq!(
        refused(&operator.post("/v1/drafts/try", &shadow)),
        (400, "bad_draft".to_owned())
    );
    assert_eq!(acts(&operator, &draft, json!({"shadow": true})), done());
    said_to(server, "运费多少").await;
    let beside = taught(&operator.post("/v1/drafts/try", &shadow));
    let effect = &beside["effect"];
    assert_eq!(
        (&effect["messages"], &effect["changed"]),
        (&json!(1), &json!(1)),
        "what was said before it began does not count: {beside}"
    );
    assert!(
        said_to(server, "运费多少").await.contains("99"),
        "shoppers hear what is live"
    );
    let body = json!({"shop": "demo", "draft": draft, "days": 1});
    let tried = taught(&operator.post("/v1/drafts/try", &body));
    let effect = &tried["effect"];
    assert_eq!(
        (&effect["messages"], &effect["changed"]),
        (&json!(4), &json!(4)),
        "{tried}"
    );
    assert!(!path(server, "shipping/fee.yaml").exists(), "tried, not written");

    assert_eq!(acts(&operator, &draft, ask), done());
    assert_eq!(refused(&publishes(&owner, &stale)), (409, "draft_changed".to_owned()));
    let published = taught(&publishes(&owner, &kept));
    assert_eq!(published["changes"].as_array().unwrap().len(), 2, "{published}");
    assert!(said_to(server, "包邮吗").await.contains("一律 8 元"));
    assert!(drafts(&operator).is_empty());
    assert_eq!(got(&owner, "/v1/drafts/waiting")["waiting"], 0);
    let again = operator.post(
        "/v1/drafts/publish",
        &json!({"shop": "demo", "draft": draft, "version": 1}),
    );
    assert_eq!(refused(&again), (404, "unknown_draft".to_owned()));
    assert!(
        again.json()["message"].as_str().unwrap().contains("已经由"),
        "{}",
        again.text()
    );

    let listed = got(&operator, "/v1/publications?shop=demo");
    let newest = &listed["publications"][0];
    assert_eq!(
        newest["changes"].as_array().unwrap().len(),
        2,
        "one publication: {newest}"
    );
    assert_eq!(
        (&newest["by"], &newest["changes"][0]["reason"]),
        (&me, &json!("双11 用"))
    );
    let changes = got(&operator, "/v1/changes?shop=demo");
    for change in changes["changes"].as_array().unwrap() {
        taught(&operator.undoes(change));
    }
    assert!(!path(server, "shipping/fee.yaml").exists(), "to the byte");
    assert!(said_to(server, "包邮吗").await.contains("99"));

    // A draft of which the last change is taken out is none; who may only read does nothing.
    let draft = keeps(&operator, "", "question", &answer(&operator, FEE, "亲，八元～"));
    let supervisor = owner.invites("小督", &["supervisor"], &["demo"]);
    let kept = drafts(&supervisor)[0].clone();
    assert_eq!(acts(&supervisor, &draft, json!({"discard": true})).0, 403);
    assert_eq!(publishes(&supervisor, &kept).status, 403);
    let remove = json!({"remove": kept["changes"][0]["id"]});
    assert_eq!(acts(&operator, &draft, remove), done());
    assert!(drafts(&operator).is_empty());
}

#[tokio::test]
async fn changes_are_collected_looked_at_by_a_colleague_published_and_taken_back() {
    two_people(&Server::start()).await;
}

#[tokio::test]
async fn the_same_on_redis() {
    let redis = RedisServer::start();
    two_people(&Server::with(&format!("[store]\nurl = \"{}\"\n", redis.url()))).await;
}

#[tokio::test]
async fn what_cannot_be_kept_asked_or_set_is_refused_with_what_to_do() {
    let server = Server::start();
    let desk = Desk::owner(&server);
    let stale = words(&desk, FEE, |words| words["title"] = json!("邮费"));
    let same = words(&desk, FEE, |_| ());
    let unfit = answer(&desk, FEE, "");
    let gone = json!({"shop": "demo", "id": "no.such", "base": "", "words": stale["words"]});
    let refuses = |draft: &str, kind: &str, body: &Value| {
        refused(&desk.post("/v1/drafts/keep", &json!({"draft": draft, kind: body})))
    };
    assert_eq!(refuses("", "question", &same), (400, "bad_draft".to_owned()));
    assert_eq!(refuses("", "question", &unfit), (400, "bad_question".to_owned()));
    assert_eq!(refuses("", "question", &gone), (404, "unknown_question".to_owned()));
    assert_eq!(
        refuses("nothing", "question", &stale),
        (404, "unknown_draft".to_owned())
    );
    assert_eq!(
        refuses("", "thing", &fact(&desk, "Gift Box", "8")),
        (400, "bad_values".to_owned())
    );
    let both = desk.post(
        "/v1/drafts/keep",
        &json!({"question": stale, "thing": fact(&desk, "cutoff", "17:00")}),
    );
    assert_eq!(both.status, 400);
    taught(&desk.post("/v1/question", &stale));
    assert_eq!(refuses("", "question", &stale), (409, "question_changed".to_owned()));
    assert!(drafts(&desk).is_empty());

    let draft = keeps(&desk, "", "thing", &fact(&desk, "cutoff", "17:00"));
    for (act, code) in [
        (json!({"at": "明天"}), "bad_moment"),
        (json!({"at": "2026-02-30T09:00"}), "bad_moment"),
        (json!({"at": in_seconds(-60)}), "bad_draft"),
        (json!({"at": in_seconds(400 * 86_400)}), "bad_draft"),
        (json!({"ask": {"to": "nobody"}}), "bad_draft"),
        (json!({}), "bad_frame"),
    ] {
        assert_eq!(acts(&desk, &draft, act.clone()), (400, code.to_owned()), "{act}");
    }
    assert_eq!(
        acts(&desk, &draft, json!({"remove": "x"})),
        (409, "draft_changed".to_owned())
    );
    assert_eq!(acts(&desk, &draft, json!({"discard": true})), done());
    assert_eq!(
        acts(&desk, &draft, json!({"discard": true})),
        (404, "unknown_draft".to_owned())
    );
}

#[tokio::test]
async fn what_was_changed_since_is_brought_together_or_is_in_the_way() {
    let server = Server::start();
    let desk = Desk::owner(&server);
    let kept = words(&desk, FEE, |words| {
        words["answers"] = json!([{ "text": "亲，运费八元～" }]);
        words["examples"] = json!(["两件一起买运费咋收"]);
    });
    let draft = keeps(&desk, "", "question", &kept);
    taught(&desk.post(
        "/v1/question",
        &words(&desk, FEE, |words| {
            words["title"] = json!("邮费");
            words["examples"] = json!(["寄过来贵不贵"]);
        }),
    ));
    let listed = drafts(&desk)[0].clone();
    assert_eq!(
        (&listed["older"], &listed["in_the_way"]),
        (&json!(true), &json!(null)),
        "{listed}"
    );
    taught(&publishes(&desk, &listed));
    let now = got(&desk, "/v1/question?shop=demo&id=shipping.fee");
    assert_eq!(
        (&now["own"]["title"], &now["own"]["examples"]),
        (&json!("邮费"), &json!(["寄过来贵不贵", "两件一起买运费咋收"]))
    );

    let draft_two = keeps(&desk, "", "question", &answer(&desk, FEE, "亲，运费九元～"));
    let beside = keeps(&desk, &draft_two, "thing", &fact(&desk, "cutoff", "17:00"));
    assert_ne!(draft, beside);
    taught(&desk.post("/v1/question", &answer(&desk, FEE, "亲，运费十元～")));
    let listed = drafts(&desk)[0].clone();
    assert!(listed["in_the_way"].as_str().unwrap().contains("答案"), "{listed}");
    let refusal = publishes(&desk, &listed);
    assert_eq!(refused(&refusal), (409, "in_the_way".to_owned()));
    assert!(
        refusal.json()["message"].as_str().unwrap().contains("邮费"),
        "{}",
        refusal.text()
    );
    assert!(
        said_to(&server, "运费多少").await.contains("十元"),
        "all of it or nothing"
    );
    assert!(
        !fs::read_to_string(path(&server, "shop.yaml"))
            .unwrap()
            .contains("17:00")
    );
    let failed = drafts(&desk)[0].clone();
    assert!(
        failed["failed"]["message"].as_str().unwrap().contains("答案"),
        "{failed}"
    );
    assert_eq!(got(&desk, "/v1/drafts/waiting")["waiting"], 1, "it is to be mended");

    // What is in the way is taken out, and the rest goes live.
    assert_eq!(
        acts(&desk, &draft_two, json!({"remove": failed["changes"][0]["id"]})),
        done()
    );
    taught(&publishes(&desk, &drafts(&desk)[0]));
    assert!(
        fs::read_to_string(path(&server, "shop.yaml"))
            .unwrap()
            .contains("17:00")
    );
}

#[tokio::test]
async fn a_draft_whose_question_is_gone_says_so_and_writes_nothing() {
    let server = Server::start();
    let desk = Desk::owner(&server);
    let new = json!({
        "title": "杯身刻字", "title_en": "", "examples": ["杯身能刻小名吗", "杯子上刻几个字行不行"],
        "answers": [{"text": "亲，可以刻～"}], "more_answers": [], "mute": [], "off": false,
    });
    let made = taught(&desk.post("/v1/question", &json!({"shop": "demo", "words": new})));
    let id = made["change"]["question"].as_str().unwrap().to_owned();
    keeps(&desk, "", "question", &answer(&desk, &id, "亲，刻字三天后发～"));
    taught(&desk.undoes(&made["change"]));
    let listed = drafts(&desk)[0].clone();
    assert!(listed["in_the_way"].as_str().unwrap().contains("放不进去"), "{listed}");
    assert_eq!(refused(&publishes(&desk, &listed)), (409, "in_the_way".to_owned()));
    assert!(!said_to(&server, "杯身能刻小名吗").await.contains("三天"));

    // A new question is kept before there is one, and made when it is published.
    let draft = keeps(&desk, "", "question", &json!({"shop": "demo", "words": new}));
    let listed = drafts(&desk)
        .into_iter()
        .find(|one| one["id"] == draft.as_str())
        .unwrap();
    assert_eq!(
        (&listed["changes"][0]["did"], &listed["changes"][0]["title"]),
        (&json!("new"), &json!("杯身刻字"))
    );
    taught(&publishes(&desk, &listed));
    assert!(said_to(&server, "杯身能刻小名吗").await.contains("可以刻"));
}

#[tokio::test]
async fn two_who_publish_one_draft_at_once_publish_it_once() {
    let server = Server::start();
    let owner = Desk::owner(&server);
    let other = owner.invites("小运", &["operator"], &["demo"]);
    keeps(&owner, "", "question", &answer(&owner, FEE, "亲，运费八元～"));
    let seen = drafts(&owner)[0].clone();
    let answers = std::thread::scope(|scope| {
        let seen = &seen;
        let both = [&owner, &other].map(|desk| scope.spawn(move || publishes(desk, seen)));
        both.map(|one| one.join().unwrap())
    });
    let mut codes: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    codes.sort_unstable();
    assert_eq!(codes[0], 200, "{codes:?}");
    assert!(matches!(codes[1], 404 | 409), "{codes:?}");
    assert_eq!(steps(&owner).iter().filter(|did| *did == "publish").count(), 1);
    let changes = got(&owner, "/v1/changes?shop=demo");
    assert_eq!(changes["changes"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_draft_goes_live_at_its_time_also_over_a_restart() {
    let server = Server::start();
    let desk = Desk::owner(&server);
    let draft = keeps(&desk, "", "question", &answer(&desk, FEE, "亲，到点才这样答～"));
    assert_eq!(acts(&desk, &draft, json!({"at": in_seconds(3600)})), done());
    let due = drafts(&desk)[0]["due"].clone();
    assert!(due["shown"].as_str().unwrap().starts_with("20"), "{due}");
    assert_eq!(acts(&desk, &draft, json!({"at": ""})), done());
    assert_eq!(drafts(&desk)[0]["due"], json!(null));
    assert_eq!(acts(&desk, &draft, json!({"at": in_seconds(3)})), done());
    server.terminate();
    let server = server.succeeded();
    until(|| {
        let file = fs::read_to_string(path(&server, "shipping/fee.yaml"));
        file.ok().filter(|text| text.contains("到点才这样答"))
    })
    .await;
    assert!(said_to(&server, "包邮吗").await.contains("到点才这样答"));
}

#[tokio::test]
async fn what_fails_at_its_time_leaves_the_old_answers_and_says_why() {
    let server = Server::start();
    let desk = Desk::owner(&server);
    // A file in the place of a folder: nothing can be written below it.
    fs::write(path(&server, "shipping"), "no folder").unwrap();
    let draft = keeps(&desk, "", "question", &answer(&desk, FEE, "亲，运费八元～"));
    assert_eq!(acts(&desk, &draft, json!({"at": in_seconds(3)})), done());
    let failed = until(|| drafts(&desk).into_iter().find(|one| one["failed"] != json!(null))).await;
    let message = failed["failed"]["message"].as_str().unwrap();
    assert!(message.contains("写不了"), "{failed}");
    assert_eq!((&failed["due"], &failed["waits"]), (&json!(null), &json!(true)));
    assert!(server.log().contains("what answered goes on"));
    assert!(said_to(&server, "包邮吗").await.contains("99"));

    // Mended, it can be published.
    fs::remove_file(path(&server, "shipping")).unwrap();
    taught(&publishes(&desk, &failed));
    assert!(said_to(&server, "包邮吗").await.contains("八元"));
}

#[tokio::test]
async fn of_two_servers_on_one_store_one_publishes_at_the_time() {
    let redis = RedisServer::start();
    let settings = format!("[store]\nurl = \"{}\"\n", redis.url());
    let one = Server::with(&settings);
    let desk = Desk::owner(&one);
    let draft = keeps(&desk, "", "question", &answer(&desk, FEE, "亲，运费八元～"));
    let _other = Server::with(&settings);
    assert_eq!(acts(&desk, &draft, json!({"at": in_seconds(3)})), done());
    until(|| drafts(&desk).is_empty().then_some(())).await;
    let steps = steps(&desk);
    assert_eq!(steps.iter().filter(|did| *did == "publish").count(), 1, "{steps:?}");
    assert_eq!(steps.iter().filter(|did| *did == "fail").count(), 0, "{steps:?}");
    let changes = got(&desk, "/v1/changes?shop=demo");
    assert_eq!(changes["changes"].as_array().unwrap().len(), 1);
}
