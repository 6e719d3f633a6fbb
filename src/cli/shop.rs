//! `yingda shop`: the shops of a folder.

use anyhow::{Result, bail};
use serde::Serialize;

use crate::packs::load_shops;
use crate::publishing::Reading;

use super::args::{ShopArgs, ShopCommand, ShopListArgs};
use super::{Exit, output, pack, shop_import, shop_new};

/// A shop, as `--json` prints it.
#[derive(Serialize)]
struct Listed<'a> {
    id: &'a str,
    name: &'a str,
    name_en: &'a str,
    /// Questions that it knows.
    questions: usize,
    /// Those that it has written itself.
    own: usize,
    /// The identity of what it says.
    pack: &'a str,
}

/// Runs a command about shops.
pub fn run(args: &ShopArgs) -> Result<Exit> {
    match &args.command {
        ShopCommand::List(args) => list(args),
        ShopCommand::New(args) => shop_new::run(args),
        ShopCommand::Import(args) => shop_import::run(args),
    }
}

/// Prints the shops of a folder.
fn list(args: &ShopListArgs) -> Result<Exit> {
    let (_, folder) = pack::settings_and_folder(&args.pack)?;
    let reading = Reading::of(&folder);
    let (packs, findings) = load_shops(&reading.files);
    if packs.is_empty() {
        pack::complain(&folder, &findings);
        bail!("话术有错误，先改好（yingda check）。\nThe intent files have errors; mend them first (yingda check).");
    }
    let listed: Vec<Listed> = packs
        .iter()
        .map(|pack| Listed {
            id: pack.shop.id.as_str(),
            name: &pack.shop.name.zh,
            name_en: &pack.shop.name.en,
            questions: pack.intents.len(),
            own: pack.intents.iter().filter(|intent| intent.is_of_shop()).count(),
            pack: pack.id.short(),
        })
        .collect();
    if args.json {
        output::data(&serde_json::to_string(&listed)?);
        return Ok(Exit::Clean);
    }
    for shop in listed {
        output::say(&format!(
            "{}  {}  {} 个问题，{} 个自己的 · {} questions, {} its own  {}",
            shop.id, shop.name, shop.questions, shop.own, shop.questions, shop.own, shop.pack
        ));
    }
    Ok(Exit::Clean)
}
