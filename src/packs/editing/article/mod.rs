//! One article of a shop as it is written, in `shop.yaml`, `goods.yaml` or `goods.csv`, and changed there: its own lines or its own
//! row, and nothing else.

mod words;

use super::goods::CsvFile;
use super::mapping::{Step, Value, tree, with_item, with_values, without_item};
use super::{CannotEdit, Node, entries, rest};
use crate::packs::layout::{SourceFile, name_of};
use crate::packs::written::{Column, read_goods};

pub use words::{WrittenGoods, WrittenText};

const GOODS: &str = "goods";

/// The goods of a shop and the file in which they stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WrittenCatalogue {
    /// The file; the one that would be made, where the shop lists none.
    pub file: String,
    /// Its content; `None` where it is not there.
    pub bytes: Option<Vec<u8>>,
    /// The goods in the order of the file.
    pub goods: Vec<WrittenGoods>,
}

/// The goods of a shop as they are written.
///
/// # Errors
/// The file cannot be read.
pub fn written_goods(files: &[SourceFile], shop: &str) -> Result<WrittenCatalogue, CannotEdit> {
    let named = |inner: &str| name_of(shop, inner);
    for name in [named("goods.yaml"), named("goods.csv"), named("shop.yaml")] {
        let Some(file) = files.iter().find(|file| file.name == name) else {
            continue;
        };
        let read = read_goods(&name, &file.bytes).ok_or_else(|| CannotEdit::Unreadable(name.clone()))?;
        if name.ends_with("/shop.yaml") && read.is_empty() {
            break;
        }
        return Ok(WrittenCatalogue {
            file: name,
            bytes: Some(file.bytes.clone()),
            goods: read.into_iter().map(WrittenGoods::from).collect(),
        });
    }
    Ok(WrittenCatalogue {
        file: named("goods.csv"),
        ..WrittenCatalogue::default()
    })
}

impl WrittenCatalogue {
    /// The file with this article in the place of the one with this number, `None` for a new one at the end; without an
    /// article it goes.
    ///
    /// # Errors
    /// The file is written in a form that is not edited line by line.
    pub fn with(&self, place: Option<usize>, wanted: Option<&WrittenGoods>) -> Result<Vec<u8>, CannotEdit> {
        let name = &self.file;
        let form = || CannotEdit::Form(name.clone());
        let text = std::str::from_utf8(self.bytes.as_deref().unwrap_or_default())
            .map_err(|_| CannotEdit::Unreadable(name.clone()))?;
        let edited = match name.ends_with(".csv") {
            true => self.with_row(text, place, wanted).ok_or_else(form)?,
            false => self.with_lines(text, place, wanted)?,
        };
        // The form of a file may be odder than thought: what comes out is read again.
        let mut goods = self.goods.clone();
        match (place, wanted) {
            (Some(at), Some(wanted)) => goods[at] = wanted.clone(),
            (Some(at), None) => drop(goods.remove(at)),
            (None, wanted) => goods.extend(wanted.cloned()),
        }
        let got = read_goods(name, edited.as_bytes()).ok_or_else(form)?;
        let got = got.into_iter().map(WrittenGoods::from);
        let same = got.map(sorted).eq(goods.into_iter().map(sorted));
        let in_shop = name.ends_with("/shop.yaml");
        let others = |text: &str| Ok::<_, CannotEdit>(rest(&entries(name, text.as_bytes())?, &[GOODS]));
        match same && (!in_shop || others(text)? == others(&edited)?) {
            true => Ok(edited.into_bytes()),
            false => Err(form()),
        }
    }

    fn with_lines(
        &self,
        text: &str,
        place: Option<usize>,
        wanted: Option<&WrittenGoods>,
    ) -> Result<String, CannotEdit> {
        let name = &self.file;
        let under_key = matches!(tree(name, text)?.value, Node::Map(_));
        let list: &[Step] = if under_key { &[Step::Key(GOODS)] } else { &[] };
        match (place, wanted) {
            (Some(at), Some(wanted)) => {
                let known = self.goods.get(at).ok_or_else(|| CannotEdit::Form(name.clone()))?;
                let path: Vec<Step> = list.iter().copied().chain([Step::Item(at)]).collect();
                with_values(name, text, &path, &different(known, wanted))
            }
            (Some(at), None) => without_item(name, text, list, at),
            (None, Some(wanted)) => {
                let fields = wanted.values().into_iter();
                let fields: Vec<(String, Value)> = fields.filter_map(|(key, value)| Some((key, value?))).collect();
                with_item(name, text, list, &fields)
            }
            (None, None) => Ok(text.to_owned()),
        }
    }

    fn with_row(&self, text: &str, place: Option<usize>, wanted: Option<&WrittenGoods>) -> Option<String> {
        let mut file = CsvFile::read(text);
        let at = match place {
            Some(article) => Some(file.place_of(article)?),
            None => None,
        };
        let Some(wanted) = wanted else {
            file.remove(at?);
            return Some(file.text());
        };
        let known = place
            .and_then(|article| self.goods.get(article))
            .cloned()
            .unwrap_or_default();
        let known = known.cells();
        let said = |column: &Column| {
            known
                .iter()
                .find(|(_, known, _)| known == column)
                .map_or("", |(_, _, cell)| cell)
        };
        let wanted = wanted.cells();
        // What is not said any more has an empty cell.
        let gone = known
            .iter()
            .filter(|(_, column, _)| wanted.iter().all(|(_, other, _)| other != column));
        let gone = gone.map(|(heading, column, _)| (heading.clone(), column.clone(), String::new()));
        let put: Vec<(String, Column, String)> = wanted
            .iter()
            .cloned()
            .chain(gone)
            .filter(|(_, column, cell)| cell != said(column) && (!cell.is_empty() || file.has(column)))
            .collect();
        if self.bytes.is_none() {
            file.set_headings(put.iter().map(|(heading, _, _)| heading.clone()).collect());
        }
        file.put(at, put);
        Some(file.text())
    }
}

/// The same with its attributes and texts by name: files may have them in any order.
fn sorted(mut goods: WrittenGoods) -> WrittenGoods {
    for texts in [&mut goods.said, &mut goods.attributes] {
        texts.sort_by(|one, other| one.name.cmp(&other.name));
    }
    goods
}

/// The values that are different, `None` for those that go.
fn different(known: &WrittenGoods, wanted: &WrittenGoods) -> Vec<(String, Option<Value>)> {
    let (known, wanted) = (known.values(), wanted.values());
    let changed = wanted.into_iter().filter(|entry| !known.contains(entry));
    changed.collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn catalogue(inner: &str, text: &str) -> WrittenCatalogue {
        let file = SourceFile {
            name: name_of("tea", inner),
            bytes: text.as_bytes().to_vec(),
        };
        written_goods(&[file], "tea").unwrap()
    }

    fn edited(catalogue: &WrittenCatalogue, place: Option<usize>, wanted: Option<&WrittenGoods>) -> String {
        String::from_utf8(catalogue.with(place, wanted).unwrap()).unwrap()
    }

    const YAML: &str = "# 商品\n- id: \"1001\"\n  name: 绿茶 # 春天\n  price: 99\n  colors: [{zh: 绿, en: green}]\n  stock:\n    zh: 现货\n    en: in stock\n- name: 红茶\n";
    const CSV: &str = "\u{feff}编号,名称,价格,产地\r\n1001,\"绿茶\",99,福建\r\n\r\n,红茶,,\r\n";

    #[test]
    fn an_article_is_changed_in_yaml_and_in_a_sheet() {
        let goods = catalogue("goods.yaml", YAML);
        let mut tea = goods.goods[0].clone();
        assert_eq!((tea.price.as_str(), tea.said[0].en.as_str()), ("99", "in stock"));
        assert_eq!(edited(&goods, Some(0), Some(&tea)), YAML);
        tea.price = "89".to_owned();
        tea.said.clear();
        let wanted = YAML
            .replace("99", "89")
            .replace("  stock:\n    zh: 现货\n    en: in stock\n", "");
        assert_eq!(edited(&goods, Some(0), Some(&tea)), wanted);

        let sheet = catalogue("goods.csv", CSV);
        let mut tea = sheet.goods[0].clone();
        assert_eq!(tea.attributes[0].zh, "福建");
        tea.price = "89".to_owned();
        tea.attributes.clear();
        assert_eq!(
            edited(&sheet, Some(0), Some(&tea)),
            CSV.replace("\"绿茶\",99,福建", "绿茶,89,")
        );
        assert_eq!(edited(&sheet, Some(1), None), CSV.replace("\r\n,红茶,,\r\n", ""));
        let mut red = sheet.goods[1].clone();
        red.aliases = vec!["小红".to_owned(), "正山".to_owned()];
        let wider = edited(&sheet, Some(1), Some(&red));
        assert!(wider.ends_with(",红茶,,,小红、正山\r\n"), "{wider}");
    }

    #[test]
    fn goods_are_added_removed_and_begun() {
        let new = WrittenGoods {
            name: "白茶: 老".to_owned(),
            price: "199".to_owned(),
            attributes: vec![WrittenText {
                name: "年份".to_owned(),
                zh: "2019".to_owned(),
                en: String::new(),
            }],
            ..WrittenGoods::default()
        };
        let goods = catalogue("goods.yaml", YAML);
        let block = "- name: \"白茶: 老\"\n  price: 199\n  attributes:\n    年份: \"2019\"\n";
        assert_eq!(edited(&goods, None, Some(&new)), format!("{YAML}{block}"));
        assert_eq!(edited(&goods, Some(1), None), YAML.replace("- name: 红茶\n", ""));
        let in_shop = catalogue("shop.yaml", "shop: tea\nname: 茶\ngoods:\n  - name: 红茶\nfacts: {}\n");
        let both = edited(&in_shop, None, Some(&new));
        assert!(both.contains("  - name: \"白茶: 老\"\n    price: 199\n"), "{both}");
        let none = catalogue("shop.yaml", "shop: tea\nname: 茶\n");
        assert_eq!(
            (none.file.as_str(), none.bytes.is_none()),
            ("shops/tea/goods.csv", true)
        );
        assert_eq!(
            edited(&none, None, Some(&new)),
            "\u{feff}名称,价格,年份\n白茶: 老,199,2019\n"
        );
    }

    #[test]
    fn what_a_sheet_cannot_hold_is_refused() {
        let sheet = catalogue("goods.csv", CSV);
        let mut tea = sheet.goods[0].clone();
        tea.aliases = vec!["a、b".to_owned()];
        assert!(sheet.with(Some(0), Some(&tea)).is_err(), "it would be read as two");
    }
}
