//! The answers of a question with what a sheet says: what is the same stays, what is different is changed where it stands, what
//! is new is added, and nothing is taken away.

use crate::model::Language;
use crate::packs::{Answer, OwnWords, WrittenAnswer, language_of_answer};

use super::rows::SheetAnswer;

/// Puts the answers of a sheet into what a shop says of a question. `said` are the answers that hold now, those of the common
/// pack among them.
pub fn put(own: &mut OwnWords, said: &[Answer], sheet: &[SheetAnswer]) {
    for language in [Language::Chinese, Language::Traditional, Language::English] {
        let wanted: Vec<&SheetAnswer> = sheet.iter().filter(|answer| answer.language() == language).collect();
        let said: Vec<&Answer> = said.iter().filter(|answer| answer.language == language).collect();
        let (numbered, plain): (Vec<&SheetAnswer>, Vec<&SheetAnswer>) =
            wanted.into_iter().partition(|answer| answer.variant.is_some());
        by_number(own, language, &said, &numbered);
        by_days(own, language, &said, &plain);
    }
}

/// Puts what agents may send by a sheet into what a shop says of a question: in each language that the sheet has, what it has is
/// all there is. `offered` is what they are offered now.
pub fn put_for_agents(own: &mut OwnWords, offered: &[Answer], sheet: &[SheetAnswer]) {
    for language in [Language::Chinese, Language::Traditional, Language::English] {
        let wanted: Vec<&SheetAnswer> = sheet.iter().filter(|answer| answer.language() == language).collect();
        let offered: Vec<&Answer> = offered.iter().filter(|answer| answer.language == language).collect();
        let said = |wanted: &&SheetAnswer| offered.iter().any(|known| is_said(known, wanted));
        let kept = |known: &&Answer| wanted.iter().any(|wanted| is_said(known, wanted));
        let same = wanted.iter().all(said) && offered.iter().all(kept);
        if wanted.is_empty() || same {
            continue;
        }
        let there = places(&own.agent, language);
        let known: Vec<WrittenAnswer> = there.iter().map(|at| own.agent[*at].clone()).collect();
        let at = there.first().copied().unwrap_or(own.agent.len());
        own.agent.retain(|answer| language_of(answer) != language);
        let new = wanted
            .iter()
            .enumerate()
            .map(|(place, answer)| written(answer, known.get(place)));
        let new: Vec<WrittenAnswer> = new.collect();
        own.agent.splice(at..at, new);
    }
}

/// Whether agents are offered what a sheet has for them.
pub fn are_offered(offered: &[Answer], sheet: &[SheetAnswer]) -> bool {
    sheet.iter().all(|wanted| {
        let mut offered = offered.iter().filter(|known| known.language == wanted.language());
        offered.any(|known| is_said(known, wanted))
    })
}

/// Whether all answers of a sheet are said, each in the place that it names.
pub fn are_said(said: &[Answer], sheet: &[SheetAnswer]) -> bool {
    sheet.iter().all(|wanted| {
        let mut said = said.iter().filter(|said| said.language == wanted.language());
        match wanted.variant.and_then(|variant| variant.checked_sub(1)) {
            Some(at) => said.nth(at).is_some_and(|said| is_said(said, wanted)),
            None => said.any(|said| is_said(said, wanted)),
        }
    })
}

/// The language of an answer as it is written.
fn language_of(answer: &WrittenAnswer) -> Language {
    let tagged = answer.lang.as_deref().and_then(Language::from_tag);
    tagged.unwrap_or_else(|| language_of_answer(&answer.text))
}

fn places(answers: &[WrittenAnswer], language: Language) -> Vec<usize> {
    let all = answers.iter().enumerate();
    all.filter(|(_, answer)| language_of(answer) == language)
        .map(|(at, _)| at)
        .collect()
}

/// A text as a cell holds it: one kind of line break, no blanks around it.
pub fn tidy(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned()
}

/// When an answer is said: first day, last day, period.
type When = [Option<String>; 3];

fn when(answer: &Answer) -> When {
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string());
    [day(answer.from), day(answer.to), answer.period.clone()]
}

fn written_when(answer: &WrittenAnswer) -> When {
    [answer.from.clone(), answer.to.clone(), answer.period.clone()]
}

fn wanted_when(answer: &SheetAnswer) -> When {
    [answer.from.clone(), answer.to.clone(), answer.period.clone()]
}

fn is_said(answer: &Answer, wanted: &SheetAnswer) -> bool {
    tidy(&answer.text) == tidy(&wanted.text) && when(answer) == wanted_when(wanted)
}

/// What a sheet says, as it is written; an answer that is there keeps how its language is written.
fn written(wanted: &SheetAnswer, before: Option<&WrittenAnswer>) -> WrittenAnswer {
    let language = wanted.language();
    let seen = language_of_answer(&wanted.text);
    let known = before.and_then(|before| before.lang.clone());
    WrittenAnswer {
        text: wanted.text.clone(),
        lang: known.or_else(|| (seen != language).then(|| language.tag().to_owned())),
        from: wanted.from.clone(),
        to: wanted.to.clone(),
        period: wanted.period.clone(),
    }
}

/// Answers that say which they are, as an export numbers them: first those that take the others' place, then those that are said
/// beside them.
fn by_number(own: &mut OwnWords, language: Language, said: &[&Answer], wanted: &[&SheetAnswer]) {
    for answer in wanted {
        let (first, more) = (places(&own.answers, language), places(&own.more_answers, language));
        let Some(at) = answer.variant.and_then(|variant| variant.checked_sub(1)) else {
            continue;
        };
        if said.get(at).is_some_and(|said| is_said(said, answer)) {
            continue;
        }
        let of_pack = match first.is_empty() {
            true => said.len().saturating_sub(more.len()),
            false => 0,
        };
        if at < of_pack {
            // The pack's answers in this language become the shop's, this one changed.
            let all = said[..of_pack]
                .iter()
                .enumerate()
                .map(|(place, said)| match place == at {
                    true => written(answer, None),
                    false => of_said(said),
                });
            own.answers.extend(all);
        } else if let Some(place) = at.checked_sub(of_pack).and_then(|at| first.get(at)) {
            own.answers[*place] = written(answer, Some(&own.answers[*place]));
        } else if let Some(place) = at.checked_sub(of_pack + first.len()).and_then(|at| more.get(at)) {
            own.more_answers[*place] = written(answer, Some(&own.more_answers[*place]));
        } else if first.is_empty() && of_pack > 0 {
            own.more_answers.push(written(answer, None));
        } else {
            own.answers.push(written(answer, None));
        }
    }
}

fn of_said(said: &Answer) -> WrittenAnswer {
    let [from, to, period] = when(said);
    let seen = language_of_answer(&said.text);
    WrittenAnswer {
        text: said.text.clone(),
        lang: (seen != said.language).then(|| said.language.tag().to_owned()),
        from,
        to,
        period,
    }
}

/// Answers that only say on which days they hold.
fn by_days(own: &mut OwnWords, language: Language, said: &[&Answer], wanted: &[&SheetAnswer]) {
    let new: Vec<&&SheetAnswer> = wanted
        .iter()
        .filter(|answer| !said.iter().any(|said| is_said(said, answer)))
        .collect();
    // What is said already is nobody's to change.
    let kept = |known: &WrittenAnswer| wanted.iter().any(|answer| tidy(&answer.text) == tidy(&known.text));
    let mut taken: Vec<usize> = Vec::new();
    for answer in new {
        let same_days = |at: &usize| {
            let known = &own.answers[*at];
            written_when(known) == wanted_when(answer) && !kept(known) && !taken.contains(at)
        };
        let dated = wanted_when(answer).iter().any(Option::is_some);
        let there = places(&own.answers, language);
        if let Some(at) = there.iter().copied().find(|at| same_days(at)) {
            own.answers[at] = written(answer, Some(&own.answers[at]));
            taken.push(at);
        } else if dated && there.is_empty() && !said.is_empty() {
            // Alone it would take the place of what is said on all other days.
            let more = places(&own.more_answers, language).into_iter().find(|at| {
                let known = &own.more_answers[*at];
                written_when(known) == wanted_when(answer)
            });
            match more {
                Some(at) => own.more_answers[at] = written(answer, Some(&own.more_answers[at])),
                None => own.more_answers.push(written(answer, None)),
            }
        } else {
            taken.push(own.answers.len());
            own.answers.push(written(answer, None));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Answer {
        Answer {
            text: text.to_owned(),
            language: Language::of(text).unwrap_or_default(),
            ..Answer::default()
        }
    }

    fn sheet(text: &str, variant: Option<usize>) -> SheetAnswer {
        SheetAnswer {
            text: text.to_owned(),
            variant,
            ..SheetAnswer::default()
        }
    }

    fn own(answers: &[&str], more: &[&str]) -> OwnWords {
        let plain = |texts: &[&str]| texts.iter().map(|text| WrittenAnswer::plain(text)).collect();
        OwnWords {
            answers: plain(answers),
            more_answers: plain(more),
            ..OwnWords::default()
        }
    }

    #[test]
    fn one_answer_of_the_pack_changed_by_its_number_keeps_the_others() {
        let said = [said("一"), said("二"), said("one")];
        let mut words = own(&[], &[]);
        put(
            &mut words,
            &said,
            &[sheet("一", Some(1)), sheet("二新", Some(2)), sheet("one", Some(1))],
        );
        assert_eq!(words, own(&["一", "二新"], &[]));
        let mut words = own(&[], &[]);
        put(&mut words, &said, &[sheet("三", Some(3))]);
        assert_eq!(words, own(&[], &["三"]), "a third one is said beside the pack's");
    }

    #[test]
    fn an_answer_of_the_shop_is_changed_in_its_place() {
        let both = [said("一"), said("二"), said("三")];
        let mut words = own(&["一", "二"], &["三"]);
        put(
            &mut words,
            &both,
            &[sheet("二新", Some(2)), sheet("三新", Some(3)), sheet("四", Some(4))],
        );
        assert_eq!(words, own(&["一", "二新", "四"], &["三新"]));
        let mut words = own(&["旧"], &[]);
        put(&mut words, &[said("旧")], &[sheet("新", None)]);
        assert_eq!(words, own(&["新"], &[]));
        put(&mut words, &[said("新")], &[sheet("新", None)]);
        assert_eq!(words, own(&["新"], &[]), "the same again changes nothing");
    }

    #[test]
    fn an_answer_of_some_days_stands_beside_those_of_all_days() {
        let mut words = own(&[], &[]);
        let mut sale = sheet("双11 72 小时内发", None);
        sale.from = Some("2026-11-01".to_owned());
        sale.to = Some("2026-11-12".to_owned());
        put(&mut words, &[said("当天发")], std::slice::from_ref(&sale));
        assert_eq!((words.answers.len(), words.more_answers.len()), (0, 1));
        sale.text = "双11 48 小时内发".to_owned();
        put(&mut words, &[said("当天发")], &[sale]);
        assert_eq!(words.more_answers.len(), 1);
        assert_eq!(words.more_answers[0].text, "双11 48 小时内发");
    }

    #[test]
    fn an_answer_of_a_period_stands_beside_the_others_and_is_changed_by_the_next_sheet() {
        let mut words = own(&[], &[]);
        let mut sale = sheet("双11 7 天内发", None);
        sale.period = Some("双11".to_owned());
        put(&mut words, &[said("当天发")], std::slice::from_ref(&sale));
        sale.text = "双11 5 天内发".to_owned();
        put(&mut words, &[said("当天发")], &[sale]);
        assert!(words.answers.is_empty());
        let [one] = words.more_answers.as_slice() else {
            panic!("{words:?}");
        };
        assert_eq!(
            (one.text.as_str(), one.period.as_deref()),
            ("双11 5 天内发", Some("双11"))
        );
    }
}
