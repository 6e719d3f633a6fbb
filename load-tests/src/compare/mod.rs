//! yingda, a bare WebSocket echo and a Node server in turns on one machine, each figure beside the echo's of the same
//! round.
//!
//! # Layout
//! - [`options`]: what was asked for. [`contender`]: the servers. [`peer`]: the packages of the Node server.
//! - [`round`]: what is measured of one server: its limit by [`crate::saturation`], everything else by a load test as in
//!   [`crate::run`].
//! - [`ratio`]: medians and spreads. Pure. [`report`]: the table and JSON.

mod contender;
mod options;
mod peer;
mod ratio;
mod report;
mod round;

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use self::contender::Contender;
pub use self::options::{CompareOptions, Part};
pub use self::report::Comparison;
use self::round::Round;
use crate::cores::Cores;
use crate::proc::{load_average, open_file_limit};
use crate::run::{read_texts, tell};

/// Open files of the tester and of a server beside the sockets.
const OTHER_FILES: u64 = 200;

/// Up to this load average a machine counts as idle.
const QUIET: f64 = 0.3;

/// Measures all servers in all rounds. `cores`: where they run, see [`Cores::claim`].
///
/// # Errors
/// It could not run: no texts, no echo, a server that does not start. What servers did wrong is in the comparison.
pub async fn run(options: &CompareOptions, cores: Option<Cores>) -> Result<Comparison> {
    let mut notes = vec![Cores::describe(cores)];
    if let Some(load) = load_average().filter(|load| *load > QUIET) {
        notes.push(format!(
            "the machine was not idle before (load average {load:.1}): spreads are wide, and the figures are not to be published"
        ));
    }
    let texts = read_texts(&options.texts)?;
    let idle = match open_file_limit() {
        Some(limit) if u64::from(options.shoppers) + OTHER_FILES > limit => bail!(
            "{} shoppers need more open files than the {limit} allowed",
            options.shoppers
        ),
        Some(limit) if u64::from(options.idle) + OTHER_FILES > limit => {
            notes.push(format!(
                "open files are limited to {limit}: fewer idle sockets than asked for"
            ));
            u32::try_from(limit.saturating_sub(OTHER_FILES))?.max(1)
        }
        _ => options.idle,
    };
    notes.push(format!(
        "{} rounds · {} shoppers, {} s at each rate · {} idle sockets · {} texts",
        options.rounds,
        options.shoppers,
        options.seconds,
        idle,
        texts.len()
    ));
    let contenders = contenders(options, &mut notes)?;
    let names = contenders.iter().map(|contender| contender.name).collect();
    let mut comparison = Comparison::new(names, notes);
    for number in 0..options.rounds {
        let round = Round {
            options,
            cores,
            texts: texts.clone().into(),
            idle,
            seed: options.seed + u64::from(number),
        };
        let mut order: Vec<usize> = (0..contenders.len()).collect();
        if number % 2 == 1 {
            order.reverse();
        }
        for index in order {
            let contender = &contenders[index];
            tell(&format!(
                "round {} of {}: {}",
                number + 1,
                options.rounds,
                contender.name
            ));
            let measured = round.measure(contender).await?;
            comparison.add(number as usize, index, measured);
        }
    }
    Ok(comparison)
}

/// The echo first, then all others that can be had.
fn contenders(options: &CompareOptions, notes: &mut Vec<String>) -> Result<Vec<Contender>> {
    let mut contenders = vec![Contender::echo(echo(options)?)];
    match &options.spawn {
        Some(binary) => contenders.push(Contender::yingda(binary.clone(), options.intents.clone())),
        None => notes.push("yingda is left out: no --spawn".to_owned()),
    }
    if options.without_node {
        notes.push("node is left out: --without-node".to_owned());
    } else {
        match peer::install(&options.peer) {
            Ok(script) => contenders.push(Contender::node(script)),
            Err(why) => notes.push(format!("node is left out: {why:#}")),
        }
    }
    Ok(contenders)
}

fn echo(options: &CompareOptions) -> Result<PathBuf> {
    let echo = match &options.echo {
        Some(echo) => echo.clone(),
        None => std::env::current_exe()?.with_file_name(format!("load-tests-echo{}", std::env::consts::EXE_SUFFIX)),
    };
    std::fs::canonicalize(&echo).with_context(|| format!("no echo at {}; build the workspace", echo.display()))
}
