//! From files, environment and flags to [`Settings`].

use std::path::{Path, PathBuf};

use crate::config::{self, ConfigError, Place, Problem, Settings, Sources};

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
    let mut settings = loaded.settings;
    take_store_url(&mut settings)?;
    Ok(settings)
}

/// Reads the store's address from the file that holds it. What the file says is in no message: it has a password.
fn take_store_url(settings: &mut Settings) -> Result<(), ConfigError> {
    let path = &settings.store.url_file;
    if path.as_os_str().is_empty() {
        return Ok(());
    }
    let problem = |zh: &str, en: &str| {
        let place = Place::Setting("store.url_file".to_owned());
        let (zh, en) = (zh.to_owned(), en.to_owned());
        ConfigError::Wrong(vec![Problem { place, zh, en }])
    };
    if settings.store.url != "embedded" {
        return Err(problem(
            "store.url 和 store.url_file 只写一个",
            "set store.url or store.url_file, not both",
        ));
    }
    let text = read(path)?;
    let url = text.lines().next().unwrap_or_default().trim();
    if url.is_empty() {
        return Err(problem(
            "文件的第一行是空的，应是 redis:// 一类的地址",
            "the first line of the file is empty; it has to be an address such as redis://",
        ));
    }
    settings.store.url = url.to_owned();
    Ok(())
}

fn read(path: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(path).map_err(|cause| ConfigError::Unreadable {
        path: path.to_owned(),
        cause,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_store_s_address_may_stand_in_a_file_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let (file, secret) = (folder.path().join("yingda.toml"), folder.path().join("url"));
        let load = |more: &str| {
            std::fs::write(&file, format!("[store]\nurl_file = {secret:?}\n{more}")).unwrap();
            let config = Some(file.clone());
            load_with(&ConfigFile { config }, &[])
        };
        std::fs::write(&secret, "redis://shop:s3cr3t@db:6379\n").unwrap();
        let settings = load("").unwrap();
        assert_eq!(settings.store.url, "redis://shop:s3cr3t@db:6379");
        assert!(!config::print(&settings).contains("s3cr3t"));
        let refused = |more: &str| load(more).unwrap_err().to_string();
        let both = refused("url = \"redis://other\"");
        assert!(
            both.contains("store.url_file") && both.contains("not both") && !both.contains("s3cr3t"),
            "{both}"
        );
        std::fs::write(&secret, "\n").unwrap();
        assert!(refused("").contains("empty"));
        std::fs::remove_file(&secret).unwrap();
        assert!(refused("").contains("url"));
    }
}
