//! A network that misbehaves: a TCP proxy that delays, drops, goes half-open and cuts in the middle of a frame. It
//! knows nothing of what flows through it, so it stands as well between shoppers and gateway as between gateway and
//! Redis. What happens to each connection follows from the seed and its number.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Duration, Instant, sleep, sleep_until};

use crate::plan::Dice;

/// How much is carried at once.
const PIECE: usize = 4096;
/// How long the end of one side stays unnoticed by the other.
const UNNOTICED: Duration = Duration::from_secs(3);

/// What the network does. Shares are from 0 to 1 and of all connections; what is left over has nothing done to it but
/// the delay.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weather {
    /// Makes the same weather again.
    pub seed: u64,
    /// The longest delay of a piece of data, milliseconds.
    pub delay_ms: u64,
    /// Connections that are reset.
    pub resets: f64,
    /// Connections of which one direction silently dies, while both sides believe in it.
    pub half_open: f64,
    /// Connections that are reset in the middle of what is being sent to the client or to the server.
    pub cuts: f64,
    /// How long a connection lives before that happens, milliseconds: between the two.
    pub lives_ms: (u64, u64),
}

impl Weather {
    /// Nothing happens.
    pub const CALM: Weather = Weather {
        seed: 0,
        delay_ms: 0,
        resets: 0.0,
        half_open: 0.0,
        cuts: 0.0,
        lives_ms: (0, 0),
    };

    /// Every connection ends badly within seconds, each third in its own way.
    pub fn storm(seed: u64) -> Weather {
        Weather {
            seed,
            delay_ms: 10,
            resets: 0.34,
            half_open: 0.33,
            cuts: 0.33,
            lives_ms: (50, 8_000),
        }
    }
}

/// What has happened to connections so far.
#[derive(Debug, Default)]
pub struct Counts {
    /// Connections taken.
    pub taken: AtomicU64,
    /// Reset.
    pub resets: AtomicU64,
    /// Gone half-open.
    pub half_open: AtomicU64,
    /// Cut in the middle of something.
    pub cuts: AtomicU64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    None,
    Reset,
    HalfOpen { to_client: bool },
    Cut { to_client: bool },
}

/// The proxy. It ends, with all its connections, when it is dropped.
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

struct Shared {
    target: Mutex<String>,
    weather: Weather,
    calm: AtomicBool,
    counts: Counts,
    /// Counts how often all connections were to be broken.
    broken: watch::Sender<u64>,
}

impl Proxy {
    /// Listens on a free port of this machine and passes on to `target` (`host:port`).
    ///
    /// # Errors
    /// It cannot listen.
    pub async fn start(target: &str, weather: Weather) -> std::io::Result<Proxy> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            target: Mutex::new(target.to_owned()),
            weather,
            calm: AtomicBool::new(false),
            counts: Counts::default(),
            broken: watch::Sender::new(0),
        });
        let for_all = Arc::clone(&shared);
        let accepting = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            let mut number = 0;
            while let Ok((client, _)) = listener.accept().await {
                number += 1;
                connections.spawn(pass(Arc::clone(&for_all), client, number));
                while connections.try_join_next().is_some() {}
            }
        });
        Ok(Proxy {
            address,
            shared,
            accepting,
        })
    }

    /// Where clients connect.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Passes new connections on to another place; those that there are stay.
    pub fn set_target(&self, target: &str) {
        let mut current = self.shared.target.lock().unwrap_or_else(PoisonError::into_inner);
        target.clone_into(&mut current);
    }

    /// Resets every connection that there is.
    pub fn break_all(&self) {
        self.shared.broken.send_modify(|count| *count += 1);
    }

    /// From now on nothing more happens to any connection. What is half-open stays so.
    pub fn calm_down(&self) {
        self.shared.calm.store(true, Ordering::Relaxed);
    }

    /// What has happened so far.
    pub fn counts(&self) -> &Counts {
        &self.shared.counts
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn pass(shared: Arc<Shared>, client: TcpStream, number: u64) {
    shared.counts.taken.fetch_add(1, Ordering::Relaxed);
    let target = shared.target.lock().unwrap_or_else(PoisonError::into_inner).clone();
    // Whoever cannot be reached: the client sees a connection that ends at once.
    let Ok(server) = TcpStream::connect(&target).await else {
        return;
    };
    let mut dice = Dice::new(shared.weather.seed ^ number.wrapping_mul(0x2545_f491_4f6c_dd1d));
    let (fate, after) = fate(&shared.weather, &mut dice);
    let due = Instant::now() + after;
    for side in [&client, &server] {
        // Small frames are to arrive when they were sent; when it fails they arrive later.
        let _ = side.set_nodelay(true);
    }
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let mut broken = shared.broken.subscribe();
    broken.mark_unchanged();
    let way = |to_client, seed| Way {
        shared: &shared,
        fate,
        due,
        to_client,
        dice: Dice::new(seed),
    };
    let (up, down) = (way(false, dice.next()), way(true, dice.next()));
    // Both directions write through borrowed halves, so that the sockets are still there for the end.
    let mut ends = (to_server, to_client);
    let mut sources = (from_client, from_server);
    let ending = tokio::select! {
        ending = up.carry(&mut sources.0, &mut ends.0) => ending,
        ending = down.carry(&mut sources.1, &mut ends.1) => ending,
        _ = broken.changed() => {
            shared.counts.resets.fetch_add(1, Ordering::Relaxed);
            Ending::Reset
        }
    };
    match ending {
        Ending::Closed => {}
        Ending::Reset => {
            for side in [sources.0.as_ref(), sources.1.as_ref()] {
                // When it fails the connection ends by an ordinary close.
                let _ = side.set_zero_linger();
            }
        }
        // One side has given up; the other goes on believing for a while.
        Ending::Unnoticed => sleep(UNNOTICED).await,
    }
}

fn fate(weather: &Weather, dice: &mut Dice) -> (Fate, Duration) {
    let (shortest, longest) = weather.lives_ms;
    let after = Duration::from_millis(shortest + dice.below_u64(longest.saturating_sub(shortest).max(1)));
    let to_client = dice.below_u64(2) == 0;
    let lot = dice.unit();
    let fate = if lot < weather.resets {
        Fate::Reset
    } else if lot < weather.resets + weather.half_open {
        Fate::HalfOpen { to_client }
    } else if lot < weather.resets + weather.half_open + weather.cuts {
        Fate::Cut { to_client }
    } else {
        Fate::None
    };
    (fate, after)
}

enum Ending {
    /// A side closed.
    Closed,
    /// Both are to be reset.
    Reset,
    /// A side closed, and the other cannot know.
    Unnoticed,
}

/// One direction of a connection.
struct Way<'a> {
    shared: &'a Shared,
    fate: Fate,
    due: Instant,
    to_client: bool,
    dice: Dice,
}

impl Way<'_> {
    /// Carries data until the end of the connection.
    async fn carry(mut self, from: &mut OwnedReadHalf, to: &mut OwnedWriteHalf) -> Ending {
        let counts = &self.shared.counts;
        let concerned = match self.fate {
            Fate::None => false,
            Fate::Reset => self.to_client,
            Fate::HalfOpen { to_client } | Fate::Cut { to_client } => to_client == self.to_client,
        };
        let (mut struck, mut dead, mut cuts) = (false, false, false);
        let mut piece = vec![0; PIECE];
        loop {
            let read = tokio::select! {
                read = from.read(&mut piece) => read,
                () = sleep_until(self.due), if concerned && !struck => {
                    struck = true;
                    match self.fate {
                        _ if self.shared.calm.load(Ordering::Relaxed) => {}
                        Fate::Reset => {
                            counts.resets.fetch_add(1, Ordering::Relaxed);
                            return Ending::Reset;
                        }
                        Fate::HalfOpen { .. } => {
                            counts.half_open.fetch_add(1, Ordering::Relaxed);
                            dead = true;
                        }
                        Fate::Cut { .. } => cuts = true,
                        Fate::None => {}
                    }
                    continue;
                }
            };
            let length = match read {
                Ok(0) | Err(_) if matches!(self.fate, Fate::HalfOpen { .. }) && Instant::now() >= self.due => {
                    return Ending::Unnoticed;
                }
                Ok(0) | Err(_) => return Ending::Closed,
                Ok(length) => length,
            };
            if dead {
                continue;
            }
            if self.shared.weather.delay_ms > 0 {
                sleep(Duration::from_millis(
                    self.dice.below_u64(self.shared.weather.delay_ms + 1),
                ))
                .await;
            }
            let whole = if cuts {
                self.dice.below_u64(length as u64) as usize
            } else {
                length
            };
            if to.write_all(&piece[..whole]).await.is_err() {
                return Ending::Closed;
            }
            if cuts {
                counts.cuts.fetch_add(1, Ordering::Relaxed);
                return Ending::Reset;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// A server that sends back what it gets.
    async fn echo() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let (mut from, mut to) = stream.split();
                    let _ = tokio::io::copy(&mut from, &mut to).await;
                });
            }
        });
        address
    }

    fn only(resets: f64, half_open: f64, cuts: f64) -> Weather {
        Weather {
            seed: 1,
            resets,
            half_open,
            cuts,
            lives_ms: (20, 40),
            ..Weather::CALM
        }
    }

    /// Sends until the connection ends or nothing comes back for a while; what came back, and whether it ended.
    async fn talk(proxy: &Proxy) -> (Vec<u8>, bool) {
        let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
        let mut back = Vec::new();
        let mut piece = [0; 4096];
        loop {
            if stream.write_all(&[b'a'; 1000]).await.is_err() {
                return (back, true);
            }
            match tokio::time::timeout(Duration::from_millis(300), stream.read(&mut piece)).await {
                Ok(Ok(0) | Err(_)) => return (back, true),
                Ok(Ok(length)) => back.extend_from_slice(&piece[..length]),
                Err(_) => return (back, false),
            }
        }
    }

    #[tokio::test]
    async fn each_misfortune_is_what_it_says() {
        let target = echo().await;
        let reset = Proxy::start(&target, only(1.0, 0.0, 0.0)).await.unwrap();
        let (back, ended) = talk(&reset).await;
        assert!(ended && !back.is_empty());
        assert_eq!(reset.counts().resets.load(Ordering::Relaxed), 1);

        let half_open = Proxy::start(&target, only(0.0, 1.0, 0.0)).await.unwrap();
        let (back, ended) = talk(&half_open).await;
        assert!(!ended && !back.is_empty(), "the connection stays and nothing comes");
        assert_eq!(half_open.counts().half_open.load(Ordering::Relaxed), 1);

        let cut = Proxy::start(&target, only(0.0, 0.0, 1.0)).await.unwrap();
        assert!(talk(&cut).await.1);
        assert_eq!(cut.counts().cuts.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn it_passes_everything_on_and_changes_its_target() {
        let proxy = Proxy::start("127.0.0.1:1", Weather::CALM).await.unwrap();
        assert!(talk(&proxy).await.1, "nobody is there");
        proxy.set_target(&echo().await);
        let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
        stream.write_all(b"hello").await.unwrap();
        let mut back = [0; 5];
        stream.read_exact(&mut back).await.unwrap();
        assert_eq!(&back, b"hello");
        proxy.break_all();
        assert!(matches!(stream.read(&mut back).await, Ok(0) | Err(_)));
    }
}
