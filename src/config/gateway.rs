//! Section `[gateway]`.

use std::net::{IpAddr, SocketAddr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The web server: where it listens and how much it takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct GatewaySettings {
    /// Address and port to listen on. Put a reverse proxy with HTTPS in front before it is opened to the internet.
    #[schemars(with = "String")]
    pub listen: SocketAddr,
    /// The address under which browsers reach this server, for links, for example "https://chat.example.com".
    /// Empty: the listen address. With https, sign-in cookies are sent over HTTPS only.
    #[serde(deserialize_with = "web_address")]
    pub public_url: String,
    /// Addresses of reverse proxies. Only from these is `X-Forwarded-For` believed.
    #[schemars(with = "Vec<String>")]
    pub trusted_proxies: Vec<IpAddr>,
    /// Whether `/metrics` may be read from other machines, and not only from this one.
    pub metrics_public: bool,
    /// Open sockets at most; further ones are told to come back.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub max_connections: u32,
    /// New sockets an address may open in a minute. 0: as many as it likes.
    pub connects_per_minute: u32,
    /// Largest frame a client may send, bytes.
    #[schemars(range(min = 1024, max = 1_048_576))]
    pub max_frame_bytes: usize,
    /// Longest message a shopper or agent may send, characters.
    #[schemars(range(min = 1, max = 20_000))]
    pub max_message_chars: usize,
    /// Frames that a client may send at once.
    #[schemars(range(min = 1, max = 10_000))]
    pub frame_burst: u32,
    /// Frames a second that a client may send for long.
    #[schemars(range(min = 1, max = 10_000))]
    pub frames_per_second: u32,
    /// How long a client may take to send `hello`, milliseconds.
    #[schemars(range(min = 100, max = 600_000))]
    pub hello_timeout_ms: u64,
    /// How often a silent client is asked whether it is still there, milliseconds.
    #[schemars(range(min = 100, max = 600_000))]
    pub ping_interval_ms: u64,
    /// After how long without a sign of life a client is given up, milliseconds. More than two pings.
    #[schemars(range(min = 200, max = 3_600_000))]
    pub ping_timeout_ms: u64,
    /// How long a client may take to read what it was sent, milliseconds.
    #[schemars(range(min = 100, max = 600_000))]
    pub write_timeout_ms: u64,
    /// Over how long clients spread their move to another server when this one is told to stop, milliseconds.
    #[schemars(range(max = 600_000))]
    pub reconnect_spread_ms: u64,
    /// How long clients have to move, and then how long what is begun may take to finish, when the server is told to
    /// stop, milliseconds. More than the spread. A stop takes no longer than both and two seconds.
    #[schemars(range(min = 100, max = 600_000))]
    pub drain_ms: u64,
}

impl Default for GatewaySettings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: String::new(),
            trusted_proxies: Vec::new(),
            metrics_public: false,
            max_connections: 20_000,
            connects_per_minute: 600,
            max_frame_bytes: 16 * 1024,
            max_message_chars: 2_000,
            frame_burst: 20,
            frames_per_second: 5,
            hello_timeout_ms: 10_000,
            ping_interval_ms: 25_000,
            ping_timeout_ms: 60_000,
            write_timeout_ms: 10_000,
            reconnect_spread_ms: 3_000,
            drain_ms: 5_000,
        }
    }
}

fn web_address<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.is_empty() || text.starts_with("http://") || text.starts_with("https://") {
        Ok(text.trim_end_matches('/').to_owned())
    } else {
        Err(serde::de::Error::custom("it begins with http:// or https://"))
    }
}
