//! Under which address browsers reach a server.

use std::net::SocketAddr;

use crate::config::Settings;

/// The address under which browsers reach the server that listens here.
pub fn public_url(settings: &Settings, listening: SocketAddr) -> String {
    if !settings.gateway.public_url.is_empty() {
        return settings.gateway.public_url.clone();
    }
    listening_url(settings, listening)
}

/// The address at which this machine itself reaches the server that listens here.
pub fn listening_url(settings: &Settings, listening: SocketAddr) -> String {
    let scheme = match settings.gateway.has_tls() {
        true => "https",
        false => "http",
    };
    match listening.ip().is_unspecified() {
        true => format!("{scheme}://127.0.0.1:{}", listening.port()),
        false => format!("{scheme}://{listening}"),
    }
}
