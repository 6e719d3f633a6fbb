//! The command line: one file a command, all options in `args`, all exit codes here.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "this is where output belongs")]

mod address;
mod args;
mod ask;
mod audit;
mod backup;
mod check;
mod config;
mod control;
mod converse;
mod customer;
mod customer_args;
mod doctor;
mod eval;
mod eval_signals;
mod eval_talks;
mod event_line;
mod explain;
mod export;
mod feed;
mod files;
mod import;
mod labelled;
mod language;
mod licenses;
mod lines;
mod log;
mod mend;
mod moment;
mod output;
mod pack;
mod private;
mod progress;
mod recorded;
mod replay;
mod replay_args;
mod report;
mod report_args;
mod say;
mod say_args;
mod serve;
mod settings;
mod sheet;
mod sheet_args;
mod shop;
mod shop_import;
mod shop_new;
mod signals;
mod source;
mod sources_args;
mod staff;
mod store;
mod understand;
mod upkeep_args;
mod whose;

use std::process::ExitCode;

use args::Command;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done, nothing to complain about.
    Clean,
    /// Done, and there is something to mend.
    Findings,
    /// It could not be done.
    CouldNotRun,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(match exit {
            Exit::Clean => 0,
            Exit::Findings => 1,
            Exit::CouldNotRun => 2,
        })
    }
}

/// Runs the program with the process's own arguments.
pub fn main() -> ExitCode {
    let (args, language) = match language::arguments() {
        Ok(given) => given,
        Err(code) => return ExitCode::from(code),
    };
    let outcome = match args.command.unwrap_or(Command::Serve(args.serve)) {
        Command::Serve(args) => serve::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Say(args) => say::run(&args),
        Command::Replay(args) => replay::run(&args),
        Command::Report(args) => report::run(&args, language),
        Command::Import(args) => import::run(&args),
        Command::Export(args) => export::run(&args),
        Command::Shop(args) => shop::run(&args),
        Command::Ask(args) => ask::run(&args),
        Command::Understand(args) => understand::run(&args),
        Command::Converse(args) => converse::run(&args),
        Command::Eval(args) => match (&args.signals, &args.talks) {
            (Some(file), _) => eval_signals::run(&args, file),
            (None, Some(file)) => eval_talks::run(&args, file),
            (None, None) => eval::run(&args),
        },
        Command::Config(args) => config::run(&args),
        Command::Log(args) => log::run(&args),
        Command::Staff(args) => staff::run(&args),
        Command::Customer(args) => customer::run(&args),
        Command::Audit(args) => audit::run(&args),
        Command::Backup(args) => backup::back_up(&args),
        Command::Restore(args) => backup::restore(&args),
        Command::Doctor(args) => doctor::run(&args),
        Command::Licenses => licenses::run(),
        Command::Token(args) => staff::token(&args),
    };
    match outcome {
        Ok(exit) => exit.into(),
        Err(error) => {
            output::complain(&format!("{error:#}"));
            Exit::CouldNotRun.into()
        }
    }
}
