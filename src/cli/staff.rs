//! `yingda staff`: the people who work here. Beside a running server the server does it; otherwise this command opens
//! the store.

use std::sync::Arc;

use anyhow::{Result, bail};
use serde_json::json;

use crate::accounts::{AccountError, AccountSettings, Accounts, Answer, Command, Person};
use crate::config::Settings;
use crate::gateway::signin_link;
use crate::hub::Clock;
use crate::model::visible::escaped_in_line;
use crate::model::{AgentId, EventKind, Millis, NewEvent, Owner, ReleaseCause, Role, ShopId};
use crate::packs;
use crate::store::{Expect, Log, Store, StoreError};

use super::address::public_url;
use super::args::{AgentArgs, StaffArgs, StaffCommand, TokenArgs, TokenCommand};
use super::control::Control;
use super::{Exit, output, private, settings, store};

/// Where the server does what is asked.
const PATH: &str = "/v1/control/staff";

/// What was done, and under which address links work.
type Done = Result<(Answer, String), Refused>;

/// What is wrong with what was asked, in both languages.
struct Refused(String);

/// Does one thing.
pub fn run(args: &StaffArgs) -> Result<Exit> {
    let settings = settings::load_with(
        &args.file,
        &[
            ("store.data", "--data", &args.data),
            ("understanding.intents", "--intents", &args.intents),
        ],
    )?;
    let (command, as_json) = match &args.command {
        StaffCommand::List { json } => (Command::List, *json),
        StaffCommand::Invite(invite) => (
            Command::Invite {
                name: invite.name.clone(),
                roles: invite.role.clone(),
                shops: invite.shop.iter().map(ShopId::new).collect(),
                groups: invite.group.clone(),
                languages: divided(&invite.languages),
                capacity: invite.capacity,
            },
            false,
        ),
        StaffCommand::Link { who } => (Command::Link { who: who.clone() }, false),
        StaffCommand::Set(set) => (
            Command::Change {
                who: set.who.clone(),
                name: set.name.clone(),
                roles: (!set.role.is_empty()).then(|| set.role.clone()),
                shops: match set.all_shops {
                    true => Some(Vec::new()),
                    false => (!set.shop.is_empty()).then(|| set.shop.iter().map(ShopId::new).collect()),
                },
                groups: match set.no_groups {
                    true => Some(Vec::new()),
                    false => (!set.group.is_empty()).then(|| set.group.clone()),
                },
                languages: match set.any_language {
                    true => Some(Vec::new()),
                    false => (!set.languages.is_empty()).then(|| divided(&set.languages)),
                },
                capacity: set.capacity,
            },
            false,
        ),
        StaffCommand::Disable { who } => (Command::Disable { who: who.clone() }, false),
        StaffCommand::Enable { who } => (Command::Enable { who: who.clone() }, false),
        StaffCommand::Signout { who } => (Command::SignOut { who: who.clone() }, false),
    };
    perform(&settings, command, |answer, public_url| match &args.command {
        StaffCommand::List { .. } if as_json => list_json(&answer.people),
        StaffCommand::List { .. } => list(&answer.people),
        StaffCommand::Disable { .. } => done(answer, "已停用，会话已结束 · disabled, all sessions ended"),
        StaffCommand::Enable { .. } => done(answer, "已启用 · enabled"),
        StaffCommand::Signout { .. } => done(answer, "已在所有设备退出 · signed out everywhere"),
        StaffCommand::Set(_) => list(&answer.people),
        StaffCommand::Invite(_) | StaffCommand::Link { .. } => show_link(answer, public_url),
    })
}

/// Names between commas.
fn divided(names: &[String]) -> Vec<String> {
    let parts = names.iter().flat_map(|name| name.split([',', '，', '、']));
    parts
        .map(|part| part.trim().to_owned())
        .filter(|part| !part.is_empty())
        .collect()
}

/// `yingda token agent`, as version 0.1 had it.
pub fn token(args: &TokenArgs) -> Result<Exit> {
    let TokenCommand::Agent(args) = &args.command;
    let settings = settings::load_with(&args.file, &[("store.data", "--data", &args.data)])?;
    let AgentArgs {
        name,
        slots,
        supervisor,
        ..
    } = args;
    output::complain("yingda token agent 现在是 yingda staff invite · is yingda staff invite now");
    let roles = match supervisor {
        true => vec![Role::Agent.name().to_owned(), Role::Supervisor.name().to_owned()],
        false => Vec::new(),
    };
    let command = Command::Invite {
        name: name.clone(),
        roles,
        shops: Vec::new(),
        groups: Vec::new(),
        languages: Vec::new(),
        capacity: *slots,
    };
    perform(&settings, command, show_link)
}

fn perform(settings: &Settings, command: Command, show: impl FnOnce(&Answer, &str)) -> Result<Exit> {
    private::files();
    let done = match beside(settings, &command)? {
        Some(done) => done,
        None => {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(alone(settings, command))?
        }
    };
    match done {
        Ok((answer, public_url)) => {
            show(&answer, &public_url);
            Ok(Exit::Clean)
        }
        Err(Refused(message)) => {
            output::complain(&message.replacen(" · ", "\n", 1));
            Ok(Exit::Findings)
        }
    }
}

/// Lets the running server do it; `None` when none runs on the data folder.
fn beside(settings: &Settings, command: &Command) -> Result<Option<Done>> {
    if settings.store.url != "embedded" {
        return Ok(None);
    }
    let Some(control) = Control::read(&settings.store.data) else {
        return Ok(None);
    };
    let Some(answer) = control.ask::<_, Answer>(PATH, command)? else {
        return Ok(None);
    };
    if let Err(refusal) = &answer
        && ["unavailable", "internal"].contains(&refusal.code.as_str())
    {
        bail!("{}", refusal.message);
    }
    let done = answer
        .map(|answer| (answer, control.public_url))
        .map_err(|refusal| Refused(refusal.message));
    Ok(Some(done))
}

/// Opens the store and does it.
async fn alone(settings: &Settings, command: Command) -> Result<Done> {
    let served = match names_shops(&command) {
        true => shops(settings)?,
        false => Vec::new(),
    };
    let disables = matches!(command, Command::Disable { .. });
    let store = store::open(&settings.store).await?;
    let now = Clock::system().now();
    let accounts = Accounts::new(Arc::clone(&store) as _, AccountSettings::from(settings));
    let outcome = accounts.execute(command, &served, now).await;
    if let (true, Ok(answer)) = (disables, &outcome) {
        for person in &answer.people {
            give_back(store.as_ref(), &person.id, now).await?;
        }
    }
    store.close().await?;
    match outcome {
        Ok(answer) => Ok(Ok((answer, public_url(settings, settings.gateway.listen)))),
        Err(error @ (AccountError::Store(_) | AccountError::Random(_) | AccountError::Hashing(_))) => Err(error.into()),
        Err(error) => Ok(Err(Refused(error.to_string()))),
    }
}

/// Puts the chats of somebody who was disabled back into the queue. Servers that share the store hear of it.
async fn give_back(store: &dyn Store, agent: &AgentId, now: Millis) -> Result<()> {
    let owner = Owner::Agent { agent: agent.clone() };
    for head in Log::assigned(store)
        .await?
        .into_iter()
        .filter(|head| head.owner == owner)
    {
        let kind = EventKind::released(agent.clone(), ReleaseCause::Gone, String::new());
        let new_event = NewEvent { at: now, kind };
        match store
            .append(head.conversation, Expect::Epoch(head.epoch), vec![new_event])
            .await
        {
            // A server has moved it meanwhile.
            Ok(_) | Err(StoreError::Stale { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

fn names_shops(command: &Command) -> bool {
    match command {
        Command::Invite { shops, .. } => !shops.is_empty(),
        Command::Change { shops, .. } => shops.as_ref().is_some_and(|shops| !shops.is_empty()),
        _ => false,
    }
}

/// The shops of the intents folder.
fn shops(settings: &Settings) -> Result<Vec<ShopId>> {
    let folder = &settings.understanding.intents;
    match packs::load(folder).0 {
        Some(pack) => Ok(vec![pack.shop.id]),
        None => bail!(
            "读不了 {0} 里的店铺：用 --intents 指定目录，或先改好话术（yingda check）。\n\
             The shops in {0} cannot be read: name the folder with --intents, or mend the files (yingda check).",
            folder.display()
        ),
    }
}

fn show_link(answer: &Answer, public_url: &str) {
    if let Some((token, _)) = &answer.link {
        output::say(&signin_link(public_url, token));
    }
}

fn done(answer: &Answer, what: &str) {
    for person in &answer.people {
        output::say(&format!("{}: {what}", escaped_in_line(&person.name)));
    }
}

fn list_json(people: &[Person]) {
    for person in people {
        output::data(&json!(person).to_string());
    }
}

fn list(people: &[Person]) {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_header([
        "名字 · name",
        "角色 · roles",
        "店铺 · shops",
        "语言 · languages",
        "接待 · chats",
        "状态 · state",
        "id",
    ]);
    for person in people {
        let shops: Vec<&str> = person.shops.iter().map(ShopId::as_str).collect();
        let state = match (person.disabled, person.password) {
            (true, _) => "已停用 · disabled",
            (false, true) => "有密码 · password",
            (false, false) => "链接登录 · link",
        };
        table.add_row([
            escaped_in_line(&person.name).into_owned(),
            person.roles.join(", "),
            match shops.is_empty() {
                true => "全部 · all".to_owned(),
                false => shops.join(", "),
            },
            match person.languages.is_empty() {
                true => "都行 · any".to_owned(),
                false => person.languages.join(", "),
            },
            person.capacity.to_string(),
            state.to_owned(),
            person.id.to_string(),
        ]);
    }
    output::say(&table.trim_fmt());
}
