//! Changes that were kept, on top of what the files say by now. Pure.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::model::ShopId;
use crate::packs::{
    OwnWords, SourceFile, WrittenFact, WrittenGoods, WrittenQuestion, written_facts, written_goods, written_hours,
    written_profile,
};

use super::error::TeachError;
use super::merging::merged;
use super::shop_edit::{ShopThing, profile};

/// New words of a question, on top of what is written of it by now.
///
/// # Errors
/// [`TeachError::InTheWay`].
pub(super) fn words_onto(
    title: String,
    written: &WrittenQuestion,
    base: &OwnWords,
    words: &OwnWords,
) -> Result<OwnWords, TeachError> {
    merged(base, &written.own, words).map_err(|fields| TeachError::InTheWay {
        title: Box::new([title.clone(), format!("“{title}”")]),
        fields,
    })
}

impl ShopThing {
    /// The same change, built on what these files say; `None` where they say what is wished already.
    ///
    /// # Errors
    /// [`TeachError::InTheWay`], and files that cannot be read line by line.
    pub(super) fn onto(self, files: &[SourceFile], shop: &ShopId) -> Result<Option<ShopThing>, TeachError> {
        let title = self.title();
        let in_the_way = |fields| TeachError::InTheWay {
            title: Box::new(title.clone()),
            fields,
        };
        match self {
            ShopThing::Hours { base, wanted } => {
                let (name, bytes) = profile(files, shop)?;
                let theirs = written_hours(&name, &bytes)?;
                let wanted = merged(base.as_ref(), &theirs, wanted.as_ref()).map_err(in_the_way)?;
                Ok((wanted != theirs).then(|| ShopThing::Hours {
                    base: Box::new(theirs),
                    wanted: Box::new(wanted),
                }))
            }
            ShopThing::Profile { base, wanted } => {
                let (name, bytes) = profile(files, shop)?;
                let theirs = written_profile(&name, &bytes)?;
                let wanted = merged(base.as_ref(), &theirs, wanted.as_ref()).map_err(in_the_way)?;
                Ok((wanted != theirs).then(|| ShopThing::Profile {
                    base: Box::new(theirs),
                    wanted: Box::new(wanted),
                }))
            }
            ShopThing::Fact { base, wanted } => {
                let (name, bytes) = profile(files, shop)?;
                let facts = written_facts(&name, &bytes)?;
                let is_it = |fact: &WrittenFact, other: &WrittenFact| fact.name == other.name;
                let onto = one_onto(base, facts, wanted, is_it).map_err(in_the_way)?;
                Ok(onto.map(|(base, wanted)| ShopThing::Fact { base, wanted }))
            }
            ShopThing::Goods { base, wanted } => {
                let goods = written_goods(files, shop.as_str())?.goods;
                let is_it = |goods: &WrittenGoods, other: &WrittenGoods| match goods.id.is_empty() {
                    true => goods.name == other.name,
                    false => goods.id == other.id,
                };
                let (base, wanted) = (base.map(|base| *base), wanted.map(|wanted| *wanted));
                let onto = one_onto(base, goods, wanted, is_it).map_err(in_the_way)?;
                Ok(onto.map(|(base, wanted)| ShopThing::Goods {
                    base: base.map(Box::new),
                    wanted: wanted.map(Box::new),
                }))
            }
        }
    }
}

/// What one of several is built on and is to be; `None` where it is so already.
type Onto<T> = Option<(Option<T>, Option<T>)>;

/// The same for one of several: without a base it is new, without what is wanted it goes.
fn one_onto<T: Clone + PartialEq + Serialize + DeserializeOwned>(
    base: Option<T>,
    all: Vec<T>,
    wanted: Option<T>,
    is_it: impl Fn(&T, &T) -> bool,
) -> Result<Onto<T>, Vec<String>> {
    let about = base.as_ref().or(wanted.as_ref());
    let theirs = about.and_then(|about| all.into_iter().find(|one| is_it(about, one)));
    match (base, theirs, wanted) {
        (_, Some(theirs), Some(wanted)) if theirs == wanted => Ok(None),
        (_, None, None) => Ok(None),
        (Some(base), Some(theirs), Some(wanted)) => {
            let wanted = merged(&base, &theirs, &wanted)?;
            Ok((wanted != theirs).then_some((Some(theirs), Some(wanted))))
        }
        // It goes as it was when that was wished, and not otherwise.
        (Some(base), Some(theirs), None) if base == theirs => Ok(Some((Some(theirs), None))),
        (None, None, Some(wanted)) => Ok(Some((None, Some(wanted)))),
        // It is gone, is another by now, or is there already.
        _ => Err(Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(name: &str, zh: &str) -> WrittenFact {
        WrittenFact {
            name: name.to_owned(),
            zh: zh.to_owned(),
            en: None,
        }
    }

    #[test]
    fn one_of_several_is_changed_added_or_removed_on_what_is_there_by_now() {
        let is_it = |one: &WrittenFact, other: &WrittenFact| one.name == other.name;
        let onto = |base: Option<&WrittenFact>, there: &[WrittenFact], wanted: Option<&WrittenFact>| {
            one_onto(base.cloned(), there.to_vec(), wanted.cloned(), is_it)
        };
        let (eight, nine, ten) = (fact("fee", "8"), fact("fee", "9"), fact("fee", "10"));
        let both = |one: &WrittenFact, other: &WrittenFact| Ok(Some((Some(one.clone()), Some(other.clone()))));
        let there = std::slice::from_ref(&eight);
        assert_eq!(onto(Some(&eight), there, Some(&nine)), both(&eight, &nine));
        assert_eq!(onto(Some(&ten), there, Some(&eight)), Ok(None), "it is so already");
        assert_eq!(onto(Some(&ten), there, Some(&nine)), Err(vec!["zh".to_owned()]));
        assert_eq!(onto(Some(&eight), &[], Some(&nine)), Err(Vec::new()), "it is gone");
        assert_eq!(onto(None, there, Some(&nine)), Err(Vec::new()), "there is one already");
        assert_eq!(onto(None, &[], Some(&nine)), Ok(Some((None, Some(nine.clone())))));
        assert_eq!(onto(Some(&eight), there, None), Ok(Some((Some(eight.clone()), None))));
        assert_eq!(onto(Some(&nine), there, None), Err(Vec::new()), "another by now");
        assert_eq!(onto(Some(&nine), &[], None), Ok(None));
    }
}
