//! Fits the coefficients with which clauses are weighed (`src/understanding/coefficients.toml`) to the pack's own examples:
//!
//! ```text
//! cargo run --release --example fit -- intents            compares the shipped coefficients with a new fit
//! cargo run --release --example fit -- intents --write    and writes the new fit
//! ```
//!
//! The examples are dealt to five folds by the hash of their text. Each fold in turn is left out of training and read by an
//! index that knows the other four: joined in pairs that ask two things (with a comma, a blank, or nothing between), and
//! joined with a sentence of `shared/out_of_scope.yaml` before or behind, which asks the shop nothing; and alone where a
//! sentence has several clauses that ask one thing, or nothing. Every question that a clause may ask becomes a row: its
//! evidence, and whether the message asks it. A logistic regression with a small ridge is solved to its optimum; nothing
//! is random, so the same files give the same numbers.
//!
//! The constant is raised by 0.9 after the fit: shoppers ask two things more often than examples do, and a missing answer
//! is asked for again while a spare one is only read over.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use yingda::model::StableHash;
use yingda::packs::{Pack, load};
use yingda::understanding::choosing::{Coefficients, MEASURES};
use yingda::understanding::{Index, Tolerance};

const FOLDS: usize = 5;
const RIDGE: f64 = 1.0;
/// What the constant is raised by after the fit.
const RAISED: f32 = 0.9;
/// A clause asks from this probability on, as in `choosing.rs`.
const ASKS_FROM: f64 = 0.66;
/// Measures with the constant behind them.
const SIZE: usize = MEASURES.len() + 1;

/// What speaks for a question, the constant's 1 behind it, and whether it is asked.
struct Row {
    values: [f64; SIZE],
    asked: bool,
}

fn main() {
    let mut args = std::env::args().skip(1);
    let folder = args.next().unwrap_or_else(|| "intents".to_owned());
    let write = args.next().as_deref() == Some("--write");
    let (Some(pack), _) = load(Path::new(&folder)) else {
        eprintln!("{folder} has errors: yingda check says which");
        return;
    };
    let (mut rows, mut pairs, mut beside, mut alone) = (Vec::new(), 0, 0, 0);
    for fold in 0..FOLDS {
        let Fold {
            index,
            held_out,
            asks_nothing,
        } = without(&pack, fold);
        for (at, (text, other)) in asks_nothing.iter().zip(held_out.iter().cycle().step_by(3)).enumerate() {
            if index.normalise(text).clauses.len() > 1 {
                alone += 1;
                rows.extend(read(&index, text, &[]));
            }
            let message = if at % 2 == 0 {
                joined(text, &other.0, at)
            } else {
                joined(&other.0, text, at)
            };
            beside += 1;
            rows.extend(read(&index, &message, &[other.1]));
        }
        for (at, (text, class)) in held_out.iter().enumerate() {
            if index.normalise(text).clauses.len() > 1 {
                alone += 1;
                rows.extend(read(&index, text, &[*class]));
            }
            if let Some((other, second)) = held_out[at + 1..].iter().find(|(_, second)| second != class) {
                pairs += 1;
                rows.extend(read(&index, &joined(text, other, at), &[*class, *second]));
            }
        }
    }
    println!(
        "{pairs} pairs, {beside} beside what asks nothing, {alone} of several clauses, {} rows",
        rows.len()
    );
    let shipped = Coefficients::shipped();
    let mut before: [f64; SIZE] = [0.0; SIZE];
    for (value, weight) in before.iter_mut().zip(shipped.weights()) {
        *value = f64::from(weight);
    }
    before[SIZE - 1] = f64::from(shipped.bias - RAISED);
    let fitted = fit(&rows);
    println!("| coefficients | log loss | asked and found | found and asked |\n|---|---|---|---|");
    for (name, weights) in [("shipped", &before), ("fitted", &fitted)] {
        println!("| {name} | {} |", figures(&rows, weights));
    }
    let text = written(&fitted, pairs, beside, alone, rows.len());
    println!("\n{text}");
    if write {
        std::fs::write("src/understanding/coefficients.toml", text).unwrap();
    }
}

fn fold_of(text: &str) -> usize {
    StableHash::of(text.chars()).upper() as usize % FOLDS
}

/// An index that does not know one fold of the sentences, and that fold.
struct Fold {
    index: Index,
    /// Examples with their classes, in the order of their hashes.
    held_out: Vec<(String, usize)>,
    /// Sentences that ask the shop nothing, in the order of their hashes.
    asks_nothing: Vec<String>,
}

fn without(pack: &Pack, fold: usize) -> Fold {
    let mut known = pack.clone();
    let mut held_out = Vec::new();
    let of_fold = |text: &&String| fold_of(text) == fold;
    for (class, intent) in known.intents.iter_mut().enumerate() {
        let intent = Arc::make_mut(intent);
        // Small talk is no question of its own.
        if !intent.id.starts_with("chat.") {
            let dealt = intent.examples.iter().filter(of_fold);
            held_out.extend(dealt.map(|text| (text.clone(), class)));
        }
        intent.examples.retain(|text| fold_of(text) != fold);
    }
    let mut asks_nothing: Vec<String> = known.out_of_scope.iter().filter(of_fold).cloned().collect();
    Arc::make_mut(&mut known.out_of_scope).retain(|text| fold_of(text) != fold);
    held_out.sort_by_key(|(text, _)| StableHash::of(text.chars()).bits());
    asks_nothing.sort_by_key(|text| StableHash::of(text.chars()).bits());
    Fold {
        index: Index::build(&known, Tolerance::default()),
        held_out,
        asks_nothing,
    }
}

/// Two questions in one message, with and without a mark by turns.
fn joined(first: &str, second: &str, at: usize) -> String {
    let first = first.trim_end_matches(['？', '?', '。', '.']);
    match (at % 3, first.is_ascii() || second.is_ascii()) {
        (0, false) => format!("{first}，{second}"),
        (0, true) => format!("{first}, {second}"),
        (1, _) | (2, true) => format!("{first} {second}"),
        _ => format!("{first}{second}"),
    }
}

fn read(index: &Index, text: &str, asked: &[usize]) -> Vec<Row> {
    let candidates = index.questions.candidates(&index.normalise(text));
    candidates
        .into_iter()
        .map(|candidate| {
            let mut values = [1.0; SIZE];
            for (value, measure) in values.iter_mut().zip(candidate.evidence) {
                *value = f64::from(measure);
            }
            Row {
                values,
                asked: asked.contains(&candidate.class),
            }
        })
        .collect()
}

fn probability(row: &Row, weights: &[f64; SIZE]) -> f64 {
    let log_odds: f64 = row
        .values
        .iter()
        .zip(weights)
        .map(|(value, weight)| value * weight)
        .sum();
    1.0 / (1.0 + (-log_odds).exp())
}

/// Newton's method on the penalised likelihood.
fn fit(rows: &[Row]) -> [f64; SIZE] {
    let mut weights = [0.0; SIZE];
    for _ in 0..50 {
        let mut gradient = [0.0; SIZE];
        let mut curvature = [[0.0; SIZE]; SIZE];
        for at in 0..SIZE - 1 {
            gradient[at] = -RIDGE * weights[at];
            curvature[at][at] = RIDGE;
        }
        for row in rows {
            let sure = probability(row, &weights);
            let missing = f64::from(u8::from(row.asked)) - sure;
            for (at, value) in row.values.iter().enumerate() {
                gradient[at] += missing * value;
                for (other, beside) in row.values.iter().enumerate() {
                    curvature[at][other] += sure * (1.0 - sure) * value * beside;
                }
            }
        }
        let step = solve(curvature, gradient);
        weights.iter_mut().zip(step).for_each(|(weight, step)| *weight += step);
        if step.iter().all(|step| step.abs() < 1e-9) {
            break;
        }
    }
    weights
}

/// Solves a system of equations by elimination; the matrix is positive definite.
fn solve(mut matrix: [[f64; SIZE]; SIZE], mut right: [f64; SIZE]) -> [f64; SIZE] {
    for pivot in 0..SIZE {
        for row in pivot + 1..SIZE {
            let factor = matrix[row][pivot] / matrix[pivot][pivot];
            let above = matrix[pivot];
            for (cell, above) in matrix[row].iter_mut().zip(above).skip(pivot) {
                *cell -= factor * above;
            }
            right[row] -= factor * right[pivot];
        }
    }
    for row in (0..SIZE).rev() {
        for column in row + 1..SIZE {
            right[row] -= matrix[row][column] * right[column];
        }
        right[row] /= matrix[row][row];
    }
    right
}

/// Mean log loss; the share of what is asked that is found, and of what is found that is asked, with the raised constant.
fn figures(rows: &[Row], weights: &[f64; SIZE]) -> String {
    let loss: f64 = rows
        .iter()
        .map(|row| {
            let sure = probability(row, weights).clamp(1e-9, 1.0 - 1e-9);
            -if row.asked { sure.ln() } else { (1.0 - sure).ln() }
        })
        .sum();
    let mut raised = *weights;
    raised[SIZE - 1] += f64::from(RAISED);
    let asked = rows.iter().filter(|row| row.asked).count();
    let found: Vec<&Row> = rows
        .iter()
        .filter(|row| probability(row, &raised) >= ASKS_FROM)
        .collect();
    let right = found.iter().filter(|row| row.asked).count();
    format!(
        "{:.4} | {:.1} % | {:.1} %",
        loss / rows.len() as f64,
        100.0 * right as f64 / asked.max(1) as f64,
        100.0 * right as f64 / found.len().max(1) as f64
    )
}

fn written(weights: &[f64; SIZE], pairs: usize, beside: usize, alone: usize, rows: usize) -> String {
    let mut text = format!(
        "# How much each measure counts when a clause is asked whether it asks something of its own (choosing.rs). Written by\n\
         # `cargo run --release --example fit -- intents --write` from {pairs} pairs of held-out examples joined with and without marks,\n\
         # {beside} examples beside a sentence that asks nothing, {alone} sentences of several clauses that ask one thing or nothing:\n\
         # {rows} rows. The constant is raised by {RAISED} after the fit; why stands in\n\
         # that program.\nbias = {:.3}\n\n[measures]\n",
        weights[SIZE - 1] + f64::from(RAISED)
    );
    for (name, weight) in MEASURES.iter().zip(weights) {
        let _ = writeln!(text, "{name} = {weight:.3}");
    }
    text
}
