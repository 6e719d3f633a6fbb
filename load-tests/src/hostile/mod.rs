//! Attacks on a server of our own, each with what honest people see meanwhile and the bounds of that.
//!
//! Everybody is on this machine, so everybody has an address of its own: attackers `127.0.N.x` (N: the attack), people
//! `127.1.x.x`. What limits an address thus limits attackers and not those who must be served beside them.
//!
//! # Layout
//! - [`scene`]: the server of an attack, and who has which address. [`wire`]: connections, HTTP, frames good and bad.
//! - [`people`]: honest shoppers and agents. [`watch`]: they use the shop again and again while an attack runs.
//! - [`sight`]: what was seen, held against its bound. [`report`]: the table.
//! - [`connections`], [`talks`], [`frames`], [`signing_in`], [`redis`]: the attacks.

mod connections;
mod frames;
mod people;
mod redis;
mod report;
mod scene;
mod sight;
mod signing_in;
mod talks;
mod watch;
pub(crate) mod wire;

use anyhow::{Result, bail};
use tokio::task::block_in_place;

use self::report::Outcome;
pub use self::report::Report;
use self::scene::{Scene, Stage};
use self::sight::Sight;
use crate::options::Options;
use crate::run::{check_file_limit, tell};

/// Sockets of this program at most, those of attackers and people together.
const SOCKETS: u32 = 900;

/// The attacks, in the order in which they take place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Attack {
    TricklingHeads,
    SilentConnections,
    HugeHeaders,
    NoHello,
    HeldSockets,
    EmptyContinuations,
    WrongFrames,
    HelloFlood,
    NeverReading,
    Replays,
    LongTexts,
    HandoffFlood,
    LongQueue,
    SignInTries,
    RedisHung,
}

impl Attack {
    const ALL: [Attack; 15] = [
        Attack::TricklingHeads,
        Attack::SilentConnections,
        Attack::HugeHeaders,
        Attack::NoHello,
        Attack::HeldSockets,
        Attack::EmptyContinuations,
        Attack::WrongFrames,
        Attack::HelloFlood,
        Attack::NeverReading,
        Attack::Replays,
        Attack::LongTexts,
        Attack::HandoffFlood,
        Attack::LongQueue,
        Attack::SignInTries,
        Attack::RedisHung,
    ];

    fn name(self) -> &'static str {
        match self {
            Attack::TricklingHeads => "trickling-heads",
            Attack::SilentConnections => "silent-connections",
            Attack::HugeHeaders => "huge-headers",
            Attack::NoHello => "no-hello",
            Attack::HeldSockets => "held-sockets",
            Attack::EmptyContinuations => "empty-continuations",
            Attack::WrongFrames => "wrong-frames",
            Attack::HelloFlood => "hello-flood",
            Attack::NeverReading => "never-reading",
            Attack::Replays => "replays",
            Attack::LongTexts => "long-texts",
            Attack::HandoffFlood => "handoff-flood",
            Attack::LongQueue => "long-queue",
            Attack::SignInTries => "sign-in-tries",
            Attack::RedisHung => "redis-hung",
        }
    }

    /// The server that it needs. Attacks beside each other on one stage share a server, so what one of them leaves behind
    /// must not matter to the next.
    fn stage(self) -> Stage {
        match self {
            // So many attackers fit into one process only when the server takes fewer.
            Attack::TricklingHeads
            | Attack::SilentConnections
            | Attack::HugeHeaders
            | Attack::NoHello
            | Attack::HeldSockets => Stage::FewConnections,
            Attack::EmptyContinuations | Attack::WrongFrames => Stage::Frames,
            Attack::HelloFlood => Stage::Hellos,
            Attack::NeverReading | Attack::Replays => Stage::Reading,
            Attack::LongTexts => Stage::Texts,
            Attack::HandoffFlood => Stage::Handoffs,
            Attack::LongQueue => Stage::Queue,
            Attack::SignInTries => Stage::SigningIn,
            Attack::RedisHung => Stage::Redis,
        }
    }

    async fn run(self, scene: &Scene) -> Result<(String, Vec<Sight>)> {
        match self {
            Attack::TricklingHeads => connections::trickling_heads(scene).await,
            Attack::SilentConnections => connections::silent(scene).await,
            Attack::HugeHeaders => connections::huge_headers(scene).await,
            Attack::NoHello => connections::no_hello(scene).await,
            Attack::HeldSockets => connections::held(scene).await,
            Attack::EmptyContinuations => frames::empty_continuations(scene).await,
            Attack::WrongFrames => frames::wrong(scene).await,
            Attack::HelloFlood => talks::hello_flood(scene).await,
            Attack::NeverReading => frames::never_reading(scene).await,
            Attack::Replays => frames::replays(scene).await,
            Attack::LongTexts => talks::long_texts(scene).await,
            Attack::HandoffFlood => talks::handoff_flood(scene).await,
            Attack::LongQueue => talks::long_queue(scene).await,
            Attack::SignInTries => signing_in::tries(scene).await,
            Attack::RedisHung => redis::hung(scene).await,
        }
    }
}

/// Runs the attacks that were asked for.
///
/// # Errors
/// They could not run: no server, an attack that there is not, too few file handles. What people saw is in the report.
pub async fn run(options: &Options) -> Result<Report> {
    let attacks = wanted(options)?;
    check_file_limit(SOCKETS)?;
    let mut report = Report::new(options);
    let mut scene: Option<Scene> = None;
    for (number, attack) in (1u8..).zip(attacks) {
        // An attack that left the server in ruins must not be blamed on the next one.
        let usable = scene.take().filter(|scene| scene.stage() == attack.stage());
        let here = match usable {
            Some(former) if former.is_well().await => former,
            former => {
                drop(former);
                match block_in_place(|| Scene::open(options, attack.stage())) {
                    Ok(fresh) => fresh,
                    // What others have shown is worth a report all the same.
                    Err(error) => {
                        report.add(Outcome::broken(attack.name(), &format!("{error:#}")));
                        continue;
                    }
                }
            }
        };
        let here = here.for_attack(number);
        tell(&format!("{} …", attack.name()));
        let outcome = match attack.run(&here).await {
            Ok((did, sights)) => Outcome::new(attack.name(), did, sights),
            Err(error) => Outcome::broken(attack.name(), &format!("{error:#}")),
        };
        tell(&format!("{} {}", attack.name(), outcome.verdict()));
        let complaints = here.server().complaints();
        if !outcome.passed() && !complaints.is_empty() {
            tell(&format!("the server's log says:\n{complaints}"));
        }
        report.add(outcome);
        scene = Some(here);
    }
    Ok(report)
}

fn wanted(options: &Options) -> Result<Vec<Attack>> {
    if options.only.is_empty() {
        let all = Attack::ALL.into_iter();
        return Ok(all
            .filter(|attack| options.redis || *attack != Attack::RedisHung)
            .collect());
    }
    for name in &options.only {
        if !Attack::ALL.iter().any(|attack| attack.name() == name) {
            let names = Attack::ALL.map(Attack::name).join(", ");
            bail!("there is no attack {name}; there are {names}");
        }
    }
    let asked = |attack: &Attack| options.only.iter().any(|name| name == attack.name());
    Ok(Attack::ALL.into_iter().filter(asked).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use clap::Parser;

    use super::*;

    fn options(more: &[&str]) -> Options {
        let whole = ["load-tests", "--spawn", "yingda", "--hostile"]
            .into_iter()
            .chain(more.iter().copied());
        Options::parse_from(whole)
    }

    #[test]
    fn attacks_are_chosen_by_name_and_redis_is_asked_for() {
        assert_eq!(wanted(&options(&[])).unwrap().len(), Attack::ALL.len() - 1);
        assert_eq!(wanted(&options(&["--redis"])).unwrap().len(), Attack::ALL.len());
        let some = wanted(&options(&["--only", "replays,trickling-heads"])).unwrap();
        assert_eq!(some, [Attack::TricklingHeads, Attack::Replays]);
        let error = wanted(&options(&["--only", "siege"])).unwrap_err().to_string();
        assert!(error.contains("siege") && error.contains("handoff-flood"), "{error}");
    }

    #[test]
    fn names_are_different() {
        let names: std::collections::BTreeSet<_> = Attack::ALL.map(Attack::name).into();
        assert_eq!(names.len(), Attack::ALL.len());
    }
}
