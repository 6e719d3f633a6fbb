//! What is measured of one server in one round.

use std::sync::Arc;

use anyhow::{Context, Result};
use clap::Parser;

use super::contender::{Contender, Started};
use super::options::{CompareOptions, Part};
use crate::cores::Cores;
use crate::options::Options;
use crate::report::Report;
use crate::run::{self, tell};
use crate::saturation::{Saturated, Saturation};
use crate::socket::Door;

/// How many idle shoppers say their one thing in a second.
const IDLE_RATE: f64 = 500.0;
/// How long the last answers are waited for: a server that falls behind a rate needs about as long again.
const SETTLE_SECONDS: f64 = 60.0;
/// Below this share of a core the server was waiting for the tester, or for other programs on its core.
const BUSY: f64 = 0.9;

/// One measured number.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// For programs.
    pub key: String,
    /// For people, with the unit.
    pub title: String,
    /// The number.
    pub value: f64,
    /// Whether how many times the echo's it is says anything.
    pub compared: bool,
}

/// One server in one round.
#[derive(Clone, Debug, Default)]
pub struct Measured {
    /// The figures, in the order of the table.
    pub figures: Vec<Figure>,
    /// What was wrong, so that the comparison fails.
    pub failures: Vec<String>,
    /// What makes a figure doubtful.
    pub doubts: Vec<String>,
}

impl Measured {
    fn add(&mut self, key: impl Into<String>, title: impl Into<String>, value: f64) {
        self.figures.push(Figure {
            key: key.into(),
            title: title.into(),
            value,
            compared: true,
        });
    }

    /// Adds a figure that is not compared: how many times the echo's it is says nothing.
    fn remark(&mut self, key: impl Into<String>, title: impl Into<String>, value: f64) {
        self.add(key, title, value);
        if let Some(figure) = self.figures.last_mut() {
            figure.compared = false;
        }
    }

    /// Notes what was wrong with a test, and where its figures say little.
    fn judge(&mut self, what: &str, report: &Report) {
        if !report.passed() {
            self.failures.push(format!("{what}:\n{}", report.complaints()));
        }
        if report.left_late() {
            self.doubts
                .push(format!("{what}: messages left late, latencies are the tester's"));
        }
    }
}

/// What all servers of a round are measured with.
pub(super) struct Round<'a> {
    pub(super) options: &'a CompareOptions,
    pub(super) cores: Option<Cores>,
    pub(super) texts: Arc<[String]>,
    /// Idle sockets, as many as the system allows.
    pub(super) idle: u32,
    /// The same for all servers of the round.
    pub(super) seed: u64,
}

impl Round<'_> {
    /// Measures a server.
    ///
    /// # Errors
    /// It cannot be started, or not be measured. What it did wrong is in what is returned.
    pub(super) async fn measure(&self, contender: &Contender) -> Result<Measured> {
        let mut measured = Measured::default();
        let wants = |part| self.options.parts.contains(&part);
        if wants(Part::Start) || wants(Part::Idle) {
            let started = contender.start(self.cores, self.idle)?;
            if wants(Part::Start) {
                note_start(&started, &mut measured);
            }
            if wants(Part::Idle) {
                self.idle(contender, &started, &mut measured).await?;
            }
        }
        if wants(Part::Rates) || wants(Part::Saturation) {
            let started = contender.start(self.cores, self.options.shoppers)?;
            if wants(Part::Rates) {
                self.rates(contender, &started, &mut measured).await?;
            }
            if wants(Part::Saturation) {
                self.saturation(contender, &started, &mut measured).await?;
            }
        }
        Ok(measured)
    }

    async fn idle(&self, contender: &Contender, started: &Started, measured: &mut Measured) -> Result<()> {
        let options = Options {
            sockets: self.idle,
            rate: IDLE_RATE,
            // Everybody says one thing.
            seconds: f64::from(self.idle) / IDLE_RATE,
            bursts: 0.0,
            ramp_seconds: Some(f64::from(self.idle) / self.options.opens_per_second),
            ..self.load(contender, started)
        };
        let report = run::run(&options).await?;
        measured.judge(&format!("{}, idle sockets", contender.name), &report);
        let (greeted, spoken) = report.kib_a_connection().context("no figures for memory")?;
        let opening_us = report.cpu_us_a_connection().context("no processor time")?;
        measured.add("socket_kib", "resident a socket, greeted, KiB", greeted);
        measured.add("spoken_socket_kib", "resident a socket, after a message, KiB", spoken);
        measured.add("socket_cpu_us", "processor time a socket, greeted, µs", opening_us);
        Ok(())
    }

    async fn rates(&self, contender: &Contender, started: &Started, measured: &mut Measured) -> Result<()> {
        for rate in &self.options.rates {
            let options = Options {
                rate: *rate,
                ..self.load(contender, started)
            };
            let report = run::run(&options).await?;
            measured.judge(&format!("{} at {rate}/s", contender.name), &report);
            let cpu_us = report.cpu_us_a_message().context("no processor time")?;
            let ack_ms = |percentile| report.ack_us(percentile) as f64 / 1e3;
            measured.add(
                format!("cpu_us_at_{rate}"),
                format!("processor time a message at {rate}/s, µs"),
                cpu_us,
            );
            for (percentile, name) in [(50.0, "p50"), (99.0, "p99")] {
                let title = format!("ack {name} at {rate}/s, ms");
                measured.add(format!("ack_{name}_ms_at_{rate}"), title, ack_ms(percentile));
            }
            measured.remark(
                format!("with_people_percent_at_{rate}"),
                format!("messages that people have at {rate}/s, %"),
                report.share_with_people() * 100.0,
            );
        }
        Ok(())
    }

    async fn saturation(&self, contender: &Contender, started: &Started, measured: &mut Measured) -> Result<()> {
        tell(&format!(
            "{} at saturation · {} of {} shoppers at a time",
            contender.name, self.options.outstanding, self.options.shoppers
        ));
        let saturation = Saturation {
            shoppers: self.options.shoppers,
            outstanding: self.options.outstanding,
            opens_per_second: self.options.opens_per_second,
            seconds: self.options.seconds,
            acks_only: contender.acks_only,
        };
        let door = Door::new(started.server.url(), "demo")?;
        let outcome = saturation.measure(&door, &self.texts, started.server.pid()).await;
        let saturated = match outcome {
            Ok(saturated) => saturated,
            Err(error) => {
                let failure = format!("{} at saturation: {error:#}", contender.name);
                measured.failures.push(failure);
                return Ok(());
            }
        };
        let Saturated {
            messages_a_second,
            cpu_us,
            busy,
            with_people,
        } = saturated;
        measured.add(
            "saturated_messages_a_second",
            "messages a second at saturation",
            messages_a_second,
        );
        measured.add("saturated_cpu_us", "processor time a message at saturation, µs", cpu_us);
        let title = "messages that people have at saturation, %";
        measured.remark("saturated_with_people_percent", title, with_people * 100.0);
        measured.remark(
            "saturated_busy_percent",
            "share of a core used at saturation, %",
            busy * 100.0,
        );
        if busy < BUSY {
            measured.doubts.push(format!(
                "{} used {:.0} % of a core at saturation: the tester or other programs were the limit",
                contender.name,
                busy * 100.0
            ));
        }
        Ok(())
    }

    /// A load test of this server, everything as by default that is not said here.
    fn load(&self, contender: &Contender, started: &Started) -> Options {
        let options = self.options;
        Options {
            url: started.server.url().to_owned(),
            pid: Some(started.server.pid()),
            sockets: options.shoppers,
            seconds: options.seconds,
            texts: options.texts.clone(),
            ramp_seconds: Some(f64::from(options.shoppers) / options.opens_per_second),
            acks_only: contender.acks_only,
            seed: Some(self.seed),
            settle_seconds: SETTLE_SECONDS,
            history_sample: 0,
            ..Options::parse_from(["load-tests"])
        }
    }
}

fn note_start(started: &Started, measured: &mut Measured) {
    let mib = |kib: u64| kib as f64 / 1024.0;
    measured.add(
        "start_rss_mib",
        "resident when it serves, MiB",
        mib(started.usage.rss_kib),
    );
    measured.add(
        "start_peak_mib",
        "resident at most until then, MiB",
        mib(started.usage.peak_kib),
    );
    measured.add("start_ms", "time until it serves, ms", started.ready_ms);
    measured.add(
        "start_cpu_ms",
        "processor time until it serves, ms",
        started.usage.cpu_us as f64 / 1e3,
    );
}
