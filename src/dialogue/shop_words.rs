//! What a page says by itself at the turns of a talk, in the shop's own phrases.

use crate::model::{Language, Millis, ShopperId};
use crate::reply::in_script;

use super::Generation;
use super::reply_writer::ReplyWriter;

/// The shop's phrases for one talk. Its facts are filled in; `{{ name }}` (of the agent) and `{{ position }}` (in the
/// queue) are left for the page. A phrase that cannot be said today is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShopWords {
    /// The language of the talk.
    pub lang: Language,
    /// The shop's name.
    pub shop: String,
    /// The intent that asks for a person.
    pub person: Option<String>,
    /// Begins a talk.
    pub welcome: String,
    /// The bot is back after a person.
    pub returned: String,
    /// The talk has ended.
    pub closed: String,
    /// Thanks for a rating.
    pub rate_thanks: String,
    /// The person had to leave, the shopper waits again.
    pub requeued: String,
    /// The place in the queue, with `{{ position }}`.
    pub queue_position: String,
    /// A person has come, with `{{ name }}`.
    pub agent_joined: String,
}

impl ShopWords {
    /// The phrases for this shopper's talk, as they are said now.
    pub fn new(generation: &Generation, shopper: &ShopperId, lang: Language, now: Millis) -> ShopWords {
        let writer = ReplyWriter::for_shopper(shopper, generation, lang, now);
        let say = |key: &str| {
            let left_open = [("name", "{{ name }}"), ("position", "{{ position }}")];
            writer.phrase_with(key, &left_open, 0)
        };
        ShopWords {
            lang,
            shop: in_script(generation.pack.shop.name.get(lang), lang),
            person: generation.pack.person().map(|intent| intent.id.clone()),
            welcome: say("welcome"),
            returned: say("returned"),
            closed: say("closed"),
            rate_thanks: say("rate_thanks"),
            requeued: say("requeued"),
            queue_position: say("queue_position"),
            agent_joined: say("agent_joined"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::packs::{Answer, Pack};
    use crate::shop::LocalText;
    use crate::understanding::Tolerance;

    fn words(phrases: &[(&str, &str, Language)], lang: Language) -> ShopWords {
        let mut pack = Pack::default();
        pack.shop.name = LocalText {
            zh: "云步鞋店".to_owned(),
            en: "Cloudstep".to_owned(),
        };
        for (key, text, language) in phrases {
            let variants = pack.phrases.entry((*key).to_owned()).or_default();
            Arc::make_mut(variants).push(Answer {
                text: (*text).to_owned(),
                language: *language,
                ..Answer::default()
            });
        }
        let generation = Generation::compile(pack, Tolerance::default(), crate::shop::clock::OWN_MS, &[])
            .unwrap_or_else(|_| panic!("compiles"));
        ShopWords::new(&generation, &ShopperId::new("anon:1"), lang, Millis(0))
    }

    #[test]
    fn what_the_shop_wrote_is_said_with_its_facts_and_leaves_the_page_its_blanks() {
        let written = [
            ("welcome", "这里是{{ shop.name }}的自动助手", Language::Chinese),
            ("agent_joined", "{{ name }}来啦", Language::Chinese),
            (
                "queue_position",
                "前面还有人，您是第 {{ position }} 位",
                Language::Chinese,
            ),
        ];
        let words = words(&written, Language::Chinese);
        assert_eq!(words.shop, "云步鞋店");
        assert_eq!(words.welcome, "这里是云步鞋店的自动助手");
        assert_eq!(words.agent_joined, "{{ name }}来啦");
        assert_eq!(words.queue_position, "前面还有人，您是第 {{ position }} 位");
    }

    #[test]
    fn the_language_is_that_of_the_talk_and_what_nobody_wrote_is_said_as_shipped() {
        let written = [
            ("closed", "聊完啦", Language::Chinese),
            ("closed", "All done", Language::English),
        ];
        let words = words(&written, Language::English);
        assert_eq!((words.closed.as_str(), words.shop.as_str()), ("All done", "Cloudstep"));
        assert!(
            words.rate_thanks.to_lowercase().contains("thank"),
            "{}",
            words.rate_thanks
        );
    }
}
