//! From bytes to a tree of texts with positions, with the mistakes explained that people who do not program make.

mod tree;

pub use tree::{At, Node, SyntaxError, parse};
