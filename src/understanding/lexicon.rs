//! Word lists as data: one entry a line, `#` before what is said about them, `[name]` before a section. An entry in quotes keeps
//! the blanks at its ends, which stand for word borders.

/// The entries of a list, in order.
pub fn entries(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let line = line.trim_end_matches('\r');
        let entry = line
            .strip_prefix('"')
            .and_then(|inner| inner.strip_suffix('"'))
            .unwrap_or(line);
        (!entry.is_empty()).then_some(entry)
    })
}

/// The sections of a list with their entries, in order.
pub fn sections(list: &'static str) -> Vec<(&'static str, Vec<&'static str>)> {
    let mut sections: Vec<(&str, Vec<&str>)> = Vec::new();
    for entry in entries(list) {
        match entry.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
            Some(name) => sections.push((name, Vec::new())),
            None => {
                if let Some((_, entries)) = sections.last_mut() {
                    entries.push(entry);
                }
            }
        }
    }
    sections
}

/// The entries of one section of a list; none when there is no such section.
pub fn section(list: &'static str, name: &str) -> Vec<&'static str> {
    let found = sections(list).into_iter().find(|(known, _)| *known == name);
    found.map_or(Vec::new(), |(_, entries)| entries)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::HashSet;
    use std::path::Path;

    use super::*;
    use crate::understanding::normalise::{MAX_CHARS, fold};

    #[test]
    fn comments_sections_and_quotes_are_read() {
        let list = "# Said.\n[one]\na\n\"can \"\n\n[two]\nb c\n";
        assert_eq!(sections(list), [("one", vec!["a", "can "]), ("two", vec!["b c"])]);
        assert_eq!(
            (section(list, "two"), section(list, "three")),
            (vec!["b c"], Vec::new())
        );
    }

    /// Messages are folded before they are searched: a word that is not would never be found.
    #[test]
    fn every_word_of_every_list_is_folded_and_stands_once() {
        let (mut lists, mut wrong) = (0, Vec::new());
        for folder in ["src/understanding/lexicon", "src/dialogue/lexicon"] {
            for file in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap() {
                let path = file.unwrap().path();
                let text: &'static str = std::fs::read_to_string(&path).unwrap().leak();
                assert!(text.starts_with("# "), "{} does not say what it holds", path.display());
                lists += 1;
                let mut seen = HashSet::new();
                for entry in entries(text) {
                    if entry.starts_with('[') {
                        seen.clear();
                        continue;
                    }
                    assert!(seen.insert(entry), "{} has {entry} twice", path.display());
                    for word in entry
                        .split(['=', '|'])
                        .map(|word| word.trim_matches([' ', '?', '!', '*']))
                    {
                        let folded = fold(word, MAX_CHARS).0.to_string();
                        if folded != word {
                            wrong.push(format!("{}: {entry} is {folded}", path.display()));
                        }
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(lists > 20, "{lists}");
    }
}
