//! The files of a shop that begins: `shop.yaml` with all facts that the common pack asks for, and what a list of
//! questions and answers becomes. Pure: names and contents come out, the caller writes them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::import::quote;
use super::layout::{SHOP, name_of};
use super::pack::{Answer, Pack};
use super::{SourceFile, is_shop_id};
use crate::shop::clock::{OWN, ReplyClock, read_minutes};
use crate::shop::{LocalText, Span};

/// What a shop says where nothing else is known: words that hold for any shop, and figures that are usual.
const USUAL_FACTS: &str = include_str!("facts.tsv");
/// The facts that follow from the rest of `shop.yaml`.
const DERIVED: [&str; 4] = ["name", "hours", "reply_minutes", "reply_time"];

/// What is asked of somebody who begins a shop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewShop {
    /// Its id, and the name of its folder.
    pub id: String,
    /// Its name.
    pub name: LocalText,
    /// When people are there every day: `09:00-18:00`.
    pub hours: String,
    /// Whose reply clock is kept.
    pub clock: String,
    /// What the clock `own` promises, minutes.
    pub reply_minutes: Option<String>,
    /// Facts that are known, by name.
    pub facts: BTreeMap<String, String>,
}

/// Something that was typed and may not be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The id cannot be a shop's.
    #[error(
        "“{0}”不能用作店铺 id：只用小写字母、数字和 -，40 个以内 · a shop's id has up to 40 lower case letters, digits and -"
    )]
    Id(String),
    /// No span of time.
    #[error("“{0}”不是时间段，写成 09:00-18:00 · not a span of time; write 09:00-18:00")]
    Hours(String),
    /// No clock.
    #[error("没有“{0}”这个时限，可以写：taobao jd pinduoduo douyin shopee own · not a clock; one of these")]
    Clock(String),
    /// No number of minutes.
    #[error("“{0}”不是分钟数，写一个整数 · not a number of minutes")]
    Minutes(String),
    /// Nothing.
    #[error("不能空着 · it may not be empty")]
    Empty,
}

impl NewShop {
    /// A shop of which nothing but the id is known.
    ///
    /// # Errors
    /// When this cannot be an id.
    pub fn new(id: &str) -> Result<NewShop, StartError> {
        if !is_shop_id(id) {
            return Err(StartError::Id(id.to_owned()));
        }
        Ok(NewShop {
            id: id.to_owned(),
            name: LocalText::same(id),
            hours: "09:00-18:00".to_owned(),
            clock: OWN.to_owned(),
            reply_minutes: None,
            facts: BTreeMap::new(),
        })
    }

    /// Takes the hours of every day.
    ///
    /// # Errors
    /// When they are none.
    pub fn set_hours(&mut self, text: &str) -> Result<(), StartError> {
        match Span::read_all(text) {
            Ok(spans) if !spans.is_empty() => text.clone_into(&mut self.hours),
            _ => return Err(StartError::Hours(text.to_owned())),
        }
        Ok(())
    }

    /// Takes the reply clock.
    ///
    /// # Errors
    /// When there is none of this name.
    pub fn set_clock(&mut self, name: &str) -> Result<(), StartError> {
        if !ReplyClock::names().any(|known| known == name) {
            return Err(StartError::Clock(name.to_owned()));
        }
        name.clone_into(&mut self.clock);
        Ok(())
    }

    /// Takes the minutes that the clock `own` promises.
    ///
    /// # Errors
    /// When they are none.
    pub fn set_minutes(&mut self, text: &str) -> Result<(), StartError> {
        let minutes = read_minutes(text).ok_or_else(|| StartError::Minutes(text.to_owned()))?;
        self.reply_minutes = Some(minutes.to_string());
        Ok(())
    }

    /// The usual value of a fact.
    pub fn usual(fact: &str) -> Option<&'static str> {
        usual_facts().find(|(name, _, _)| *name == fact).map(|(_, zh, _)| zh)
    }

    /// `shops/<id>/shop.yaml` with the facts that this pack asks for.
    pub fn profile(&self, pack: &Pack) -> SourceFile {
        let used = facts_used(pack);
        let mut text = format!(
            "# {0} 的资料。答案里写 {{{{ shop.<名字> }}}}，改这里一处，处处跟着变。\n\
             # The facts of {0}; answers say {{{{ shop.<name> }}}}, so one change reaches all of them.\n\
             shop: {0}\nname:\n  zh: {1}\n  en: {2}\ntimezone: Asia/Shanghai\n\
             # 人工客服的时间；几段用逗号隔开，休息写 休息。\n\
             # When people are at the desk; several spans with commas, `closed` for none.\n\
             service_hours:\n  every_day: {3}\n\
             # 放假：日期或一段日期；写了时间的当天另按那个时间。\n\
             # Holidays: a day or a range of days, closed or with hours of their own.\n\
             # holidays:\n#   2027-02-05: \"09:00-12:00\"\n#   2027-02-06..2027-02-12: 休息\n\
             # 多久内有人回复：taobao jd pinduoduo douyin shopee，或 own（按 facts 里的 reply_minutes）。\n\
             # How soon a person answers: a platform's clock, or own (the fact reply_minutes).\n\
             clock: {4}\nfacts:\n",
            self.id,
            quote(&self.name.zh),
            quote(&self.name.en),
            quote(&self.hours),
            self.clock
        );
        if self.clock == OWN
            && let Some(minutes) = &self.reply_minutes
        {
            let _ = writeln!(text, "  reply_minutes: {}", quote(minutes));
        }
        for (name, value) in &self.facts {
            let _ = writeln!(text, "  {name}: {}", quote(value));
        }
        text.push_str(
            "  # 下面是常见的写法，请逐条改成自己店的。\n  # Below is what is usual: please make each line your own.\n",
        );
        for (name, zh, en) in usual_facts() {
            if !used.contains(name) || self.facts.contains_key(name) {
                continue;
            }
            if en.is_empty() {
                let _ = writeln!(text, "  {name}: {}", quote(zh));
            } else {
                let _ = writeln!(text, "  {name}:\n    zh: {}\n    en: {}", quote(zh), quote(en));
            }
        }
        SourceFile {
            name: name_of(&self.id, SHOP),
            bytes: text.into_bytes(),
        }
    }

    /// Switches off the questions whose answers name facts that nobody knows.
    pub fn switched_off(&self, pack: &Pack) -> Vec<SourceFile> {
        let known: BTreeSet<&str> = usual_facts().map(|(name, _, _)| name).chain(DERIVED).collect();
        let lacks = |answers: &[Answer]| {
            let mut names = answers.iter().flat_map(|answer| facts_in(&answer.text));
            names.any(|name| !known.contains(name) && !self.facts.contains_key(name))
        };
        let lacking = pack.intents.iter().filter(|intent| lacks(&intent.answers));
        let files = lacking.map(|intent| SourceFile {
            name: question_file(&self.id, &intent.id),
            bytes: format!(
                "# 答案用到的店铺资料还没有；补进 shop.yaml 后删掉这个文件。\n\
                 # Its answers need facts that are not there; delete this file once shop.yaml has them.\n\
                 intent: {}\noff: true\n",
                intent.id
            )
            .into_bytes(),
        });
        files.collect()
    }
}

/// The file of a shop that changes this question.
pub fn question_file(shop: &str, intent: &str) -> String {
    name_of(shop, &format!("{}.yaml", intent.replacen('.', "/", 1)))
}

/// What a shop says to a question of the common pack.
pub fn answers_over(intent: &str, answers: &[&str]) -> String {
    format!("intent: {intent}\nanswers:\n{}", listed(answers))
}

fn listed(texts: &[&str]) -> String {
    texts.iter().map(|text| format!("  - {}\n", quote(text))).collect()
}

/// A question of the shop's own, with one example.
pub fn own_question(intent: &str, question: &str, answers: &[&str]) -> String {
    let title: String = question.chars().take(12).collect();
    format!(
        "# 再写几句顾客会怎么问，认得才准；tests 里写几句不一样的问法。\n\
         # More examples make it known better; tests are sentences in other words.\n\
         intent: {intent}\ntitle: {0}\ntitle_en: {0}\nexamples:\n  - {1}\nanswers:\n{2}\
         tests:\n  - ask: {1}\n    expect: {intent}\n",
        quote(&title),
        quote(question),
        listed(answers)
    )
}

fn usual_facts() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let lines = USUAL_FACTS.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| {
        let mut cells = line.split('\t');
        Some((cells.next()?, cells.next()?, cells.next()?))
    })
}

/// What a fact is that most shops have, for people.
pub fn fact_title(fact: &str) -> Option<LocalText> {
    let line = USUAL_FACTS.lines().find(|line| line.split('\t').next() == Some(fact))?;
    let mut cells = line.split('\t').skip(3);
    Some(LocalText {
        zh: cells.next()?.to_owned(),
        en: cells.next()?.to_owned(),
    })
}

/// The facts that a pack's answers and phrases name.
fn facts_used(pack: &Pack) -> BTreeSet<String> {
    let answers = pack.intents.iter().flat_map(|intent| &intent.answers);
    let phrases = pack.phrases.values().flat_map(|variants| variants.iter());
    let texts = answers.chain(phrases);
    texts
        .flat_map(|answer| facts_in(&answer.text))
        .map(str::to_owned)
        .collect()
}

/// The facts that a template names.
pub fn facts_in(template: &str) -> impl Iterator<Item = &str> {
    template.split("shop.").skip(1).map(|rest| {
        let end = rest.find(|character: char| !(character.is_ascii_alphanumeric() || character == '_'));
        &rest[..end.unwrap_or(rest.len())]
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::packs::{Severity, load_shops};

    const TIME: &str = "intent: shipping.time\ntitle: 发货\ntitle_en: Shipping\nexamples: [什么时候发货, 几时寄出]\n\
                        answers:\n  - \"{{ shop.cutoff }} 前当天发\"\n  - \"Paid before {{ shop.cutoff }}, sent today\"\n\
                        tests: [{ask: 请问什么时候发货, expect: shipping.time}]\n";
    const RARE: &str = "intent: shop.garden\ntitle: 花园\ntitle_en: Garden\nexamples: [花园在哪里, 有花园吗]\n\
                        answers:\n  - \"{{ shop.garden_place }}\"\n  - \"At {{ shop.garden_place }}\"\n\
                        tests: [{ask: 请问花园在哪里, expect: shop.garden}]\n";

    fn file(name: &str, text: &str) -> SourceFile {
        SourceFile {
            name: name.to_owned(),
            bytes: text.as_bytes().to_vec(),
        }
    }

    #[test]
    fn a_shop_that_begins_loads_and_knows_what_it_can_answer() {
        let mut files = vec![file("shipping/time.yaml", TIME), file("shop/garden.yaml", RARE)];
        let (packs, findings) = load_shops(&files);
        assert!(!packs.is_empty(), "{findings:#?}");
        let mut shop = NewShop::new("tea").unwrap();
        shop.name = LocalText {
            zh: "茶\"馆\"".to_owned(),
            en: "Tea: house".to_owned(),
        };
        shop.set_hours("9：00－18：00").unwrap();
        shop.set_minutes("10").unwrap();
        shop.facts.insert("cutoff".to_owned(), "14:00".to_owned());
        files.push(shop.profile(&packs[0]));
        files.extend(shop.switched_off(&packs[0]));
        let (packs, findings) = load_shops(&files);
        assert!(
            findings.iter().all(|finding| finding.severity == Severity::Warning),
            "{findings:#?}"
        );
        let pack = &packs[0];
        assert_eq!((pack.shop.id.as_str(), pack.shop.name.zh.as_str()), ("tea", "茶\"馆\""));
        assert_eq!(pack.shop.facts["cutoff"].zh, "14:00");
        assert_eq!(pack.shop.reply_ms(1), 600_000);
        assert!(pack.intent("shipping.time").is_some());
        assert!(pack.intent("shop.garden").is_none(), "nobody knows where the garden is");
    }

    #[test]
    fn what_may_not_be_is_refused() {
        for id in ["", "Tea", "茶", "a/b", ".."] {
            assert_eq!(NewShop::new(id), Err(StartError::Id(id.to_owned())));
        }
        let mut shop = NewShop::new("tea").unwrap();
        assert!(shop.set_hours("9-18").is_err() && shop.set_hours("").is_err());
        assert!(shop.set_clock("tmall").is_err() && shop.set_clock("jd").is_ok());
        assert!(shop.set_minutes("soon").is_err());
    }

    #[test]
    fn each_usual_fact_has_its_values_and_a_title_in_both_languages() {
        let lines = USUAL_FACTS.lines().filter(|line| !line.starts_with('#'));
        let whole =
            |line: &str| line.split('\t').count() == 5 && line.split('\t').skip(3).all(|title| !title.is_empty());
        assert!(lines.clone().all(whole));
        assert_eq!(fact_title("postage").unwrap().en, "postage, yuan");
        assert!(NewShop::usual("postage").is_some() && lines.count() > 40);
    }
}
