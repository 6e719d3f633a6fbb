//! Which question a text asks: exact sentences, patterns, and a linear model over n-grams.

pub mod features;
pub mod pinyin;
pub mod softmax;
