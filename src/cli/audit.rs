//! `yingda audit`: what was done, and whether the record of it is as it was written. Reads only, also beside a running
//! server.

use std::collections::HashMap;

use anyhow::{Result, anyhow};
use jiff::Zoned;
use serde_json::{Value, json};

use crate::model::StaffMember;
use crate::model::visible::escaped_in_line;
use crate::store::{AuditCheck, AuditFault, AuditFaultKind, AuditHead, AuditRecord};

use super::event_line::when;
use super::moment::moment;
use super::source::Source;
use super::upkeep_args::{AuditArgs, AuditCommand, AuditListArgs, AuditVerifyArgs};
use super::{Exit, output, settings};

/// Lists or checks the record.
pub fn run(args: &AuditArgs) -> Result<Exit> {
    let settings = settings::load_with(&args.file, &[("store.data", "--data", &args.data)])?;
    match &args.command {
        AuditCommand::List(list_args) => list(&Source::open(&settings)?, list_args),
        AuditCommand::Verify(verify_args) => verify(&Source::open(&settings)?, verify_args),
    }
}

fn list(source: &Source, args: &AuditListArgs) -> Result<Exit> {
    let now = Zoned::now();
    let bound = |text: &Option<String>| text.as_deref().map(|text| moment(text, &now)).transpose();
    let (since, until) = (bound(&args.since)?, bound(&args.until)?);
    let members = source.members()?;
    let names: HashMap<&str, &str> = members
        .iter()
        .map(|member| (member.id.as_str(), member.name.as_str()))
        .collect();
    let actor = match &args.actor {
        Some(who) => Some(actor(who, &members)?),
        None => None,
    };
    let fits = |record: &AuditRecord| {
        let entry = &record.entry;
        since.is_none_or(|since| entry.at >= since)
            && until.is_none_or(|until| entry.at < until)
            && actor.as_ref().is_none_or(|actor| entry.actor == *actor)
            && args
                .action
                .as_ref()
                .is_none_or(|action| entry.action.starts_with(action))
    };
    let mut shown = std::collections::VecDeque::new();
    source.each_entry(|record| {
        if fits(&record) {
            shown.push_back(record);
            if args.limit > 0 && shown.len() > args.limit {
                shown.pop_front();
            }
        }
        true
    })?;
    for record in &shown {
        match args.json {
            true => output::data(&as_json(record, &names).to_string()),
            false => output::say(&line(record, &names)),
        }
    }
    Ok(Exit::Clean)
}

/// The id of whoever is named by id or name; `console`, `server` and `files` are what they are called.
fn actor(who: &str, members: &[StaffMember]) -> Result<String> {
    if ["console", "server", "files", ""].contains(&who) {
        return Ok(who.to_owned());
    }
    let key = StaffMember::name_key(who);
    let found = members
        .iter()
        .find(|member| member.id.as_str() == who || StaffMember::name_key(&member.name) == key);
    found.map(|member| member.id.as_str().to_owned()).ok_or_else(|| {
        anyhow!(
            "没有 {who} 这个人：yingda staff list 列出所有人，另有 console、server、files。\n\
             There is nobody called {who}; yingda staff list shows everybody, besides console, server and files."
        )
    })
}

fn as_json(record: &AuditRecord, names: &HashMap<&str, &str>) -> Value {
    let entry = &record.entry;
    json!({"number": record.number, "at": entry.at, "actor": entry.actor, "actor_name": names.get(entry.actor.as_str()),
           "action": entry.action, "subject": entry.subject, "subject_name": names.get(entry.subject.as_str()),
           "detail": entry.detail, "hash": record.hash.map(|hash| hash.to_string())})
}

/// An entry for people, in one line.
fn line(record: &AuditRecord, names: &HashMap<&str, &str>) -> String {
    let entry = &record.entry;
    let named = |id: &str| match id {
        "" => "—".to_owned(),
        "console" => "命令行 · console".to_owned(),
        "server" => "服务器 · server".to_owned(),
        "files" => "话术文件 · files".to_owned(),
        id => names.get(id).map_or(id, |name| *name).to_owned(),
    };
    let what = action(&entry.action);
    let mut text = format!(
        "{:>6}  {}  {}  {what}",
        record.number,
        when(entry.at),
        named(&entry.actor)
    );
    if !entry.subject.is_empty() && entry.subject != entry.actor {
        text.push_str(&format!("  {}", named(&entry.subject)));
    }
    if !entry.detail.is_null() {
        text.push_str(&format!("  {}", entry.detail));
    }
    escaped_in_line(&text).into_owned()
}

/// What was done, in words; what this program does not know by its name.
fn action(name: &str) -> String {
    let words = match name {
        "session.begin" => "登录 · signed in",
        "session.refused" => "登录失败 · sign-in refused",
        "session.end" => "退出 · signed out",
        "session.end_all" => "在所有设备退出 · signed out everywhere",
        "staff.password" => "设置密码 · set a password",
        "staff.invite" => "邀请 · invited",
        "staff.link" => "新的登录链接 · new sign-in link",
        "staff.change" => "修改 · changed",
        "staff.disable" => "停用 · disabled",
        "staff.enable" => "启用 · enabled",
        "staff.list" => "查看同事名单 · listed the people",
        "server.start" => "服务启动 · server started",
        "pack.publish" => "话术上线 · pack published",
        "pack.refuse" => "话术有错未上线 · pack refused",
        "pack.remove" => "店铺下线 · shop removed",
        "talk.read" => "查看会话 · read a talk",
        "talk.review" => "质检 · reviewed a talk",
        "data.restore" => "恢复备份 · restored a backup",
        "customer.erase" => "删除顾客数据 · erased a customer's data",
        "customer.export" => "导出顾客数据 · exported a customer's data",
        other => return other.to_owned(),
    };
    words.to_owned()
}

fn verify(source: &Source, args: &AuditVerifyArgs) -> Result<Exit> {
    let head = match &args.head {
        Some(text) => Some(AuditHead::from_text(text).ok_or_else(|| {
            anyhow!(
                "--head 要写上次 verify 给出的「编号:64位十六进制」。\n\
                 --head takes the NUMBER:HASH that verify printed before."
            )
        })?),
        None => None,
    };
    // Asked before reading: what is added meanwhile is no fault.
    let given = source.given()?;
    let mut check = AuditCheck::new(head);
    let mut broken = None;
    source.each_entry(|record| match check.take(&record) {
        Ok(()) => true,
        Err(fault) => {
            broken = Some(fault);
            false
        }
    })?;
    let outcome = match broken {
        Some(fault) => Err(fault),
        None => check.end(given),
    };
    match outcome {
        Ok(mark) => {
            let head = format!("{}:{}", mark.number, mark.hash);
            match args.json {
                true => output::data(&json!({"whole": true, "entries": mark.number, "head": head}).to_string()),
                false => output::say(&format!(
                    "记录完整，共 {0} 条 · the record is whole, {0} entries\n\
                     \x20 最后一条 · head: {head}\n\
                     \x20 记在别处，下次核对用 · keep it elsewhere, and next time: yingda audit verify --head {head}",
                    mark.number
                )),
            }
            Ok(Exit::Clean)
        }
        Err(fault) => {
            match args.json {
                true => {
                    output::data(&json!({"whole": false, "number": fault.number, "fault": name(fault)}).to_string())
                }
                false => output::complain(&said(fault)),
            }
            Ok(Exit::Findings)
        }
    }
}

fn name(fault: AuditFault) -> &'static str {
    match fault.kind {
        AuditFaultKind::Missing => "missing",
        AuditFaultKind::Changed => "changed",
        AuditFaultKind::CutOff => "cut_off",
        AuditFaultKind::HeadGone => "head_gone",
    }
}

fn said(fault: AuditFault) -> String {
    let number = fault.number;
    let (zh, en) = match fault.kind {
        AuditFaultKind::Missing => (format!("第 {number} 条不见了"), format!("entry {number} is missing")),
        AuditFaultKind::Changed => (format!("第 {number} 条被改过"), format!("entry {number} was changed")),
        AuditFaultKind::CutOff => (
            format!("从第 {number} 条起，末尾被删掉了"),
            format!("the end is cut off from entry {number} on"),
        ),
        AuditFaultKind::HeadGone => (
            format!("记下的那一条已不在记录里：从第 {number} 条起被删掉，或整个被重写"),
            format!(
                "the head that was written down is not in the record: cut off from entry {number} on, or all written anew"
            ),
        ),
    };
    format!(
        "记录不完整：{zh}。之前的都是原样；保留现在的数据，从备份里对照。\n\
         The record is not whole: {en}. All before is as it was written. Keep the data as it is and compare a backup."
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::model::Millis;
    use crate::store::AuditEntry;

    #[test]
    fn an_entry_is_one_line_that_a_terminal_shows_as_it_is() {
        let record = AuditRecord {
            number: 7,
            entry: AuditEntry {
                at: Millis(1_790_000_000_000),
                actor: "id-1".to_owned(),
                action: "talk.read".to_owned(),
                subject: "t\u{1b}[2J".to_owned(),
                detail: json!({"shop": "shoes"}),
            },
            body: String::new(),
            hash: None,
        };
        let text = line(&record, &[("id-1", "小美")].into());
        assert!(
            text.contains("小美  查看会话 · read a talk  t\\u{1b}[2J  {\"shop\":\"shoes\"}"),
            "{text}"
        );
        let told = as_json(&record, &[("id-1", "小美")].into());
        assert_eq!((&told["actor_name"], &told["hash"]), (&json!("小美"), &Value::Null));
    }
}
