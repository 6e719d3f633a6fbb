//! Picks among the variants: valid today, in the shopper's language, everything it names known; then the most
//! specific, then by rotation.

use std::collections::BTreeMap;

use minijinja::Value;

use crate::model::{Language, SlotName};
use crate::packs::{Answer, Intent, Pack};
use crate::shop::ShopTime;

use super::Templates;
use super::allowed::render;
use super::goods;
use super::table::look_up;
use super::talk_slots::TalkSlots;
use super::texts::{Texts, Variant};
use super::traditional::in_script;

type Known = BTreeMap<String, Value>;

impl Templates {
    /// The answer of an intent, or `None` when no variant can be rendered with these slots.
    ///
    /// Where the shopper's language has none the other one answers. `rotation` picks among variants that are
    /// equally good.
    pub fn answer<'s>(
        &self,
        pack: &Pack,
        intent: &str,
        language: Language,
        slots: impl Into<TalkSlots<'s>>,
        today: impl Into<ShopTime>,
        rotation: usize,
    ) -> Option<String> {
        let intent = find(pack, intent)?;
        let today = today.into();
        let known = known(pack, intent, slots.into(), language, today);
        let texts = self.texts.of_intent(&intent.id);
        self.say(texts, texts.answers.get(&intent.id)?, language, known, today, rotation)
    }

    /// What an agent may send for an intent, in the shopper's language only: `None` where nothing is written for agents, or nothing
    /// that can be rendered with these slots.
    pub fn for_agent<'s>(
        &self,
        pack: &Pack,
        intent: &str,
        language: Language,
        slots: impl Into<TalkSlots<'s>>,
        today: impl Into<ShopTime>,
    ) -> Option<String> {
        let intent = find(pack, intent)?;
        let texts = self.texts.of_intent(&intent.id);
        let variants = texts.agent.get(&intent.id)?;
        let spoken = |variant: &&Variant| variant.language.is_chinese() == language.is_chinese();
        let spoken: Vec<Variant> = variants.iter().filter(spoken).cloned().collect();
        let today = today.into();
        let known = known(pack, intent, slots.into(), language, today);
        self.say(texts, &spoken, language, known, today, 0)
    }

    /// What the bot says beside answers, by key (`unknown`, `handoff_asked` …); empty for a key that nobody wrote.
    pub fn phrase(
        &self,
        key: &str,
        language: Language,
        variables: &[(&str, &str)],
        today: impl Into<ShopTime>,
        rotation: usize,
    ) -> String {
        let known = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), Value::from(*value)))
            .collect();
        let texts = self.texts.of_phrase(key);
        texts
            .phrases
            .get(key)
            .and_then(|variants| self.say(texts, variants, language, known, today.into(), rotation))
            .unwrap_or_default()
    }

    /// The question for a slot, or `None` when the intent does not ask for it.
    pub fn ask(&self, intent: &str, slot: SlotName, language: Language, today: impl Into<ShopTime>) -> Option<String> {
        let texts = self.texts.of_intent(intent);
        let names = texts.questions.get(&(intent.to_owned(), slot))?;
        let name = match language {
            Language::Chinese | Language::Traditional => &names[0],
            Language::English => &names[1],
        };
        let asked = self.render(texts, name, language, Known::new(), today.into())?;
        Some(in_script(&asked, language))
    }

    /// The variant of an intent's answers that these words hold, rendered with these slots; the longest of several.
    pub fn source<'p, 's>(
        &self,
        pack: &Pack,
        intent: &'p Intent,
        slots: impl Into<TalkSlots<'s>>,
        today: impl Into<ShopTime>,
        said: &str,
    ) -> Option<&'p Answer> {
        let (slots, today) = (slots.into(), today.into());
        let texts = self.texts.of_intent(&intent.id);
        let variants = texts.answers.get(&intent.id)?;
        let rendered = variants.iter().filter_map(|variant| {
            let known = known(pack, intent, slots, variant.language, today);
            let text = self.render(texts, &variant.template, variant.language, known, today)?;
            (!text.is_empty() && said.contains(&text)).then_some((text.len(), variant.source(&intent.answers)?))
        });
        rendered.max_by_key(|(length, _)| *length).map(|(_, answer)| answer)
    }

    fn say(
        &self,
        texts: &Texts,
        variants: &[Variant],
        language: Language,
        known: Known,
        today: ShopTime,
        rotation: usize,
    ) -> Option<String> {
        let usable: Vec<&Variant> = variants
            .iter()
            .filter(|variant| variant.from.is_none_or(|from| from <= today.date))
            .filter(|variant| variant.to.is_none_or(|to| today.date <= to))
            .filter(|variant| variant.period.as_ref().is_none_or(|period| self.lasts(period, today)))
            .filter(|variant| variant.variables.iter().all(|name| known.contains_key(name)))
            .collect();
        let order: &[Language] = match language {
            Language::Chinese => &[Language::Chinese, Language::English],
            Language::Traditional => &[Language::Traditional, Language::Chinese, Language::English],
            Language::English => &[Language::English, Language::Chinese],
        };
        order.iter().find_map(|written| {
            let spoken = usable.iter().filter(|variant| variant.language == *written);
            // What is written for these days or this period only is meant to be said in it.
            let timed = |variant: &Variant| variant.from.is_some() || variant.to.is_some() || variant.period.is_some();
            let rank = |variant: &Variant| (variant.variables.len(), timed(variant));
            let best = spoken.clone().map(|variant| rank(variant)).max()?;
            let tied: Vec<_> = spoken.filter(|variant| rank(variant) == best).collect();
            // A variant that fails after all (a comparison of a text with a number) makes room for the next.
            (0..tied.len()).find_map(|step| {
                let variant = tied[(rotation % tied.len() + step) % tied.len()];
                let text = match variant.variables.is_empty() {
                    // Nothing of the talk is in it: it is the same all day.
                    true => self.rendered.text(today, *written, &variant.template, || {
                        self.render(texts, &variant.template, *written, Known::new(), today)
                    })?,
                    false => self.render(texts, &variant.template, *written, known.clone(), today)?,
                };
                // What is written in Traditional characters has facts and slots in Simplified ones.
                Some(if written.is_chinese() {
                    in_script(&text, language)
                } else {
                    text
                })
            })
        })
    }

    pub(super) fn render(
        &self,
        texts: &Texts,
        template: &str,
        language: Language,
        mut known: Known,
        today: ShopTime,
    ) -> Option<String> {
        if let Some(text) = texts.plain.get(template) {
            return Some(text.to_string());
        }
        known.insert("shop".to_owned(), self.shop.at(today, language));
        let known = goods::nested(known);
        let text = render(&texts.template(template)?, known).ok()?;
        Some(text.trim().to_owned())
    }
}

fn find<'p>(pack: &'p Pack, id: &str) -> Option<&'p Intent> {
    // Packs from files are sorted; one that was put together by hand may not be.
    match pack.intents.binary_search_by(|intent| intent.id.as_str().cmp(id)) {
        Ok(index) => pack.intents.get(index).map(AsRef::as_ref),
        Err(_) => pack.intents.iter().map(AsRef::as_ref).find(|intent| intent.id == id),
    }
}

/// Slots, and what the table says for them. A column of the table is never taken from a slot of the same name:
/// the size somebody mentioned is not the size that fits.
fn known(pack: &Pack, intent: &Intent, slots: TalkSlots<'_>, language: Language, today: ShopTime) -> Known {
    let lasting: Vec<&str> = pack.shop.lasting(today).collect();
    let mut known: Known = slots
        .known
        .0
        .iter()
        .map(|(name, value)| (name.name().to_owned(), Value::from(value.as_str())))
        .collect();
    goods::add(&mut known, &pack.shop.goods, slots, language, &lasting);
    if let Some(table) = &intent.table {
        for name in &table.outputs {
            known.remove(name);
        }
        if let Some(row) = look_up(table, slots.known) {
            for (name, value) in table.outputs.iter().zip(&row.values) {
                known.insert(name.clone(), Value::from(value.as_str()));
            }
        }
    }
    known
}
