//! The command: plan, run, report, exit code.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use load_tests::options::Options;
use load_tests::{hostile, run};

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    let outcome = tokio::select! {
        outcome = test(&options) => outcome,
        _ = tokio::signal::ctrl_c() => Err(anyhow::anyhow!("interrupted")),
    };
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

/// The report and whether everything held.
async fn test(options: &Options) -> anyhow::Result<(String, bool)> {
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
