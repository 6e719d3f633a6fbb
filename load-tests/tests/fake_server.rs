//! The whole tester against a tiny server: a correct one passes, also under forced disconnects, and each kind of
//! faulty one is found out.

#![allow(clippy::unwrap_used)]

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use clap::Parser;
use futures_util::future::join_all;
use futures_util::{SinkExt, StreamExt};
use load_tests::fault::Fault;
use load_tests::options::Options;
use load_tests::report::Report;
use load_tests::run;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};

/// What is wrong with the server.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Manners {
    /// Nothing; shows shoppers their own messages at once.
    Correct,
    /// Nothing; shoppers see their own messages only when they come back.
    CorrectWithoutEcho,
    /// Nothing; every third talk goes to people.
    CorrectWithPeople,
    /// Some messages are stored and not acknowledged.
    DropsAcks,
    /// Some answers are sent twice.
    DoublesEvents,
    /// Some answers come before an earlier event.
    SwapsEvents,
    /// Some answers are in the log and are not sent.
    SkipsEvents,
    /// A message that is sent again is stored again.
    StoresResends,
    /// History differs from what was said.
    RewritesHistory,
}

#[derive(Clone)]
struct Talk {
    token: String,
    log: watch::Sender<Vec<Value>>,
}

struct Shop {
    manners: Manners,
    talks: Mutex<HashMap<String, Talk>>,
}

impl Shop {
    /// The talk of this token, or a new one, whose first event has no frame.
    fn talk(&self, token: Option<&str>) -> Talk {
        let mut talks = self.talks.lock().unwrap();
        if let Some(known) = token.and_then(|token| talks.get(token)) {
            return known.clone();
        }
        let talk = Talk {
            token: format!("t{}", talks.len()),
            log: watch::Sender::new(vec![json!({"seq": 1})]),
        };
        talks.insert(talk.token.clone(), talk.clone());
        talk
    }

    /// Stores a message and its answer; the place of the message.
    fn store(&self, talk: &Talk, id: &str, text: &str) -> u64 {
        let mut place = 0;
        talk.log.send_modify(|log| {
            let known = log
                .iter()
                .find(|event| event["id"] == id)
                .map(|event| event["seq"].clone());
            if let Some(seq) = known
                && self.manners != Manners::StoresResends
            {
                place = seq.as_u64().unwrap();
                return;
            }
            place = log.len() as u64 + 1;
            log.push(json!({"type": "message", "seq": place, "at": 1, "from": "shopper", "id": id, "text": text}));
            let people = log.iter().any(|event| event["type"] == "owner");
            if self.manners == Manners::CorrectWithPeople && talk.token.ends_with(['0', '3', '6', '9']) {
                if !people {
                    log.push(json!({"type": "owner", "seq": place + 1, "at": 1, "who": "queue"}));
                }
            } else {
                log.push(
                    json!({"type": "message", "seq": place + 1, "at": 1, "from": "bot", "reply_to": [id],
                                "text": "亲，满 99 元包邮～"}),
                );
            }
        });
        place
    }
}

async fn serve(shop: Arc<Shop>, stream: TcpStream) -> Option<()> {
    #[expect(clippy::result_large_err, reason = "the callback's type is tungstenite's")]
    let confirm = |request: &Request, mut response: Response| {
        let protocol = request.headers()["Sec-WebSocket-Protocol"].clone();
        response.headers_mut().insert("Sec-WebSocket-Protocol", protocol);
        Ok(response)
    };
    let mut socket = tokio_tungstenite::accept_hdr_async(stream, confirm).await.ok()?;
    let hello: Value = serde_json::from_str(socket.next().await?.ok()?.to_text().ok()?).ok()?;
    assert_eq!(hello["type"], "hello");
    let talk = shop.talk(hello["token"].as_str());
    let mut news = talk.log.subscribe();
    let last = news.borrow_and_update().len() as u64;
    let from_start = hello["after"] == 0;
    let mut after = hello["after"].as_u64().unwrap_or(last);
    let welcome = json!({"type": "welcome", "conversation": format!("k-{}", talk.token), "token": talk.token,
                         "seq": last});
    socket.send(Message::text(welcome.to_string())).await.ok()?;
    loop {
        let mut events: Vec<Value> = news.borrow_and_update().iter().skip(after as usize).cloned().collect();
        after += events.len() as u64;
        events.retain(|event| event["type"].is_string());
        misbehave(shop.manners, from_start, after > last, &mut events);
        for event in events {
            socket.send(Message::text(event.to_string())).await.ok()?;
        }
        let message = tokio::select! {
            changed = news.changed() => {
                changed.ok()?;
                continue;
            }
            message = socket.next() => message?.ok()?,
        };
        let Message::Text(text) = message else { continue };
        let message: Value = serde_json::from_str(&text).ok()?;
        let id = message["id"].as_str()?;
        let seq = shop.store(&talk, id, message["text"].as_str()?);
        if shop.manners != Manners::DropsAcks || !seq.is_multiple_of(10) {
            let ack = json!({"type": "ack", "id": id, "seq": seq});
            socket.send(Message::text(ack.to_string())).await.ok()?;
        }
    }
}

fn misbehave(manners: Manners, from_start: bool, live: bool, events: &mut Vec<Value>) {
    let spoilt = |event: &Value| event["from"] == "bot" && event["seq"].as_u64().unwrap() % 10 == 5;
    match manners {
        Manners::CorrectWithoutEcho if live && !from_start => events.retain(|event| event["from"] != "shopper"),
        Manners::DoublesEvents => {
            let again: Vec<Value> = events.iter().filter(|event| spoilt(event)).cloned().collect();
            events.extend(again);
        }
        Manners::SwapsEvents if !from_start && events.iter().any(spoilt) => events.reverse(),
        Manners::SkipsEvents if !from_start => events.retain(|event| !spoilt(event)),
        Manners::RewritesHistory if from_start => {
            for event in events.iter_mut().filter(|event| spoilt(event)) {
                event["text"] = json!("亲，不包邮");
            }
        }
        _ => {}
    }
}

async fn test(manners: Manners, more: &[&str]) -> Report {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}/v1/chat", listener.local_addr().unwrap());
    let shop = Arc::new(Shop {
        manners,
        talks: Mutex::default(),
    });
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(Arc::clone(&shop), stream));
        }
    });
    let texts = Path::new(env!("CARGO_MANIFEST_DIR")).join("texts/zh.txt");
    let mut arguments = vec!["load-tests", "--url", &url, "--texts", texts.to_str().unwrap()];
    arguments.extend([
        "--sockets",
        "20",
        "--rate",
        "200",
        "--seconds",
        "1.5",
        "--settle-seconds",
        "2",
    ]);
    arguments.extend(["--seed", "11"]);
    arguments.extend(more);
    run::run(&Options::parse_from(arguments)).await.unwrap()
}

#[tokio::test]
async fn a_correct_server_passes() {
    let manners = [
        Manners::Correct,
        Manners::CorrectWithoutEcho,
        Manners::CorrectWithPeople,
    ];
    let reports = join_all(manners.map(|manners| test(manners, &[]))).await;
    for (manners, report) in manners.into_iter().zip(reports) {
        assert!(report.passed(), "{manners:?}\n{}", report.to_text());
    }
}

#[tokio::test]
async fn a_correct_server_passes_under_forced_disconnects() {
    let manners = [
        Manners::Correct,
        Manners::CorrectWithoutEcho,
        Manners::CorrectWithPeople,
    ];
    let reports = join_all(manners.map(|manners| {
        // Another tab would miss what is not echoed.
        let tabs = if manners == Manners::CorrectWithoutEcho {
            "0"
        } else {
            "1"
        };
        async move { test(manners, &["--chaos", "60", "--tabs", tabs]).await }
    }))
    .await;
    for (manners, report) in manners.into_iter().zip(reports) {
        assert!(report.passed(), "{manners:?}\n{}", report.to_text());
        let value: Value = serde_json::from_str(&report.to_json()).unwrap();
        assert_eq!(value["disconnects"]["forced"], 60);
        assert_eq!(value["histories_compared"], 20);
        assert!(
            value["messages"]["resent"].as_u64().unwrap() > 0,
            "{}",
            report.to_text()
        );
    }
}

#[tokio::test]
async fn faulty_servers_are_found_out() {
    let cases = [
        (Manners::DropsAcks, Fault::Lost, &[][..]),
        (Manners::DoublesEvents, Fault::Doubled, &[]),
        (Manners::SwapsEvents, Fault::OutOfOrder, &[]),
        (Manners::SkipsEvents, Fault::Lost, &[]),
        (Manners::RewritesHistory, Fault::Changed, &[]),
        (Manners::CorrectWithoutEcho, Fault::Lost, &["--chaos", "60"]),
        (Manners::StoresResends, Fault::Doubled, &["--chaos", "60"]),
    ];
    let reports = join_all(cases.map(|(manners, _, more)| test(manners, more))).await;
    for ((manners, fault, _), report) in cases.into_iter().zip(reports) {
        assert!(!report.passed(), "{manners:?}\n{}", report.to_text());
        assert!(report.faults(fault) > 0, "{manners:?} {fault:?}\n{}", report.to_text());
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_fails_the_test() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let texts = Path::new(env!("CARGO_MANIFEST_DIR")).join("texts/zh.txt");
    let report = run::run(&Options::parse_from([
        "load-tests",
        "--url",
        &format!("ws://{address}/v1/chat"),
        "--texts",
        texts.to_str().unwrap(),
        "--sockets",
        "2",
        "--seconds",
        "0.2",
        "--rate",
        "10",
    ]))
    .await
    .unwrap();
    assert!(!report.passed());
    assert!(report.to_text().contains("gave up"), "{}", report.to_text());
}
