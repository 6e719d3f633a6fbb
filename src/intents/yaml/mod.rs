//! From bytes to a tree of texts with positions, with the mistakes explained that people who do not program make.

mod prescan;
mod read;
mod tree;

pub use read::{Fields, ListRead, Reader, as_text, nearest, read_file};
pub use tree::{At, Node};
