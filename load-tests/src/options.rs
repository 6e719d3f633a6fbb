//! The command line of load tests and attacks.

use std::path::PathBuf;

use clap::Parser;

/// What a load test, or a row of attacks, is asked for.
#[derive(Clone, Debug, Parser)]
#[command(name = "load-tests", version, max_term_width = 110)]
pub struct Options {
    /// Where shoppers connect.
    #[arg(long, default_value = "ws://127.0.0.1:8080/v1/chat", conflicts_with = "spawn")]
    pub url: String,

    /// Start this yingda in an empty folder on a free port, and test that.
    #[arg(long, value_name = "BIN")]
    pub spawn: Option<PathBuf>,

    /// The intent files of the spawned server.
    #[arg(long, value_name = "DIR", default_value = "intents")]
    pub intents: PathBuf,

    /// The `store.url` of the spawned server; default: the embedded store.
    #[arg(long, value_name = "URL", requires = "spawn")]
    pub store: Option<String>,

    /// Shoppers, each with a socket and a conversation of its own.
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..))]
    pub sockets: u32,

    /// Messages a second, from all shoppers together.
    #[arg(long, default_value_t = 500.0, value_parser = positive)]
    pub rate: f64,

    /// How long messages are sent.
    #[arg(long, default_value_t = 60.0, value_parser = positive)]
    pub seconds: f64,

    /// What shoppers say, a line a message; `#` begins a comment. May be given more than once.
    #[arg(long, value_name = "FILE", default_value = "load-tests/texts/zh.txt")]
    pub texts: Vec<PathBuf>,

    /// The shop they visit.
    #[arg(long, default_value = "demo")]
    pub shop: String,

    /// The server's process, for processor time and memory (known with --spawn).
    #[arg(long)]
    pub pid: Option<u32>,

    /// Over how long the sockets are opened; default: 500 a second.
    #[arg(long)]
    pub ramp_seconds: Option<f64>,

    /// Share of turns that come as two or three messages within a second, as people type.
    #[arg(long, default_value_t = 0.15, value_parser = share)]
    pub bursts: f64,

    /// Break so many connections at random moments, half of them right behind a message: by a reset, by one in the
    /// middle of a frame, or so that the server does not notice. Each shopper then has one other tab, unless --tabs says
    /// otherwise.
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub chaos: u32,

    /// Other tabs of each shopper, which only listen; every event must reach each of them once and in order.
    #[arg(long, value_name = "N")]
    pub tabs: Option<u32>,

    /// Send everything through a proxy that delays, resets, cuts in the middle of a frame and lets connections go
    /// half-open, every few seconds each of them.
    #[arg(long)]
    pub storm: bool,

    /// Kill the spawned server so many times while messages are sent (as `kill -9` does) and start it again.
    #[arg(long, default_value_t = 0, value_name = "N", requires = "spawn")]
    pub kills: u32,

    /// The server only acknowledges, as the echo of `compare` does: the acknowledgement is the answer.
    #[arg(long)]
    pub acks_only: bool,

    /// Makes the plan the same again; it is printed.
    #[arg(long)]
    pub seed: Option<u64>,

    /// How long to wait for the last answers.
    #[arg(long, default_value_t = 20.0, value_parser = positive)]
    pub settle_seconds: f64,

    /// How many shoppers read their whole history at the end and compare it.
    #[arg(long, default_value_t = 2000, value_name = "N")]
    pub history_sample: u32,

    /// Instead of many shoppers, attackers: each known attack in turn, and what honest shoppers, agents and an operator see
    /// meanwhile. Attackers and people come from addresses 127.x.x.x of their own.
    #[arg(long, requires = "spawn", conflicts_with_all = ["store", "kills", "storm", "chaos"])]
    pub hostile: bool,

    /// Of the attacks only these.
    #[arg(long, value_name = "ATTACK", value_delimiter = ',', requires = "hostile")]
    pub only: Vec<String>,

    /// How long each attack lasts, seconds.
    #[arg(long, default_value_t = 60.0, value_parser = positive, requires = "hostile")]
    pub attack_seconds: f64,

    /// From how many addresses attackers come.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=200), requires = "hostile")]
    pub addresses: u8,

    /// Also the attack that stops a Redis (a `redis-server` of its own is started for it).
    #[arg(long, requires = "hostile")]
    pub redis: bool,

    /// By how much the bounds of time are wider, for a slow machine.
    #[arg(long, default_value_t = 1.0, value_parser = positive, requires = "hostile")]
    pub slack: f64,

    /// Print the report as JSON.
    #[arg(long)]
    pub json: bool,
}

impl Options {
    /// Other tabs of each shopper.
    pub fn tabs(&self) -> u32 {
        self.tabs.unwrap_or(u32::from(self.chaos > 0))
    }

    /// Whether connections end otherwise than planned.
    pub fn rough(&self) -> bool {
        self.storm || self.kills > 0
    }
}

pub(crate) fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() && number > 0.0 => Ok(number),
        _ => Err("must be a number above 0".to_owned()),
    }
}

pub(crate) fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if (0.0..=1.0).contains(&number) => Ok(number),
        _ => Err("must be a number from 0 to 1".to_owned()),
    }
}
