//! Which question a text asks: exact sentences, patterns, and a linear model over n-grams.

mod balance;
pub mod calibration;
pub mod classifier;
pub mod corpus;
pub mod exact;
pub mod features;
pub mod grams;
pub mod joined;
pub mod linear;
mod multiplier;
pub mod nearest;
pub mod patterns;
pub mod pinyin;
mod prefix_trie;
mod program;
pub mod ranking;
pub mod repair;
mod required_bigrams;
mod scratch;
pub mod softmax;
pub mod training;
