//! The hub with a real store, a small real shop, and time that moves only when a test says so.

#![allow(clippy::unwrap_used)]

mod agents;
mod alerts;
mod handing_on;
mod hearing;
mod interleavings;
mod privacy;
mod recognising;
mod restart;
mod retention;
mod shoppers;
mod shops;
mod withdrawing;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tempfile::TempDir;

use super::{
    Clock, Delivery, DeskHandle, Hub, HubError, HubSettings, Keep, Notice, Opening, QueuePlace, Reading, ShopperHandle,
    Showing, Subscription,
};
use crate::dialogue::Generation;
use crate::model::{
    AgentId, ClientMessageId, ConversationId, Event, EventKind, Language, Millis, PresenceState, Role, ShopId,
    StaffMember,
};
use crate::packs::{SourceFile, load_files};
use crate::shops::Shops;
use crate::store::Store;
use crate::store::embedded::{Embedded, EmbeddedOptions};
use crate::telemetry::Metrics;
use crate::understanding::Tolerance;

const SHOP: &str = "shop: SHOP
name: {zh: 小店, en: Corner shop}
timezone: Asia/Shanghai
clock: taobao
facts:
  reply_minutes: \"3\"
";
const SHIPPING: &str = "intent: shipping.time
title: 发货时间
title_en: Shipping time
tests: [{ask: 几时发货, expect: shipping.time}]
examples: [什么时候发货, 几时发货, 今天能发货吗, 多久发货, 什么时候寄出]
patterns:
  - (什么时候|几时|多久)[能](发货|寄出)
answers:
  - 当天发货哦
  - 今天就发
choices: [service.human]
";
const HUMAN: &str = "intent: service.human
title: 转人工
title_en: A person
tests: [{ask: 转人工, expect: service.human}]
examples: [转人工, 人工客服, 找个活人, 我要人工]
patterns:
  - 转人工
answers:
  - 好的
";
const GREETING: &str = "intent: chat.greeting
title: 打招呼
title_en: Hello
tests: [{ask: 你好, expect: chat.greeting}]
examples: [你好, 在吗, 您好, 有人吗]
patterns:
  - (你好|在吗)
answers:
  - 在的
";

const HARM: &str = "signal: safety.harm
title: 受伤
title_en: Harm
lane: safety
strong: [烫伤了, 流血了, 触电了]
medium: [烫到]
weak: [疼]
examples: [手烫伤了, 孩子烫伤了, 手割破流血了, 被电触电了, 脚烫伤了好疼, 老人触电了, 腿上流血了, 胳膊烫伤了]
calm: [会烫伤吗, 防触电吗, 怎么防止流血]
tests: [{ask: 手烫伤了, expect: safety.harm}]
";
const PHRASES: &str = "phrases:
  handoff_safety: [请先停用]
";

/// A running hub with everything around it.
struct World {
    folder: Arc<TempDir>,
    store: Arc<dyn Store>,
    shops: Arc<Shops>,
    hub: Hub,
    /// By so much the clock is ahead, milliseconds.
    ahead: Arc<AtomicU64>,
    _frozen: Frozen,
}

/// While a blocking task runs, tokio's paused clock does not move by itself: the store's threads may take their time.
struct Frozen {
    _thaw: std::sync::mpsc::Sender<()>,
}

impl Frozen {
    fn time() -> Frozen {
        let (thaw, thawed) = std::sync::mpsc::channel::<()>();
        tokio::task::spawn_blocking(move || thawed.recv());
        Frozen { _thaw: thaw }
    }
}

fn settings() -> HubSettings {
    HubSettings {
        board_interval_ms: 0,
        ..HubSettings::default()
    }
}

/// A small shop of this name; the one called `careful` hears when somebody is hurt.
fn shop_of(name: &str) -> Arc<Generation> {
    let mut files = vec![
        ("chat/greeting.yaml".to_owned(), GREETING.to_owned()),
        ("service/human.yaml".to_owned(), HUMAN.to_owned()),
        ("shipping/time.yaml".to_owned(), SHIPPING.to_owned()),
        (format!("shops/{name}/shop.yaml"), SHOP.replace("SHOP", name)),
    ];
    if name == "careful" {
        files.push(("signals/safety/harm.yaml".to_owned(), HARM.to_owned()));
        files.push(("shared/phrases.yaml".to_owned(), PHRASES.to_owned()));
    }
    let files: Vec<SourceFile> = files
        .into_iter()
        .map(|(name, text)| SourceFile {
            name,
            bytes: text.into(),
        })
        .collect();
    let (pack, findings) = load_files(&files);
    let pack = pack.unwrap_or_else(|| panic!("{findings:#?}"));
    let generation = Generation::compile(pack, Tolerance::default(), crate::shop::clock::OWN_MS, &[]).unwrap();
    Arc::new(generation)
}

impl World {
    async fn start() -> World {
        World::start_with(settings()).await
    }

    async fn start_with(settings: HubSettings) -> World {
        World::open(Arc::new(tempfile::tempdir().unwrap()), settings, Frozen::time()).await
    }

    /// A hub that serves these shops.
    async fn serving(shops: &[&str]) -> World {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        World::open_serving(folder, shops, settings(), Frozen::time()).await
    }

    async fn open(folder: Arc<TempDir>, settings: HubSettings, frozen: Frozen) -> World {
        World::open_serving(folder, &["demo"], settings, frozen).await
    }

    async fn open_serving(folder: Arc<TempDir>, shops: &[&str], settings: HubSettings, frozen: Frozen) -> World {
        let shops = Arc::new(Shops::new(shops.iter().map(|name| shop_of(name))));
        let store: Arc<dyn Store> = Arc::new(Embedded::open(folder.path(), EmbeddedOptions::default()).unwrap());
        // 2026-11-11 10:00 in Shanghai.
        let right = Clock::from_tokio(Millis(1_794_362_400_000));
        let ahead = Arc::new(AtomicU64::new(0));
        let told = Arc::clone(&ahead);
        let clock = Clock::from_fn(move || right.now().plus(told.load(Ordering::Relaxed)));
        let hub = Hub::start(
            Arc::clone(&store),
            Arc::clone(&shops),
            clock,
            settings,
            Arc::new(Metrics::new()),
        )
        .await
        .unwrap();
        World {
            folder,
            store,
            shops,
            hub,
            ahead,
            _frozen: frozen,
        }
    }

    /// Stops as a deploy does and starts again on the same data.
    async fn restart(self) -> World {
        self.restart_serving(&["demo"]).await
    }

    /// As [`World::restart`], with these shops.
    async fn restart_serving(self, shops: &[&str]) -> World {
        self.hub.drain().await.unwrap();
        let World { folder, _frozen, .. } = self;
        World::open_serving(folder, shops, settings(), _frozen).await
    }

    /// Somebody who says hello to this shop.
    async fn visitor(&self, shop: &str, token: Option<&str>) -> Result<ShopperHandle, HubError> {
        let opening = Opening {
            shop: ShopId::new(shop),
            lang: Language::Chinese,
            token: token.map(str::to_owned),
            customer: None,
        };
        Ok(self.hub.resume(opening, None).await?.0)
    }

    async fn shopper(&self) -> ShopperHandle {
        self.opened(None).await
    }

    /// A shopper who has said something and was answered.
    async fn talking(&self) -> ShopperHandle {
        let shopper = self.shopper().await;
        let mut events = shopper.subscribe(1);
        shopper.send(id("m0"), "什么时候发货".to_owned()).await.unwrap();
        assert_eq!(event(&mut events).await, "received m0");
        assert_eq!(event(&mut events).await, "answered m0");
        shopper
    }

    async fn opened(&self, token: Option<&str>) -> ShopperHandle {
        self.visitor("demo", token).await.unwrap()
    }

    /// A member of staff at a desk.
    async fn desk(&self, name: &str, capacity: u32) -> DeskHandle {
        self.desk_of(name, capacity, &[]).await
    }

    /// A member of staff at a desk who works for these shops; none means all.
    async fn desk_of(&self, name: &str, capacity: u32, shops: &[&str]) -> DeskHandle {
        self.desk_with(name, &[Role::Agent], capacity, shops, &[]).await
    }

    /// Somebody at a desk who reads every talk of these shops and is given none.
    async fn chief(&self, name: &str, shops: &[&str]) -> DeskHandle {
        let chief = self.desk_with(name, &[Role::Supervisor], 1, shops, &[]).await;
        chief.set_presence(PresenceState::Break, "").await.unwrap();
        chief
    }

    /// Somebody at a desk with these roles, who works for these shops and is in these groups.
    async fn desk_with(
        &self,
        name: &str,
        roles: &[Role],
        capacity: u32,
        shops: &[&str],
        groups: &[&str],
    ) -> DeskHandle {
        let id = AgentId::new(name);
        let member = StaffMember {
            id: id.clone(),
            name: format!("{name}姐"),
            roles: roles.iter().cloned().collect(),
            shops: shops.iter().map(ShopId::new).collect(),
            groups: groups.iter().map(|group| (*group).to_owned()).collect(),
            languages: Vec::new(),
            capacity,
            disabled: false,
            password: None,
        };
        self.store.put_member(member).await.unwrap();
        self.hub.agent_connected(&id).await.unwrap()
    }

    /// A shopper who has pressed the button, with the events from there on.
    async fn in_queue(&self) -> (ShopperHandle, Subscription) {
        // The order of those who come in the same millisecond says nothing.
        advance(1).await;
        let shopper = self.shopper().await;
        let mut events = shopper.subscribe(1);
        shopper.request_agent().await.unwrap();
        assert_eq!(event(&mut events).await, "handed_off");
        (shopper, events)
    }
}

async fn advance(milliseconds: u64) {
    tokio::time::advance(Duration::from_millis(milliseconds)).await;
}

fn id(text: &str) -> ClientMessageId {
    ClientMessageId::new(text)
}

/// The next event, whatever notices come before it.
async fn next_event(subscription: &mut Subscription) -> Arc<Event> {
    loop {
        if let Delivery::Event(event) = subscription.next().await.unwrap().unwrap() {
            return event;
        }
    }
}

/// The next place in the queue.
async fn next_place(subscription: &mut Subscription) -> QueuePlace {
    loop {
        if let Delivery::Notice(Notice::Queue(place)) = subscription.next().await.unwrap().unwrap() {
            return place;
        }
    }
}

/// The next event, in short.
async fn event(subscription: &mut Subscription) -> String {
    short(&next_event(subscription).await.kind)
}

fn short(kind: &EventKind) -> String {
    match kind {
        EventKind::Started { .. } => "started".to_owned(),
        EventKind::Received { id, .. } => format!("received {id}"),
        EventKind::Answered { turn, .. } => {
            let ids: Vec<&str> = turn.reply_to.iter().map(ClientMessageId::as_str).collect();
            format!("answered {}", ids.join("+"))
        }
        EventKind::HandedOff { .. } => "handed_off".to_owned(),
        EventKind::Assigned { agent, .. } => format!("assigned {agent}"),
        EventKind::AgentSaid { id, .. } => format!("agent_said {id}"),
        EventKind::Released { agent, cause, .. } => format!("released {agent} {cause:?}"),
        EventKind::Returned { agent } => format!("returned {agent}"),
        EventKind::Closed { .. } => "closed".to_owned(),
        EventKind::Rated { stars } => format!("rated {stars}"),
        EventKind::Noted { id, .. } => format!("noted {id}"),
        EventKind::Snoozed { agent, .. } => format!("snoozed {agent}"),
        EventKind::Recognised(..) => "recognised".to_owned(),
        EventKind::Withdrawn { of, .. } => format!("withdrawn {of}"),
        EventKind::Unknown { kind, .. } => kind.clone(),
    }
}

/// The whole log, in short.
async fn log(world: &World, shopper: &ShopperHandle) -> Vec<String> {
    let stored = world
        .store
        .read(shopper.conversation().clone(), 0, 10_000)
        .await
        .unwrap();
    stored.iter().map(|event| short(&event.kind)).collect()
}
