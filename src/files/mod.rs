//! Pictures and files that shoppers and agents send: what they are is told by their content, what they say beside the
//! picture is taken out, and they lie in a folder beside the log. Nothing is ever decoded.
//!
//! `uploads/<whose>/<id>` holds what no message names yet, for an hour; `talks/<partition>/<conversation>/<id>` what a message
//! names, as long as the talk is kept; `phrases/<whose>/<id>` what a phrase has. A file is written beside its place, synced, and renamed into it: a torn upload leaves
//! nothing. No database knows of them, so that several servers may share the folder.

mod claimed;
mod content;
mod description;
mod error;
mod exif;
mod folder;
mod incoming;
mod jpeg;
mod owner;
mod phrase_files;
mod png;
mod reader;
#[cfg(test)]
mod samples;
mod sweep;
mod webp;

pub use claimed::Claimed;
pub use content::{Bounds, Content, Format, inspect};
pub use error::FileError;
pub use folder::Files;
pub use incoming::Incoming;
pub use owner::FileOwner;
pub use sweep::Sweep;
