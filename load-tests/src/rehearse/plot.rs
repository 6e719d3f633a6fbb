//! Drawings as SVG, written by hand: bars over time, and lines over the steps. Pure.

use std::fmt::Write;

use super::report::digits;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 260.0;
/// Room for the numbers at the left, and for the names below.
const LEFT: f64 = 66.0;
const RIGHT: f64 = 14.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 36.0;

/// A line of a drawing.
pub struct Series {
    /// Its name.
    pub name: String,
    /// The class that colours it: `a`, `b`, `c`, or `bound` for what may not be passed.
    pub class: &'static str,
    /// A value for each step; `None`: there is none.
    pub values: Vec<Option<f64>>,
}

/// Text as it may stand in HTML and SVG, in attributes too.
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// Bars over time: `first` and `last` are what stands at the ends of the axis.
pub fn bars(title: &str, counts: &[usize], first: &str, last: &str) -> String {
    let scale = Scale::upto(counts.iter().copied().max().unwrap_or(0) as f64);
    let mut svg = begin(title, &scale);
    let step = (WIDTH - LEFT - RIGHT) / counts.len().max(1) as f64;
    for (place, count) in counts.iter().enumerate() {
        let y = scale.y(*count as f64);
        put(
            &mut svg,
            format_args!(
                "<rect class=\"bar\" x=\"{:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{:.1}\"/>",
                LEFT + step * place as f64 + step * 0.1,
                step * 0.8,
                HEIGHT - BOTTOM - y
            ),
        );
    }
    let below = HEIGHT - 10.0;
    put(
        &mut svg,
        format_args!("<text x=\"{LEFT}\" y=\"{below}\">{}</text>", escaped(first)),
    );
    put(
        &mut svg,
        format_args!(
            "<text class=\"end\" x=\"{}\" y=\"{below}\">{}</text></svg>",
            WIDTH - RIGHT,
            escaped(last)
        ),
    );
    svg
}

/// Lines over the steps, whose names stand below; each value stands at its point.
pub fn lines(title: &str, steps: &[String], series: &[Series]) -> String {
    let values = series.iter().flat_map(|series| series.values.iter().flatten());
    let scale = Scale::upto(values.copied().fold(0.0, f64::max));
    let mut svg = begin(title, &scale);
    let room = WIDTH - LEFT - RIGHT;
    let x = |place: usize| LEFT + room * (place as f64 + 0.5) / steps.len().max(1) as f64;
    for (place, step) in steps.iter().enumerate() {
        put(
            &mut svg,
            format_args!(
                "<text class=\"mid\" x=\"{:.1}\" y=\"{}\">{}</text>",
                x(place),
                HEIGHT - 10.0,
                escaped(step)
            ),
        );
    }
    for series in series {
        let points = series.values.iter().enumerate();
        let points: Vec<(f64, f64, f64)> = points
            .filter_map(|(place, value)| value.map(|value| (x(place), scale.y(value), value)))
            .collect();
        let path: Vec<String> = points.iter().map(|(x, y, _)| format!("{x:.1},{y:.1}")).collect();
        if series.class == "bound" {
            if let Some((_, y, _)) = points.first() {
                put(
                    &mut svg,
                    format_args!(
                        "<line class=\"bound\" x1=\"{LEFT}\" y1=\"{y:.1}\" x2=\"{}\" y2=\"{y:.1}\"/>",
                        WIDTH - RIGHT
                    ),
                );
            }
            continue;
        }
        put(
            &mut svg,
            format_args!("<polyline class=\"{}\" points=\"{}\"/>", series.class, path.join(" ")),
        );
        for (x, y, value) in points {
            put(
                &mut svg,
                format_args!(
                    "<circle class=\"{}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3.5\"><title>{}: {}</title></circle>",
                    series.class,
                    escaped(&series.name),
                    digits(value)
                ),
            );
        }
    }
    svg.push_str("</svg>");
    svg
}

/// What the colours mean.
pub fn legend(series: &[Series]) -> String {
    let mut html = "<ul class=\"legend\">".to_owned();
    for series in series {
        put(
            &mut html,
            format_args!("<li class=\"{}\">{}</li>", series.class, escaped(&series.name)),
        );
    }
    html.push_str("</ul>");
    html
}

struct Scale {
    step: f64,
    top: f64,
}

impl Scale {
    /// From zero to a round number that is not below this, in four steps or a few more.
    fn upto(highest: f64) -> Scale {
        let rough = if highest > 0.0 { highest / 4.0 } else { 0.25 };
        let power = 10_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 2.5, 5.0, 10.0].map(|factor| factor * power);
        let step = step
            .into_iter()
            .find(|step| *step >= rough * 0.999)
            .unwrap_or(power * 10.0);
        let top = step * (highest / step).ceil().max(1.0);
        Scale { step, top }
    }

    fn y(&self, value: f64) -> f64 {
        HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value / self.top).clamp(0.0, 1.0)
    }
}

fn begin(title: &str, scale: &Scale) -> String {
    let mut svg = format!(
        "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\"><title>{}</title>",
        escaped(title)
    );
    let mut value = 0.0;
    while value <= scale.top * 1.001 {
        let y = scale.y(value);
        put(
            &mut svg,
            format_args!(
                "<line class=\"grid\" x1=\"{LEFT}\" y1=\"{y:.1}\" x2=\"{}\" y2=\"{y:.1}\"/><text class=\"end\" x=\"{}\" y=\"{:.1}\">{}</text>",
                WIDTH - RIGHT,
                LEFT - 8.0,
                y + 4.0,
                tick(value)
            ),
        );
        value += scale.step;
    }
    svg
}

/// A number at the axis: no more digits than it needs.
fn tick(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn put(text: &mut String, what: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = text.write_fmt(what);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_cannot_leave_their_place() {
        assert_eq!(
            escaped("<b a=\"x\" b='y'>&"),
            "&lt;b a=&quot;x&quot; b=&#39;y&#39;&gt;&amp;"
        );
        let evil = "</title><script>";
        let series = [Series {
            name: evil.into(),
            class: "a",
            values: vec![Some(1.0), None],
        }];
        let steps = [evil.to_owned(), "× 2".to_owned()];
        let all = [
            lines(evil, &steps, &series),
            bars(evil, &[1], evil, evil),
            legend(&series),
        ]
        .concat();
        assert!(!all.contains("<script"), "{all}");
    }

    #[test]
    fn axes_end_at_round_numbers_above_what_is_drawn() {
        for (highest, step, top) in [
            (0.0, 0.25, 0.25),
            (7.0, 2.0, 8.0),
            (100.0, 25.0, 100.0),
            (431.0, 200.0, 600.0),
        ] {
            let scale = Scale::upto(highest);
            assert!(
                (scale.step - step).abs() < 1e-9 && (scale.top - top).abs() < 1e-9,
                "{highest}"
            );
        }
        assert_eq!(tick(0.25), "0.25");
        assert_eq!(tick(200.0), "200");
        assert_eq!(tick(0.0), "0");
    }

    #[test]
    fn what_is_missing_is_left_out_of_a_line() {
        let series = [Series {
            name: "p50".into(),
            class: "a",
            values: vec![Some(1.0), None, Some(3.0)],
        }];
        let steps = ["1", "2", "3"].map(str::to_owned);
        let svg = lines("wait", &steps, &series);
        assert_eq!(svg.matches("<circle").count(), 2);
        assert!(!svg.contains("NaN"), "{svg}");
    }
}
