//! Which question a text asks: exact sentences, patterns, and a linear model over n-grams.

mod beginnings;
pub mod calibration;
pub mod classifier;
pub mod corpus;
pub mod exact;
pub mod features;
pub mod grams;
pub mod linear;
mod multiplier;
pub mod nearest;
mod needs;
pub mod patterns;
pub mod pinyin;
mod program;
pub mod repair;
mod room;
pub mod softmax;
pub mod training;
