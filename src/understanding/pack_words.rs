//! The English words that a pack uses, and the names that are right in every shop.

use super::lexicon::entries;
use super::normalise::Spelling;
use super::vectors::Vectors;
use crate::packs::Pack;

/// Names of makers and services, and words that slots are read from.
const NAMES: [&str; 4] = [
    include_str!("lexicon/names_latin.txt"),
    include_str!("lexicon/cities_latin.txt"),
    include_str!("lexicon/provinces.txt"),
    include_str!("lexicon/colours_latin.txt"),
];

/// How the words of a pack are spelled.
pub(super) fn spelling_of(pack: &Pack) -> Spelling {
    let intents = pack.intents.iter().flat_map(|intent| {
        let lists = [
            &intent.examples,
            &intent.patterns,
            &intent.forbidden,
            &intent.denied,
            &intent.required,
        ];
        lists.into_iter().flatten().chain([&intent.title.en])
    });
    let signals = pack.signals.iter().flat_map(|signal| {
        let lists = [
            &signal.strong,
            &signal.medium,
            &signal.weak,
            &signal.examples,
            &signal.calm,
        ];
        lists.into_iter().flatten()
    });
    let synonyms = pack
        .synonyms
        .iter()
        .flat_map(|synonym| synonym.same.iter().chain([&synonym.word]));
    let goods = pack
        .shop
        .goods
        .iter()
        .flat_map(|goods| goods.aliases.iter().chain([&goods.name.en]));
    let others = pack
        .out_of_scope
        .iter()
        .chain(&pack.scope.content)
        .chain(goods)
        .map(String::as_str);
    Spelling::learn(
        intents.chain(signals).chain(synonyms).map(String::as_str),
        others.chain(NAMES),
        |word| Vectors::shipped().is_some_and(|vectors| vectors.knows_english(word)),
        entries(include_str!("lexicon/doubtful_latin.txt")),
    )
}
