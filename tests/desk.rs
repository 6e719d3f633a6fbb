//! The desk's side of the wire: boards as changes, chats that change hands, presence, notes, alerts.

use serde_json::{Value, json};

use crate::support::client::Client;
use crate::support::http;
use crate::support::server::Server;

/// No frame to a desk is larger.
const LARGEST: usize = 64 * 1024;

/// A desk that keeps its lists as a page does.
struct Page {
    client: Client,
    waiting: Vec<Value>,
    mine: Vec<Value>,
    left: Vec<Value>,
    counts: Value,
    boards: usize,
    bytes: usize,
    frames: usize,
}

impl Page {
    async fn open(server: &Server, cookie: &str) -> Page {
        let mut client = Client::open(server, "/v1/desk", &[("cookie", cookie)]).await.unwrap();
        client.send(json!({"type": "hello", "boards": "changes"})).await;
        client.welcome = client.next().await;
        assert_eq!(client.welcome["type"], "welcome", "{}", client.welcome);
        Page {
            client,
            waiting: Vec::new(),
            mine: Vec::new(),
            left: Vec::new(),
            counts: Value::Null,
            boards: 0,
            bytes: 0,
            frames: 0,
        }
    }

    /// The first agent of a fresh server.
    async fn first(server: &Server) -> Page {
        let token = server.signin.as_deref().unwrap();
        let cookie = http::sign_in(server, token).unwrap();
        Page::open(server, &cookie).await
    }

    /// Takes in the next frame and returns it.
    async fn next(&mut self) -> Value {
        let frame = self.client.next().await;
        let size = frame.to_string().len();
        assert!(size <= LARGEST, "{size} bytes");
        self.bytes += size;
        self.frames += 1;
        match frame["type"].as_str() {
            Some("board") => {
                self.boards += 1;
                let list = |name: &str| frame[name].as_array().cloned().unwrap_or_default();
                (self.waiting, self.mine, self.left) = (list("waiting"), list("mine"), list("left"));
                self.counts = frame["counts"].clone();
            }
            Some("board_changes") => {
                apply(&mut self.waiting, &frame["waiting"]);
                apply(&mut self.mine, &frame["mine"]);
                apply(&mut self.left, &frame["left"]);
                if !frame["counts"].is_null() {
                    self.counts = frame["counts"].clone();
                }
            }
            _ => {}
        }
        frame
    }

    /// Reads until this holds of what is shown.
    async fn until(&mut self, wanted: impl Fn(&Page) -> bool) {
        while !wanted(self) {
            self.next().await;
        }
    }

    /// Reads until a frame of which this holds.
    async fn until_frame(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let frame = self.next().await;
            if wanted(&frame) {
                return frame;
            }
        }
    }

    async fn until_type(&mut self, kind: &str) -> Value {
        self.until_frame(|frame| frame["type"] == kind).await
    }

    async fn refused(&mut self, code: &str) -> Value {
        let frame = self.until_type("error").await;
        assert_eq!(frame["code"], code, "{frame}");
        frame
    }
}

/// As docs/protocol.md says it.
fn apply(list: &mut Vec<Value>, changes: &Value) {
    let rows = |name: &str| changes[name].as_array().cloned().unwrap_or_default();
    let mut put: Vec<(usize, Value)> = Vec::new();
    let place = |row: &Value| usize::try_from(row["at"].as_u64().unwrap()).unwrap();
    for row in rows("set") {
        put.push((place(&row), row["card"].clone()));
    }
    for row in rows("moved") {
        let card = list.iter().find(|card| card["conversation"] == row["conversation"]);
        put.push((place(&row), card.expect("a row that moves was there").clone()));
    }
    let gone = rows("gone");
    list.retain(|card| {
        let id = &card["conversation"];
        !gone.contains(id) && put.iter().all(|(_, other)| other["conversation"] != *id)
    });
    put.sort_by_key(|(at, _)| *at);
    for (at, card) in put {
        list.insert(at, card);
    }
}

/// Makes a colleague; the cookie of their session.
async fn colleague(server: &Server, owner: &str, body: Value) -> String {
    let made = http::post(server, "/v1/agents", &[("cookie", owner)], &body).json();
    let link = made["link"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
    http::sign_in(server, link.split("signin=").nth(1).unwrap()).unwrap()
}

#[tokio::test]
async fn a_desk_gets_one_board_and_then_rows_and_a_case_with_an_opened_chat() {
    let server = Server::start();
    let mut page = Page::first(&server).await;
    assert_eq!(page.client.welcome["state"], "online");
    let team = page.until_type("team").await;
    assert_eq!(
        (team["set"][0]["name"].as_str(), &team["set"][0]["here"]),
        (Some("店长"), &json!(true))
    );
    page.until(|page| page.boards == 1).await;
    page.client
        .send(json!({"type": "presence", "state": "break", "reason": "meal"}))
        .await;

    let mut shopper = Client::shopper(&server).await;
    shopper.say("c1", "包邮吗").await;
    shopper.until_from("bot").await;
    shopper.send(json!({"type": "human"})).await;
    page.until(|page| page.waiting.len() == 1).await;
    let card = page.waiting[0].clone();
    assert_eq!(
        (card["last_text"].as_str(), &card["here"]),
        (Some("包邮吗"), &json!(true))
    );
    assert!(
        card["suggestions"].is_null() && card["open_questions"].is_null(),
        "{card}"
    );
    assert_eq!(
        card["shopper"].as_str().unwrap().chars().count(),
        13,
        "a code of ten signs"
    );
    assert_eq!(page.counts["lanes"], json!({"normal": 1}));
    let chat = card["conversation"].clone();
    page.client
        .send(json!({"type": "open", "conversation": chat, "after": 0}))
        .await;
    let case = page.until_type("case").await;
    assert_eq!((&case["conversation"], case["reason"].as_str()), (&chat, Some("asked")));
    page.client.send(json!({"type": "take", "conversation": chat})).await;
    page.until(|page| page.mine.len() == 1 && page.waiting.is_empty()).await;
    shopper.say("c2", "什么时候发货").await;
    let case = page
        .until_frame(|frame| frame["type"] == "case" && !frame["suggestions"].is_null())
        .await;
    assert!(
        case["suggestions"][0].as_str().is_some_and(|reply| !reply.is_empty()),
        "{case}"
    );
    page.until(|page| page.mine[0]["last_text"] == "什么时候发货").await;
    drop(shopper);
    page.until(|page| page.mine[0]["here"] == false).await;
    assert_eq!(page.boards, 1, "after the first there are changes only");
}

#[tokio::test]
async fn offline_needs_an_empty_desk_and_what_is_said_is_kept_by_the_account() {
    let server = Server::start();
    let token = server.signin.as_deref().unwrap();
    let cookie = http::sign_in(&server, token).unwrap();
    let mut page = Page::open(&server, &cookie).await;
    let mut shopper = Client::shopper(&server).await;
    shopper.send(json!({"type": "human"})).await;
    page.until(|page| page.mine.len() == 1).await;
    page.client.send(json!({"type": "presence", "state": "offline"})).await;
    let refused = page.refused("chats_open").await;
    assert_eq!(refused["open"], 1);
    page.client
        .send(json!({"type": "presence", "state": "break", "reason": "午".repeat(41)}))
        .await;
    page.refused("long_reason").await;
    let chat = page.mine[0]["conversation"].clone();
    page.client.send(json!({"type": "close", "conversation": chat})).await;
    page.until(|page| page.mine.is_empty()).await;
    page.client.send(json!({"type": "presence", "state": "offline"})).await;
    page.until_frame(|frame| frame["type"] == "team" && frame["set"][0]["state"] == "offline")
        .await;
    let again = Page::open(&server, &cookie).await;
    assert_eq!(
        (
            again.client.welcome["state"].as_str(),
            &again.client.welcome["available"]
        ),
        (Some("offline"), &json!(false))
    );
    // A page of a version before knows two states.
    let mut old = Client::open(&server, "/v1/desk", &[("cookie", &cookie)]).await.unwrap();
    old.send(json!({"type": "hello"})).await;
    old.send(json!({"type": "status", "available": true})).await;
    page.until_frame(|frame| frame["type"] == "team" && frame["set"][0]["state"] == "online")
        .await;
    let board = old.until_type("board").await;
    assert!(board["waiting_count"].is_u64(), "{board}");
}

#[tokio::test]
async fn a_chat_is_handed_on_with_a_note_that_no_shopper_sees() {
    let server = Server::start();
    let token = server.signin.as_deref().unwrap();
    let owner = http::sign_in(&server, token).unwrap();
    let mut page = Page::open(&server, &owner).await;
    let mut shopper = Client::shopper(&server).await;
    shopper.send(json!({"type": "human"})).await;
    page.until(|page| page.mine.len() == 1).await;
    let chat = page.mine[0]["conversation"].clone();
    let cookie = colleague(&server, &owner, json!({"name": "小美", "groups": ["售后"]})).await;
    let mut mei = Page::open(&server, &cookie).await;
    assert_eq!(mei.client.welcome["groups"], json!(["售后"]));
    let id = mei.client.welcome["agent"].clone();
    page.client
        .send(json!({"type": "open", "conversation": chat, "after": 0}))
        .await;
    page.client
        .send(json!({"type": "note", "conversation": chat, "id": "n1", "text": "密：老顾客"}))
        .await;
    let kept = page.until_type("ack").await;
    page.client
        .send(json!({"type": "note", "conversation": chat, "id": "n1", "text": "密：老顾客"}))
        .await;
    assert_eq!(page.until_type("ack").await["seq"], kept["seq"]);
    page.client
        .send(json!({"type": "note", "conversation": chat, "id": "n2", "text": "长".repeat(2_001)}))
        .await;
    assert_eq!(page.refused("long_note").await["id"], "n2");
    page.client
        .send(json!({"type": "transfer", "conversation": chat, "to": {"kind": "group", "group": "维修"}, "note": ""}))
        .await;
    page.refused("unknown_group").await;
    page.client
        .send(json!({"type": "transfer", "conversation": chat, "to": {"kind": "agent", "agent": id}, "note": "密：问尺码"}))
        .await;
    let event = page
        .until_frame(|frame| frame["event"]["kind"] == "assigned" && frame["event"]["name"] == "小美")
        .await;
    assert_eq!(
        (event["event"]["assigned"].as_str(), event["event"]["by"].as_str()),
        (Some("handed_on"), Some("店长"))
    );
    let alert = mei.until_type("alert").await;
    assert_eq!(
        (alert["alert"].as_str(), alert["name"].as_str()),
        (Some("handed_to_you"), Some("店长"))
    );
    mei.until(|page| page.mine.len() == 1).await;
    assert_eq!(mei.mine[0]["note"], "密：问尺码");
    mei.client
        .send(json!({"type": "open", "conversation": chat, "after": 0}))
        .await;
    let noted = mei.until_frame(|frame| frame["event"]["kind"] == "noted").await;
    assert_eq!(
        (noted["event"]["text"].as_str(), noted["event"]["name"].as_str()),
        (Some("密：老顾客"), Some("店长"))
    );

    // The shopper reads everything from the beginning, and nothing of what was written inside.
    let token = shopper.token();
    drop(shopper);
    let mut shopper = Client::resumed(&server, Some(&token), json!(0)).await;
    shopper.say("c9", "在吗").await;
    loop {
        let frame = shopper.next().await;
        assert!(!frame.to_string().contains('密'), "{frame}");
        if frame["type"] == "ack" {
            break;
        }
    }
}

#[tokio::test]
async fn a_supervisor_sees_the_floor_and_asks_why() {
    let server = Server::start();
    let mut page = Page::first(&server).await;
    page.client
        .send(json!({"type": "presence", "state": "break", "reason": "other"}))
        .await;
    let mut talking = Client::shopper(&server).await;
    talking.say("c1", "包邮吗").await;
    talking.until_from("bot").await;
    let mut waiting = Client::shopper(&server).await;
    waiting.send(json!({"type": "human"})).await;
    page.until(|page| page.waiting.len() == 1).await;
    page.client.send(json!({"type": "floor"})).await;
    let floor = page.until_type("floor").await;
    let owners: Vec<&str> = floor["chats"]
        .as_array()
        .unwrap()
        .iter()
        .map(|chat| chat["owner"].as_str().unwrap())
        .collect();
    assert_eq!(owners, ["queue", "bot"], "{floor}");
    assert!(floor["next"].is_null());
    let chat = page.waiting[0]["conversation"].clone();
    page.client.send(json!({"type": "why", "conversation": chat})).await;
    let why = page.until_type("why").await;
    assert_eq!(
        why["waiting"]["because"],
        json!({"kind": "all_away", "here": 1}),
        "{why}"
    );
    assert_eq!(
        (&why["waiting"]["position"], &why["assigned"]),
        (&json!(1), &Value::Null)
    );
    page.client
        .send(json!({"type": "snooze", "conversation": chat, "until": 1}))
        .await;
    page.refused("bad_time").await;
    page.client.send(json!({"type": "reopen", "conversation": chat})).await;
    page.refused("not_ended").await;
}

#[tokio::test]
async fn a_long_queue_costs_a_desk_little_and_no_frame_is_large() {
    const WAITING: usize = 600;
    let server = Server::with("[gateway]\nframes_per_second = 10000\nframe_burst = 10000\n");
    let mut page = Page::first(&server).await;
    page.client
        .send(json!({"type": "presence", "state": "break", "reason": "other"}))
        .await;
    page.until(|page| page.boards == 1).await;
    // One socket after another would take longer: each hello without a token is another shopper.
    let mut shopper = Client::silent(&server).await;
    let text = "一直没收到".repeat(200);
    let fill = async {
        for _ in 0..WAITING {
            shopper.send(json!({"type": "hello", "shop": "demo", "after": 0})).await;
            shopper.until_type("welcome").await;
            shopper.send(json!({"type": "human"})).await;
            shopper.until_type("owner").await;
            shopper.say("c1", &text).await;
            shopper.until_type("ack").await;
        }
    };
    let full = page.until(|page| page.counts["waiting"].as_u64() == Some(WAITING as u64));
    tokio::join!(fill, full);
    assert_eq!((page.waiting.len(), page.boards), (60, 1));
    // The front leaves, one at a time: a row goes and another comes in behind.
    let (bytes, frames) = (page.bytes, page.frames);
    for _ in 0..20 {
        let chat = page.waiting[0]["conversation"].clone();
        page.client.send(json!({"type": "close", "conversation": chat})).await;
        page.until(|page| page.waiting[0]["conversation"] != chat).await;
    }
    let (bytes, frames) = (page.bytes - bytes, page.frames - frames);
    assert!(
        bytes < 20 * 4_000,
        "{bytes} bytes in {frames} frames for 20 chats that left the front"
    );
}
