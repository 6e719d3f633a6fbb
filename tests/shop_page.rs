//! The page of the shop: hours, facts and goods read, tried, changed and taken back; what cannot be gets a word beside its field;
//! two at one thing, or somebody in the file beside the page, do not write over each other.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::morning::{Desk, refused, said_to, taught};
use crate::support::http::Answer;
use crate::support::redis::RedisServer;
use crate::support::server::Server;

const SHOP: &str = "# 店长写的\nshop: demo\nname: {zh: 小店, en: Little Shop}\nservice_hours: # 人工\n  every_day: \"00:00-24:00\"\nclock: own\nallow: [no_signals, no_person]\nfacts:\n  # 几点前当天发\n  cutoff: \"16:00\" # 别超过仓库下班\n  hall: 三楼\n";
const PRICE: &str = "intent: product.price\ntitle: 多少钱\ntitle_en: What it costs\nexamples:\n  - 多少钱\n  - 什么价\n  - 这个怎么卖\n  - 这款多少钱\n  - 卖多少钱\n  - 这件什么价位\n  - 一双多少钱\n  - 价格多少\nslots:\n  - name: goods\nanswers:\n  - 亲，价格看商品页～\n  - See the product page for the price.\n  - {text: \"亲，{{ goods.name }} {{ goods.price }} 元～\", lang: zh}\ntests:\n  - {ask: 这个多少钱呀, expect: product.price}\n  - {ask: 那个什么价, expect: product.price}\n  - {ask: 一件多少钱, expect: product.price}\n  - {ask: 包邮吗, expect_not: product.price}\n";
const GOODS: &str = "# 目录\n- id: \"10001\"\n  name: 疾风跑鞋 # 主推\n  aliases: [疾风]\n  price: 399\n- name: 云垫拖鞋\n  aliases: [云垫]\n  price: 59\n  stock: 现货\n";
const SHEET: &str = "\u{feff}编号,名称,别名,价格\r\n10001,疾风跑鞋,疾风,399\r\n,云垫拖鞋,云垫,59\r\n";

fn path(server: &Server, name: &str) -> PathBuf {
    server.folder().path().join("intents/shops/demo").join(name)
}

fn text(server: &Server, name: &str) -> String {
    fs::read_to_string(path(server, name)).unwrap()
}

fn shop_with(goods: (&str, &str)) -> Server {
    let goods_file = format!("shops/demo/{}", goods.0);
    Server::with_files(&[
        ("shops/demo/shop.yaml", SHOP),
        ("product/price.yaml", PRICE),
        (&goods_file, goods.1),
    ])
}

fn shop() -> Server {
    shop_with(("goods.yaml", GOODS))
}

fn page(desk: &Desk) -> Value {
    let answer = desk.get("/v1/shop?shop=demo");
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn fact(desk: &Desk, name: &str) -> Value {
    let page = page(desk);
    let found = page["facts"]
        .as_array()
        .unwrap()
        .iter()
        .find(|fact| fact["name"] == name);
    found.unwrap_or_else(|| panic!("no {name}: {page}")).clone()
}

/// The fact without what the page tells of it.
fn plain(fact: &Value) -> Value {
    json!({"name": fact["name"], "zh": fact["zh"], "en": fact["en"]})
}

fn article(desk: &Desk, name: &str) -> Value {
    let answer = desk.get("/v1/shop/goods?shop=demo");
    assert_eq!(answer.status, 200, "{}", answer.text());
    let page = answer.json();
    let found = page["goods"]
        .as_array()
        .unwrap()
        .iter()
        .find(|goods| goods["name"] == name);
    found.unwrap_or_else(|| panic!("no {name}: {page}")).clone()
}

fn with(value: &Value, field: &str, new: Value) -> Value {
    let mut changed = value.clone();
    changed[field] = new;
    changed
}

fn edit(what: &str, base: &Value, wanted: &Value) -> Value {
    json!({"shop": "demo", "what": what, "base": base, "wanted": wanted, "reason": "老板说的"})
}

fn tries(desk: &Desk, body: &Value) -> Value {
    let answer = desk.post("/v1/shop/try", body);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn saves(desk: &Desk, body: &Value) -> Answer {
    desk.post("/v1/shop", body)
}

fn wrong_fields(answer: &Answer) -> Vec<String> {
    assert_eq!(refused(answer), (400, "bad_values".to_owned()), "{}", answer.text());
    let told = answer.json();
    let fields = told["fields"].as_array().unwrap().iter();
    fields.map(|one| one["field"].as_str().unwrap().to_owned()).collect()
}

/// Hours, a fact and a price: tried, saved, heard by shoppers, listed with their reason, taken back to the byte.
async fn a_day(server: &Server, goods_file: &str, goods: &str) {
    let owner = Desk::owner(server);
    let desk = owner.invites("小运", &["operator"], &["demo"]);
    let cutoff = fact(&desk, "cutoff");
    assert_eq!(
        (&cutoff["zh"], &cutoff["used"][0]["id"]),
        (&json!("16:00"), &json!("shipping.time"))
    );
    assert!(cutoff["title"][0].as_str().unwrap().contains("截止"), "{cutoff}");
    let later = edit("fact", &plain(&cutoff), &with(&plain(&cutoff), "zh", json!("17:30")));
    let tried = tries(&desk, &later);
    assert_eq!(tried["resaid_count"], 2, "{tried}");
    let first = &tried["resaid"][0];
    assert!(first["before"].as_str().unwrap().contains("16:00") && first["after"].as_str().unwrap().contains("17:30"));
    assert_eq!(text(server, "shop.yaml"), SHOP, "nothing was written");
    let done = taught(&saves(&desk, &later));
    assert_eq!(
        (&done["change"]["did"], &done["change"]["reason"]),
        (&json!("fact"), &json!("老板说的"))
    );
    assert_eq!(
        text(server, "shop.yaml"),
        SHOP.replace("16:00", "17:30"),
        "every other sign stays"
    );
    assert!(said_to(server, "什么时候发货").await.contains("17:30"));

    let hours = page(&desk)["hours"].clone();
    assert_eq!(hours["week"][6], "00:00-24:00");
    let mut nights = hours.clone();
    nights["week"] = json!(vec!["09:00-18:00"; 7]);
    nights["week"][6] = json!("休息");
    nights["holidays"] = json!([{"from": "2099-01-01", "to": "2099-01-03", "hours": ""}]);
    taught(&saves(&desk, &edit("hours", &hours, &nights)));
    let file = text(server, "shop.yaml");
    assert!(
        file.contains("service_hours: # 人工\n  every_day: \"09:00-18:00\"\n  sunday: 休息\n")
            && file.contains("holidays:\n  2099-01-01..2099-01-03: 休息\n"),
        "{file}"
    );
    assert!(
        page(&desk)["hours_said"][0]
            .as_str()
            .unwrap()
            .contains("周一至周六 9:00-18:00")
    );

    let shoe = article(&desk, "疾风跑鞋");
    let dearer = edit("goods", &shoe, &with(&shoe, "price", json!("429")));
    let tried = tries(&desk, &dearer);
    assert_eq!(tried["asked"][0]["text"], "疾风跑鞋多少钱");
    assert!(
        tried["asked"][0]["before"].as_str().unwrap().contains("399 元")
            && tried["asked"][0]["after"].as_str().unwrap().contains("429 元"),
        "{tried}"
    );
    taught(&saves(&desk, &dearer));
    assert_eq!(text(server, goods_file), goods.replace("399", "429"));
    assert!(said_to(server, "疾风多少钱").await.contains("429 元"));

    let changes = desk.get("/v1/changes?shop=demo").json();
    let listed: Vec<&str> = changes["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["did"].as_str().unwrap())
        .collect();
    assert_eq!(listed, ["goods", "hours", "fact"]);
    assert_eq!(
        (&changes["changes"][0]["title"], &changes["changes"][0]["by_name"]),
        (&json!("疾风跑鞋"), &json!("小运"))
    );
    for change in changes["changes"].as_array().unwrap() {
        taught(&desk.undoes(change));
    }
    assert_eq!(
        (text(server, "shop.yaml").as_str(), text(server, goods_file).as_str()),
        (SHOP, goods)
    );
    assert!(said_to(server, "疾风多少钱").await.contains("399 元"));
}

#[tokio::test]
async fn hours_a_fact_and_a_price_are_changed_heard_and_taken_back_to_the_byte() {
    let server = shop();
    a_day(&server, "goods.yaml", GOODS).await;
}

#[tokio::test]
async fn the_same_with_a_sheet_of_goods() {
    let server = shop_with(("goods.csv", SHEET));
    a_day(&server, "goods.csv", SHEET).await;
}

#[tokio::test]
async fn the_same_record_on_redis() {
    let redis = RedisServer::start();
    let server = Server::with(&format!("[store]\nurl = \"{}\"\n", redis.url()));
    let desk = Desk::owner(&server);
    let cutoff = fact(&desk, "cutoff");
    let later = edit("fact", &plain(&cutoff), &with(&plain(&cutoff), "zh", json!("17:30")));
    let done = taught(&saves(&desk, &later));
    assert!(said_to(&server, "什么时候发货").await.contains("17:30"));
    taught(&desk.undoes(&done["change"]));
    assert!(said_to(&server, "什么时候发货").await.contains("16:00"));
}

#[tokio::test]
async fn goods_and_facts_come_and_go_and_what_is_quoted_stays() {
    let server = shop();
    let desk = Desk::owner(&server);
    let socks = json!({"name": "轻翼短袜", "price": "19.9", "aliases": ["短袜"], "colors": [{"zh": "白色", "en": "white"}],
        "attributes": [{"name": "厚薄", "zh": "薄款"}]});
    let made = taught(&saves(
        &desk,
        &json!({"shop": "demo", "what": "goods", "wanted": socks}),
    ));
    assert_eq!(made["asked"][0]["text"], "轻翼短袜多少钱");
    assert!(text(&server, "goods.yaml").starts_with(GOODS));
    assert!(said_to(&server, "短袜多少钱").await.contains("19.9 元"));
    let found = desk.get("/v1/shop/goods?shop=demo&sought=%E7%9F%AD%E8%A2%9C").json();
    assert_eq!((&found["found"], &found["attributes"]), (&json!(1), &json!(["厚薄"])));
    let gone = edit("goods", &article(&desk, "轻翼短袜"), &Value::Null);
    taught(&saves(&desk, &gone));
    assert_eq!(text(&server, "goods.yaml"), GOODS);

    let box_fee = json!({"name": "gift_box_fee", "zh": "5", "en": " "});
    taught(&saves(
        &desk,
        &json!({"shop": "demo", "what": "fact", "wanted": box_fee}),
    ));
    assert_eq!(fact(&desk, "gift_box_fee")["used"], json!([]));
    let gone = edit("fact", &plain(&fact(&desk, "gift_box_fee")), &Value::Null);
    taught(&saves(&desk, &gone));
    assert_eq!(text(&server, "shop.yaml"), SHOP);
    let quoted = edit("fact", &plain(&fact(&desk, "cutoff")), &Value::Null);
    let answer = saves(&desk, &quoted);
    assert_eq!(wrong_fields(&answer), ["remove"]);
    assert!(
        answer.json()["message"].as_str().unwrap().contains("什么时候发货"),
        "{}",
        answer.text()
    );
}

#[tokio::test]
async fn a_period_is_named_and_an_answer_is_said_while_it_lasts() {
    let server = shop();
    let desk = Desk::owner(&server);
    let hours = page(&desk)["hours"].clone();
    assert_eq!(hours["periods"], json!([]));
    let mut named = hours.clone();
    named["periods"] = json!([
        {"name": "双11", "from": "2020-10-31 20:00", "to": "2099-11-11"},
        {"name": "过去", "from": "2020-01-01", "to": "2020-01-31 18:00"},
    ]);
    taught(&saves(&desk, &edit("hours", &hours, &named)));
    let file = text(&server, "shop.yaml");
    let lines = "periods:\n  双11: \"2020-10-31 20:00..2099-11-11\"\n  过去: \"2020-01-01..2020-01-31 18:00\"\n";
    assert!(file.contains(lines), "{file}");
    let question = desk.get("/v1/question?shop=demo&id=shipping.time").json();
    assert_eq!(question["periods"][1]["name"], "双11");
    let mut words = question["own"].clone();
    words["answers"] = json!([
        {"text": "亲，双 11 七天内发出～", "period": "双11"},
        {"text": "亲，早就过了～", "period": "过去"},
        {"text": "亲，当天发～"},
    ]);
    let body = json!({"shop": "demo", "id": "shipping.time", "base": question["version"], "words": words});
    let saved = taught(&desk.post("/v1/question", &body));
    let when = |text: &str| {
        let preview = saved["question"]["preview"].as_array().unwrap();
        let one = preview.iter().find(|one| one["source"] == text).unwrap();
        (one["period"].clone(), one["when"].clone())
    };
    assert_eq!(when("亲，双 11 七天内发出～"), (json!("双11"), json!("now")));
    assert_eq!(when("亲，早就过了～"), (json!("过去"), json!("ended")));
    for _ in 0..3 {
        assert_eq!(said_to(&server, "什么时候发货").await, "亲，双 11 七天内发出～");
    }
    // A period that an answer names cannot go.
    let answer = saves(&desk, &edit("hours", &named, &hours));
    assert_eq!(refused(&answer), (409, "pack_refused".to_owned()));
    assert!(answer.text().contains("双11"), "{}", answer.text());
}

#[tokio::test]
async fn name_zone_and_clock_are_changed_in_their_form() {
    let server = shop();
    let desk = Desk::owner(&server);
    let profile = page(&desk)["profile"].clone();
    let as_written = json!({"name": "小店", "name_en": "Little Shop", "timezone": "", "clock": "own"});
    assert_eq!(profile, as_written);
    let mut wanted = with(&profile, "clock", json!("jd"));
    wanted["timezone"] = json!("Asia/Taipei");
    let done = taught(&saves(&desk, &edit("profile", &profile, &wanted)));
    assert_eq!(done["change"]["did"], "profile");
    let file = text(&server, "shop.yaml");
    assert!(
        file.contains("clock: jd\n") && file.contains("timezone: Asia/Taipei\n"),
        "{file}"
    );
    let odd = with(&wanted, "timezone", json!("Asia/Shanghigh"));
    let nameless = with(&wanted, "name", json!(" "));
    for (wrong, field) in [(odd, "timezone"), (nameless, "name")] {
        assert_eq!(wrong_fields(&saves(&desk, &edit("profile", &wanted, &wrong))), [field]);
    }
    taught(&desk.undoes(&done["change"]));
    assert_eq!(text(&server, "shop.yaml"), SHOP);
}

#[tokio::test]
async fn what_cannot_be_gets_a_word_beside_its_field_and_changes_nothing() {
    let server = shop();
    let desk = Desk::owner(&server);
    let hours = page(&desk)["hours"].clone();
    let mut odd = hours.clone();
    odd["week"][1] = json!("25:00-26:00");
    odd["holidays"] = json!([{"from": "2099-01-03", "to": "2099-01-01"}]);
    let shoe = article(&desk, "疾风跑鞋");
    let mut wrong = with(&shoe, "price", json!("abc"));
    wrong["aliases"] = json!(["疾风", "云垫"]);
    let new = json!({"name": "cutoff", "zh": ""});
    for (body, fields) in [
        (edit("hours", &hours, &odd), vec!["week.1", "holidays.0.days"]),
        (edit("goods", &shoe, &wrong), vec!["price", "aliases"]),
        (edit("fact", &Value::Null, &new), vec!["name", "zh"]),
    ] {
        for address in ["/v1/shop/try", "/v1/shop"] {
            assert_eq!(wrong_fields(&desk.post(address, &body)), fields, "{address}");
        }
    }
    // What only the whole check sees is refused with the finding.
    let clock = json!({"name": "reply_time", "zh": "马上"});
    let answer = saves(&desk, &edit("fact", &Value::Null, &clock));
    assert_eq!(refused(&answer), (409, "pack_refused".to_owned()));
    assert!(
        answer.json()["message"].as_str().unwrap().contains("shop.yaml:"),
        "{}",
        answer.text()
    );
    assert_eq!(
        (
            text(&server, "shop.yaml").as_str(),
            text(&server, "goods.yaml").as_str()
        ),
        (SHOP, GOODS)
    );

    let supervisor = desk.invites("小督", &["supervisor"], &["demo"]);
    assert_eq!(page(&supervisor)["may_teach"], false);
    let later = edit(
        "fact",
        &plain(&fact(&desk, "cutoff")),
        &json!({"name": "cutoff", "zh": "17:00"}),
    );
    for address in ["/v1/shop/try", "/v1/shop"] {
        assert_eq!(supervisor.post(address, &later).status, 403);
    }
    let agent = desk.invites("小林", &["agent"], &["demo"]);
    for address in ["/v1/shop?shop=demo", "/v1/shop/goods?shop=demo"] {
        assert_eq!(agent.get(address).status, 403);
    }
}

#[tokio::test]
async fn of_two_at_one_thing_the_second_is_told_and_two_at_different_things_are_not_in_the_way() {
    let server = shop();
    let owner = Desk::owner(&server);
    let other = owner.invites("小运", &["operator"], &["demo"]);
    let (cutoff, hall) = (plain(&fact(&owner, "cutoff")), plain(&fact(&owner, "hall")));
    let shoe = article(&owner, "疾风跑鞋");
    taught(&saves(
        &other,
        &edit("fact", &cutoff, &with(&cutoff, "zh", json!("15:00"))),
    ));
    taught(&saves(
        &other,
        &edit("goods", &shoe, &with(&shoe, "price", json!("419"))),
    ));
    let answer = saves(&owner, &edit("fact", &cutoff, &with(&cutoff, "zh", json!("18:00"))));
    assert_eq!(refused(&answer), (409, "thing_changed".to_owned()));
    let message = answer.json()["message"].as_str().unwrap().to_owned();
    assert!(message.contains("小运") && message.contains("截止"), "{message}");
    let answer = saves(&owner, &edit("goods", &shoe, &Value::Null));
    assert_eq!(refused(&answer), (409, "thing_changed".to_owned()));
    // Another fact of the same file is nobody else's.
    taught(&saves(&owner, &edit("fact", &hall, &with(&hall, "zh", json!("二楼")))));
    let file = text(&server, "shop.yaml");
    assert_eq!(
        file,
        SHOP.replace("16:00", "15:00").replace("hall: 三楼", "hall: \"二楼\"")
    );

    // By hand, beside the page: the same thing is not written over, and other lines stay.
    fs::write(
        path(&server, "shop.yaml"),
        file.replace("15:00", "14:00") + "# 店长：下周恢复\n",
    )
    .unwrap();
    let seen = with(&cutoff, "zh", json!("15:00"));
    let answer = saves(&owner, &edit("fact", &seen, &with(&cutoff, "zh", json!("18:00"))));
    assert_eq!(refused(&answer), (409, "thing_changed".to_owned()));
    assert!(
        answer.json()["message"].as_str().unwrap().contains("直接改过"),
        "{}",
        answer.text()
    );
    let now = plain(&fact(&owner, "cutoff"));
    taught(&saves(&owner, &edit("fact", &now, &with(&now, "zh", json!("18:00")))));
    let file = text(&server, "shop.yaml");
    assert!(
        file.contains("cutoff: \"18:00\" # 别超过仓库下班\n") && file.ends_with("# 店长：下周恢复\n"),
        "{file}"
    );
    assert!(said_to(&server, "什么时候发货").await.contains("18:00"));
}
