//! `yingda log --feed`: everything since a cursor, for scripts that follow the shop without a server's help.

use anyhow::{Result, bail};
use serde_json::{Value, json};

use crate::model::ShopId;
use crate::store::embedded::Archive;
use crate::store::{FeedCursor, FeedEntry, StoreError};
use crate::understanding::personal::hide_personal_in;

use super::args::LogArgs;
use super::event_line::line;
use super::{Exit, output};

/// Events read at once.
const PAGE: usize = 1_000;

/// `hides` leaves phones, addresses and names out. Prints the events after `--since` that there are now, and the cursor after them.
pub(super) fn run(archive: &Archive, args: &LogArgs, hides: bool) -> Result<Exit> {
    let shop = args.shop.as_ref().map(ShopId::new);
    let mut after = args
        .since
        .as_ref()
        .map_or_else(FeedCursor::start, FeedCursor::from_text);
    loop {
        let page = match archive.feed(&after, shop.as_ref(), PAGE) {
            Ok(page) => page,
            Err(StoreError::BadCursor(text)) => bail!(
                "没有 {text:?} 这个位置：--since 要用上次最后一行给出的。\n\
                 There is no cursor {text:?}; take the one that the last line of the time before gave."
            ),
            Err(error) => return Err(error.into()),
        };
        for entry in &page.entries {
            if args.json {
                output::data(&entry_json(entry, hides)?.to_string());
            } else {
                output::say(&format!("{}  {}", entry.conversation, line(&entry.event, hides)));
            }
        }
        after = page.next;
        if !page.more {
            break;
        }
    }
    if args.json {
        output::data(&json!({"next": after}).to_string());
    } else {
        output::say(&format!("下次从这里继续 · go on with: --since {after}"));
    }
    Ok(Exit::Clean)
}

/// The event as stored, so that fields which this program does not know reach who reads it.
fn entry_json(entry: &FeedEntry, hides: bool) -> Result<Value> {
    let mut body: Value = serde_json::from_str(&entry.body)?;
    if hides {
        hide_personal_in(&mut body);
    }
    let event = &entry.event;
    Ok(
        json!({"cursor": entry.cursor, "conversation": entry.conversation, "shop": entry.shop, "seq": event.seq,
              "epoch": event.epoch, "at": event.at, "event": body}),
    )
}
