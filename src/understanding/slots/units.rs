//! Units of weight, and the words that say that a number is a height or a weight.

/// Kilograms in a unit; blanks before Latin units are allowed.
pub(super) const WEIGHTS: [(&str, f64); 24] = [
    ("公斤", 1.0),
    (" 公斤", 1.0),
    ("千克", 1.0),
    ("市斤", 0.5),
    ("斤", 0.5),
    (" 斤", 0.5),
    ("磅", POUND),
    ("kgs", 1.0),
    ("kg", 1.0),
    (" kgs", 1.0),
    (" kg", 1.0),
    ("kilos", 1.0),
    ("kilo", 1.0),
    (" kilos", 1.0),
    (" kilograms", 1.0),
    ("lbs", POUND),
    ("lb", POUND),
    (" lbs", POUND),
    (" lb", POUND),
    (" pounds", POUND),
    ("pounds", POUND),
    (" stone", STONE),
    ("st", STONE),
    ("k g", 1.0),
];
/// Kilograms in a pound and in a stone.
pub(super) const POUND: f64 = 0.453_592_37;
pub(super) const STONE: f64 = 6.350_293_18;
/// Words before a number that make it a height; the last one alone only loosely.
pub(super) const HEIGHT_WORDS: [&str; 12] = [
    "身高",
    "个子",
    "个头",
    "身长",
    "净高",
    "高个子",
    "个子矮",
    "个子高",
    "个矮",
    "height",
    "tall",
    "高",
];
/// Words before a number that make it a weight.
pub(super) const WEIGHT_WORDS: [&str; 8] = ["体重", "净重", "重", "weight", "weigh", "weighs", "weighing", "斤数"];
