//! What the tests share: the real program as a child process, and clients that speak to it.

pub mod client;
pub mod http;
pub mod redis;
pub mod server;
pub mod typescript;
