//! Lists of texts and of answers changed in a file that a person wrote: what stays keeps its lines, its place and its
//! comments; what is changed keeps its place and its comments; only what goes takes its lines with it.

use serde::{Deserialize, Serialize};

use super::super::import::quote;
use super::super::yaml::{At, Node};
use super::scalars::{closed, comment_behind, ending, line_end};
use super::{CannotEdit, dash_of, entries};

/// One item of a list as a file has it: a text, or an answer with a language or days.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrittenAnswer {
    /// The text; for answers the source of a template.
    pub text: String,
    /// `zh`, `zh-Hant` or `en`; without it seen from the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// First day, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The period of the shop in which it is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
}

/// The fields of an answer, in the order in which they are written.
const FIELDS: [&str; 5] = ["text", "lang", "from", "to", "period"];

impl WrittenAnswer {
    /// Only a text.
    pub fn plain(text: &str) -> WrittenAnswer {
        WrittenAnswer {
            text: text.to_owned(),
            ..WrittenAnswer::default()
        }
    }

    pub(super) fn of(node: &Node) -> Option<WrittenAnswer> {
        let fields = match node {
            Node::Text(text) => return Some(WrittenAnswer::plain(text)),
            Node::Map(fields) => fields,
            _ => return None,
        };
        let mut answer = WrittenAnswer::default();
        for (key, value) in fields {
            let value = match &value.value {
                Node::Text(value) => value.clone(),
                _ => return None,
            };
            match key.value.as_str() {
                "text" => answer.text = value,
                "lang" => answer.lang = Some(value),
                "from" => answer.from = Some(value),
                "to" => answer.to = Some(value),
                "period" => answer.period = Some(value),
                _ => return None,
            }
        }
        Some(answer)
    }

    /// Whether it is a text with nothing beside it.
    pub(super) fn is_plain(&self) -> bool {
        *self == WrittenAnswer::plain(&self.text)
    }

    fn field(&self, name: &str) -> Option<String> {
        match name {
            "text" => Some(quote(&self.text)),
            "lang" => self.lang.clone(),
            "from" => self.from.clone(),
            "to" => self.to.clone(),
            _ => self.period.as_deref().map(quote),
        }
    }

    /// Its lines behind this much indentation.
    pub(super) fn lines(&self, indent: &str, end: &str) -> String {
        if self.is_plain() {
            return format!("{indent}- {}{end}", quote(&self.text));
        }
        let mut lines = String::new();
        let mut before = "- ";
        for name in FIELDS {
            if let Some(value) = self.field(name) {
                lines.push_str(&format!("{indent}{before}{name}: {value}{end}"));
                before = "  ";
            }
        }
        lines
    }
}

/// The items of a list in a file; none where the list is not there.
pub(super) fn items(
    name: &str,
    entries: &[(At<String>, At<Node>)],
    key: &str,
) -> Result<Vec<WrittenAnswer>, CannotEdit> {
    let Some((_, list)) = entries.iter().find(|(known, _)| known.value == key) else {
        return Ok(Vec::new());
    };
    let form = || CannotEdit::Form(name.to_owned());
    match &list.value {
        Node::Null => Ok(Vec::new()),
        Node::List { items, .. } => items
            .iter()
            .map(|item| WrittenAnswer::of(&item.value).ok_or_else(form))
            .collect(),
        _ => Err(form()),
    }
}

/// The file with these items in the list of this name, and all else as it was.
pub(super) fn with_items(name: &str, text: &str, key: &str, wanted: &[WrittenAnswer]) -> Result<String, CannotEdit> {
    let form = || CannotEdit::Form(name.to_owned());
    let entries = entries(name, text.as_bytes())?;
    let known = items(name, &entries, key)?;
    if known == wanted {
        return Ok(text.to_owned());
    }
    let end = line_end(text);
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let block = |indent: &str| -> String { wanted.iter().map(|item| item.lines(indent, end)).collect() };
    let Some((head, list)) = entries.iter().find(|(known, _)| known.value == key) else {
        if text.trim_start_matches('\u{feff}').trim_start().starts_with('{') {
            return Err(form());
        }
        return Ok(format!("{}{key}:{end}{}", closed(text, end), block("  ")));
    };
    let line = *lines.get(head.line - 1).ok_or_else(form)?;
    let before: String = lines[..head.line - 1].concat();
    let Node::List { items: nodes, flow } = &list.value else {
        // Nothing behind the colon yet.
        let after = lines[head.line..].concat();
        return match line.trim_end().ends_with(':') {
            true => Ok(format!("{before}{}{}{after}", closed(line, end), block("  "))),
            false => Err(form()),
        };
    };
    if *flow {
        let (comment, after) = (
            comment_after_brackets(line).ok_or_else(form)?,
            lines[head.line..].concat(),
        );
        let after_list = match wanted.is_empty() {
            true => String::new(),
            false => format!("{key}:{comment}{end}{}", block("  ")),
        };
        return Ok(format!("{before}{after_list}{after}"));
    }
    let mut starts = Vec::new();
    for node in nodes {
        starts.push(start_of(&lines, node).ok_or_else(form)?);
    }
    let first = starts.first().and_then(|start| lines.get(*start)).ok_or_else(form)?;
    let indent = &first[..first.len() - first.trim_start_matches(' ').len()];
    let level = |start: &usize| {
        lines[*start]
            .strip_prefix(indent)
            .is_some_and(|rest| rest.starts_with("- "))
    };
    if !starts.iter().all(level) {
        return Err(form());
    }
    let last = end_of_list(&lines, *starts.last().ok_or_else(form)?, indent.len());
    let spans: Vec<(usize, usize)> = starts
        .iter()
        .enumerate()
        .map(|(at, start)| {
            let next = starts.get(at + 1).copied().unwrap_or(last);
            (*start, end_of_item(&lines, *start, next))
        })
        .collect();
    if wanted.is_empty() {
        let after = spans.last().map_or(lines.len(), |(_, end)| *end);
        return Ok(format!("{before}{}", lines[after..].concat()));
    }
    let mut out = String::new();
    let mut at = 0;
    for step in steps(&known, wanted) {
        match step {
            Step::Keep(old) => {
                out.push_str(&lines[at..spans[old].1].concat());
                at = spans[old].1;
            }
            Step::Change(old, new) => {
                let (start, stop) = spans[old];
                out.push_str(&lines[at..start].concat());
                out.push_str(&changed(&lines[start..stop], indent, &known[old], &wanted[new], end));
                at = stop;
            }
            Step::Drop(old) => {
                out.push_str(&lines[at..spans[old].0].concat());
                at = spans[old].1;
            }
            Step::Add(new) => {
                if !out.is_empty() && !out.ends_with('\n') {
                    out.push_str(end);
                }
                // Before the first item that stays there may be comments of its own.
                if at == 0 {
                    out.push_str(&lines[..spans[0].0].concat());
                    at = spans[0].0;
                }
                out.push_str(&wanted[new].lines(indent, end));
            }
        }
    }
    out.push_str(&lines[at..].concat());
    Ok(out)
}

/// What becomes of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The old item with this number stays.
    Keep(usize),
    /// The old one becomes the new one.
    Change(usize, usize),
    /// The old one goes.
    Drop(usize),
    /// The new one comes.
    Add(usize),
}

/// How one list becomes the other: what is in both, in the same order, stays; what lies between is changed in place as far
/// as there is a partner.
pub(super) fn steps<T: PartialEq>(old: &[T], new: &[T]) -> Vec<Step> {
    // Lengths of the longest common runs from each place on.
    let mut longest = vec![vec![0_usize; new.len() + 1]; old.len() + 1];
    for at in (0..old.len()).rev() {
        for to in (0..new.len()).rev() {
            longest[at][to] = match old[at] == new[to] {
                true => longest[at + 1][to + 1] + 1,
                false => longest[at + 1][to].max(longest[at][to + 1]),
            };
        }
    }
    let mut steps = Vec::new();
    let (mut at, mut to) = (0, 0);
    let (mut gone, mut come): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
    let settle = |gone: &mut Vec<usize>, come: &mut Vec<usize>, steps: &mut Vec<Step>| {
        let pairs = gone.len().min(come.len());
        steps.extend((0..pairs).map(|pair| Step::Change(gone[pair], come[pair])));
        steps.extend(gone.drain(..).skip(pairs).map(Step::Drop));
        steps.extend(come.drain(..).skip(pairs).map(Step::Add));
    };
    while at < old.len() || to < new.len() {
        if at < old.len() && to < new.len() && old[at] == new[to] {
            settle(&mut gone, &mut come, &mut steps);
            steps.push(Step::Keep(at));
            (at, to) = (at + 1, to + 1);
        } else if to == new.len() || (at < old.len() && longest[at + 1][to] >= longest[at][to + 1]) {
            gone.push(at);
            at += 1;
        } else {
            come.push(to);
            to += 1;
        }
    }
    settle(&mut gone, &mut come, &mut steps);
    steps
}

/// The lines of an item that says something else now.
fn changed(lines: &[&str], indent: &str, old: &WrittenAnswer, new: &WrittenAnswer, end: &str) -> String {
    let whole = || new.lines(indent, end);
    if let ([line], true, true) = (lines, old.is_plain(), new.is_plain()) {
        let begins = indent.len() + 2;
        let value = line.get(begins..).unwrap_or_default().trim_start_matches(' ');
        if !value.starts_with("text:") {
            let comment = comment_behind(value).unwrap_or_default();
            return format!("{indent}- {}{comment}{}", quote(&new.text), ending(line));
        }
    }
    by_field(lines, indent, old, new, end).unwrap_or_else(whole)
}

/// The same where each field of a mapping stands in a line of its own.
fn by_field(lines: &[&str], indent: &str, old: &WrittenAnswer, new: &WrittenAnswer, end: &str) -> Option<String> {
    let mut out = String::new();
    let mut seen = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let body = line
            .trim_start_matches(' ')
            .trim_start_matches("- ")
            .trim_start_matches(' ');
        if at > 0 && (body.trim().is_empty() || body.starts_with('#')) {
            out.push_str(line);
            continue;
        }
        let (name, value) = body.split_once(": ")?;
        let name = FIELDS.into_iter().find(|known| *known == name)?;
        let value = value.trim_start_matches(' ');
        // A text of several lines is written anew.
        let one_line = match name {
            "text" => comment_behind(value).is_some() && !value.starts_with(['|', '>']),
            _ => true,
        };
        if !one_line {
            return None;
        }
        seen.push(name);
        match (old.field(name), new.field(name)) {
            (before, after) if before == after => out.push_str(line),
            (_, Some(after)) => {
                let prefix = &line[..line.len() - body.len()];
                let comment = comment_behind(value).unwrap_or_default();
                out.push_str(&format!("{prefix}{name}: {after}{comment}{}", ending(line)));
            }
            // The first field carries the dash.
            (_, None) if at == 0 => return None,
            (_, None) => {}
        }
    }
    let fresh = FIELDS.into_iter().filter(|name| !seen.contains(name));
    for name in fresh {
        if let Some(value) = new.field(name) {
            out = closed(&out, end).into_owned();
            out.push_str(&format!("{indent}  {name}: {value}{end}"));
        }
    }
    (!seen.is_empty()).then_some(out)
}

/// The comment behind a list in brackets that ends in this line; `None` when it does not.
fn comment_after_brackets(line: &str) -> Option<&str> {
    let line = line.trim_end();
    if line.ends_with(']') {
        return Some("");
    }
    let at = line.rfind("] ")?;
    let rest = &line[at + 1..];
    rest.trim_start().starts_with('#').then_some(rest)
}

/// The line of an item's dash, from 0: a text of several lines begins below it.
fn start_of(lines: &[&str], node: &At<Node>) -> Option<usize> {
    let line = node.line.checked_sub(1)?;
    if dash_of(lines, node).is_some() {
        return Some(line);
    }
    let above = line.checked_sub(1)?;
    let head = lines.get(above)?.trim_start_matches(' ');
    (head.starts_with("- ") && is_block(head)).then_some(above)
}

/// Whether a text of several lines begins at the end of this line.
fn is_block(line: &str) -> bool {
    let line = line.split(" #").next().unwrap_or_default().trim_end();
    ["|", ">", "|-", ">-", "|+", ">+"].into_iter().any(|sign| {
        line.strip_suffix(sign)
            .is_some_and(|before| before.ends_with("- ") || before.ends_with(": "))
    })
}

/// Where a list ends at the latest: the first line that stands no deeper than its dashes.
fn end_of_list(lines: &[&str], last: usize, indented: usize) -> usize {
    let deeper = |line: &str| line.trim().is_empty() || line.len() - line.trim_start_matches(' ').len() > indented;
    let rest = lines.iter().enumerate().skip(last + 1);
    rest.skip_while(|(_, line)| deeper(line))
        .map(|(at, _)| at)
        .next()
        .unwrap_or(lines.len())
}

/// The line behind an item: blank lines and comments below it are not its own.
fn end_of_item(lines: &[&str], start: usize, next: usize) -> usize {
    let is_block = lines[start..next].iter().any(|line| is_block(line));
    let beside = |line: &str| line.trim().is_empty() || (!is_block && line.trim_start().starts_with('#'));
    let mut end = next;
    while end > start + 1 && beside(lines[end - 1]) {
        end -= 1;
    }
    end
}
