//! Section `[gateway]`.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Bytes of JSON that one character may take, two escapes such as `\ud83d\ude00`.
const BYTES_OF_A_CHARACTER: usize = 12;
/// Open files that are no sockets of chats and desks: 512 connections beside them, and what the server itself opens.
const BESIDE_SOCKETS: u64 = 640;
/// Bytes of a frame beside its text.
const BESIDE_THE_TEXT: usize = 1024;

/// The web server: where it listens and how much it takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct GatewaySettings {
    /// Address and port to listen on. Before it is opened to the internet put a reverse proxy with HTTPS in front, or set
    /// `tls_cert_file`.
    #[schemars(with = "String")]
    pub listen: SocketAddr,
    /// A file with the certificate and its chain (PEM): then the gateway itself speaks HTTPS. Read again when it changes.
    #[schemars(with = "String")]
    pub tls_cert_file: PathBuf,
    /// The private key of `tls_cert_file` (PEM).
    #[schemars(with = "String")]
    pub tls_key_file: PathBuf,
    /// A second address and port for `/healthz`, `/readyz` and `/metrics` alone, with places of its own, for example
    /// "127.0.0.1:9090". Then `/metrics` is there only.
    #[serde(with = "optional_address")]
    #[schemars(with = "String")]
    pub operations_listen: Option<SocketAddr>,
    /// The address under which browsers reach this server, for links, for example "https://chat.example.com",
    /// or "https://www.example.com/kefu" where a proxy passes only what is below a path. Empty: the listen address.
    /// With https, sign-in cookies are sent over HTTPS only.
    #[serde(deserialize_with = "web_address")]
    pub public_url: String,
    /// Addresses and ranges of reverse proxies, for example ["10.0.0.0/8", "2001:db8::1"]. Only from these is
    /// `X-Forwarded-For` believed; without it all shoppers behind a proxy count as one address.
    #[serde(with = "ranges")]
    #[schemars(with = "Vec<String>")]
    pub trusted_proxies: Vec<IpNet>,
    /// Whether `/metrics` may be read from everywhere. Else only from this machine, and once `public_url` is set only at
    /// `operations_listen`, since what a proxy on this machine passes on looks local.
    pub metrics_public: bool,
    /// Open sockets at most; further ones are told to come back.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub max_connections: u32,
    /// Open connections that an address may have (IPv6: a /64; a /48 four times as many). Proxies in `trusted_proxies` may
    /// have any number; the limit is for the clients behind them. It never has more than half of all sockets.
    /// 0: no limit.
    pub connections_per_address: u32,
    /// New sockets an address may open in a minute. 0: as many as it likes.
    pub connects_per_minute: u32,
    /// How often in a minute an address may try to sign in. 0: as often as it likes.
    pub signins_per_minute: u32,
    /// Largest frame a client may send, bytes. Never less than a message of `max_message_chars` may take.
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
            tls_cert_file: PathBuf::new(),
            tls_key_file: PathBuf::new(),
            operations_listen: None,
            trusted_proxies: Vec::new(),
            metrics_public: false,
            max_connections: 20_000,
            connections_per_address: 1_000,
            connects_per_minute: 600,
            signins_per_minute: 60,
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

impl GatewaySettings {
    /// The largest frame that is taken, bytes: a message that is not too long fits however its client writes it.
    pub fn longest_frame(&self) -> usize {
        self.max_frame_bytes
            .max(self.max_message_chars * BYTES_OF_A_CHARACTER + BESIDE_THE_TEXT)
    }

    /// Open files that the server needs: those of the sockets, and beside them pages, refusals, the store, intents and logs.
    pub fn files_needed(&self) -> u64 {
        u64::from(self.max_connections) + BESIDE_SOCKETS
    }

    /// Open sockets that an address may have; 0: no limit. However the two settings stand to each other, one address leaves
    /// room for others.
    pub fn sockets_of_an_address(&self) -> u32 {
        self.connections_per_address.min((self.max_connections / 2).max(1))
    }

    /// Whether the gateway itself speaks HTTPS.
    pub fn has_tls(&self) -> bool {
        !self.tls_cert_file.as_os_str().is_empty()
    }

    /// Whether this address is a proxy's whose word is believed.
    pub fn is_trusted_proxy(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.trusted_proxies.iter().any(|range| range.contains(&address))
    }
}

/// An address and port, or an empty text.
mod optional_address {
    use std::net::SocketAddr;

    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(address: &Option<SocketAddr>, serializer: S) -> Result<S::Ok, S::Error> {
        let text = address.map(|address| address.to_string());
        serializer.serialize_str(&text.unwrap_or_default())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SocketAddr>, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.is_empty() {
            return Ok(None);
        }
        let address = text.parse();
        address
            .map(Some)
            .map_err(|_| serde::de::Error::custom("an address and port such as \"127.0.0.1:9090\""))
    }
}

/// Addresses, alone or as ranges, as people write them in lists of proxies: with a port or in brackets too.
mod ranges {
    use std::net::{IpAddr, SocketAddr};

    use ipnet::IpNet;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(ranges: &[IpNet], serializer: S) -> Result<S::Ok, S::Error> {
        let texts: Vec<String> = ranges.iter().map(written).collect();
        texts.serialize(serializer)
    }

    fn written(range: &IpNet) -> String {
        match range.prefix_len() == range.max_prefix_len() {
            true => range.addr().to_string(),
            false => range.to_string(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<IpNet>, D::Error> {
        let texts = Vec::<String>::deserialize(deserializer)?;
        texts
            .iter()
            .map(|text| read(text).map_err(serde::de::Error::custom))
            .collect()
    }

    fn read(text: &str) -> Result<IpNet, String> {
        let text = text.trim();
        let bare = text.trim_start_matches('[').trim_end_matches(']');
        let address = bare.parse::<IpAddr>().ok();
        let address = address.or_else(|| text.parse::<SocketAddr>().ok().map(|with_port| with_port.ip()));
        match address {
            Some(address) => Ok(IpNet::from(address.to_canonical())),
            None => text.parse::<IpNet>().map(|range| range.trunc()).map_err(|_| {
                format!("{text:?} is neither an address such as \"10.0.0.1\" nor a range such as \"10.0.0.0/8\"")
            }),
        }
    }
}

fn web_address<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if !text.is_empty() && !text.starts_with("http://") && !text.starts_with("https://") {
        return Err(serde::de::Error::custom("it begins with http:// or https://"));
    }
    if text.contains(['?', '#', ' ', '@']) {
        return Err(serde::de::Error::custom(
            "it has a host and, below a proxy, a path; no ?, #, @ or space",
        ));
    }
    Ok(text.trim_end_matches('/').to_owned())
}
