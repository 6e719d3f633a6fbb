//! `denied:`, the words of a wish, and how a message says that it is no wish: 不用转人工, 发票免了, forget the swap; and 不换了
//! or keep it after the wish itself. What only looks denied stays one: 怎么还不开发票, 退货算了, can't you cancel it.

mod characters;
#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::LazyLock;

use super::asking::asks_or_wishes;
use super::lexicon::section;
use super::normalise::{Clause, SynonymTable, begins, is_han, is_mark};
use super::word_rule::WordRule;
use characters::Characters;

/// The words of one section of the list.
macro_rules! words {
    ($($name:ident = $section:literal;)*) => {
        $(static $name: LazyLock<Vec<&str>> =
            LazyLock::new(|| section(include_str!("../lexicon/denials.txt"), $section));)*
    };
}

words! {
    DENIALS = "denials";
    OPENING = "opening";
    LEADING = "leading";
    BETWEEN = "between";
    JOINED = "joined";
    TURNED = "turned";
    ASKING = "asking";
    AFTER = "after";
    AFTER_THINGS = "after_things";
    UNDOING = "undoing";
    NEEDED = "needed";
    VERBS = "verbs";
    BETWEEN_AFTER = "between_after";
    PARTICLES = "particles";
    GOES_ON = "goes_on";
    TAKEN_BACK = "taken_back";
    SETTLED = "settled";
    WISHING = "wishing";
}

/// Words that deny what stands behind them.
const NO: [&str; 10] = ["先不", "先别", "不用", "不要", "不想", "不", "别", "唔", "莫", "甭"];

/// The last characters of what may lead from a denial to its wish.
static ENDS_LEADING: LazyLock<Characters> = LazyLock::new(|| {
    let words = DENIALS.iter().chain(OPENING.iter()).chain(BETWEEN.iter());
    Characters::of(words.filter_map(|word| word.chars().next_back()))
});
/// The first characters of what may lead from a wish to its denial.
static BEGINS_AFTER: LazyLock<Characters> = LazyLock::new(|| {
    let words = AFTER.iter().chain(AFTER_THINGS.iter()).chain(BETWEEN_AFTER.iter());
    Characters::of(words.chain(&NO).filter_map(|word| word.chars().next()))
});

/// Words between a denial and its wish, at the most.
const MOST_BETWEEN: usize = 6;
/// Characters between a verb and the 了 that makes 不换…了 a decision.
const OBJECT: usize = 5;
/// What takes something back in a clause longer than so many characters says something else, too.
const LONGEST_HAN: usize = 14;
const LONGEST_LATIN: usize = 60;

/// A wish that a message denies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Denial {
    /// Where it says so: the wish, the denial, and what stands before them in their clause.
    pub range: Range<usize>,
    /// The classes of the wish, ascending.
    pub classes: Vec<usize>,
}

/// The words of the wishes, with the class of each.
#[derive(Default)]
pub(super) struct DeniedWishes {
    rule: WordRule,
    /// The first characters of the words of each class: the verbs of 开发票, 转人工.
    verbs: Vec<(usize, char)>,
}

impl DeniedWishes {
    /// Compiles words, each with its class.
    pub fn new<'a>(words: impl Iterator<Item = (usize, &'a str)>, synonyms: &SynonymTable) -> DeniedWishes {
        let words: Vec<(usize, &str)> = words.collect();
        let first = |(class, word): &(usize, &str)| {
            let mut chars = word.chars();
            let verb = chars.next().filter(|first| is_han(*first))?;
            chars.next().map(|_| (*class, verb))
        };
        let mut verbs: Vec<(usize, char)> = words.iter().filter_map(first).collect();
        verbs.sort_unstable();
        verbs.dedup();
        DeniedWishes {
            rule: WordRule::new(words.into_iter(), synonyms),
            verbs,
        }
    }

    /// Every denial in a message, also those that overlap; `last` are the classes that the turn before was about. What
    /// takes back takes back what was wished before it, in the message or in the turn before: 想换大一码 算了.
    pub fn of_message(&self, text: &[char], clauses: &[Clause], last: &[usize]) -> Vec<Denial> {
        let wished: Vec<(&[usize], usize, usize)> = self.rule.all_in(text).collect();
        let denied = wished.iter().filter_map(|(classes, start, end)| {
            Some(Denial {
                range: self.denial(text, *start, *end)?,
                classes: classes.to_vec(),
            })
        });
        let mut found: Vec<Denial> = denied.collect();
        let ruled = last.iter().copied().filter(|class| self.rule.ruled.contains(class));
        let ruled: Vec<usize> = ruled.collect();
        let mut last: &[usize] = &ruled;
        if last.is_empty() && wished.is_empty() {
            return found;
        }
        for part in clauses
            .iter()
            .filter(|clause| !clause.asked)
            .flat_map(|clause| parts(text, clause.range.clone()))
        {
            let inside = |denial: &Denial| part.contains(&denial.range.start);
            let mut before = wished.iter().filter(|(_, _, end)| *end <= part.start);
            if let Some((classes, ..)) = before.next_back() {
                last = classes;
            }
            if !last.is_empty() && !found.iter().any(inside) && self.takes_back(&text[part.clone()], last) {
                found.push(Denial {
                    range: part,
                    classes: last.to_vec(),
                });
            }
        }
        found
    }

    /// Whether a text begins with a wish that it does not deny: 退货就行, 直接换新的. What is done is none: 退了, 换的那双.
    pub fn begins_wish(&self, text: &[char]) -> bool {
        self.rule.all_in(text).any(|(_, start, end)| {
            let said = |at: usize, words: &[char]| text.get(at).is_some_and(|next| words.contains(next));
            // 換過部新嘅 is a wish in Hong Kong.
            let done = said(end, &['了', '的', '得'])
                || said(end, &['过']) && (end + 1 == text.len() || said(end + 1, &['了', '的', '一', ',']));
            !done && leads_to_wish(&text[..start]) && self.denial(text, start, end).is_none()
        })
    }

    /// Whether a text has a word of this wish that it does not deny.
    pub fn wishes_for(&self, text: &[char], class: usize) -> bool {
        let mut wishes = self.rule.all_in(text).filter(|(classes, ..)| classes.contains(&class));
        wishes.any(|(_, start, end)| self.denial(text, start, end).is_none())
    }

    /// Where a text says that the wish at `start..end` is none, with the wish and what stands before both in their clause.
    pub fn denial(&self, text: &[char], start: usize, end: usize) -> Option<Range<usize>> {
        if !stands_alone(text, start, end) {
            return None;
        }
        let clause = clause_around(text, start, end);
        let place = Place {
            clause: &text[clause.clone()],
            asked: text.get(clause.end) == Some(&'?'),
            start: start - clause.start,
            end: end - clause.start,
        };
        Some(clause.start..clause.start + place.denied()?)
    }

    /// Whether a clause takes back what the turn before was about: 算了, 不换了, keep it.
    fn takes_back(&self, clause: &[char], last: &[usize]) -> bool {
        // 不转了不转了 says 不转了.
        let (half, again) = clause.split_at(clause.len() / 2);
        let clause = if half == again { half } else { clause };
        let latin = !clause.iter().any(|character| is_han(*character));
        if clause.len() > if latin { LONGEST_LATIN } else { LONGEST_HAN } {
            return false;
        }
        let wishes_again = self.rule.all_in(clause).next().is_some();
        let said = |word: &&str| (0..clause.len()).any(|at| begins(&clause[at..], word));
        let asks = asks_or_wishes(clause) || ASKING.iter().any(said);
        if !wishes_again && !asks && TAKEN_BACK.iter().any(said) {
            return true;
        }
        let verbs = self.verbs.iter().filter(|(class, _)| last.contains(class));
        verbs.map(|(_, verb)| *verb).any(|verb| {
            let places = (0..clause.len()).filter(|at| clause[*at] == verb);
            let mut places = places.map(|at| Place {
                clause,
                asked: false,
                start: at,
                end: at + 1,
            });
            places.any(|place| place.denied_before().is_some())
        })
    }
}

/// Where a wish stands in its clause.
struct Place<'t> {
    clause: &'t [char],
    /// A question mark ends the clause.
    asked: bool,
    start: usize,
    end: usize,
}

impl Place<'_> {
    /// Where the denial of this wish ends, if it is denied.
    fn denied(&self) -> Option<usize> {
        self.denied_before()
            .or_else(|| self.none_needed())
            .or_else(|| self.denied_after())
            .or_else(|| self.settled())
    }

    /// No exchange needed, and of a wish that undoes something: so no return. No invoice yet is none.
    fn none_needed(&self) -> Option<usize> {
        let before = without_end(&self.clause[..self.start], "no ")?;
        let after = &self.clause[self.end..];
        let needed = NEEDED.iter().find(|word| begins(after, word));
        let undone = || after.is_empty() && UNDOING.iter().any(|word| begins(&self.clause[self.start..], word));
        let end = match needed {
            Some(word) => self.end + word.chars().count(),
            None => undone().then_some(self.end)?,
        };
        (opens(before) && !self.asked).then_some(end)
    }

    /// 不用转人工了, 先别取消, no need for an invoice.
    fn denied_before(&self) -> Option<usize> {
        let end = self.end + particles(&self.clause[self.end..]);
        let asks_at_once = self
            .clause
            .get(end)
            .is_some_and(|next| matches!(next, '吗' | '么' | '不'));
        if asks_at_once || self.asked && end == self.clause.len() {
            return None;
        }
        let found = self.leads_from_denial(&self.clause[..self.start], false, MOST_BETWEEN);
        found.then_some(end)
    }

    /// Whether a denial ends this text, or one with nothing but words between it and the wish.
    fn leads_from_denial(&self, before: &[char], given: bool, most: usize) -> bool {
        if !before.last().is_some_and(|last| ENDS_LEADING.may_hold(*last)) {
            return false;
        }
        let denied = |word: &&str| {
            let Some(rest) = without_end(before, word) else {
                return false;
            };
            // 就不给我开发票 is what the shop does.
            let refused = given && word.ends_with(['不', '唔']);
            !refused && self.plain(rest, word)
        };
        let opened = |word: &&str| {
            let Some(rest) = without_end(before, word) else {
                return false;
            };
            let bare = word.chars().all(is_han);
            opens(rest) && !(bare && (given || !self.decides())) && self.plain(rest, word)
        };
        if DENIALS.iter().any(denied) || OPENING.iter().any(opened) {
            return true;
        }
        most > 0
            && BETWEEN.iter().any(|word| {
                let rest = without_end(before, word);
                rest.is_some_and(|rest| self.leads_from_denial(rest, given || word.starts_with('给'), most - 1))
            })
    }

    /// Whether a denial with this before it is one: 特别 is none, nor 要不要, nor what asks or turns it round.
    fn plain(&self, before: &[char], denial: &str) -> bool {
        let ends = |words: &[&str]| words.iter().any(|word| without_end(before, word).is_some());
        let mut chars = denial.chars();
        let (first, second) = (chars.next(), chars.next());
        let joined = first == Some('别') && ends(&JOINED);
        let offers_both = first == Some('不') && before.last().copied() == second && second.is_some();
        let asks = ASKING
            .iter()
            .any(|word| (0..before.len()).any(|at| begins(&before[at..], word)));
        let single = self.end - self.start == 1;
        !joined && !offers_both && !asks && !ends(&TURNED) && (!single || self.decides())
    }

    /// Whether the clause ends like a decision: 不换了, 先不退, 不开票了.
    fn decides(&self) -> bool {
        let mut rest = &self.clause[self.end..];
        let mut decided = self.clause[self.end - 1] == '了' || rest.is_empty();
        while let Some(shorter) = PARTICLES.iter().find_map(|word| without_end(rest, word)) {
            decided |= rest
                .last()
                .is_some_and(|last| matches!(last, '了' | '啦' | '喇' | '嘞' | '咯'));
            rest = shorter;
        }
        let more = rest.len() <= OBJECT && !rest.iter().any(|character| matches!(character, '不' | '没'));
        (decided && more || rest.is_empty()) && !self.asked
    }

    /// 人工不必了, 发票就不开了, the swap can wait.
    fn denied_after(&self) -> Option<usize> {
        let wish = &self.clause[self.start..self.end];
        let before = &self.clause[..self.start];
        let asks = || {
            let mut words = ASKING.iter();
            words.any(|word| (0..before.len()).any(|at| begins(&before[at..], word)))
        };
        let undoing = || UNDOING.iter().any(|word| begins(wish, word));
        let after = &self.clause[self.end..];
        let begun = !self.asked && after.first().is_some_and(|first| BEGINS_AFTER.may_hold(*first));
        let left = begun
            .then(|| leads_to_denial(after, undoing(), false, MOST_BETWEEN))
            .flatten();
        let left = left.filter(|_| !asks());
        left.map(|left| self.clause.len() - left)
    }

    /// 地址我自己改好了.
    fn settled(&self) -> Option<usize> {
        let own = self.clause.windows(2).any(|pair| *pair == ['自', '己']);
        let done = || {
            let rest = particles_off(self.clause);
            let mut texts = [self.clause, rest].into_iter();
            texts.any(|text| SETTLED.iter().any(|word| without_end(text, word).is_some()))
        };
        (own && !self.asked && done()).then_some(self.clause.len())
    }
}

/// How much is left behind the denial with which a text begins, with nothing but words between.
fn leads_to_denial(after: &[char], undoing: bool, firm: bool, most: usize) -> Option<usize> {
    if !after.first().is_some_and(|first| BEGINS_AFTER.may_hold(*first)) {
        return None;
    }
    let fixed = AFTER.iter().chain(AFTER_THINGS.iter().filter(|_| !undoing));
    for word in fixed.filter(|word| begins(after, word)) {
        if let Some(left) = says_no_more(&after[word.chars().count()..]) {
            return Some(left);
        }
    }
    for no in NO {
        let Some(rest) = begins(after, no).then(|| &after[no.chars().count()..]) else {
            continue;
        };
        for verb in VERBS.iter().filter(|verb| begins(rest, verb)) {
            let rest = &rest[verb.chars().count()..];
            let decided = firm || no.chars().count() > 1 || no == "别";
            let decided = decided
                || rest
                    .first()
                    .is_some_and(|next| matches!(next, '了' | '啦' | '喇' | '嘞'));
            if let Some(left) = says_no_more(rest).filter(|_| decided) {
                return Some(left);
            }
        }
    }
    let between = BETWEEN_AFTER.iter().filter(|word| most > 0 && begins(after, word));
    between
        .filter_map(|word| {
            let firm = firm || matches!(*word, "就" | "先");
            leads_to_denial(&after[word.chars().count()..], undoing, firm, most - 1)
        })
        .next()
}

/// How many characters another thought has that goes on here; `None` where the clause says more than particles.
fn says_no_more(rest: &[char]) -> Option<usize> {
    let rest = &rest[particles(rest)..];
    let goes_on = rest.is_empty() || rest[0] == ' ' || GOES_ON.iter().any(|word| begins(rest, word));
    goes_on.then_some(rest.len())
}

/// How many characters of particles a text begins with.
fn particles(text: &[char]) -> usize {
    let mut at = 0;
    while let Some(word) = PARTICLES.iter().find(|word| begins(&text[at..], word)) {
        at += word.chars().count();
    }
    at
}

/// A text without the particles that end it.
fn particles_off(mut text: &[char]) -> &[char] {
    while let Some(shorter) = PARTICLES.iter().find_map(|word| without_end(text, word)) {
        text = shorter;
    }
    text
}

/// Whether nothing stands here but words that lead to a wish.
fn leads_to_wish(mut before: &[char]) -> bool {
    let words = || WISHING.iter().chain(LEADING.iter());
    while let Some(shorter) = words().find_map(|word| without_end(before, word)) {
        before = shorter;
    }
    before.iter().all(|character| is_mark(*character))
}

/// Whether nothing stands here but words that may stand before a denial at the beginning of its clause.
fn opens(mut before: &[char]) -> bool {
    while let Some(shorter) = LEADING.iter().find_map(|word| without_end(before, word)) {
        before = shorter;
    }
    before.is_empty()
}

/// The stretches of a clause that no blank parts: 不转了 找到了 says two things.
fn parts(text: &[char], clause: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let mut from = clause.start;
    std::iter::from_fn(move || {
        let start = (from..clause.end).find(|at| !is_mark(text[*at]))?;
        let part = clause_around(text, start, start + 1);
        from = part.end.max(start + 1);
        Some(start..part.end.min(clause.end))
    })
}

/// The stretch without marks around a word; a blank between Latin words is none.
fn clause_around(text: &[char], start: usize, end: usize) -> Range<usize> {
    let han = |at: Option<usize>| {
        at.and_then(|at| text.get(at))
            .is_some_and(|character| is_han(*character))
    };
    let cuts = |at: usize| match text[at] {
        ' ' => han(at.checked_sub(1)) && han(Some(at + 1)),
        '\'' | '-' | '"' => false,
        character => is_mark(character),
    };
    let mut from = (0..start).rfind(|at| cuts(*at)).map_or(0, |at| at + 1);
    let to = (end..text.len()).find(|at| cuts(*at)).unwrap_or(text.len());
    while from < start && text[from] == ' ' {
        from += 1;
    }
    from..to
}

/// Whether a Latin word is no part of a longer one.
fn stands_alone(text: &[char], start: usize, end: usize) -> bool {
    let letter = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(char::is_ascii_alphabetic);
    !(text[start].is_ascii_alphabetic() && letter(start.checked_sub(1))
        || text[end - 1].is_ascii_alphabetic() && letter(Some(end)))
}

/// A text without the word that ends it, if it does.
fn without_end<'t>(text: &'t [char], word: &str) -> Option<&'t [char]> {
    let rest = word.chars().rev().try_fold(text, |rest, wanted| {
        let (last, shorter) = rest.split_last()?;
        (*last == wanted).then_some(shorter)
    });
    rest.filter(|_| !word.is_empty())
}
