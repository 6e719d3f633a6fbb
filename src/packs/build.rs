//! From what was written to what it means. Runs after the rules found nothing that forbids it; what they only
//! warn about is left out or given its default here.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;

use crate::model::{IntentKind, Lane, Language, PackId, ShopId, SlotName};

use super::cell::read_cell;
use super::pack::{
    Answer, HandoffRule, Intent, Pack, PackTest, Row, ScopeWords, SignalSource, SlotRequest, Synonym, Table,
};
use super::standard::{RULES, ScoringItem, Standard, minutes_in};
use super::written::{
    AnswerFile, AttributeFile, Files, GoodsFile, GoodsPeriodFile, IntentFile, PeriodFile, ScopeFile, ScoringFile,
    ShopFile, SignalFile, StandardFile, SynonymFile, TableFile, TestFile, TextFile,
};
use super::yaml::At;
use crate::shop::clock::{OWN, ReplyClock};
use crate::shop::hours::{self, Hours};
use crate::shop::{Attribute, Catalogue, Goods, GoodsInPeriod, Holiday, LocalText, Period, Profile, read_price};

/// The pack that the files mean.
pub fn build(files: Files, id: PackId) -> Pack {
    let mut intents: Vec<Arc<Intent>> = files
        .intents
        .into_iter()
        .map(|(file, intent)| Arc::new(build_intent(file, intent)))
        .collect();
    intents.sort_by(|a, b| a.id.cmp(&b.id));
    let mut signals: Vec<SignalSource> = files
        .signals
        .into_iter()
        .map(|(file, signal)| build_signal(file, signal))
        .collect();
    signals.sort_by(|a, b| a.id.cmp(&b.id));
    Pack {
        allow: allowed(files.shop.as_ref()),
        shop: files.shop.map(build_shop).unwrap_or_default(),
        shop_file: files.shop_file,
        intents,
        synonyms: Arc::new(build_synonyms(files.synonyms)),
        out_of_scope: Arc::new(plain(files.out_of_scope)),
        signals: Arc::new(signals),
        scope: Arc::new(build_scope(files.scope)),
        phrases: build_phrases(files.phrases).collect(),
        standards: build_standards(&files.standards),
        blocked: blocked(BTreeSet::new(), &files.standards),
        scoring: build_scoring(&files.scoring),
        back_within_ms: back_within_ms(files.back_within.as_ref()),
        id,
        common: None,
    }
}

/// What `shared/synonyms.yaml` means.
pub fn build_synonyms(written: Vec<SynonymFile>) -> Vec<Synonym> {
    let synonyms = written.into_iter().map(|synonym| Synonym {
        word: synonym.word.value,
        same: plain(synonym.same),
    });
    synonyms.collect()
}

/// What `shared/standards.yaml` means.
pub fn build_standards(written: &[StandardFile]) -> Vec<Arc<Standard>> {
    written.iter().filter_map(Standard::of).map(Arc::new).collect()
}

/// How long whoever says that they will come back has, milliseconds.
pub fn back_within_ms(written: Option<&At<String>>) -> Option<u64> {
    Some(minutes_in(&written?.value)? * 60_000)
}

/// The rules that block agents, by what is written over those that do already.
pub fn blocked(mut rules: BTreeSet<&'static str>, written: &[StandardFile]) -> BTreeSet<&'static str> {
    for standard in written {
        let Some(block) = &standard.block else { continue };
        let Some((rule, _)) = RULES.into_iter().find(|(rule, _)| *rule == standard.rule.value) else {
            continue;
        };
        match block.value == "true" {
            true => rules.insert(rule),
            false => rules.remove(rule),
        };
    }
    rules
}

/// The sheet of points in it.
pub fn build_scoring(written: &[ScoringFile]) -> Vec<ScoringItem> {
    written.iter().filter_map(ScoringItem::of).collect()
}

/// What `signals/scope.yaml` means.
pub fn build_scope(written: ScopeFile) -> ScopeWords {
    let mut scope = written.lists.into_iter().map(plain);
    let mut list = || scope.next().unwrap_or_default();
    ScopeWords {
        negations: list(),
        questions: list(),
        hypotheticals: list(),
        quotations: list(),
        third_parties: list(),
        praise: list(),
        intensifiers: list(),
        harmless: list(),
        content: list(),
    }
}

/// What `shared/phrases.yaml` means.
pub fn build_phrases(
    written: Vec<(String, At<String>, Vec<AnswerFile>)>,
) -> impl Iterator<Item = (String, Arc<Vec<Answer>>)> {
    written.into_iter().map(|(file, key, answers)| {
        let answers = answers.into_iter().map(|answer| build_answer(&file, answer));
        (key.value, Arc::new(answers.collect()))
    })
}

/// Texts without their places.
pub fn plain(texts: Vec<At<String>>) -> Vec<String> {
    texts.into_iter().map(|text| text.value).collect()
}

fn text(value: Option<At<String>>) -> Option<String> {
    value.map(|text| text.value)
}

/// The kind of a question, which follows from its id where nobody writes one.
pub fn kind(written: &IntentFile) -> IntentKind {
    match &written.kind {
        Some(kind) => IntentKind::from_name(&kind.value).unwrap_or_default(),
        None => IntentKind::by_id(written.intent.as_ref().map_or("", |id| &id.value)),
    }
}

/// What a question's file means.
pub fn build_intent(file: String, written: IntentFile) -> Intent {
    let kind = kind(&written);
    let id = text(written.intent).unwrap_or_default();
    let zh = text(written.title).unwrap_or_else(|| id.clone());
    let en = text(written.title_en).unwrap_or_else(|| id.clone());
    let slots: Vec<SlotRequest> = written
        .slots
        .into_iter()
        .filter_map(|slot| {
            Some(SlotRequest {
                name: SlotName::from_name(&slot.name.value)?,
                ask: match (text(slot.ask), text(slot.ask_en)) {
                    (None, None) => None,
                    (Some(one), None) | (None, Some(one)) => Some(LocalText::same(&one)),
                    (Some(zh), Some(en)) => Some(LocalText { zh, en }),
                },
            })
        })
        .collect();
    Intent {
        title: LocalText { zh, en },
        examples: plain(written.examples),
        patterns: plain(written.patterns),
        forbidden: plain(written.not),
        denied: plain(written.denied),
        tell_person: written
            .tell_person
            .iter()
            .filter_map(|name| SlotName::from_name(&name.value))
            .collect(),
        required: plain(written.require),
        table: written.table.map(|table| build_table(table, &slots)),
        slots,
        answers: written
            .answers
            .into_iter()
            .map(|answer| build_answer(&file, answer))
            .collect(),
        agent: written
            .agent
            .into_iter()
            .map(|answer| build_answer(&file, answer))
            .collect(),
        choices: plain(written.choices),
        kind,
        handoff: match text(written.handoff).as_deref() {
            Some("offer") => HandoffRule::Offer,
            Some("always") => HandoffRule::Always,
            _ => HandoffRule::Never,
        },
        tests: written.tests.into_iter().map(|test| build_test(&file, test)).collect(),
        id,
        file,
        own: Vec::new(),
    }
}

fn build_table(written: TableFile, slots: &[SlotRequest]) -> Table {
    // An input is a column named like a slot of this file; `size` may be what a table finds out.
    let input = |name: &str| SlotName::from_name(name).filter(|slot| slots.iter().any(|known| known.name == *slot));
    let columns: Vec<(Option<SlotName>, String)> = written
        .columns
        .into_iter()
        .map(|column| (input(&column.value), column.value))
        .collect();
    let rows = written.rows.into_iter().map(|row| {
        let mut cells = Vec::new();
        let mut values = Vec::new();
        for ((slot, _), cell) in columns.iter().zip(row.value) {
            match slot {
                Some(slot) => cells.extend(read_cell(&cell.value, *slot)),
                None => values.push(cell.value),
            }
        }
        Row { cells, values }
    });
    let rows = rows.collect();
    let mut table = Table {
        rows,
        ..Table::default()
    };
    for (slot, name) in columns {
        match slot {
            Some(slot) => table.inputs.push(slot),
            None => table.outputs.push(name),
        }
    }
    table
}

/// The language an answer is written in, when it does not say.
pub fn answer_language(written: &AnswerFile) -> Language {
    match written.lang.as_ref().map(|lang| lang.value.as_str()) {
        Some("en") => Language::English,
        Some("zh-Hant") => Language::Traditional,
        Some(_) => Language::Chinese,
        None => language_of_answer(&written.text.value),
    }
}

/// The language that the source of an answer is seen to be in. What stands in braces is no language: `{{ province }}` is Latin
/// in a Chinese answer too.
pub fn language_of_answer(text: &str) -> Language {
    Language::of(&without_braces(text)).unwrap_or_default()
}

/// A text without its variables and statements.
pub fn without_braces(text: &str) -> String {
    let mut words = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        words.push_str(before);
        rest = after.split_once('}').map_or("", |(_, after)| after);
    }
    words.push_str(rest);
    words
}

/// What one variant means.
pub fn build_answer(file: &str, written: AnswerFile) -> Answer {
    let date = |date: &Option<At<String>>| date.as_ref().and_then(|date| date.value.parse::<Date>().ok());
    Answer {
        language: answer_language(&written),
        from: date(&written.from),
        to: date(&written.to),
        period: text(written.period),
        line: written.text.line,
        file: file.to_owned(),
        text: written.text.value,
    }
}

fn build_test(file: &str, written: TestFile) -> PackTest {
    PackTest {
        line: written.ask.line,
        file: file.to_owned(),
        ask: written.ask.value,
        after: plain(written.after),
        expect: text(written.expect),
        expect_not: text(written.expect_not),
    }
}

/// What a signal's file means.
pub fn build_signal(file: String, written: SignalFile) -> SignalSource {
    let id = text(written.signal).unwrap_or_default();
    SignalSource {
        title: LocalText {
            zh: text(written.title).unwrap_or_else(|| id.clone()),
            en: text(written.title_en).unwrap_or_else(|| id.clone()),
        },
        lane: text(written.lane).and_then(|lane| Lane::from_name(&lane)),
        strong: plain(written.strong),
        medium: plain(written.medium),
        weak: plain(written.weak),
        examples: plain(written.examples),
        calm: plain(written.calm),
        tests: written.tests.into_iter().map(|test| build_test(&file, test)).collect(),
        id,
        file,
    }
}

fn local(written: TextFile) -> LocalText {
    LocalText {
        en: text(written.en).unwrap_or_else(|| written.zh.value.clone()),
        zh: written.zh.value,
    }
}

/// What `shop.yaml` means.
pub fn build_shop(written: ShopFile) -> Profile {
    let minutes = written.facts.iter().find(|(name, _)| name.value == "reply_minutes");
    let minutes = minutes.map(|(_, fact)| fact.zh.value.as_str());
    let mut shop = Profile::default();
    shop.clock = ReplyClock::read(written.clock.as_ref().map_or(OWN, |clock| &clock.value), minutes);
    shop.hours = build_hours(&written);
    shop.set_periods(build_periods(&written.periods, written.facts_in_periods));
    if let Some(id) = written.shop {
        shop.id = ShopId::new(id.value);
    }
    if let Some(name) = written.name {
        shop.name = local(name);
    }
    let facts = written.facts.into_iter();
    shop.facts = facts.map(|(name, fact)| (name.value, local(fact))).collect();
    shop.goods = build_catalogue(written.goods, written.attributes);
    shop
}

/// The periods of a shop with what facts are in them.
fn build_periods(written: &[PeriodFile], facts: Vec<(At<String>, At<String>, TextFile)>) -> Vec<Period> {
    let read = |period: &PeriodFile| Period::read(&period.name.value, &period.from.value, &period.to.value).ok();
    let mut periods: Vec<Period> = written.iter().filter_map(read).collect();
    for (fact, name, value) in facts {
        if let Some(period) = periods.iter_mut().find(|period| period.name == name.value) {
            period.facts.insert(fact.value, local(value));
        }
    }
    periods
}

fn build_catalogue(goods: Vec<GoodsFile>, attributes: Vec<AttributeFile>) -> Catalogue {
    let attributes = attributes.into_iter().map(|attribute| Attribute {
        name: named(attribute.name, attribute.name_en),
        asked: plain(attribute.asked),
    });
    let attributes = attributes.collect();
    let goods = goods.into_iter().map(|goods| Goods {
        id: text(goods.id),
        name: named(goods.name, goods.name_en),
        aliases: plain(goods.aliases),
        links: plain(goods.links),
        price: goods.price.and_then(|price| read_price(&price.value)),
        sizes: plain(goods.sizes),
        colors: goods.colors.into_iter().map(local).collect(),
        said: goods.said.into_iter().map(|(name, said)| (name, local(said))).collect(),
        attributes: goods
            .attributes
            .into_iter()
            .map(|(name, value)| (name.value, local(value)))
            .collect(),
        in_periods: goods.in_periods.into_iter().map(build_goods_period).collect(),
    });
    Catalogue::new(goods.collect(), attributes)
}

fn build_goods_period(written: GoodsPeriodFile) -> GoodsInPeriod {
    let said = written.said.into_iter();
    GoodsInPeriod {
        period: written.period.value,
        price: written.price.and_then(|price| read_price(&price.value)),
        said: said.map(|(name, said)| (name, local(said))).collect(),
    }
}

fn named(zh: At<String>, en: Option<At<String>>) -> LocalText {
    LocalText {
        en: text(en).unwrap_or_else(|| zh.value.clone()),
        zh: zh.value,
    }
}

/// When people are at the desk. What cannot be read has its findings, and forbids the pack.
fn build_hours(written: &ShopFile) -> Hours {
    let zone = written.timezone.as_ref().and_then(|name| hours::zone(&name.value));
    let days = written
        .service_hours
        .iter()
        .map(|(day, spans)| (day.value.as_str(), spans.value.as_str()));
    let week = hours::read_week(days).unwrap_or_default();
    let holidays = written
        .holidays
        .iter()
        .filter_map(|(days, spans)| Holiday::read(&days.value, &spans.value).ok());
    Hours::new(zone.unwrap_or_else(hours::usual_zone), week, holidays.collect())
}

/// What a shop may go without.
pub fn allowed(shop: Option<&ShopFile>) -> BTreeSet<String> {
    let words = shop.iter().flat_map(|shop| &shop.allow);
    words.map(|word| word.value.clone()).collect()
}
