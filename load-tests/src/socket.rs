//! A connection, from the address to `welcome`.

use std::fmt;

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use crate::frame::{self, Frame, SUBPROTOCOL};

/// Sockets of this program that are being opened at once. yingda takes 64 from an address that have not been welcomed, so a
/// server that is busy for a moment would refuse what a thousand shoppers with addresses of their own may do.
pub(crate) const OPENING: usize = 32;

/// A shopper's socket.
pub type Socket = WebSocketStream<TcpStream>;

/// Where to connect, and which shop to visit.
#[derive(Clone, Debug)]
pub struct Door {
    url: String,
    address: String,
    shop: String,
}

impl Door {
    /// From a `ws://` address.
    ///
    /// # Errors
    /// It is no such address.
    pub fn new(url: &str, shop: &str) -> Result<Door> {
        Ok(Door {
            url: url.to_owned(),
            address: address_of(url)?,
            shop: shop.to_owned(),
        })
    }
}

/// What a server answers to `hello`.
#[derive(Clone, Debug)]
pub struct Welcome {
    /// The conversation.
    pub conversation: String,
    /// Who the shopper is from now on.
    pub token: String,
    /// The conversation's last event.
    pub seq: u64,
    /// Whether the conversation that `hello` named is no longer kept.
    pub history_gone: bool,
}

/// The server refused a shopper, with this code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused(pub String);

impl fmt::Display for Refused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "refused: {}", self.0)
    }
}

impl std::error::Error for Refused {}

/// Connects and says hello.
///
/// # Errors
/// [`Refused`], no connection, no WebSocket, no welcome; why, in words.
pub async fn open(door: &Door, token: Option<&str>, after: Option<u64>) -> Result<(Socket, Welcome)> {
    let stream = TcpStream::connect(&door.address).await?;
    stream.set_nodelay(true)?;
    // The default buffer is 128 KiB for each socket, which thousands of shoppers on one machine cannot afford.
    let config = WebSocketConfig::default().read_buffer_size(4096);
    let (mut socket, _) = client_async_with_config(request(&door.url)?, stream, Some(config)).await?;
    socket
        .send(Message::text(frame::hello(&door.shop, token, after)))
        .await?;
    loop {
        let Some(message) = socket.next().await else {
            bail!("the server closed before welcome")
        };
        match message? {
            Message::Text(text) => match frame::parse(&text) {
                Ok(Frame::Welcome {
                    conversation,
                    token,
                    seq,
                    history_gone,
                }) => {
                    let welcome = Welcome {
                        conversation,
                        token,
                        seq,
                        history_gone,
                    };
                    return Ok((socket, welcome));
                }
                Ok(Frame::Error { code, .. }) => bail!(Refused(code)),
                Ok(other) => bail!("{other:?} before welcome"),
                Err(problem) => bail!(problem),
            },
            Message::Close(reason) => bail!("closed before welcome: {reason:?}"),
            _ => {}
        }
    }
}

fn request(url: &str) -> Result<Request> {
    let mut request = url.into_client_request()?;
    request
        .headers_mut()
        .insert("Sec-WebSocket-Protocol", HeaderValue::from_static(SUBPROTOCOL));
    Ok(request)
}

/// `host:port` of a `ws://` address.
pub(crate) fn address_of(url: &str) -> Result<String> {
    let request = url
        .into_client_request()
        .with_context(|| format!("{url} is no address"))?;
    let uri = request.uri();
    if uri.scheme_str() != Some("ws") {
        bail!("{url}: only ws:// is supported; measure behind the proxy that ends TLS");
    }
    let host = uri.host().with_context(|| format!("{url} names no host"))?;
    Ok(format!("{host}:{}", uri.port_u16().unwrap_or(80)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn an_address_names_host_and_port() {
        assert_eq!(address_of("ws://127.0.0.1:8080/v1/chat").unwrap(), "127.0.0.1:8080");
        assert_eq!(address_of("ws://shop.test/v1/chat").unwrap(), "shop.test:80");
        assert!(
            address_of("wss://shop.test/v1/chat")
                .unwrap_err()
                .to_string()
                .contains("ws://")
        );
        assert!(address_of("no address").is_err());
    }
}
