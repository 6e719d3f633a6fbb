//! From the files of a folder to the packs of its shops, again and again. What stands in the same bytes as the last
//! time is not read, checked or built again: a common file for itself, the common pack, a shop over it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::model::PackId;

use super::finding::{self, Finding, refused};
use super::layout::{Layout, SHOP, SourceFile, within};
use super::pack::Pack;
use super::written::{Files, Known, Role, ShopFile, role};
use super::{USUAL, build, overlay, rules, waivers};

type Hash = [u8; 32];

/// Loads folders, one after the other, and keeps what the last one had.
#[derive(Default)]
pub struct Loader {
    /// Packs are made of what can be read although errors forbid it.
    despite: bool,
    /// The files that are loaded are known to keep all rules.
    kept_rules: bool,
    /// Common files by the hash of name and content.
    pieces: HashMap<Hash, Arc<Piece>>,
    common: Option<Arc<Common>>,
    /// The last common pack that was sound.
    said: Option<Arc<Pack>>,
    /// Shops by their folder.
    shops: BTreeMap<String, Shop>,
}

/// One common file, read.
struct Piece {
    files: Files,
    findings: Vec<Finding>,
}

/// The common files, checked.
struct Common {
    hash: Hash,
    digest: Sha256,
    known: Arc<Known>,
    findings: Vec<Finding>,
    /// `None` when an error forbids it.
    pack: Option<Arc<Pack>>,
}

/// What a shop writes, checked over the common files.
struct Shop {
    hash: Hash,
    known: Arc<Known>,
    files: Files,
    findings: Vec<Finding>,
    laid: Option<Laid>,
}

/// A shop's pack.
struct Laid {
    /// The hash of the common files under it.
    over: Hash,
    pack: Arc<Pack>,
    findings: Vec<Finding>,
}

/// `shop.yaml` in the folder itself, read.
struct Outside<'a> {
    file: &'a SourceFile,
    shop: ShopFile,
    shop_file: String,
    id: String,
}

impl Loader {
    /// One whose packs are only looked at: they are made of what can be read, whatever is wrong.
    pub(super) fn despite_errors() -> Loader {
        Loader {
            despite: true,
            ..Loader::default()
        }
    }

    /// The packs of all shops, sorted by the names of their folders, or none when a finding forbids it. A folder
    /// without shops is one shop that says nothing of itself.
    pub fn load(&mut self, files: &[SourceFile]) -> (Vec<Arc<Pack>>, Vec<Finding>) {
        let mut layout = Layout::of(files);
        let common = self.read_common(&layout.common);
        let mut findings = common.findings.clone();
        let outside = layout
            .outside
            .and_then(|file| Outside::read(file, &common.known, &mut findings));
        if let Some(outside) = &outside {
            layout.shops.entry(&outside.id).or_default();
        }
        if layout.shops.is_empty() && layout.outside.is_none() {
            rules::shops::check_any(&mut findings);
        }
        let mut last = std::mem::take(&mut self.shops);
        let mut shops = Vec::with_capacity(layout.shops.len());
        for (folder, files) in layout.shops {
            let outside = outside.as_ref().filter(|outside| outside.id == folder);
            let has_profile = files.iter().any(|file| within(&file.name) == SHOP);
            let mut sources = files;
            sources.extend(outside.filter(|_| !has_profile).map(|outside| outside.file));
            let hash = hash(digest(Sha256::new(), &sources), &sources, outside.is_some());
            let same = |shop: &Shop| shop.hash == hash && Arc::ptr_eq(&shop.known, &common.known);
            let shop = match last.remove(folder).filter(same) {
                Some(shop) => shop,
                None => Shop::read(folder, &sources, outside, (hash, self.kept_rules), &common.known),
            };
            findings.extend(shop.findings.iter().cloned());
            shops.push((folder, shop, sources));
        }
        finding::sort(&mut findings);
        let mut packs = Vec::with_capacity(shops.len());
        if let (Some(pack), false) = (&common.pack, self.forbids(&findings)) {
            if shops.is_empty() {
                packs.push(Arc::clone(pack));
            }
            for (_, shop, sources) in &mut shops {
                let laid = shop.lay(&common, pack, sources);
                packs.push(Arc::clone(&laid.pack));
                findings.extend(laid.findings.iter().cloned());
            }
            finding::sort(&mut findings);
        }
        let kept = shops.into_iter();
        self.shops = kept.map(|(folder, shop, _)| (folder.to_owned(), shop)).collect();
        if self.forbids(&findings) {
            packs.clear();
        }
        (packs, findings)
    }

    /// The same of files that were loaded before by this build, perhaps by an earlier start, and gave no finding: they are not held
    /// against the rules again, which takes a third of a start.
    pub fn load_known(&mut self, files: &[SourceFile]) -> (Vec<Arc<Pack>>, Vec<Finding>) {
        self.kept_rules = true;
        let loaded = self.load(files);
        self.kept_rules = false;
        loaded
    }

    fn forbids(&self, findings: &[Finding]) -> bool {
        refused(findings) && !self.despite
    }

    fn read_common(&mut self, files: &[&SourceFile]) -> Arc<Common> {
        let digest = digest(Sha256::new(), files);
        let hash = hash(digest.clone(), files, false);
        if let Some(same) = self.common.as_ref().filter(|common| common.hash == hash) {
            return Arc::clone(same);
        }
        let mut pieces = HashMap::with_capacity(files.len());
        let mut read = Files::default();
        let mut findings = Vec::new();
        for file in files {
            let hash = update(Sha256::new(), file).finalize().into();
            let piece = self.pieces.remove(&hash).unwrap_or_else(|| Arc::new(Piece::read(file)));
            findings.extend(piece.findings.iter().cloned());
            read.join(&piece.files);
            pieces.insert(hash, piece);
        }
        self.pieces = pieces;
        settle(self.kept_rules, files, &mut findings, |findings| {
            rules::check(&read, findings)
        });
        let known = read.known();
        let same = self.common.as_ref().filter(|common| *common.known == known);
        let known = same.map_or_else(|| Arc::new(known), |common| Arc::clone(&common.known));
        let pack = (!self.forbids(&findings)).then(|| {
            let mut pack = build::build(read, identity(digest.clone(), &[]));
            if self.despite {
                pack.leave_out_broken();
            }
            if let Some(said) = &self.said {
                pack.share(said);
            }
            Arc::new(pack)
        });
        self.said = pack.clone().or(self.said.take());
        let common = Arc::new(Common {
            hash,
            digest,
            known,
            findings,
            pack,
        });
        self.common = Some(Arc::clone(&common));
        common
    }
}

impl Piece {
    fn read(file: &SourceFile) -> Piece {
        let (mut files, mut findings) = (Files::default(), Vec::new());
        files.add(&file.name, &file.bytes, &mut findings);
        Piece { files, findings }
    }
}

impl Shop {
    fn read(
        folder: &str,
        sources: &[&SourceFile],
        outside: Option<&Outside<'_>>,
        (hash, kept_rules): (Hash, bool),
        known: &Arc<Known>,
    ) -> Shop {
        let mut findings = Vec::new();
        let mut own = Files::of_shop(folder, Arc::clone(known));
        let inside = |file: &SourceFile| outside.is_none_or(|outside| outside.file.name != file.name);
        for file in sources.iter().filter(|file| inside(file)) {
            own.add(&file.name, &file.bytes, &mut findings);
        }
        let mut has_profile = sources.iter().any(|file| inside(file) && within(&file.name) == SHOP);
        if let Some(outside) = outside {
            rules::shops::check_outside(&outside.id, has_profile, &mut findings);
            if !has_profile {
                own.shop = Some(outside.shop.clone());
                own.shop_file.clone_from(&outside.shop_file);
                has_profile = true;
            }
        }
        own.lean_on();
        own.gather_goods(&mut findings);
        settle(kept_rules, sources, &mut findings, |findings| {
            rules::check(&own, findings);
            rules::shops::check(folder, has_profile, &own, findings);
        });
        Shop {
            hash,
            known: Arc::clone(known),
            files: own,
            findings,
            laid: None,
        }
    }

    fn lay(&mut self, common: &Common, pack: &Arc<Pack>, sources: &[&SourceFile]) -> &Laid {
        let laid = match self.laid.take() {
            Some(laid) if laid.over == common.hash => laid,
            _ => {
                let mut findings = Vec::new();
                let id = identity(common.digest.clone(), sources);
                let under = Arc::clone(pack);
                let mut pack = overlay::lay(&under, self.files.clone(), id, &mut findings);
                pack.common = Some(under);
                if refused(&self.findings) {
                    pack.leave_out_broken();
                }
                Laid {
                    over: common.hash,
                    pack: Arc::new(pack),
                    findings,
                }
            }
        };
        self.laid.insert(laid)
    }
}

impl<'a> Outside<'a> {
    fn read(file: &'a SourceFile, known: &Arc<Known>, findings: &mut Vec<Finding>) -> Option<Outside<'a>> {
        let mut read = Files::of_shop("", Arc::clone(known));
        read.prefix = String::new();
        read.add(&file.name, &file.bytes, findings);
        let shop = read.shop?;
        let id = shop.shop.as_ref().map_or(USUAL, |id| &id.value).to_owned();
        Some(Outside {
            file,
            shop,
            shop_file: read.shop_file,
            id,
        })
    }
}

/// Holds files against rules and leaves out what is waived. Of files that are known to keep them nothing is left in the end, whatever
/// was found while they were read.
fn settle(kept_rules: bool, files: &[&SourceFile], findings: &mut Vec<Finding>, rules: impl FnOnce(&mut Vec<Finding>)) {
    if kept_rules {
        findings.clear();
        return;
    }
    rules(findings);
    waivers::settle(files, findings);
}

/// The identity of what was digested with these files behind it.
fn identity(common: Sha256, files: &[&SourceFile]) -> PackId {
    PackId::new(HEXLOWER.encode(&digest(common, files).finalize()))
}

/// Goes on with names and contents of the files that count.
fn digest(digest: Sha256, files: &[&SourceFile]) -> Sha256 {
    let counts = |file: &&&SourceFile| !matches!(role(within(&file.name)), Role::Beside | Role::Unknown);
    files
        .iter()
        .filter(counts)
        .fold(digest, |digest, file| update(digest, file))
}

fn update(mut digest: Sha256, file: &SourceFile) -> Sha256 {
    // Lengths keep two files from being mistaken for one with both contents.
    digest.update((file.name.len() as u64).to_le_bytes());
    digest.update(file.name.as_bytes());
    digest.update((file.bytes.len() as u64).to_le_bytes());
    digest.update(&file.bytes);
    digest
}

/// A hash of everything that findings are made of: beside the digested contents the names of files that are not read.
fn hash(mut digest: Sha256, files: &[&SourceFile], outside: bool) -> Hash {
    digest.update([u8::from(outside)]);
    for file in files {
        if role(within(&file.name)) == Role::Unknown {
            digest.update((file.name.len() as u64).to_le_bytes());
            digest.update(file.name.as_bytes());
        }
    }
    digest.finalize().into()
}
