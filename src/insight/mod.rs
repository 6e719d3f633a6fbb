//! What the numbers say: evaluation of intent files on labelled sentences; what was not answered well;
//! what rules find in the part of a talk that people had; what the owner is told of a day or a week.

pub mod eval;
pub mod grouping;
pub(crate) mod html;
pub mod missed;
pub mod morning;
pub mod numbers;
pub mod quality;
pub mod replay;
pub mod signals;
pub mod summary;
pub mod talks;
