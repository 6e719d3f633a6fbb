//! What many stored talks cost: on disk, at the start, for a message, a search, and for what is forgotten.
//!
//! `cargo run --release --example stored -- DAYS TALKS` fills a folder with `TALKS` ended talks for each of `DAYS` days, ten of
//! them with 2,000 talks if nothing is said, and prints the table of `docs/performance.md`. The talks are recorded first: the shipped bot answers
//! `load-tests/texts/zh.txt`, three to six messages a talk; what is stored are copies under other ids at other times. A message is measured in turns with a
//! store that holds nothing. Needs about 5 kB of disk an exchange of message and answer.

#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};
use yingda::accounts::{AccountSettings, Accounts};
use yingda::config::Settings;
use yingda::hub::{Clock, Delivery, Hub, HubSettings, Opening};
use yingda::model::{
    Agent, AgentId, ClientMessageId, ConversationId, EventKind, Language, Millis, NewEvent, Partition, Role, ShopId,
    ShopperId,
};
use yingda::publishing::{Publisher, Reading};
use yingda::search::{Indexer, Search, Wanted};
use yingda::shop::clock::OWN_MS;
use yingda::shops::{Generations, Shops};
use yingda::store::embedded::{Embedded, EmbeddedOptions};
use yingda::store::{Expect, Store};
use yingda::telemetry::Metrics;
use yingda::understanding::Tolerance;

const DAY_MS: u64 = 24 * 3_600_000;
/// Talks that are recorded, and of which all others are copies.
const RECORDED: usize = 200;
/// Appends under way at once.
const AT_ONCE: usize = 256;
/// Rounds of messages, half of them with the empty store first, and messages of each.
const ROUNDS: usize = 10;
const MESSAGES: usize = 200;
/// Talks forgotten in one go, as the server does it.
const FORGOTTEN_AT_ONCE: usize = 64;
/// How long an answer may take.
const LONGEST: Duration = Duration::from_millis(200);
/// Searches of one kind.
const SEARCHES: usize = 20;

fn main() {
    let given: Vec<u64> = std::env::args().skip(1).map(|number| number.parse().unwrap()).collect();
    let [days, talks] = <[u64; 2]>::try_from(given).unwrap_or([10, 2_000]);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(measure(days, talks));
}

async fn measure(days: u64, talks: u64) {
    let loaded =
        Publisher::new(Tolerance::default(), OWN_MS).load(&Reading::of(&root().join("intents")), &Generations::new());
    let shops = Arc::new(Shops::new(loaded.unwrap().0));
    let [recording, empty, full] = [(); 3].map(|()| tempfile::tempdir().unwrap());
    let recorder = open(recording.path());
    let hub_recorder = hub(&recorder, &shops).await;
    let recorded = record(&hub_recorder, &recorder).await;
    let without = open(empty.path());
    let hub_without = hub(&without, &shops).await;
    let now = now();

    let store = open(full.path());
    let begun = Instant::now();
    let events = fill(&store, &recorded, days, talks, now).await;
    let took = begun.elapsed();
    let stored = (days * talks) as f64;
    println!(
        "{days} days with {talks} talks each: {events} events stored in {:.1} s",
        took.as_secs_f64()
    );
    let log = size(full.path()) as f64;
    println!(
        "  on disk                {:9.1} MB, {:.1} kB a talk",
        log / 1e6,
        log / stored / 1e3
    );

    let begun = Instant::now();
    let mut indexer = Indexer::new(Arc::clone(&store), Clock::system());
    indexer.step().await.unwrap();
    let took = begun.elapsed();
    let index = size(full.path()) as f64 - log;
    println!(
        "  search index           {:9.1} MB, {:.1} kB a talk, made in {:.1} s",
        index / 1e6,
        index / stored / 1e3,
        took.as_secs_f64()
    );
    store.close().await.unwrap();
    drop(store);

    let begun = Instant::now();
    let store = open(full.path());
    let opened = begun.elapsed();
    let hub = hub(&store, &shops).await;
    println!(
        "  opened again           {:9.1} ms, and ready {:.1} ms later",
        opened.as_secs_f64() * 1e3,
        (begun.elapsed() - opened).as_secs_f64() * 1e3
    );

    let (mut beside, mut there) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        for first in [round % 2 == 0, round % 2 != 0] {
            match first {
                true => beside.push(message(&hub_without).await),
                false => there.push(message(&hub).await),
            }
        }
    }
    let (beside, there) = (median(beside), median(there));
    println!(
        "  a message              {there:9.1} µs, {beside:.1} µs with an empty store: {:.2} times",
        there / beside
    );

    search(&store, &hub, now).await;

    let before = Millis(now.0 - (days - 1) * DAY_MS);
    let (begun, mut forgotten) = (Instant::now(), 0);
    loop {
        let gone = store.forget(before, FORGOTTEN_AT_ONCE).await.unwrap();
        forgotten += gone;
        if gone < FORGOTTEN_AT_ONCE {
            break;
        }
    }
    println!(
        "  a day forgotten        {:9.1} s for {forgotten} talks",
        begun.elapsed().as_secs_f64()
    );
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn now() -> Millis {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Millis(u64::try_from(since.unwrap().as_millis()).unwrap())
}

fn open(folder: &Path) -> Arc<dyn Store> {
    Arc::new(Embedded::open(folder, EmbeddedOptions::default()).unwrap())
}

async fn hub(store: &Arc<dyn Store>, shops: &Arc<Shops>) -> Hub {
    let metrics = Arc::new(Metrics::new());
    let settings = HubSettings {
        burst_wait_ms: 0,
        ..HubSettings::default()
    };
    Hub::start(Arc::clone(store), Arc::clone(shops), Clock::system(), settings, metrics)
        .await
        .unwrap()
}

fn opening() -> Opening {
    Opening {
        shop: ShopId::new("demo"),
        lang: Language::Chinese,
        token: None,
        customer: None,
    }
}

/// Events of talks with the bot, without the first one, which says whose they are.
async fn record(hub: &Hub, store: &Arc<dyn Store>) -> Vec<Vec<EventKind>> {
    let texts = std::fs::read_to_string(root().join("load-tests/texts/zh.txt")).unwrap();
    let mut texts = texts
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .cycle();
    let mut recorded = Vec::new();
    for talk in 0..RECORDED {
        let (handle, _) = hub.resume(opening(), None).await.unwrap();
        for number in 0..3 + talk % 4 {
            say(&handle, number, texts.next().unwrap()).await;
        }
        let events = store.read(handle.conversation().clone(), 0, 1_000).await.unwrap();
        let kinds = events.iter().skip(1).map(|event| event.kind.clone());
        recorded.push(kinds.chain([EventKind::Closed { agent: None }]).collect());
    }
    recorded
}

/// Says something and waits until the bot has answered, or a person is asked for.
async fn say(handle: &yingda::hub::ShopperHandle, number: usize, text: &str) {
    let mut heard = handle.subscribe(u64::MAX);
    let id = ClientMessageId::new(format!("m{number}"));
    handle.send(id, text.to_owned()).await.unwrap();
    let answered = async {
        while let Some(Delivery::Event(event)) = heard.next().await.unwrap() {
            if !matches!(event.kind, EventKind::Received { .. } | EventKind::Started { .. }) {
                break;
            }
        }
    };
    // Where a person has the talk nothing is said by the bot.
    let _ = tokio::time::timeout(LONGEST, answered).await;
}

/// Stores copies; how many events.
async fn fill(store: &Arc<dyn Store>, recorded: &[Vec<EventKind>], days: u64, talks: u64, now: Millis) -> usize {
    let all = (0..days * talks).map(|number| {
        let (day, place) = (days - number / talks, number % talks);
        let at = Millis(now.0 - day * DAY_MS + place * (DAY_MS - 600_000) / talks);
        let (shop, shopper) = (ShopId::new("demo"), ShopperId::new(format!("anon:{number:x}")));
        let stamp = format!("{:012x}", at.0);
        let id = format!("{}-{}-7000-8000-{number:012x}", &stamp[..8], &stamp[8..]);
        let conversation = ConversationId::begin(&id, Partition::of(&shop, &shopper));
        let started = EventKind::Started {
            shop,
            shopper,
            lang: Language::Chinese,
        };
        let copied = &recorded[usize::try_from(number).unwrap() % recorded.len()];
        let kinds = [started].into_iter().chain(copied.iter().cloned());
        let events: Vec<NewEvent> = kinds
            .enumerate()
            .map(|(place, kind)| NewEvent {
                at: Millis(at.0 + place as u64 * 5_000),
                kind,
            })
            .collect();
        async move {
            let stored = events.len();
            store.append(conversation, Expect::New, events).await.unwrap();
            stored
        }
    });
    stream::iter(all)
        .buffer_unordered(AT_ONCE)
        .fold(0, |sum, stored| async move { sum + stored })
        .await
}

/// Mean of some messages with their answers, two in a talk with its beginning, microseconds.
async fn message(hub: &Hub) -> f64 {
    let begun = Instant::now();
    for _ in 0..MESSAGES / 2 {
        let (handle, _) = hub.resume(opening(), None).await.unwrap();
        say(&handle, 1, "什么时候发货").await;
        say(&handle, 2, "包邮吗").await;
    }
    begun.elapsed().as_secs_f64() * 1e6 / MESSAGES as f64
}

async fn search(store: &Arc<dyn Store>, hub: &Hub, now: Millis) {
    let accounts = Accounts::new(Arc::clone(store) as _, AccountSettings::from(&Settings::default()));
    let search = Search::new(Arc::clone(store), hub.clone(), accounts);
    let owner = Agent {
        id: AgentId::new("owner"),
        name: "owner".to_owned(),
        roles: [Role::Owner].into(),
        shops: Vec::new(),
        groups: Vec::new(),
        languages: Vec::new(),
        capacity: 0,
    };
    for (what, words) in [
        ("found at once", "发货"),
        ("one sign", "码"),
        ("found nowhere", "犀牛角"),
    ] {
        let mut took = Vec::new();
        let mut found = 0;
        for _ in 0..SEARCHES {
            let wanted = Wanted {
                words: words.to_owned(),
                ..Wanted::default()
            };
            let begun = Instant::now();
            found = search.find(&owner, true, wanted, now).await.unwrap().talks.len();
            took.push(begun.elapsed().as_secs_f64() * 1e3);
        }
        println!("  search, {what:14} {:9.1} ms, {found} on the first page", median(took));
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn size(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries
        .map(|entry| match entry.metadata().unwrap() {
            meta if meta.is_dir() => size(&entry.path()),
            meta => meta.len(),
        })
        .sum()
}
