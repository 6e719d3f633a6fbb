//! The connection: commands that persist through lost connections and failovers, within a patience.

use std::sync::{Arc, Mutex as StdMutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use redis::aio::{MultiplexedConnection, PubSub};
use redis::cluster::ClusterClientBuilder;
use redis::cluster_async::ClusterConnection;
use redis::sentinel::{SentinelClient, SentinelClientBuilder, SentinelServerType};
use redis::{
    AsyncConnectionConfig, Client, IntoConnectionInfo, Pipeline, ProtocolVersion, PushInfo, RedisError,
    TlsCertificates, TlsMode, Value,
};
use tokio::sync::{Mutex, mpsc};
use tokio::time::Instant;

use super::address::Address;
use super::tls::TlsFiles;
use crate::store::StoreError;

/// How long one answer may take. No operation takes longer than the patience and this.
pub(super) const ANSWER_TIME: Duration = Duration::from_secs(2);
/// How long connecting may take.
const CONNECT_TIME: Duration = Duration::from_secs(2);
/// The first pause before trying again; it doubles.
const FIRST_PAUSE: Duration = Duration::from_millis(20);
/// How many times shorter the patience is at least, while nothing succeeds.
const SHORTER: u32 = 5;
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// A connection that mends itself. Clones share it.
#[derive(Clone)]
pub(super) struct Link {
    kind: Arc<Kind>,
    patience: Duration,
    /// Since when nothing has succeeded, while something has failed.
    failing_since: Arc<StdMutex<Option<Instant>>>,
}

enum Kind {
    One(Box<One>),
    Cluster(ClusterConnection),
}

/// One server, or the master of a service that Sentinel watches.
struct One {
    dial: Dial,
    current: StdMutex<Current>,
}

#[derive(Clone)]
enum Dial {
    Server(Box<Client>),
    Sentinel(Arc<Mutex<SentinelClient>>),
}

/// What a dial comes to, for all who wait for it.
type Dialled = Shared<BoxFuture<'static, Result<MultiplexedConnection, RedisError>>>;

/// The connection there is, or the dial that makes one.
#[derive(Default)]
struct Current {
    /// Counts dials, so that who failed on an old connection does not take the new one away.
    number: u64,
    dialled: Option<Dialled>,
}

/// Where the pushed messages of a cluster's channels arrive.
pub(super) type Pushes = mpsc::UnboundedReceiver<PushInfo>;

impl Link {
    /// Connects. `patience` is how long an operation is tried again before it fails.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when nobody answers, or not as is needed.
    pub(super) async fn open(
        address: &Address,
        tls: &TlsFiles,
        patience: Duration,
    ) -> Result<(Link, Option<Pushes>), StoreError> {
        let certificates = address.tls().then(|| tls.read()).transpose()?;
        let (kind, pushes) = match address {
            Address::Server(url) => {
                let client = match certificates {
                    Some(certificates) => Client::build_with_tls(url.as_str(), certificates),
                    None => Client::open(url.as_str()),
                };
                let client = client.map_err(unavailable)?;
                (Kind::One(Box::new(One::new(Dial::Server(Box::new(client))))), None)
            }
            Address::Sentinel {
                sentinels,
                service,
                server,
            } => {
                let client = watched(sentinels, service, server, certificates).map_err(unavailable)?;
                let dial = Dial::Sentinel(Arc::new(Mutex::new(client)));
                (Kind::One(Box::new(One::new(dial))), None)
            }
            Address::Cluster(urls) => {
                let (sender, pushes) = mpsc::unbounded_channel();
                let mut builder = ClusterClientBuilder::new(urls.clone());
                if let Some(certificates) = certificates {
                    builder = builder.certs(certificates);
                }
                let client = builder
                    .use_protocol(ProtocolVersion::RESP3)
                    .push_sender(sender)
                    .connection_timeout(CONNECT_TIME)
                    .response_timeout(ANSWER_TIME)
                    .overall_response_timeout(Some(ANSWER_TIME * 2))
                    .retries(2)
                    .build()
                    .map_err(unavailable)?;
                let connection = client.get_async_connection().await.map_err(unavailable)?;
                (Kind::Cluster(connection), Some(pushes))
            }
        };
        let link = Link {
            kind: Arc::new(kind),
            patience,
            failing_since: Arc::default(),
        };
        Ok((link, pushes))
    }

    /// Runs the commands that `build` makes, again when the connection or the server failed in passing, and gives
    /// their answers. `build` is told whether scripts must be sent whole, because the server does not know them.
    /// The commands must be such that running them twice is as good as once.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the patience is over or the server refuses for good. The commands may have
    /// been carried out all the same.
    pub(super) async fn run(&self, build: impl Fn(bool) -> Pipeline) -> Result<Vec<Value>, StoreError> {
        self.run_until(Instant::now() + self.patience(), build).await
    }

    /// The same with a patience that ends then. It ends one answer time later at the latest, whatever the network does
    /// and however many wait for the same connection.
    pub(super) async fn run_until(
        &self,
        until: Instant,
        build: impl Fn(bool) -> Pipeline,
    ) -> Result<Vec<Value>, StoreError> {
        let attempts = self.attempts(until, build);
        let outcome = tokio::time::timeout_at(until + ANSWER_TIME, attempts).await;
        outcome.unwrap_or_else(|_| {
            self.failed();
            Err(StoreError::Unavailable("Redis does not answer".to_owned()))
        })
    }

    async fn attempts(&self, until: Instant, build: impl Fn(bool) -> Pipeline) -> Result<Vec<Value>, StoreError> {
        let mut pause = FIRST_PAUSE;
        let mut whole = false;
        loop {
            let error = match self.once(&build(whole)).await {
                Ok(answers) => {
                    *self.failing_since() = None;
                    return Ok(answers);
                }
                Err(error) => error,
            };
            if error.code() == Some("NOSCRIPT") && !whole {
                whole = true;
                continue;
            }
            if !passing(&error) {
                return Err(unavailable(error));
            }
            self.failed();
            if Instant::now() + pause > until {
                return Err(unavailable(error));
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Runs commands that need no script.
    pub(super) async fn plain(&self, pipeline: &Pipeline) -> Result<Vec<Value>, StoreError> {
        self.run(|_| pipeline.clone()).await
    }

    async fn once(&self, pipeline: &Pipeline) -> Result<Vec<Value>, RedisError> {
        match &*self.kind {
            Kind::One(one) => one.once(pipeline).await,
            Kind::Cluster(connection) => pipeline.query_async(&mut connection.clone()).await,
        }
    }

    /// How long an operation that begins now is tried again before it fails. Once nothing has succeeded for as long as
    /// that, whoever comes is told soon: three messages of a shopper do not wait for three times the patience.
    pub(super) fn patience(&self) -> Duration {
        let failing = self.failing_since().map(|since| since.elapsed()).unwrap_or_default();
        self.patience.saturating_sub(failing).max(self.patience / SHORTER)
    }

    fn failing_since(&self) -> MutexGuard<'_, Option<Instant>> {
        // A moment is whole after any panic.
        self.failing_since.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn failed(&self) {
        self.failing_since().get_or_insert_with(Instant::now);
    }

    /// Whether the servers are a cluster.
    pub(super) fn cluster(&self) -> bool {
        matches!(&*self.kind, Kind::Cluster(_))
    }

    /// Subscribes to the channels of a cluster; what they say arrives in [`Pushes`].
    pub(super) async fn subscribe_shards(&self, channels: &[String]) -> Result<(), StoreError> {
        if let Kind::Cluster(connection) = &*self.kind {
            let mut connection = connection.clone();
            for channel in channels {
                connection.ssubscribe(channel).await.map_err(unavailable)?;
            }
        }
        Ok(())
    }

    /// A connection of its own for channels of one server.
    pub(super) async fn channels(&self, channels: &[String]) -> Result<Option<PubSub>, StoreError> {
        let Kind::One(one) = &*self.kind else { return Ok(None) };
        let subscribe = async {
            let client = match &one.dial {
                Dial::Server(client) => Client::clone(client),
                Dial::Sentinel(client) => client.lock().await.async_get_client().await?,
            };
            let mut subscribed = client.get_async_pubsub().await?;
            for channel in channels {
                subscribed.subscribe(channel).await?;
            }
            Ok(subscribed)
        };
        tokio::time::timeout(CONNECT_TIME + ANSWER_TIME, subscribe)
            .await
            .map_err(|_| StoreError::Unavailable("Redis does not answer".to_owned()))?
            .map(Some)
            .map_err(unavailable)
    }
}

impl One {
    fn new(dial: Dial) -> One {
        One {
            dial,
            current: StdMutex::default(),
        }
    }

    fn current(&self) -> MutexGuard<'_, Current> {
        // A number and a handle are whole after any panic.
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn once(&self, pipeline: &Pipeline) -> Result<Vec<Value>, RedisError> {
        let (number, dialled) = {
            let mut current = self.current();
            let dialled = match &current.dialled {
                Some(dialled) => dialled.clone(),
                None => {
                    current.number += 1;
                    let dialled = self.dial.clone().dial().boxed().shared();
                    current.dialled.insert(dialled).clone()
                }
            };
            (current.number, dialled)
        };
        // All who need a connection wait for the same dial, and hear of its failure together.
        let answers = match dialled.await {
            Ok(mut connection) => pipeline.query_async(&mut connection).await,
            Err(error) => {
                self.forget(number);
                return Err(error);
            }
        };
        if let Err(error) = &answers
            && passing(error)
        {
            self.forget(number);
        }
        answers
    }

    /// Whoever comes next dials, unless somebody has dialled since.
    fn forget(&self, number: u64) {
        let mut current = self.current();
        if current.number == number {
            current.dialled = None;
        }
    }
}

impl Dial {
    async fn dial(self) -> Result<MultiplexedConnection, RedisError> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT_TIME))
            .set_response_timeout(Some(ANSWER_TIME));
        match self {
            Dial::Server(client) => client.get_multiplexed_async_connection_with_config(&config).await,
            Dial::Sentinel(client) => client.lock().await.get_async_connection_with_config(&config).await,
        }
    }
}

/// The client that asks sentinels for the master of a service. `server` says how the master is spoken to.
fn watched(
    sentinels: &[String],
    service: &str,
    server: &str,
    certificates: Option<TlsCertificates>,
) -> Result<SentinelClient, RedisError> {
    let places = sentinels
        .iter()
        .map(|url| Ok(url.as_str().into_connection_info()?.addr().clone()));
    let places = places.collect::<Result<Vec<_>, RedisError>>()?;
    let mut builder = SentinelClientBuilder::new(places, service, SentinelServerType::Master)?;
    let server = server.into_connection_info()?;
    let settings = server.redis_settings();
    builder = builder.set_client_to_redis_db(settings.db());
    if let Some(username) = settings.username() {
        builder = builder.set_client_to_redis_username(username);
    }
    if let Some(password) = settings.password() {
        builder = builder.set_client_to_redis_password(password);
    }
    if let Some(certificates) = certificates {
        builder = builder
            .set_client_to_redis_tls_mode(TlsMode::Secure)
            .set_client_to_redis_certificates(certificates.clone())
            .set_client_to_sentinel_certificates(certificates);
    }
    builder.build()
}

/// Whether the failure may be over in a moment: the connection was lost, or another server is about to take over.
fn passing(error: &RedisError) -> bool {
    if error.is_io_error() || error.is_connection_dropped() || error.is_timeout() || error.is_cluster_error() {
        return true;
    }
    matches!(
        error.code(),
        Some(
            "LOADING"
                | "READONLY"
                | "MASTERDOWN"
                | "CLUSTERDOWN"
                | "TRYAGAIN"
                | "MOVED"
                | "ASK"
                | "NOREPLICAS"
                | "UNBLOCKED"
        )
    ) || matches!(
        error.kind(),
        redis::ErrorKind::ClusterConnectionNotFound
            | redis::ErrorKind::MasterNameNotFoundBySentinel
            | redis::ErrorKind::NoValidReplicasFoundBySentinel
    )
}

/// What Redis says, as the store's error.
pub(super) fn unavailable(error: RedisError) -> StoreError {
    StoreError::Unavailable(format!("Redis: {error}"))
}
