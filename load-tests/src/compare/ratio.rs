//! Medians, and ratios with their spread. Pure.

/// The middle of some numbers and how far they are apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The middle one, or the mean of the two in the middle.
    pub median: f64,
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
}

impl Spread {
    /// Of numbers in any order; `None` of none at all.
    pub fn of(numbers: impl IntoIterator<Item = f64>) -> Option<Spread> {
        let mut sorted: Vec<f64> = numbers.into_iter().filter(|number| number.is_finite()).collect();
        sorted.sort_by(f64::total_cmp);
        let (min, max) = (*sorted.first()?, *sorted.last()?);
        let middle = sorted.len() / 2;
        let median = if sorted.len() % 2 == 1 {
            sorted[middle]
        } else {
            f64::midpoint(sorted[middle - 1], sorted[middle])
        };
        Some(Spread { median, min, max })
    }
}

/// How many times as much as the reference of the same round, over the rounds that have both. A reference of nothing has no
/// multiples, and memory that shrank while sockets were opened has none either.
pub fn ratios(rounds: impl IntoIterator<Item = (Option<f64>, Option<f64>)>) -> Option<Spread> {
    Spread::of(rounds.into_iter().filter_map(|(value, reference)| {
        let (value, reference) = (value?, reference?);
        (value >= 0.0 && reference > 0.0).then(|| value / reference)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(median: f64, min: f64, max: f64) -> Option<Spread> {
        Some(Spread { median, min, max })
    }

    #[test]
    fn the_median_is_the_middle_or_between_the_two_in_the_middle() {
        assert_eq!(Spread::of([3.0, 1.0, 2.0]), spread(2.0, 1.0, 3.0));
        assert_eq!(Spread::of([4.0, 1.0, 2.0, 100.0]), spread(3.0, 1.0, 100.0));
        assert_eq!(Spread::of([7.0]), spread(7.0, 7.0, 7.0));
        assert_eq!(Spread::of([]), None);
        assert_eq!(Spread::of([f64::NAN, 1.0]), spread(1.0, 1.0, 1.0));
    }

    #[test]
    fn ratios_are_taken_within_a_round() {
        // The machine was half as fast in the second round: times double, ratios stay.
        let rounds = [(Some(50.0), Some(10.0)), (Some(100.0), Some(20.0))];
        assert_eq!(ratios(rounds), spread(5.0, 5.0, 5.0));
    }

    #[test]
    fn rounds_without_a_reference_are_left_out() {
        let rounds = [
            (Some(50.0), None),
            (None, Some(10.0)),
            (Some(50.0), Some(0.0)),
            (Some(-1.0), Some(10.0)),
            (Some(30.0), Some(10.0)),
        ];
        assert_eq!(ratios(rounds), spread(3.0, 3.0, 3.0));
        assert_eq!(ratios([(Some(1.0), None)]), None);
    }
}
