//! What the forms of a shop's hours, facts and goods may hold: a word for each field that holds what cannot be. Pure.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::packs::{WrittenFact, WrittenGoods, WrittenHours, WrittenText, fold};
use crate::shop::{SAID, Span, link_key, read_price};

/// Longest text of a fact or of an article, characters.
const LONGEST_TEXT: usize = 1_000;
/// Longest name of an article, and other short words, characters.
const LONGEST_NAME: usize = 80;
/// Names, links, sizes, colours or attributes of an article at most.
const MOST_VALUES: usize = 60;
/// Days with other hours at most.
const MOST_HOLIDAYS: usize = 200;

/// What is wrong in a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldWord {
    /// The field: `week.0`, `holidays.2.days`, `zh`, `price`, `attributes.1` …
    pub field: String,
    /// What is wrong and how to mend it, in Chinese and in English.
    pub words: [String; 2],
}

fn word(field: impl Into<String>, zh: impl Into<String>, en: impl Into<String>) -> FieldWord {
    FieldWord {
        field: field.into(),
        words: [zh.into(), en.into()],
    }
}

fn too_long(field: &str, most: usize) -> FieldWord {
    word(
        field,
        format!("太长了，最多 {most} 个字。"),
        format!("Too long: {most} characters at most."),
    )
}

/// The hours without blanks around.
pub(super) fn tidy_hours(mut hours: WrittenHours) -> WrittenHours {
    let trim = |text: &mut String| *text = text.trim().to_owned();
    // 休息 is no span, as nothing is.
    let spans = |text: &mut String| match Span::read_all(text) {
        Ok(spans) if spans.is_empty() => text.clear(),
        _ => trim(text),
    };
    hours.week.iter_mut().for_each(spans);
    for holiday in &mut hours.holidays {
        trim(&mut holiday.from);
        trim(&mut holiday.to);
        spans(&mut holiday.hours);
        if holiday.to.is_empty() {
            holiday.to.clone_from(&holiday.from);
        }
    }
    hours
}

/// What of these hours cannot be.
pub(super) fn hours_fit(hours: &WrittenHours) -> Vec<FieldWord> {
    let mut words: Vec<FieldWord> = Vec::new();
    let span = |field: String, text: &str| match Span::read_all(text) {
        Ok(_) if text.chars().count() <= LONGEST_NAME => None,
        Ok(_) => Some(too_long(&field, LONGEST_NAME)),
        Err(error) => Some(word(
            field,
            format!(
                "“{}”不是时间段。写成 09:00-18:00，几段用逗号隔开，休息就空着。",
                error.0
            ),
            format!(
                "“{}” is no span of time. Write 09:00-18:00, several with commas, nothing when closed.",
                error.0
            ),
        )),
    };
    for (day, text) in hours.week.iter().enumerate() {
        words.extend(span(format!("week.{day}"), text));
    }
    let mut known = BTreeSet::new();
    for (at, holiday) in hours.holidays.iter().enumerate() {
        let field = format!("holidays.{at}.days");
        let days = [&holiday.from, &holiday.to].map(|day| day.parse::<Date>());
        match days {
            [Ok(from), Ok(to)] if from > to => words.push(word(
                field,
                "最后一天早于第一天。",
                "The last day lies before the first.",
            )),
            [Ok(from), Ok(to)] if !known.insert((from, to)) => words.push(word(
                field,
                "这几天在上面已经写了。",
                "These days are listed above already.",
            )),
            [Ok(_), Ok(_)] => {}
            _ => words.push(word(
                field,
                "请选日期，写成 2027-02-06 这样。",
                "Choose a day; it is written as 2027-02-06.",
            )),
        }
        words.extend(span(format!("holidays.{at}.hours"), &holiday.hours));
    }
    if hours.holidays.len() > MOST_HOLIDAYS {
        words.push(word(
            "holidays",
            format!("最多 {MOST_HOLIDAYS} 条；过去的可以删掉。"),
            format!("{MOST_HOLIDAYS} at most; those that are over can go."),
        ));
    }
    words
}

/// The fact without blanks around; an English text that is the Chinese one is not written apart.
pub(super) fn tidy_fact(fact: WrittenFact) -> WrittenFact {
    let (name, zh) = (fact.name.trim().to_owned(), fact.zh.trim().to_owned());
    let en = fact.en.map(|en| en.trim().to_owned());
    WrittenFact {
        en: en.filter(|en| !en.is_empty() && *en != zh),
        name,
        zh,
    }
}

/// What cannot be of a fact that is put in the place of `base`, or is new. `quoting` are the titles of the questions whose
/// answers name it.
pub(super) fn fact_fits(
    base: Option<&WrittenFact>,
    wanted: Option<&WrittenFact>,
    facts: &[WrittenFact],
    quoting: &[String],
) -> Vec<FieldWord> {
    let Some(fact) = wanted else {
        let titles = quoting
            .iter()
            .take(5)
            .map(|title| format!("「{title}」"))
            .collect::<String>();
        let still = word(
            "remove",
            format!(
                "还有 {} 处话术在用它：{titles}。先在「问题」页上改掉这些答案，再删。",
                quoting.len()
            ),
            format!(
                "{} texts still name it: {titles}. Change them on the page of questions first.",
                quoting.len()
            ),
        );
        return if quoting.is_empty() { Vec::new() } else { vec![still] };
    };
    let mut words = Vec::new();
    let legal = |sign: u8| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == b'_';
    let is_new = base.is_none_or(|base| base.name != fact.name);
    if is_new && (fact.name.is_empty() || fact.name.len() > 40 || !fact.name.bytes().all(legal)) {
        words.push(word(
            "name",
            "名字只用小写字母、数字和下划线，例如 gift_box_fee；答案里写 {{ shop.gift_box_fee }}。",
            "A name has small letters, digits and underscores, such as gift_box_fee; answers say {{ shop.gift_box_fee }}.",
        ));
    } else if is_new && facts.iter().any(|known| known.name == fact.name) {
        words.push(word(
            "name",
            "已经有这个名字的资料了。",
            "There is a fact of this name already.",
        ));
    }
    if fact.zh.is_empty() {
        words.push(word(
            "zh",
            "不能空着：答案里会说它。",
            "It may not be empty: answers say it.",
        ));
    }
    for (field, text) in [("zh", Some(&fact.zh)), ("en", fact.en.as_ref())] {
        if text.is_some_and(|text| text.chars().count() > LONGEST_TEXT) {
            words.push(too_long(field, LONGEST_TEXT));
        }
    }
    words
}

/// The article without blanks around and without what is empty or stands twice.
pub(super) fn tidy_goods(mut goods: WrittenGoods) -> WrittenGoods {
    for text in [&mut goods.id, &mut goods.name, &mut goods.name_en, &mut goods.price] {
        *text = text.trim().to_owned();
    }
    for list in [&mut goods.aliases, &mut goods.links, &mut goods.sizes] {
        let mut seen = Vec::new();
        for text in std::mem::take(list) {
            let text = text.trim().to_owned();
            if !text.is_empty() && !seen.contains(&text) {
                seen.push(text);
            }
        }
        *list = seen;
    }
    for list in [&mut goods.colors, &mut goods.said, &mut goods.attributes] {
        for text in list.iter_mut() {
            for part in [&mut text.name, &mut text.zh, &mut text.en] {
                *part = part.trim().to_owned();
            }
            if text.en == text.zh {
                text.en.clear();
            }
        }
        list.retain(|text| [&text.name, &text.zh, &text.en].iter().any(|part| !part.is_empty()));
    }
    goods.said.retain(|text| !text.zh.is_empty() || !text.en.is_empty());
    goods
}

/// What cannot be of an article that is put in the place of `base`, or is new, beside the others of the shop.
pub(super) fn goods_fit(base: Option<&WrittenGoods>, goods: &WrittenGoods, others: &[&WrittenGoods]) -> Vec<FieldWord> {
    let mut words = Vec::new();
    if goods.name.is_empty() {
        words.push(word("name", "要有名称。", "It needs a name."));
    }
    if !goods.price.is_empty() && read_price(&goods.price).is_none() {
        words.push(word(
            "price",
            format!("“{}”不是价格，只写数字，例如 399 或 59.9，单位是元。", goods.price),
            format!(
                "“{}” is no price; write only the number, such as 399 or 59.9, in yuan.",
                goods.price
            ),
        ));
    }
    let same_id = |other: &&&WrittenGoods| !goods.id.is_empty() && other.id.eq_ignore_ascii_case(&goods.id);
    if let Some(other) = others.iter().find(same_id) {
        words.push(word(
            "id",
            format!("「{}」已经用了这个编号。", other.name),
            format!("“{}” has this number already.", other.name),
        ));
    }
    // Names that stood there before are not this change's.
    let is_old = |name: &String| {
        base.is_some_and(|base| base.name == *name || base.name_en == *name || base.aliases.contains(name))
    };
    let named = [("name", &goods.name), ("name_en", &goods.name_en)];
    let named = named
        .into_iter()
        .chain(goods.aliases.iter().map(|alias| ("aliases", alias)));
    for (field, name) in named.filter(|(_, name)| !name.is_empty() && !is_old(name)) {
        let meant = |other: &&&WrittenGoods| {
            let names = [&other.name, &other.name_en].into_iter().chain(&other.aliases);
            names
                .into_iter()
                .any(|known| !known.is_empty() && fold(known) == fold(name))
        };
        if let Some(other) = others.iter().find(meant) {
            words.push(word(
                field,
                format!(
                    "“{name}”已经是「{}」的叫法，顾客说它会当成那一件。换一个，或先从那件去掉。",
                    other.name
                ),
                format!(
                    "“{name}” means “{}” already. Choose another, or take it from that article first.",
                    other.name
                ),
            ));
        }
    }
    for link in &goods.links {
        let key = link_key(link);
        let meant = |other: &&&WrittenGoods| other.links.iter().any(|known| key.is_some() && link_key(known) == key);
        match others.iter().find(meant) {
            Some(other) => words.push(word(
                "links",
                format!("“{link}”和「{}」的链接对得上同一个。", other.name),
                format!("“{link}” fits “{}” too.", other.name),
            )),
            None if key.is_none() => words.push(word(
                "links",
                format!("“{link}”里没有这件商品自己的编号（至少 4 位），认不出是哪一件。"),
                format!("“{link}” has no number of this article in it, of 4 digits or more."),
            )),
            None => {}
        }
    }
    for (list, texts) in [
        ("said", &goods.said),
        ("attributes", &goods.attributes),
        ("colors", &goods.colors),
    ] {
        for (at, text) in texts.iter().enumerate() {
            if let Some(wrong) = text_fits(list, at, text, texts) {
                words.push(wrong);
            }
        }
    }
    let short = [("name", &goods.name), ("name_en", &goods.name_en), ("id", &goods.id)];
    let lists = [
        ("aliases", &goods.aliases),
        ("links", &goods.links),
        ("sizes", &goods.sizes),
    ];
    let in_lists = lists
        .into_iter()
        .flat_map(|(field, texts)| texts.iter().map(move |text| (field, text)));
    let long = |(field, text): &(&str, &String)| {
        let most = if *field == "links" { LONGEST_TEXT } else { LONGEST_NAME };
        text.chars().count() > most
    };
    words.extend(
        short
            .into_iter()
            .chain(in_lists)
            .filter(long)
            .map(|(field, _)| too_long(field, if field == "links" { LONGEST_TEXT } else { LONGEST_NAME })),
    );
    let counts = lists.map(|(field, texts)| (field, texts.len()));
    let counts = counts
        .into_iter()
        .chain([("colors", goods.colors.len()), ("attributes", goods.attributes.len())]);
    for (field, _) in counts.filter(|(_, count)| *count > MOST_VALUES) {
        words.push(word(
            field,
            format!("最多 {MOST_VALUES} 个。"),
            format!("{MOST_VALUES} at most."),
        ));
    }
    words
}

/// What is wrong with one of the texts of a list.
fn text_fits(list: &str, at: usize, text: &WrittenText, all: &[WrittenText]) -> Option<FieldWord> {
    let field = match list {
        "said" => text.name.clone(),
        "attributes" => format!("attributes.{at}"),
        _ => list.to_owned(),
    };
    let is_named = list != "colors";
    if list == "said" && !SAID.contains(&text.name.as_str()) {
        return Some(word(field, "没有这一项。", "There is no such field."));
    }
    if is_named && text.name.is_empty() {
        return Some(word(field, "要写是什么，例如 防水。", "Say what it is, such as 防水."));
    }
    if text.zh.is_empty() {
        return Some(word(
            field,
            "要写中文；英文可以不写。",
            "It needs Chinese; English may be left out.",
        ));
    }
    if is_named && all[..at].iter().any(|other| other.name == text.name) {
        return Some(word(
            field,
            format!("“{}”上面已经写了。", text.name),
            format!("“{}” stands above already.", text.name),
        ));
    }
    let most = if list == "colors" { LONGEST_NAME } else { LONGEST_TEXT };
    let long =
        text.name.chars().count() > LONGEST_NAME || [&text.zh, &text.en].iter().any(|text| text.chars().count() > most);
    long.then(|| too_long(&field, most))
}

#[cfg(test)]
mod tests {
    use crate::packs::WrittenHoliday;

    use super::*;

    fn fields(words: &[FieldWord]) -> Vec<&str> {
        words.iter().map(|word| word.field.as_str()).collect()
    }

    #[test]
    fn hours_that_are_none_get_a_word_beside_their_field() {
        let holiday = |from: &str, to: &str, hours: &str| WrittenHoliday {
            from: from.to_owned(),
            to: to.to_owned(),
            hours: hours.to_owned(),
        };
        let mut hours = WrittenHours::default();
        hours.week[0] = " 09:00-12:00，13:30-18:00 ".to_owned();
        hours.week[6] = "休息".to_owned();
        hours.holidays.push(holiday("2027-02-06", "", ""));
        let good = tidy_hours(hours.clone());
        assert_eq!((good.holidays[0].to.as_str(), good.week[6].as_str()), ("2027-02-06", ""));
        assert!(hours_fit(&good).is_empty());
        hours.week[1] = "25:00-26:00".to_owned();
        hours.holidays.extend([
            holiday("2027-02-06", "", "9点"),
            holiday("2027-02-30", "", ""),
            holiday("2027-03-02", "2027-03-01", ""),
        ]);
        let words = hours_fit(&tidy_hours(hours));
        assert_eq!(
            fields(&words),
            [
                "week.1",
                "holidays.1.days",
                "holidays.1.hours",
                "holidays.2.days",
                "holidays.3.days"
            ]
        );
        assert!(words[0].words[0].contains("25:00-26:00"));
    }

    #[test]
    fn a_fact_that_is_quoted_stays_and_a_new_one_has_a_name_of_its_own() {
        let fact = |name: &str, zh: &str| WrittenFact {
            name: name.to_owned(),
            zh: zh.to_owned(),
            en: Some(" ".to_owned()),
        };
        let postage = tidy_fact(fact("postage", " 8 "));
        assert_eq!((postage.zh.as_str(), &postage.en), ("8", &None));
        let all = [postage.clone()];
        let quoting = ["邮费多少".to_owned()];
        let gone = fact_fits(Some(&postage), None, &all, &quoting);
        assert_eq!(fields(&gone), ["remove"]);
        assert!(gone[0].words[0].contains("邮费多少"));
        assert!(fact_fits(Some(&postage), None, &all, &[]).is_empty());
        for (name, zh, wrong) in [
            ("postage", "9", "name"),
            ("Gift Box", "9", "name"),
            ("gift_box", "", "zh"),
        ] {
            assert_eq!(
                fields(&fact_fits(None, Some(&fact(name, zh)), &all, &[])),
                [wrong],
                "{name}"
            );
        }
        assert!(fact_fits(Some(&postage), Some(&fact("postage", "9")), &all, &quoting).is_empty());
    }

    #[test]
    fn goods_are_told_apart_by_names_numbers_and_links() {
        let goods = |name: &str, alias: &str, id: &str, link: &str| WrittenGoods {
            id: id.to_owned(),
            name: name.to_owned(),
            aliases: vec![alias.to_owned()],
            links: vec![link.to_owned()],
            ..WrittenGoods::default()
        };
        let shoe = goods("疾风 3 跑鞋", "疾风", "1001", "item.jd.com/100101.html");
        let mut wrong = goods("云垫", "疾风", "1001", "item.jd.com/100101.html");
        wrong.price = "abc".to_owned();
        wrong.attributes = vec![
            WrittenText::default(),
            WrittenText {
                name: "防水".to_owned(),
                ..WrittenText::default()
            },
        ];
        let words = goods_fit(None, &wrong, &[&shoe]);
        assert_eq!(
            fields(&words),
            ["price", "id", "aliases", "links", "attributes.0", "attributes.1"]
        );
        assert!(words[2].words[0].contains("疾风 3 跑鞋"));
        // What stood there before, by hand, is not this change's.
        let before = goods("云垫", "疾风", "1002", "item.jd.com/100102.html");
        assert!(goods_fit(Some(&before), &before, &[&shoe]).is_empty());
        let tidy = tidy_goods(WrittenGoods {
            aliases: vec![" 云 ".to_owned(), "云".to_owned(), String::new()],
            said: vec![WrittenText {
                name: "stock".to_owned(),
                ..WrittenText::default()
            }],
            ..wrong
        });
        assert_eq!((tidy.aliases.len(), tidy.said.len(), tidy.attributes.len()), (1, 0, 1));
    }
}
