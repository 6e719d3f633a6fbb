//! A talk that was found, as it stands in the list.

use std::ops::Range;

use crate::model::{ConversationId, HandoffReason, Millis, Seq, ShopId, ShopperId};

use super::talk::{SaidBy, Talk};
use super::wanted::Hit;

/// Longest text in the list, characters, and how much of it stands before what was found.
const LONGEST: usize = 120;
const BEFORE: usize = 24;

/// A talk that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundTalk {
    /// Which.
    pub conversation: ConversationId,
    /// The shop.
    pub shop: ShopId,
    /// The customer.
    pub shopper: ShopperId,
    /// When it began.
    pub began: Millis,
    /// When it ended; `None` while it goes on.
    pub ended: Option<Millis>,
    /// The names of who had it, in that order.
    pub agents: Vec<String>,
    /// How it was rated.
    pub stars: Option<u8>,
    /// Why it was handed off last.
    pub reason: Option<HandoffReason>,
    /// Messages of shopper, bot and agents.
    pub messages: u32,
    /// The customer's tags.
    pub tags: Vec<String>,
    /// Whether the customer is a VIP.
    pub vip: bool,
    /// The first message in which something was found, else the last; cut to 120 characters.
    pub text: String,
    /// Who said it; `None` where nothing was said at all.
    pub from: Option<SaidBy>,
    /// What is to be marked in `text`, in UTF-16 units.
    pub marks: Vec<Range<u32>>,
    /// The messages in which something was found, each with what is to be marked in its whole text.
    pub places: Vec<(Seq, Vec<Range<u32>>)>,
}

impl FoundTalk {
    /// Of this talk, in which this was found.
    pub(super) fn of(talk: Talk, hits: Vec<Hit>) -> FoundTalk {
        let first = hits.first();
        let shown = match first {
            Some(hit) => talk.said.get(hit.at),
            None => talk.said.iter().rev().find(|said| said.by != SaidBy::Note),
        };
        let (text, marks) = match (shown, first) {
            (Some(said), Some(hit)) => cut(&said.text, &hit.marks),
            (Some(said), None) => cut(&said.text, &[]),
            (None, _) => (String::new(), Vec::new()),
        };
        FoundTalk {
            from: shown.map(|said| said.by),
            text,
            marks,
            reason: talk.reasons.last().copied(),
            agents: talk.agents.into_iter().map(|(_, name)| name).collect(),
            places: hits.into_iter().map(|hit| (hit.seq, hit.marks)).collect(),
            conversation: talk.conversation,
            shop: talk.shop,
            shopper: talk.shopper,
            began: talk.began,
            ended: talk.ended,
            stars: talk.stars,
            messages: talk.messages,
            tags: talk.card.tags,
            vip: talk.card.vip,
        }
    }
}

/// The part of a text around its first mark, in one line, with its marks.
fn cut(text: &str, marks: &[Range<u32>]) -> (String, Vec<Range<u32>>) {
    let first = marks.first().map_or(0, |mark| mark.start);
    // The characters, each with where it begins in UTF-16 units.
    let mut at = 0;
    let placed: Vec<(u32, char)> = text
        .chars()
        .map(|sign| {
            let place = at;
            at += sign.len_utf16() as u32;
            (place, sign)
        })
        .collect();
    let marked = placed.iter().position(|(place, _)| *place >= first).unwrap_or(0);
    let from = match placed.len() <= LONGEST {
        true => 0,
        false => marked.saturating_sub(BEFORE).min(placed.len() - LONGEST + 1),
    };
    let until = placed.len().min(from + LONGEST - usize::from(from > 0));
    let until = until - usize::from(until < placed.len());
    let mut shown = String::new();
    if from > 0 {
        shown.push('…');
    }
    let signs = placed[from..until].iter().map(|(_, sign)| *sign);
    shown.extend(signs.map(|sign| if sign.is_control() { ' ' } else { sign }));
    if until < placed.len() {
        shown.push('…');
    }
    let unit = |index: usize| placed.get(index).map_or(at, |(place, _)| *place);
    let (begins, ends, moved) = (unit(from), unit(until), u32::from(from > 0));
    let marks = marks.iter().filter(|mark| mark.start >= begins && mark.end <= ends);
    let marks = marks.map(|mark| mark.start - begins + moved..mark.end - begins + moved);
    (shown, marks.collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::single_range_in_vec_init, reason = "marks are ranges")]

    use proptest::prelude::*;

    use super::super::fold::Folded;
    use super::*;

    #[test]
    fn a_short_text_is_whole_and_a_long_one_is_cut_around_what_was_found() {
        assert_eq!(cut("第一行\n退货", &[4..6]), ("第一行 退货".to_owned(), vec![4..6]));
        let long = format!("{}退货{}", "前".repeat(300), "后".repeat(300));
        let (shown, marks) = cut(&long, &[300..302]);
        assert!(shown.starts_with('…') && shown.ends_with('…'));
        assert_eq!(shown.chars().count(), LONGEST);
        assert_eq!(marks, [25..27]);
        assert!(shown.chars().skip(25).collect::<String>().starts_with("退货"));
    }

    proptest! {
        #[test]
        fn what_is_marked_in_the_cut_text_is_what_was_found(before in "[前👟 ]{0,200}", after in "[后👟 ]{0,200}") {
            let text = format!("{before}退货{after}");
            let word: Vec<char> = "退货".chars().collect();
            let marks = Folded::of(&text).places_of(&word, 1);
            let (shown, marks) = cut(&text, &marks);
            prop_assert!(shown.chars().count() <= LONGEST);
            let units: Vec<u16> = shown.encode_utf16().collect();
            let mark = &marks[0];
            let marked = String::from_utf16_lossy(&units[mark.start as usize..mark.end as usize]);
            prop_assert_eq!(marked, "退货");
        }
    }
}
