//! Whether a cue is meant: denied, asked about, supposed, quoted, said of another shop, praise, or no cue at all.

use std::ops::Range;

use super::super::normalise::{Clause, Normalised, begins};
use super::words::{CONSEQUENCES, DONE, LEAVING, OWN_DOING, POSSIBLE, POSSIBLE_FAULT, THIS_SHOP};
use crate::packs::ScopeWords;

/// Why a cue does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// It is part of a harmless word: 垃圾袋.
    Harmless,
    /// It is denied: 不是要投诉.
    Negated,
    /// It is asked about: 怎么投诉快递.
    Asked,
    /// It is only supposed: 万一过敏.
    Supposed,
    /// Others said it: 评论说你们是骗子.
    Quoted,
    /// It is about another shop: 上一家店太垃圾了.
    ThirdParty,
    /// It is said in praise or in fun: 好吃到骂人.
    Praised,
}

impl Scope {
    /// What it is called, Chinese and English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Scope::Harmless => ("无害的词里", "part of a harmless word"),
            Scope::Negated => ("被否定", "denied"),
            Scope::Asked => ("只是问", "only asked about"),
            Scope::Supposed => ("只是假设", "only supposed"),
            Scope::Quoted => ("转述别人", "said by others"),
            Scope::ThirdParty => ("说的是别家", "about another shop"),
            Scope::Praised => ("夸奖或玩笑", "praise or fun"),
        }
    }
}

/// What kind of thing a cue says; it decides which scopes can turn it around.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CueKind {
    /// Somebody is hurt. Asking what to do about it takes nothing away; asking whether it could happen does.
    Harm,
    /// What the shopper will do. It can be asked about and supposed.
    Threat,
    /// What is wrong. Rhetorical questions are its usual form.
    Complaint,
    /// What the shopper feels; strong words are also used in fun.
    Feeling,
    /// Worry and haste: 怕 and 担心 are its own words and suppose nothing.
    Anxiety,
}

impl CueKind {
    /// The kind of a signal's cues, from its id.
    pub fn of(id: &str) -> CueKind {
        match id.split_once('.') {
            Some(("safety", _)) => CueKind::Harm,
            Some(("threat", _)) => CueKind::Threat,
            Some(("emotion", "anxiety")) => CueKind::Anxiety,
            Some(("emotion", _)) => CueKind::Feeling,
            _ => CueKind::Complaint,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Negation,
    Question,
    Hypothetical,
    Quotation,
    ThirdParty,
    Praise,
    Intensifier,
    Harmless,
}

/// How much a kind of scope word anywhere in a message speaks for calm. Fitted on sentences, heated and calm, that
/// neither the cues nor the model had seen: whoever asks 有意思吗 or 这还能用吗 is rarely calm, so that a question says little.
const CALMING: [(Kind, f32); 6] = [
    (Kind::Question, 0.4),
    (Kind::Hypothetical, 1.4),
    (Kind::Quotation, 1.4),
    (Kind::ThirdParty, 1.0),
    (Kind::Praise, 1.2),
    (Kind::Harmless, 1.2),
];

/// The operators' scope words: what kind each is. They are looked for together with the cues.
#[derive(Default)]
pub struct ScopeTable {
    kinds: Vec<Kind>,
}

fn lists(words: &ScopeWords) -> impl Iterator<Item = (Kind, &str)> {
    let lists = [
        (Kind::Negation, &words.negations),
        (Kind::Question, &words.questions),
        (Kind::Hypothetical, &words.hypotheticals),
        (Kind::Quotation, &words.quotations),
        (Kind::ThirdParty, &words.third_parties),
        (Kind::Praise, &words.praise),
        (Kind::Intensifier, &words.intensifiers),
        (Kind::Harmless, &words.harmless),
    ];
    let lists = lists.into_iter();
    lists.flat_map(|(kind, list)| list.iter().map(move |word| (kind, word.as_str())))
}

impl ScopeTable {
    /// Takes the lists.
    pub fn new(words: &ScopeWords) -> ScopeTable {
        ScopeTable {
            kinds: lists(words).map(|(kind, _)| kind).collect(),
        }
    }

    /// The words of all lists in order, as patterns.
    pub fn patterns(words: &ScopeWords) -> impl Iterator<Item = &str> {
        lists(words).map(|(_, word)| word)
    }

    /// A message with the words that were found in it, by their place in the order of the lists.
    pub fn read<'a>(&self, message: &'a Normalised, words: impl Iterator<Item = (usize, Range<usize>)>) -> Reading<'a> {
        Reading {
            chars: message.canonical.chars(),
            clauses: &message.clauses,
            words: words.map(|(word, range)| (self.kinds[word], range)).collect(),
        }
    }
}

/// A message with its scope words found.
pub struct Reading<'a> {
    chars: &'a [char],
    clauses: &'a [Clause],
    words: Vec<(Kind, Range<usize>)>,
}

impl Reading<'_> {
    /// Why the cue at `cue` does not count; `None` when it does.
    pub fn cancels(&self, cue: &Range<usize>, cue_kind: CueKind, strong: bool) -> Option<Scope> {
        if self
            .of(Kind::Harmless)
            .any(|word| word.start <= cue.start && cue.end <= word.end)
        {
            return Some(Scope::Harmless);
        }
        let at = self.clause_of(cue.start)?;
        let clause = &self.clauses[at];
        let inside = |word: &Range<usize>| word.start >= clause.range.start && word.end <= clause.range.end;
        if self
            .of(Kind::Negation)
            .any(|word| inside(word) && word.start < cue.start && word.end < cue.end && self.denies(word, cue, clause))
        {
            return Some(Scope::Negated);
        }
        if self.of(Kind::Quotation).any(|word| {
            word.end <= cue.start
                && (inside(word)
                    || at > 0
                        && word.end == self.clauses[at - 1].range.end
                        && word.start >= self.clauses[at - 1].range.start)
        }) && !self.has(clause.range.start..cue.start, &["我也"])
        {
            return Some(Scope::Quoted);
        }
        if self.third_party(at, cue) {
            return Some(Scope::ThirdParty);
        }
        if self.supposed(cue, clause, cue_kind) {
            return Some(Scope::Supposed);
        }
        if self.asked(cue, clause, cue_kind, strong) {
            return Some(Scope::Asked);
        }
        if matches!(cue_kind, CueKind::Feeling | CueKind::Anxiety) && self.praised(at, cue, strong) {
            return Some(Scope::Praised);
        }
        None
    }

    /// Whether an intensifier stands in the same clause.
    pub fn intensified(&self, cue: &Range<usize>) -> bool {
        self.clause_of(cue.start).is_some_and(|at| {
            let clause = &self.clauses[at].range;
            self.of(Kind::Intensifier).any(|word| {
                word.start >= clause.start && word.end <= clause.end && (word.end <= cue.start || word.start >= cue.end)
            })
        })
    }

    /// What the words around the cues say for a calm message, as log odds: questions, praise, others' words. Words that
    /// are part of a cue (有没有人管) say nothing for calm, and beside a strong cue only questions in its clause do (退款什么
    /// 时候到 再不到我打12315). `cues` are those that count, `strong` the strong ones of them.
    ///
    /// A cue is held against the scope in its own clause; this is about the message as a whole, and helps where
    /// nobody has thought of the cue.
    pub fn calming(&self, cues: &[Range<usize>], strong: &[Range<usize>]) -> f32 {
        let near = |word: &Range<usize>| {
            strong.is_empty()
                || strong
                    .iter()
                    .any(|cue| self.clause_of(cue.start) == self.clause_of(word.start))
        };
        let free = |word: &Range<usize>| cues.iter().all(|cue| cue.end <= word.start || word.end <= cue.start);
        CALMING
            .iter()
            .filter(|(kind, _)| {
                self.of(*kind)
                    .any(|word| free(word) && (*kind != Kind::Question || near(word) && self.really_asks(word)))
            })
            .map(|(_, by)| by)
            .sum()
    }

    /// Whether a clause says 不是 (and not 是不是) before its end.
    fn isnt(&self, clause: usize) -> bool {
        let chars = &self.chars[self.clauses[clause].range.clone()];
        (1..chars.len()).any(|at| chars[at - 1] == '不' && chars[at] == '是' && (at < 2 || chars[at - 2] != '是'))
    }

    /// 么 and 嘛 ask at the end of a clause, not in 这么; 几个 does not ask in 十几个.
    fn really_asks(&self, word: &Range<usize>) -> bool {
        if self.chars[..word.start].ends_with(&['十']) {
            return false;
        }
        let particle = word.len() == 1 && !self.chars[word.start].is_ascii();
        // 这不是骗人吗 affirms.
        if particle && self.clause_of(word.start).is_some_and(|at| self.isnt(at)) {
            return false;
        }
        let ends = self
            .clause_of(word.start)
            .is_some_and(|at| word.end + 1 >= self.clauses[at].range.end);
        !particle || ends
    }

    fn of(&self, kind: Kind) -> impl Iterator<Item = &Range<usize>> {
        self.words
            .iter()
            .filter(move |(of, _)| *of == kind)
            .map(|(_, range)| range)
    }

    /// The clause that holds a character, or the nearest before it.
    fn clause_of(&self, at: usize) -> Option<usize> {
        let after = self.clauses.partition_point(|clause| clause.range.start <= at);
        after.checked_sub(1).or((!self.clauses.is_empty()).then_some(0))
    }

    fn has(&self, range: Range<usize>, words: &[&str]) -> bool {
        let text = &self.chars[range];
        (0..text.len()).any(|at| words.iter().any(|word| begins(&text[at..], word)))
    }

    fn denies(&self, word: &Range<usize>, cue: &Range<usize>, clause: &Clause) -> bool {
        // 没人给个准话 says itself that nobody does: of 也没 before it only 也 is left.
        if word.end > cue.start && matches!(self.chars[cue.start], '没' | '不' | '别' | '无' | '未' | '冇' | '唔')
        {
            return false;
        }
        // 没说要 and 要起诉 share a character.
        let between = &self.chars[word.end.min(cue.start)..cue.start];
        let near = if self.chars[word.end - 1].is_ascii() {
            between.iter().filter(|character| **character == ' ').count() <= 2
        } else {
            let reach = if word.len() == 1 { 0 } else { word.len().min(3) };
            between.iter().filter(|character| **character != ' ').count() <= reach
        };
        if !near || between.contains(&'再') {
            return false;
        }
        // 是不是, 会不会, 有没有 ask; 不得不, 能不 … do not deny.
        let before = word.start.checked_sub(1).map(|at| self.chars[at]);
        if before == Some(self.chars[word.end - 1])
            || matches!(before, Some('得' | '能' | '要') if self.chars[word.start] == '不')
        {
            return false;
        }
        // 这不是骗人吗 affirms.
        let last = self.chars[clause.range.end - 1];
        let isnt = self.chars[word.clone()].starts_with(&['不', '是']);
        !(isnt && (matches!(last, '吗' | '么' | '嘛') || clause.asked || self.has(clause.range.clone(), &["是什么"])))
    }

    fn supposed(&self, cue: &Range<usize>, clause: &Clause, cue_kind: CueKind) -> bool {
        if cue_kind == CueKind::Anxiety {
            return false;
        }
        let Some(word) = self
            .of(Kind::Hypothetical)
            .find(|word| word.start >= clause.range.start && word.start < cue.start && cue.start < clause.range.end)
        else {
            return false;
        };
        let consequence = word.end < cue.end && self.has(word.end.min(cue.start)..cue.end, &CONSEQUENCES);
        match cue_kind {
            CueKind::Harm => true,
            CueKind::Threat => !consequence,
            _ => !consequence && !self.has(cue.end..clause.range.end.max(cue.end), &CONSEQUENCES),
        }
    }

    fn question_word(&self, clause: &Clause, cue: &Range<usize>) -> Option<Range<usize>> {
        self.of(Kind::Question)
            .find(|word| {
                // 么 and 嘛 ask at the end of a clause, not in 这么.
                let particle = word.len() == 1 && !self.chars[word.start].is_ascii();
                word.start >= clause.range.start
                    && word.end <= clause.range.end
                    && (word.end <= cue.start || word.start >= cue.end)
                    && !(particle && word.end + 1 < clause.range.end)
                    && !self.chars[..word.start].ends_with(&['这'])
            })
            .cloned()
    }

    fn asked(&self, cue: &Range<usize>, clause: &Clause, cue_kind: CueKind, strong: bool) -> bool {
        let before = clause.range.start..cue.start.max(clause.range.start);
        let Some(word) = self.question_word(clause, cue) else {
            let open = matches!(cue_kind, CueKind::Complaint | CueKind::Harm | CueKind::Threat);
            return open && self.has(before.start..cue.end, &POSSIBLE_FAULT);
        };
        match cue_kind {
            CueKind::Harm => {
                // 会过敏吗 and 猫吃了会吐吗 ask; 过敏了怎么办 tells.
                let possible = self.has(before.start..cue.end, &POSSIBLE);
                let told = !possible
                    && self.chars[cue.clone()].iter().any(|character| DONE.contains(character))
                    && word.start >= cue.end;
                !told && (word.end <= cue.start || possible)
            }
            CueKind::Threat => {
                let own = self.has(clause.range.start..cue.end, &OWN_DOING)
                    || self.chars[cue.clone()].iter().any(|character| DONE.contains(character));
                let how = self.has(before, &["怎么", "哪里", "how ", "where "]);
                // 让大家知道你们怎么做生意 asks nothing: a question word that belongs to the cue stands close behind it.
                let apart = word.start > cue.end + 2 && word.end < clause.range.end;
                !apart && (!own || how && !strong)
            }
            // 你们是不是有病 asks nothing; 会不会是假的 does.
            CueKind::Complaint => !strong || self.has(before, &POSSIBLE_FAULT),
            CueKind::Feeling => !strong,
            CueKind::Anxiety => false,
        }
    }

    fn third_party(&self, at: usize, cue: &Range<usize>) -> bool {
        let ours = |clause: usize| self.has(self.clauses[clause].range.clone(), &THIS_SHOP);
        for back in 0..=2.min(at) {
            let clause = &self.clauses[at - back].range;
            let told = self.of(Kind::ThirdParty).any(|word| {
                let before = word.start.checked_sub(1).map(|at| self.chars[at]);
                word.start >= clause.start
                    && word.end <= clause.end
                    && (word.end <= cue.start || word.start >= cue.end)
                    && !before.is_some_and(|character| LEAVING.contains(&character))
            });
            if ours(at - back) {
                return false;
            }
            if told {
                return true;
            }
        }
        false
    }

    /// Whether praise stands beside the cue: in the same clause or a neighbour's. A strong cue yields only to praise in
    /// its own clause or at the very beginning of the next: 太过分了 这么好看.
    fn praised(&self, at: usize, cue: &Range<usize>, strong: bool) -> bool {
        let from = self.clauses[if strong { at } else { at.saturating_sub(1) }].range.start;
        let next = &self.clauses[(at + 1).min(self.clauses.len() - 1)].range;
        let to = if strong {
            self.clauses[at].range.end.max((next.start + 5).min(next.end))
        } else {
            next.end
        };
        self.of(Kind::Praise).any(|word| {
            let before = word.start.checked_sub(1).map(|at| self.chars[at]);
            word.start >= from
                && word.end <= to
                && (word.end <= cue.start || word.start >= cue.end)
                && !matches!(before, Some('不' | '没' | '难' | '无'))
        })
    }
}
