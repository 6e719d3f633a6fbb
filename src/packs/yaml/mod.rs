//! From bytes to a tree of texts with positions, with the mistakes explained that people who do not program make.

mod brackets;
mod file;
mod heads;
mod prescan;
mod quoting;
mod read;
mod signs;
mod swallowed;
mod tree;

pub use brackets::with_ordinary_quotes;
pub use file::read_file;
pub use prescan::prescan;
pub use read::{Fields, ListRead, Reader, as_text, nearest};
pub use tree::{At, Node};
