//! Reads Rust sources as far as the architecture test needs: code without comments, texts and test modules, and the
//! module paths that it names.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// A source file of the package.
pub struct Source {
    /// The path below its folder, with `/` between the parts.
    pub path: String,
    /// The text as written.
    pub text: String,
    /// The text with comments, literals and `mod tests { … }` blanked; the lines keep their numbers.
    pub code: String,
}

impl Source {
    /// Reads a text.
    pub fn new(path: &str, text: &str) -> Source {
        Source {
            path: path.to_owned(),
            text: text.to_owned(),
            code: without_tests(&without_texts(text)),
        }
    }

    /// The module that the file is: `understanding/slots/mod.rs` is `[understanding, slots]`, `lib.rs` is the root.
    pub fn module(&self) -> Vec<String> {
        let stem = self.path.trim_end_matches(".rs");
        let stem = stem.strip_suffix("/mod").unwrap_or(stem);
        if stem == "lib" || stem == "mod" {
            return Vec::new();
        }
        stem.split('/').map(str::to_owned).collect()
    }

    /// Whether the file holds nothing but tests, by its name or its folder's.
    pub fn is_tests(&self) -> bool {
        self.module().iter().any(|part| part == "tests")
    }

    /// Every path that begins with `crate`, `self` or `super`, from the root, with its line counted from 1.
    pub fn paths(&self) -> Vec<(Vec<String>, usize)> {
        let tokens = tokens(&self.code);
        let own = self.module();
        let mut found = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            let before = |back: usize| at.checked_sub(back).map_or("", |at| tokens[at].0.as_str());
            let first = tokens[at].0.as_str();
            let begins = matches!(first, "crate" | "self" | "super")
                && before(1) != "::"
                && !(before(1) == "in" && before(2) == "(")
                && tokens.get(at + 1).is_some_and(|next| next.0 == "::");
            if !begins {
                at += 1;
                continue;
            }
            let mut trees = Vec::new();
            at = tree(&tokens, at, &mut Vec::new(), &mut trees);
            for (path, line) in trees {
                let (base, skip) = match path[0].as_str() {
                    "crate" => (Vec::new(), 1),
                    "self" => (own.clone(), 1),
                    _ => {
                        let up = path.iter().take_while(|part| *part == "super").count();
                        (own[..own.len().saturating_sub(up)].to_vec(), up)
                    }
                };
                found.push((base.into_iter().chain(path[skip..].iter().cloned()).collect(), line));
            }
        }
        found
    }

    /// What the file gives out under a name of its own: `pub use reading::Reason` is `Reason` → `[…, reading, Reason]`.
    pub fn given_out(&self) -> BTreeMap<String, Vec<String>> {
        let tokens = tokens(&self.code);
        let own = self.module();
        let mut names = BTreeMap::new();
        for at in 0..tokens.len() {
            let published = tokens[at].0 == "use" && at > 0 && matches!(tokens[at - 1].0.as_str(), "pub" | ")");
            if !published {
                continue;
            }
            let mut trees = Vec::new();
            tree(&tokens, at + 1, &mut Vec::new(), &mut trees);
            for (path, _) in trees {
                let base = match path[0].as_str() {
                    "crate" => path[1..].to_vec(),
                    "self" => own.iter().chain(&path[1..]).cloned().collect(),
                    "super" => own[..own.len().saturating_sub(1)]
                        .iter()
                        .chain(&path[1..])
                        .cloned()
                        .collect(),
                    _ => own.iter().chain(&path).cloned().collect::<Vec<_>>(),
                };
                if let Some(name) = path.last() {
                    names.insert(name.clone(), base);
                }
            }
        }
        names
    }
}

/// All Rust files below a folder of the package, in order.
pub fn sources(folder: &str) -> Vec<Source> {
    fn collect(root: &Path, folder: &Path, found: &mut Vec<Source>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(root, &path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
                found.push(Source::new(&name, &text));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut found = Vec::new();
    collect(&root, &root, &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// Blanks comments and the contents of text and character literals.
fn without_texts(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut code = chars.clone();
    let at = |position: usize| chars.get(position).copied().unwrap_or('\0');
    let mut blank = |from: usize, to: usize| {
        for place in &mut code[from..to.min(chars.len())] {
            if *place != '\n' {
                *place = ' ';
            }
        }
    };
    let mut here = 0;
    while here < chars.len() {
        let end = match at(here) {
            '/' if at(here + 1) == '/' => find(&chars, here, |place| at(place) == '\n'),
            '/' if at(here + 1) == '*' => block_comment_end(&chars, here),
            '"' => quoted_end(&chars, here),
            'r' if !word(at(here.wrapping_sub(1))) || at(here.wrapping_sub(1)) == 'b' => match raw_end(&chars, here) {
                Some(end) => end,
                None => {
                    here += 1;
                    continue;
                }
            },
            // 'a' is a character, 'a a lifetime.
            '\'' if at(here + 1) == '\\' => find(&chars, here + 3, |place| at(place) == '\'') + 1,
            '\'' if at(here + 2) == '\'' => here + 3,
            _ => {
                here += 1;
                continue;
            }
        };
        blank(here, end);
        here = end;
    }
    code.into_iter().collect()
}

fn word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

fn find(chars: &[char], from: usize, ends: impl Fn(usize) -> bool) -> usize {
    (from..chars.len()).find(|at| ends(*at)).unwrap_or(chars.len())
}

fn block_comment_end(chars: &[char], from: usize) -> usize {
    let (mut depth, mut at) = (0, from);
    while at < chars.len() {
        match (chars[at], chars.get(at + 1)) {
            ('/', Some('*')) => (depth, at) = (depth + 1, at + 2),
            ('*', Some('/')) => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn quoted_end(chars: &[char], from: usize) -> usize {
    let mut at = from + 1;
    while at < chars.len() && chars[at] != '"' {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

/// The end of `r"…"` or `r#"…"#` that begins here, if one does.
fn raw_end(chars: &[char], from: usize) -> Option<usize> {
    let hashes = chars[from + 1..].iter().take_while(|sign| **sign == '#').count();
    let open = from + 1 + hashes;
    if chars.get(open) != Some(&'"') {
        return None;
    }
    let closes =
        |at: usize| chars[at] == '"' && chars[at + 1..].iter().take_while(|sign| **sign == '#').count() >= hashes;
    Some(find(chars, open + 1, closes) + 1 + hashes)
}

/// Blanks every `mod tests { … }`, by its braces.
fn without_tests(code: &str) -> String {
    let mut chars: Vec<char> = code.chars().collect();
    let words: Vec<(usize, &str)> = code
        .match_indices("mod tests")
        .map(|(byte, found)| (code[..byte].chars().count(), found))
        .collect();
    for (start, found) in words {
        let open = start + found.chars().count();
        let Some(brace) = (open..chars.len()).find(|at| !chars[*at].is_whitespace()) else {
            continue;
        };
        if chars[brace] != '{' {
            continue;
        }
        let mut depth = 0;
        for place in &mut chars[brace..] {
            depth += match *place {
                '{' => 1,
                '}' => -1,
                _ => 0,
            };
            if *place != '\n' {
                *place = ' ';
            }
            if depth == 0 {
                break;
            }
        }
    }
    chars.into_iter().collect()
}

/// Words, `::` and single signs, each with its line.
fn tokens(code: &str) -> Vec<(String, usize)> {
    let mut tokens: Vec<(String, usize)> = Vec::new();
    for (number, line) in code.lines().enumerate() {
        let mut rest = line.trim_start();
        while let Some(first) = rest.chars().next() {
            let length = if word(first) {
                rest.find(|character| !word(character)).unwrap_or(rest.len())
            } else if rest.starts_with("::") {
                2
            } else {
                first.len_utf8()
            };
            tokens.push((rest[..length].to_owned(), number + 1));
            rest = rest[length..].trim_start();
        }
    }
    tokens
}

/// Reads `a::b::{c, d::e as f}` from a token on into single paths; gives the token behind it.
fn tree(
    tokens: &[(String, usize)],
    from: usize,
    before: &mut Vec<String>,
    found: &mut Vec<(Vec<String>, usize)>,
) -> usize {
    let token = |at: usize| tokens.get(at).map_or("", |token| token.0.as_str());
    let (mut at, known) = (from, before.len());
    let line = tokens.get(from).map_or(0, |token| token.1);
    loop {
        if token(at) == "{" {
            at += 1;
            while !matches!(token(at), "}" | "") {
                at = tree(tokens, at, before, found);
                at += usize::from(token(at) == ",");
            }
            before.truncate(known);
            return at + 1;
        }
        if !token(at).starts_with(word) {
            // A glob, or the type arguments of an expression.
            break;
        }
        // `x::{self}` is `x` itself.
        if token(at) != "self" || before.is_empty() {
            before.push(token(at).to_owned());
        }
        at += 1;
        if token(at) != "::" {
            break;
        }
        at += 1;
    }
    if token(at) == "*" {
        at += 1;
    }
    if token(at) == "as" && token(at + 1).starts_with(word) {
        at += 2;
    }
    if !before.is_empty() {
        found.push((before.clone(), line));
    }
    before.truncate(known);
    at.max(from + 1)
}
