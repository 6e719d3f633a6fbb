//! The page of the shop: its hours, its facts with the answers that quote them, and its goods, read from the files for people who
//! never see one.

use serde::Serialize;

use crate::accounts::{AccountError, Actor};
use crate::dialogue::Generation;
use crate::model::{Agent, Language, Millis, ShopId};
use crate::packs::{
    CannotEdit, WrittenFact, WrittenGoods, WrittenHours, WrittenProfile, content, fact_title, facts_in, fold,
    profile_of, written_facts, written_goods, written_hours, written_profile,
};
use crate::shop::clock::ReplyClock;
use crate::store::StoreError;

use super::Teaching;
use super::error::TeachError;

/// Goods listed at most; who seeks writes more.
const MOST_GOODS: usize = 200;

/// What a shop says of itself.
#[derive(Clone, Debug, Serialize)]
pub struct ShopPage {
    /// When people are there; `None` where the file has it in a form that is not edited line by line.
    pub hours: Option<WrittenHours>,
    /// The same as shoppers are told today, in Chinese and in English.
    pub hours_said: [String; 2],
    /// Name, time zone and reply clock; `None` as with the hours.
    pub profile: Option<WrittenProfile>,
    /// The reply clocks that there are, each with how soon it wants an answer, milliseconds; 0 for the shop's own.
    pub clocks: Vec<(&'static str, u64)>,
    /// The facts in the order of the file; `None` as with the hours.
    pub facts: Option<Vec<ListedFact>>,
    /// How many goods there are; `None` where they cannot be read.
    pub goods: Option<usize>,
    /// The file that the goods stand in.
    pub goods_file: String,
    /// The file that all else stands in.
    pub file: String,
    /// Whether the reader may change it.
    pub may_teach: bool,
    /// Whether the files can be written here.
    pub writable: bool,
}

/// A fact with what it is for.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ListedFact {
    /// The fact as it is written.
    #[serde(flatten)]
    pub fact: WrittenFact,
    /// What it is, in Chinese and in English, where most shops have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<[String; 2]>,
    /// The questions whose answers quote it.
    pub used: Vec<Quoting>,
    /// The keys of phrases that quote it.
    pub phrases: Vec<String>,
}

/// A question that quotes a fact.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Quoting {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
}

/// Goods that hold what is sought.
#[derive(Clone, Debug, Serialize)]
pub struct GoodsPage {
    /// The goods in the order of the file.
    pub goods: Vec<WrittenGoods>,
    /// How many hold it.
    pub found: usize,
    /// Attributes that goods of the shop have, the commonest first.
    pub attributes: Vec<String>,
    /// The file that they stand in.
    pub file: String,
}

impl Teaching {
    /// What a shop says of itself.
    ///
    /// # Errors
    /// Whoever may not read it, and a shop that is not served.
    pub async fn shop_page(&self, agent: &Agent, shop: &ShopId, now: Millis) -> Result<ShopPage, TeachError> {
        let actor = Actor::Member(agent.clone());
        if !actor.may_read_morning(shop) {
            return Err(AccountError::Forbidden.into());
        }
        let generation = self.generation(shop)?;
        let (editor, of) = (self.0.editor.clone(), shop.clone());
        let read = tokio::task::spawn_blocking(move || {
            let files = editor.files();
            let file = profile_of(of.as_str());
            let bytes = content(&files, &file).unwrap_or_default();
            let today = generation.pack.shop.date_at(now);
            let facts = written_facts(&file, bytes).ok();
            let goods = written_goods(&files, of.as_str());
            ShopPage {
                hours: written_hours(&file, bytes).ok(),
                profile: written_profile(&file, bytes).ok(),
                clocks: ReplyClock::names()
                    .map(|name| (name, ReplyClock::read(name, None).reply_ms(0)))
                    .collect(),
                hours_said: [Language::Chinese, Language::English]
                    .map(|language| generation.pack.shop.hours.said(today, language)),
                facts: facts.map(|facts| facts.into_iter().map(|fact| listed(&generation, fact)).collect()),
                goods: goods.as_ref().ok().map(|catalogue| catalogue.goods.len()),
                goods_file: goods.map(|catalogue| catalogue.file).unwrap_or_else(file_of),
                file,
                may_teach: false,
                writable: false,
            }
        });
        let page = read.await.map_err(StoreError::from)?;
        Ok(ShopPage {
            may_teach: actor.may_teach(shop),
            writable: self.0.editor.may_write(shop),
            ..page
        })
    }

    /// The goods of a shop whose names, number or links hold what is `sought`.
    ///
    /// # Errors
    /// Whoever may not read them, and a file that cannot be read.
    pub async fn shop_goods(&self, agent: &Agent, shop: &ShopId, sought: &str) -> Result<GoodsPage, TeachError> {
        if !Actor::Member(agent.clone()).may_read_morning(shop) {
            return Err(AccountError::Forbidden.into());
        }
        self.generation(shop)?;
        let (editor, of, sought) = (self.0.editor.clone(), shop.clone(), sought.to_owned());
        let read = tokio::task::spawn_blocking(move || written_goods(&editor.files(), of.as_str()));
        let catalogue = read.await.map_err(StoreError::from)??;
        let words: Vec<String> = sought.split_whitespace().map(fold).collect();
        let holds = |goods: &&WrittenGoods| {
            let said = [&goods.name, &goods.name_en, &goods.id].into_iter();
            let said: Vec<String> = said
                .chain(&goods.aliases)
                .chain(&goods.links)
                .map(|text| fold(text))
                .collect();
            words
                .iter()
                .all(|word| said.iter().any(|text| text.contains(word.as_str())))
        };
        let found = catalogue.goods.iter().filter(holds);
        Ok(GoodsPage {
            goods: found.clone().take(MOST_GOODS).cloned().collect(),
            found: found.count(),
            attributes: attributes(&catalogue.goods),
            file: catalogue.file,
        })
    }
}

fn file_of(error: CannotEdit) -> String {
    match error {
        CannotEdit::Unreadable(name) | CannotEdit::Form(name) => name,
    }
}

fn listed(generation: &Generation, fact: WrittenFact) -> ListedFact {
    let (used, phrases) = quoting(generation, &fact.name);
    ListedFact {
        title: fact_title(&fact.name).map(|title| [title.zh, title.en]),
        used,
        phrases,
        fact,
    }
}

/// The questions and phrases that quote a fact.
pub(super) fn quoting(generation: &Generation, fact: &str) -> (Vec<Quoting>, Vec<String>) {
    let quotes = |text: &str| facts_in(text).any(|name| name == fact);
    let pack = &generation.pack;
    let asks = |intent: &crate::packs::Intent| {
        let asks = intent.slots.iter().filter_map(|slot| slot.ask.as_ref());
        let texts = asks.flat_map(|ask| [&ask.zh, &ask.en]).cloned().collect::<Vec<_>>();
        texts.iter().any(|text| quotes(text))
    };
    let used = pack.intents.iter().filter(|intent| {
        let mut said = intent.answers.iter().chain(&intent.agent);
        said.any(|answer| quotes(&answer.text)) || asks(intent)
    });
    let used = used.map(|intent| Quoting {
        id: intent.id.clone(),
        title: generation.title_of(&intent.id),
    });
    let phrases = pack
        .phrases
        .iter()
        .filter(|(_, variants)| variants.iter().any(|answer| quotes(&answer.text)));
    (used.collect(), phrases.map(|(key, _)| key.clone()).collect())
}

fn attributes(goods: &[WrittenGoods]) -> Vec<String> {
    let mut counted: Vec<(&str, usize)> = Vec::new();
    for attribute in goods.iter().flat_map(|goods| &goods.attributes) {
        match counted.iter_mut().find(|(name, _)| *name == attribute.name) {
            Some((_, count)) => *count += 1,
            None => counted.push((&attribute.name, 1)),
        }
    }
    counted.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counted.into_iter().map(|(name, _)| name.to_owned()).collect()
}
