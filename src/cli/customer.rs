//! `yingda customer`: what is kept of one customer, read out whole or deleted whole. Beside a running server the server
//! deletes, so that talks which are open there end; otherwise this command opens the store.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Result, bail};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::accounts::{
    AccountSettings, Accounts, Actor, CustomerCommand as Asked, HEARD, Kept, KeptSource, Receipt, shopper_named,
};
use crate::config::Settings;
use crate::hub::Clock;
use crate::model::{ShopId, ShopperId};
use crate::store::Log;

use super::args::{CustomerArgs, CustomerCommand, CustomerWho};
use super::control::Control;
use super::event_line::when;
use super::{Exit, files, output, settings, store};

/// Where the server does what is asked.
const PATH: &str = "/v1/control/customer";
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

/// Where is read: the embedded store beside whoever has it open, or the one that servers share.
async fn source(settings: &Settings) -> Result<KeptSource> {
    Ok(match settings.store.url.as_str() {
        "embedded" => KeptSource::Archive(Mutex::new(store::archive(&settings.store)?)),
        _ => KeptSource::Open(store::open(&settings.store).await?),
    })
}

/// What is kept of a shopper; `None` when that is nothing.
async fn kept(settings: &Settings, shop: &ShopId, shopper: &ShopperId) -> Result<Option<Kept>> {
    let source = source(settings).await?;
    let kept = source.everything(shop, shopper, Clock::system().now()).await?;
    source.close().await?;
    Ok(Some(kept).filter(|kept| !kept.is_empty()))
}

async fn export(settings: &Settings, who: &CustomerWho) -> Result<Exit> {
    let (shop, shopper) = (ShopId::new(&who.shop), shopper_named(&who.id));
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
            .exported(&Actor::Console, (shop, shopper), conversations, Clock::system().now())
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
    if let Some(card) = &kept.card {
        let vip = if card.vip { "VIP " } else { "" };
        output::say(&format!("{vip}{}", card.tags.join(" ")));
        for note in &card.notes {
            output::say(&format!("{} {}: {}", when(note.at), note.name, note.text));
        }
    }
    for talk in &kept.conversations {
        output::say(&format!("\n{}", talk.conversation));
        for event in &talk.events {
            output::say(&super::event_line::line(event, false));
        }
    }
    Ok(Exit::Clean)
}

async fn erase(settings: &Settings, who: &CustomerWho, yes: bool) -> Result<Exit> {
    let (shop, shopper) = (ShopId::new(&who.shop), shopper_named(&who.id));
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
    let files = files::open(settings)?;
    let clock = Clock::system();
    let heard = match settings.store.url.as_str() {
        "embedded" => Duration::ZERO,
        _ => HEARD,
    };
    let ended = accounts.end_talks(log.as_ref(), &shop, &shopper, clock.now()).await?;
    if ended > 0 {
        tokio::time::sleep(heard).await;
    }
    let receipt = accounts
        .erase(
            log.as_ref(),
            files.as_ref(),
            &Actor::Console,
            (shop, shopper),
            ended,
            clock.now(),
        )
        .await;
    store.close().await?;
    Ok(receipt?)
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
        files,
        erased,
    } = receipt;
    format!(
        "已删除 · erased  {}\n\
         店铺 · shop  {shop}\n\
         顾客 · customer  {subject}\n\
         会话 · conversations  {}（其中进行中 · of them open: {ended}）\n\
         记录，含公告流和判断 · events, with the feed and what was decided  {}\n\
         图片和文件 · pictures and files  {files}\n\
         设备令牌 · device tokens  {}\n\
         操作记录里有同样一条（customer.erase）· the audit record has the same (customer.erase)",
        when(*at),
        erased.conversations,
        erased.events,
        erased.tokens
    )
}
