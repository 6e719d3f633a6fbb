//! What reading one message costs, stage by stage and as a whole, with 1,000, 10,000 and 100,000 example sentences.
//!
//! `cargo bench --bench understanding` prints first, for each size, the time of single messages (median and 99th
//! percentile over 300 messages of the shipped files' own tests, one core, each message at its fastest pass so that
//! other work on the machine does not count) and the memory that the process holds, and then criterion's figures. Criterion times one pass over all 300 messages: `thrpt` is messages a second, and its
//! inverse is the time of a message. `stage/…` are the parts of `message/understand`; `message/turn` is a whole turn
//! of the bot, with the reply rendered, as `yingda understand` takes one for each line.
//!
//! `YINGDA_BENCH_SIZES=1000,10000` leaves a size out; the largest takes a while to train. The sentences are the
//! shipped ones, thinned out or multiplied (see [`packs`]); from 10,000 on there are more than 150 intents.

#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

mod packs;

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput};
use yingda::dialogue::Generation;
use yingda::dialogue::Simulator;
use yingda::model::{Language, Millis};
use yingda::packs::{Pack, load};
use yingda::publishing::{self, Publisher, Reading};
use yingda::shop::clock::OWN_MS;
use yingda::shops::Generations;
use yingda::understanding::normalise::Normalised;
use yingda::understanding::{Context, Index, Tolerance};

const SIZES: [usize; 3] = [1_000, 10_000, 100_000];
const MESSAGES: usize = 300;
/// Passes over all messages for the percentiles.
const ROUNDS: usize = 30;

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("intents");
    let shipped = load(&folder).0.unwrap();
    let messages = packs::messages(&shipped, MESSAGES);
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(3))
        .sample_size(20)
        .configure_from_args();
    // Without `cargo bench` this is only a trial run.
    let measured = std::env::args().any(|argument| argument == "--bench");
    for size in sizes(measured) {
        let before = resident();
        let started = Instant::now();
        let generation = Arc::new(compile(packs::sized(&shipped, size)));
        println!(
            "{size} sentences, {} intents: trained in {:.2} s, {} held",
            generation.pack.intents.len(),
            started.elapsed().as_secs_f64(),
            megabytes(before, resident()),
        );
        percentiles("understand", &messages, |text| {
            black_box(generation.index.understand(text, &Context::default()));
        });
        percentiles("turn", &messages, |text| turn(&generation, text));
        stages(&mut criterion, size, &generation.index, &messages);
        whole(&mut criterion, size, &generation, &messages);
    }
    loading(&mut criterion, &folder);
    criterion.final_summary();
}

fn sizes(measured: bool) -> Vec<usize> {
    match std::env::var("YINGDA_BENCH_SIZES") {
        Ok(list) => list.split(',').filter_map(|size| size.trim().parse().ok()).collect(),
        Err(_) if measured => SIZES.to_vec(),
        Err(_) => vec![SIZES[0]],
    }
}

fn compile(pack: Pack) -> Generation {
    Generation::compile(pack, Tolerance::default(), OWN_MS, &[])
        .unwrap_or_else(|_| panic!("the shipped answers compile"))
}

fn turn(generation: &Arc<Generation>, text: &str) {
    let mut talk = Simulator::new(Arc::clone(generation), Language::Chinese, Millis(1_760_000_000_000));
    black_box(talk.say(&[text]));
}

/// Prints the median and the 99th percentile of single messages.
fn percentiles(name: &str, messages: &[String], mut read: impl FnMut(&str)) {
    let mut times = vec![Duration::MAX; messages.len()];
    for _ in 0..ROUNDS {
        for (fastest, text) in times.iter_mut().zip(messages) {
            let started = Instant::now();
            read(text);
            *fastest = started.elapsed().min(*fastest);
        }
    }
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_nanos() as f64 / 1_000.0;
    println!("  {name}: p50 {:.1} µs, p99 {:.1} µs", at(0.5), at(0.99));
}

fn stages(criterion: &mut Criterion, size: usize, index: &Index, messages: &[String]) {
    let normalised: Vec<Normalised> = messages.iter().map(|text| index.normalise(text)).collect();
    let mut group = criterion.benchmark_group("stage");
    group.throughput(Throughput::Elements(messages.len() as u64));
    let mut stage = |name: &str, read: &dyn Fn(&str, &Normalised)| {
        group.bench_function(BenchmarkId::new(name, size), |bencher| {
            bencher.iter(|| {
                for (text, normalised) in messages.iter().zip(&normalised) {
                    read(text, normalised);
                }
            });
        });
    };
    stage("normalise", &|text, _| {
        black_box(index.normalise(text));
    });
    stage("patterns", &|_, message| {
        black_box(index.questions.patterns.find(message.canonical.chars()));
    });
    stage("exact", &|_, message| {
        black_box(index.questions.examples.exact.find(message.canonical.chars()));
    });
    stage("score", &|_, message| {
        black_box(index.questions.examples.classifier.read(message.canonical.chars(), &[]));
    });
    stage("questions", &|_, message| {
        black_box(index.questions.read(message));
    });
    stage("slots", &|_, message| {
        black_box(index.slots.read(&message.folded, &[]));
    });
    stage("signals", &|text, message| {
        black_box(index.signals.detect(text, message));
    });
    group.finish();
}

fn whole(criterion: &mut Criterion, size: usize, generation: &Arc<Generation>, messages: &[String]) {
    let mut group = criterion.benchmark_group("message");
    group.throughput(Throughput::Elements(messages.len() as u64));
    group.bench_function(BenchmarkId::new("understand", size), |bencher| {
        bencher.iter(|| {
            for text in messages {
                black_box(generation.index.understand(text, &Context::default()));
            }
        });
    });
    group.bench_function(BenchmarkId::new("turn", size), |bencher| {
        bencher.iter(|| messages.iter().for_each(|text| turn(generation, text)));
    });
    group.finish();
}

/// The shipped files, from the folder to a generation that may answer, with and without their own tests.
fn loading(criterion: &mut Criterion, folder: &Path) {
    let mut group = criterion.benchmark_group("load");
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    group.bench_function("parse", |bencher| bencher.iter(|| load(folder).0.is_some()));
    group.bench_function("compile", |bencher| {
        bencher.iter(|| publishing::compile(folder, Tolerance::default(), OWN_MS, None).is_ok());
    });
    group.bench_function("load", |bencher| {
        bencher.iter(|| {
            Publisher::new(Tolerance::default(), OWN_MS)
                .load(&Reading::of(folder), &Generations::new())
                .is_ok()
        });
    });
    group.finish();
}

/// Memory of the process that is in use, bytes; `None` where the system does not say.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1_024)
}

fn megabytes(before: Option<u64>, after: Option<u64>) -> String {
    match (before, after) {
        (Some(before), Some(after)) => {
            format!(
                "{:.0} MB more, {:.0} MB",
                after.saturating_sub(before) as f64 / 1e6,
                after as f64 / 1e6
            )
        }
        _ => "unknown memory".to_owned(),
    }
}
