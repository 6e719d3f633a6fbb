//! A word of which there are only a few.

use crate::packs::finding::Finding;
use crate::packs::yaml::{At, nearest};

/// Finds a word that is none of the known; `what` it should be, in both languages.
pub(super) fn one_of(
    rule: &'static str,
    file: &str,
    name: &At<String>,
    what: (&str, &str),
    known: &[&'static str],
    findings: &mut Vec<Finding>,
) {
    if known.contains(&name.value.as_str()) {
        return;
    }
    let list = known.join(", ");
    let near = nearest(&name.value, known.iter().copied());
    findings.push(
        Finding::error(
            rule,
            file,
            format!("没有“{}”这个{}", name.value, what.0),
            format!("there is no {} `{}`", what.1, name.value),
        )
        .at(name.line, name.column)
        .hint(
            near.map_or_else(|| format!("可以写：{list}"), |near| format!("是不是想写 {near}？")),
            near.map_or_else(|| format!("known are {list}"), |near| format!("did you mean {near}?")),
        ),
    );
}
