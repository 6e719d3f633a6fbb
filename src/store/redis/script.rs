//! Scripts: named by their hash, sent whole when the server does not know them.

use std::sync::LazyLock;

use redis::{Pipeline, Script};

/// A script of this store.
pub(super) struct StoreScript {
    text: &'static str,
    hash: LazyLock<String>,
}

impl StoreScript {
    /// Of this text; `hash` is [`hash`] of the same.
    pub(super) const fn new(text: &'static str, hash: fn() -> String) -> StoreScript {
        StoreScript {
            text,
            hash: LazyLock::new(hash),
        }
    }

    /// A pipeline that begins to call it; keys and arguments follow. `whole` as [`super::link::Link::run`] says it.
    pub(super) fn call(&self, whole: bool) -> Pipeline {
        let mut pipeline = redis::pipe();
        if whole {
            pipeline.cmd("EVAL").arg(self.text);
        } else {
            pipeline.cmd("EVALSHA").arg(self.hash.as_str());
        }
        pipeline
    }
}

/// The name of a script.
pub(super) fn hash(text: &str) -> String {
    Script::new(text).get_hash().to_owned()
}
