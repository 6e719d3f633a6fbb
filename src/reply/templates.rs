//! All answers, questions for slots and phrases of a pack, compiled once.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value};

use crate::model::SlotName;
use crate::packs::{Answer, Intent, Pack, nearest_word, shipped_phrases};
use crate::shop::{LocalText, ShopTime};

use super::TemplateError;
use super::allowed::{LONGEST_SOURCE, fits, not_allowed, render};
use super::context;
use super::goods;
use super::rendered::Rendered;
use super::shop_facts::{LANGUAGES, ShopFacts};
use super::texts::{Said, Texts, Variant, only_names, trial};

/// Steps that a template may take: answers are a handful, a loop that never ends is stopped.
const FUEL: u64 = 20_000;
/// Variables that phrases may name beside the shop's facts.
const PHRASE_VARIABLES: [&str; 7] = ["name", "position", "minutes", "time", "question", "opening", "holiday"];

/// All answers and phrases of a pack, compiled, with the facts of its shop.
pub struct Templates {
    /// One copy for all shops that say the same.
    pub(super) texts: Arc<Texts>,
    pub(super) shop: ShopFacts,
    pub(super) rendered: Rendered,
}

/// Where a template comes from and what it may name.
struct Origin<'a> {
    file: &'a str,
    line: usize,
    variables: &'a [&'a str],
}

impl Templates {
    /// Compiles all templates of a pack, or says everything that is wrong with them. `reply_ms` is how soon the shop's
    /// people answer, milliseconds.
    pub fn compile(pack: &Pack, reply_ms: u64) -> Result<Templates, Vec<TemplateError>> {
        Templates::compile_after(pack, reply_ms, std::iter::empty)
    }

    /// The same; what one of `known` says in the same words is shared, and only the rest is compiled.
    pub fn compile_after<'k, K: Iterator<Item = &'k Templates>>(
        pack: &Pack,
        reply_ms: u64,
        known: impl Fn() -> K,
    ) -> Result<Templates, Vec<TemplateError>> {
        let facts = context::facts(&pack.shop, reply_ms);
        let file = shop_file(pack);
        let origin = Origin {
            file,
            line: 0,
            variables: &[],
        };
        let long = |fact: &&LocalText| {
            [&fact.zh, &fact.en]
                .iter()
                .any(|text| text.chars().count() > LONGEST_SOURCE)
        };
        let in_periods = || pack.shop.periods().iter().flat_map(|period| period.facts.values());
        if facts.values().chain(in_periods()).find(long).is_some() {
            return Err(vec![too_long(&origin)]);
        }
        let said = Said::new(pack, facts.keys().cloned());
        let shop = ShopFacts::new(&pack.shop, &facts);
        let tried = shop.tried();
        if let Some(same) = known().find(|known| known.texts.serves(&said, &tried)) {
            return Ok(Templates::filled(Arc::clone(&same.texts), shop));
        }
        let mut compiler = Compiler {
            environment: environment(),
            plain: HashMap::new(),
            daily: HashMap::new(),
            answers: HashMap::new(),
            agent: HashMap::new(),
            phrases: HashMap::new(),
            questions: HashMap::new(),
            computed: Vec::new(),
            tried,
            facts,
            shop_file: file.to_owned(),
            errors: Vec::new(),
        };
        let under = known().find_map(|known| {
            let base = known.texts.base.as_ref().unwrap_or(&known.texts);
            let own = base.under(&said, &compiler.tried)?;
            Some((Arc::clone(base), own))
        });
        let mut shipped = Vec::new();
        let base = match &under {
            Some((base, own)) => {
                own.intents.iter().for_each(|intent| compiler.intent(intent));
                for (key, answers) in &own.phrases {
                    match answers {
                        Some(answers) => compiler.phrase(key, answers),
                        None => shipped.push(key.as_str()),
                    }
                }
                Some(Arc::clone(base))
            }
            None => {
                pack.intents.iter().for_each(|intent| compiler.intent(intent));
                for (key, answers) in &pack.phrases {
                    compiler.phrase(key, answers);
                }
                let keys = shipped_phrases().keys().map(String::as_str);
                shipped.extend(keys.filter(|key| !pack.phrases.contains_key(*key)));
                None
            }
        };
        if !compiler.errors.is_empty() {
            return Err(compiler.errors);
        }
        // Keys that the pack does not write are said as shipped; a variant that names a fact this shop does not
        // have is left out.
        for key in shipped {
            let answers = shipped_phrases().get(key).map_or(&[][..], |answers| answers);
            let variants = compiler.variants(&format!("shipped {key}"), &PHRASE_VARIABLES, answers);
            compiler.phrases.insert(key.to_owned(), variants);
        }
        let texts = Texts {
            base,
            environment: compiler.environment,
            plain: compiler.plain,
            daily: compiler.daily,
            answers: compiler.answers,
            agent: compiler.agent,
            phrases: compiler.phrases,
            questions: compiler.questions,
            computed: compiler.computed,
            said,
        };
        Ok(Templates::filled(Arc::new(texts), shop))
    }

    /// These texts with the facts of a shop.
    fn filled(texts: Arc<Texts>, shop: ShopFacts) -> Templates {
        Templates {
            texts,
            shop,
            rendered: Rendered::default(),
        }
    }

    /// Whether this period of the shop lasts.
    pub(super) fn lasts(&self, period: &str, time: ShopTime) -> bool {
        self.shop.period(period).is_some_and(|(place, _)| time.is_in(place))
    }

    /// Whether both are one copy.
    #[cfg(test)]
    pub(crate) fn is_shared_with(&self, other: &Templates) -> bool {
        Arc::ptr_eq(&self.texts, &other.texts)
    }

    /// Whether one lies over the other or both over a third, so that only what differs is held twice.
    #[cfg(test)]
    pub(crate) fn has_base_in_common_with(&self, other: &Templates) -> bool {
        let base = |templates: &Templates| Arc::as_ptr(templates.texts.base.as_ref().unwrap_or(&templates.texts));
        base(self) == base(other)
    }
}

fn shop_file(pack: &Pack) -> &str {
    match pack.shop_file.as_str() {
        "" => "shop.yaml",
        file => file,
    }
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    // Text for people, set as text by every client: never HTML.
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment
}

struct Compiler {
    environment: Environment<'static>,
    plain: HashMap<String, Box<str>>,
    daily: HashMap<String, Box<str>>,
    answers: HashMap<String, Vec<Variant>>,
    agent: HashMap<String, Vec<Variant>>,
    phrases: HashMap<String, Vec<Variant>>,
    questions: HashMap<(String, SlotName), [String; 2]>,
    computed: Vec<(String, Vec<String>)>,
    facts: BTreeMap<String, LocalText>,
    /// The facts in Chinese as they are outside all periods, and in each that has others.
    tried: Vec<Value>,
    /// Where the facts are written.
    shop_file: String,
    errors: Vec<TemplateError>,
}

impl Compiler {
    /// Compiles the answers of a question and its questions for slots.
    fn intent(&mut self, intent: &Arc<Intent>) {
        let outputs = intent.table.iter().flat_map(|table| &table.outputs);
        let mut variables: Vec<&str> = SlotName::ALL.iter().map(|slot| slot.name()).collect();
        variables.extend(outputs.map(String::as_str));
        variables.extend(goods::NAMES);
        let variants = self.variants(&format!("intent {}", intent.id), &variables, &intent.answers);
        self.answers.insert(intent.id.clone(), variants);
        if !intent.agent.is_empty() {
            let variants = self.variants(&format!("agent {}", intent.id), &variables, &intent.agent);
            self.agent.insert(intent.id.clone(), variants);
        }
        for slot in &intent.slots {
            let Some(ask) = &slot.ask else { continue };
            let names = LANGUAGES.map(|language| {
                let name = format!("ask {} {} {}", intent.id, slot.name.name(), language.tag());
                let origin = Origin {
                    file: &intent.file,
                    line: 0,
                    variables: &[],
                };
                self.add(&name, ask.get(language), &origin);
                name
            });
            self.questions.insert((intent.id.clone(), slot.name), names);
        }
    }

    /// Compiles a phrase.
    fn phrase(&mut self, key: &str, answers: &[Answer]) {
        let variants = self.variants(&format!("phrase {key}"), &PHRASE_VARIABLES, answers);
        self.phrases.insert(key.to_owned(), variants);
    }

    /// Compiles the variants of one answer; those that are wrong are left out and reported.
    fn variants(&mut self, name: &str, variables: &[&str], answers: &[Answer]) -> Vec<Variant> {
        let mut variants = Vec::new();
        for (index, answer) in answers.iter().enumerate() {
            let template = format!("{name} {index}");
            let origin = Origin {
                file: &answer.file,
                line: answer.line,
                variables,
            };
            if let Some(variables) = self.add(&template, &answer.text, &origin) {
                variants.push(Variant {
                    template,
                    language: answer.language,
                    from: answer.from,
                    to: answer.to,
                    period: answer.period.clone(),
                    variables,
                });
            }
        }
        variants
    }

    /// Compiles one template; the slots and columns it names, or `None` when something is wrong with it.
    fn add(&mut self, name: &str, source: &str, origin: &Origin) -> Option<Vec<String>> {
        if source.len() > LONGEST_SOURCE && source.chars().count() > LONGEST_SOURCE {
            self.errors.push(too_long(origin));
            return None;
        }
        if !source.contains('{') {
            if !fits(source) {
                self.errors.push(too_long(origin));
                return None;
            }
            self.plain.insert(name.to_owned(), source.trim().into());
            return Some(Vec::new());
        }
        if let Err(error) = self.environment.add_template_owned(name.to_owned(), source.to_owned()) {
            self.report_syntax(&error, origin);
            return None;
        }
        let template = self.environment.get_template(name).ok()?;
        let mut named: Vec<String> = template.undeclared_variables(true).into_iter().collect();
        named.sort();
        let before = self.errors.len();
        let mut variables = Vec::new();
        for name in named {
            if let Some(fact) = name.strip_prefix("shop.") {
                if !self.facts.contains_key(fact) {
                    self.errors
                        .push(unknown_fact(fact, &self.facts, &self.shop_file, origin));
                }
                continue;
            }
            // A field of the goods is known or not by itself; of anything else the whole is.
            let has_fields = |root: &str| {
                goods::NAMES
                    .iter()
                    .any(|known| known.split_once('.').is_some_and(|(of, _)| of == root))
            };
            let root = match name.split_once('.') {
                Some((root, _)) if !has_fields(root) => root.to_owned(),
                _ => name.clone(),
            };
            if origin.variables.contains(&root.as_str()) {
                if !variables.contains(&root) {
                    variables.push(root);
                }
            } else {
                self.errors.push(unknown_variable(&name, &self.facts, origin));
            }
        }
        if self.errors.len() > before {
            return None;
        }
        if let Some(what) = not_allowed(source) {
            self.errors.push(forbidden(&what, origin));
            return None;
        }
        // What is wrong with a value, and what comes out too long, only shows when it runs.
        let mut tried = self.tried.iter();
        if let Some(error) = tried.find_map(|shop| render(&template, trial(&variables, shop)).err()) {
            self.report_syntax(&error, origin);
            return None;
        }
        if !only_names(source) {
            self.computed.push((name.to_owned(), variables.clone()));
        }
        if variables.is_empty() {
            self.environment.remove_template(name);
            self.daily.insert(name.to_owned(), source.into());
        }
        Some(variables)
    }

    fn report_syntax(&mut self, error: &Error, origin: &Origin) {
        let line = origin.line + error.line().unwrap_or(1).saturating_sub(1);
        let detail = match error.detail() {
            Some(detail) => format!("{}: {detail}", error.kind()),
            None => error.kind().to_string(),
        };
        let hint = match error.kind() {
            ErrorKind::WriteFailure => return self.errors.push(too_long(origin)),
            _ => LocalText {
                zh: "检查 {{ 和 }} 是否成对，中间只写一个变量名，例如 {{ shop.cutoff }}".to_owned(),
                en: "every {{ needs its }}, with one name between, for example {{ shop.cutoff }}".to_owned(),
            },
        };
        self.errors.push(TemplateError {
            rule: "I070",
            file: origin.file.to_owned(),
            line: if origin.line == 0 { 0 } else { line },
            message: LocalText {
                zh: format!("模板写错了（{detail}）"),
                en: format!("the template is wrong: {detail}"),
            },
            hint,
        });
    }
}

fn forbidden(what: &str, origin: &Origin) -> TemplateError {
    TemplateError {
        rule: "I070",
        file: origin.file.to_owned(),
        line: origin.line,
        message: LocalText {
            zh: format!("答案里不能用 {what}"),
            en: format!("answers cannot use {what}"),
        },
        hint: LocalText {
            zh: "只用 {{ 变量 }} 和 {% if %}".to_owned(),
            en: "use only {{ variable }} and {% if %}".to_owned(),
        },
    }
}

fn too_long(origin: &Origin) -> TemplateError {
    TemplateError {
        rule: "I070",
        file: origin.file.to_owned(),
        line: origin.line,
        message: LocalText {
            zh: "答案太长：顾客收到的一条最多约五千字".to_owned(),
            en: "the answer is too long: a shopper gets some five thousand characters at most".to_owned(),
        },
        hint: LocalText {
            zh: "写短一些，长的内容放到网页上，答案里给链接".to_owned(),
            en: "make it shorter; put what is long on a page and give the link".to_owned(),
        },
    }
}

fn unknown_fact(fact: &str, facts: &BTreeMap<String, LocalText>, shop: &str, origin: &Origin) -> TemplateError {
    TemplateError {
        rule: "I072",
        file: origin.file.to_owned(),
        line: origin.line,
        message: LocalText {
            zh: format!("{shop} 里没有“{fact}”这个事实"),
            en: format!("{shop} has no fact `{fact}`"),
        },
        hint: match nearest_word(fact, facts.keys().map(String::as_str)) {
            Some(near) => LocalText {
                zh: format!("是不是想写 shop.{near}？"),
                en: format!("did you mean shop.{near}?"),
            },
            None => LocalText {
                zh: format!("在 {shop} 的 facts: 里加上 {fact}，或让这家店关掉这个问题（off: true）"),
                en: format!("add {fact} to `facts:` in {shop}, or switch the question off in that shop (`off: true`)"),
            },
        },
    }
}

fn unknown_variable(name: &str, facts: &BTreeMap<String, LocalText>, origin: &Origin) -> TemplateError {
    let hint = if facts.contains_key(name) {
        LocalText {
            zh: format!("店铺的事实要写成 {{{{ shop.{name} }}}}"),
            en: format!("a fact of the shop is written {{{{ shop.{name} }}}}"),
        }
    } else {
        match nearest_word(name, origin.variables.iter().copied()) {
            Some(near) => LocalText {
                zh: format!("是不是想写 {near}？"),
                en: format!("did you mean {near}?"),
            },
            None => LocalText {
                zh: "可以用的有：shop.事实、槽位、表的结果列".to_owned(),
                en: "known are shop.<fact>, slots, and the result columns of the table".to_owned(),
            },
        }
    };
    TemplateError {
        rule: "I071",
        file: origin.file.to_owned(),
        line: origin.line,
        message: LocalText {
            zh: format!("没有“{name}”这个变量"),
            en: format!("there is no variable `{name}`"),
        },
        hint,
    }
}
