//! A promotion, rehearsed: recorded arrivals so many times over at a server of its own, with agents at its desk, in a clock
//! that runs faster.
//!
//! # Layout
//! - [`options`]: what was asked for.
//! - [`recording`]: what a shop recorded. [`reading`]: the forms that this is written in. [`moment`]: times in them.
//! - [`arrivals`]: who comes when and says what. [`stage`]: what those who come share. [`visitor`]: a shopper.
//!   [`desk`]: the agents. [`step`]: all of them together, once.
//! - [`erlang`]: how long chats wait, by a formula. [`simulation`]: the same played chat by chat. [`staffing`]: how many
//!   agents a promise needs, and whether both say the same.
//! - [`verdict`]: what has broken. [`report`]: all figures with their names. [`table`]: for the terminal. [`json`]: for
//!   programs. [`page`]: for a browser. [`plot`]: its drawings.

mod arrivals;
mod desk;
mod erlang;
mod json;
mod moment;
mod options;
mod page;
mod plot;
mod reading;
mod recording;
mod report;
mod simulation;
mod staffing;
mod stage;
mod step;
mod table;
mod verdict;
mod visitor;

use std::fs;

use anyhow::{Context, Result, bail};

use self::arrivals::{People, Texts, arrivals};
pub use self::options::RehearseOptions;
use self::recording::Recording;
pub use self::report::Rehearsal;
use self::report::{Basis, Step};
use self::staffing::{Promise, Staffing};
pub use self::step::Venue;
use self::step::{Setting, play};
use crate::run::{check_file_limit, read_texts, tell};
use crate::spawn::Server;

/// What is assumed where a recording does not say it: a handling time, as yingda's queue assumes it before any chat has
/// ended; a patience; and messages of an agent in a chat.
const ASSUMED_HANDLING_S: f64 = 240.0;
/// As above.
const ASSUMED_PATIENCE_S: f64 = 300.0;
/// As above.
const ASSUMED_LINES: f64 = 4.0;
/// How long the bot waits for the rest of a thought, milliseconds of the shop: the default of `conversation.burst_wait_ms`.
const BURST_WAIT_MS: f64 = 1_200.0;

/// Rehearses with servers of its own, one for each step.
///
/// # Errors
/// It could not run: no recording, no texts, a server that does not start, a desk that nobody is let in to.
pub async fn run(options: &RehearseOptions) -> Result<Rehearsal> {
    let burst_wait_ms = (BURST_WAIT_MS / options.speed).round().to_string();
    // Chats that wait are open sockets; so many at once are there only when all of a day come at once.
    let settings = [
        ("CONVERSATION__BURST_WAIT_MS", burst_wait_ms.as_str()),
        ("GATEWAY__SIGNINS_PER_MINUTE", "0"),
    ];
    run_at(options, |sockets| {
        let server = Server::for_shoppers(&options.spawn, &options.intents, None, sockets, &settings)?;
        Ok(Venue {
            url: server.url().to_owned(),
            signin: server
                .signin()
                .context("the server printed no sign-in link")?
                .to_owned(),
            server: Some(server),
        })
    })
    .await
}

/// Rehearses at these venues, a fresh one for each step, which is told how many sockets may come.
///
/// # Errors
/// As [`run`].
pub async fn run_at(options: &RehearseOptions, mut venue: impl FnMut(u32) -> Result<Venue>) -> Result<Rehearsal> {
    let path = options.replay.display();
    let recorded = fs::read_to_string(&options.replay).with_context(|| format!("no recording at {path}"))?;
    let recording =
        reading::read(&recorded, &options.shop, options.recorded_words).with_context(|| path.to_string())?;
    if let Some(file) = &options.save {
        fs::write(file, reading::write(&recording)).with_context(|| format!("{} cannot be written", file.display()))?;
    }
    let texts = Texts::new(read_texts(&options.texts)?);
    let people = people(options, &recording);
    let mut promise = Promise {
        within_s: options.promise_s,
        share: options.share,
        agents: options.agents.unwrap_or(recording.agents),
        slots: options.slots,
    };
    if promise.agents == 0 {
        promise.agents = first_guess(&recording, options, &people, promise)?;
    }
    let mut steps = Vec::new();
    for times in &options.times {
        let come = arrivals(&recording, *times, &people, &texts, options.seed);
        if come.is_empty() {
            bail!("× {times}: 没有人来 · nobody comes");
        }
        let sockets = u32::try_from(come.len())?.saturating_add(promise.agents);
        check_file_limit(promise.agents + 500)?;
        let setting = Setting {
            shop: options.shop.clone(),
            times: *times,
            speed: options.speed,
            span_s: recording.span_s(),
            agents: promise.agents,
            slots: promise.slots,
            agent_lines: match recording.agent_lines > 0.0 {
                true => recording.agent_lines,
                false => ASSUMED_LINES,
            },
        };
        tell(&format!(
            "× {times}: {} shoppers, {} agents",
            come.len(),
            promise.agents
        ));
        let place = venue(sockets)?;
        let played = play(&place, &setting, come).await?;
        drop(place);
        let staffing = Staffing::of(&played.wants_s, setting.span_s, &people, &promise, options.seed);
        steps.push(Step {
            times: *times,
            played,
            staffing,
        });
    }
    let basis = Basis::new(options, &recording, &people, promise);
    let rehearsal = Rehearsal::new(basis, steps);
    if let Some(file) = &options.html {
        fs::write(file, page::of(&rehearsal)).with_context(|| format!("{} cannot be written", file.display()))?;
    }
    Ok(rehearsal)
}

/// What is known of people, by the options, the recording, or an assumption.
fn people(options: &RehearseOptions, recording: &Recording) -> People {
    let handling_s = match options.handling_s {
        Some(_) => Vec::new(),
        None => recording.handling_s(),
    };
    let mean = match handling_s.len() {
        0 => options.handling_s.unwrap_or(ASSUMED_HANDLING_S),
        many => handling_s.iter().sum::<f64>() / many as f64,
    };
    let patience_s = options.patience_s.or(recording.patience_s());
    People {
        handling_s,
        mean_handling_s: mean,
        patience_s: patience_s.unwrap_or(ASSUMED_PATIENCE_S),
    }
}

/// As many agents as what was recorded needs in the first step.
fn first_guess(recording: &Recording, options: &RehearseOptions, people: &People, promise: Promise) -> Result<u32> {
    let times = options.times.first().copied().unwrap_or(1.0);
    let start_ms = recording.start_ms();
    let mut wants_s: Vec<f64> = recording
        .talks
        .iter()
        .filter_map(|talk| Some((talk.start_ms - start_ms + talk.wants_person_ms?) as f64 / 1e3))
        .collect();
    wants_s.sort_by(f64::total_cmp);
    let Some(staffing) = Staffing::of(&wants_s, recording.span_s(), people, &promise, options.seed) else {
        return Ok(1);
    };
    let mut demand = staffing.demand;
    demand.arrivals_a_second *= times;
    let needed = demand
        .servers_for(promise.within_s, promise.share)
        .context("再多客服也守不住这个承诺，请用 --agents · no number of agents keeps this promise; use --agents")?;
    Ok(needed.div_ceil(promise.slots).max(1))
}
