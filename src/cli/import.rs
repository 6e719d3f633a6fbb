//! `yingda import`: sentences from elsewhere become intent files.

use anyhow::{Context, Result, bail};

use crate::packs::import_tsv;

use super::args::{ImportArgs, ImportCommand};
use super::{Exit, output};

/// Imports a file.
pub fn run(args: &ImportArgs) -> Result<Exit> {
    let ImportCommand::Tsv(args) = &args.command;
    let bytes =
        std::fs::read(&args.file).with_context(|| format!("打不开 {0} · {0} cannot be read", args.file.display()))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        anyhow::anyhow!(
            "{0} 不是 UTF-8（第 {1} 个字节起），请另存为 UTF-8 · not UTF-8 from byte {1} on; save it as UTF-8",
            args.file.display(),
            error.utf8_error().valid_up_to()
        )
    })?;
    let imported = import_tsv(&args.file.display().to_string(), &text);
    if imported.files.is_empty() {
        bail!(
            "{0} 里没有 标签<TAB>句子 · no label<TAB>text lines in {0}",
            args.file.display()
        );
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
