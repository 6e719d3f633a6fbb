//! Waivers: a comment beside a line, or alone above it, names a rule that does not hold there, and the reason:
//! `# 豁免 I081：品牌自有公众号` or `# waive I081: our own published channel`. Mistakes of form cannot be waived.

use std::collections::HashMap;

use super::finding::{Finding, Severity};
use super::layout::SourceFile;

/// Words that begin a waiver.
const WORDS: [&str; 2] = ["豁免", "waive "];
/// Errors that people may judge otherwise. All warnings may be waived.
const ERRORS: [&str; 7] = ["I080", "I081", "I087", "I088", "I089", "I110", "I111"];
/// Warnings found later than in the files: a waiver of them cannot be called idle by who has only read them.
const LATER: [&str; 3] = ["I074", "I130", "I143"];
/// Errors found later than in the files, which nobody may judge otherwise.
const NEVER: [&str; 5] = ["G001", "I070", "I071", "I072", "I105"];

/// One waiver.
struct Waiver {
    /// The line for which it holds.
    line: usize,
    /// Where it is written, from 1.
    place: (usize, usize),
    rules: Vec<String>,
    has_reason: bool,
}

/// Leaves out what is waived in these files.
pub fn apply(files: &[&SourceFile], findings: &mut Vec<Finding>) {
    leave_out(&read_all(files), findings);
}

/// Leaves out what is waived, and tells waivers without a reason and those that waive nothing. `findings` are all that
/// reading these files gave.
pub fn settle(files: &[&SourceFile], findings: &mut Vec<Finding>) {
    let waivers = read_all(files);
    let mut told = Vec::new();
    for (file, list) in &waivers {
        for waiver in list {
            told.extend(waiver.wrong(file, findings));
        }
    }
    for file in files {
        told.extend(bare_lists(file));
    }
    leave_out(&waivers, findings);
    findings.append(&mut told);
}

fn leave_out(waivers: &Waivers, findings: &mut Vec<Finding>) {
    let waived = |finding: &Finding| {
        let of_file = waivers.get(finding.file.as_str());
        of_file.is_some_and(|list| list.iter().any(|waiver| waiver.covers(finding)))
    };
    findings.retain(|finding| !waived(finding));
}

/// The waivers of files by their names.
type Waivers<'f> = HashMap<&'f str, Vec<Waiver>>;

fn read_all<'f>(files: &[&'f SourceFile]) -> Waivers<'f> {
    let mut all = HashMap::new();
    for file in files {
        let Ok(text) = std::str::from_utf8(&file.bytes) else {
            continue;
        };
        if WORDS.iter().any(|word| text.contains(word)) {
            let list = read(text);
            if !list.is_empty() {
                all.insert(file.name.as_str(), list);
            }
        }
    }
    all
}

fn read(text: &str) -> Vec<Waiver> {
    let mut waivers: Vec<Waiver> = Vec::new();
    // Waivers alone in their lines, which hold for the next line of content.
    let mut waiting: Vec<Waiver> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        let body = line.trim_start();
        if body.is_empty() {
            continue;
        }
        let alone = body.starts_with('#');
        if !alone {
            for waiver in &mut waiting {
                waiver.line = number;
            }
            waivers.append(&mut waiting);
        }
        if let Some(waiver) = comments(line).find_map(|(column, comment)| waiver(comment, number, column)) {
            if alone { &mut waiting } else { &mut waivers }.push(waiver);
        }
    }
    waivers.append(&mut waiting);
    waivers
}

/// What may be the comment of a line, and in which column it begins: quoted texts have such signs too.
fn comments(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let begins = |at: usize| line[..at].chars().next_back().is_none_or(char::is_whitespace);
    let signs = line.match_indices('#').filter(move |(at, _)| begins(*at));
    signs.map(|(at, _)| (line[..at].chars().count() + 1, &line[at + 1..]))
}

fn waiver(comment: &str, line: usize, column: usize) -> Option<Waiver> {
    let comment = comment.trim_start();
    let mut rest = WORDS.iter().find_map(|word| comment.strip_prefix(word))?.trim_start();
    let mut rules = Vec::new();
    while let Some(id) = rest.get(..4).filter(|id| is_id(id)) {
        rules.push(id.to_ascii_uppercase());
        rest = rest[4..].trim_start_matches([',', '，', '、', ' ']);
    }
    let reason = rest.trim_matches(|sign: char| sign.is_whitespace() || [':', '：', '-', '—'].contains(&sign));
    (!rules.is_empty()).then(|| Waiver {
        line,
        place: (line, column),
        rules,
        has_reason: reason.chars().filter(|sign| sign.is_alphanumeric()).count() >= 2,
    })
}

fn is_id(text: &str) -> bool {
    let bytes = text.as_bytes();
    matches!(bytes[0], b'I' | b'G' | b'i' | b'g') && bytes[1..].iter().all(u8::is_ascii_digit)
}

impl Waiver {
    fn covers(&self, finding: &Finding) -> bool {
        self.has_reason && self.names(finding) && may_be_waived(finding)
    }

    fn names(&self, finding: &Finding) -> bool {
        finding.line == self.line && self.rules.iter().any(|rule| rule == finding.rule)
    }

    /// A rule that it names and that cannot be waived; `here` are the findings at its line.
    fn form<'a>(&'a self, mut here: impl Iterator<Item = &'a Finding>) -> Option<&'a str> {
        let never = self.rules.iter().map(String::as_str).find(|rule| NEVER.contains(rule));
        never.or_else(|| here.find(|finding| !may_be_waived(finding)).map(|finding| finding.rule))
    }

    fn wrong(&self, file: &str, findings: &[Finding]) -> Option<Finding> {
        let rules = self.rules.join("、");
        let here = |finding: &&Finding| finding.file == file && self.names(finding);
        let (zh, en, hint) = if !self.has_reason {
            (
                format!("豁免 {rules} 没有写理由，不算数"),
                format!("the waiver of {rules} gives no reason and does not count"),
                (
                    "在编号后面写明理由：# 豁免 I081：…",
                    "write the reason behind the id: # waive I081: …",
                ),
            )
        } else if let Some(rule) = self.form(findings.iter().filter(here)) {
            (
                format!("{rule} 不能豁免"),
                format!("{rule} cannot be waived"),
                ("照那一条说的改", "mend it as the finding says"),
            )
        } else if self.rules.iter().all(|rule| !LATER.contains(&rule.as_str()))
            && !findings.iter().any(|each| here(&each))
        {
            (
                format!("这里没有 {rules} 可豁免"),
                format!("there is no {rules} here to waive"),
                ("删掉这条注释", "delete the comment"),
            )
        } else {
            return None;
        };
        let finding = Finding::warning("I144", file, zh, en).at(self.place.0, self.place.1);
        Some(finding.hint(hint.0, hint.1))
    }
}

fn may_be_waived(finding: &Finding) -> bool {
    finding.severity == Severity::Warning || ERRORS.contains(&finding.rule)
}

/// `waive:` lists beside which nobody says why.
fn bare_lists(file: &SourceFile) -> Option<Finding> {
    let text = std::str::from_utf8(&file.bytes).ok()?;
    if !text.contains("\nwaive:") {
        return None;
    }
    let mut before = "";
    for (index, line) in text.lines().enumerate() {
        if line.starts_with("waive:") && comments(line).next().is_none() && !before.trim_start().starts_with('#') {
            return Some(
                Finding::warning(
                    "I144",
                    &file.name,
                    "waive 旁边没有写理由",
                    "nothing beside `waive` says why",
                )
                .at(index + 1, 1)
                .hint("在这一行后面写注释：# 理由", "add a comment with the reason behind it"),
            );
        }
        before = line;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> SourceFile {
        SourceFile {
            name: "a/b.yaml".to_owned(),
            bytes: text.as_bytes().to_vec(),
        }
    }

    fn settled(text: &str, findings: &[(&'static str, Severity, usize)]) -> Vec<(&'static str, usize)> {
        let file = file(text);
        let found = findings.iter();
        let mut findings: Vec<Finding> = found
            .map(|(rule, severity, line)| Finding::new(rule, *severity, &file.name, "错", "wrong").at(*line, 1))
            .collect();
        settle(&[&file], &mut findings);
        findings.iter().map(|finding| (finding.rule, finding.line)).collect()
    }

    #[test]
    fn a_comment_with_a_reason_waives_its_line_or_the_one_below() {
        let found = [("I081", Severity::Error, 2), ("I084", Severity::Warning, 4)];
        let text = "answers:\n  - 关注公众号 # 豁免 I081：品牌自有，已备案\n  # waive I084: quoted from the carrier's notice\n  \
                    - 快递的责任\n";
        assert_eq!(settled(text, &found), []);
        let other = [("I081", Severity::Error, 3)];
        assert_eq!(
            settled(text, &other).len(),
            3,
            "another line is not waived, and both waivers are idle"
        );
        let quoted = "- \"选 # 键，关注公众号\" # 豁免 I081：品牌自有\n";
        assert_eq!(settled(quoted, &[("I081", Severity::Error, 1)]), []);
        let several = "- 好 # 豁免 I081、I080：店名就叫这个\n";
        assert_eq!(
            settled(several, &[("I080", Severity::Error, 1), ("I081", Severity::Error, 1)]),
            []
        );
    }

    #[test]
    fn without_a_reason_and_for_mistakes_of_form_it_does_not_count() {
        let error = [("I081", Severity::Error, 1)];
        assert_eq!(
            settled("- 关注公众号 # 豁免 I081\n", &error),
            [("I081", 1), ("I144", 1)]
        );
        let form = [("I050", Severity::Error, 1)];
        assert_eq!(
            settled("- a.b # waive I050: it comes later\n", &form),
            [("I050", 1), ("I144", 1)]
        );
        // Found when answers are compiled, which is later.
        assert_eq!(
            settled("- \"{{ shop.cutof }}\" # 豁免 I072：以后再填\n", &[]),
            [("I144", 1)]
        );
        assert_eq!(settled("- 好 # 没有豁免，只是注释 I081\n", &error), [("I081", 1)]);
        assert_eq!(settled("- 好#豁免 I081：不是注释\n", &error), [("I081", 1)]);
    }

    #[test]
    fn a_list_of_waivers_needs_a_reason_too() {
        assert_eq!(settled("a: b\nwaive: [I110]\n", &[]), [("I144", 2)]);
        assert_eq!(settled("a: b\nwaive: [I110] # 顾客用文字描述\n", &[]), []);
        assert_eq!(settled("a: b\n# 顾客用文字描述\nwaive: [I110]\n", &[]), []);
    }
}
