//! The table of a comparison, and the same for programs.

use serde_json::{Map, Value, json};

use super::ratio::{Spread, ratios};
use super::round::Measured;

/// Figures of all servers in all rounds. The first server is the reference.
#[derive(Debug)]
pub struct Comparison {
    servers: Vec<&'static str>,
    notes: Vec<String>,
    /// By round and server.
    rounds: Vec<Vec<Measured>>,
}

/// A line of the table.
struct Row<'a> {
    key: &'a str,
    title: &'a str,
    /// Of each server: its figure, and how many times that of the reference.
    cells: Vec<(Option<Spread>, Option<Spread>)>,
}

impl Comparison {
    /// Of these servers, the reference first. `notes`: how it was measured.
    pub(super) fn new(servers: Vec<&'static str>, notes: Vec<String>) -> Comparison {
        Comparison {
            servers,
            notes,
            rounds: Vec::new(),
        }
    }

    /// Adds what was measured of a server in a round.
    pub(super) fn add(&mut self, round: usize, server: usize, measured: Measured) {
        while self.rounds.len() <= round {
            self.rounds.push(vec![Measured::default(); self.servers.len()]);
        }
        self.rounds[round][server] = measured;
    }

    /// Whether every server answered everything.
    pub fn passed(&self) -> bool {
        self.measured().all(|measured| measured.failures.is_empty())
    }

    fn measured(&self) -> impl Iterator<Item = &Measured> {
        self.rounds.iter().flatten()
    }

    /// The figure of this server in each round.
    fn values(&self, key: &str, server: usize) -> Vec<Option<f64>> {
        let of_round = |round: &Vec<Measured>| {
            let figures = &round[server].figures;
            Some(figures.iter().find(|figure| figure.key == key)?.value)
        };
        self.rounds.iter().map(of_round).collect()
    }

    /// All figures in the order in which they were measured.
    fn rows(&self) -> Vec<Row<'_>> {
        let mut rows: Vec<Row> = Vec::new();
        for figure in self.measured().flat_map(|measured| &measured.figures) {
            if rows.iter().any(|row| row.key == figure.key) {
                continue;
            }
            let reference = self.values(&figure.key, 0);
            let cells = (0..self.servers.len()).map(|server| {
                let values = self.values(&figure.key, server);
                let pairs = values.iter().copied().zip(reference.iter().copied());
                let ratio = if server > 0 && figure.compared {
                    ratios(pairs)
                } else {
                    None
                };
                (Spread::of(values.into_iter().flatten()), ratio)
            });
            rows.push(Row {
                key: &figure.key,
                title: &figure.title,
                cells: cells.collect(),
            });
        }
        rows
    }

    /// For people.
    pub fn to_text(&self) -> String {
        let mut lines = self.notes.clone();
        lines.push(String::new());
        let reference = self.servers.first().copied().unwrap_or_default();
        let mut head = format!("{:<45}", "median of the rounds");
        for (index, server) in self.servers.iter().enumerate() {
            head += &format!("{server:>11}");
            if index > 0 {
                head += &format!("  {:<24}", format!("times {reference} (min–max)"));
            }
        }
        lines.push(head.trim_end().to_owned());
        for row in self.rows() {
            let mut line = format!("{:<45}", row.title);
            for (index, (value, ratio)) in row.cells.iter().enumerate() {
                line += &format!("{:>11}", value.map_or("–".to_owned(), |value| digits(value.median)));
                if index > 0 {
                    line += &format!("  {:<24}", ratio.map_or("–".to_owned(), spread));
                }
            }
            lines.push(line.trim_end().to_owned());
        }
        for (number, round) in self.rounds.iter().enumerate() {
            let doubts = round.iter().flat_map(|measured| &measured.doubts);
            lines.extend(doubts.map(|doubt| format!("note: round {}: {doubt}", number + 1)));
            let failures = round.iter().flat_map(|measured| &measured.failures);
            lines.extend(failures.map(|failure| format!("FAILED in round {}: {failure}", number + 1)));
        }
        lines.join("\n")
    }

    /// For programs.
    pub fn to_json(&self) -> String {
        let spread = |spread: Spread| json!({"median": spread.median, "min": spread.min, "max": spread.max});
        let mut figures = Map::new();
        for row in self.rows() {
            let mut servers = Map::new();
            for (server, (value, ratio)) in row.cells.iter().enumerate() {
                let cell = json!({"value": value.map(spread), "ratio": ratio.map(spread),
                                  "rounds": self.values(row.key, server)});
                servers.insert(self.servers[server].to_owned(), cell);
            }
            figures.insert(row.key.to_owned(), json!({"title": row.title, "servers": servers}));
        }
        let all = |of: fn(&Measured) -> &Vec<String>| -> Vec<Value> {
            self.measured().flat_map(of).map(|text| json!(text)).collect()
        };
        let value = json!({
            "passed": self.passed(),
            "reference": self.servers.first(),
            "notes": self.notes,
            "figures": figures,
            "doubts": all(|measured| &measured.doubts),
            "failures": all(|measured| &measured.failures),
        });
        format!("{value:#}")
    }
}

/// `7.31 (7.02–7.66)`.
fn spread(spread: Spread) -> String {
    format!(
        "{} ({}–{})",
        digits(spread.median),
        digits(spread.min),
        digits(spread.max)
    )
}

/// Three digits that matter, and whole numbers from 100 on.
fn digits(number: f64) -> String {
    let decimals = match number.abs() {
        size if size >= 99.95 => 0,
        size if size >= 9.995 => 1,
        size if size >= 0.9995 || size == 0.0 => 2,
        _ => 3,
    };
    format!("{number:.decimals$}")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::compare::round::Figure;

    fn measured(value: f64) -> Measured {
        Measured {
            figures: vec![Figure {
                key: "cpu_us".to_owned(),
                title: "processor time a message, µs".to_owned(),
                value,
                compared: true,
            }],
            ..Measured::default()
        }
    }

    fn comparison() -> Comparison {
        let mut comparison = Comparison::new(vec!["echo", "yingda"], vec!["two rounds".to_owned()]);
        for (round, (echo, yingda)) in [(10.0, 80.0), (20.0, 150.0), (10.0, 70.0)].into_iter().enumerate() {
            comparison.add(round, 1, measured(yingda));
            comparison.add(round, 0, measured(echo));
        }
        comparison
    }

    #[test]
    fn the_table_shows_medians_and_the_spread_of_ratios() {
        let text = comparison().to_text();
        assert_eq!(
            text,
            "two rounds\n\n\
             median of the rounds                                echo     yingda  times echo (min–max)\n\
             processor time a message, µs                        10.0       80.0  7.50 (7.00–8.00)"
        );
    }

    #[test]
    fn json_has_every_round() {
        let value: Value = serde_json::from_str(&comparison().to_json()).unwrap();
        let cell = &value["figures"]["cpu_us"]["servers"]["yingda"];
        assert_eq!(cell["ratio"], json!({"median": 7.5, "min": 7.0, "max": 8.0}));
        assert_eq!(cell["rounds"], json!([80.0, 150.0, 70.0]));
        assert_eq!(value["passed"], true);
    }

    #[test]
    fn a_figure_that_is_missing_is_a_dash_and_a_failure_is_told() {
        let mut comparison = Comparison::new(vec!["echo", "yingda"], Vec::new());
        comparison.add(0, 0, measured(10.0));
        let failed = Measured {
            failures: vec!["yingda at saturation: refused: busy".to_owned()],
            ..Measured::default()
        };
        comparison.add(0, 1, failed);
        assert!(!comparison.passed());
        let text = comparison.to_text();
        assert!(text.contains("10.0          –  –\n"), "{text}");
        assert!(
            text.ends_with("FAILED in round 1: yingda at saturation: refused: busy"),
            "{text}"
        );
    }

    #[test]
    fn numbers_have_the_digits_that_matter() {
        let shown: Vec<String> = [0.0, 0.1234, 1.234, 9.999, 12.34, 123.4, 23_456.7].map(digits).into();
        assert_eq!(shown, ["0.00", "0.123", "1.23", "10.0", "12.3", "123", "23457"]);
    }
}
