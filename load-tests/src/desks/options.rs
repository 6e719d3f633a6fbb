//! The command line of `load-tests desks`.

use std::path::PathBuf;

use clap::Args;

use crate::options::positive;

/// Many agents with many open chats and a long queue on one server: what a desk is sent, and how soon it sees what matters.
///
/// Exit code 0: everything came within its bound; 1: something did not; 2: the test could not run.
#[derive(Args, Clone, Debug)]
#[command(max_term_width = 110)]
pub struct DesksOptions {
    /// The yingda to be tested, started in an empty folder.
    #[arg(long, value_name = "BIN")]
    pub spawn: PathBuf,

    /// Its intent files.
    #[arg(long, value_name = "DIR", default_value = "intents")]
    pub intents: PathBuf,

    /// Its `store.url`; default: the embedded store.
    #[arg(long, value_name = "URL")]
    pub store: Option<String>,

    /// Agents, each at a desk.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub desks: u32,

    /// Chats that they have, divided evenly; at most 100 for each.
    #[arg(long, default_value_t = 5000, value_parser = clap::value_parser!(u32).range(1..))]
    pub chats: u32,

    /// Shoppers who wait behind them.
    #[arg(long, default_value_t = 10_000)]
    pub waiting: u32,

    /// Messages a second of shoppers with an agent, from all of them together.
    #[arg(long, default_value_t = 50.0, value_parser = positive)]
    pub rate: f64,

    /// How long it is measured, seconds.
    #[arg(long, default_value_t = 30.0, value_parser = positive)]
    pub seconds: f64,

    /// Complaints in the meantime, by shoppers who have an agent.
    #[arg(long, default_value_t = 200)]
    pub complaints: u32,

    /// Chats that agents end in the meantime; each slot is to be filled from the queue.
    #[arg(long, default_value_t = 200)]
    pub freed: u32,

    /// By how much the bounds of time are wider, for a slow machine or a program that is not built for speed.
    #[arg(long, default_value_t = 1.0, value_parser = positive)]
    pub slack: f64,

    /// Print the report as JSON.
    #[arg(long)]
    pub json: bool,
}
