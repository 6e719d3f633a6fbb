//! The command line of `load-tests compare`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::options::positive;

/// Measures yingda beside a bare WebSocket echo and a Node server, in turns on this machine.
///
/// Every round starts each server anew, measures it, and divides its figures by those of the echo in the same round;
/// what is printed is the median of these ratios with the smallest and the largest. So a machine that is slower today
/// changes the times and hardly the ratios. Servers run on one core and the tester on another; Linux only. Exit code 0: every
/// server answered everything; 1: one did not; 2: the comparison could not run.
#[derive(Args, Clone, Debug)]
#[command(max_term_width = 110)]
pub struct CompareOptions {
    /// The yingda to be measured, started in an empty folder; without it only the others are.
    #[arg(long, value_name = "BIN")]
    pub spawn: Option<PathBuf>,

    /// Its intent files.
    #[arg(long, value_name = "DIR", default_value = "intents")]
    pub intents: PathBuf,

    /// The echo; default: `load-tests-echo` beside this program.
    #[arg(long, value_name = "BIN")]
    pub echo: Option<PathBuf>,

    /// The folder of the Node server: `package.json`, `server.mjs`.
    #[arg(long, value_name = "DIR", default_value = "load-tests/peer")]
    pub peer: PathBuf,

    /// Leave the Node server out, also where node and npm are there.
    #[arg(long)]
    pub without_node: bool,

    /// Of the figures only these.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "PART", default_values_t = Part::ALL.to_vec())]
    pub parts: Vec<Part>,

    /// How often each server is measured; every other round in the opposite order.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    pub rounds: u32,

    /// Shoppers with an open chat, for the rates and at saturation.
    #[arg(long, default_value_t = 4000, value_parser = clap::value_parser!(u32).range(1..))]
    pub shoppers: u32,

    /// Messages a second, from all shoppers together.
    #[arg(long, value_delimiter = ',', value_name = "RATE", default_values_t = vec![500.0, 1500.0], value_parser = positive)]
    pub rates: Vec<f64>,

    /// How long messages are sent at each rate, and how long saturation is measured.
    #[arg(long, default_value_t = 20.0, value_parser = positive)]
    pub seconds: f64,

    /// At saturation: how many shoppers at a time wait for their acknowledgement. When it has come the next of all
    /// shoppers speaks, so that nobody says the same few things until a person is called.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    pub outstanding: u32,

    /// Idle sockets, for memory; fewer when the system allows fewer open files.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub idle: u32,

    /// Sockets opened a second.
    #[arg(long, default_value_t = 1000.0, value_parser = positive)]
    pub opens_per_second: f64,

    /// What shoppers say, a line a message; `#` begins a comment. May be given more than once.
    #[arg(long, value_name = "FILE", default_values = ["load-tests/texts/zh.txt", "load-tests/texts/trades.txt"])]
    pub texts: Vec<PathBuf>,

    /// Makes the plans the same again; each round adds one.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,

    /// Print figures and ratios of each round as JSON.
    #[arg(long)]
    pub json: bool,
}

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Memory and time until it serves.
    Start,
    /// Memory and processor time of sockets that say nothing, and one thing.
    Idle,
    /// Processor time of a message and latency at given rates.
    Rates,
    /// Messages a second and processor time when there is always something to do.
    Saturation,
}

impl Part {
    const ALL: [Part; 4] = [Part::Start, Part::Idle, Part::Rates, Part::Saturation];
}
