//! The command line of `load-tests overload`.

use std::path::PathBuf;

use clap::Args;

use crate::options::positive;

/// Finds how much a server can carry, and says several times as much to it.
///
/// Shoppers with open chats speak at a planned rate whatever the server does; meanwhile and afterwards newcomers come in.
/// Exit code 0: nothing acknowledged was lost or left without an answer, order held, and newcomers were welcomed and
/// answered again in time; 1: something of that did not hold; 2: the test could not run.
#[derive(Args, Clone, Debug)]
#[command(max_term_width = 110)]
pub struct OverloadOptions {
    /// The yingda to be flooded, started in an empty folder.
    #[arg(long, value_name = "BIN")]
    pub spawn: PathBuf,

    /// Its intent files.
    #[arg(long, value_name = "DIR", default_value = "intents")]
    pub intents: PathBuf,

    /// Its `store.url`; default: the embedded store.
    #[arg(long, value_name = "URL")]
    pub store: Option<String>,

    /// How many times its limit is said.
    #[arg(long, default_value_t = 3.0, value_parser = positive)]
    pub times: f64,

    /// For how long, seconds.
    #[arg(long, default_value_t = 10.0, value_parser = positive)]
    pub seconds: f64,

    /// Over how long the limit is measured, seconds.
    #[arg(long, default_value_t = 5.0, value_parser = positive)]
    pub limit_seconds: f64,

    /// Shoppers with an open chat who speak in turns: many, so that none is asked more than a person would ask.
    #[arg(long, default_value_t = 8000, value_parser = clap::value_parser!(u32).range(1..))]
    pub shoppers: u32,

    /// While the limit is measured: how many shoppers at a time wait for their acknowledgement.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    pub outstanding: u32,

    /// Within how many seconds after the flood newcomers must be welcomed and answered within one second again.
    #[arg(long, default_value_t = 5.0, value_parser = positive)]
    pub recovers_within: f64,

    /// What shoppers say, a line a message; `#` begins a comment. May be given more than once.
    #[arg(long, value_name = "FILE", default_values = ["load-tests/texts/zh.txt", "load-tests/texts/trades.txt"])]
    pub texts: Vec<PathBuf>,

    /// Makes the plan the same again.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,

    /// Print the report as JSON.
    #[arg(long)]
    pub json: bool,
}
