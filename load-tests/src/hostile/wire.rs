//! Connections from a chosen address: HTTP, WebSockets, and bytes that no honest client sends.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::client_async_with_config;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use crate::frame::SUBPROTOCOL;
use crate::socket::Socket;

/// How much of an HTTP answer is read, bytes.
const ANSWER: u64 = 4 << 20;

/// A connection from one of this machine's addresses; `receives` makes the system's buffer for what comes so small.
pub async fn connect(from: Ipv4Addr, to: SocketAddr, receives: Option<u32>) -> Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    if let Some(bytes) = receives {
        socket.set_recv_buffer_size(bytes)?;
    }
    socket.set_reuseaddr(true)?;
    socket
        .bind((from, 0).into())
        .with_context(|| format!("{from} is no address of this machine (Linux has all of 127.0.0.0/8)"))?;
    let stream = socket.connect(to).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// An HTTP answer.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Everything before the body.
    pub head: String,
    /// The body.
    pub body: String,
}

impl Answer {
    /// The first value of a header, whose name is in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        let mut found = lines.filter(|(known, _)| known.eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value.trim())
    }
}

/// One request on a connection of its own, until the server has said everything. `body` is sent as JSON.
pub async fn http(from: Ipv4Addr, to: SocketAddr, method: &str, path: &str, body: Option<&Value>) -> Result<Answer> {
    http_with(from, to, method, path, body, None).await
}

/// The same by somebody who is signed in: `cookie` is the session's.
pub async fn http_with(
    from: Ipv4Addr,
    to: SocketAddr,
    method: &str,
    path: &str,
    body: Option<&Value>,
    cookie: Option<&str>,
) -> Result<Answer> {
    let mut stream = connect(from, to, None).await?;
    let body = body.map(Value::to_string).unwrap_or_default();
    let cookie = cookie.map(|cookie| format!("cookie: {cookie}\r\n")).unwrap_or_default();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {to}\r\nconnection: close\r\ncontent-type: application/json\r\n\
         {cookie}content-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await?;
    let mut raw = Vec::new();
    stream.take(ANSWER).read_to_end(&mut raw).await?;
    let whole = String::from_utf8_lossy(&raw);
    let (head, body) = whole.split_once("\r\n\r\n").context("no HTTP answer")?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    Ok(Answer {
        status: status.context("no HTTP status")?,
        head: head.to_owned(),
        body: body.to_owned(),
    })
}

/// A WebSocket that speaks JSON.
pub struct Talk {
    socket: Socket,
    /// Bytes of the texts that came.
    pub received: u64,
}

impl Talk {
    /// Opens `path`; `cookie` is that of a signed-in agent.
    pub async fn open(from: Ipv4Addr, to: SocketAddr, path: &str, cookie: Option<&str>) -> Result<Talk> {
        let stream = connect(from, to, None).await?;
        Talk::on(stream, to, path, cookie).await
    }

    /// The same on a connection that is there.
    pub async fn on(stream: TcpStream, to: SocketAddr, path: &str, cookie: Option<&str>) -> Result<Talk> {
        let mut request = format!("ws://{to}{path}").into_client_request()?;
        let headers = request.headers_mut();
        headers.insert("Sec-WebSocket-Protocol", HeaderValue::from_static(SUBPROTOCOL));
        if let Some(cookie) = cookie {
            headers.insert("Cookie", HeaderValue::from_str(cookie)?);
        }
        let config = WebSocketConfig::default().read_buffer_size(4096);
        let (socket, _) = client_async_with_config(request, stream, Some(config)).await?;
        Ok(Talk { socket, received: 0 })
    }

    /// Opens the chat and says hello; `welcome` comes back.
    pub async fn greeted(
        from: Ipv4Addr,
        to: SocketAddr,
        shop: &str,
        token: Option<&str>,
        after: Option<u64>,
    ) -> Result<(Talk, Value)> {
        let mut talk = Talk::open(from, to, "/v1/chat", None).await?;
        talk.send(&hello(shop, token, after)).await?;
        let welcome = talk.next().await?;
        if welcome["type"] != "welcome" {
            bail!("{welcome} instead of welcome");
        }
        Ok((talk, welcome))
    }

    /// Sends a frame.
    pub async fn send(&mut self, frame: &Value) -> Result<()> {
        Ok(self.socket.send(Message::text(frame.to_string())).await?)
    }

    /// The next frame.
    pub async fn next(&mut self) -> Result<Value> {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => {
                    self.received += text.len() as u64;
                    return Ok(serde_json::from_str(&text)?);
                }
                Some(Ok(Message::Close(reason))) => bail!(
                    "closed with {}",
                    reason.map_or_else(|| "no code".to_owned(), |reason| u16::from(reason.code).to_string())
                ),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error.into()),
                None => bail!("closed without a word"),
            }
        }
    }

    /// Reads whatever comes until the end, answering pings.
    pub async fn linger(&mut self) {
        while self.next().await.is_ok() {}
    }

    /// The connection below, for bytes that are no proper frames.
    pub fn into_stream(self) -> TcpStream {
        self.socket.into_inner()
    }
}

/// The first frame of a shopper.
pub fn hello(shop: &str, token: Option<&str>, after: Option<u64>) -> Value {
    json!({"type": "hello", "shop": shop, "lang": "zh-CN", "token": token, "after": after})
}

/// A frame as a client writes it, masked with zeros. `first` is the byte of final bit, reserved bits and opcode.
pub fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = head(first, 0x80, payload.len() as u64);
    bytes.extend([0; 4]);
    bytes.extend_from_slice(payload);
    bytes
}

/// The head of a frame that claims to have so many bytes; `mask` is 0x80 for a masked one.
pub fn head(first: u8, mask: u8, length: u64) -> Vec<u8> {
    let mut bytes = vec![first];
    match length {
        0..=125 => bytes.push(mask | length as u8),
        126..=0xffff => {
            bytes.push(mask | 126);
            bytes.extend((length as u16).to_be_bytes());
        }
        _ => {
            bytes.push(mask | 127);
            bytes.extend(length.to_be_bytes());
        }
    }
    bytes
}

/// The code with which the server closes, read off the bytes; `None` when the connection ends without one.
pub async fn close_code(stream: &mut TcpStream, patience: Duration) -> Option<u16> {
    let mut seen = Vec::new();
    let reading = async {
        let mut piece = [0; 4096];
        loop {
            match stream.read(&mut piece).await {
                Ok(0) | Err(_) => return,
                Ok(read) => seen.extend_from_slice(&piece[..read]),
            }
            if closing(&seen).is_some() {
                return;
            }
        }
    };
    // Whether it came in time or not: what was seen decides.
    let _ = timeout(patience, reading).await;
    closing(&seen)
}

/// The code of the close frame among frames of a server.
fn closing(mut bytes: &[u8]) -> Option<u16> {
    loop {
        let (first, length) = (*bytes.first()?, *bytes.get(1)? & 0x7f);
        let (start, length) = match length {
            126 => (4, u64::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?))),
            127 => (10, u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)),
            short => (2, u64::from(short)),
        };
        let payload = bytes.get(start..)?;
        if first & 0x0f == 0x8 {
            return Some(u16::from_be_bytes(payload.get(..2)?.try_into().ok()?));
        }
        bytes = payload.get(usize::try_from(length).ok()?..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_close_code_is_found_behind_other_frames() {
        let mut bytes = head(0x81, 0, 200);
        bytes.extend([b'x'; 200]);
        assert_eq!(closing(&bytes), None);
        bytes.extend([0x88, 2]);
        assert_eq!(closing(&bytes), None, "half a close frame says nothing yet");
        bytes.extend(1009u16.to_be_bytes());
        assert_eq!(closing(&bytes), Some(1009));
    }

    #[test]
    fn heads_have_the_three_forms_of_lengths() {
        assert_eq!(frame(0x81, b"hi"), [0x81, 0x82, 0, 0, 0, 0, b'h', b'i']);
        assert_eq!(head(0x81, 0x80, 126), [0x81, 0xfe, 0, 126]);
        assert_eq!(head(0x81, 0, 1 << 62)[..3], [0x81, 127, 0x40]);
    }

    #[tokio::test]
    async fn people_and_attackers_come_from_addresses_of_their_own() -> Result<()> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let to = listener.local_addr()?;
        let (mine, theirs) = tokio::join!(connect(Ipv4Addr::new(127, 0, 3, 2), to, None), listener.accept());
        let _mine = mine?;
        assert_eq!(theirs?.1.ip(), Ipv4Addr::new(127, 0, 3, 2));
        Ok(())
    }
}
