//! What a message costs in numbers that do not depend on the clock: they are the same on any machine, so that a change that
//! makes every message dearer is seen where it is made. A bound is what was counted when it was last looked at, and a tenth.

#![allow(clippy::unwrap_used, missing_docs)]

use std::path::Path;
use std::sync::Arc;

use allocation_counter::measure;
use yingda::dialogue::{Generation, Simulator};
use yingda::model::{
    ClientMessageId, ConversationId, EventKind, Language, Millis, NewEvent, Partition, ShopId, ShopperId,
};
use yingda::packs::load;
use yingda::shop::clock::OWN_MS;
use yingda::store::embedded::{Embedded, EmbeddedOptions};
use yingda::store::{Expect, Log};
use yingda::understanding::{Context, Tolerance};

/// Messages that are read.
const MESSAGES: usize = 200;

/// The shipped files, and messages of their own tests.
fn shipped() -> (Arc<Generation>, Vec<String>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("intents");
    let pack = load(&folder).0.unwrap();
    let tests: Vec<String> = pack
        .intents
        .iter()
        .flat_map(|intent| &intent.tests)
        .map(|test| test.ask.clone())
        .collect();
    let step = tests.len() / MESSAGES;
    let messages = tests.into_iter().step_by(step).take(MESSAGES).collect();
    let generation = Generation::compile(pack, Tolerance::default(), OWN_MS, &[]);
    (
        Arc::new(generation.unwrap_or_else(|_| panic!("the shipped answers compile"))),
        messages,
    )
}

/// How many times, and how many bytes, something asks for memory with each of these messages, on the mean.
fn mean(messages: &[String], mut with: impl FnMut(&str)) -> (u64, u64) {
    // What is made once, and room that is kept, is there already.
    messages.iter().for_each(|text| with(text));
    let counted = measure(|| messages.iter().for_each(|text| with(text)));
    let many = messages.len() as u64;
    (counted.count_total / many, counted.bytes_total / many)
}

#[test]
fn reading_a_message_and_answering_it_ask_for_little_memory() {
    let (generation, messages) = shipped();
    let understood = mean(&messages, |text| {
        std::hint::black_box(generation.index.understand(text, &Context::default()));
    });
    let turn = mean(&messages, |text| {
        let mut talk = Simulator::new(Arc::clone(&generation), Language::Chinese, Millis(1_760_000_000_000));
        std::hint::black_box(talk.say(&[text]));
    });
    assert!(
        understood.0 <= 77 && understood.1 <= 5_500,
        "understanding: {understood:?} a message"
    );
    assert!(turn.0 <= 172 && turn.1 <= 12_500, "a turn: {turn:?} a message");
}

#[tokio::test]
async fn a_message_with_its_answer_is_one_small_write() {
    const TALKS: usize = 50;
    const ROUNDS: usize = 20;
    let folder = tempfile::tempdir().unwrap();
    let options = EmbeddedOptions {
        housekeeping: std::time::Duration::from_secs(86_400),
        ..EmbeddedOptions::default()
    };
    let store = Embedded::open(folder.path(), options).unwrap();
    let shop = ShopId::new("demo");
    let event = |kind| NewEvent { at: Millis(5), kind };
    let talks: Vec<ConversationId> = (0..TALKS)
        .map(|talk| {
            let shopper = ShopperId::new(format!("anon:{talk}"));
            ConversationId::begin(
                &format!("01a222fb-b135-704d-b985-{talk:012}"),
                Partition::of(&shop, &shopper),
            )
        })
        .collect();
    for (number, talk) in talks.iter().enumerate() {
        let started = EventKind::Started {
            shop: shop.clone(),
            shopper: ShopperId::new(format!("anon:{number}")),
            lang: Language::Chinese,
        };
        store
            .append(talk.clone(), Expect::New, vec![event(started)])
            .await
            .unwrap();
    }
    let log = folder.path().join("yingda.db-wal");
    let pages = || std::fs::metadata(&log).unwrap().len() / 4_120;
    let before = pages();
    for round in 0..ROUNDS {
        for talk in &talks {
            let id = ClientMessageId::new(format!("m{round}"));
            let said = EventKind::Received {
                id: id.clone(),
                text: "什么时候发货".to_owned(),
                heard: None,
                files: Vec::new(),
            };
            let question = serde_json::json!({"id": "shipping.time", "confidence": 0.99});
            let answered = serde_json::json!({
                "type": "answered", "reply_to": [id], "text": "答".repeat(100), "ledger": {"level": 0.0, "at": 5, "faded": 0.0, "entries": []},
                "choices": [{"label": "几天能到", "intent": "shipping.eta"}, {"label": "转人工", "intent": "service.human"}],
                "decision": {"kind": "answer", "intents": [question], "alternatives": [question, question, question], "signals": [], "slots": {}},
            });
            let both = vec![event(said), event(serde_json::from_value(answered).unwrap())];
            store.append(talk.clone(), Expect::Any, both).await.unwrap();
        }
    }
    let each = (pages() - before) as f64 / (TALKS * ROUNDS) as f64;
    assert!(each <= 4.5, "{each} pages of 4 KiB a message");
}
