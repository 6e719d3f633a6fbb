//! Signs to which other programs give a meaning and this one none: in sentences and answers they are plain characters.

use crate::packs::finding::Finding;
use crate::packs::notation::{Notation, in_answer, in_pattern, in_sentence};
use crate::packs::written::{AnswerFile, Files};
use crate::packs::yaml::At;

/// Checks examples, tests, patterns, answers and phrases. Sentences that no shop answers may hold any signs.
pub fn check(files: &Files, findings: &mut Vec<Finding>) {
    for (file, intent) in files.written() {
        let asked = intent
            .tests
            .iter()
            .flat_map(|test| test.after.iter().chain([&test.ask]));
        warn(file, intent.examples.iter().chain(asked), in_sentence, findings);
        warn(file, &intent.patterns, in_pattern, findings);
        warn(file, texts(&intent.answers), in_answer, findings);
        warn(file, texts(&intent.agent), in_answer, findings);
    }
    for (file, overlay) in &files.overlays {
        warn(file, texts(&overlay.more_answers), in_answer, findings);
    }
    for (file, signal) in &files.signals {
        warn(file, signal.examples.iter().chain(&signal.calm), in_sentence, findings);
        let patterns = signal.strong.iter().chain(&signal.medium).chain(&signal.weak);
        warn(file, patterns, in_pattern, findings);
    }
    for (file, _, answers) in &files.phrases {
        warn(file, texts(answers), in_answer, findings);
    }
}

fn texts(answers: &[AnswerFile]) -> impl Iterator<Item = &At<String>> {
    answers.iter().map(|answer| &answer.text)
}

fn warn<'a>(
    file: &str,
    texts: impl IntoIterator<Item = &'a At<String>>,
    look: fn(&str) -> Option<Notation<'_>>,
    findings: &mut Vec<Finding>,
) {
    for text in texts {
        let Some(found) = look(&text.value) else { continue };
        // What stands in this line is known to be wrong: one cause, one finding.
        if findings
            .iter()
            .any(|known| known.file == file && known.line == text.line)
        {
            continue;
        }
        let signs = found.written;
        let (of, instead) = (found.kind.of(), found.kind.instead());
        findings.push(
            Finding::warning(
                "I038",
                file,
                format!("“{signs}”像是{}的写法，这里只当普通字符", of.0),
                format!("`{signs}` seems to be {}; here it is plain characters", of.1),
            )
            .at(text.line, text.column + text.inset + found.at)
            .hint(instead.0, instead.1),
        );
    }
}
