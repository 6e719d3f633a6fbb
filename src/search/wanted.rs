//! What is looked for, held to bounds, as terms for the index and as what a talk must be.

use std::ops::Range;

use crate::model::visible::shows_something;
use crate::model::{Agent, AgentId, HandoffReason, Millis, Seq, ShopId, shopper_name};
use crate::store::{TalkCursor, TalkQuery, Term};

use super::error::SearchError;
use super::fold::Folded;
use super::talk::{State, Talk};
use super::terms::{Kind, exactly, of_stars, of_state, of_word, vip, waiting};

/// Longest text that is searched for, characters.
const LONGEST_WORDS: usize = 200;
/// Longest order number and longest name or id of a customer, characters.
const LONGEST_NAME: usize = 160;
/// Terms that the index is asked for at most.
const MOST_TERMS: usize = 48;
/// Places that are marked in a talk at most, and in one message.
const MOST_PLACES: usize = 100;
const MOST_MARKS: usize = 20;

/// What talks are looked for; what is empty or absent is not asked of them.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Words, with blanks between, or `"in quotes"` with blanks within: each stands in something that was said.
    pub words: String,
    /// An order number, or a part of one: the bot has read it, or it was said.
    pub order: String,
    /// A part of the id or the name of the customer.
    pub customer: String,
    /// Who had it.
    pub agent: Option<AgentId>,
    /// Why it was handed off.
    pub reason: Option<HandoffReason>,
    /// Its rating is one of these.
    pub stars: Vec<u8>,
    /// Whether it goes on.
    pub state: Option<State>,
    /// Its shop.
    pub shop: Option<ShopId>,
    /// Its customer has this tag.
    pub tag: Option<String>,
    /// Whether its customer is a VIP; `false` does not ask.
    pub vip: bool,
    /// It began then or later.
    pub from: Option<Millis>,
    /// It began before.
    pub until: Option<Millis>,
    /// Where to go on.
    pub after: Option<TalkCursor>,
}

/// What is looked for, read.
#[derive(Debug)]
pub(super) struct Looked {
    wanted: Wanted,
    words: Vec<Vec<char>>,
    order: Vec<char>,
    customer: Vec<char>,
}

/// A message with what was found in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    /// Which of what was said.
    pub at: usize,
    /// Its place in the log.
    pub seq: Seq,
    /// What is to be marked, in UTF-16 units of the text.
    pub marks: Vec<Range<u32>>,
}

impl Looked {
    /// Reads what is looked for.
    pub fn of(wanted: Wanted) -> Result<Looked, SearchError> {
        let longer = |text: &str, most: usize| text.chars().nth(most).is_some();
        if longer(&wanted.words, LONGEST_WORDS)
            || longer(&wanted.order, LONGEST_NAME)
            || longer(&wanted.customer, LONGEST_NAME)
        {
            return Err(SearchError::Long);
        }
        if wanted.from.zip(wanted.until).is_some_and(|(from, until)| from >= until) {
            return Err(SearchError::Dates);
        }
        if wanted.stars.iter().any(|stars| !(1..=5).contains(stars)) {
            return Err(SearchError::Stars);
        }
        let looked = Looked {
            words: words(&wanted.words),
            order: Folded::of(&wanted.order).squeezed().signs().to_vec(),
            customer: Folded::of(wanted.customer.trim()).signs().to_vec(),
            wanted,
        };
        let unseen = [
            (&looked.wanted.words, looked.words.is_empty()),
            (&looked.wanted.order, looked.order.is_empty()),
            (&looked.wanted.customer, looked.customer.is_empty()),
        ];
        // A field of blanks is an empty field; signs that nobody can see are a mistake.
        let mistaken = |(text, empty): &(&String, bool)| {
            (*empty || !shows_something(text)) && !text.chars().all(char::is_whitespace)
        };
        match unseen.iter().any(mistaken) {
            true => Err(SearchError::Nothing),
            false => Ok(looked),
        }
    }

    /// The shop that is asked about.
    pub fn shop(&self) -> Option<&ShopId> {
        self.wanted.shop.as_ref()
    }

    /// What the index is asked for on behalf of this reader; `everything` says whether all talks of the own shops may be read.
    pub fn query(&self, reader: &Agent, everything: bool) -> TalkQuery {
        let wanted = &self.wanted;
        let said = self.words.iter().chain([&self.order]);
        let mut all: Vec<Term> = said.flat_map(|word| of_word(Kind::Said, word)).collect();
        all.extend(of_word(Kind::Customer, &self.customer));
        all.extend(wanted.agent.iter().map(|agent| exactly(Kind::Agent, agent.as_str())));
        all.extend(wanted.reason.iter().map(|reason| exactly(Kind::Reason, reason.name())));
        all.extend(wanted.tag.iter().map(|tag| exactly(Kind::Tag, tag)));
        all.extend(wanted.vip.then(vip));
        all.extend(wanted.state.map(of_state));
        all.extend(wanted.shop.iter().map(|shop| exactly(Kind::Shop, shop.as_str())));
        all.sort_unstable();
        all.dedup();
        all.truncate(MOST_TERMS);
        let mut any = Vec::new();
        if !wanted.stars.is_empty() {
            any.push(wanted.stars.iter().map(|stars| of_stars(*stars)).collect());
        }
        if !reader.shops.is_empty() && wanted.shop.is_none() {
            let shops = reader.shops.iter();
            any.push(shops.map(|shop| exactly(Kind::Shop, shop.as_str())).collect());
        }
        if !everything {
            any.push(vec![exactly(Kind::Agent, reader.id.as_str()), waiting()]);
        }
        TalkQuery {
            all,
            any,
            from: wanted.from.unwrap_or_default(),
            until: wanted.until,
            after: wanted.after.clone(),
        }
    }

    /// What was found in a talk; `None` when it is not what is looked for.
    pub fn find(&self, talk: &Talk) -> Option<Vec<Hit>> {
        self.is_about(talk).then(|| self.hits(talk)).flatten()
    }

    /// All but the words.
    fn is_about(&self, talk: &Talk) -> bool {
        let wanted = &self.wanted;
        let holds = |text: &str, word: &[char]| Folded::of(text).holds(word);
        let customer =
            || holds(talk.shopper.as_str(), &self.customer) || holds(&shopper_name(&talk.shopper), &self.customer);
        (self.customer.is_empty() || customer())
            && wanted
                .agent
                .as_ref()
                .is_none_or(|agent| talk.agents.iter().any(|(had, _)| had == agent))
            && wanted.reason.is_none_or(|reason| talk.reasons.contains(&reason))
            && (wanted.stars.is_empty() || talk.stars.is_some_and(|stars| wanted.stars.contains(&stars)))
            && wanted.state.is_none_or(|state| talk.state() == state)
            && wanted.shop.as_ref().is_none_or(|shop| talk.shop == *shop)
            && wanted.tag.as_ref().is_none_or(|tag| talk.card.tags.contains(tag))
            && (!wanted.vip || talk.card.vip)
            && wanted.from.is_none_or(|from| talk.began >= from)
            && wanted.until.is_none_or(|until| talk.began < until)
    }

    fn hits(&self, talk: &Talk) -> Option<Vec<Hit>> {
        let mut missing: Vec<&Vec<char>> = self.words.iter().collect();
        let mut order_missing = !self.order.is_empty() && !talk.orders.iter().any(|order| self.is_order(order));
        let mut hits = Vec::new();
        let looks = !self.words.is_empty() || !self.order.is_empty();
        for (at, said) in talk.said.iter().enumerate().filter(|_| looks) {
            let folded = Folded::of(&said.text);
            let words = self.words.iter();
            let mut marks: Vec<Range<u32>> = words.flat_map(|word| folded.places_of(word, MOST_MARKS)).collect();
            missing.retain(|word| !folded.holds(word));
            if !self.order.is_empty() {
                let orders = folded.squeezed().places_of(&self.order, MOST_MARKS);
                order_missing &= orders.is_empty();
                marks.extend(orders);
            }
            if !marks.is_empty() && hits.len() < MOST_PLACES {
                joined(&mut marks);
                let seq = said.seq;
                hits.push(Hit { at, seq, marks });
            }
        }
        (missing.is_empty() && !order_missing).then_some(hits)
    }

    fn is_order(&self, order: &str) -> bool {
        Folded::of(order).squeezed().holds(&self.order)
    }
}

/// What stands between blanks, or in quotes.
fn words(text: &str) -> Vec<Vec<char>> {
    let mut words = Vec::new();
    // Every other part stands in quotes; a quote that nothing closes is a sign like any other.
    let parts: Vec<&str> = text.split(['"', '“', '”']).collect();
    let closed = parts.len() % 2 == 1;
    for (number, part) in parts.iter().enumerate() {
        if closed && number % 2 == 1 {
            words.push(Folded::of(part.trim()).signs().to_vec());
        } else if closed {
            words.extend(part.split_whitespace().map(|word| Folded::of(word).signs().to_vec()));
        }
    }
    if !closed {
        words.extend(text.split_whitespace().map(|word| Folded::of(word).signs().to_vec()));
    }
    words.retain(|word| !word.is_empty());
    words.sort_unstable();
    words.dedup();
    words
}

/// In order, and those that touch as one.
fn joined(marks: &mut Vec<Range<u32>>) {
    marks.sort_unstable_by_key(|mark| mark.start);
    marks.dedup_by(|next, mark| {
        let touches = next.start <= mark.end;
        if touches {
            mark.end = mark.end.max(next.end);
        }
        touches
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looked(words: &str) -> Result<Looked, SearchError> {
        Looked::of(Wanted {
            words: words.to_owned(),
            ..Wanted::default()
        })
    }

    fn read(text: &str) -> Vec<String> {
        words(text).into_iter().map(String::from_iter).collect()
    }

    #[test]
    fn words_stand_between_blanks_and_in_quotes() {
        assert_eq!(read("退货　运费 退货"), ["运费", "退货"], "each once");
        assert_eq!(read("\"size chart\" 42"), ["42", "size chart"]);
        assert_eq!(read("“不 合适”"), ["不 合适"]);
        assert_eq!(read("5\" 屏"), ["5\"", "屏"]);
    }

    #[test]
    fn what_cannot_be_looked_for_is_refused_and_everything_else_is_not() {
        assert!(matches!(looked(&"退".repeat(201)), Err(SearchError::Long)));
        assert!(matches!(looked(&"很长的话".repeat(850)), Err(SearchError::Long)));
        for nothing in ["\u{200b}", "\u{202e}\u{feff}", " \u{ad} "] {
            assert!(matches!(looked(nothing), Err(SearchError::Nothing)), "{nothing:?}");
        }
        for fine in [
            "",
            "  ",
            "退",
            "%",
            "_",
            "👟",
            "👨\u{200d}👩\u{200d}👧",
            "'; DROP TABLE",
            "\"",
            "*",
            "NOT",
        ] {
            assert!(looked(fine).is_ok(), "{fine:?}");
        }
        let dates = Wanted {
            from: Some(Millis(2)),
            until: Some(Millis(2)),
            ..Wanted::default()
        };
        assert!(matches!(Looked::of(dates), Err(SearchError::Dates)));
    }
}
