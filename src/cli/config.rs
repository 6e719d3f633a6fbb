//! `yingda config print` and `yingda config default`.

use anyhow::Result;

use crate::config;

use super::args::{ConfigArgs, ConfigCommand};
use super::{Exit, output, settings};

/// Shows settings.
pub fn run(args: &ConfigArgs) -> Result<Exit> {
    let text = match &args.command {
        ConfigCommand::Print(options) => config::print(&settings::load(options)?),
        ConfigCommand::Default => config::default_text(),
    };
    output::say(text.trim_end());
    Ok(Exit::Clean)
}
