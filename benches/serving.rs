//! What a message costs on its way: the store's append, the hub with the store below it, the gateway with both.
//!
//! `cargo bench --bench serving` prints the time of one message with its answer. The shop is the shipped one, so the hub's figure
//! holds that of a turn (`cargo bench --bench understanding` has its parts); the gateway's also holds a client on the
//! same machine. `load-tests compare` measures a server under load beside others.

#![allow(clippy::unwrap_used, missing_docs)]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use futures_util::{SinkExt, StreamExt};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_util::sync::CancellationToken;
use yingda::accounts::{AccountSettings, Accounts};
use yingda::config::Settings;
use yingda::gateway::identity::IdentityKeys;
use yingda::gateway::{App, Listening, Parts, run};
use yingda::hub::{Clock, Delivery, Hub, HubSettings, Opening};
use yingda::model::{
    ClientMessageId, ConversationId, EventKind, Language, Millis, NewEvent, Partition, ShopId, ShopperId,
};
use yingda::publishing::reload::Reloader;
use yingda::publishing::{Publisher, Reading};
use yingda::shop::clock::OWN_MS;
use yingda::shops::{Generations, Shops};
use yingda::store::Expect;
use yingda::store::Store;
use yingda::store::embedded::{Embedded, EmbeddedOptions};
use yingda::telemetry::Metrics;
use yingda::understanding::Tolerance;

const QUESTION: &str = "什么时候发货";
/// A talk goes on for so many messages, then another begins: talks are bounded.
const OF_A_TALK: u64 = 500;

fn folder() -> (TempDir, Arc<dyn Store>) {
    let folder = tempfile::tempdir().unwrap();
    let store = Embedded::open(folder.path(), EmbeddedOptions::default()).unwrap();
    (folder, Arc::new(store))
}

fn intents() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("intents")
}

/// The thread that would take changes of the files; it is told of none.
fn reloader(shops: &Arc<Shops>) -> Reloader {
    let mut publisher = Publisher::new(Tolerance::default(), OWN_MS);
    let build = Box::new(move |reading: &Reading, previous: &Generations| publisher.load(reading, previous));
    Reloader::start(intents(), [0; 32], Duration::ZERO, Arc::clone(shops), build, |_| ()).unwrap()
}

fn shops() -> Arc<Shops> {
    let loaded = Publisher::new(Tolerance::default(), OWN_MS).load(&Reading::of(&intents()), &Generations::new());
    Arc::new(Shops::new(loaded.unwrap().0))
}

async fn hub(store: &Arc<dyn Store>, shops: &Arc<Shops>) -> Hub {
    let metrics = Arc::new(Metrics::new());
    let settings = HubSettings::default();
    Hub::start(Arc::clone(store), Arc::clone(shops), Clock::system(), settings, metrics)
        .await
        .unwrap()
}

fn store(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let (_folder, store) = folder();
    let (shop, shopper) = (ShopId::new("demo"), ShopperId::new("anon:1"));
    let talk = ConversationId::begin("01a222fb-b135-704d-b985-021e1ae9c2bb", Partition::of(&shop, &shopper));
    let event = |kind| NewEvent { at: Millis(5), kind };
    let lang = Language::Chinese;
    let started = event(EventKind::Started { shop, shopper, lang });
    runtime
        .block_on(store.append(talk.clone(), Expect::New, vec![started]))
        .unwrap();
    let mut number = 0;
    criterion.bench_function("store/append", |bencher| {
        bencher.iter(|| {
            number += 1;
            let said = |id: String, text: String| {
                event(EventKind::Received {
                    id: ClientMessageId::new(id),
                    text,
                    heard: None,
                    files: Vec::new(),
                })
            };
            let both = vec![
                said(format!("m{number}"), QUESTION.to_owned()),
                said(format!("a{number}"), "答".repeat(250)),
            ];
            runtime.block_on(store.append(talk.clone(), Expect::Any, both)).unwrap()
        });
    });
}

fn conversing(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let (_folder, store) = folder();
    let hub = runtime.block_on(hub(&store, &shops()));
    criterion.bench_function("hub/message", |bencher| {
        bencher.iter_custom(|messages| {
            runtime.block_on(async {
                let mut left = messages;
                let begun = Instant::now();
                while left > 0 {
                    let opening = Opening {
                        shop: ShopId::new("demo"),
                        lang: Language::Chinese,
                        token: None,
                        customer: None,
                    };
                    let (talk, _) = hub.resume(opening, None).await.unwrap();
                    let mut heard = talk.subscribe(1);
                    for number in 0..left.min(OF_A_TALK) {
                        let id = ClientMessageId::new(format!("m{number}"));
                        talk.send(id, QUESTION.to_owned()).await.unwrap();
                        loop {
                            let Some(Delivery::Event(event)) = heard.next().await.unwrap() else {
                                continue;
                            };
                            if !matches!(event.kind, EventKind::Received { .. }) {
                                break;
                            }
                        }
                    }
                    left -= left.min(OF_A_TALK);
                }
                begun.elapsed()
            })
        });
    });
}

fn round_trip(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let (_folder, store) = folder();
    let shops = shops();
    let shutdown = CancellationToken::new();
    let mut settings = Settings::default();
    settings.gateway.connects_per_minute = 0;
    settings.gateway.frames_per_second = 1_000_000;
    settings.gateway.frame_burst = 1_000_000;
    settings.limits.address_talks_per_minute = 0;
    settings.limits.address_messages_per_minute = 0;
    settings.limits.address_messages_per_day = 0;
    settings.limits.shopper_messages_per_minute = 0;
    settings.limits.shopper_messages_per_day = 0;
    let reloader = reloader(&shops);
    let url = runtime.block_on(async {
        let public = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("ws://{}/v1/chat", public.local_addr().unwrap());
        let settings = Arc::new(settings);
        let app = App::new(Parts {
            hub: hub(&store, &shops).await,
            files: None,
            identity: IdentityKeys::open(&settings.shops).unwrap(),
            accounts: Accounts::new(Arc::clone(&store) as _, AccountSettings::from(&*settings)),
            control_secret: None,
            store: Arc::clone(&store),
            editor: reloader.editor(),
            shops: Arc::clone(&shops),
            settings,
            metrics: Arc::new(Metrics::new()),
            clock: Clock::system(),
            public_url: String::new(),
        });
        let listening = Listening {
            public,
            tls: None,
            control: None,
            operations: None,
        };
        tokio::spawn(run(listening, app.unwrap(), shutdown.clone()));
        url
    });
    criterion.bench_function("gateway/round trip", |bencher| {
        bencher.iter_custom(|messages| {
            runtime.block_on(async {
                let mut left = messages;
                let begun = Instant::now();
                while left > 0 {
                    let (mut socket, _) = connect_async(&url).await.unwrap();
                    let hello = r#"{"type":"hello","shop":"demo","lang":"zh"}"#;
                    socket.send(Message::text(hello)).await.unwrap();
                    for number in 0..left.min(OF_A_TALK) {
                        let said = format!(r#"{{"type":"message","id":"m{number}","text":"{QUESTION}"}}"#);
                        socket.send(Message::text(said)).await.unwrap();
                        let answers = r#""reply_to":["#;
                        while !socket
                            .next()
                            .await
                            .unwrap()
                            .unwrap()
                            .to_text()
                            .unwrap()
                            .contains(answers)
                        {}
                    }
                    left -= left.min(OF_A_TALK);
                    socket.close(None).await.unwrap();
                }
                begun.elapsed()
            })
        });
    });
    shutdown.cancel();
}

criterion_group!(benches, store, conversing, round_trip);
criterion_main!(benches);
