//! `yingda doctor`: looks at everything that an installation stands on and says of each what to do. It changes nothing,
//! and may run beside the server.

mod address;
mod certificates;
mod clock;
mod finding;
mod folder;
mod limits;
mod packs;
mod redis;

use anyhow::Result;
use serde_json::json;

use crate::config::ConfigError;

use super::upkeep_args::DoctorArgs;
use super::{Exit, output, settings};

use finding::{Finding, State};

/// Looks, and prints a line for each thing it has looked at: exit 1 when one of them is wrong.
pub fn run(args: &DoctorArgs) -> Result<Exit> {
    let mut found = Vec::new();
    match settings::load(&args.serve) {
        Ok(settings) => {
            found.push(settings_are_read(&settings));
            found.extend(address::look(&settings));
            found.extend(limits::look(&settings));
            found.extend(clock::look(&settings));
            match settings.store.url == "embedded" {
                true => found.extend(folder::look(&settings)),
                false => found.extend(redis::look(&settings)?),
            }
            found.extend(certificates::look(&settings));
            found.extend(packs::look(&settings));
        }
        Err(error) => found.push(settings_are_wrong(&error)),
    }
    for finding in &found {
        match args.json {
            true => output::data(&json!(finding).to_string()),
            false => output::say(&finding.lines()),
        }
    }
    let count = |state: State| found.iter().filter(|finding| finding.state == state).count();
    let (wrong, warned) = (count(State::Wrong), count(State::Warn));
    if !args.json {
        output::say(&match (wrong, warned) {
            (0, 0) => "\n一切正常 · all is well".to_owned(),
            (0, _) => format!("\n能用，{warned} 处要留意 · works, {warned} to look at"),
            _ => format!("\n{wrong} 处不对、{warned} 处要留意 · {wrong} wrong, {warned} to look at"),
        });
    }
    Ok(match wrong {
        0 => Exit::Clean,
        _ => Exit::Findings,
    })
}

fn settings_are_read(settings: &crate::config::Settings) -> Finding {
    let (set, digest) = crate::config::set(settings);
    let names: Vec<&str> = set.keys().map(String::as_str).collect();
    let names = match names.is_empty() {
        true => "—".to_owned(),
        false => names.join(", "),
    };
    Finding::ok(
        "settings",
        format!("配置读得懂，改过的项：{names}（指纹 {}）", &digest[..12]),
        format!("the settings are understood; set: {names} (digest {})", &digest[..12]),
    )
}

fn settings_are_wrong(error: &ConfigError) -> Finding {
    let said = error.to_string();
    Finding::wrong(
        "settings",
        format!("配置有错：\n{said}"),
        "settings are wrong, see above".to_owned(),
    )
    .advised(
        "改好上面几处；yingda config default 列出所有项",
        "mend the places above; yingda config default lists every setting",
    )
}
