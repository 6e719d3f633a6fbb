//! What the numbers say: evaluation of intent files on labelled sentences; what was not answered well.

pub mod eval;
pub mod grouping;
pub mod missed;
pub mod morning;
pub mod numbers;
pub mod replay;
pub mod signals;
pub mod talks;
