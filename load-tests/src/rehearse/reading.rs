//! Reads recordings, and writes them in the simple form. Pure.
//!
//! Three forms: lines of `yingda log --feed --json`; JSON lines `{"talk":"1","at":1795300000000,"what":"message","chars":7}`; a table
//! with the columns `talk,at,what,chars,agent` (the last two may be missing, their order does not matter).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use anyhow::{Context, Result, anyhow, bail};
use serde_json::Value;

use super::moment;
use super::recording::{Happening, Recording, What};

/// Reads a recording. `shop`: of lines that name their shop only these. `words`: whether what shoppers said is kept.
///
/// # Errors
/// A line that cannot be understood, with its number; nothing of this shop.
pub fn read(text: &str, shop: &str, words: bool) -> Result<Recording> {
    let mut happenings = Vec::new();
    let mut shops: BTreeSet<String> = BTreeSet::new();
    let mut columns: Option<BTreeMap<String, usize>> = None;
    let text = text.trim_start_matches('\u{feff}');
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let number = index + 1;
        let place = || format!("第 {number} 行 · line {number}");
        if line.starts_with('{') {
            let value: Value = serde_json::from_str(line)
                .map_err(|error| anyhow!("不是 JSON · not JSON: {error}"))
                .with_context(place)?;
            let told = value["shop"].as_str();
            shops.extend(told.map(str::to_owned));
            if told.is_some_and(|told| told != shop) {
                continue;
            }
            happenings.extend(from_json(&value, words).with_context(place)?);
        } else if let Some(columns) = &columns {
            happenings.push(from_row(line, columns).with_context(place)?);
        } else {
            columns = Some(heading(line).with_context(place)?);
        }
    }
    let recording = Recording::of(happenings);
    if recording.talks.is_empty() && !shops.is_empty() && !shops.contains(shop) {
        let known: Vec<&str> = shops.iter().map(String::as_str).collect();
        bail!(
            "记录里没有店铺 {shop}，有 {known} · the recording has no shop {shop}, but {known}",
            known = known.join(", ")
        );
    }
    if recording.talks.is_empty() {
        bail!("记录里没有顾客的消息 · the recording has no messages of shoppers");
    }
    Ok(recording)
}

/// What a line of JSON tells; `None`: nothing that matters here.
fn from_json(value: &Value, words: bool) -> Result<Option<Happening>> {
    let text = |key: &str| value[key].as_str();
    if value.get("event").is_none() {
        if value.get("next").is_some() && value.get("what").is_none() {
            // The last line of the feed is where to go on.
            return Ok(None);
        }
        let at = match &value["at"] {
            Value::String(at) => moment::read(at)?,
            at => at
                .as_u64()
                .context("缺 at（毫秒或日期时间）· no \"at\" (milliseconds, or date and time)")?,
        };
        let chars = value["chars"].as_u64().map(|chars| chars as usize);
        let said = text("text").map(|said| (said.chars().count(), words.then(|| said.to_owned())));
        let what = what_of(text("what").unwrap_or_default(), chars, said, text("agent"))?;
        let talk = text("talk").context("缺 talk · no \"talk\"")?.to_owned();
        return Ok(Some(Happening { talk, at_ms: at, what }));
    }
    let event = &value["event"];
    let kind = event["type"]
        .as_str()
        .context("event 没有 type · the event has no \"type\"")?;
    let what = match kind {
        "received" => {
            let said = event["text"].as_str().unwrap_or_default();
            What::Message {
                chars: said.chars().count(),
                text: words.then(|| said.to_owned()),
            }
        }
        // A turn of the bot has a decision; the button has none.
        "handed_off" if event["reason"] == "asked" && event.get("decision").is_none() => What::Human,
        "handed_off" | "released" => What::Waits,
        "assigned" => What::Assigned {
            agent: event["agent"].as_str().map(str::to_owned),
        },
        "agent_said" => What::AgentSaid,
        "returned" => What::Done,
        "closed" if event["agent"].is_null() => What::Left,
        "closed" => What::Done,
        _ => return Ok(None),
    };
    Ok(Some(Happening {
        talk: text("conversation")
            .context("缺 conversation · no \"conversation\"")?
            .to_owned(),
        at_ms: value["at"]
            .as_u64()
            .context("缺 at（毫秒）· no \"at\" (milliseconds)")?,
        what,
    }))
}

/// The columns by their names.
fn heading(line: &str) -> Result<BTreeMap<String, usize>> {
    let names = line.split(',').map(|name| name.trim().trim_matches('"').to_lowercase());
    let columns: BTreeMap<String, usize> = names.enumerate().map(|(place, name)| (name, place)).collect();
    for name in ["talk", "at", "what"] {
        if !columns.contains_key(name) {
            bail!("表头要有 talk,at,what · the heading must have talk,at,what");
        }
    }
    Ok(columns)
}

fn from_row(line: &str, columns: &BTreeMap<String, usize>) -> Result<Happening> {
    let cells: Vec<&str> = line.split(',').map(|cell| cell.trim().trim_matches('"')).collect();
    let cell = |name: &str| {
        let cell = columns.get(name).and_then(|place| cells.get(*place)).copied();
        cell.filter(|cell| !cell.is_empty())
    };
    let chars = match cell("chars") {
        Some(chars) => Some(
            chars
                .parse()
                .map_err(|_| anyhow!("chars 要是整数，不是 {chars:?} · chars must be a whole number"))?,
        ),
        None => None,
    };
    Ok(Happening {
        talk: cell("talk").context("缺 talk · no talk")?.to_owned(),
        at_ms: moment::read(cell("at").context("缺 at · no at")?)?,
        what: what_of(cell("what").unwrap_or_default(), chars, None, cell("agent"))?,
    })
}

/// `said`: how many characters a text has, and the text if it is wanted.
fn what_of(
    what: &str,
    chars: Option<usize>,
    said: Option<(usize, Option<String>)>,
    agent: Option<&str>,
) -> Result<What> {
    Ok(match what {
        "message" => {
            let (counted, text) = said.unzip();
            What::Message {
                chars: chars
                    .or(counted)
                    .context("message 缺 chars（字数）· a message has no chars (how many)")?,
                text: text.flatten(),
            }
        }
        "human" => What::Human,
        "waits" => What::Waits,
        "assigned" => What::Assigned {
            agent: agent.map(str::to_owned),
        },
        "agent_said" => What::AgentSaid,
        "done" => What::Done,
        "left" => What::Left,
        other => bail!(
            "不认识 what={other:?}，有 message human waits assigned agent_said done left · there is no such \"what\""
        ),
    })
}

/// The recording in the simple form: no words, talks numbered, times from the first arrival on. Of agents only how many
/// there were is kept.
pub fn write(recording: &Recording) -> String {
    let mut table = "talk,at,what,chars,agent\n".to_owned();
    let (start_ms, agents) = (recording.start_ms(), u64::from(recording.agents.max(1)));
    // Writing to a String cannot fail.
    let mut row = |talk: usize, at_ms: u64, rest: &str| _ = writeln!(table, "{talk},{at_ms},{rest}");
    let mut chats = 0;
    for (index, talk) in recording.talks.iter().enumerate() {
        let (number, begin_ms) = (index + 1, talk.start_ms - start_ms);
        for said in &talk.said {
            row(number, begin_ms + said.after_ms, &format!("message,{}", said.chars));
        }
        let Some(wants_ms) = talk.wants_person_ms.map(|ms| begin_ms + ms) else {
            continue;
        };
        row(number, wants_ms, if talk.pressed { "human" } else { "waits" });
        let Some(waited) = talk.waited else { continue };
        let end_ms = wants_ms + waited.ms;
        if waited.gave_up {
            row(number, end_ms, "left");
            continue;
        }
        chats += 1;
        row(number, end_ms, &format!("assigned,,{}", (chats - 1) % agents + 1));
        if let Some(handled_ms) = talk.handled_ms {
            row(number, end_ms + handled_ms, "done");
        }
    }
    table
}

#[cfg(test)]
#[path = "reading_tests.rs"]
mod tests;
