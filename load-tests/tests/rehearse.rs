//! A whole rehearsal, as small as it can be, at a tiny server that has a chat, a sign-in and a desk: shoppers are handed
//! over, agents take and end their chats, whoever gets nobody gives up.

#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use clap::{Args, Command, FromArgMatches};
use load_tests::rehearse::{self, Rehearsal, RehearseOptions, Venue};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;

/// A talk of the tiny server.
#[derive(Clone, Default)]
struct Talk {
    log: Vec<Value>,
    /// Empty: the bot. `queue`, the agent's cookie, or `closed`.
    owner: String,
}

#[derive(Default)]
struct Floor {
    talks: HashMap<String, Talk>,
    agents: usize,
}

struct Shop {
    floor: Mutex<Floor>,
    changed: watch::Sender<u64>,
    /// Chats that an agent has at once.
    slots: usize,
    /// Whether somebody who asks for a person is refused.
    refuses: bool,
}

impl Shop {
    fn floor(&self) -> MutexGuard<'_, Floor> {
        self.floor.lock().unwrap()
    }

    /// Changes something, hands free agents their chats, and tells everybody.
    fn act<T>(&self, change: impl FnOnce(&mut Floor) -> T) -> T {
        let mut floor = self.floor();
        let outcome = change(&mut floor);
        for number in 1..=floor.agents {
            let agent = format!("s{number}");
            let has = floor.talks.values().filter(|talk| talk.owner == agent).count();
            let mut waiting: Vec<&mut Talk> = floor.talks.values_mut().filter(|talk| talk.owner == "queue").collect();
            for talk in waiting.iter_mut().take(self.slots.saturating_sub(has)) {
                own(talk, &agent, "agent");
            }
        }
        drop(floor);
        self.changed.send_modify(|count| *count += 1);
        outcome
    }
}

fn own(talk: &mut Talk, owner: &str, who: &str) {
    talk.owner = owner.to_owned();
    let seq = talk.log.len() + 2;
    talk.log.push(json!({"type": "owner", "seq": seq, "at": 1, "who": who}));
}

async fn sign_in(State(shop): State<Arc<Shop>>, body: String) -> Response {
    let token = serde_json::from_str::<Value>(&body).unwrap()["token"]
        .as_str()
        .unwrap()
        .to_owned();
    let known = token == "first" || token.parse().is_ok_and(|number: usize| number <= shop.floor().agents);
    assert!(known, "{token}");
    ([("set-cookie", format!("yingda_session=s{token}; HttpOnly"))], "{}").into_response()
}

async fn invite(State(shop): State<Arc<Shop>>, headers: HeaderMap, body: String) -> Response {
    assert_eq!(headers["cookie"], "yingda_session=sfirst");
    let invited: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(invited["roles"], json!(["agent"]));
    let number = shop.act(|floor| {
        floor.agents += 1;
        floor.agents
    });
    json!({"link": format!("http://shop.test/desk#signin={number}")})
        .to_string()
        .into_response()
}

async fn chat(State(shop): State<Arc<Shop>>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.protocols(["yingda.v1"]).on_upgrade(|socket| async move {
        // A shopper who has gone is no fault.
        let _ = serve_chat(&shop, socket).await;
    })
}

async fn serve_chat(shop: &Shop, mut socket: WebSocket) -> Option<()> {
    socket.recv().await?.ok()?;
    let name = shop.act(|floor| {
        let name = format!("k{}", floor.talks.len());
        floor.talks.insert(name.clone(), Talk::default());
        name
    });
    say(
        &mut socket,
        json!({"type": "welcome", "conversation": name, "token": name, "seq": 1}),
    )
    .await?;
    let mut changed = shop.changed.subscribe();
    let mut told = 0;
    loop {
        changed.borrow_and_update();
        let events = shop.floor().talks[&name].log[told..].to_vec();
        told += events.len();
        for event in events {
            say(&mut socket, event).await?;
        }
        let message = tokio::select! {
            change = changed.changed() => { change.ok()?; continue; }
            message = socket.recv() => message?.ok()?,
        };
        let Message::Text(text) = message else { continue };
        let frame: Value = serde_json::from_str(&text).ok()?;
        match frame["type"].as_str()? {
            "message" => {
                let id = frame["id"].clone();
                let seq = shop.act(|floor| {
                    let talk = floor.talks.get_mut(&name).unwrap();
                    let seq = talk.log.len() + 2;
                    talk.log.push(json!({"type": "message", "seq": seq, "at": 1, "from": "shopper", "id": id, "text": frame["text"]}));
                    if talk.owner.is_empty() {
                        talk.log.push(json!({"type": "message", "seq": seq + 1, "at": 1, "from": "bot", "reply_to": [id], "text": "亲"}));
                    }
                    seq
                });
                say(&mut socket, json!({"type": "ack", "id": id, "seq": seq})).await?;
            }
            "human" if shop.refuses => {
                say(&mut socket, json!({"type": "error", "code": "too_much", "message": ""})).await?
            }
            "human" => shop.act(|floor| own(floor.talks.get_mut(&name).unwrap(), "queue", "queue")),
            "close" => shop.act(|floor| own(floor.talks.get_mut(&name).unwrap(), "closed", "closed")),
            other => unreachable!("{other}"),
        }
    }
}

async fn desk(State(shop): State<Arc<Shop>>, headers: HeaderMap, upgrade: WebSocketUpgrade) -> Response {
    let agent = headers["cookie"].to_str().unwrap().replace("yingda_session=", "");
    upgrade.protocols(["yingda.v1"]).on_upgrade(|socket| async move {
        // The agents go when the last shopper has gone.
        let _ = serve_desk(&shop, &agent, socket).await;
    })
}

async fn serve_desk(shop: &Shop, agent: &str, mut socket: WebSocket) -> Option<()> {
    socket.recv().await?.ok()?;
    let mut changed = shop.changed.subscribe();
    loop {
        changed.borrow_and_update();
        let mine: Vec<Value> = {
            let floor = shop.floor();
            let own = floor.talks.iter().filter(|(_, talk)| talk.owner == agent);
            own.map(|(name, _)| json!({"conversation": name, "epoch": 3})).collect()
        };
        say(&mut socket, json!({"type": "board", "waiting": [], "mine": mine})).await?;
        let message = tokio::select! {
            change = changed.changed() => { change.ok()?; continue; }
            message = socket.recv() => message?.ok()?,
        };
        let Message::Text(text) = message else { continue };
        let frame: Value = serde_json::from_str(&text).ok()?;
        let name = frame["conversation"].as_str()?.to_owned();
        shop.act(|floor| {
            let talk = floor.talks.get_mut(&name).unwrap();
            if frame["type"] == "close" && talk.owner == agent {
                own(talk, "closed", "closed");
            }
        });
    }
}

async fn say(socket: &mut WebSocket, frame: Value) -> Option<()> {
    socket.send(Message::Text(frame.to_string().into())).await.ok()
}

/// Starts the tiny server.
async fn open(slots: usize, refuses: bool) -> Venue {
    let shop = Arc::new(Shop {
        floor: Mutex::default(),
        changed: watch::Sender::new(0),
        slots,
        refuses,
    });
    let routes = Router::new()
        .route("/v1/chat", get(chat))
        .route("/v1/desk", get(desk))
        .route("/v1/signin", post(sign_in))
        .route("/v1/agents", post(invite))
        .with_state(shop);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}/v1/chat", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, routes).await });
    Venue {
        url,
        signin: "first".to_owned(),
        server: None,
    }
}

/// Thirty talks within a minute; every third wants a person, two minutes of whose time it takes.
fn recording(name: &str) -> PathBuf {
    let mut table = "talk,at,what,chars\n".to_owned();
    for talk in 0..30 {
        let at = talk * 2_000;
        table += &format!("{talk},{at},message,6\n{talk},{},message,3\n", at + 1_500);
        if talk % 3 == 0 {
            let (asks, served) = (at + 2_000, at + 12_000);
            table += &format!(
                "{talk},{asks},human\n{talk},{served},assigned\n{talk},{},done\n",
                served + 20_000
            );
        }
    }
    let file = std::env::temp_dir().join(format!("rehearse-{}-{name}.csv", std::process::id()));
    fs::write(&file, table).unwrap();
    file
}

/// Rehearses at servers whose agents have so many chats at once.
async fn rehearse_with(name: &str, slots: usize, refuses: bool, more: &[&str]) -> Rehearsal {
    let replay = recording(name);
    let texts = Path::new(env!("CARGO_MANIFEST_DIR")).join("texts/zh.txt");
    let mut arguments = vec!["rehearse", "--spawn", "/bin/true", "--replay", replay.to_str().unwrap()];
    arguments.extend([
        "--texts",
        texts.to_str().unwrap(),
        "--speed",
        "60",
        "--patience-s",
        "40",
    ]);
    arguments.extend(more);
    let command = RehearseOptions::augment_args(Command::new("rehearse"));
    let options = RehearseOptions::from_arg_matches(&command.get_matches_from(arguments)).unwrap();
    let venues = [open(slots, refuses).await, open(slots, refuses).await];
    let mut venues = venues.into_iter();
    let rehearsal = rehearse::run_at(&options, |_| Ok(venues.next().unwrap()))
        .await
        .unwrap();
    fs::remove_file(replay).unwrap();
    rehearsal
}

#[tokio::test(flavor = "multi_thread")]
async fn shoppers_are_served_by_agents_and_everything_is_told() {
    let html = std::env::temp_dir().join(format!("rehearse-{}.html", std::process::id()));
    let more = ["--times", "1,3", "--agents", "2", "--html", html.to_str().unwrap()];
    let rehearsal = rehearse_with("served", 50, false, &more).await;
    let text = rehearsal.to_text();
    assert!(rehearsal.passed(), "{text}");
    let value: Value = serde_json::from_str(&rehearsal.to_json()).unwrap();
    for (step, talks) in [(0, 30), (1, 90)] {
        let step = &value["steps"][step];
        assert_eq!(step["talks"], talks, "{text}");
        assert_eq!(step["wanted_people"], talks / 3, "{text}");
        assert_eq!(
            (&step["gave_up"], &step["still_waiting"]),
            (&json!(0), &json!(0)),
            "{text}"
        );
        assert_eq!(step["messages"]["acknowledged"], step["messages"]["sent"], "{text}");
        assert_eq!(step["failures"], 0, "{text}");
        assert!(step["staffing"]["by_formula"].as_u64().unwrap() >= 1, "{text}");
    }
    assert_eq!(value["handling"], json!({"seconds": 20.0, "from": "recorded"}));
    let page = fs::read_to_string(&html).unwrap();
    assert!(page.contains("大促彩排") && page.contains("<svg"), "{page}");
    fs::remove_file(html).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_enough_agents_shoppers_give_up_and_the_queue_breaks_first() {
    let rehearsal = rehearse_with(
        "scarce",
        0,
        false,
        &["--times", "1", "--agents", "1", "--promise-s", "10"],
    )
    .await;
    let value: Value = serde_json::from_str(&rehearsal.to_json()).unwrap();
    assert_eq!(value["steps"][0]["gave_up"], 10, "{}", rehearsal.to_text());
    assert_eq!(
        value["breaks_first"]["break"]["what"],
        "wait",
        "{}",
        rehearsal.to_text()
    );
    assert!(rehearsal.passed(), "{}", rehearsal.to_text());
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_told_by_code() {
    let rehearsal = rehearse_with("refused", 5, true, &["--times", "1", "--agents", "1"]).await;
    let value: Value = serde_json::from_str(&rehearsal.to_json()).unwrap();
    assert_eq!(
        value["steps"][0]["refusals"],
        json!({"too_much": 10}),
        "{}",
        rehearsal.to_text()
    );
    assert_eq!(value["breaks_first"]["break"]["what"], "refusals");
    assert!(value["steps"][0]["staffing"].is_null());
}
