//! The sheet by which supervisors take points off when they review a talk. The shipped one stands in `shipped.yaml`; the common
//! pack or a shop that writes `scoring:` in its `shared/standards.yaml` has its own in its place.

use std::sync::LazyLock;

use crate::packs::written::ScoringFile;

/// Points that an item may take off at most.
pub const MOST_POINTS: u32 = 100;

/// The sheet that is shipped.
pub static SCORING: LazyLock<Vec<ScoringItem>> =
    LazyLock::new(|| super::shipped().scoring.iter().filter_map(ScoringItem::of).collect());

/// An item of the sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScoringItem {
    /// By which it is known, whatever its title.
    pub id: String,
    /// What is wrong, in Chinese.
    pub title: String,
    /// The same in English.
    pub title_en: String,
    /// Points that it takes off at most, 1 to [`MOST_POINTS`].
    pub points: u32,
}

impl ScoringItem {
    /// What is written; `None` where its points are none.
    pub fn of(written: &ScoringFile) -> Option<ScoringItem> {
        let title = written.title.value.clone();
        Some(ScoringItem {
            id: written.item.value.clone(),
            title_en: written
                .title_en
                .as_ref()
                .map_or_else(|| title.clone(), |text| text.value.clone()),
            title,
            points: points_in(&written.points.value)?,
        })
    }
}

/// Minutes within which somebody may have to come back.
pub const MOST_MINUTES: u64 = 240;

/// The minutes that this says: a whole number from 1 to [`MOST_MINUTES`].
pub fn minutes_in(text: &str) -> Option<u64> {
    let minutes: u64 = text.trim().parse().ok()?;
    (1..=MOST_MINUTES).contains(&minutes).then_some(minutes)
}

/// The points that this says: a whole number from 1 to [`MOST_POINTS`].
pub fn points_in(text: &str) -> Option<u32> {
    text.trim()
        .parse()
        .ok()
        .filter(|points| (1..=MOST_POINTS).contains(points))
}
