//! Reviews of talks: what is drawn, who assesses, who reads and answers, what colleagues see, and what becomes of it.

use serde_json::{Value, json};

use crate::support::client::Client;
use crate::support::http::{self, Answer};
use crate::support::redis::RedisServer;
use crate::support::server::Server;

/// Somebody new with this invitation: the cookie and the id.
fn colleague(server: &Server, owner: &str, invitation: Value) -> (String, Value) {
    let made = http::post(server, "/v1/agents", &[("cookie", owner)], &invitation).json();
    let link = made["link"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
    let cookie = http::sign_in(server, link.split("signin=").nth(1).unwrap()).unwrap();
    (cookie, made["agent"].clone())
}

/// A talk of a shopper with an agent who says this, ended by the agent: which.
async fn talked(server: &Server, agent: &str, asked: &str, said: &[&str]) -> Value {
    let mut desk = Client::agent(server, agent, false).await;
    let mut shopper = Client::shopper(server).await;
    let chat = shopper.welcome["conversation"].clone();
    shopper.say("c1", asked).await;
    shopper.until_type("ack").await;
    shopper.send(json!({"type": "human"})).await;
    shopper.until_type("owner").await;
    desk.send(json!({"type": "take", "conversation": chat})).await;
    desk.send(json!({"type": "open", "conversation": chat})).await;
    let epoch = desk.until(|frame| frame["event"]["kind"] == "assigned").await["event"]["epoch"].clone();
    for (number, text) in said.iter().enumerate() {
        let id = format!("a{number}");
        desk.send(json!({"type": "message", "conversation": chat, "id": id, "text": text, "epoch": epoch}))
            .await;
        desk.until_type("ack").await;
    }
    desk.send(json!({"type": "close", "conversation": chat})).await;
    desk.until(|frame| frame["event"]["kind"] == "closed").await;
    chat
}

fn drawn(server: &Server, cookie: &str, query: &str) -> Answer {
    http::get(server, &format!("/v1/quality?shop=demo{query}"), &[("cookie", cookie)])
}

fn talks(answer: &Answer) -> Vec<Value> {
    let talks = &answer.json()["talks"];
    talks.as_array().unwrap_or_else(|| panic!("{}", answer.text())).clone()
}

fn listed(server: &Server, cookie: &str, of: &str) -> Vec<Value> {
    talks(&http::get(
        server,
        &format!("/v1/quality/reviews?of={of}"),
        &[("cookie", cookie)],
    ))
}

fn opened(server: &Server, cookie: &str, chat: &Value) -> Answer {
    http::post(
        server,
        "/v1/quality/talk",
        &[("cookie", cookie)],
        &json!({ "conversation": chat }),
    )
}

fn changed(server: &Server, cookie: &str, chat: &Value, mut change: Value) -> Answer {
    change["conversation"] = chat.clone();
    http::post(server, "/v1/quality/change", &[("cookie", cookie)], &change)
}

fn code(answer: &Answer) -> String {
    answer.json()["code"].as_str().unwrap_or_default().to_owned()
}

/// From the draw to the erasure, and over a restart.
async fn a_round(server: Server, again: impl AsyncFnOnce(Server) -> Server) {
    let owner = http::sign_in(&server, server.signin.as_deref().unwrap()).unwrap();
    let (mei, mei_id) = colleague(&server, &owner, json!({"name": "小美"}));
    let (pi, pi_id) = colleague(&server, &owner, json!({"name": "小皮"}));
    let boss = json!({"name": "组长", "roles": ["agent", "supervisor"], "shops": ["demo"]});
    let (boss, _) = colleague(&server, &owner, boss);
    let chat = talked(
        &server,
        &mei,
        "电话13812345678，什么时候发货",
        &["您一定很着急吧", "稍等，我查一下"],
    )
    .await;
    let mut alone = Client::shopper(&server).await;
    alone.say("c1", "包邮吗").await;
    alone.until_from("bot").await;

    // Drawn is what ended and what people had, always the same; by a rule, where it finds something.
    let draw = talks(&drawn(&server, &boss, "&size=5"));
    assert_eq!(draw.len(), 1, "{draw:?}");
    assert_eq!(
        (&draw[0]["conversation"], &draw[0]["agents"][0]["name"]),
        (&chat, &json!("小美"))
    );
    let rules: Vec<&Value> = draw[0]["marks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|mark| &mark["rule"])
        .collect();
    assert_eq!(rules, ["feelings", "promise"], "she ended it without coming back");
    assert_eq!(talks(&drawn(&server, &boss, "&rule=feelings")).len(), 1);
    assert!(talks(&drawn(&server, &boss, "&rule=low_stars")).is_empty());
    for (query, refusal) in [
        ("&size=0", "bad_draw"),
        ("&size=51", "bad_draw"),
        ("&day=2099-01-01", "bad_draw"),
        ("&day=x", "bad_draw"),
        ("&rule=x", "bad_frame"),
    ] {
        assert_eq!(code(&drawn(&server, &boss, query)), refusal, "{query}");
    }
    assert_eq!(drawn(&server, &mei, "").status, 403);

    // Assessed by the sheet, of whom who had it, and by nobody but who leads.
    let points = |points: u32, of: &Value| json!({"assess": {"of": of, "items": [{"item": "promise", "points": points}], "note": "说了查，没有回来"}});
    assert_eq!(code(&changed(&server, &boss, &chat, points(11, &mei_id))), "bad_score");
    assert_eq!(code(&changed(&server, &boss, &chat, points(10, &pi_id))), "not_in_talk");
    assert_eq!(changed(&server, &mei, &chat, points(10, &mei_id)).status, 403);
    assert_eq!(changed(&server, &pi, &chat, points(10, &mei_id)).status, 403);
    let told = changed(&server, &boss, &chat, points(10, &mei_id)).json();
    let assessment = told["review"]["assessments"][0].clone();
    assert_eq!(
        (&assessment["by_name"], &assessment["deductions"][0]["points"]),
        (&json!("组长"), &json!(10))
    );

    // She sees it and answers, twice; he neither sees nor answers it.
    assert_eq!(listed(&server, &mei, "own").len(), 1);
    assert!(listed(&server, &pi, "own").is_empty() && listed(&server, &pi, "assessed").is_empty());
    let answer = |text: &str| json!({"answer": {"assessment": assessment["id"], "text": text}});
    assert_eq!(changed(&server, &pi, &chat, answer("x")).status, 403);
    for text in ["查到后是电话回复的", "有通话记录"] {
        assert_eq!(changed(&server, &mei, &chat, answer(text)).status, 200);
    }
    assert_eq!(code(&changed(&server, &mei, &chat, answer(" "))), "empty");
    let seen = &listed(&server, &boss, "assessed")[0]["review"]["assessments"][0]["answers"];
    assert_eq!(
        (&seen[0]["text"], &seen[1]["name"]),
        (&json!("查到后是电话回复的"), &json!("小美"))
    );
    let own = opened(&server, &mei, &chat).json();
    assert_eq!((&own["standing"], &own["sheet"]), (&json!("had"), &json!([])));

    // Shared, it is read by colleagues without the customer's data, and noted on.
    assert_eq!(opened(&server, &pi, &chat).status, 403);
    assert_eq!(changed(&server, &boss, &chat, json!({"share": true})).status, 200);
    let looked = opened(&server, &pi, &chat);
    let (text, told) = (looked.text(), looked.json());
    assert_eq!(told["standing"], "colleague");
    assert!(!text.contains("13812345678") && text.contains("138****5678"), "{text}");
    assert_eq!(
        (&told["marks"], &told["review"]["assessments"]),
        (&json!([]), &Value::Null)
    );
    assert_eq!(
        changed(&server, &pi, &chat, json!({"note": "第一句说破了情绪"})).status,
        200
    );
    assert_eq!(listed(&server, &mei, "shared")[0]["review"]["notes"][0]["name"], "小皮");
    assert_eq!(
        code(&changed(&server, &pi, &chat, json!({"no_note": "none"}))),
        "unknown_review"
    );
    assert_eq!(
        code(&changed(&server, &pi, &chat, json!({"note": "a", "share": false}))),
        "bad_frame"
    );

    // The record knows that it was done, and no word of it.
    let record = http::get(&server, "/v1/audit?limit=100", &[("cookie", &owner)]);
    let entries = record.json()["entries"].as_array().unwrap().clone();
    let did = |action: &str| entries.iter().filter(|entry| entry["action"] == action).count();
    assert_eq!(did("talk.review"), 5);
    assert!(did("talk.read") >= 1 && !record.text().contains("电话回复"));

    // Kept over a restart, and gone with the customer.
    let server = again(server).await;
    assert_eq!(
        listed(&server, &mei, "own")[0]["review"]["assessments"][0]["answers"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let customer = http::post(
        &server,
        "/v1/customers",
        &[("cookie", &owner)],
        &json!({ "conversation": chat }),
    )
    .json();
    let whom = json!({"shop": "demo", "customer": customer["found"][0]["customer"]});
    assert_eq!(
        http::post(&server, "/v1/customers/erase", &[("cookie", &owner)], &whom).status,
        200
    );
    for list in ["assessed", "shared"] {
        assert!(listed(&server, &boss, list).is_empty(), "{list}");
    }
    assert_eq!(code(&opened(&server, &boss, &chat)), "unknown_conversation");
}

#[tokio::test]
async fn a_talk_is_drawn_assessed_answered_shared_and_forgotten_with_its_customer() {
    a_round(Server::start(), async |mut server| {
        server.terminate();
        server.wait();
        Server::in_folder(server.folder())
    })
    .await;
}

#[tokio::test]
async fn servers_on_one_redis_keep_the_same_reviews() {
    let redis = RedisServer::start();
    let settings = format!("[store]\nurl = \"{}\"\n", redis.url());
    let (one, other) = (Server::with(&settings), Server::with(&settings));
    a_round(one, async |_| other).await;
}

#[tokio::test]
async fn the_same_day_and_round_draw_the_same_and_a_larger_number_only_adds() {
    let server = Server::start();
    let owner = http::sign_in(&server, server.signin.as_deref().unwrap()).unwrap();
    for number in 0..4 {
        talked(&server, &owner, &format!("第{number}个问题"), &["您好"]).await;
    }
    let ids = |query: &str| -> Vec<Value> {
        let talks = talks(&drawn(&server, &owner, query)).into_iter();
        talks.map(|talk| talk["conversation"].clone()).collect()
    };
    let all = ids("&size=10");
    assert_eq!(all.len(), 4);
    assert_eq!(ids("&size=10"), all);
    assert_eq!(ids("&size=2"), all[..2]);
    let rounds: Vec<Vec<Value>> = (1..12).map(|round| ids(&format!("&size=10&round={round}"))).collect();
    assert!(
        rounds.iter().any(|order| *order != all),
        "another round draws in another order"
    );
}
