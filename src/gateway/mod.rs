//! The only room that knows HTTP and WebSocket: sockets, limits, sign-in, files of the front end.
//!
//! `cli serve` builds an [`App`] and calls [`run`]. What is said in a chat is the hub's business.

mod allowances;
mod assets;
mod cards;
mod chat;
mod closing_waiting;
mod desk;
pub mod error;
mod files;
mod frame_stream;
mod frame_text;
mod frames;
mod health;
pub mod identity;
mod limits;
mod list_changes;
mod listen;
mod opened_chat;
mod origin;
pub mod protocol;
mod refusing;
mod routes;
mod said_once;
mod sending;
mod shops;
mod socket;
mod socket_guard;
mod staff;
mod upgrade;

use std::net::IpAddr;
use std::ops::Deref;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderMap;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::{AbortOnDropHandle, TaskTracker};

use crate::accounts::Accounts;
use crate::config::Settings;
use crate::customers::Customers;
use crate::files::Files;
use crate::hub::{Clock, Hub};
use crate::model::AgentId;
use crate::orders::{Orders, OrdersError};
use crate::phrases::Phrases;
use crate::publishing::edit::Editor;
use crate::reporting::Reporting;
use crate::reviewing::Reviewing;
use crate::search::Search;
use crate::shops::Shops;
use crate::store::Store;
use crate::teaching::Teaching;
use crate::telemetry::Metrics;

use allowances::Allowances;
use files::Uploads;
use identity::IdentityKeys;
use limits::Limits;
use listen::{Doors, Peer};
use origin::{client_address, is_forwarded, is_near};
use routes::{operations_alone, router};
use said_once::SaidOnce;
use staff::{ControlSecret, OpenDesks};

pub use listen::tls;
pub use staff::signin_link;

/// How long clients that did not move may take to hear that they are cut off.
const CUTTING_OFF: Duration = Duration::from_millis(1500);

/// What the gateway stands on.
pub struct Parts {
    /// The live conversations.
    pub hub: Hub,
    /// For health and names; conversations go through the hub.
    pub store: Arc<dyn Store>,
    /// Whom the shops have signed.
    pub identity: IdentityKeys,
    /// Where pictures and documents lie; `None` where there is no folder for them.
    pub files: Option<Files>,
    /// The people who work here.
    pub accounts: Accounts,
    /// What the command line of this machine shows to be let in; `None` keeps that door shut.
    pub control_secret: Option<String>,
    /// What answers now, for health.
    pub shops: Arc<Shops>,
    /// The way for changes of the intent files.
    pub editor: Editor,
    /// The settings.
    pub settings: Arc<Settings>,
    /// The counters.
    pub metrics: Arc<Metrics>,
    /// The time.
    pub clock: Clock,
    /// The address under which browsers reach this server, without a slash at the end.
    pub public_url: String,
}

/// The gateway's state. Clones share it.
#[derive(Clone)]
pub struct App(Arc<Inner>);

/// See [`App`].
pub struct Inner {
    parts: Parts,
    limits: Limits,
    allowances: Allowances,
    control: ControlSecret,
    desks: OpenDesks,
    phrases: Phrases,
    search: Search,
    customers: Customers,
    uploads: Uploads,
    teaching: Teaching,
    reporting: Reporting,
    reviewing: Reviewing,
    orders: Orders,
    /// Cancelled when the server is to go away: nobody new is let in, sockets ask their clients to move.
    moving: CancellationToken,
    /// Cancelled when the time to move is over: sockets tell their clients and close.
    leaving: CancellationToken,
    sockets: TaskTracker,
    /// Pages that may not chat, and proxies that are not trusted: each is logged once.
    warned: SaidOnce,
    store_probe: health::StoreProbe,
}

impl Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Deref for Inner {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.parts
    }
}

impl App {
    /// Puts the parts together.
    ///
    /// # Errors
    /// A look-up of orders that cannot be set up.
    pub fn new(parts: Parts) -> Result<App, OrdersError> {
        let orders = Orders::new(parts.hub.clone(), &parts.settings.shops)?;
        Ok(App(Arc::new(Inner {
            orders,
            limits: Limits::new(&parts.settings.gateway, &parts.settings.shops),
            allowances: Allowances::new(&parts.settings.limits),
            control: ControlSecret::of(parts.control_secret.as_deref()),
            desks: OpenDesks::default(),
            phrases: Phrases::new(
                Arc::clone(&parts.store) as _,
                parts.accounts.clone(),
                Arc::clone(&parts.shops),
                parts.files.clone().filter(|_| parts.settings.files.enabled),
            ),
            customers: Customers::new(
                Arc::clone(&parts.store),
                parts.hub.clone(),
                parts.accounts.clone(),
                parts.settings.privacy.mask_cards,
            ),
            search: Search::new(Arc::clone(&parts.store), parts.hub.clone(), parts.accounts.clone()),
            uploads: Uploads::default(),
            reviewing: Reviewing::new(
                Arc::clone(&parts.store),
                parts.hub.clone(),
                parts.accounts.clone(),
                Arc::clone(&parts.shops),
                parts.settings.privacy.mask_cards,
            ),
            reporting: Reporting::new(Arc::clone(&parts.store), Arc::clone(&parts.shops)),
            teaching: Teaching::new(
                Arc::clone(&parts.store),
                parts.accounts.clone(),
                Arc::clone(&parts.shops),
                parts.editor.clone(),
            ),
            parts,
            moving: CancellationToken::new(),
            leaving: CancellationToken::new(),
            sockets: TaskTracker::new(),
            warned: SaidOnce::default(),
            store_probe: health::StoreProbe::default(),
        })))
    }

    /// The address of whoever sent this request; `None` when it came through a proxy near by that is not trusted: nobody
    /// knows whose it is, and all shoppers must not be taken for one. That is logged once.
    fn client(&self, peer: Peer, headers: &HeaderMap) -> Option<IpAddr> {
        let unknown_proxy = is_forwarded(headers) && !self.settings.gateway.is_trusted_proxy(peer.ip());
        if unknown_proxy && self.warned.first("proxy", &peer.ip().to_string()) {
            tracing::warn!(
                proxy = %peer.ip(),
                "X-Forwarded-For comes from a proxy that is not in gateway.trusted_proxies: whose requests it passes on is \
                 not known, and [limits] by address cannot hold; add it"
            );
        }
        match unknown_proxy && is_near(peer.ip()) {
            true => None,
            false => Some(client_address(peer.ip(), headers, &self.settings)),
        }
    }

    /// Gives the chats of somebody who may work no more back to the queue.
    async fn dismiss(&self, agent: &AgentId) {
        match self.hub.dismiss(agent).await {
            Ok(0) => {}
            Ok(chats) => tracing::info!(%agent, chats, "chats of a disabled member go back to the queue"),
            // The lease takes them back.
            Err(error) => tracing::warn!(%agent, %error, "chats of a disabled member cannot be moved"),
        }
    }

    /// Within how many milliseconds clients are to move.
    fn move_within(&self) -> u64 {
        self.settings.gateway.reconnect_spread_ms
    }

    /// When a client that is cut off is to come back: spread, so that they do not all come at once.
    fn moving_after(&self) -> u64 {
        let mut bytes = [0_u8; 8];
        // Without randomness all come at once, which is still correct.
        let _ = getrandom::fill(&mut bytes);
        u64::from_le_bytes(bytes) % (self.settings.gateway.reconnect_spread_ms + 1)
    }
}

/// Where the gateway listens.
pub struct Listening {
    /// For everybody.
    pub public: TcpListener,
    /// Its certificate, where it speaks HTTPS itself.
    pub tls: Option<Arc<tls::Tls>>,
    /// For commands of this machine, and so never encrypted.
    pub control: Option<TcpListener>,
    /// For health and metrics alone.
    pub operations: Option<TcpListener>,
}

/// Serves until `shutdown`. Then lets nobody in any more and asks all clients to move, serving them until they are
/// gone or the time for it is over; whoever is left is cut off. The hub is drained by the caller.
pub async fn run(listening: Listening, app: App, shutdown: CancellationToken) {
    let gateway = &app.settings.gateway;
    let doors = || Arc::new(Doors::new(gateway, Arc::clone(&app.metrics), app.moving.clone()));
    let (public, beside) = (doors(), doors());
    let serve = |doors: &Arc<Doors>, listener, tls, router| {
        AbortOnDropHandle::new(tokio::spawn(Arc::clone(doors).serve(listener, tls, router)))
    };
    let mut tasks = vec![
        serve(&public, listening.public, listening.tls.clone(), router(app.clone())),
        spawn_watch(&app),
    ];
    if let Some(listener) = listening.control {
        tasks.push(serve(&beside, listener, None, router(app.clone())));
    }
    if let Some(listener) = listening.operations {
        tasks.push(serve(&beside, listener, None, operations_alone(app.clone())));
    }
    if let Some(tls) = listening.tls {
        tasks.push(AbortOnDropHandle::new(tokio::spawn(follow_certificate(tls))));
    }
    let counted = CancellationToken::new();
    let counting = tokio::spawn(app.phrases.clone().count(counted.clone()));
    tasks.push(AbortOnDropHandle::new(tokio::spawn(
        app.teaching.clone().keep_time(app.clock.clone(), app.moving.clone()),
    )));
    let forgetting = async {
        loop {
            tokio::time::sleep(Limits::FORGET_EVERY).await;
            app.limits.forget_old();
            app.allowances.forget_old();
        }
    };
    tokio::select! {
        () = shutdown.cancelled() => {}
        () = forgetting => {}
    }
    app.moving.cancel();
    app.sockets.close();
    tracing::info!(sockets = app.sockets.len(), "asking clients to move");
    let mut gone = pin!(async {
        app.sockets.wait().await;
        public.wait().await;
        beside.wait().await;
    });
    let grace = Duration::from_millis(gateway.drain_ms);
    if tokio::time::timeout(grace, &mut gone).await.is_err() {
        tracing::warn!(
            sockets = app.sockets.len(),
            "some clients did not move in time and are cut off"
        );
        app.leaving.cancel();
        let _ = tokio::time::timeout(CUTTING_OFF, gone).await;
    }
    // What was counted since the last time is written before the store closes.
    counted.cancel();
    let _ = tokio::time::timeout(CUTTING_OFF, counting).await;
}

fn spawn_watch(app: &App) -> AbortOnDropHandle<()> {
    let app = app.clone();
    AbortOnDropHandle::new(tokio::spawn(async move { app.desks.watch(&app).await }))
}

/// Takes a new certificate into use when its files change.
async fn follow_certificate(tls: Arc<tls::Tls>) {
    loop {
        tokio::time::sleep(tls::LOOK_EVERY).await;
        tls.look();
    }
}
