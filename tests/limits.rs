//! What a client may not do, and the exact code each gets. After a refusal that leaves the socket open, the talk
//! goes on.

use serde_json::json;

use crate::support::client::Client;
use crate::support::http;
use crate::support::server::Server;

#[tokio::test]
async fn frames_that_are_wrong_are_named_and_the_talk_goes_on() {
    let server = Server::with("[gateway]\nframe_burst = 100");
    let mut shopper = Client::shopper(&server).await;
    for (text, code) in [
        ("", "bad_json"),
        ("包邮吗", "bad_json"),
        ("[1,2]", "bad_json"),
        ("{\"type\":\"message\",\"id\":\"c1\"", "bad_json"),
        ("{}", "unknown_type"),
        ("{\"type\":\"shout\",\"text\":\"x\"}", "unknown_type"),
        ("{\"type\":\"take\",\"conversation\":\"x\"}", "unknown_type"),
        ("{\"type\":\"message\"}", "bad_frame"),
        ("{\"type\":\"message\",\"id\":1,\"text\":\"x\"}", "bad_frame"),
        ("{\"type\":\"rate\",\"stars\":\"five\"}", "bad_frame"),
        ("{\"type\":\"rate\",\"stars\":9}", "bad_rating"),
        ("{\"type\":\"message\",\"id\":\"\",\"text\":\"x\"}", "bad_id"),
        ("{\"type\":\"message\",\"id\":\"a\\u0000b\",\"text\":\"x\"}", "bad_id"),
        ("{\"type\":\"message\",\"id\":\"c1\",\"text\":\" \\n\"}", "empty"),
    ] {
        shopper.send_text(text).await;
        let error = shopper.next().await;
        assert_eq!(
            (error["type"].as_str(), error["code"].as_str()),
            (Some("error"), Some(code)),
            "{text}"
        );
        assert!(!error["message"].as_str().unwrap().is_empty());
    }
    shopper.say("long", &"长".repeat(2001)).await;
    let error = shopper.next().await;
    assert_eq!(
        (error["code"].as_str(), error["id"].as_str()),
        (Some("too_long"), Some("long"))
    );
    shopper.say("fits", &"长".repeat(2000)).await;
    assert_eq!(shopper.until_type("ack").await["id"], "fits");
    shopper.say(&"i".repeat(65), "包邮吗").await;
    assert_eq!(shopper.until_type("error").await["code"], "bad_id");
    shopper.say("c1", "包邮吗").await;
    assert_eq!(shopper.until_type("ack").await["id"], "c1");
}

#[tokio::test]
async fn before_hello_nothing_else_is_taken() {
    let server = Server::start();
    for frame in [
        json!({"type": "message", "id": "c1", "text": "包邮吗"}),
        json!({"type": "human"}),
    ] {
        let mut client = Client::silent(&server).await;
        client.send(frame).await;
        assert_eq!(client.refused().await, ("hello_first".into(), 4400));
    }
    // What is no frame is refused as such; hello may still come.
    let mut client = Client::silent(&server).await;
    client.send_text("hi").await;
    assert_eq!(client.next().await["code"], "bad_json");
    client.send(json!({"type": "hello", "shop": "demo"})).await;
    assert_eq!(client.next().await["type"], "welcome");
}

#[tokio::test]
async fn who_never_says_hello_is_let_go() {
    let server = Server::with("[gateway]\nhello_timeout_ms = 100");
    let mut client = Client::silent(&server).await;
    assert_eq!(client.refused().await, ("hello_late".into(), 4408));
}

#[tokio::test]
async fn binary_frames_are_refused() {
    let server = Server::start();
    let mut shopper = Client::shopper(&server).await;
    shopper.send_binary(vec![0; 10]).await;
    assert_eq!(shopper.refused().await, ("binary".into(), 1003));
}

#[tokio::test]
async fn frames_that_are_too_large_are_refused() {
    let server = Server::start();
    let mut shopper = Client::shopper(&server).await;
    // What is meant as a message is refused as one, and what follows is taken.
    shopper.say("c1", &"长".repeat(20_000)).await;
    let error = shopper.until_type("error").await;
    assert_eq!(
        (error["code"].as_str(), error["id"].as_str()),
        (Some("too_long"), Some("c1"))
    );
    shopper.say("c2", "包邮吗").await;
    assert_eq!(shopper.until_type("ack").await["id"], "c2");
    shopper.send_text(&"x".repeat(40_000)).await;
    assert_eq!(shopper.refused().await, ("too_large".into(), 1009));
    // Megabytes are not even kept, and yet the client hears why.
    for bytes in [400_000, 1_000_000, 3_000_000] {
        let mut other = Client::silent(&server).await;
        other.send_text(&"x".repeat(bytes)).await;
        assert_eq!(other.refused().await, ("too_large".into(), 1009), "{bytes}");
    }
}

// Bounds that are kept to are kept: characters may be written as escapes.
#[tokio::test]
async fn a_message_within_its_length_fits_however_it_is_written() {
    let server = Server::start();
    let mut shopper = Client::shopper(&server).await;
    let escaped = r"\ud83d\udc5f".repeat(2_000);
    shopper
        .send_text(&format!(r#"{{"type":"message","id":"c1","text":"{escaped}"}}"#))
        .await;
    assert_eq!(shopper.until_type("ack").await["id"], "c1");
}

#[tokio::test]
async fn a_flood_is_refused_frame_by_frame_and_then_cut_off() {
    let server = Server::with("[gateway]\nframe_burst = 5\nframes_per_second = 1");
    let mut shopper = Client::shopper(&server).await;
    for number in 0..30 {
        shopper.say(&format!("c{number}"), "包邮吗").await;
    }
    let mut acks = 0;
    let mut refused = Vec::new();
    let code = loop {
        let frame = shopper.next().await;
        match frame["type"].as_str().unwrap() {
            "ack" => acks += 1,
            "error" => refused.push((frame["code"].clone(), frame["id"].clone())),
            "closed" => break frame["code"].as_u64().unwrap(),
            _ => {}
        }
    };
    assert_eq!(code, 4429);
    assert!((4..=6).contains(&acks), "{acks}");
    assert_eq!(refused[0].0, "flood");
    assert_eq!(refused[0].1, format!("c{acks}"), "the refused message is named");
    assert_eq!(refused.last().unwrap().0, "flood_closed");
    // Others do not feel it.
    let mut other = Client::shopper(&server).await;
    other.say("c1", "包邮吗").await;
    other.until_from("bot").await;
}

#[tokio::test]
async fn an_unknown_shop_is_refused() {
    let server = Server::start();
    let mut client = Client::silent(&server).await;
    client.send(json!({"type": "hello", "shop": "nowhere"})).await;
    assert_eq!(client.refused().await, ("unknown_shop".into(), 4404));
}

#[tokio::test]
async fn an_address_may_connect_only_so_often() {
    let server = Server::with("[gateway]\nconnects_per_minute = 2");
    let mut kept = Vec::new();
    for _ in 0..2 {
        kept.push(Client::shopper(&server).await);
    }
    // A page can read why only when the socket is opened for it.
    let mut refused = Client::silent(&server).await;
    assert_eq!(refused.refused().await, ("too_many_connects".into(), 4429));
}

#[tokio::test]
async fn the_server_takes_only_so_many_sockets() {
    let server = Server::with("[gateway]\nmax_connections = 2\nconnections_per_address = 0");
    let one = Client::shopper(&server).await;
    let two = Client::shopper(&server).await;
    let mut refused = Client::silent(&server).await;
    assert_eq!(refused.refused().await, ("full".into(), 1013));
    drop((one, two));
    // The place is given back when the socket is gone, which the server notices in its own time.
    let mut tries = 0;
    loop {
        let mut client = Client::silent(&server).await;
        client.send(json!({"type": "hello", "shop": "demo"})).await;
        if client.next().await["type"] == "welcome" {
            break;
        }
        tries += 1;
        assert!(tries < 10_000, "no place was given back");
    }
}

#[tokio::test]
async fn a_silent_client_is_given_up_and_one_that_answers_pings_is_not() {
    let server = Server::with("[gateway]\nping_interval_ms = 100\nping_timeout_ms = 500");
    // Does not read, so it answers no ping.
    let mut silent = Client::shopper(&server).await;
    let mut reading = Client::shopper(&server).await;
    // Reads for as long as several timeouts last: until another message is answered.
    let asking = async {
        let mut refreshed = Client::shopper(&server).await;
        let ended = tokio::time::timeout(std::time::Duration::from_millis(1500), reading.next()).await;
        assert!(ended.is_err(), "{ended:?}");
        refreshed.send(json!({"type": "typing"})).await;
        reading.say("c1", "包邮吗").await;
        reading.until_from("bot").await;
    };
    asking.await;
    assert_eq!(silent.refused().await, ("silent".into(), 4408));
}

#[tokio::test]
async fn a_page_elsewhere_may_not_chat_unless_the_shop_allows_it() {
    let server = Server::with("[shops.demo]\norigins = [\"https://shop.example\"]");
    for origin in ["https://evil.example", "null", "https://shop.example.evil.example"] {
        // F7: the page hears it, and does not take it for a network that is down.
        let mut client = Client::open(&server, "/v1/chat", &[("origin", origin)]).await.unwrap();
        assert_eq!(client.refused().await, ("origin".into(), 4403), "{origin}");
    }
    let own = format!("http://{}", server.address);
    for origin in ["https://shop.example", own.as_str()] {
        let mut client = Client::open(&server, "/v1/chat", &[("origin", origin)]).await.unwrap();
        client.send(json!({"type": "hello", "shop": "demo"})).await;
        assert_eq!(client.next().await["type"], "welcome", "{origin}");
    }
    // Allowed by one shop is not allowed by another.
    let mut client = Client::open(&server, "/v1/chat", &[("origin", "https://shop.example")])
        .await
        .unwrap();
    client.send(json!({"type": "hello", "shop": "other"})).await;
    assert_eq!(client.refused().await, ("origin".into(), 4403));
}

#[tokio::test]
async fn hostile_requests_get_an_answer_and_the_server_lives() {
    let server = Server::start();
    assert_eq!(http::get(&server, "/v1/chat", &[]).status, 400);
    assert_eq!(http::get(&server, "/nowhere", &[]).json()["code"], "not_found");
    for path in [
        "/widget/../desk/app.js",
        "/widget/%2e%2e/desk/app.js",
        "/widget//etc/passwd",
        "/shared/.hidden",
    ] {
        assert_eq!(http::get(&server, path, &[]).status, 404, "{path}");
    }
    let huge = json!({ "token": "x".repeat(100_000) });
    assert_eq!(http::post(&server, "/v1/signin", &[], &huge).status, 400);
    assert_eq!(
        http::request(
            &server,
            "POST",
            "/v1/signin",
            &[("content-type", "application/json")],
            "{"
        )
        .status,
        400
    );
    assert_eq!(http::request(&server, "DELETE", "/v1/signin", &[], "").status, 405);
    assert_eq!(http::get(&server, "/healthz", &[]).text().lines().next(), Some("ok"));
}

/// Measured: about 8 kB of resident memory a talk; with default socket buffers it would be 134 kB.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_idle_socket_costs_little_memory() {
    let server = Server::with("[gateway]\nconnects_per_minute = 0");
    let mut kept = vec![Client::shopper(&server).await];
    let before = server.memory();
    for _ in 0..400 {
        kept.push(Client::shopper(&server).await);
    }
    let each = server.memory().saturating_sub(before) / 400;
    assert!(each < 32 * 1024, "{each} bytes a socket");
}

#[tokio::test]
async fn a_ping_is_answered_and_counted() {
    let server = Server::with("[gateway]\nframe_burst = 4\nframes_per_second = 1");
    let mut shopper = Client::shopper(&server).await;
    for _ in 0..3 {
        shopper.send(json!({"type": "ping"})).await;
        assert_eq!(shopper.next().await, json!({"type": "pong"}));
    }
    for _ in 0..3 {
        shopper.send(json!({"type": "ping"})).await;
    }
    // A machine that is slow enough earns a frame meanwhile, not three.
    let refused = shopper.until_type("error").await;
    assert_eq!(refused["code"], "flood");
    let mut agent = Client::first_agent(&server, false).await;
    agent.send(json!({"type": "ping"})).await;
    agent.until_type("pong").await;
    let mut early = Client::silent(&server).await;
    early.send(json!({"type": "ping"})).await;
    assert_eq!(early.refused().await, ("hello_first".into(), 4400));
}
