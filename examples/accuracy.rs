//! How well the index tells labels apart, and how true its confidence is, on labelled sentences that are not in this
//! repository:
//!
//! ```text
//! cargo run --release --example accuracy -- FOLDER [SET …]
//! ```
//!
//! `FOLDER/SET/train.tsv` holds `label<TAB>text` lines; `dev.tsv` is read where it is there, otherwise every fifth
//! sentence (by its hash) is held out; `oos_dev.tsv` holds what no label fits. Training takes the k sentences of a
//! label whose `sha256("42\t" + label + "\t" + text)` is smallest. The whole path is measured: import, load,
//! `understand`, first reading. It prints Markdown; docs/accuracy.md keeps what it printed.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::time::Instant;

use ferrous_opencc::{OpenCC, config::BuiltinConfig};
use pinyin::ToPinyin;
use sha2::{Digest, Sha256};
use yingda::packs::{SourceFile, import_tsv, load_files};
use yingda::understanding::{Context, Index, Tolerance};

type Line = (String, String);

/// A set as read: what may be trained on, what is asked, what no label fits.
struct Data {
    train: Vec<Line>,
    dev: Vec<Line>,
    out_of_scope: Vec<String>,
}

/// A seeded stream of numbers (SplitMix64), so that every run makes the same slips.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % end.max(1) as u64) as usize
    }
}

/// What one reading said.
struct Outcome {
    label: String,
    confidence: f32,
    answered: bool,
}

fn main() {
    let mut args = std::env::args().skip(1);
    let Some(folder) = args.next() else {
        eprintln!("accuracy FOLDER [SET …]: FOLDER/SET/train.tsv with label<TAB>text lines; see the head of this file");
        return;
    };
    let folder = Path::new(&folder);
    let mut sets: Vec<String> = args.collect();
    if sets.is_empty() {
        sets = folders(folder);
    }
    let ks: Vec<usize> = std::env::var("K").map_or_else(
        |_| vec![5, 10, 20, usize::MAX],
        |ks| ks.split(',').map(|k| k.parse().unwrap_or(usize::MAX)).collect(),
    );
    println!(
        "| set | k | sentences | right: clean | typo | Traditional | same in Traditional | answered | wrong among answered | calibration error | AUROC in/out | load s |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|");
    for set in sets {
        let Some(data) = read(&folder.join(&set)) else {
            eprintln!("{set}: no train.tsv, skipped");
            continue;
        };
        for k in &ks {
            measure(&set, *k, &data);
        }
    }
}

fn folders(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

fn lines(path: &Path) -> Option<Vec<Line>> {
    let text = std::fs::read_to_string(path).ok()?;
    let pairs = text.lines().filter_map(|line| line.split_once('\t'));
    Some(pairs.map(|(label, text)| (label.to_owned(), text.to_owned())).collect())
}

fn hash(seed: &str, (label, text): &Line) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(format!("{seed}\t{label}\t{text}")))
}

fn read(folder: &Path) -> Option<Data> {
    let mut seen = BTreeSet::new();
    let mut train = lines(&folder.join("train.tsv"))?;
    train.retain(|line| seen.insert(line.clone()));
    let dev = lines(&folder.join("dev.tsv")).unwrap_or_else(|| {
        let held_out = |line: &Line| hash("dev", line).as_bytes()[0].is_multiple_of(5);
        let dev = train.iter().filter(|line| held_out(line)).cloned().collect();
        train.retain(|line| !held_out(line));
        dev
    });
    let out_of_scope = lines(&folder.join("oos_dev.tsv")).unwrap_or_default();
    let out_of_scope = out_of_scope.into_iter().map(|(_, text)| text).collect();
    Some(Data {
        train,
        dev,
        out_of_scope,
    })
}

/// The k sentences of each label with the smallest hash.
fn few(train: &[Line], k: usize) -> Vec<Line> {
    let mut by_label: BTreeMap<&str, Vec<(String, &Line)>> = BTreeMap::new();
    for line in train {
        by_label.entry(&line.0).or_default().push((hash("42", line), line));
    }
    let mut few = Vec::new();
    for mut lines in by_label.into_values() {
        lines.sort();
        few.extend(lines.into_iter().take(k).map(|(_, line)| line.clone()));
    }
    few
}

fn build(train: &[Line]) -> Index {
    let tsv: String = train.iter().map(|(label, text)| format!("{label}\t{text}\n")).collect();
    let files: Vec<SourceFile> = import_tsv("train.tsv", &tsv)
        .files
        .into_iter()
        .map(|(name, text)| SourceFile {
            name,
            bytes: text.into_bytes(),
        })
        .collect();
    let (pack, findings) = load_files(&files);
    let pack = pack.unwrap_or_else(|| panic!("{findings:?}"));
    let vectors = std::env::var_os("NO_VECTORS").is_none();
    let tolerance = Tolerance {
        vectors,
        ..Tolerance::default()
    };
    Index::build(&pack, tolerance)
}

fn ask(index: &Index, text: &str) -> Outcome {
    let understood = index.understand(text, &Context::default());
    let best = understood.alternatives.first();
    Outcome {
        label: best.map_or_else(String::new, |question| question.id.clone()),
        confidence: best.map_or(0.0, |question| question.confidence),
        answered: !understood.questions.is_empty(),
    }
}

fn measure(set: &str, k: usize, data: &Data) {
    let train = few(&data.train, k);
    let begun = Instant::now();
    let index = build(&train);
    let load = begun.elapsed().as_secs_f32();
    let chinese = data.dev.iter().filter(|(_, text)| text.chars().any(is_han)).count() * 2 > data.dev.len();
    let ask_all = |texts: Vec<String>| -> Vec<Outcome> { texts.iter().map(|text| ask(&index, text)).collect() };
    let right = |outcomes: &[Outcome]| {
        let right = outcomes
            .iter()
            .zip(&data.dev)
            .filter(|(outcome, line)| outcome.label == line.0);
        100.0 * right.count() as f32 / data.dev.len() as f32
    };
    let clean = ask_all(data.dev.iter().map(|(_, text)| text.clone()).collect());
    let typo = ask_all(if chinese {
        chinese_slips(data)
    } else {
        latin_slips(data)
    });
    let (traditional, same) = if chinese {
        let converter = OpenCC::from_config(BuiltinConfig::S2t).unwrap();
        let outcomes = ask_all(data.dev.iter().map(|(_, text)| converter.convert(text)).collect());
        let same = outcomes
            .iter()
            .zip(&clean)
            .filter(|(a, b)| a.label == b.label && a.answered == b.answered);
        let same = 100.0 * same.count() as f32 / clean.len() as f32;
        (format!("{:.1}", right(&outcomes)), format!("{same:.2}"))
    } else {
        ("–".to_owned(), "–".to_owned())
    };
    let answered = clean.iter().zip(&data.dev).filter(|(outcome, _)| outcome.answered);
    let (mut count, mut wrong) = (0, 0);
    for (outcome, line) in answered {
        count += 1;
        wrong += usize::from(outcome.label != line.0);
    }
    let auroc = if data.out_of_scope.is_empty() {
        "–".to_owned()
    } else {
        let out_of_scope: Vec<f32> = data
            .out_of_scope
            .iter()
            .map(|text| ask(&index, text).confidence)
            .collect();
        format!(
            "{:.3}",
            area(clean.iter().map(|outcome| outcome.confidence), &out_of_scope)
        )
    };
    let name = if k == usize::MAX {
        "all".to_owned()
    } else {
        k.to_string()
    };
    println!(
        "| {set} | {name} | {} | {:.1} | {:.1} | {traditional} | {same} | {:.1} | {:.1} | {:.3} | {auroc} | {load:.2} |",
        train.len(),
        right(&clean),
        right(&typo),
        100.0 * count as f32 / clean.len() as f32,
        100.0 * wrong as f32 / count.max(1) as f32,
        calibration_error(&clean, &data.dev),
    );
}

/// Expected calibration error over ten bins of equal width (Naeini, Cooper, Hauskrecht 2015).
fn calibration_error(outcomes: &[Outcome], dev: &[Line]) -> f32 {
    let mut bins = [(0usize, 0f32, 0f32); 10];
    for (outcome, line) in outcomes.iter().zip(dev) {
        let bin = &mut bins[((outcome.confidence * 10.0) as usize).min(9)];
        bin.0 += 1;
        bin.1 += outcome.confidence;
        bin.2 += f32::from(u8::from(outcome.label == line.0));
    }
    bins.iter().map(|(_, said, right)| (said - right).abs()).sum::<f32>() / outcomes.len() as f32
}

/// The probability that a sentence inside is more confident than one out of scope.
fn area(inside: impl Iterator<Item = f32>, out_of_scope: &[f32]) -> f32 {
    let mut out_of_scope = out_of_scope.to_vec();
    out_of_scope.sort_by(f32::total_cmp);
    let (mut sum, mut count) = (0f64, 0f64);
    for confidence in inside {
        let below = out_of_scope.partition_point(|other| *other < confidence);
        let equal = out_of_scope.partition_point(|other| *other <= confidence) - below;
        sum += below as f64 + equal as f64 / 2.0;
        count += out_of_scope.len() as f64;
    }
    (sum / count) as f32
}

fn is_han(character: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&character)
}

/// One slip a sentence: a character becomes another of the same sound, as an input method offers it; where no
/// character has one, it is left out.
fn chinese_slips(data: &Data) -> Vec<String> {
    let mut by_sound: HashMap<&str, Vec<char>> = HashMap::new();
    let common: BTreeSet<char> = data
        .train
        .iter()
        .flat_map(|(_, text)| text.chars())
        .filter(|c| is_han(*c))
        .collect();
    for character in common {
        if let Some(sound) = character.to_pinyin() {
            by_sound.entry(sound.plain()).or_default().push(character);
        }
    }
    let mut random = Random(42);
    let mut slip = |text: &str| {
        let mut chars: Vec<char> = text.chars().collect();
        let places: Vec<usize> = (0..chars.len()).filter(|at| is_han(chars[*at])).collect();
        if places.is_empty() {
            return text.to_owned();
        }
        for _ in 0..8 {
            let at = places[random.below(places.len())];
            let sound = chars[at].to_pinyin().map_or("", |sound| sound.plain());
            let others: Vec<char> = by_sound
                .get(sound)
                .into_iter()
                .flatten()
                .copied()
                .filter(|c| *c != chars[at])
                .collect();
            if !others.is_empty() {
                chars[at] = others[random.below(others.len())];
                return chars.into_iter().collect();
            }
        }
        chars.remove(places[random.below(places.len())]);
        chars.into_iter().collect()
    };
    data.dev.iter().map(|(_, text)| slip(text)).collect()
}

/// One slip a sentence: a letter swapped with the next, left out, doubled, or another in its place.
fn latin_slips(data: &Data) -> Vec<String> {
    let mut random = Random(42);
    let mut slip = |text: &str| {
        let mut chars: Vec<char> = text.chars().collect();
        let places: Vec<usize> = (0..chars.len()).filter(|at| chars[*at].is_alphabetic()).collect();
        if places.is_empty() {
            return text.to_owned();
        }
        let at = places[random.below(places.len())];
        match random.below(4) {
            0 if at + 1 < chars.len() => chars.swap(at, at + 1),
            1 => drop(chars.remove(at)),
            2 => chars.insert(at, chars[at]),
            _ => chars[at] = (b'a' + random.below(26) as u8) as char,
        }
        chars.into_iter().collect()
    };
    data.dev.iter().map(|(_, text)| slip(text)).collect()
}
