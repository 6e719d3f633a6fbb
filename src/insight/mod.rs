//! What the numbers say: evaluation of intent files on labelled sentences.

pub mod eval;
pub mod signals;
pub mod talks;
