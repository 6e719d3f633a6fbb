//! The command line of `load-tests rehearse`.

use std::path::PathBuf;

use clap::Args;

use crate::options::{positive, share};

/// Rehearses a promotion: plays recorded arrivals, ever more of them, at a server of its own with agents at its desk.
///
/// Each step starts the server in an empty folder, lets the shoppers of the recording come so many times over and the agents
/// take as long for a chat as the shop's did, and prints what the server and the queue made of it: what breaks first, and how
/// many agents would have kept the promise. An afternoon takes minutes: `--speed` makes all of the shop's time shorter, so the
/// server has so many times as many messages a second as the shop would; where it breaks, try a smaller speed before a larger
/// machine. Exit code 0: it was rehearsed, whatever broke; 1: the server lost, doubled or changed something; 2: it could
/// not run.
#[derive(Args, Clone, Debug)]
#[command(max_term_width = 110)]
pub struct RehearseOptions {
    /// What was recorded: what `yingda log --feed --json` prints, or lines or a table of the simple form in
    /// load-tests/README.md.
    #[arg(long, value_name = "FILE")]
    pub replay: PathBuf,

    /// The yingda to rehearse with, started in an empty folder for each step.
    #[arg(long, value_name = "BIN")]
    pub spawn: PathBuf,

    /// The shop's intent files.
    #[arg(long, value_name = "DIR", default_value = "intents")]
    pub intents: PathBuf,

    /// The shop. Of a recording that names shops only its talks are played.
    #[arg(long, default_value = "demo")]
    pub shop: String,

    /// The steps: how many times as many talks come as were recorded.
    #[arg(long, value_delimiter = ',', value_name = "N", default_values_t = vec![1.0, 2.0, 5.0, 10.0, 20.0], value_parser = positive)]
    pub times: Vec<f64>,

    /// How many seconds of the shop pass in one.
    #[arg(long, default_value_t = 60.0, value_parser = positive)]
    pub speed: f64,

    /// Agents at the desk. Default: as many as the recording has, or as the promise needs at the first step.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub agents: Option<u32>,

    /// Chats that an agent has at once. Handling times are those of one chat among so many.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub slots: u32,

    /// Mean time from an agent's first word to the end of a chat, seconds. Default: the times that were recorded.
    #[arg(long, value_name = "SECONDS", value_parser = positive)]
    pub handling_s: Option<f64>,

    /// How long shoppers wait for a person before they give up, on average, seconds. Default: as recorded.
    #[arg(long, value_name = "SECONDS", value_parser = positive)]
    pub patience_s: Option<f64>,

    /// Within how many seconds a person is promised.
    #[arg(long, value_name = "SECONDS", default_value_t = 180.0, value_parser = positive)]
    pub promise_s: f64,

    /// For what share of those who want a person the promise is to be kept. Whoever gives up counts against it.
    #[arg(long, default_value_t = 0.9, value_parser = share)]
    pub share: f64,

    /// The slowest one in a hundred acknowledgements may take so long, milliseconds of this machine.
    #[arg(long, value_name = "MS", default_value_t = 250.0, value_parser = positive)]
    pub ack_ms: f64,

    /// The same of the bot's answers.
    #[arg(long, value_name = "MS", default_value_t = 1000.0, value_parser = positive)]
    pub answer_ms: f64,

    /// What is said instead of the shoppers' words: texts of about the same length, a line each; `#` begins a comment. May be
    /// given more than once.
    #[arg(long, value_name = "FILE", default_value = "load-tests/texts/zh.txt")]
    pub texts: Vec<PathBuf>,

    /// Say what shoppers said, where the recording has it. The bot then hands over by itself; with replaced words shoppers
    /// ask for a person when they were handed over.
    #[arg(long)]
    pub recorded_words: bool,

    /// Write the recording anew in the simple form, without a word of it, and with talks numbered.
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,

    /// Makes the plan the same again.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,

    /// Also write the report as one page for a browser.
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,

    /// Print the report as JSON.
    #[arg(long)]
    pub json: bool,
}
