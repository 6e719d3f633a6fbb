//! Hours, name and clock, facts and goods of a shop changed on its page: thought through against the files as they are, tried with what shoppers
//! would hear otherwise, and made.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::dialogue::Generation;
use crate::model::{Agent, Millis, ShopId};
use crate::packs::{
    SourceFile, WrittenFact, WrittenGoods, WrittenHours, WrittenProfile, content, fact_title, profile_of, with_facts,
    with_hours, with_profile, without_fact, written_facts, written_goods, written_hours, written_profile,
};
use crate::publishing::edit::FileChange;
use crate::store::StoreError;

use super::change::{Change, Did, LONGEST_REASON, plain_words};
use super::changing::{Lately, Trial};
use super::error::TeachError;
use super::goods_form::{goods_fit, tidy_goods};
use super::resaid::{self, Asked, Resaid};
use super::shop_form::{fact_fits, hours_fit, profile_fits, tidy_fact, tidy_hours, tidy_profile};
use super::shop_page::quoting;
use super::writing::{self, Purpose, Written};
use super::{Taught, Teaching, whole};

/// A change of what a shop says of itself.
#[derive(Clone, Debug)]
pub struct ShopEdit {
    /// The shop.
    pub shop: ShopId,
    /// What is changed.
    pub thing: ShopThing,
    /// Why, for those who read the list of changes; may be empty.
    pub reason: String,
}

/// What is changed: `base` is what the form was read with, and must still be so; without it something is new. Without
/// `wanted` it goes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum ShopThing {
    /// Service hours, holidays and periods.
    Hours {
        /// As they were read.
        base: Box<WrittenHours>,
        /// As they are to be.
        wanted: Box<WrittenHours>,
    },
    /// Name, time zone and reply clock.
    Profile {
        /// As they were read.
        base: Box<WrittenProfile>,
        /// As they are to be.
        wanted: Box<WrittenProfile>,
    },
    /// A fact.
    Fact {
        /// As it was read.
        #[serde(default)]
        base: Option<WrittenFact>,
        /// As it is to be.
        #[serde(default)]
        wanted: Option<WrittenFact>,
    },
    /// An article.
    Goods {
        /// As it was read.
        #[serde(default)]
        base: Option<Box<WrittenGoods>>,
        /// As it is to be.
        #[serde(default)]
        wanted: Option<Box<WrittenGoods>>,
    },
}

/// What shoppers hear otherwise.
#[derive(Debug, Default)]
pub struct Heard {
    /// Answers and phrases that are rendered otherwise, some of them.
    pub resaid: Vec<Resaid>,
    /// How many there are.
    pub resaid_count: usize,
    /// What is asked about an article, and what is said to it.
    pub asked: Vec<Asked>,
}

/// What a change would do. Nothing is written.
#[derive(Debug)]
pub struct ShopTrial {
    /// The files, the warnings, and what it would do to what was said lately.
    pub trial: Trial,
    /// What shoppers would hear otherwise.
    pub heard: Heard,
}

/// What a change has done.
#[derive(Debug)]
pub struct ShopTaught {
    /// As for every change.
    pub taught: Taught,
    /// What shoppers hear otherwise.
    pub heard: Heard,
}

/// What the files said when they were looked at.
enum Look {
    /// The form was built on what they say: what is to be written, where anything is.
    Same(Option<FileChange>),
    /// They say something else by now: the file, and its content.
    Other(String, Option<Vec<u8>>),
}

impl Teaching {
    /// Makes a change of what a shop says of itself: tried, written, answering and recorded when this returns.
    ///
    /// # Errors
    /// Why nothing was done.
    pub async fn edit_shop(&self, agent: &Agent, edit: ShopEdit, now: Millis) -> Result<ShopTaught, TeachError> {
        self.may_teach(agent, &edit.shop)?;
        let (teaching, agent) = (self.clone(), agent.clone());
        whole(async move { teaching.make_shop(&agent, edit, now).await }).await
    }

    async fn make_shop(&self, agent: &Agent, edit: ShopEdit, now: Millis) -> Result<ShopTaught, TeachError> {
        let _one = self.0.deciding.lock().await;
        let ShopEdit { shop, thing, reason } = edit;
        let before = self.generation(&shop)?;
        let thing = thing.tidy();
        let written = self.put_thing(&shop, &before, &thing, Purpose::Make).await?;
        let (file, pack, warnings) = Written::of_one(written, &shop);
        let change = Change {
            id: uuid::Uuid::now_v7().simple().to_string(),
            did: thing.did(),
            subject: thing.subject(),
            reason: plain_words(&reason, LONGEST_REASON),
            file,
            pack,
            ..Change::default()
        };
        if change.file.is_some() {
            self.keep(&agent.id, &shop, &change, now).await?;
        }
        let after = self.generation(&shop)?;
        let taught = self
            .told(Arc::clone(&before), &shop, change, Vec::new(), warnings, now)
            .await?;
        let heard = heard(before, after, thing, now).await?;
        Ok(ShopTaught { taught, heard })
    }

    /// Tries the same: what shoppers would hear otherwise, and what they would have been told lately.
    ///
    /// # Errors
    /// Why it would be refused.
    pub async fn try_edit_shop(
        &self,
        agent: &Agent,
        edit: ShopEdit,
        lately: Option<Lately>,
        now: Millis,
    ) -> Result<ShopTrial, TeachError> {
        self.may_teach(agent, &edit.shop)?;
        let ShopEdit { shop, thing, .. } = edit;
        let before = self.generation(&shop)?;
        let thing = thing.tidy();
        let written = self.put_thing(&shop, &before, &thing, Purpose::Try).await?;
        let after = written.as_ref().and_then(|written| written.generations.get(&shop));
        let after = Arc::clone(after.unwrap_or(&before));
        let nothing = (None, Vec::new());
        let trial = self
            .tried(agent, Arc::clone(&before), written, nothing, lately, now)
            .await?;
        let heard = heard(before, after, thing, now).await?;
        Ok(ShopTrial { trial, heard })
    }

    /// Holds a form against the files as they are.
    ///
    /// # Errors
    /// What is wrong with it, and who has changed the same since it was read.
    pub(super) async fn fits_files(&self, shop: &ShopId, thing: &ShopThing) -> Result<(), TeachError> {
        let (editor, of, generation) = (self.0.editor.clone(), shop.clone(), self.generation(shop)?);
        let looked = thing.clone();
        let look = tokio::task::spawn_blocking(move || looked.look(&editor.files(), &of, &generation));
        match look.await.map_err(StoreError::from)?? {
            Look::Same(_) => Ok(()),
            Look::Other(file, bytes) => Err(TeachError::ThingChanged {
                title: Box::new(thing.title()),
                by: self.last_by(shop, &file, bytes.as_deref()).await?,
            }),
        }
    }

    async fn put_thing(
        &self,
        shop: &ShopId,
        before: &Arc<Generation>,
        thing: &ShopThing,
        purpose: Purpose,
    ) -> Result<Option<Written>, TeachError> {
        self.fits_files(shop, thing).await?;
        let (generation, thing) = (Arc::clone(before), thing.clone());
        // It was looked at a moment ago.
        let write = move |files: &[SourceFile]| Ok(thing.change(files, &generation)?.into_iter().collect());
        writing::change(&self.0.editor, purpose, false, Box::new(write), Vec::new()).await
    }
}

async fn heard(
    before: Arc<Generation>,
    after: Arc<Generation>,
    thing: ShopThing,
    now: Millis,
) -> Result<Heard, TeachError> {
    let heard = tokio::task::spawn_blocking(move || {
        let sentences = match &thing {
            ShopThing::Goods { base, wanted } => resaid::sentences_about(base.as_deref(), wanted.as_deref()),
            _ => Vec::new(),
        };
        let (resaid, resaid_count) = resaid::resaid(&before, &after, now);
        Heard {
            resaid,
            resaid_count,
            asked: resaid::asked(&before, &after, sentences, now),
        }
    });
    Ok(heard.await.map_err(StoreError::from)?)
}

impl ShopThing {
    /// Without blanks around.
    pub(super) fn tidy(self) -> ShopThing {
        match self {
            ShopThing::Hours { base, wanted } => ShopThing::Hours {
                base,
                wanted: Box::new(tidy_hours(*wanted)),
            },
            ShopThing::Profile { base, wanted } => ShopThing::Profile {
                base,
                wanted: Box::new(tidy_profile(*wanted)),
            },
            ShopThing::Fact { base, wanted } => ShopThing::Fact {
                base,
                wanted: wanted.map(tidy_fact),
            },
            ShopThing::Goods { base, wanted } => ShopThing::Goods {
                base,
                wanted: wanted.map(|goods| Box::new(tidy_goods(*goods))),
            },
        }
    }

    /// As it is recorded.
    pub(super) fn did(&self) -> Did {
        match self {
            ShopThing::Hours { .. } => Did::Hours,
            ShopThing::Profile { .. } => Did::Profile,
            ShopThing::Fact { .. } => Did::Fact,
            ShopThing::Goods { .. } => Did::Goods,
        }
    }

    /// The fact, by name, or the article.
    pub(super) fn subject(&self) -> Option<String> {
        match self {
            ShopThing::Hours { .. } | ShopThing::Profile { .. } => None,
            ShopThing::Fact { base, wanted } => wanted.as_ref().or(base.as_ref()).map(|fact| fact.name.clone()),
            ShopThing::Goods { base, wanted } => wanted.as_ref().or(base.as_ref()).map(|goods| goods.name.clone()),
        }
    }

    /// What it is called, in Chinese and in English.
    pub(super) fn title(&self) -> [String; 2] {
        let subject = self.subject().unwrap_or_default();
        match self {
            ShopThing::Hours { .. } => ["营业时间".to_owned(), "the service hours".to_owned()],
            ShopThing::Profile { .. } => ["店名和时限".to_owned(), "the shop's name and clock".to_owned()],
            ShopThing::Fact { .. } => match fact_title(&subject) {
                Some(title) => [title.zh, format!("“{}”", title.en)],
                None => [subject.clone(), format!("“{subject}”")],
            },
            ShopThing::Goods { .. } => [subject.clone(), format!("“{subject}”")],
        }
    }

    /// What it does to these files, that say what it was built on; `None` where they say so already.
    ///
    /// # Errors
    /// What is wrong with it, and [`TeachError::FileChanged`] where they say something else.
    pub(super) fn change(
        &self,
        files: &[SourceFile],
        generation: &Generation,
    ) -> Result<Option<FileChange>, TeachError> {
        match self.look(files, &generation.pack.shop.id, generation)? {
            Look::Same(change) => Ok(change),
            Look::Other(file, _) => Err(TeachError::FileChanged(file)),
        }
    }

    /// Holds the form against the files.
    fn look(&self, files: &[SourceFile], shop: &ShopId, generation: &Generation) -> Result<Look, TeachError> {
        match self {
            ShopThing::Hours { base, wanted } => look_at_hours(files, shop, base, wanted),
            ShopThing::Profile { base, wanted } => look_at_profile(files, shop, base, wanted),
            ShopThing::Fact { base, wanted } => look_at_fact(files, shop, generation, base.as_ref(), wanted.as_ref()),
            ShopThing::Goods { base, wanted } => look_at_goods(files, shop, base.as_deref(), wanted.as_deref()),
        }
    }
}

/// What `shop.yaml` holds; it is there for every shop that has a page.
pub(super) fn profile(files: &[SourceFile], shop: &ShopId) -> Result<(String, Vec<u8>), TeachError> {
    let name = profile_of(shop.as_str());
    match content(files, &name) {
        Some(bytes) => Ok((name, bytes.to_vec())),
        None => Err(TeachError::Unfit(Box::new([
            format!("这家店还没有 {name}。先用 yingda shop new 建一个。"),
            format!("This shop has no {name} yet; make one with yingda shop new."),
        ]))),
    }
}

fn written(name: String, before: Option<Vec<u8>>, after: Vec<u8>) -> Look {
    let after = Some(after);
    let change = (after != before).then_some(FileChange { name, before, after });
    Look::Same(change)
}

fn fits(words: Vec<super::FieldWord>) -> Result<(), TeachError> {
    match words.is_empty() {
        true => Ok(()),
        false => Err(TeachError::Values(words)),
    }
}

fn look_at_hours(
    files: &[SourceFile],
    shop: &ShopId,
    base: &WrittenHours,
    wanted: &WrittenHours,
) -> Result<Look, TeachError> {
    let (name, bytes) = profile(files, shop)?;
    if written_hours(&name, &bytes)? != *base {
        return Ok(Look::Other(name, Some(bytes)));
    }
    fits(hours_fit(wanted))?;
    let after = with_hours(&name, &bytes, wanted)?.into_bytes();
    Ok(written(name, Some(bytes), after))
}

fn look_at_profile(
    files: &[SourceFile],
    shop: &ShopId,
    base: &WrittenProfile,
    wanted: &WrittenProfile,
) -> Result<Look, TeachError> {
    let (name, bytes) = profile(files, shop)?;
    if written_profile(&name, &bytes)? != *base {
        return Ok(Look::Other(name, Some(bytes)));
    }
    fits(profile_fits(wanted))?;
    let after = with_profile(&name, &bytes, wanted)?.into_bytes();
    Ok(written(name, Some(bytes), after))
}

fn look_at_fact(
    files: &[SourceFile],
    shop: &ShopId,
    generation: &Generation,
    base: Option<&WrittenFact>,
    wanted: Option<&WrittenFact>,
) -> Result<Look, TeachError> {
    let (name, bytes) = profile(files, shop)?;
    let facts = written_facts(&name, &bytes)?;
    if let Some(base) = base
        && !facts.contains(base)
    {
        return Ok(Look::Other(name, Some(bytes)));
    }
    let quoted = match (base, wanted) {
        (Some(base), None) => {
            let (used, phrases) = quoting(generation, &base.name);
            used.into_iter().map(|question| question.title).chain(phrases).collect()
        }
        _ => Vec::new(),
    };
    fits(fact_fits(base, wanted, &facts, &quoted))?;
    let after = match (base, wanted) {
        (_, Some(wanted)) if base.is_none_or(|base| base.name == wanted.name) => {
            with_facts(&name, &bytes, std::slice::from_ref(wanted))?
        }
        (Some(base), None) => without_fact(&name, &bytes, &base.name)?,
        // A fact that is called otherwise is another one.
        _ => return Err(TeachError::Form(name)),
    };
    Ok(written(name, Some(bytes), after.into_bytes()))
}

fn look_at_goods(
    files: &[SourceFile],
    shop: &ShopId,
    base: Option<&WrittenGoods>,
    wanted: Option<&WrittenGoods>,
) -> Result<Look, TeachError> {
    let catalogue = written_goods(files, shop.as_str())?;
    let place = match base {
        None => None,
        Some(base) => match catalogue.goods.iter().position(|goods| goods == base) {
            Some(place) => Some(place),
            None => return Ok(Look::Other(catalogue.file, catalogue.bytes)),
        },
    };
    if let Some(wanted) = wanted {
        let others = catalogue.goods.iter().enumerate().filter(|(at, _)| Some(*at) != place);
        let others: Vec<&WrittenGoods> = others.map(|(_, goods)| goods).collect();
        fits(goods_fit(base, wanted, &others))?;
    }
    if wanted.is_none() && place.is_none() {
        return Ok(Look::Same(None));
    }
    let after = catalogue.with(place, wanted)?;
    Ok(written(catalogue.file, catalogue.bytes, after))
}
