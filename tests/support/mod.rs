//! What the tests share: the real program as a child process, and clients that speak to it.

pub mod client;
pub mod http;
// The store's own tests use all of it.
#[allow(dead_code)]
pub mod redis;
pub mod server;
pub mod typescript;
