//! `yingda ask`: one message or a talk, with what decided each turn.

use std::fmt::Write as _;
use std::sync::Arc;

use anyhow::Result;

use crate::dialogue::ledger::{HAND_OFF_AT, Ledger};
use crate::dialogue::turn::Outcome;
use crate::dialogue::{Generation, Simulator};
use crate::model::{Language, Millis, Question, SignalHit};
use crate::packs::Whose;
use crate::understanding::signals::SignalReport;

use super::args::AskArgs;
use super::{Exit, output, pack, whose};

/// Prints each turn with its reasons.
pub fn run(args: &AskArgs) -> Result<Exit> {
    let generation = pack::load(&args.pack)?;
    // As on a page in Chinese: the talk takes the language of the words that are written, and a link or a number has none.
    let language = args.lang.as_deref().and_then(Language::from_tag).unwrap_or_default();
    let now = Millis(now_ms());
    let mut talk = Simulator::new(Arc::clone(&generation), language, now);
    for message in &args.messages {
        let before = talk.state().memory.ledger.level;
        let Some(outcome) = talk.say(&[message]) else {
            if args.json {
                output::data(&serde_json::json!({ "message": message, "owner": "people" }).to_string());
                continue;
            }
            output::say(&format!(
                "▸ {message}\n  （已转人工，机器人不再说话 · a person has the chat, the bot is silent）\n"
            ));
            continue;
        };
        if args.json {
            let told = whose::told(&generation, message, &outcome, now);
            output::data(&serde_json::to_string(&told)?);
            continue;
        }
        let titles = |id: &str| {
            let intent = generation.pack.intents.iter().find(|intent| intent.id == id);
            intent.map(|intent| intent.title.zh.clone()).unwrap_or_default()
        };
        let heard = generation.index.explain_signals(message);
        let mut text = explain(message, &outcome, &heard, before, &titles, &generation);
        for from in whose::answers(&generation, &outcome, now) {
            let _ = writeln!(
                text,
                "  出处 from       {} 的答案是{}的 · answer of the {} · {}:{}",
                from.intent, from.zh, from.whose, from.file, from.line
            );
        }
        output::say(&text);
    }
    Ok(Exit::Clean)
}

fn explain(
    message: &str,
    outcome: &Outcome,
    heard: &[SignalReport],
    before: f32,
    title: &dyn Fn(&str) -> String,
    generation: &Generation,
) -> String {
    let mut text = format!("▸ {message}\n");
    let decision = &outcome.decision;
    let what = match outcome.handoff {
        Some((reason, lane)) => format!("handoff 转人工 · {} · {} lane", reason.name(), lane.name()),
        None => decision.kind.name().to_owned(),
    };
    let _ = writeln!(text, "  决定 decision   {what}");
    let named = |question: &Question| format!("{} {} {:.2}", question.id, title(&question.id), question.confidence);
    for question in &decision.intents {
        let _ = writeln!(text, "  问题 question   {}", named(question));
    }
    let others = considered(outcome);
    let answers_from = generation.index.answers_from();
    // A clause that is surer than that and was not answered was outweighed by the rest of the message.
    let nearest = others.iter().copied().find(|other| other.confidence < answers_from);
    if let Some(best) = decision.intents.first().or(nearest) {
        let _ = writeln!(text, "  把握 sure       {}", margin(best.confidence, answers_from));
    }
    let others: Vec<String> = others.into_iter().take(3).map(named).collect();
    if !others.is_empty() {
        let _ = writeln!(text, "  其次 also       {}", others.join("，"));
    }
    for stretch in &outcome.understanding.explanation {
        let Some(best) = stretch.ranked.first() else { continue };
        let _ = writeln!(
            text,
            "  依据 because    “{}” → {} {:.2}{}",
            stretch.text,
            best.id,
            best.confidence,
            because(stretch, &|sentence| whose::of(generation, &best.id, sentence))
        );
    }
    let clauses = outcome.understanding.clauses.iter();
    let kinds: Vec<String> = clauses
        .map(|clause| format!("“{}” {} {:.2}", clause.text, clause.kind.zh(), clause.confidence))
        .collect();
    if !kinds.is_empty() {
        let _ = writeln!(text, "  句子 clauses    {}", kinds.join("，"));
    }
    for signal in &decision.signals {
        let mark = if signal.takes_effect() {
            ""
        } else {
            "（不足以转人工 · too weak）"
        };
        let _ = writeln!(
            text,
            "  信号 signal     {} {:.2} “{}”{mark}",
            signal.id, signal.score, signal.evidence
        );
    }
    for report in heard {
        text.push_str(&cues(report));
    }
    if !decision.slots.is_empty() {
        let slots: Vec<String> = decision
            .slots
            .0
            .iter()
            .map(|(name, value)| format!("{}={value}", name.name()))
            .collect();
        let _ = writeln!(text, "  词槽 slots      {}", slots.join(" "));
    }
    if before > 0.0 || outcome.ledger.level > 0.0 {
        let _ = writeln!(text, "  情绪账 ledger   {}", curve(before, &outcome.ledger));
    }
    for said in outcome.says() {
        let _ = writeln!(text, "  回复 reply      {}", said.replace('\n', "\n                  "));
    }
    for choice in outcome.choices() {
        let _ = writeln!(text, "  按钮 button     [{}] {}", choice.label, choice.intent);
    }
    text
}

/// What else was considered, also where the decision is sure, the likeliest first.
fn considered(outcome: &Outcome) -> Vec<&Question> {
    let decision = &outcome.decision;
    let stretches = outcome
        .understanding
        .explanation
        .iter()
        .flat_map(|stretch| &stretch.ranked);
    let all = decision
        .alternatives
        .iter()
        .chain(&outcome.understanding.candidates)
        .chain(stretches);
    let mut others: Vec<&Question> = Vec::new();
    for other in all.filter(|other| other.confidence >= 0.02) {
        let answered = decision.intents.iter().any(|question| question.id == other.id);
        match others.iter_mut().find(|known| known.id == other.id) {
            Some(known) if known.confidence < other.confidence => *known = other,
            Some(_) => {}
            None if answered => {}
            None => others.push(other),
        }
    }
    others.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    others
}

/// How sure the best reading is, against the threshold from which the bot answers.
fn margin(confidence: f32, answers_from: f32) -> String {
    let by = confidence - answers_from;
    match by >= 0.0 {
        true => format!(
            "{confidence:.2}，到 {answers_from:.2} 就答，高出 {by:.2} · answers from {answers_from:.2}, {by:.2} above"
        ),
        false => format!(
            "{confidence:.2}，到 {answers_from:.2} 就答，差 {:.2} · answers from {answers_from:.2}, {:.2} short",
            -by, -by
        ),
    }
}

/// The cues of a signal, each with its pattern and place, and what took it back; and what the model heard without one.
fn cues(report: &SignalReport) -> String {
    let mut text = String::new();
    if report.unsaid {
        let _ = writeln!(
            text,
            "  没有词说 unsaid {} 只是模型听出来的（“{}”），没有线索，不算 · the model alone hears it, no cue says it, so it takes no effect",
            report.id, report.weighs_most
        );
    } else if report.cues.is_empty() && report.score >= SignalHit::TAKES_EFFECT {
        let _ = writeln!(
            text,
            "  模型 model      {} 最像的是“{}” · these words weigh most，{:+.1}，需 needs {:+.1}",
            report.id, report.weighs_most, report.margin, report.bar
        );
    }
    for cue in &report.cues {
        let _ = write!(
            text,
            "  线索 cue        {} {} {} “{}” {}–{}",
            report.id,
            cue.strength.field(),
            cue.pattern,
            cue.words,
            cue.range.start,
            cue.range.end
        );
        if let Some(scope) = cue.cancelled {
            let (zh, en) = scope.words();
            let _ = write!(text, "，不算：{zh} · does not count: {en}");
        }
        let _ = writeln!(text, "，模型 model {:+.1}，需 needs {:+.1}", report.margin, report.bar);
    }
    text
}

/// One turn of the ledger: a bar up to the line at which a person is brought in, the level, and what moved it.
fn curve(before: f32, ledger: &Ledger) -> String {
    const LINE: usize = 20;
    let filled = ((ledger.level / HAND_OFF_AT * LINE as f32).round() as usize).min(LINE + 5);
    let mut text: String = (0..LINE + 5)
        .map(|at| match (at < filled, at == LINE) {
            (_, true) => '┃',
            (true, false) => '█',
            (false, false) => '·',
        })
        .collect();
    let _ = write!(
        text,
        " {:.2}（到 {HAND_OFF_AT:.1} 转人工 · a person at {HAND_OFF_AT:.1}）= {before:.2}",
        ledger.level
    );
    if ledger.faded >= 0.005 {
        let _ = write!(text, " −{:.2} 时间 time", ledger.faded);
    }
    for entry in &ledger.entries {
        let (zh, en) = entry.cause.words();
        let sign = if entry.by < 0.0 { '−' } else { '+' };
        let _ = write!(text, " {sign}{:.2} {zh} {en}", entry.by.abs());
    }
    text
}

fn because(stretch: &crate::understanding::Explained, whose: &dyn Fn(&str) -> Option<Whose>) -> String {
    let reason = &stretch.reason;
    let mut text = String::new();
    let mark = |sentence: &str| {
        whose(sentence).map_or_else(String::new, |whose| format!("（{} · {}）", whose.zh(), whose.name()))
    };
    match (reason.exact, &reason.nearest) {
        (true, Some((example, _))) => {
            let _ = write!(text, "，例句原文 exact example{}", mark(example));
        }
        (true, None) => text.push_str("，例句原文 exact example"),
        (false, _) => {}
    }
    if let Some(pattern) = &reason.pattern {
        let _ = write!(text, "，句式 pattern {pattern}{}", mark(pattern));
    }
    if let (false, Some((example, similarity))) = (reason.exact, &reason.nearest) {
        let _ = write!(text, "，最像 nearest “{example}” {similarity:.2}{}", mark(example));
    }
    // One figure for all numbers of the meaning: singly they say nothing to anybody.
    if reason.meaning.abs() >= 0.5 && !reason.exact {
        let _ = write!(text, "，语义 meaning {:+.1}", reason.meaning);
    }
    if let Some(mended) = &reason.repaired {
        let _ = write!(text, "，按读音读作 read by sound as “{mended}”");
    }
    if reason.from_context {
        text.push_str("，接上一句 from context");
    }
    if reason.coverage < 0.5 {
        let _ = write!(text, "，认得的部分 known {:.0}%", reason.coverage * 100.0);
    }
    text
}

fn now_ms() -> u64 {
    u64::try_from(jiff::Timestamp::now().as_millisecond()).unwrap_or(0)
}
