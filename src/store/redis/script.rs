//! Scripts: named by their hash, sent whole when the server does not know them.

use redis::{Pipeline, Script};

/// A script of this store.
pub(super) struct StoreScript {
    text: &'static str,
    hash: String,
}

impl StoreScript {
    /// Of this text.
    pub(super) fn new(text: &'static str) -> StoreScript {
        StoreScript {
            text,
            hash: Script::new(text).get_hash().to_owned(),
        }
    }

    /// A pipeline that begins to call it; keys and arguments follow. `whole` as [`super::link::Link::run`] says it.
    pub(super) fn call(&self, whole: bool) -> Pipeline {
        let mut pipeline = redis::pipe();
        if whole {
            pipeline.cmd("EVAL").arg(self.text);
        } else {
            pipeline.cmd("EVALSHA").arg(&self.hash);
        }
        pipeline
    }
}
