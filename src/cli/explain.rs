//! `yingda check --explain ID`: the page of a finding.

use std::borrow::Cow;

use anyhow::{Result, bail};
use rust_embed::RustEmbed;

use super::{Exit, output};
use crate::packs::nearest_word;

/// The pages, inside the binary; `README` lists them.
#[derive(RustEmbed)]
#[folder = "docs/findings"]
struct Pages;

/// Prints the page of a finding.
///
/// # Errors
/// There is no such finding.
pub fn run(id: &str) -> Result<Exit> {
    let page = known(id)?;
    output::say(String::from_utf8_lossy(&page).trim_end());
    Ok(Exit::Clean)
}

/// The page of a finding.
///
/// # Errors
/// There is no such finding.
pub fn known(id: &str) -> Result<Cow<'static, [u8]>> {
    let id = id.to_ascii_uppercase();
    let Some(page) = Pages::get(&format!("{id}.md")).filter(|_| id != "README") else {
        let names: Vec<String> = Pages::iter()
            .map(|name| name.trim_end_matches(".md").to_owned())
            .collect();
        let near = nearest_word(&id, names.iter().map(String::as_str)).unwrap_or("I001");
        bail!("没有 {id} 这条检查，例如可以看 {near} · there is no finding {id}; try {near}");
    };
    Ok(page.data)
}
