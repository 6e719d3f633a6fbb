//! Entries of mappings and lists, at any depth, changed in a file that a person wrote: lines of what is not named stay, and so do
//! the comments behind and above what is.

mod value;

use super::items::{Step as Move, steps};
use super::scalars::{closed, comment_behind, line_end};
use super::{CannotEdit, Entries, dash_of, refused, spelled};
use crate::packs::import::quote;
use crate::packs::yaml::{At, Node, read_file};

pub(super) use value::{Step, Value};

use value::{key_spelled, lines_of};

/// The file in which the mapping at this place has these values, and no entry where there is `None`; keys that are not named
/// stay. The very same text where nothing is different.
pub(in crate::packs::editing) fn with_values(
    name: &str,
    text: &str,
    path: &[Step],
    wanted: &[(String, Option<Value>)],
) -> Result<String, CannotEdit> {
    let mut text = text.to_owned();
    // What comes stands before what goes: a mapping is never empty on the way.
    let (come, go): (Vec<_>, Vec<_>) = wanted.iter().partition(|(_, value)| value.is_some());
    for (key, value) in come.into_iter().chain(go) {
        text = with_value(name, &text, path, key, value.as_ref())?;
    }
    Ok(text)
}

fn with_value(name: &str, text: &str, path: &[Step], key: &str, value: Option<&Value>) -> Result<String, CannotEdit> {
    let form = || CannotEdit::Form(name.to_owned());
    let root = tree(name, text)?;
    let node = at_path(&root, path).ok_or_else(form)?;
    let nothing = Entries::new();
    let entries = match &node.value {
        Node::Map(entries) => entries,
        Node::Null if path.is_empty() => &nothing,
        _ => return Err(form()),
    };
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let end = line_end(text);
    let found = entries.iter().position(|(known, _)| known.value == key);
    match (found.map(|at| (at, &entries[at])), value) {
        (None, None) => Ok(text.to_owned()),
        (Some((_, (_, there))), Some(value)) if value.is(&there.value) => Ok(text.to_owned()),
        (Some((_, (head, there))), Some(Value::Map(wanted))) if is_block(&lines, head, &there.value) => {
            let mut deeper = path.to_vec();
            deeper.push(Step::Key(key));
            let Node::Map(known) = &there.value else {
                return Err(form());
            };
            let gone = known.iter().map(|(known, _)| known.value.clone());
            let gone = gone.filter(|known| wanted.iter().all(|(name, _)| name != known));
            let wanted = wanted.iter().map(|(name, value)| (name.clone(), Some(value.clone())));
            let wanted: Vec<_> = wanted.chain(gone.map(|name| (name, None))).collect();
            with_values(name, text, &deeper, &wanted)
        }
        (Some((_, (head, there))), Some(value)) => {
            let (prefix, spelled_key, behind) = parts(&lines, head).ok_or_else(form)?;
            let indent = " ".repeat(head.column - 1);
            let (start, stop) = span(&lines, head, there);
            if let (Node::List { items, flow: false }, Value::List(wanted)) = (&there.value, value) {
                return with_lines_of_list(&lines, items, wanted, stop, end).ok_or_else(form);
            }
            let one_line = stop == start + 1;
            let comment = comment_of(behind, &there.value, one_line).ok_or_else(form)?;
            let flow = behind.trim_start().starts_with(['[', '{']);
            let in_line = if flow { one_line } else { value.usually_in_line(path) };
            let written = value.behind_key(&indent, in_line, comment, end);
            Ok(format!(
                "{}{prefix}{spelled_key}:{written}{}",
                lines[..start].concat(),
                lines[stop..].concat()
            ))
        }
        (Some((at, (head, there))), None) => {
            let (prefix, _, _) = parts(&lines, head).ok_or_else(form)?;
            let (start, stop) = span(&lines, head, there);
            let mut after = lines[stop..].concat();
            if prefix.contains('-') {
                // The dash of the item goes to the next entry.
                let (next, _) = entries.get(at + 1).ok_or_else(form)?;
                let (blank, _, _) = parts(&lines, next).ok_or_else(form)?;
                let line = next.line - 1;
                let moved = lines[line].strip_prefix(blank.as_str()).ok_or_else(form)?;
                after = format!(
                    "{}{prefix}{moved}{}",
                    lines[stop..line].concat(),
                    lines[line + 1..].concat()
                );
            }
            Ok(format!("{}{after}", lines[..start].concat()))
        }
        (None, Some(value)) => {
            let Some((last, there)) = entries.last() else {
                let written = value.behind_key("", value.usually_in_line(path), "", end);
                return Ok(format!("{}{}:{written}", closed(text, end), key_spelled(key)));
            };
            parts(&lines, last).ok_or_else(form)?;
            let indent = " ".repeat(last.column - 1);
            let (_, stop) = span(&lines, last, there);
            let written = value.behind_key(&indent, value.usually_in_line(path), "", end);
            let before = lines[..stop].concat();
            Ok(format!(
                "{}{indent}{}:{written}{}",
                closed(&before, end),
                key_spelled(key),
                lines[stop..].concat()
            ))
        }
    }
}

/// The file with one more item, a mapping, at the end of the list at this place.
pub(in crate::packs::editing) fn with_item(
    name: &str,
    text: &str,
    path: &[Step],
    fields: &[(String, Value)],
) -> Result<String, CannotEdit> {
    let form = || CannotEdit::Form(name.to_owned());
    let root = tree(name, text)?;
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let end = line_end(text);
    let item = |indent: &str| lines_of(fields, &format!("{indent}- "), &format!("{indent}  "), end);
    let node = at_path(&root, path).ok_or_else(form)?;
    match &node.value {
        Node::Null if path.is_empty() => Ok(format!("{}{}", closed(text, end), item(""))),
        Node::List { items, .. } if items.is_empty() => {
            let at = node.line.checked_sub(1).ok_or_else(form)?;
            let line = *lines.get(at).ok_or_else(form)?;
            let (head, comment) = line.trim_end().split_once("[]").ok_or_else(form)?;
            let head = match head.trim_end() {
                "" => String::new(),
                key => format!("{key}{comment}{end}"),
            };
            let indent = if head.is_empty() { "" } else { "  " };
            Ok(format!(
                "{}{head}{}{}",
                lines[..at].concat(),
                item(indent),
                lines[at + 1..].concat()
            ))
        }
        Node::List { items, flow: false } => {
            let last = items.last().ok_or_else(form)?;
            let dash = dash_of(&lines, last).ok_or_else(form)?;
            let stop = end_of_lines(&lines, last.line - 1, dash.len(), false);
            let before = lines[..stop].concat();
            Ok(format!(
                "{}{}{}",
                closed(&before, end),
                item(dash),
                lines[stop..].concat()
            ))
        }
        _ => Err(form()),
    }
}

/// The file without an item of the list at this place; a list that would be empty is written so.
pub(in crate::packs::editing) fn without_item(
    name: &str,
    text: &str,
    path: &[Step],
    index: usize,
) -> Result<String, CannotEdit> {
    let form = || CannotEdit::Form(name.to_owned());
    let root = tree(name, text)?;
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let Some(Node::List { items, flow: false }) = at_path(&root, path).map(|node| &node.value) else {
        return Err(form());
    };
    let item = items.get(index).ok_or_else(form)?;
    let dash = dash_of(&lines, item).ok_or_else(form)?;
    let start = item.line - 1;
    let stop = end_of_lines(&lines, start, dash.len(), false);
    let (before, after) = (lines[..start].concat(), lines[stop..].concat());
    match (items.len(), path) {
        (1, []) => Ok(format!("{before}[]{}{after}", line_end(text))),
        (1, [above @ .., Step::Key(key)]) => with_value(name, text, above, key, None),
        _ => Ok(format!("{before}{after}")),
    }
}

/// The whole file.
pub(in crate::packs::editing) fn tree(name: &str, text: &str) -> Result<At<Node>, CannotEdit> {
    let mut findings = Vec::new();
    let empty = text
        .lines()
        .all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'));
    let tree = read_file(name, text.as_bytes(), &mut findings).filter(|_| !refused(&findings));
    match tree {
        Some(tree) => Ok(tree),
        None if empty => Ok(At::nowhere()),
        None => Err(CannotEdit::Unreadable(name.to_owned())),
    }
}

fn at_path<'t>(root: &'t At<Node>, path: &[Step]) -> Option<&'t At<Node>> {
    path.iter().try_fold(root, |node, step| match (&node.value, step) {
        (Node::Map(entries), Step::Key(key)) => {
            let (_, value) = entries.iter().find(|(known, _)| known.value == *key)?;
            Some(value)
        }
        (Node::List { items, .. }, Step::Item(at)) => items.get(*at),
        _ => None,
    })
}

/// What stands before a key in its line, the key as it is spelled, and what stands behind its colon. `None` for what is
/// not at the beginning of a line.
fn parts<'t>(lines: &[&'t str], key: &At<String>) -> Option<(String, &'t str, &'t str)> {
    let line = lines.get(key.line.checked_sub(1)?)?;
    let prefix: String = line.chars().take(key.column.checked_sub(1)?).collect();
    if !prefix.chars().all(|sign| matches!(sign, ' ' | '-')) {
        return None;
    }
    let rest = &line[prefix.len()..];
    let quoted = [key.value.clone(), quote(&key.value), format!("'{}'", key.value)];
    let length = quoted.iter().find(|known| rest.starts_with(known.as_str()))?.len();
    let behind = rest[length..].trim_start_matches(' ').strip_prefix(':')?;
    Some((prefix, &rest[..length], behind))
}

/// Whether a mapping has a line for each of its entries.
fn is_block(lines: &[&str], head: &At<String>, node: &Node) -> bool {
    let Node::Map(entries) = node else { return false };
    let below = |(key, _): &(At<String>, At<Node>)| key.line > head.line && parts(lines, key).is_some();
    !entries.is_empty() && entries.iter().all(below)
}

/// The lines of an entry, from 0, the second behind them.
fn span(lines: &[&str], head: &At<String>, node: &At<Node>) -> (usize, usize) {
    let dashes = matches!(node.value, Node::List { flow: false, .. });
    (
        head.line - 1,
        end_of_lines(lines, head.line - 1, head.column - 1, dashes),
    )
}

/// The line behind what begins in a line and is indented so far: blank lines and comments below are not its own. With
/// `dashes` items of a list need not be indented further.
fn end_of_lines(lines: &[&str], start: usize, indented: usize, dashes: bool) -> usize {
    let own = |line: &str| {
        let blank = line.len() - line.trim_start_matches(' ').len();
        let body = line.trim();
        body.is_empty() || blank > indented || (dashes && blank == indented && body.starts_with("- "))
    };
    let mut end = start + 1;
    while end < lines.len() && own(lines[end]) {
        end += 1;
    }
    let beside = |line: &str| line.trim().is_empty() || line.trim_start().starts_with('#');
    while end > start + 1 && beside(lines[end - 1]) {
        end -= 1;
    }
    end
}

/// The comment behind a value or behind the colon above it, with the blanks before it.
fn comment_of<'t>(behind: &'t str, node: &Node, one_line: bool) -> Option<&'t str> {
    let value = behind.trim_start_matches(' ');
    let line = behind.trim_end();
    match node {
        _ if value.trim().is_empty() => Some(""),
        _ if value.starts_with('#') => Some(line),
        Node::Text(_) | Node::Null if one_line => comment_behind(value).filter(|_| !value.starts_with(['|', '>'])),
        Node::List { .. } | Node::Map(_) if one_line => {
            let close = line.rfind([']', '}'])?;
            let rest = &line[close + 1..];
            let is_comment = rest.trim().is_empty() || rest.trim_start().starts_with('#');
            // A bracket within the comment is no end of the list.
            let inside = line.find(" #").is_some_and(|at| at < close);
            (is_comment && !inside).then_some(rest)
        }
        _ => Some(""),
    }
}

/// The same list in lines of its own: items that stay keep their lines.
fn with_lines_of_list(lines: &[&str], items: &[At<Node>], wanted: &[Value], stop: usize, end: &str) -> Option<String> {
    let dash = dash_of(lines, items.first()?)?;
    let mut starts = Vec::new();
    for item in items {
        let own = dash_of(lines, item).filter(|own| *own == dash)?;
        starts.push((
            item.line - 1,
            end_of_lines(lines, item.line - 1, own.len(), false).min(stop),
        ));
    }
    let old: Vec<String> = items.iter().map(|item| spelled(&item.value)).collect();
    let new: Vec<String> = wanted.iter().map(|value| spelled(&value.node())).collect();
    let first = starts.first()?.0;
    let (mut out, mut at) = (lines[..first].concat(), first);
    for step in steps(&old, &new) {
        match step {
            Move::Keep(item) => {
                out.push_str(&lines[at..starts[item].1].concat());
                at = starts[item].1;
            }
            Move::Change(item, to) => {
                let (start, behind) = starts[item];
                let value = lines[start]
                    .get(dash.len() + 2..)
                    .unwrap_or_default()
                    .trim_start_matches(' ');
                let comment = comment_of(value, &items[item].value, behind == start + 1).unwrap_or_default();
                out.push_str(&lines[at..start].concat());
                out.push_str(&format!("{dash}- {}{comment}{end}", wanted[to].flow()));
                at = behind;
            }
            Move::Drop(item) => {
                out.push_str(&lines[at..starts[item].0].concat());
                at = starts[item].1;
            }
            Move::Add(to) => {
                out = closed(&out, end).into_owned();
                out.push_str(&format!("{dash}- {}{end}", wanted[to].flow()));
            }
        }
    }
    out.push_str(&lines[at..].concat());
    Some(out)
}

#[cfg(test)]
mod tests;
