//! `yingda import`: sentences from elsewhere become intent files.

use anyhow::{Context, Result, bail};

use crate::packs::{Finding, decode_table, import_tsv};

use super::args::{ImportArgs, ImportCommand};
use super::{Exit, output};

/// Imports a file.
pub fn run(args: &ImportArgs) -> Result<Exit> {
    let ImportCommand::Tsv(args) = &args.command;
    let bytes =
        std::fs::read(&args.file).with_context(|| format!("打不开 {0} · {0} cannot be read", args.file.display()))?;
    let source = args.file.display().to_string();
    let imported = match decode_table(&source, &bytes) {
        Ok(text) => import_tsv(&source, &text),
        Err(finding) => return Ok(refuse(&finding)),
    };
    if let [finding] = imported.findings.as_slice()
        && imported.files.is_empty()
    {
        return Ok(refuse(finding));
    }
    if imported.labels.is_empty() {
        bail!("{source} 里没有 标签<TAB>句子 · no label<TAB>text lines in {source}");
    }
    if (args.out.join("shop.yaml").exists() || args.out.join("shops").exists()) && !args.force {
        bail!(
            "{0} 里已有话术，不覆盖；换一个目录，或加 --force。\n{0} holds intent files already; take another folder, or --force.",
            args.out.display()
        );
    }
    for (name, content) in &imported.files {
        let path = args.out.join(name);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&path, content)
            .with_context(|| format!("写不了 {0} · {0} cannot be written", path.display()))?;
    }
    for finding in &imported.findings {
        output::complain(&format!(
            "{}:{}: {} · {}",
            finding.file, finding.line, finding.message.zh, finding.message.en
        ));
    }
    output::say(&format!(
        "{} 个文件写到 {} · {0} files written",
        imported.files.len(),
        args.out.display()
    ));
    Ok(if imported.findings.is_empty() {
        Exit::Clean
    } else {
        Exit::Findings
    })
}

/// Says what the file is, and what to do with it.
fn refuse(finding: &Finding) -> Exit {
    output::complain(&format!(
        "{}: {}\n{}\n{}\n{}",
        finding.file, finding.message.zh, finding.hint.zh, finding.message.en, finding.hint.en
    ));
    Exit::CouldNotRun
}
