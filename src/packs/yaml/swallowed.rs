//! What YAML does in silence to lines that look fine: an item one blank too far right runs into the one above, and what
//! stands behind ` #` is a comment.

use crate::packs::Finding;

use super::quoting::quoted;

/// How far the dash of an item is indented that holds a plain text, into which a deeper line would run.
pub fn ends_open(line: &str) -> Option<usize> {
    let body = line.trim_start();
    let value = body.strip_prefix("- ")?.trim();
    let opens = value.starts_with(['"', '\'', '[', '{', '|', '>', '#', '&', '*', '!']);
    let plain = !value.is_empty() && !opens && !value.ends_with(':');
    plain.then(|| line.len() - body.len())
}

/// An item that is indented further than the sentence above it: it is put back under the dash above.
pub fn mend_fused(file: &str, number: usize, line: &str, under: Option<usize>, findings: &mut Vec<Finding>) -> String {
    let body = line.trim_start();
    let indentation = line.len() - body.len();
    let Some(outer) = under.filter(|outer| indentation > *outer && body.starts_with("- ")) else {
        return line.to_owned();
    };
    findings.push(
        Finding::error(
            "I019",
            file,
            "这一项缩进多了，和上一项连成了一句",
            "this item is indented too far and runs into the one above",
        )
        .at(number, indentation + 1)
        .hint("让减号和上一项的减号对齐", "put its dash under the dash above"),
    );
    format!("{}{body}", " ".repeat(outer))
}

/// A sentence of which ` #` takes the rest away: 亲，有的 #满99送袜子. A comment has a blank behind its sign, or stands apart.
pub fn swallowed(file: &str, number: usize, line: &str) -> Option<Finding> {
    let body = line.trim_start();
    let value = body.trim_start_matches("- ").trim_start();
    if value.starts_with(['"', '\'', '[', '{', '#']) || value.contains(": \"") || value.contains(": [") {
        return None;
    }
    let at = line.find(" #")?;
    let (kept, lost) = (&line[..at], &line[at + 2..]);
    let apart = kept.ends_with(' ') || lost.is_empty() || lost.starts_with([' ', '\t', '#']);
    let waiver = lost.starts_with("豁免") || lost.starts_with("waive ");
    let text = kept.trim_start().trim_start_matches(['-', ' ']).trim();
    if apart || waiver || text.is_empty() || text.ends_with(':') {
        return None;
    }
    let whole = quoted(value);
    Some(
        Finding::warning(
            "I125",
            file,
            format!("“ #”后面的“{}”会被当成注释丢掉", lost.trim()),
            format!("what stands behind ` #` is a comment and lost: `{}`", lost.trim()),
        )
        .at(number, line[..at].chars().count() + 2)
        .wide(lost.trim_end().chars().count() + 1)
        .hint(
            format!("整句加引号：{whole}；真是注释就写成“  # …”"),
            format!("put the whole text in quotes: {whole}; a comment is written `  # …`"),
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::super::prescan::prescan;

    fn found(text: &str) -> Vec<(&'static str, usize, usize)> {
        let findings = prescan("a.yaml", text).findings;
        findings
            .iter()
            .map(|finding| (finding.rule, finding.line, finding.column))
            .collect()
    }

    #[test]
    fn an_item_too_far_right_is_named_and_put_back() {
        let text = "answers:\n  - 送完为止～\n    - 亲，现在的\n    - 还有一条\n";
        assert_eq!(found(text), [("I019", 3, 5), ("I019", 4, 5)]);
        let mended = prescan("a.yaml", text).text;
        assert_eq!(mended, "answers:\n  - 送完为止～\n  - 亲，现在的\n  - 还有一条\n");
        for fine in [
            "tests:\n  - ask: 在吗\n    after:\n      - 你好\n",
            "tests:\n  - after:\n      - 你好\n    ask: 在吗\n",
            "answers:\n  - text: |\n      一\n      - 二\n",
            "a:\n  - \"一\"\n  - 二\n",
            "rows:\n  - [a, b]\n",
            "a:\n  - 一\nb:\n    - 二\n",
        ] {
            assert_eq!(found(fine), [], "{fine}");
        }
    }

    #[test]
    fn what_a_comment_swallows_is_named_and_a_comment_is_not() {
        assert_eq!(found("answers:\n  - 亲，有的 #满99送袜子\n"), [("I125", 2, 10)]);
        assert_eq!(found("  - text: 亲 #1 款送\n"), [("I125", 1, 13)]);
        for fine in [
            "  - 亲，有的 # 记得改\n",
            "  - 亲，有的  #记得改\n",
            "  - \"亲，有的 #满99送\"\n",
            "  - text: \"亲 #满99送\"\n",
            "  - 亲C#键盘有吗\n",
            "  - name: receiver #豁免 I052：以后有\n",
            "answers: #答案\n",
            "not: [a, b] #词\n",
            "#注释\n",
        ] {
            assert_eq!(found(fine), [], "{fine}");
        }
    }
}
