//! Questions of sheets become files of a shop: lines of files that are there are changed, others begin.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::dialogue::Generation;
use crate::packs::{
    CannotEdit, Intent, OwnWords, SourceFile, WrittenAnswer, fold, language_of_answer, question_file,
    question_of_sheet, written_question,
};

use super::answers::{self, tidy};
use super::piece::Piece;
use super::report::{Became, Line};
use super::rows::{Asked, SheetAnswer};
use super::targets::{How, Targets};

/// Characters that a sentence or a new answer may have at most.
const LONGEST: usize = 500;
/// Characters of a title that is taken from a question.
const TITLE: usize = 12;

/// The files of all questions, and what became of the rows that make none.
pub fn pieces(
    shop: &str,
    files: &[SourceFile],
    generation: &Arc<Generation>,
    asked: Vec<Asked>,
) -> (Vec<Piece>, Vec<Line>) {
    let mut targets = Targets::new(shop, files, generation);
    let mut lines = Vec::new();
    let mut by_target: BTreeMap<usize, (String, How, Asked)> = BTreeMap::new();
    let mut order: BTreeMap<String, usize> = BTreeMap::new();
    for (at, asked) in asked.into_iter().enumerate() {
        if let Some(line) = unfit(&asked) {
            lines.push(line);
            continue;
        }
        let (id, how) = targets.find(&asked);
        let at = *order.entry(id.clone()).or_insert(at);
        match by_target.get_mut(&at) {
            None => drop(by_target.insert(at, (id, how, asked))),
            Some((_, _, first)) => {
                let about = first.about().to_owned();
                lines.extend(asked.places.iter().map(|place| {
                    Line::new(place, asked.about(), Became::Merged, &id).because(
                        format!("和“{about}”问的是同一件事"),
                        format!("asks the same as `{about}`"),
                    )
                }));
                let places = std::mem::take(&mut first.places);
                first.take_all(asked);
                first.places = places;
            }
        }
    }
    let mut pieces = Vec::new();
    for (id, how, asked) in by_target.into_values() {
        match piece(shop, files, generation, &targets, (&id, how), &asked) {
            Ok(Ok(piece)) => pieces.push(piece),
            Ok(Err(left_out)) => lines.extend(left_out),
            Err(error) => lines.extend(asked.places.iter().map(|place| {
                Line::new(place, asked.about(), Became::LeftOut, &id).because(
                    format!("这个问题的文件写法特别，不能按行改；请在工作台的「问题」页或文件里改（{error}）"),
                    format!("its file cannot be changed line by line; change it by hand ({error})"),
                )
            })),
        }
    }
    (pieces, lines)
}

/// Why a question may not be taken, whatever the shop has.
fn unfit(asked: &Asked) -> Option<Line> {
    let place = asked.places.first()?;
    let long = |text: &String| text.chars().count() > LONGEST;
    // A text that is there already may be as long as it is.
    if asked.written.is_none() && asked.examples.iter().any(long) {
        let line = Line::new(place, asked.about(), Became::LeftOut, "");
        return Some(line.because(
            format!("问法太长，最多 {LONGEST} 字；一句一行写"),
            format!("a question of more than {LONGEST} characters"),
        ));
    }
    None
}

type Told = Result<Piece, Vec<Line>>;

fn piece(
    shop: &str,
    files: &[SourceFile],
    generation: &Arc<Generation>,
    targets: &Targets,
    (id, how): (&str, How),
    asked: &Asked,
) -> Result<Told, CannotEdit> {
    let each = |became: Became, zh: &str, en: &str| -> Vec<Line> {
        let lines = asked.places.iter();
        lines
            .map(|place| Line::new(place, asked.about(), became, id).because(zh, en))
            .collect()
    };
    if how == How::New {
        return Ok(begun(shop, targets, id, asked, &each));
    }
    let known = generation.pack.intent(id);
    if let Some(intent) = known.filter(|intent| says_all(intent, asked)) {
        return Ok(Ok(Piece {
            file: intent.file.clone(),
            before: None,
            after: None,
            lines: each(Became::Same, "", ""),
        }));
    }
    let Some(written) = written_question(files, shop, id)? else {
        return Ok(begun(shop, targets, id, asked, &each));
    };
    let Some(intent) = known else {
        return Ok(Err(each(
            Became::LeftOut,
            "这家店关掉了这个问题（off: true）；先在「问题」页打开",
            "the shop has switched this question off",
        )));
    };
    if asked.answers.is_empty() && how == How::Meaning {
        return Ok(Err(each(
            Became::LeftOut,
            &format!("没有答案；像是已有的问题 {id}，只想加问法就在编号列写 {id}"),
            &format!("no answer; it asks {id}, and gives it more examples when that stands in a column of ids"),
        )));
    }
    let mut wanted = written.own.clone();
    for (title, known, own) in [
        (&asked.title, &intent.title.zh, &mut wanted.title),
        (&asked.title_en, &intent.title.en, &mut wanted.title_en),
    ] {
        if !title.is_empty() && *title != tidy(known) {
            own.clone_from(title);
        }
    }
    let same = asked.written.as_deref() == Some(examples_text(&intent.examples).as_str());
    let (mut added, mut elsewhere) = (0, Vec::new());
    if !same {
        // A cell ends lines at either sign.
        let lines = intent.examples.iter().flat_map(|text| text.split(['\n', '\r']));
        let known: Vec<String> = lines.map(fold).collect();
        let whole: Vec<String> = intent.examples.iter().map(|text| fold(text)).collect();
        let keywords = asked.keywords.iter().filter(|word| word.chars().count() > 1);
        for sentence in asked.examples.iter().chain(keywords) {
            let folded = fold(sentence);
            if known.contains(&folded)
                || whole.contains(&folded)
                || wanted.examples.iter().any(|own| fold(own) == folded)
            {
                continue;
            }
            match targets.owner(sentence) {
                Some(owner) if owner != id => elsewhere.push(format!("“{sentence}”在 {owner}")),
                _ => {
                    wanted.examples.push(sentence.clone());
                    added += 1;
                }
            }
        }
    }
    answers::put(&mut wanted, &intent.answers, &asked.answers);
    answers::put_for_agents(&mut wanted, &intent.agent, &asked.agent);
    if let Some(line) = too_long(&written.own, &wanted, &each) {
        return Ok(Err(line));
    }
    let after = written.with_of_sheet(id, &wanted)?;
    let changed = wanted != written.own;
    let answered = wanted.answers != written.own.answers || wanted.more_answers != written.own.more_answers;
    let became = match () {
        () if !changed => Became::Same,
        () if written.common.is_some() && written.own.answers.is_empty() && answered => Became::Over,
        () => Became::Changed,
    };
    let (zh, en) = changes(&written.own, &wanted, added, answered);
    // Whoever has written the sheet sees what the program took the row for.
    let (zh, en) = match how == How::Meaning && changed {
        true => (
            format!("意思和“{}”一样，请核对；{zh}", intent.title.zh),
            format!("asks the same as `{}`, please check; {en}", intent.title.en),
        ),
        false => (zh, en),
    };
    let zh = match elsewhere.is_empty() {
        true => zh,
        false => format!("{zh}；没有加：{}", elsewhere.join("、")),
    };
    Ok(Ok(Piece {
        file: written.file,
        before: written.bytes.clone(),
        after: if changed { after } else { written.bytes },
        lines: each(became, &zh, &en),
    }))
}

/// Whether a question says already all that a sheet says of it.
fn says_all(intent: &Intent, asked: &Asked) -> bool {
    let titles = [(&asked.title, &intent.title.zh), (&asked.title_en, &intent.title.en)];
    let examples = match &asked.written {
        Some(written) => *written == examples_text(&intent.examples),
        None => asked.examples.is_empty() && asked.keywords.is_empty(),
    };
    titles
        .iter()
        .all(|(title, known)| title.is_empty() || **title == tidy(known))
        && examples
        && asked.keywords.is_empty()
        && answers::are_said(&intent.answers, &asked.answers)
        && answers::are_offered(&intent.agent, &asked.agent)
}

/// What is different in a question, in both languages.
fn changes(before: &OwnWords, after: &OwnWords, added: usize, answered: bool) -> (String, String) {
    let (mut zh, mut en) = (Vec::new(), Vec::new());
    if answered {
        zh.push("答案".to_owned());
        en.push("answers".to_owned());
    }
    if before.agent != after.agent {
        zh.push("客服话术".to_owned());
        en.push("texts for agents".to_owned());
    }
    if added > 0 {
        zh.push(format!("多 {added} 句问法"));
        en.push(format!("{added} more examples"));
    }
    if before.title != after.title || before.title_en != after.title_en {
        zh.push("标题".to_owned());
        en.push("title".to_owned());
    }
    (zh.join("、"), en.join(", "))
}

/// A question of the shop's own that begins.
fn begun(
    shop: &str,
    targets: &Targets,
    id: &str,
    asked: &Asked,
    each: &dyn Fn(Became, &str, &str) -> Vec<Line>,
) -> Told {
    if asked.answers.iter().all(|answer| answer.text.is_empty()) {
        return Err(each(
            Became::LeftOut,
            "没有答案（不会拿问题当答案）；补上再导入",
            "no answer, and the question itself is none; fill it in and import again",
        ));
    }
    let mut examples = asked.examples.clone();
    examples.extend(asked.keywords.iter().filter(|word| word.chars().count() > 1).cloned());
    if examples.is_empty() {
        examples.extend((!asked.title.is_empty()).then(|| asked.title.clone()));
    }
    let mut seen = Vec::new();
    examples.retain(|sentence| {
        let free = targets.owner(sentence).is_none_or(|owner| owner == id) && !seen.contains(&fold(sentence));
        seen.push(fold(sentence));
        free
    });
    let Some(first) = examples.first() else {
        return Err(each(
            Became::LeftOut,
            "没有问题，或者每一句都已经是别的问题的",
            "no question, or all of its sentences belong to others",
        ));
    };
    let words = OwnWords {
        title: match asked.title.is_empty() {
            true => first.chars().take(TITLE).collect(),
            false => asked.title.clone(),
        },
        title_en: asked.title_en.clone(),
        answers: asked.answers.iter().map(new_answer).collect(),
        agent: asked.agent.iter().map(new_answer).collect(),
        examples,
        ..OwnWords::default()
    };
    if let Some(lines) = too_long(&OwnWords::default(), &words, each) {
        return Err(lines);
    }
    Ok(Piece {
        file: question_file(shop, id),
        before: None,
        after: Some(question_of_sheet(id, &words).into_bytes()),
        lines: each(Became::New, "", ""),
    })
}

fn new_answer(answer: &SheetAnswer) -> WrittenAnswer {
    let language = answer.language();
    WrittenAnswer {
        text: answer.text.clone(),
        lang: (language_of_answer(&answer.text) != language).then(|| language.tag().to_owned()),
        from: answer.from.clone(),
        to: answer.to.clone(),
        period: answer.period.clone(),
    }
}

/// Lines for a new text that is too long to be said in a chat.
fn too_long(before: &OwnWords, after: &OwnWords, each: &dyn Fn(Became, &str, &str) -> Vec<Line>) -> Option<Vec<Line>> {
    let all = |words: &'_ OwnWords| -> Vec<WrittenAnswer> {
        let lists = [&words.answers, &words.more_answers, &words.agent];
        lists.into_iter().flatten().cloned().collect()
    };
    let (known, after) = (all(before), all(after));
    let new = after.iter().filter(|answer| !known.contains(answer));
    let long = new
        .map(|answer| answer.text.chars().count())
        .any(|length| length > LONGEST);
    long.then(|| {
        each(
            Became::LeftOut,
            &format!("答案太长，最多 {LONGEST} 字；拆成几个问题，或放到详情页"),
            &format!("an answer of more than {LONGEST} characters"),
        )
    })
}

/// Examples as a cell holds them: one a line.
pub fn examples_text(examples: &[String]) -> String {
    tidy(&examples.join("\n"))
}
