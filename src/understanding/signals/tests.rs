//! What the detector reaches on sentences it has not learned.
//!
//! Two measures. In turn, a fifth of all sentences is kept from the model; half of them were written to do without
//! the words of any cue, so that recall is a floor: what is reached on the hardest messages. And `held_out.txt`:
//! messages written after the first cue lists, before the detector was first run on them.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::LazyLock;

use super::super::normalise::normalise;
use super::*;
use crate::packs;

/// The budget of the default settings.
const NEEDLESS: f32 = 0.02;

static PACK: LazyLock<Pack> = LazyLock::new(|| {
    let (pack, findings) = packs::load(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/intents")));
    pack.unwrap_or_else(|| panic!("{findings:#?}"))
});
static SYNONYMS: LazyLock<SynonymTable> = LazyLock::new(|| SynonymTable::new(&PACK.synonyms));
static INDEX: LazyLock<SignalIndex> =
    LazyLock::new(|| SignalIndex::build(&PACK, &SYNONYMS, Vectors::shipped(), NEEDLESS));

/// The signals that take effect.
fn fires(index: &SignalIndex, text: &str) -> Vec<String> {
    let hits = index.detect(text, &normalise(text, &SYNONYMS));
    hits.into_iter()
        .filter(|hit| hit.takes_effect())
        .map(|hit| hit.id)
        .collect()
}

fn score(text: &str, id: &str) -> f32 {
    let hits = INDEX.detect(text, &normalise(text, &SYNONYMS));
    hits.iter().find(|hit| hit.id == id).map_or(0.0, |hit| hit.score)
}

#[derive(Default)]
struct Share {
    all: u32,
    hit: u32,
}

impl Share {
    fn add(&mut self, hit: bool) {
        self.all += 1;
        self.hit += u32::from(hit);
    }

    fn value(&self) -> f32 {
        self.hit as f32 / self.all.max(1) as f32
    }
}

#[test]
fn the_files_own_tests_hold() {
    let mut wrong = Vec::new();
    for test in PACK.signals.iter().flat_map(|signal| &signal.tests) {
        let signals = fires(&INDEX, &test.ask);
        let missing = test.expect.as_ref().is_some_and(|id| !signals.contains(id));
        if missing || test.expect_not.as_ref().is_some_and(|id| signals.contains(id)) {
            wrong.push((&test.ask, signals));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_signal_has_enough_to_learn_from() {
    assert_eq!(PACK.signals.len(), 10);
    for signal in PACK.signals.iter() {
        let han = |text: &&String| {
            text.chars()
                .any(|character| ('\u{4e00}'..'\u{a000}').contains(&character))
        };
        let chinese = signal.examples.iter().filter(han).count();
        assert!(chinese >= 90, "{} has {chinese} Chinese examples", signal.id);
        assert!(signal.examples.len() - chinese >= 35, "{}", signal.id);
        assert!(signal.calm.len() >= 40 && signal.tests.len() >= 8, "{}", signal.id);
    }
    assert!(PACK.scope.content.len() >= 250);
}

/// Recall by signal, false alarms among plain questions and plain talk, and among calm look-alikes, each measured
/// with models that have not seen the sentence.
#[test]
fn held_out_sentences_are_told_apart() {
    const FOLDS: usize = 5;
    let mut fold_of = HashMap::new();
    let plain: Vec<&String> = PACK
        .intents
        .iter()
        .flat_map(|intent| &intent.examples)
        .chain(PACK.out_of_scope.iter())
        .chain(&PACK.scope.content)
        .collect();
    let heated = PACK
        .signals
        .iter()
        .flat_map(|signal| signal.examples.iter().chain(&signal.calm));
    for (at, text) in heated.chain(plain.iter().copied()).enumerate() {
        fold_of.entry(text.as_str()).or_insert(at % FOLDS);
    }
    let (mut alarms, mut worried, mut calm) = (Share::default(), Share::default(), Share::default());
    let mut recall: BTreeMap<&str, Share> = BTreeMap::new();
    for fold in 0..FOLDS {
        let left_out = |text: &str| fold_of.get(text) == Some(&fold);
        let index = SignalIndex::build_without(&PACK, &SYNONYMS, Vectors::shipped(), NEEDLESS, &left_out);
        for text in plain.iter().filter(|text| left_out(text)) {
            let signals = fires(&index, text);
            // A signal of low severity brings in nobody by itself, and hurrying questions are often worried.
            alarms.add(signals.iter().any(|id| id != "emotion.anxiety"));
            worried.add(!signals.is_empty());
        }
        for signal in PACK.signals.iter() {
            for text in signal.examples.iter().filter(|text| left_out(text)) {
                let found = fires(&index, text).contains(&signal.id);
                recall.entry(&signal.id).or_default().add(found);
            }
            for text in signal.calm.iter().filter(|text| left_out(text)) {
                calm.add(!fires(&index, text).is_empty());
            }
        }
    }
    let recalls: Vec<String> = recall
        .iter()
        .map(|(id, share)| format!("{id} {:.3}", share.value()))
        .collect();
    let figures = format!(
        "alarms {:.4} of {}, with low ones {:.4}, calm {:.3} of {}, recall {recalls:?}",
        alarms.value(),
        alarms.all,
        worried.value(),
        calm.value(),
        calm.all,
    );
    eprintln!("{figures}");
    // More than the budget: examples are harder than messages, and among these are the look-alikes, written
    // to sound heated.
    let budget = NEEDLESS;
    assert!(
        alarms.value() <= 1.6 * budget && worried.value() <= 2.0 * budget,
        "{figures}"
    );
    // Of the look-alikes the bar may let eight times the budget pass where it is measured; the other sentences hold it higher.
    assert!(calm.value() <= 6.5 * budget, "{figures}");
    for (id, share) in &recall {
        let floor = if ["safety.harm", "threat.legal", "threat.regulator"].contains(id) {
            0.7
        } else {
            0.33
        };
        assert!(share.value() >= floor, "{id}: {figures}");
    }
}

#[test]
fn messages_never_seen_before_are_told_apart() {
    let (mut critical, mut other, mut calm) = (Share::default(), Share::default(), Share::default());
    let mut wrong = Vec::new();
    for (id, text) in labelled(include_str!("held_out.txt")) {
        let signals = fires(&INDEX, text);
        let found = signals.iter().any(|signal| signal == id);
        let right = if id == "calm" { signals.is_empty() } else { found };
        match CueKind::of(id) {
            _ if id == "calm" => calm.add(right),
            CueKind::Harm | CueKind::Threat => critical.add(right),
            _ => other.add(right),
        }
        if !right {
            wrong.push((id, text, signals));
        }
    }
    assert!(critical.value() >= 0.92, "{wrong:#?}");
    assert!(other.value() >= 0.85, "{wrong:#?}");
    assert!(calm.value() >= 0.95, "{wrong:#?}");
}

#[test]
fn the_shops_own_test_questions_raise_no_alarm() {
    let mut alarms = Share::default();
    let mut wrong = Vec::new();
    for test in PACK.intents.iter().flat_map(|intent| &intent.tests) {
        let signals = fires(&INDEX, &test.ask);
        let alarm = signals.iter().any(|id| id != "emotion.anxiety");
        alarms.add(alarm);
        if alarm {
            wrong.push((&test.ask, signals));
        }
    }
    eprintln!("{} alarms among {} questions", alarms.hit, alarms.all);
    assert!(alarms.value() <= 0.01, "{wrong:#?}");
}

#[test]
fn evidence_is_what_the_shopper_wrote() {
    let text = "再拖我就打１２３１５！！";
    let hits = INDEX.detect(text, &normalise(text, &SYNONYMS));
    assert_eq!(hits[0].id, "threat.regulator");
    assert!(
        text.contains(&hits[0].evidence) && hits[0].evidence.contains("１２３１５"),
        "{hits:?}"
    );
    assert!(
        hits.iter()
            .map(SignalHit::takes_effect)
            .is_sorted_by(|first, next| first >= next)
    );
}

#[test]
fn an_angry_face_says_anger_and_nothing_else() {
    for text in ["😡😡😡", "😡"] {
        assert_eq!(fires(&INDEX, text), ["emotion.anger"], "{text}");
    }
    for text in ["🙂", "😂😂", "?", "。。。"] {
        assert!(fires(&INDEX, text).is_empty(), "{text}");
    }
}

#[test]
fn a_message_may_carry_several_signals() {
    let signals = fires(&INDEX, "用了你们的面霜脸烂了，不赔钱我就打12315，再去小红书曝光你们");
    for id in ["safety.harm", "threat.regulator", "threat.review"] {
        assert!(
            signals.iter().any(|signal| signal == id),
            "{id} is missing in {signals:?}"
        );
    }
}

#[test]
fn scope_takes_cues_back_and_says_why() {
    let cases = [
        ("不是要投诉你们 就问一下", "complaint.service", Scope::Negated),
        ("你们支持假一赔十吗", "threat.legal", Scope::Asked),
        ("万一过敏了可以退吗", "safety.harm", Scope::Supposed),
        ("看到评论说你们是骗子店", "emotion.anger", Scope::Quoted),
        ("上一家店什么垃圾质量", "complaint.product", Scope::ThirdParty),
        ("家用垃圾袋有吗", "emotion.anger", Scope::Harmless),
    ];
    for (text, id, why) in cases {
        let reports = INDEX.explain(text, &normalise(text, &SYNONYMS));
        let report = reports.iter().find(|report| report.id == id).unwrap();
        assert!(
            report.cues.iter().any(|cue| cue.cancelled == Some(why)),
            "{text}: {report:#?}"
        );
        assert!(report.score < SignalHit::TAKES_EFFECT, "{text}: {report:#?}");
    }
    // The place is that of the words as they were written, marks of any width and blanks included.
    let text = "那　！！上一家店什麼垃圾質量";
    let reports = INDEX.explain(text, &normalise(text, &SYNONYMS));
    for cue in reports.iter().flat_map(|report| &report.cues) {
        let words: String = text.chars().skip(cue.range.start).take(cue.range.len()).collect();
        assert_eq!(words, cue.words);
        assert!(cue.range.start >= 2, "{cue:?}");
    }
    assert!(score("再不发货我就投诉你们店", "threat.regulator") >= SignalHit::TAKES_EFFECT);
    let reports = INDEX.explain("这不是骗人吗", &normalise("这不是骗人吗", &SYNONYMS));
    let anger = reports.iter().find(|report| report.id == "emotion.anger").unwrap();
    assert!(anger.cues.iter().any(|cue| cue.cancelled.is_none()), "{anger:#?}");
}

#[test]
fn the_same_files_give_the_same_answers() {
    let again = SignalIndex::build(&PACK, &SYNONYMS, Vectors::shipped(), NEEDLESS);
    for text in ["什么破质量", "怎么还没发货", "thanks for nothing", "", "。。。", "😡"] {
        let message = normalise(text, &SYNONYMS);
        assert_eq!(again.detect(text, &message), INDEX.detect(text, &message));
    }
    assert_eq!(again.thresholds(), INDEX.thresholds());
}

#[test]
fn a_pack_without_signals_sees_none() {
    let index = SignalIndex::build(&Pack::default(), &SynonymTable::default(), None, NEEDLESS);
    assert!(fires(&index, "我要打12315").is_empty());
}

/// `calm`, `blame` or the id of a signal, and a message.
fn labelled(list: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    list.lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split_once('\t').unwrap())
}

#[test]
fn trouble_is_heard_inside_sentences_and_statements_stay_calm() {
    let mut shares: BTreeMap<&str, Share> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (label, text) in labelled(include_str!("in_sentences.txt")) {
        let mut signals = fires(&INDEX, text);
        signals.retain(|id| id != "emotion.anxiety");
        let (kind, right) = match label {
            "calm" => ("calm", signals.is_empty()),
            "blame" => ("blame", !signals.is_empty()),
            id => ("named", signals.iter().any(|signal| signal == id)),
        };
        shares.entry(kind).or_default().add(right);
        if !right {
            wrong.push((label, text, signals));
        }
    }
    for (kind, least) in [("calm", 0.98), ("blame", 0.85), ("named", 0.95)] {
        assert!(shares[kind].value() >= least, "{kind}: {wrong:#?}");
    }
}

/// The words behind everything that takes effect stand in the message, and in the lanes of safety and law it is a cue that
/// says so.
#[test]
fn nothing_takes_effect_without_words_and_nothing_pressing_without_a_cue() {
    let lists = [include_str!("in_sentences.txt"), include_str!("held_out.txt")];
    for (_, text) in lists.into_iter().flat_map(labelled) {
        let message = normalise(text, &SYNONYMS);
        let reports = INDEX.explain(text, &message);
        for hit in INDEX.detect(text, &message).iter().filter(|hit| hit.takes_effect()) {
            assert!(
                !hit.evidence.is_empty() && text.contains(&hit.evidence),
                "{text}: {hit:?}"
            );
            let report = reports.iter().find(|report| report.id == hit.id).unwrap();
            let counted = report.cues.iter().filter(|cue| cue.cancelled.is_none());
            let said = counted.map(|cue| cue.strength).max();
            let lane = PACK.signals.iter().find(|signal| signal.id == hit.id).unwrap().lane;
            let needed = match lane {
                Some(Lane::Safety | Lane::Top) => Some(Strength::Medium),
                Some(Lane::Urgent) => Some(Strength::Weak),
                _ => None,
            };
            assert!(said >= needed, "{text}: {report:?}");
        }
    }
}

#[test]
fn what_takes_effect_stands_before_the_rest_and_the_most_pressing_lane_first() {
    let hit = |id: &str, score| SignalHit {
        id: id.to_owned(),
        score,
        evidence: String::new(),
    };
    let mut hits = vec![
        hit("emotion.anger", 0.99),
        hit("threat.legal", 0.49),
        hit("complaint.product", 0.7),
        hit("complaint.service", 0.8),
        hit("safety.harm", 0.5),
        hit("emotion.anxiety", 0.9),
    ];
    INDEX.order(&mut hits);
    let ids: Vec<&str> = hits.iter().map(|hit| hit.id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "safety.harm",
            "emotion.anger",
            "complaint.service",
            "complaint.product",
            "emotion.anxiety",
            "threat.legal"
        ]
    );
}
