//! The only room that knows HTTP and WebSocket.

pub mod protocol;
