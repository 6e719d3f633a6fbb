//! Who is measured: how each of them is started, and what it took until it served.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result};

use crate::cores::{Cores, on_server_core};
use crate::proc::Usage;
use crate::spawn::Server;

/// A server that can be started again and again.
#[derive(Clone, Debug)]
pub(super) struct Contender {
    /// As it is called in the table.
    pub(super) name: &'static str,
    /// Whether nothing comes after an acknowledgement.
    pub(super) acks_only: bool,
    program: Program,
}

#[derive(Clone, Debug)]
enum Program {
    Yingda { binary: PathBuf, intents: PathBuf },
    Other { program: PathBuf, arguments: Vec<OsString> },
}

/// A server that serves.
pub(super) struct Started {
    /// The server; it ends when this is dropped.
    pub(super) server: Server,
    /// From the start of its process until it said that it serves, milliseconds.
    pub(super) ready_ms: f64,
    /// What it had used then.
    pub(super) usage: Usage,
}

impl Contender {
    /// The measure of all others.
    pub(super) fn echo(program: PathBuf) -> Contender {
        Contender {
            name: "echo",
            acks_only: true,
            program: Program::Other {
                program,
                arguments: Vec::new(),
            },
        }
    }

    /// The Node server, once its packages are installed.
    pub(super) fn node(script: PathBuf) -> Contender {
        Contender {
            name: "node",
            acks_only: false,
            program: Program::Other {
                program: "node".into(),
                arguments: vec![script.into()],
            },
        }
    }

    /// A yingda with the embedded store.
    pub(super) fn yingda(binary: PathBuf, intents: PathBuf) -> Contender {
        Contender {
            name: "yingda",
            acks_only: false,
            program: Program::Yingda { binary, intents },
        }
    }

    /// Starts it afresh, on the core of servers.
    ///
    /// # Errors
    /// It does not start, or the system does not tell what it uses.
    pub(super) fn start(&self, cores: Option<Cores>, sockets: u32) -> Result<Started> {
        on_server_core(cores, || {
            let began = Instant::now();
            let server = match &self.program {
                Program::Yingda { binary, intents } => Server::start(binary, intents, None, sockets)?,
                Program::Other { program, arguments } => Server::of_program(program, arguments)?,
            };
            let ready_ms = began.elapsed().as_secs_f64() * 1e3;
            let usage = Usage::of(server.pid()).context("the system does not tell what a process uses")?;
            Ok(Started {
                server,
                ready_ms,
                usage,
            })
        })
        .with_context(|| self.name.to_owned())
    }
}
