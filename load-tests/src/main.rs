//! The command: plan, run, report, exit code.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use load_tests::options::Options;
use load_tests::run;

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    let outcome = tokio::select! {
        outcome = run::run(&options) => outcome,
        _ = tokio::signal::ctrl_c() => Err(anyhow::anyhow!("interrupted")),
    };
    match outcome {
        Ok(report) => {
            let text = if options.json {
                report.to_json()
            } else {
                report.to_text()
            };
            // A reader that has gone away does not change the verdict.
            let _ = writeln!(std::io::stdout(), "{text}");
            ExitCode::from(u8::from(!report.passed()))
        }
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "load-tests: {error:#}");
            ExitCode::from(2)
        }
    }
}
