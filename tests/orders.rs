//! Orders of signed customers, looked up at the shop's own server, whatever that answers.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::morning::{Desk, refused};
use crate::support::client::Client;
use crate::support::redis::Authority;
use crate::support::server::{PATIENCE, Server};

const KEY: &str = "0123456789abcdef0123456789abcdef";
const ORDERS_KEY: &str = "fedcba9876543210fedcba9876543210";

fn hmac(key: &str, text: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    data_encoding::HEXLOWER.encode(&mac.finalize().into_bytes())
}

/// What the shop's server does with a request.
type Does = fn(&str, &mut TcpStream);

/// A shop's server: does this with each request, and tells of it.
struct Shop {
    port: u16,
    asked: Receiver<String>,
}

impl Shop {
    fn that(does: Does) -> Shop {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (tell, asked) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                let request = request(&mut stream);
                if tell.send(request.clone()).is_err() {
                    return;
                }
                does(&request, &mut stream);
            }
        });
        Shop { port, asked }
    }

    fn settings(&self) -> String {
        format!(
            "[shops.demo]\nidentity_key = \"{KEY}\"\norders_url = \"http://127.0.0.1:{}/orders?v=1\"\norders_key = \"{ORDERS_KEY}\"\n",
            self.port
        )
    }
}

/// Head and body of a request.
fn request(stream: &mut TcpStream) -> String {
    let mut read = Vec::new();
    let mut part = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&read).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return text;
            }
        }
        match stream.read(&mut part) {
            Ok(0) | Err(_) => return text,
            Ok(more) => read.extend_from_slice(&part[..more]),
        }
    }
}

fn answers(stream: &mut TcpStream, status: &str, head: &str, body: &str) {
    let length = body.len();
    let text = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n{head}\r\n{body}");
    // Whoever has heard enough hangs up.
    let _ = stream.write_all(text.as_bytes());
}

/// The chat of a signed customer, or of a visitor.
async fn chat(server: &Server, customer: Option<&str>) -> (Client, Value) {
    let mut client = Client::silent(server).await;
    let signature = customer.map(|id| hmac(KEY, id));
    let hello = json!({"type": "hello", "shop": "demo", "after": 0, "token": null, "customer": customer, "signature": signature});
    client.send(hello).await;
    let chat = client.until_type("welcome").await["conversation"].clone();
    client.send(json!({"type": "human"})).await;
    client.until(|frame| frame["who"] == "queue").await;
    (client, chat)
}

fn orders(desk: &Desk<'_>, chat: &Value, fresh: bool) -> Value {
    let answer = desk.post("/v1/customers/orders", &json!({"conversation": chat, "fresh": fresh}));
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

#[tokio::test]
async fn a_signed_customers_orders_are_asked_for_once_by_a_signed_request() {
    let shop = Shop::that(|request, stream| {
        let customer = if request.contains("u-1001") {
            "2611300009"
        } else {
            "none"
        };
        let body = json!({"orders": [{
            "id": customer, "status": "已发货", "at": 1_795_300_000_000_u64,
            "items": [{"title": "疾风3", "variant": "42 码"}],
            "parcels": [{"carrier": "顺丰", "number": "SF123", "status": "运输中", "steps": [{"text": "快递员 13812345678 派送中"}]}],
        }]});
        answers(
            stream,
            "200 OK",
            "content-type: application/json\r\n",
            &body.to_string(),
        );
    });
    let server = Server::with(&shop.settings());
    let owner = Desk::owner(&server);
    let operator = owner.invites("小运", &["operator"], &["demo"]);
    let (_client, known) = chat(&server, Some("u-1001")).await;
    let told = orders(&owner, &known, false);
    assert_eq!(
        (&told["state"], &told["orders"][0]["id"]),
        (&json!("orders"), &json!("2611300009"))
    );
    assert_eq!(told["orders"][0]["parcels"][0]["number"], "SF123");
    let step = |told: &Value| {
        told["orders"][0]["parcels"][0]["steps"][0]["text"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert!(step(&told).contains("13812345678"), "owners see it whole");

    let request = shop.asked.recv_timeout(PATIENCE).unwrap();
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /orders?v=1 HTTP/1.1\r\n"), "{head}");
    let asked: Value = serde_json::from_str(body).unwrap();
    assert_eq!(asked, json!({"customer": "u-1001", "shop": "demo"}));
    let signature = head
        .lines()
        .find_map(|line| line.strip_prefix("yingda-signature: v1."))
        .unwrap();
    let (second, hex) = signature.split_once('.').unwrap();
    assert_eq!(hex, hmac(ORDERS_KEY, &format!("{second}\n{body}")));

    // Within a minute nobody asks the shop again, whoever looks; operators see no phone.
    let again = orders(&operator, &known, false);
    assert_eq!(again["at"], told["at"]);
    assert!(!step(&again).contains("13812345678"), "{again}");
    assert!(shop.asked.try_recv().is_err());

    let (_visitor, nobody) = chat(&server, None).await;
    assert_eq!(orders(&owner, &nobody, true), json!({"state": "visitor"}));
    assert!(shop.asked.try_recv().is_err(), "the shop hears nothing of visitors");
    let wrong = operator.post(
        "/v1/customers/orders",
        &json!({"conversation": "019aa000-0000-7000-8000-000000000000"}),
    );
    assert_eq!(refused(&wrong), (404, "unknown_conversation".to_owned()));
}

/// What an agent is told when the shop's server does this.
async fn told(does: Does) -> (Value, Duration) {
    let shop = Shop::that(does);
    let server = Server::with(&shop.settings());
    let owner = Desk::owner(&server);
    let (_client, chat) = chat(&server, Some("u-1")).await;
    let began = Instant::now();
    let told = orders(&owner, &chat, false);
    let took = began.elapsed();
    // A failure is told again for a while: a shop that is down is not asked by every click.
    assert_eq!(orders(&owner, &chat, false), told);
    (told, took)
}

#[tokio::test]
async fn whatever_a_shop_answers_the_card_says_why_there_is_nothing() {
    let cases: [(&str, Does); 8] = [
        ("status", |_, stream| {
            answers(stream, "500 Internal Server Error", "", "oops")
        }),
        ("status", |_, stream| answers(stream, "404 Not Found", "", "{}")),
        ("redirect", |_, stream| {
            answers(stream, "302 Found", "location: http://127.0.0.1:9/\r\n", "")
        }),
        ("unreadable", |_, stream| answers(stream, "200 OK", "", "<html>")),
        ("unreadable", |_, stream| {
            answers(stream, "200 OK", "", r#"{"orders":[{}]}"#)
        }),
        ("too_large", |_, stream| {
            answers(stream, "200 OK", "", &"x".repeat(10 * 1024 * 1024))
        }),
        ("unreachable", |_, stream| {
            drop(stream.write_all(b"SSH-2.0-nothing\r\n"))
        }),
        ("unreachable", |_, stream| {
            drop(stream.shutdown(std::net::Shutdown::Both))
        }),
    ];
    for (number, (why, does)) in cases.into_iter().enumerate() {
        let (told, _) = told(does).await;
        assert_eq!(told, json!({"state": "unavailable", "why": why}), "case {number}");
    }
}

#[tokio::test]
async fn a_shop_that_is_slow_or_drips_is_left_after_a_few_seconds() {
    let cases: [Does; 2] = [
        // Says nothing until whoever asks is gone.
        |_, stream| drop(stream.read(&mut [0])),
        |_, stream| {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n");
            while stream.write_all(b" ").is_ok() {
                std::thread::sleep(Duration::from_millis(50));
            }
        },
    ];
    for does in cases {
        let (told, took) = told(does).await;
        assert_eq!(told, json!({"state": "unavailable", "why": "too_slow"}));
        assert!(took < PATIENCE, "{took:?}");
    }
}

#[tokio::test]
async fn without_a_look_up_there_is_none_and_nothing_is_said() {
    let server = Server::with(&format!("[shops.demo]\nidentity_key = \"{KEY}\"\n"));
    let (_client, chat) = chat(&server, Some("u-1")).await;
    assert_eq!(orders(&Desk::owner(&server), &chat, false), json!({"state": "off"}));
}

/// A shop's server that speaks https with the certificate of this authority, and answers each request alike; the port.
fn secure_shop(authority: &Authority) -> u16 {
    use rustls::pki_types::pem::PemObject;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    let [_, certificate, key] = authority.files();
    let chain = CertificateDer::pem_file_iter(certificate).unwrap();
    let chain: Vec<_> = chain.collect::<Result<_, _>>().unwrap();
    let key = PrivateKeyDer::from_pem_file(key).unwrap();
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let config = std::sync::Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(stream) = stream else { return };
            let session = rustls::ServerConnection::new(std::sync::Arc::clone(&config)).unwrap();
            let mut stream = rustls::StreamOwned::new(session, stream);
            let mut read = [0; 4096];
            let mut asked = String::new();
            // Whoever does not trust the certificate hangs up.
            while !asked.contains("u-1001") {
                match stream.read(&mut read) {
                    Ok(0) | Err(_) => break,
                    Ok(more) => asked.push_str(&String::from_utf8_lossy(&read[..more])),
                }
            }
            let body = r#"{"orders": [{"id": "2611300009"}]}"#;
            let length = body.len();
            let _ = write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}");
        }
    });
    port
}

#[tokio::test]
async fn a_shop_is_asked_over_https_when_its_certificate_is_trusted_and_not_otherwise() {
    let authority = Authority::found();
    let port = secure_shop(&authority);
    let [ca, ..] = authority.files();
    let settings = format!(
        "[shops.demo]\nidentity_key = \"{KEY}\"\norders_url = \"https://127.0.0.1:{port}/orders\"\norders_key = \"{ORDERS_KEY}\"\n"
    );
    for (more, state) in [
        (format!("orders_ca_file = {ca:?}\n"), "orders"),
        (String::new(), "unavailable"),
    ] {
        let server = Server::with(&format!("{settings}{more}"));
        let owner = Desk::owner(&server);
        let (_client, known) = chat(&server, Some("u-1001")).await;
        let told = orders(&owner, &known, false);
        assert_eq!(told["state"], state, "{told}");
        if state == "unavailable" {
            assert_eq!(told["why"], "unreachable", "{told}");
            assert!(server.log().contains("certificate"), "{}", server.log());
        }
    }
}
