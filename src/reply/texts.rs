//! What is said, compiled, without the facts that fill it: one copy for all shops that say the same, and for a shop
//! that says a few things in its own way only those, over the copy of the others.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::civil::Date;
use minijinja::{Environment, Template, Value};

use super::allowed::render;
use super::goods::nested;
use crate::model::{Language, SlotName};
use crate::packs::{Answer, Intent, Pack};

/// A shop that says more than one in so many things in its own way has a copy of its own.
const OWN_SHARE: usize = 4;

/// Compiled answers, phrases and questions for slots.
pub(super) struct Texts {
    /// Where everything is found that is not here. It has no base itself.
    pub(super) base: Option<Arc<Texts>>,
    /// Templates that name something of the talk.
    pub(super) environment: Environment<'static>,
    /// Those that are said as they are written: most of them.
    pub(super) plain: HashMap<String, Box<str>>,
    /// Those that name nothing but facts of the shop. They come out the same all day, so each is compiled when it is first said on
    /// one: compiled the engine holds some ten kilobytes of it.
    pub(super) daily: HashMap<String, Box<str>>,
    pub(super) answers: HashMap<String, Vec<Variant>>,
    /// What agents may send, by question; most have none.
    pub(super) agent: HashMap<String, Vec<Variant>>,
    pub(super) phrases: HashMap<String, Vec<Variant>>,
    pub(super) questions: HashMap<(String, SlotName), [String; 2]>,
    /// Templates that do more than name values, with the variables they name: whether they can be said depends on
    /// the facts.
    pub(super) computed: Vec<(String, Vec<String>)>,
    /// What all this was compiled from.
    pub(super) said: Said,
}

/// A compiled variant: its template's name and what decides whether it may be used.
#[derive(Clone)]
pub(super) struct Variant {
    /// `<what> <place among its answers>`.
    pub(super) template: String,
    pub(super) language: Language,
    pub(super) from: Option<Date>,
    pub(super) to: Option<Date>,
    /// The period in which it is said.
    pub(super) period: Option<String>,
    /// Slots and table columns that it names.
    pub(super) variables: Vec<String>,
}

impl Variant {
    /// What it was compiled from, among the answers of its question or phrase.
    pub(super) fn source<'a>(&self, answers: &'a [Answer]) -> Option<&'a Answer> {
        let place = self.template.rsplit(' ').next()?;
        answers.get(place.parse::<usize>().ok()?)
    }
}

/// What texts are compiled from.
pub(super) struct Said {
    intents: Vec<Arc<Intent>>,
    phrases: BTreeMap<String, Arc<Vec<Answer>>>,
    /// The names of the shop's facts: which there are decides which variants may be said.
    facts: Vec<String>,
}

impl Said {
    pub(super) fn new(pack: &Pack, facts: impl Iterator<Item = String>) -> Said {
        Said {
            intents: pack.intents.clone(),
            phrases: pack.phrases.clone(),
            facts: facts.collect(),
        }
    }

    fn same_facts(&self, other: &Said) -> bool {
        self.facts == other.facts
    }

    /// Whether the same texts come of both.
    fn is(&self, other: &Said) -> bool {
        self.intents.len() == other.intents.len()
            && self.intents.iter().zip(&other.intents).all(|(a, b)| same_words(a, b))
            && self.phrases == other.phrases
            && self.same_facts(other)
    }
}

/// What a shop says in its own way over texts of others.
pub(super) struct Own<'a> {
    pub(super) intents: Vec<&'a Arc<Intent>>,
    /// Phrases by key; `None` for one that is said as shipped.
    pub(super) phrases: Vec<(&'a String, Option<&'a Arc<Vec<Answer>>>)>,
}

impl Texts {
    /// Whether these say what `said` does, to a shop with these facts at one time or another.
    pub(super) fn serves(&self, said: &Said, shops: &[Value]) -> bool {
        self.said.is(said) && self.can_say(shops)
    }

    /// What `said` has of its own over these texts, when that is little. These have no base.
    pub(super) fn under<'a>(&'a self, said: &'a Said, shops: &[Value]) -> Option<Own<'a>> {
        if self.base.is_some() || !self.said.same_facts(said) {
            return None;
        }
        let most = said.intents.len().div_ceil(OWN_SHARE);
        let mut intents = Vec::new();
        for intent in &said.intents {
            let at = self.said.intents.binary_search_by(|known| known.id.cmp(&intent.id));
            if !at.is_ok_and(|at| same_words(&self.said.intents[at], intent)) {
                intents.push(intent);
                if intents.len() > most {
                    return None;
                }
            }
        }
        let written = said.phrases.iter().map(|(key, answers)| (key, Some(answers)));
        let own = written.filter(|(key, answers)| self.said.phrases.get(*key) != *answers);
        let shipped = self.said.phrases.keys().filter(|key| !said.phrases.contains_key(*key));
        let phrases = own.chain(shipped.map(|key| (key, None))).collect();
        self.can_say(shops).then_some(Own { intents, phrases })
    }

    /// The template with this name that is not said as it is written.
    pub(super) fn template<'t>(&'t self, name: &'t str) -> Option<Template<'t, 't>> {
        let environment: &'t Environment<'t> = &self.environment;
        let template = match self.daily.get(name) {
            Some(source) => environment.template_from_named_str(name, source),
            None => environment.get_template(name),
        };
        template.ok()
    }

    /// Whether every template can be said with these facts.
    fn can_say(&self, shops: &[Value]) -> bool {
        self.computed.iter().all(|(name, variables)| {
            let template = self.template(name);
            let says = |template: &Template| {
                let mut shops = shops.iter();
                shops.all(|shop| render(template, trial(variables, shop)).is_ok())
            };
            template.is_some_and(|template| says(&template))
        }) && self.base.as_ref().is_none_or(|base| base.can_say(shops))
    }

    /// Where the answers of an intent and its questions for slots are.
    pub(super) fn of_intent(&self, id: &str) -> &Texts {
        match &self.base {
            Some(base) if !self.answers.contains_key(id) => base,
            _ => self,
        }
    }

    /// Where a phrase is.
    pub(super) fn of_phrase(&self, key: &str) -> &Texts {
        match &self.base {
            Some(base) if !self.phrases.contains_key(key) => base,
            _ => self,
        }
    }
}

/// What a template is tried with before anybody is told it.
pub(super) fn trial(variables: &[String], shop: &Value) -> BTreeMap<String, Value> {
    let mut context: BTreeMap<String, Value> = variables.iter().map(|name| (name.clone(), Value::from("1"))).collect();
    context.insert("shop".to_owned(), shop.clone());
    nested(context)
}

/// Whether everything in braces is the name of a value, so that it can be said whatever the value is.
pub(super) fn only_names(source: &str) -> bool {
    let mut rest = source;
    while let Some((_, after)) = rest.split_once('{') {
        let Some((name, after)) = after.strip_prefix('{').and_then(|after| after.split_once("}}")) else {
            return false;
        };
        if !name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | ' '))
        {
            return false;
        }
        rest = after;
    }
    true
}

/// Whether everything that shoppers may be told for a question is the same, but for the facts.
fn same_words(one: &Arc<Intent>, other: &Arc<Intent>) -> bool {
    fn outputs(intent: &Intent) -> &[String] {
        intent.table.as_ref().map_or(&[], |table| &table.outputs)
    }
    Arc::ptr_eq(one, other)
        || (one.id == other.id
            && one.answers == other.answers
            && one.agent == other.agent
            && one.slots == other.slots
            && outputs(one) == outputs(other))
}

#[cfg(test)]
mod tests {
    use super::only_names;

    #[test]
    fn what_only_names_values_is_told_from_what_computes() {
        assert!(only_names("亲，{{ shop.cutoff }} 前付款，{{day}} 到～"));
        assert!(only_names("没有变量"));
        for computes in [
            "{{ shop.days|int }}",
            "{% if shop.a %}好{% endif %}",
            "{{ 1 + shop.a }}",
            "{{ a",
            "{ a }",
        ] {
            assert!(!only_names(computes), "{computes}");
        }
    }
}
