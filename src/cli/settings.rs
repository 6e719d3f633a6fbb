//! From files, environment and flags to [`Settings`].

use std::path::{Path, PathBuf};

use crate::config::{self, ConfigError, Settings, Sources};

use super::args::{ConfigFile, ServeArgs};
use super::output::complain;

/// The settings file that is read without being asked for.
const FILE_HERE: &str = "yingda.toml";

/// The settings for these options.
pub fn load(args: &ServeArgs) -> Result<Settings, ConfigError> {
    load_with(
        &args.file,
        &[
            ("gateway.listen", "--listen", &args.listen),
            ("store.data", "--data", &args.data),
            ("understanding.intents", "--intents", &args.intents),
        ],
    )
}

/// A setting, the flag that sets it, and its value when the flag was given.
type Flag<'a> = (&'static str, &'static str, &'a Option<String>);

/// The settings with these flags.
pub fn load_with(file: &ConfigFile, flags: &[Flag<'_>]) -> Result<Settings, ConfigError> {
    let path = match &file.config {
        Some(path) => Some(path.clone()),
        None => Some(PathBuf::from(FILE_HERE)).filter(|path| path.is_file()),
    };
    let loaded = config::load(&Sources {
        file: path.map(|path| read(&path).map(|text| (path, text))).transpose()?,
        // Names and values that are not Unicode cannot be settings of ours.
        environment: std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect(),
        flags: flags
            .iter()
            .filter_map(|(key, flag, value)| Some((*key, *flag, value.as_ref()?.clone())))
            .collect(),
    })?;
    for warning in &loaded.warnings {
        complain(&warning.to_string());
    }
    Ok(loaded.settings)
}

fn read(path: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(path).map_err(|cause| ConfigError::Unreadable {
        path: path.to_owned(),
        cause,
    })
}
