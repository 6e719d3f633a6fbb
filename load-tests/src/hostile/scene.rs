//! The server of an attack, and who has which address.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::json;
use tokio::sync::OnceCell;
use tokio::time::timeout;

use super::redis::Redis;
use super::wire::http;
use crate::options::Options;
use crate::socket::address_of;
use crate::spawn::Server;

/// What kind of server an attack needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// One that takes 100 sockets.
    FewConnections,
    /// A fresh one each for attacks that leave something behind.
    Frames,
    /// As above.
    Hellos,
    /// As above.
    Reading,
    /// As above.
    Texts,
    /// As above.
    Handoffs,
    /// As above.
    Queue,
    /// As above; nobody has signed in yet.
    SigningIn,
    /// One whose store is a Redis of our own.
    Redis,
}

/// Where people and attackers find the server.
#[derive(Clone, Debug)]
pub struct Town {
    /// The server.
    pub server: SocketAddr,
    /// The shop.
    pub shop: String,
    /// How long anything may take before it has failed.
    pub patience: Duration,
    people: Arc<AtomicU32>,
}

impl Town {
    /// An address that nobody has used yet.
    pub fn newcomer(&self) -> Ipv4Addr {
        let number = self.people.fetch_add(1, Ordering::Relaxed);
        let [_, high, low, last] = number.to_be_bytes();
        // 0 and 255 at the end are addresses like others on loopback, and look odd.
        Ipv4Addr::new(127, 1 + (high & 0x3f), low, last)
    }
}

/// A server that is attacked.
pub struct Scene {
    server: Server,
    stage: Stage,
    town: Town,
    cookie: OnceCell<String>,
    redis: Option<Redis>,
    number: u8,
    addresses: u8,
    seconds: f64,
    slack: f64,
}

impl Scene {
    /// Starts the server, and Redis where it needs one.
    pub fn open(options: &Options, stage: Stage) -> Result<Scene> {
        let binary = options.spawn.as_deref().context("--hostile needs --spawn")?;
        let redis = (stage == Stage::Redis).then(Redis::start).transpose()?;
        let url = redis.as_ref().map(Redis::url);
        let mut settings = vec![
            // Agents work when an attack says so.
            ("HANDOFF__AVAILABLE_ON_CONNECT", "false"),
            // An answer that waits for the rest of a thought says nothing of an attack.
            ("CONVERSATION__BURST_WAIT_MS", "0"),
            ("STORE__URL", url.as_deref().unwrap_or("embedded")),
        ];
        if stage == Stage::FewConnections {
            settings.push(("GATEWAY__MAX_CONNECTIONS", "100"));
        }
        let server = Server::with(binary, &options.intents, &settings)?;
        let town = Town {
            server: address_of(server.url())?.parse()?,
            shop: options.shop.clone(),
            patience: Duration::from_secs(5).mul_f64(options.slack),
            people: Arc::default(),
        };
        Ok(Scene {
            server,
            stage,
            town,
            cookie: OnceCell::new(),
            redis,
            number: 0,
            addresses: options.addresses,
            seconds: options.attack_seconds,
            slack: options.slack,
        })
    }

    /// The same server for another attack, whose attackers have other addresses.
    pub fn for_attack(mut self, number: u8) -> Scene {
        self.number = number;
        self
    }

    /// What kind of server it is.
    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// The server.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// Where it is found.
    pub fn town(&self) -> &Town {
        &self.town
    }

    /// The Redis below it.
    pub fn redis(&self) -> Result<&Redis> {
        self.redis.as_ref().context("this server has no Redis")
    }

    /// The address of the attackers' nth connection.
    pub fn attacker(&self, nth: usize) -> Ipv4Addr {
        let last = nth % usize::from(self.addresses);
        Ipv4Addr::new(127, 0, self.number, 2 + last as u8)
    }

    /// How long attacks last, at least so many seconds.
    pub fn lasts(&self, at_least: f64) -> Duration {
        Duration::from_secs_f64(self.seconds.max(at_least))
    }

    /// By how much bounds are wider.
    pub fn slack(&self) -> f64 {
        self.slack
    }

    /// The session of the first member of staff, who signs in when first asked for.
    pub async fn cookie(&self) -> Result<&str> {
        let signed_in = self.cookie.get_or_try_init(|| async {
            let link = self.server.signin().context("the server printed no sign-in link")?;
            let body = json!({ "token": link });
            let from = self.town.newcomer();
            let asked = http(from, self.town.server, "POST", "/v1/signin", Some(&body));
            let answer = timeout(self.town.patience, asked)
                .await
                .context("no answer to signing in")??;
            let Some(cookie) = answer.header("set-cookie").filter(|_| answer.status == 200) else {
                bail!("signing in was answered with {}", answer.status)
            };
            Ok(cookie.split(';').next().unwrap_or_default().to_owned())
        });
        Ok(signed_in.await?.as_str())
    }

    /// Whether it still answers.
    pub async fn is_well(&self) -> bool {
        let asked = http(self.town.newcomer(), self.town.server, "GET", "/healthz", None);
        matches!(timeout(Duration::from_secs(2), asked).await, Ok(Ok(answer)) if answer.status == 200)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newcomers_have_addresses_of_their_own_and_not_those_of_attackers() {
        let town = Town {
            server: SocketAddr::from(([127, 0, 0, 1], 1)),
            shop: "demo".into(),
            patience: Duration::from_secs(1),
            people: Arc::default(),
        };
        let seen: std::collections::BTreeSet<_> = (0..1_000).map(|_| town.newcomer()).collect();
        assert_eq!(seen.len(), 1_000);
        assert!(
            seen.iter()
                .all(|address| address.is_loopback() && address.octets()[1] != 0)
        );
    }
}
