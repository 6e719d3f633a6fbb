//! What the numbers say: evaluation of intent files on labelled sentences; what was not answered well;
//! what rules find in the part of a talk that people had.

pub mod eval;
pub mod grouping;
pub mod missed;
pub mod morning;
pub mod numbers;
pub mod quality;
pub mod replay;
pub mod signals;
pub mod talks;
