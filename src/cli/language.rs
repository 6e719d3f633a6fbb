//! The language of the command line itself: usage, options and what is wrong with arguments. It is that of the system (LC_ALL,
//! LC_MESSAGES, LANG), or what `--lang zh|en` says in front of the command; where neither says anything both are shown.

use std::ffi::OsString;

use clap::builder::{Resettable, StyledStr};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command, CommandFactory, Error, FromArgMatches};

use crate::model::Language;

use super::args::Args;
use super::output;

/// Between the Chinese and the English words of a text.
const BETWEEN: &str = " · ";
const TEMPLATE: &str = "{before-help}{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}";

/// The arguments of this process with its language, or how it ends when they say nothing that can be done.
pub fn arguments() -> Result<(Args, Option<Language>), u8> {
    let (given, named) = split(std::env::args_os().collect());
    let language = match named {
        None => of_system(|name| std::env::var(name).ok()),
        Some(tag) => match Language::from_tag(&tag) {
            Some(language) => Some(language),
            None => {
                output::complain(&format!(
                    "--lang 写 zh 或 en，不是 {tag} · --lang is zh or en, not {tag}"
                ));
                return Err(2);
            }
        },
    };
    match read(given, language) {
        Ok(args) => Ok((args, language)),
        Err(error) => Err(show(&error, language)),
    }
}

/// Takes `--lang TAG` out of the beginning. Behind a command it is that command's.
fn split(mut given: Vec<OsString>) -> (Vec<OsString>, Option<String>) {
    let second = given.get(1).and_then(|text| text.to_str()).unwrap_or_default();
    if let Some(tag) = second.strip_prefix("--lang=").map(str::to_owned) {
        given.remove(1);
        return (given, Some(tag));
    }
    if second == "--lang"
        && let Some(tag) = given.get(2).map(|tag| tag.to_string_lossy().into_owned())
    {
        given.drain(1..3);
        return (given, Some(tag));
    }
    (given, None)
}

/// What the system says; `None` for C, POSIX and for languages that there are no words in.
fn of_system(variable: impl Fn(&str) -> Option<String>) -> Option<Language> {
    let set = |name: &&str| variable(name).filter(|value| !value.is_empty());
    let tag = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(set)?;
    Language::from_tag(&tag)
}

fn read(given: Vec<OsString>, language: Option<Language>) -> Result<Args, Error> {
    let command = match language {
        Some(language) => in_language(Args::command(), language.is_chinese()),
        None => Args::command(),
    };
    let mut command = command;
    let matches = command.try_get_matches_from_mut(given)?;
    Args::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
}

/// One language of a text in both.
fn half(text: &str, chinese: bool) -> String {
    // A text of two paragraphs has a language in each.
    let paragraphs = text.split_once("\n\n");
    let parts = paragraphs.or_else(|| text.split_once(BETWEEN));
    let Some((zh, en)) = parts else {
        return text.to_owned();
    };
    match chinese {
        true => zh.to_owned(),
        // Exit codes stand behind both, with their Chinese word first.
        false => en.replace("退出码 · exit", "exit"),
    }
}

fn in_language(command: Command, chinese: bool) -> Command {
    let text = |styled: Option<&StyledStr>| styled.map(|styled| half(&styled.to_string(), chinese));
    let (about, long) = (
        text(command.get_long_about().or(command.get_about())),
        command.get_long_about().is_some(),
    );
    let mut command = command;
    if let Some(about) = about {
        command = command.about(about).long_about(Resettable::Reset);
    }
    command = command.mut_args(|arg| {
        let help = text(arg.get_long_help().or(arg.get_help()));
        let heading = match (chinese, arg.is_positional()) {
            (false, _) => None,
            (true, true) => Some("参数"),
            (true, false) => Some("选项"),
        };
        let arg = arg.help_heading(heading).long_help(Resettable::Reset);
        match help {
            Some(help) => arg.help(help),
            None => arg,
        }
    });
    if chinese {
        let help = Arg::new("help").short('h').long("help").action(ArgAction::Help);
        command = command
            .help_template(TEMPLATE)
            .subcommand_help_heading("命令")
            .subcommand_value_name("命令")
            .disable_help_flag(true)
            .disable_help_subcommand(true)
            .arg(help.help("显示帮助").help_heading("选项"));
        // The program alone has a long text, and a version.
        if long {
            command = command.disable_version_flag(true);
            let version = Arg::new("version")
                .short('V')
                .long("version")
                .action(ArgAction::Version);
            command = command.arg(version.help("显示版本").help_heading("选项"));
        }
    }
    command.mut_subcommands(|inner| in_language(inner, chinese))
}

/// Shows help, or what is wrong; the exit code.
fn show(error: &Error, language: Option<Language>) -> u8 {
    let code = u8::try_from(error.exit_code()).unwrap_or(2);
    if error.use_stderr() && language.is_some_and(Language::is_chinese) {
        output::complain(&in_chinese(error));
    } else {
        let _ = error.print();
    }
    code
}

/// What is wrong with the arguments, in Chinese.
fn in_chinese(error: &Error) -> String {
    let get = |kind: ContextKind| match error.get(kind) {
        None | Some(ContextValue::None) => None,
        Some(value) => Some(value.to_string()),
    };
    let named = |kind: ContextKind| get(kind).unwrap_or_default();
    let argument = named(ContextKind::InvalidArg);
    let value = named(ContextKind::InvalidValue);
    let what = match error.kind() {
        ErrorKind::UnknownArgument => format!("没有“{argument}”这个选项"),
        ErrorKind::InvalidSubcommand => format!("没有“{}”这个命令", named(ContextKind::InvalidSubcommand)),
        ErrorKind::MissingRequiredArgument => format!("还缺：{argument}"),
        ErrorKind::InvalidValue if value.is_empty() => format!("{argument} 后面要写一个值"),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => format!("{argument} 不能是“{value}”"),
        ErrorKind::ArgumentConflict => {
            format!(
                "{argument} 不能和 {} 一起用",
                get(ContextKind::PriorArg).unwrap_or_else(|| "别的选项".to_owned())
            )
        }
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("{argument} 的值的个数不对")
        }
        ErrorKind::NoEquals => format!("{argument} 后面要写 ="),
        ErrorKind::MissingSubcommand => "还缺一个命令".to_owned(),
        _ => return error.to_string(),
    };
    let mut text = format!("错误：{what}");
    for kind in [
        ContextKind::SuggestedArg,
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedValue,
    ] {
        if let Some(near) = get(kind) {
            text.push_str(&format!("。是不是想写 {near}？"));
        }
    }
    for kind in [ContextKind::ValidValue, ContextKind::ValidSubcommand] {
        if let Some(known) = get(kind) {
            text.push_str(&format!("\n可以写：{known}"));
        }
    }
    if let Some(usage) = get(ContextKind::Usage) {
        text.push_str(&format!("\n\n{}", usage.replacen("Usage:", "用法：", 1)));
    }
    text.push_str("\n\n更多说明：加 --help");
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn given(words: &[&str]) -> Vec<OsString> {
        std::iter::once("yingda")
            .chain(words.iter().copied())
            .map(OsString::from)
            .collect()
    }

    fn wrong(words: &[&str], language: Language) -> Error {
        read(given(words), Some(language)).unwrap_err()
    }

    #[test]
    fn the_system_s_language_or_the_one_that_is_named_is_taken() {
        let system = |values: &'static [(&str, &str)]| {
            of_system(|name| {
                values
                    .iter()
                    .find(|(known, _)| *known == name)
                    .map(|(_, value)| (*value).to_owned())
            })
        };
        assert_eq!(system(&[("LANG", "zh_CN.UTF-8")]), Some(Language::Chinese));
        assert_eq!(
            system(&[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "en_US.UTF-8")]),
            Some(Language::English)
        );
        assert_eq!(system(&[("LC_ALL", ""), ("LANG", "C.UTF-8")]), None);
        assert_eq!(system(&[]), None);
        assert_eq!(
            split(given(&["--lang", "en", "check"])),
            (given(&["check"]), Some("en".to_owned()))
        );
        assert_eq!(split(given(&["--lang=zh"])), (given(&[]), Some("zh".to_owned())));
        let page = given(&["ask", "--lang", "en", "在吗"]);
        assert_eq!(
            split(page.clone()),
            (page, None),
            "the page's language is the command's"
        );
    }

    #[test]
    fn both_languages_take_the_same_arguments() {
        for language in [Language::Chinese, Language::Traditional, Language::English] {
            in_language(Args::command(), language.is_chinese()).debug_assert();
            let read = read(given(&["check", "intents", "--rule", "I030"]), Some(language)).unwrap();
            assert!(matches!(read.command, Some(super::super::args::Command::Check(_))));
        }
    }

    #[test]
    fn help_is_in_one_language() {
        let help = |language| wrong(&["check", "--help"], language).to_string();
        let (zh, en) = (help(Language::Chinese), help(Language::English));
        assert!(
            zh.contains("用法：") && zh.contains("选项") && zh.contains("只看一条规则"),
            "{zh}"
        );
        assert!(
            !zh.contains("Usage") && !zh.contains("Only this rule") && !zh.contains("Print help"),
            "{zh}"
        );
        assert!(en.contains("Only this rule") && !en.contains("只看"), "{en}");
        let program = wrong(&["--help"], Language::Chinese).to_string();
        assert!(
            program.contains("命令") && program.contains("检查话术") && !program.contains("auto-responder"),
            "{program}"
        );
    }

    #[test]
    fn what_is_wrong_is_said_in_chinese() {
        let said = |words: &[&str]| in_chinese(&wrong(words, Language::Chinese));
        let unknown = said(&["check", "--ruel", "I030"]);
        assert!(
            unknown.contains("没有“--ruel”这个选项") && unknown.contains("--rule") && unknown.contains("用法："),
            "{unknown}"
        );
        assert!(said(&["chek"]).contains("没有“chek”这个命令"));
        assert!(said(&["replay", "--data", "d"]).contains("还缺：--against"));
        let format = said(&["check", "--format", "xml"]);
        assert!(format.contains("不能是“xml”") && format.contains("human"), "{format}");
        assert!(said(&["check", "a", "--intents", "b"]).contains("一起用"));
    }
}
