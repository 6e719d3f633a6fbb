//! Under which address browsers reach a server.

use std::net::SocketAddr;

use crate::config::Settings;

/// The address under which browsers reach the server that listens here.
pub fn public_url(settings: &Settings, listening: SocketAddr) -> String {
    if !settings.gateway.public_url.is_empty() {
        return settings.gateway.public_url.clone();
    }
    if listening.ip().is_unspecified() {
        return format!("http://127.0.0.1:{}", listening.port());
    }
    format!("http://{listening}")
}
