//! What agents are offered is what a colleague would send: a set of situations that were labelled by hand.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use yingda::dialogue::Simulator;
use yingda::handoff::OfferedReply;
use yingda::model::{Language, Millis};
use yingda::publishing;
use yingda::shop::clock::OWN_MS;
use yingda::understanding::Tolerance;

use crate::support::client::Client;
use crate::support::http;
use crate::support::server::Server;

/// A Tuesday afternoon in shop hours: 2026-11-17 15:00 in Shanghai.
const NOW: Millis = Millis(1_794_898_800_000);
/// So many of ten that are offered are to be sent as they are; docs/desk.md has what it was when it was measured last.
const ACCEPTED_OF_TEN: usize = 6;

/// A row of the set.
struct Situation<'s> {
    said: Vec<&'s str>,
    /// Questions of which the offered text may be sent; empty: nothing should be offered.
    send: Vec<&'s str>,
    without: Vec<&'s str>,
}

impl<'s> Situation<'s> {
    fn read(line: &'s str) -> Situation<'s> {
        let [said, send, without] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("three columns: {line}")
        };
        let list = |text: &'s str, by: char| text.split(by).filter(|part| !part.is_empty()).collect::<Vec<_>>();
        Situation {
            said: said.split(" / ").collect(),
            send: list(send, ',').into_iter().filter(|id| *id != "none").collect(),
            without: list(without, '|'),
        }
    }

    fn accepts(&self, offered: &OfferedReply) -> bool {
        self.send.contains(&offered.question.as_str()) && self.without.iter().all(|words| !offered.text.contains(words))
    }
}

#[test]
fn most_of_what_agents_are_offered_is_sent_as_it_is() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let set = std::fs::read_to_string(folder.join("tests/data/suggestions.tsv")).unwrap();
    let (generation, _) = publishing::compile(&folder.join("intents"), Tolerance::default(), OWN_MS, Some("demo"))
        .unwrap_or_else(|findings| panic!("the shipped intents are sound: {findings:?}"));
    let (mut shown, mut accepted, mut silent, mut should_be_silent, mut situations) = (0, 0, 0, 0, 0);
    let mut report = String::new();
    for line in set.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let situation = Situation::read(line);
        situations += 1;
        should_be_silent += usize::from(situation.send.is_empty());
        let language = Language::of(&situation.said.concat()).unwrap_or_default();
        let mut talk = Simulator::new(Arc::clone(&generation), language, NOW);
        for text in &situation.said {
            talk.say(&[text]);
        }
        let offered = talk.offered().into_iter().next();
        let mark = match &offered {
            Some(reply) => {
                shown += 1;
                let fits = situation.accepts(reply);
                accepted += usize::from(fits);
                if fits { "sent" } else { "NOT SENT" }
            }
            None => {
                silent += usize::from(situation.send.is_empty());
                if situation.send.is_empty() { "silent" } else { "nothing" }
            }
        };
        let text = offered.map(|reply| format!("{} {:?}: {}", reply.question, reply.from, reply.text));
        let _ = writeln!(
            report,
            "{mark}\t{}\t{}",
            situation.said.join(" / "),
            text.unwrap_or_default()
        );
    }
    eprintln!(
        "{report}{accepted} of {shown} offered are sent as they are, in {situations} situations; nothing is offered in {silent} of {should_be_silent} where nothing should be"
    );
    assert!(situations >= 60);
    assert!(accepted * 10 >= shown * ACCEPTED_OF_TEN, "{report}");
    assert_eq!(silent, should_be_silent, "{report}");
}

/// What a shop writes over the common question for its agents.
const FOR_AGENTS: (&str, &str) = (
    "shops/demo/shipping/time.yaml",
    "intent: shipping.time\nagent:\n  - 订单号给我，我这就问仓库～\n",
);

/// Signed in at a desk that is told what is different.
async fn desk(server: &Server) -> Client {
    let cookie = http::sign_in(server, server.signin.as_deref().unwrap()).unwrap();
    at_desk(server, &cookie).await
}

async fn at_desk(server: &Server, cookie: &str) -> Client {
    let mut desk = Client::open(server, "/v1/desk", &[("cookie", cookie)]).await.unwrap();
    desk.send(json!({"type": "hello", "boards": "changes"})).await;
    desk.until_type("board").await;
    desk.send(json!({"type": "presence", "state": "online"})).await;
    desk
}

/// A shopper who asks this of a person, and the chat that the desk has then.
async fn asks(server: &Server, desk: &mut Client, text: &str) -> (Client, Value) {
    let mut shopper = Client::shopper(server).await;
    shopper.send(json!({"type": "human"})).await;
    let chat = shopper.welcome["conversation"].clone();
    // Rows of chats before may still be on their way.
    let row = |frame: &Value| {
        let set = frame["mine"]["set"].as_array()?;
        set.iter().find(|row| row["card"]["conversation"] == chat).cloned()
    };
    let frame = desk.until(|frame| row(frame).is_some()).await;
    let card = row(&frame).unwrap()["card"].clone();
    shopper.say("m1", text).await;
    desk.send(json!({"type": "open", "conversation": card["conversation"]}))
        .await;
    (shopper, card)
}

/// What is offered in this chat.
async fn suggestion(desk: &mut Client, card: &Value) -> Value {
    let chat = &card["conversation"];
    let offered = |frame: &Value| frame["type"] == "case" && frame["suggestion"].is_object();
    let case = desk
        .until(|frame| offered(frame) && frame["conversation"] == *chat)
        .await;
    case["suggestion"].clone()
}

async fn ends(desk: &mut Client, card: &Value) {
    let chat = &card["conversation"];
    desk.send(json!({"type": "close", "conversation": chat})).await;
    desk.until(|frame| frame["conversation"] == *chat && frame["event"]["kind"] == "closed")
        .await;
}

#[tokio::test]
async fn what_is_written_for_agents_is_offered_to_them_and_never_said_by_the_bot() {
    let server = Server::with_files(&[FOR_AGENTS]);
    let mut shopper = Client::shopper(&server).await;
    shopper.say("m1", "什么时候发货").await;
    let answer = shopper.until_from("bot").await;
    assert!(answer["text"].as_str().unwrap().contains("当天发出"), "{answer}");
    let mut desk = desk(&server).await;
    let (_shopper, card) = asks(&server, &mut desk, "什么时候发货").await;
    let wanted = json!({"text": "订单号给我，我这就问仓库～", "from": "agents"});
    assert_eq!(suggestion(&mut desk, &card).await, wanted);
}

#[tokio::test]
async fn the_phrase_that_colleagues_send_for_a_question_is_offered_for_it() {
    let server = Server::start();
    let cookie = http::sign_in(&server, server.signin.as_deref().unwrap()).unwrap();
    let body = json!({"shop": "demo", "text": "满 99 包邮，您这单我看看"});
    let phrase = http::post(&server, "/v1/phrases", &[("cookie", &cookie)], &body).json();
    let phrase = phrase["phrase"]["id"].clone();
    let mut desk = at_desk(&server, &cookie).await;
    for _ in 0..3 {
        let (_shopper, card) = asks(&server, &mut desk, "包邮吗").await;
        let offered = suggestion(&mut desk, &card).await;
        assert_eq!(offered["from"], "bot", "{offered}");
        let (conversation, epoch) = (&card["conversation"], &card["epoch"]);
        let message = json!({"type": "message", "conversation": conversation, "id": "a1", "text": "满 99 包邮，您这单我看看", "epoch": epoch, "used": phrase});
        desk.send(message).await;
        desk.until_type("ack").await;
        ends(&mut desk, &card).await;
    }
    // Counts are written every few seconds.
    let offered = loop {
        let (_shopper, card) = asks(&server, &mut desk, "包邮吗").await;
        let offered = suggestion(&mut desk, &card).await;
        ends(&mut desk, &card).await;
        if offered["from"] == "phrase" {
            break offered;
        }
        // Whoever asks without a pause is refused as a flood.
        tokio::time::sleep(Duration::from_millis(400)).await;
    };
    assert_eq!(offered["phrase"], phrase);
    assert_eq!(offered["text"], "满 99 包邮，您这单我看看");
}

#[tokio::test]
async fn words_against_a_rule_that_the_shop_made_binding_are_not_sent() {
    let standards = "standards:\n  - rule: I081\n    block: true\n  - rule: I122\n    words: [对面那家]\n";
    let server = Server::with_files(&[("shops/demo/shared/standards.yaml", standards)]);
    let mut desk = desk(&server).await;
    let (mut shopper, card) = asks(&server, &mut desk, "什么时候发货").await;
    let say = |id: &str, text: &str| json!({"type": "message", "conversation": card["conversation"], "id": id, "text": text, "epoch": card["epoch"]});
    desk.send(say("a1", "加微信聊吧")).await;
    let refused = desk.until_type("error").await;
    assert_eq!(
        (&refused["code"], &refused["id"], &refused["rule"]),
        (&json!("words_blocked"), &json!("a1"), &json!("I081"))
    );
    let told = refused["message"].as_str().unwrap();
    assert!(told.contains("加微信") && told.contains("I081"), "{told}");
    // What only warns is sent.
    desk.send(say("a2", "对面那家没有我们全")).await;
    desk.until(|frame| frame["type"] == "ack" && frame["id"] == "a2").await;
    let heard = shopper.until_from("agent").await;
    assert_eq!(heard["text"], "对面那家没有我们全");
}
