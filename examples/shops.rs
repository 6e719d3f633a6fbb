//! What many shops cost: loading, memory, each kind of edit, a message.
//!
//! `cargo run --release --example shops` prints the table of `docs/performance.md`: for 1, 20 and 200 shops that say
//! facts and one answer in their own way. Each row is a publisher of its own, so the first shop pays for the training;
//! an edit is what a running server does when files change: read the folder, load, publish. Numbers of shops may be
//! given as arguments.

#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use yingda::dialogue::{Generation, Simulator};
use yingda::model::{Language, Millis};
use yingda::publishing::{Publisher, Reading};
use yingda::shop::clock::OWN_MS;
use yingda::shops::Generations;
use yingda::understanding::Tolerance;

const MESSAGES: [&str; 4] = ["今天能发吗", "包邮吗", "怎么退货", "满多少减多少"];
const TURNS: usize = 2_000;
/// Edits of a fact, so many that their mean says more than the clock of hundredths of a second.
const EDITS: usize = 50;

fn main() {
    let counts: Vec<usize> = std::env::args().skip(1).map(|count| count.parse().unwrap()).collect();
    let counts = if counts.is_empty() { vec![1, 20, 200] } else { counts };
    for count in counts {
        measure(count);
    }
}

fn measure(count: usize) {
    let folder = tempfile::tempdir().unwrap();
    let (root, last) = (folder.path(), count - 1);
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("intents"), root);
    let demo = std::fs::read_to_string(root.join("shops/demo/shop.yaml")).unwrap();
    std::fs::remove_dir_all(root.join("shops")).unwrap();
    (0..count).for_each(|number| shop(root, &demo, number, 7));
    println!("{count} shops                 processor ms   wall ms   memory MB");
    let mut served = Served {
        publisher: Publisher::new(Tolerance::default(), OWN_MS),
        shops: Generations::new(),
    };
    served.reload(root, "load");
    served.reload(root, "nothing changed");
    let (cpu, edited) = (cpu_ms(), Instant::now());
    for days in 8..8 + EDITS {
        shop(root, &demo, last, days);
        served.publish(root);
    }
    row(
        "a fact",
        cpu_ms() - cpu,
        edited.elapsed().as_secs_f64() * 1e3,
        EDITS as f64,
        0.0,
    );
    let common = root.join("returns/policy.yaml");
    let text = std::fs::read_to_string(&common).unwrap();
    let (before, after) = text.split_once("answers:\n").unwrap();
    let answered = format!("{before}answers:\n  - 亲，{{{{ shop.return_days }}}} 天内不合适都能退～\n{after}");
    std::fs::write(&common, &answered).unwrap();
    served.reload(root, "a common answer");
    let taught = answered.replacen("examples:\n", "examples:\n  - 收到以后不中意可以送回仓库么\n", 1);
    std::fs::write(&common, taught).unwrap();
    served.reload(root, "a common example");
    shop(root, &demo, count, 7);
    served.reload(root, "a shop added");
    std::fs::remove_dir_all(root.join("shops").join(id(count))).unwrap();
    let allowed = demo.replace("shop: demo", &format!("shop: {}\nallow: [lost_shop]", id(0)));
    std::fs::write(root.join(format!("shops/{}/shop.yaml", id(0))), allowed).unwrap();
    served.reload(root, "a shop removed");
    let own = |field: &str| {
        let text = format!("intent: shipping.time\nanswers:\n  - 亲，{last} 号店换了说法～\n{field}");
        std::fs::write(root.join(format!("shops/{}/shipping/time.yaml", id(last))), text).unwrap();
    };
    own("");
    served.reload(root, "a shop's answer");
    own("examples:\n  - 仓库啥时候能把我的货弄走\n");
    served.reload(root, "a shop's example");
    served.talk();
}

/// Prints what one of `times` cost.
fn row(what: &str, cpu: f64, wall: f64, times: f64, memory: f64) {
    println!("  {what:18} {:15.1} {:9.1} {memory:+11.1}", cpu / times, wall / times);
}

struct Served {
    publisher: Publisher,
    shops: Generations,
}

impl Served {
    /// Does what a reload does.
    fn publish(&mut self, folder: &Path) {
        let (generations, _) = self
            .publisher
            .load(&Reading::of(folder), &self.shops)
            .unwrap_or_else(|findings| panic!("{findings:#?}"));
        self.shops = generations
            .into_iter()
            .map(|generation| (generation.pack.shop.id.clone(), generation))
            .collect();
    }

    /// Does what a reload does, and prints what it cost.
    fn reload(&mut self, folder: &Path, what: &str) {
        let (memory, cpu, started) = (resident(), cpu_ms(), Instant::now());
        self.publish(folder);
        let wall = started.elapsed().as_secs_f64() * 1e3;
        let grown = (resident() as f64 - memory as f64) / 1e6;
        row(what, cpu_ms() - cpu, wall, 1.0, grown);
    }

    fn talk(&self) {
        let generations: Vec<&Arc<Generation>> = self.shops.values().collect();
        let started = Instant::now();
        for turn in 0..TURNS {
            let generation = generations[turn % generations.len()];
            let mut talk = Simulator::new(Arc::clone(generation), Language::Chinese, Millis(1_794_898_800_000));
            std::hint::black_box(talk.say(&[MESSAGES[turn % MESSAGES.len()]]));
        }
        println!(
            "  a message          {:.0} µs",
            started.elapsed().as_micros() as f64 / TURNS as f64
        );
    }
}

fn id(number: usize) -> String {
    format!("shop-{number:03}")
}

/// A shop with a fact and an answer of its own.
fn shop(root: &Path, demo: &str, number: usize, days: usize) {
    let id = id(number);
    let folder = root.join("shops").join(&id);
    std::fs::create_dir_all(folder.join("shipping")).unwrap();
    let facts = demo
        .replace("shop: demo", &format!("shop: {id}"))
        .replace("return_days: \"7\"", &format!("return_days: \"{days}\""));
    std::fs::write(folder.join("shop.yaml"), facts).unwrap();
    let answer =
        format!("intent: shipping.time\nanswers:\n  - 亲，{number} 号店 {{{{ shop.cutoff }}}} 前付款当天发～\n");
    std::fs::write(folder.join("shipping/time.yaml"), answer).unwrap();
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy(&source, &target);
        } else {
            std::fs::copy(source, target).unwrap();
        }
    }
}

/// Memory of the process that is in use, bytes.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let size = line.and_then(|line| line.trim().strip_suffix("kB"));
    size.and_then(|size| size.trim().parse::<u64>().ok()).unwrap_or(0) * 1_024
}

/// Processor time of all threads of the process, those that have ended too, milliseconds.
fn cpu_ms() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let rest = text.rsplit_once(')').map_or("", |(_, rest)| rest);
    let fields: Vec<f64> = rest.split_whitespace().filter_map(|field| field.parse().ok()).collect();
    // After the name and the state come ten figures, then the two of processor time, in hundredths of a second.
    fields.get(10..12).map_or(0.0, |times| (times[0] + times[1]) * 10.0)
}
