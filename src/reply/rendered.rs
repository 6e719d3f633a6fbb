//! Texts in which nothing of a talk stands, as they were rendered today and in the periods that last: most answers of a shop.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::model::Language;
use crate::shop::ShopTime;

/// Texts that are kept for a shop: some hundred kilobytes at the most.
const KEPT: usize = 256;
const LANGUAGES: usize = 3;

/// What was rendered on one day, or while the same periods of it last.
#[derive(Default)]
pub(super) struct Rendered(Mutex<Day>);

#[derive(Default)]
struct Day {
    /// The day and its periods: what a shop says of its hours and facts may be another tomorrow, or at eight.
    time: Option<ShopTime>,
    /// By the place of the language.
    texts: [HashMap<String, String>; LANGUAGES],
}

impl Rendered {
    /// The text of a template that names nothing but the shop's facts, rendered in this language with `render`, unless
    /// that was done today.
    pub(super) fn text(
        &self,
        today: ShopTime,
        language: Language,
        template: &str,
        render: impl FnOnce() -> Option<String>,
    ) -> Option<String> {
        let place = match language {
            Language::Chinese => 0,
            Language::Traditional => 1,
            Language::English => 2,
        };
        // A map of texts is whole after any panic.
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        {
            let day = lock();
            if day.time == Some(today)
                && let Some(text) = day.texts[place].get(template)
            {
                return Some(text.clone());
            }
        }
        let text = render()?;
        let mut day = lock();
        let count: usize = day.texts.iter().map(HashMap::len).sum();
        if day.time != Some(today) || count >= KEPT {
            *day = Day {
                time: Some(today),
                ..Day::default()
            };
        }
        day.texts[place].insert(template.to_owned(), text.clone());
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_rendered_once_a_day_and_language() {
        let rendered = Rendered::default();
        let mut times = 0;
        let mut say = |day: i8, language: Language| {
            let date = jiff::civil::date(2026, 11, day);
            let text = rendered.text(date.into(), language, "intent a 0", || {
                times += 1;
                Some(format!("{day} {}", language.tag()))
            });
            (text.unwrap_or_default(), times)
        };
        assert_eq!(say(1, Language::Chinese), ("1 zh".to_owned(), 1));
        assert_eq!(say(1, Language::Chinese), ("1 zh".to_owned(), 1));
        assert_eq!(say(1, Language::English), ("1 en".to_owned(), 2));
        assert_eq!(say(2, Language::Chinese), ("2 zh".to_owned(), 3));
        assert_eq!(say(2, Language::English), ("2 en".to_owned(), 4));
    }
}
