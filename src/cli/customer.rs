//! `yingda customer`: what is kept of one customer, read out whole or deleted whole. Beside a running server the server
//! deletes, so that talks which are open there end; otherwise this command opens the store.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::accounts::{AccountSettings, Accounts, CustomerCommand as Asked, Receipt};
use crate::config::Settings;
use crate::hub::Clock;
use crate::model::{ConversationId, Millis, ShopId, ShopperId};
use crate::store::embedded::Archive;
use crate::store::{Head, Log, Store, Visitors};

use super::args::{CustomerArgs, CustomerCommand, CustomerWho};
use super::control::Control;
use super::event_line::when;
use super::{Exit, output, settings, store};

/// Where the server does what is asked.
const PATH: &str = "/v1/control/customer";
/// Events read at once.
const PAGE: usize = 1_000;
/// How long servers that share the store are given to tell pages that a talk has ended, before it is deleted.
const HEARD: Duration = Duration::from_secs(1);

/// Exports or erases.
pub fn run(args: &CustomerArgs) -> Result<Exit> {
    let settings = settings::load_with(&args.file, &[("store.data", "--data", &args.data)])?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        match &args.command {
            CustomerCommand::Export(who) => export(&settings, who).await,
            CustomerCommand::Erase { who, yes } => erase(&settings, who, *yes).await,
        }
    })
}

/// A shopper's id as it is stored: visitors are written with what they begin with, everybody else is a customer.
fn shopper(id: &str) -> ShopperId {
    match id.starts_with("anon:") || id.starts_with("customer:") {
        true => ShopperId::new(id),
        false => ShopperId::customer(id),
    }
}

/// Where is read: the embedded store beside whoever has it open, or the one that servers share.
enum Source {
    Archive(Archive),
    Shared(Arc<dyn Store>),
}

/// Everything that is kept of a shopper.
#[derive(Serialize)]
struct Kept {
    shop: ShopId,
    shopper: ShopperId,
    at: Millis,
    /// How many browsers and devices are known; of each there is a hash that only its own token matches.
    tokens: u64,
    conversations: Vec<Talk>,
}

#[derive(Serialize)]
struct Talk {
    conversation: ConversationId,
    owner: Value,
    /// As stored, with what was read and decided.
    events: Vec<Value>,
    #[serde(skip)]
    lines: Vec<String>,
}

impl Source {
    async fn open(settings: &Settings) -> Result<Source> {
        if settings.store.url != "embedded" {
            return Ok(Source::Shared(store::open(&settings.store).await?));
        }
        let archive = store::archive(&settings.store)?;
        Ok(Source::Archive(archive))
    }

    async fn close(self) -> Result<()> {
        match self {
            Source::Archive(_) => Ok(()),
            Source::Shared(store) => Ok(store.close().await?),
        }
    }

    async fn kept(&self, shop: &ShopId, shopper: &ShopperId) -> Result<Kept> {
        let (conversations, tokens) = match self {
            Source::Archive(archive) => (
                archive.conversations_of(shop, shopper)?,
                archive.tokens_of(shop, shopper)?,
            ),
            Source::Shared(store) => (
                store.conversations_of(shop.clone(), shopper.clone()).await?,
                Visitors::tokens_of(store.as_ref(), shop.clone(), shopper.clone()).await?,
            ),
        };
        let mut talks = Vec::with_capacity(conversations.len());
        for conversation in conversations {
            // One that is forgotten at this moment is not kept any more.
            if let Some(head) = self.head(&conversation).await? {
                talks.push(self.talk(head).await?);
            }
        }
        Ok(Kept {
            shop: shop.clone(),
            shopper: shopper.clone(),
            at: Clock::system().now(),
            tokens,
            conversations: talks,
        })
    }

    async fn head(&self, conversation: &ConversationId) -> Result<Option<Head>> {
        Ok(match self {
            Source::Archive(archive) => archive.head(conversation)?,
            Source::Shared(store) => Log::head(store.as_ref(), conversation.clone()).await?,
        })
    }

    async fn talk(&self, head: Head) -> Result<Talk> {
        let mut talk = Talk {
            owner: json!(head.owner),
            conversation: head.conversation,
            events: Vec::new(),
            lines: Vec::new(),
        };
        let mut after = 0;
        loop {
            let page = match self {
                Source::Archive(archive) => archive.read(&talk.conversation, after, PAGE)?,
                Source::Shared(store) => store.read(talk.conversation.clone(), after, PAGE).await?,
            };
            for event in &page {
                after = event.seq;
                talk.events.push(serde_json::to_value(event.as_ref())?);
                talk.lines.push(super::event_line::line(event, false));
            }
            if page.len() < PAGE {
                return Ok(talk);
            }
        }
    }
}

/// What is kept of a shopper; `None` when that is nothing.
async fn kept(settings: &Settings, shop: &ShopId, shopper: &ShopperId) -> Result<Option<Kept>> {
    let source = Source::open(settings).await?;
    let kept = source.kept(shop, shopper).await?;
    source.close().await?;
    Ok(Some(kept).filter(|kept| !nothing(kept)))
}

async fn export(settings: &Settings, who: &CustomerWho) -> Result<Exit> {
    let (shop, shopper) = (ShopId::new(&who.shop), shopper(&who.id));
    let Some(kept) = kept(settings, &shop, &shopper).await? else {
        return Ok(not_found(&shop, &shopper));
    };
    let conversations = kept.conversations.len() as u64;
    let asked = Asked::Exported {
        shop: shop.clone(),
        shopper: shopper.clone(),
        conversations,
    };
    if beside::<Value>(settings, &asked)?.is_none() {
        let store = store::open(&settings.store).await?;
        let accounts = Accounts::new(Arc::clone(&store) as _, AccountSettings::from(settings));
        let recorded = accounts
            .exported((shop, shopper), conversations, Clock::system().now())
            .await;
        store.close().await?;
        recorded?;
    }
    if who.json {
        output::data(&serde_json::to_string(&kept)?);
        return Ok(Exit::Clean);
    }
    output::say(&format!(
        "{} · {} · {}\n{} 段会话 · conversations，{} 个设备令牌 · device tokens",
        kept.shop,
        kept.shopper,
        when(kept.at),
        kept.conversations.len(),
        kept.tokens
    ));
    for talk in &kept.conversations {
        output::say(&format!("\n{}", talk.conversation));
        talk.lines.iter().for_each(|line| output::say(line));
    }
    Ok(Exit::Clean)
}

async fn erase(settings: &Settings, who: &CustomerWho, yes: bool) -> Result<Exit> {
    let (shop, shopper) = (ShopId::new(&who.shop), shopper(&who.id));
    let Some(kept) = kept(settings, &shop, &shopper).await? else {
        return Ok(not_found(&shop, &shopper));
    };
    if !yes {
        let events: usize = kept.conversations.iter().map(|talk| talk.events.len()).sum();
        let (conversations, tokens) = (kept.conversations.len(), kept.tokens);
        output::complain(&format!(
            "会删除 {shop} 的 {shopper}：{conversations} 段会话、{events} 条记录、{tokens} 个设备令牌，不能恢复。确认请加 --yes。\n\
             This would delete of {shopper} in {shop}: {conversations} conversations, {events} events, {tokens} device tokens, \
             for good. Add --yes to do it."
        ));
        return Ok(Exit::Findings);
    }
    let asked = Asked::Erase {
        shop: shop.clone(),
        shopper: shopper.clone(),
    };
    let receipt = match beside(settings, &asked)? {
        Some(receipt) => receipt,
        None => alone(settings, shop, shopper).await?,
    };
    if who.json {
        output::data(&serde_json::to_string(&receipt)?);
    } else {
        output::say(&told(&receipt));
    }
    Ok(Exit::Clean)
}

/// Lets the running server do it; `None` when none runs on the data folder.
fn beside<Answer: DeserializeOwned>(settings: &Settings, asked: &Asked) -> Result<Option<Answer>> {
    if settings.store.url != "embedded" {
        return Ok(None);
    }
    let Some(control) = Control::read(&settings.store.data) else {
        return Ok(None);
    };
    match control.ask::<_, Answer>(PATH, asked)? {
        Some(Ok(answer)) => Ok(Some(answer)),
        Some(Err(refusal)) => bail!("{}", refusal.message),
        None => Ok(None),
    }
}

/// Opens the store and does it.
async fn alone(settings: &Settings, shop: ShopId, shopper: ShopperId) -> Result<Receipt> {
    let store = store::open(&settings.store).await?;
    let accounts = Accounts::new(Arc::clone(&store) as _, AccountSettings::from(settings));
    let log = Arc::clone(&store) as Arc<dyn Log>;
    let clock = Clock::system();
    let heard = match settings.store.url.as_str() {
        "embedded" => Duration::ZERO,
        _ => HEARD,
    };
    let ended = accounts.end_talks(log.as_ref(), &shop, &shopper, clock.now()).await?;
    if ended > 0 {
        tokio::time::sleep(heard).await;
    }
    let receipt = accounts.erase(log.as_ref(), (shop, shopper), ended, clock.now()).await;
    store.close().await?;
    Ok(receipt?)
}

fn nothing(kept: &Kept) -> bool {
    kept.conversations.is_empty() && kept.tokens == 0
}

fn not_found(shop: &ShopId, shopper: &ShopperId) -> Exit {
    output::complain(&format!(
        "店铺 {shop} 没有 {shopper} 的数据：请检查 --shop 和 id；没登录的访客写 anon:…，yingda log 会话id 的第一行就有。\n\
         Shop {shop} keeps nothing of {shopper}: check --shop and the id; a visitor is anon:…, as the first line of `yingda log \
         CONVERSATION` says."
    ));
    Exit::Findings
}

/// The receipt for people.
fn told(receipt: &Receipt) -> String {
    let Receipt {
        shop,
        subject,
        at,
        ended,
        erased,
    } = receipt;
    format!(
        "已删除 · erased  {}\n\
         店铺 · shop  {shop}\n\
         顾客 · customer  {subject}\n\
         会话 · conversations  {}（其中进行中 · of them open: {ended}）\n\
         记录，含公告流和判断 · events, with the feed and what was decided  {}\n\
         设备令牌 · device tokens  {}\n\
         操作记录里有同样一条（customer.erase）· the audit record has the same (customer.erase)",
        when(*at),
        erased.conversations,
        erased.events,
        erased.tokens
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_meant_is_said_by_the_shops_own_id() {
        for (id, meant) in [
            ("u-1", "customer:u-1"),
            ("customer:u-1", "customer:u-1"),
            ("anon:x", "anon:x"),
        ] {
            assert_eq!(shopper(id).as_str(), meant);
        }
    }
}
