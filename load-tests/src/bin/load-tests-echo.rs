//! What a WebSocket server costs that does nothing: it reads each frame as JSON and answers with one frame of JSON under
//! the same id. `load-tests compare` measures every other server beside it.
//!
//! It speaks as much of `yingda.v1` as the shoppers of the load tests need: `hello` is answered with `welcome`, `message`
//! with `ack`. Nothing is stored, nobody is known again, nothing is limited. Runtime, HTTP and WebSocket are those of
//! yingda, in the same versions.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use axum::routing::get;
use axum::serve::ListenerExt;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// What most frames fit into. The default of 128 KiB for each socket would be all that the figures for memory show.
const BUFFER: usize = 4 * 1024;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    // The tester waits for a line with the address and one that names Ctrl-C, as yingda greets.
    writeln!(std::io::stdout(), "echo: http://{address}/\nCtrl-C ends it.")?;
    let listener = listener.tap_io(|stream| {
        // Without it frames wait for one another, and that is all that latencies show.
        let _ = stream.set_nodelay(true);
    });
    let talks = Arc::new(AtomicU64::new(0));
    let router = Router::new().route("/v1/chat", get(upgrade)).with_state(talks);
    axum::serve(listener, router).await
}

async fn upgrade(State(talks): State<Arc<AtomicU64>>, upgrade: WebSocketUpgrade) -> Response {
    let number = talks.fetch_add(1, Ordering::Relaxed);
    upgrade
        .protocols([load_tests::frame::SUBPROTOCOL])
        .read_buffer_size(BUFFER)
        .write_buffer_size(BUFFER)
        .on_upgrade(move |socket| serve(socket, number))
}

/// Answers until the client is gone or sends what is no JSON.
async fn serve(mut socket: WebSocket, number: u64) {
    // Event 1 of a talk has no frame in yingda, so the first message is event 2.
    let mut seq = 1;
    while let Some(Ok(frame)) = socket.recv().await {
        let Message::Text(text) = frame else { continue };
        let Ok(frame) = serde_json::from_str::<Value>(&text) else {
            return;
        };
        let answer = match frame["type"].as_str() {
            Some("hello") => json!({"type": "welcome", "conversation": format!("echo-{number}"),
                                    "token": format!("t{number}"), "seq": 0}),
            Some("message") => {
                seq += 1;
                json!({"type": "ack", "id": frame["id"], "seq": seq})
            }
            _ => continue,
        };
        if socket.send(Message::text(answer.to_string())).await.is_err() {
            return;
        }
    }
}
