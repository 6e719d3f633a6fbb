//! `yingda licenses`: what the program is made of beside its own code, with the texts that must go with it.

use super::{Exit, output};

/// Made by `tools/licenses/make`.
const NOTICES: &str = include_str!("../../docs/licenses.txt");

pub fn run() -> anyhow::Result<Exit> {
    output::data(NOTICES.trim_end());
    Ok(Exit::Clean)
}
