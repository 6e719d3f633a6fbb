//! The command: plan, run, report, exit code.

use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use load_tests::compare::CompareOptions;
use load_tests::cores::Cores;
use load_tests::desks::DesksOptions;
use load_tests::options::Options;
use load_tests::overload::OverloadOptions;
use load_tests::rehearse::RehearseOptions;
use load_tests::{compare, desks, hostile, overload, rehearse, run};

/// Drives a running yingda with shoppers at an open-loop rate and checks every ack and answer.
///
/// Messages are sent at their planned times whatever the server does, and latency counts from the planned time: a
/// server that stalls cannot hide it by being asked less. Exit code 0: everything held; 1: a check failed; 2: the
/// test could not run. `compare` measures several servers in turns instead, `overload` finds a server's limit and goes beyond
/// it, `rehearse` plays what a shop has recorded, many times over, `desks` holds many agents with many chats and a long queue; each has options of its own.
#[derive(Parser)]
#[command(
    name = "load-tests",
    version,
    max_term_width = 110,
    args_conflicts_with_subcommands = true
)]
struct CommandLine {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    options: Options,
}

#[derive(Subcommand)]
enum Command {
    Compare(CompareOptions),
    Desks(DesksOptions),
    Overload(OverloadOptions),
    Rehearse(RehearseOptions),
}

fn main() -> ExitCode {
    let asked = CommandLine::parse();
    // Threads of the runtime run where the thread runs that starts them.
    let apart = matches!(asked.command, Some(Command::Compare(_) | Command::Overload(_)));
    let cores = apart.then(Cores::claim).flatten();
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(anyhow::Error::from)
        .and_then(|runtime| runtime.block_on(run_or_interrupt(&asked, cores)));
    match outcome {
        Ok((text, passed)) => {
            // A reader that has gone away does not change the verdict.
            let _ = writeln!(std::io::stdout(), "{text}");
            ExitCode::from(u8::from(!passed))
        }
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "load-tests: {error:#}");
            ExitCode::from(2)
        }
    }
}

async fn run_or_interrupt(asked: &CommandLine, cores: Option<Cores>) -> anyhow::Result<(String, bool)> {
    tokio::select! {
        outcome = test(asked, cores) => outcome,
        _ = tokio::signal::ctrl_c() => Err(anyhow::anyhow!("interrupted")),
    }
}

/// The report and whether everything held.
async fn test(asked: &CommandLine, cores: Option<Cores>) -> anyhow::Result<(String, bool)> {
    if let Some(Command::Compare(options)) = &asked.command {
        let comparison = compare::run(options, cores).await?;
        let text = if options.json {
            comparison.to_json()
        } else {
            comparison.to_text()
        };
        return Ok((text, comparison.passed()));
    }
    if let Some(Command::Overload(options)) = &asked.command {
        let survived = overload::run(options, cores).await?;
        let text = if options.json {
            survived.to_json()
        } else {
            survived.to_text()
        };
        return Ok((text, survived.passed()));
    }
    if let Some(Command::Desks(options)) = &asked.command {
        let at_desks = desks::run(options).await?;
        let text = if options.json {
            at_desks.to_json()
        } else {
            at_desks.to_text()
        };
        return Ok((text, at_desks.passed()));
    }
    if let Some(Command::Rehearse(options)) = &asked.command {
        let rehearsal = rehearse::run(options).await?;
        let text = if options.json {
            rehearsal.to_json()
        } else {
            rehearsal.to_text()
        };
        return Ok((text, rehearsal.passed()));
    }
    let options = &asked.options;
    if options.hostile {
        let report = hostile::run(options).await?;
        let text = if options.json {
            report.to_json()
        } else {
            report.to_text()
        };
        return Ok((text, report.passed()));
    }
    let report = run::run(options).await?;
    let text = if options.json {
        report.to_json()
    } else {
        report.to_text()
    };
    Ok((text, report.passed()))
}
