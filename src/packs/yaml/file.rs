//! From the bytes of a file to a tree, with what the parser says put into words that help.

use crate::packs::{Finding, refused};

use super::prescan::prescan;
use super::tree::{self, At, Node};

/// Reads the bytes of a file as YAML. `None` when there is no tree to look at.
pub fn read_file(file: &str, bytes: &[u8], findings: &mut Vec<Finding>) -> Option<At<Node>> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let good = std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default();
            let line = good.matches('\n').count() + 1;
            let column = good.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            findings.push(
                Finding::error("I004", file, "这个文件不是 UTF-8 编码", "this file is not UTF-8")
                    .at(line, column)
                    .hint(
                        "用编辑器另存为 UTF-8（记事本：另存为 → 编码 → UTF-8）",
                        "save it again as UTF-8 in your editor",
                    ),
            );
            return None;
        }
    };
    let scan = prescan(file, text);
    let mended = refused(&scan.findings);
    findings.extend(scan.findings);
    match tree::parse(&scan.text) {
        Ok(tree) => Some(tree),
        Err(error) => {
            // After mending, what the parser still trips over may be our own doing; the findings above say enough.
            if !mended {
                findings.push(syntax(file, &scan.text, &error));
            }
            None
        }
    }
}

fn syntax(file: &str, text: &str, error: &tree::SyntaxError) -> Finding {
    if error.reference {
        return Finding::error(
            "I006",
            file,
            "不能用 YAML 的锚点（&）、引用（*）和标签（!）",
            "YAML anchors, aliases and tags are not allowed here",
        )
        .at(error.line, error.column)
        .hint(
            "把内容照写一遍，或者给文字加引号",
            "write the text out, or put it in quotes",
        );
    }
    // What is not closed is missed only in the line below.
    let above = error.line.checked_sub(2).and_then(|index| text.lines().nth(index));
    if let Some(above) = above.filter(|above| error.message.contains("quoted") && above.matches('"').count() % 2 == 1) {
        let at = above.find('"').unwrap_or(0);
        return Finding::error(
            "I001",
            file,
            "这一行的双引号只有一半，没有结尾",
            "this line opens a quotation mark and does not close it",
        )
        .at(error.line - 1, above[..at].chars().count() + 1)
        .hint(
            "句尾补上双引号，引号要包住整句话",
            "close it at the end of the text; the quotes enclose the whole of it",
        );
    }
    let line = text.lines().nth(error.line.saturating_sub(1)).unwrap_or_default();
    let body = line.trim_start().trim_start_matches("- ").trim();
    let quotes = body.matches('"').count();
    let (zh, en) = if body.starts_with('"') && quotes == 1 || quotes % 2 == 1 {
        (
            "双引号要成对；文字里面的双引号写成 \\\"",
            "quotes come in pairs; inside a text write \\\"",
        )
    } else if body.starts_with('"') && !body.ends_with('"') {
        ("引号要包住整句话", "the quotes must enclose the whole sentence")
    } else if body.contains(": ") {
        (
            "句子里有“: ”时，整句加双引号；否则检查这一行和上一行的缩进是否对齐",
            "a sentence with `: ` in it needs quotes; otherwise check that this line and the one above are aligned",
        )
    } else {
        (
            "检查这一行和上一行的缩进是否对齐，句子有没有以特殊符号开头（要加双引号）",
            "check that this line and the one above are aligned, and whether a sentence begins with a sign (then quote it)",
        )
    };
    Finding::error(
        "I001",
        file,
        format!("这里读不懂（{}）", error.message),
        format!("not valid YAML: {}", error.message),
    )
    .at(error.line, error.column)
    .hint(zh, en)
}
