//! `yingda log`: what is stored, read-only, also beside a running server.

use anyhow::{Result, bail};
use serde_json::{Value, json};

use crate::model::visible::escaped_in_line;
use crate::model::{ConversationId, EventKind, Lane, Millis, Owner};
use crate::store::Head;
use crate::store::embedded::Archive;
use crate::understanding::personal::hide_personal_in;

use super::args::LogArgs;
use super::event_line::{line, when};
use super::{Exit, feed, output, settings, store};

/// Events read at once.
const PAGE: usize = 1_000;

/// Lists conversations and the queue, or prints one talk or the feed.
pub fn run(args: &LogArgs) -> Result<Exit> {
    let settings = settings::load_with(&args.file, &[("store.data", "--data", &args.data)])?;
    if settings.store.url != "embedded" {
        bail!("log 只读取内置存储的数据目录。\nlog reads the data folder of the embedded store only.");
    }
    let archive = store::archive(&settings.store)?;
    let hides = settings.privacy.mask_logs;
    if args.feed {
        return feed::run(&archive, args, hides);
    }
    match &args.conversation {
        Some(conversation) => talk(&archive, &ConversationId::new(conversation), args.json, hides),
        None => list(&archive, args.limit, args.json),
    }
}

fn list(archive: &Archive, limit: usize, as_json: bool) -> Result<Exit> {
    let heads = archive.recent(limit)?;
    let waiting = tickets(archive)?;
    if as_json {
        for ticket in &waiting {
            output::data(&ticket.json().to_string());
        }
        for head in &heads {
            output::data(&head_json(head).to_string());
        }
        return Ok(Exit::Clean);
    }
    output::say(&format!("排队 · waiting: {}", waiting.len()));
    for ticket in &waiting {
        let (since, lane) = (when(ticket.since), ticket.lane.name());
        output::say(&format!("  {since}  {lane:<8}  {}", ticket.head.conversation));
    }
    output::say(&format!("最近的会话 · latest conversations: {}", heads.len()));
    for head in &heads {
        let (at, events, owner) = (when(head.at), head.seq, owner(&head.owner));
        output::say(&format!(
            "  {at}  {events:>4} events  {owner:<12}  {}",
            head.conversation
        ));
    }
    Ok(Exit::Clean)
}

/// One talk; `hides` leaves phones, addresses and names out.
fn talk(archive: &Archive, conversation: &ConversationId, as_json: bool, hides: bool) -> Result<Exit> {
    let Some(head) = archive.head(conversation)? else {
        bail!(
            "没有会话 {conversation}：yingda log 列出最近的。\nThere is no conversation {conversation}; yingda log lists the latest."
        );
    };
    if !as_json {
        let shopper = escaped_in_line(head.shopper.as_str());
        let (shop, owner) = (&head.shop, owner(&head.owner));
        output::say(&format!("{conversation} · {shop} · {shopper} · {owner}"));
    }
    let mut after = 0;
    loop {
        let printed = if as_json {
            let events = archive.stored(conversation, after, PAGE)?;
            let printed = events.len();
            for (seq, mut event) in events {
                after = seq;
                if hides {
                    hide_personal_in(&mut event);
                }
                output::data(&serde_json::to_string(&event)?);
            }
            printed
        } else {
            let events = archive.read(conversation, after, PAGE)?;
            for event in &events {
                after = event.seq;
                output::say(&line(event, hides));
            }
            events.len()
        };
        if printed < PAGE {
            return Ok(Exit::Clean);
        }
    }
}

fn owner(owner: &Owner) -> String {
    match owner.agent() {
        Some(agent) => format!("{} {agent}", owner.name()),
        None => owner.name().to_owned(),
    }
}

fn head_json(head: &Head) -> Value {
    json!({"conversation": head.conversation, "shop": head.shop, "shopper": head.shopper, "seq": head.seq,
           "epoch": head.epoch, "owner": head.owner, "at": head.at})
}

/// A conversation that waits, with what its log says of the handoff.
struct Ticket {
    head: Head,
    lane: Lane,
    /// When the shop's clock wants an answer.
    deadline: Millis,
    /// When it entered the queue the first time.
    since: Millis,
    /// Whether it came back from an agent.
    returned: bool,
}

impl Ticket {
    fn json(&self) -> Value {
        let head = &self.head;
        json!({"waiting": head.conversation, "shop": head.shop, "lane": self.lane.name(), "since": self.since,
               "deadline": self.deadline, "returned": self.returned, "epoch": head.epoch})
    }
}

/// The queue, the one that has waited longest first. Reads the logs of the few conversations that wait.
fn tickets(archive: &Archive) -> Result<Vec<Ticket>> {
    let mut tickets = Vec::new();
    for head in archive.waiting()? {
        let (mut handoff, mut returned, mut after) = (None, false, 0);
        loop {
            let events = archive.read(&head.conversation, after, PAGE)?;
            for event in &events {
                after = event.seq;
                match &event.kind {
                    EventKind::HandedOff { lane, deadline, .. } => {
                        (handoff, returned) = (Some((*lane, *deadline, event.at)), false);
                    }
                    EventKind::Released { .. } => returned = true,
                    _ => {}
                }
            }
            if events.len() < PAGE {
                break;
            }
        }
        // A newer version may hand over by an event that this one does not know: then the last event must do.
        let (lane, deadline, since) = handoff.unwrap_or((Lane::Normal, head.at, head.at));
        tickets.push(Ticket {
            head,
            lane,
            deadline,
            since,
            returned,
        });
    }
    tickets.sort_by_key(|ticket| ticket.since);
    Ok(tickets)
}
