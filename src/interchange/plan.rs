//! What a file of sheets would make of a shop: every file that changes, as it was and as it would be, and what became of each
//! row. Nothing is written here.

use std::sync::Arc;

use crate::dialogue::Generation;
use crate::packs::{
    ChangedGoods, Finding, GoodsHeading, SourceFile, WrittenFact, content, fold, goods_heading, with_facts, with_goods,
    with_synonyms, written_facts,
};
use crate::publishing::edit::FileChange;
use crate::shop::{Goods, read_price};

use super::piece::{Piece, Unsound, settle};
use super::questions::pieces;
use super::reading::{GoodsRows, Taken};
use super::report::{Became, Line, Place};

/// A shop as it is.
pub struct Shop<'a> {
    /// Its id.
    pub id: &'a str,
    /// The files of the folder; those of a shop that begins among them.
    pub files: &'a [SourceFile],
    /// What it answers now.
    pub generation: Arc<Generation>,
    /// The reply clock of shops that promise nothing themselves, milliseconds.
    pub own_clock_ms: u64,
}

/// What would become of it.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The files that change.
    pub changes: Vec<FileChange>,
    /// What became of each row, in the order of the sheets.
    pub lines: Vec<Line>,
    /// What `check` warns of in those files.
    pub warnings: Vec<Finding>,
}

impl Plan {
    /// How many rows became this.
    pub fn count(&self, became: Became) -> usize {
        self.lines.iter().filter(|line| line.became == became).count()
    }
}

/// Makes the plan.
///
/// # Errors
/// What stands in the way of all and is no row's.
pub fn plan(shop: &Shop, taken: Taken) -> Result<Plan, Unsound> {
    let mut lines = taken.lines;
    let synonyms: Vec<(String, Vec<String>)> = taken.asked.iter().flat_map(|asked| asked.synonyms.clone()).collect();
    let (mut all, more) = pieces(shop.id, shop.files, &shop.generation, taken.asked);
    lines.extend(more);
    all.extend(synonyms_piece(shop, &synonyms));
    for rows in &taken.goods {
        match goods_piece(shop, rows) {
            Ok((piece, more)) => {
                lines.extend(more);
                // Of two tables the second is laid over what the first has made, which only the shop's next state knows.
                match all.iter().any(|known| known.file == piece.file && known.is_change()) && piece.is_change() {
                    true => lines.extend(second_table(&piece)),
                    false => all.push(piece),
                }
            }
            Err(more) => lines.extend(more),
        }
    }
    match facts_piece(shop, &taken.facts) {
        Ok(piece) => all.extend(piece),
        Err(more) => lines.extend(more),
    }
    let warnings = settle(
        shop.id,
        shop.files,
        &mut all,
        &mut lines,
        &shop.generation,
        shop.own_clock_ms,
    )?;
    lines.extend(all.iter().flat_map(|piece| piece.lines.iter().cloned()));
    lines.sort_by(|one, other| one.place.cmp(&other.place));
    let changes = all.into_iter().filter(Piece::is_change).map(|piece| FileChange {
        name: piece.file,
        before: piece.before,
        after: piece.after,
    });
    Ok(Plan {
        changes: changes.collect(),
        lines,
        warnings,
    })
}

/// Words that mean the same, beside those that are known to.
fn synonyms_piece(shop: &Shop, synonyms: &[(String, Vec<String>)]) -> Option<Piece> {
    let known = &shop.generation.pack.synonyms;
    let is_known = |word: &str| {
        known
            .iter()
            .any(|synonym| synonym.word == word || synonym.same.iter().any(|same| same == word))
    };
    let mut new: Vec<(String, Vec<String>)> = Vec::new();
    for (word, same) in synonyms {
        let taken = |other: &str| {
            new.iter()
                .any(|(word, same)| word == other || same.iter().any(|same| same == other))
        };
        let same: Vec<String> = same
            .iter()
            .filter(|other| {
                // A word of one sign stands in half of all sentences.
                other.chars().count() > 1 && fold(other) != fold(word) && !is_known(other) && !taken(other)
            })
            .cloned()
            .collect();
        match new.iter_mut().find(|(there, _)| there == word) {
            Some((_, there)) => there.extend(same),
            // What is read as another word can have none that are read as it.
            None if !same.is_empty() && !known.iter().any(|synonym| synonym.same.contains(word)) => {
                new.push((word.clone(), same))
            }
            None => {}
        }
    }
    if new.is_empty() {
        return None;
    }
    let file = format!("shops/{}/shared/synonyms.yaml", shop.id);
    let before = content(shop.files, &file).map(<[u8]>::to_vec);
    let after = with_synonyms(&file, before.as_deref(), &new).ok()?;
    let said: Vec<String> = new
        .iter()
        .map(|(word, same)| format!("{word}={}", same.join("、")))
        .collect();
    Some(Piece {
        lines: vec![
            Line::new(&Place::default(), &said.join("；"), Became::New, &file)
                .because("同义词", "words that mean the same"),
        ],
        file,
        before,
        after: Some(after.into_bytes()),
    })
}

fn second_table(piece: &Piece) -> Vec<Line> {
    let lines = piece.lines.iter().map(|line| {
        let line = Line {
            became: Became::LeftOut,
            ..line.clone()
        };
        line.because(
            "一次只改一张商品表；再导入一次就会接着改",
            "one table of goods is taken at a time; import once more",
        )
    });
    lines.collect()
}

/// The catalogue with the rows of a table.
fn goods_piece(shop: &Shop, rows: &GoodsRows) -> Result<(Piece, Vec<Line>), Vec<Line>> {
    let file = format!("shops/{}/goods.csv", shop.id);
    let known: Vec<&Goods> = shop.generation.pack.shop.goods.iter().collect();
    let before = content(shop.files, &file);
    let (mut table, mut places, mut left_out) = (Vec::new(), Vec::new(), Vec::new());
    let headings = rows.table.first().cloned().unwrap_or_default();
    let name_at = headings
        .iter()
        .position(|heading| goods_heading(heading) == Some(GoodsHeading::Name));
    let price_at = headings
        .iter()
        .position(|heading| heading.contains('价') || heading.eq_ignore_ascii_case("price"));
    table.push(headings);
    for (row, place) in rows.table.iter().skip(1).zip(&rows.places) {
        let cell = |at: Option<usize>| at.and_then(|at| row.get(at)).map_or("", |cell| cell.trim());
        let why = match (cell(name_at), cell(price_at)) {
            ("", _) => Some(("没有商品名称", "no name")),
            (_, price) if !price.is_empty() && read_price(price).is_none() => {
                Some(("价格不是数字，只写数字，单位是元", "the price is no number"))
            }
            _ => None,
        };
        match why {
            Some((zh, en)) => left_out.push(Line::new(place, cell(name_at), Became::LeftOut, "").because(zh, en)),
            None => {
                table.push(row.clone());
                places.push((place.clone(), cell(name_at).to_owned()));
            }
        }
    }
    let each = |became: Became, zh: &str, en: &str| -> Vec<Line> {
        let lines = places
            .iter()
            .map(|(place, name)| Line::new(place, name, became, &file).because(zh, en));
        lines.chain(left_out.iter().cloned()).collect()
    };
    let Ok((after, became)) = with_goods(&file, before, &known, &table) else {
        return Err(each(
            Became::LeftOut,
            "goods.csv 读不了；另存为 CSV UTF-8",
            "goods.csv cannot be read; save it as CSV UTF-8",
        ));
    };
    let elsewhere = before.is_none() && !known.is_empty();
    let lines = became.iter().zip(&places).map(|(became, (place, name))| match became {
        ChangedGoods::Same => Line::new(place, name, Became::Same, &file),
        _ if elsewhere => Line::new(place, name, Became::LeftOut, &file).because(
            "商品目录写在 goods.yaml 或 shop.yaml 里，导入只改 goods.csv：在文件里改，或把目录移到 goods.csv",
            "the catalogue stands in goods.yaml or shop.yaml, and only a goods.csv is changed: change it there, or move it",
        ),
        ChangedGoods::New => Line::new(place, name, Became::New, &file),
        ChangedGoods::Changed(columns) => {
            Line::new(place, name, Became::Changed, &file).because(columns.join("、"), columns.join(", "))
        }
    });
    let piece = Piece {
        lines: lines.collect(),
        after: after.map(String::into_bytes).or_else(|| before.map(<[u8]>::to_vec)),
        before: before.map(<[u8]>::to_vec),
        file: file.clone(),
    };
    Ok((piece, left_out))
}

/// `shop.yaml` with the facts of sheets.
fn facts_piece(shop: &Shop, facts: &[(Place, WrittenFact)]) -> Result<Option<Piece>, Vec<Line>> {
    if facts.is_empty() {
        return Ok(None);
    }
    let file = shop.generation.pack.shop_file.clone();
    let refused = |zh: &str, en: &str| -> Vec<Line> {
        let lines = facts
            .iter()
            .map(|(place, fact)| Line::new(place, &fact.name, Became::LeftOut, &file));
        lines.map(|line| line.because(zh, en)).collect()
    };
    let Some(before) = content(shop.files, &file) else {
        return Err(refused("没有 shop.yaml", "there is no shop.yaml"));
    };
    let wanted: Vec<WrittenFact> = facts.iter().map(|(_, fact)| fact.clone()).collect();
    let odd = |_| {
        refused(
            "shop.yaml 的写法特别，不能按行改；请在文件里改",
            "shop.yaml cannot be changed line by line; change it by hand",
        )
    };
    let known = written_facts(&file, before).map_err(odd)?;
    let changed: Vec<WrittenFact> = wanted
        .into_iter()
        .filter(|fact| !known.iter().any(|known| is_same(known, fact)))
        .collect();
    let after = with_facts(&file, before, &changed).map_err(odd)?;
    let lines = facts.iter().map(|(place, fact)| {
        let became = match known.iter().find(|known| known.name == fact.name) {
            Some(known) if is_same(known, fact) => Became::Same,
            Some(_) => Became::Changed,
            None => Became::New,
        };
        Line::new(place, &fact.name, became, &file)
    });
    Ok(Some(Piece {
        lines: lines.collect(),
        before: Some(before.to_vec()),
        after: Some(after.into_bytes()),
        file: file.clone(),
    }))
}

fn is_same(one: &WrittenFact, other: &WrittenFact) -> bool {
    let tidy = |text: &str| text.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned();
    let en = |fact: &WrittenFact| fact.en.as_deref().map(tidy).filter(|en| *en != tidy(&fact.zh));
    one.name == other.name && tidy(&one.zh) == tidy(&other.zh) && en(one) == en(other)
}
