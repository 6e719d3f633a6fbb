//! Several times as much as a server can carry, and what becomes of it: whether all that was acknowledged was kept and
//! answered, how long shoppers and newcomers waited, and how soon everything is well again.
//!
//! - [`options`]: what was asked for. [`newcomer`]: people who come in meanwhile. [`report`]: figures and verdict.

mod newcomer;
mod options;
mod report;

use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::Parser;
use tokio::sync::oneshot;
use tokio::time::Duration;

use self::newcomer::Flood;
pub use self::options::OverloadOptions;
pub use self::report::Overload;
use crate::cores::{Cores, on_server_core};
use crate::options::Options;
use crate::run::{self, check_file_limit, read_texts, tell};
use crate::saturation::Saturation;
use crate::socket::Door;
use crate::spawn::Server;

/// How long the last answers are waited for.
const SETTLE_SECONDS: f64 = 60.0;
/// Sockets opened a second, before anything is said.
const OPENS_PER_SECOND: f64 = 1_000.0;
/// Sockets at most beside those of the shoppers.
const NEWCOMERS: u32 = 200;
/// Newcomers go on coming for so long after the flood.
const AFTERWARDS: Duration = Duration::from_secs(15);

/// Finds the limit of a server, floods it, and looks on until it has recovered. `cores`: where both sides run.
///
/// # Errors
/// It could not run: no texts, a server that does not start or is not measured. What the server did wrong is in the report.
pub async fn run(options: &OverloadOptions, cores: Option<Cores>) -> Result<Overload> {
    let texts = read_texts(&options.texts)?;
    let sockets = options.shoppers + NEWCOMERS;
    check_file_limit(sockets)?;
    let server = on_server_core(cores, || {
        Server::start(&options.spawn, &options.intents, options.store.as_deref(), sockets)
    })?;
    let door = Door::new(server.url(), "demo")?;
    let shared: Arc<[String]> = texts.into();
    let limit = limit_of(options, &door, &shared, server.pid()).await?;
    let rate = limit * options.times;
    tell(&format!(
        "the limit is {limit:.0} messages/s; now {rate:.0} for {} s",
        options.seconds
    ));
    let flood = Options {
        url: server.url().to_owned(),
        pid: Some(server.pid()),
        sockets: options.shoppers,
        rate,
        seconds: options.seconds,
        texts: options.texts.clone(),
        ramp_seconds: Some(f64::from(options.shoppers) / OPENS_PER_SECOND),
        settle_seconds: SETTLE_SECONDS,
        seed: Some(options.seed),
        ..Options::parse_from(["load-tests"])
    };
    let (told, began) = oneshot::channel();
    let newcomers = tokio::spawn(newcomer::come(door, Arc::clone(&shared), began));
    let lasts = Duration::from_secs_f64(options.seconds);
    let report = run::run_beside(&flood, move |started| {
        // Newcomers who are gone have told why.
        let _ = told.send(Flood {
            started,
            lasts,
            afterwards: AFTERWARDS,
        });
    })
    .await?;
    let newcomers = newcomers.await.context("the newcomers' task")?;
    Ok(Overload::new(options, limit, report, newcomers, server.complaints()))
}

/// Messages a second that the server answers when there is always something to do.
async fn limit_of(options: &OverloadOptions, door: &Door, texts: &Arc<[String]>, pid: u32) -> Result<f64> {
    tell("looking for the limit");
    let saturation = Saturation {
        shoppers: options.shoppers.min(2_000),
        outstanding: options.outstanding,
        opens_per_second: OPENS_PER_SECOND,
        seconds: options.limit_seconds,
        acks_only: false,
    };
    let limit = saturation.measure(door, texts, pid).await?.messages_a_second;
    if limit < 1.0 {
        bail!("the server answered nothing");
    }
    Ok(limit)
}
