//! Clients that speak the protocol as plain JSON, so that the tests hold the server to the wire and not to types.

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::http;
use super::server::{PATIENCE, Server};

/// One socket.
pub struct Client {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// What `welcome` said.
    pub welcome: Value,
}

impl Client {
    /// Opens `/v1/chat` without saying anything.
    pub async fn silent(server: &Server) -> Client {
        Client::open(server, "/v1/chat", &[]).await.unwrap()
    }

    /// Opens a socket with these headers.
    pub async fn open(server: &Server, path: &str, headers: &[(&'static str, &str)]) -> Result<Client, Error> {
        Client::open_at(&server.address, path, headers).await
    }

    async fn open_at(address: &str, path: &str, headers: &[(&'static str, &str)]) -> Result<Client, Error> {
        let mut request = format!("ws://{address}{path}").into_client_request()?;
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        let (socket, _) = timeout(PATIENCE, connect_async(request)).await.unwrap()?;
        Ok(Client {
            socket,
            welcome: Value::Null,
        })
    }

    /// A new shopper of the demo shop.
    pub async fn shopper(server: &Server) -> Client {
        Client::resumed(server, None, Value::Null).await
    }

    /// A new shopper of this shop.
    pub async fn shopper_of(server: &Server, shop: &str) -> Client {
        let mut client = Client::silent(server).await;
        client.send(json!({"type": "hello", "shop": shop})).await;
        client.welcome = client.next().await;
        assert_eq!(client.welcome["type"], "welcome", "{}", client.welcome);
        client
    }

    /// A shopper who comes back with a token.
    pub async fn resumed(server: &Server, token: Option<&str>, after: Value) -> Client {
        Client::showing(server, token, after, Value::Null).await
    }

    /// A shopper whose page shows this conversation.
    pub async fn showing(server: &Server, token: Option<&str>, after: Value, conversation: Value) -> Client {
        let mut client = Client::silent(server).await;
        client.hello(token, after, conversation).await;
        client
    }

    /// Says hello on the socket that is open, and waits for the welcome.
    pub async fn hello(&mut self, token: Option<&str>, after: Value, conversation: Value) {
        let client = self;
        client
            .send(json!({
                "type": "hello", "shop": "demo", "lang": "zh-CN",
                "token": token, "after": after, "conversation": conversation,
            }))
            .await;
        client.welcome = client.next().await;
        assert_eq!(client.welcome["type"], "welcome", "{}", client.welcome);
    }

    /// The same by another address, such as a proxy's.
    pub async fn through(address: &str, token: &str) -> Client {
        let mut client = Client::open_at(address, "/v1/chat", &[]).await.unwrap();
        client
            .send(json!({"type": "hello", "shop": "demo", "token": token, "after": 0}))
            .await;
        client.welcome = client.next().await;
        client
    }

    /// An agent with a session cookie, available or not.
    pub async fn agent(server: &Server, cookie: &str, available: bool) -> Client {
        let mut client = Client::open(server, "/v1/desk", &[("cookie", cookie)]).await.unwrap();
        client.send(json!({"type": "hello"})).await;
        client.welcome = client.next().await;
        assert_eq!(client.welcome["type"], "welcome", "{}", client.welcome);
        client.send(json!({"type": "status", "available": available})).await;
        client
    }

    /// The first agent of a fresh server, signed in.
    pub async fn first_agent(server: &Server, available: bool) -> Client {
        let token = server.signin.as_deref().unwrap();
        let cookie = http::sign_in(server, token).unwrap();
        Client::agent(server, &cookie, available).await
    }

    /// The shopper's token.
    pub fn token(&self) -> String {
        self.welcome["token"].as_str().unwrap().to_owned()
    }

    /// Sends a frame.
    pub async fn send(&mut self, frame: Value) {
        self.send_text(&frame.to_string()).await;
    }

    /// Sends a text, whatever it is.
    pub async fn send_text(&mut self, text: &str) {
        // The server may have closed already; what it said is read afterwards.
        let _ = self.socket.send(Message::text(text)).await;
    }

    /// Closes the socket as a browser does, and reads until the server has closed its side.
    pub async fn close(&mut self) {
        let _ = self.socket.close(None).await;
        while let Some(Ok(_)) = timeout(PATIENCE, self.socket.next()).await.expect("an end in time") {}
    }

    /// Closes with this code; the code that the server answers with, if it answers.
    pub async fn close_with(&mut self, code: u16) -> Option<u16> {
        let frame = CloseFrame {
            code: code.into(),
            reason: "".into(),
        };
        self.socket.send(Message::Close(Some(frame))).await.unwrap();
        loop {
            match timeout(PATIENCE, self.socket.next()).await.expect("an end in time") {
                Some(Ok(Message::Close(frame))) => return frame.map(|frame| frame.code.into()),
                Some(Ok(_)) => {}
                _ => return None,
            }
        }
    }

    /// Sends a binary frame.
    pub async fn send_binary(&mut self, bytes: Vec<u8>) {
        let _ = self.socket.send(Message::binary(bytes)).await;
    }

    /// Says something as the shopper.
    pub async fn say(&mut self, id: &str, text: &str) {
        self.send(json!({"type": "message", "id": id, "text": text})).await;
    }

    /// The next frame, or `{"type":"closed","code":…}` when the server closes.
    pub async fn next(&mut self) -> Value {
        // A frame: pings alone would keep a test that waits in vain waiting for ever.
        timeout(PATIENCE, self.frame()).await.expect("a frame in time")
    }

    async fn frame(&mut self) -> Value {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => return serde_json::from_str(&text).unwrap(),
                Some(Ok(Message::Close(frame))) => {
                    let code = frame.map_or(1005, |frame| u16::from(frame.code));
                    return json!({"type": "closed", "code": code});
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => return json!({"type": "closed", "code": 1006, "error": error.to_string()}),
                None => return json!({"type": "closed", "code": 1006}),
            }
        }
    }

    /// The next frame of which `wanted` holds; others are passed over.
    pub async fn until(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        let mut passed = Vec::new();
        loop {
            let frame = self.next().await;
            if wanted(&frame) {
                return frame;
            }
            assert_ne!(frame["type"], "closed", "{frame} after {passed:?}");
            passed.push(frame);
        }
    }

    /// The next frame of this type.
    pub async fn until_type(&mut self, kind: &str) -> Value {
        self.until(|frame| frame["type"] == kind).await
    }

    /// The next message by this speaker.
    pub async fn until_from(&mut self, speaker: &str) -> Value {
        self.until(|frame| frame["type"] == "message" && frame["from"] == speaker)
            .await
    }

    /// The error code and close code with which the server ends the socket.
    pub async fn refused(&mut self) -> (String, u64) {
        let error = self.until_type("error").await;
        let closed = self.next().await;
        assert_eq!(closed["type"], "closed", "{closed}");
        (
            error["code"].as_str().unwrap().to_owned(),
            closed["code"].as_u64().unwrap(),
        )
    }

    /// The frames of a replay: events up to this `seq`.
    pub async fn events_until(&mut self, seq: u64) -> Vec<Value> {
        let mut events = Vec::new();
        loop {
            let frame = self.next().await;
            assert_ne!(frame["type"], "closed");
            if let Some(at) = frame["seq"].as_u64().filter(|_| frame["type"] != "ack") {
                events.push(frame);
                if at >= seq {
                    return events;
                }
            }
        }
    }

    /// Reads frames until `close` comes, answering nothing.
    pub async fn closed(&mut self) -> u64 {
        loop {
            let frame = self.next().await;
            if frame["type"] == "closed" {
                return frame["code"].as_u64().unwrap();
            }
        }
    }
}
