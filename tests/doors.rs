//! What strangers cannot do to the doors of a server, and who gets in all the same.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::support::client::Client;
use crate::support::http;
use crate::support::server::{PATIENCE, Server};

// A2
#[tokio::test]
async fn trickling_request_heads_keep_nobody_out() {
    let server = Server::with("[gateway]\nmax_connections = 100\nconnects_per_minute = 0");
    let started = Instant::now();
    let mut attackers: Vec<TcpStream> = Vec::new();
    for _ in 0..640 {
        let mut stream = TcpStream::connect(&server.address).unwrap();
        // Some are cut off before they have said anything.
        let _ = stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nX: ");
        attackers.push(stream);
    }
    for path in ["/healthz", "/readyz", "/", "/widget.js", "/desk"] {
        assert_eq!(http::get(&server, path, &[]).status, 200, "{path}");
    }
    let mut shopper = Client::shopper(&server).await;
    shopper.say("c1", "包邮吗").await;
    shopper.until_from("bot").await;
    Client::first_agent(&server, true).await;
    // Nobody is kept who never finishes.
    for stream in &mut attackers {
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut rest = Vec::new();
        let ended = stream.read_to_end(&mut rest);
        let gone = ended.as_ref().err().map(std::io::Error::kind);
        assert!(!matches!(gone, Some(std::io::ErrorKind::WouldBlock)), "{ended:?}");
    }
    assert!(started.elapsed() < Duration::from_secs(25), "{:?}", started.elapsed());
}

// A2
#[test]
fn a_request_head_has_a_size() {
    let server = Server::start();
    let long = "x".repeat(20_000);
    assert_eq!(http::get(&server, "/", &[("x-long", &long)]).status, 431);
    assert_eq!(http::get(&server, "/", &[("x-long", &long[..8_000])]).status, 200);
}

#[tokio::test]
async fn an_address_has_so_many_connections_and_a_proxy_any_number() {
    let limited = "connections_per_address = 4\nconnects_per_minute = 0";
    let server = Server::with(&format!("[gateway]\n{limited}"));
    let mut kept = Vec::new();
    for _ in 0..4 {
        kept.push(Client::shopper(&server).await);
    }
    assert!(
        Client::open(&server, "/v1/chat", &[]).await.is_err(),
        "no place, no answer"
    );
    drop(kept);

    let proxied = Server::with(&format!("[gateway]\n{limited}\ntrusted_proxies = [\"127.0.0.0/8\"]"));
    let mut kept = Vec::new();
    for household in 0..5 {
        for _ in 0..3 {
            let from = format!("203.0.113.{household}:40{household}00");
            let mut client = Client::open(&proxied, "/v1/chat", &[("x-forwarded-for", &from)])
                .await
                .unwrap();
            client.send(json!({"type": "hello", "shop": "demo"})).await;
            assert_eq!(client.next().await["type"], "welcome");
            kept.push(client);
        }
    }
    for (from, refused) in [("203.0.113.1", false), ("203.0.113.1", true), ("203.0.113.2", false)] {
        let mut client = Client::open(&proxied, "/v1/chat", &[("x-forwarded-for", from)])
            .await
            .unwrap();
        client.send(json!({"type": "hello", "shop": "demo"})).await;
        let expected = if refused { "error" } else { "welcome" };
        assert_eq!(client.next().await["type"], expected, "{from}");
        kept.push(client);
    }
}

// A13
#[tokio::test]
async fn an_unknown_proxy_is_named_once_and_its_shoppers_are_not_taken_for_one() {
    let server = Server::with("[gateway]\nconnects_per_minute = 2\n[limits]\naddress_talks_per_minute = 2");
    for number in 0..5 {
        let from = format!("203.0.113.{number}");
        let mut client = Client::open(&server, "/v1/chat", &[("x-forwarded-for", &from)])
            .await
            .unwrap();
        client.send(json!({"type": "hello", "shop": "demo"})).await;
        assert_eq!(client.next().await["type"], "welcome");
        client.say("c1", "包邮吗").await;
        client.until_type("ack").await;
    }
    let log = server.log();
    assert_eq!(log.matches("gateway.trusted_proxies").count(), 1, "{log}");
}

// A4
#[tokio::test]
async fn an_address_begins_so_many_talks_and_those_it_has_go_on() {
    let server = Server::with("[limits]\naddress_talks_per_minute = 2");
    let mut first = Client::shopper(&server).await;
    first.say("c1", "包邮吗").await;
    first.until_type("ack").await;
    let mut second = Client::shopper(&server).await;
    second.send(json!({"type": "human"})).await;
    second.until_type("owner").await;
    let mut third = Client::shopper(&server).await;
    third.say("c1", "包邮吗").await;
    let refused = third.until_type("error").await;
    assert_eq!(
        (refused["code"].as_str(), refused["id"].as_str()),
        (Some("flood"), Some("c1"))
    );
    first.say("c2", "几天到").await;
    first.until(|frame| frame["type"] == "ack" && frame["id"] == "c2").await;
}

// A4
#[tokio::test]
async fn a_talk_is_shown_again_only_so_often() {
    let server = Server::with("[limits]\naddress_replayed_kib_per_minute = 3");
    let mut shopper = Client::shopper(&server).await;
    for (number, text) in ["包邮吗", "什么时候发货", "多久能退款"].iter().enumerate() {
        shopper.say(&format!("c{number}"), text).await;
        shopper.until_from("bot").await;
    }
    let token = shopper.token();
    let mut drawn = 0;
    let refused = 'drawing: loop {
        let mut again = Client::silent(&server).await;
        again
            .send(json!({"type": "hello", "shop": "demo", "token": token, "after": 0}))
            .await;
        loop {
            let frame = again.next().await;
            if frame["type"] == "error" {
                break 'drawing frame["code"].clone();
            }
            drawn += frame.to_string().len();
            assert!(drawn < 8 * 1024, "it goes on and on");
            if frame["seq"] == 6 && frame["type"] != "welcome" {
                break;
            }
        }
    };
    assert_eq!(refused, "too_many_connects");
    assert!((2 * 1024..4 * 1024).contains(&drawn), "{drawn} bytes");
    // Whoever has seen it all costs nothing.
    Client::resumed(&server, Some(&token), json!(6)).await;
}

// F35
#[tokio::test]
async fn a_close_is_answered() {
    let server = Server::start();
    for mut client in [
        Client::silent(&server).await,
        Client::shopper(&server).await,
        Client::first_agent(&server, false).await,
    ] {
        assert_eq!(client.close_with(1000).await, Some(1000));
    }
}

// A18
#[test]
fn numbers_are_for_the_operator() {
    let server = Server::start();
    let metrics = |headers: &[(&str, &str)]| http::get(&server, "/metrics", headers).status;
    assert_eq!(metrics(&[]), 200);
    assert_eq!(metrics(&[("x-forwarded-for", "203.0.113.1")]), 404);
    assert_eq!(http::get_as(&server, "evil.example:21400", "/metrics").status, 404);
    // What a proxy on this machine passes on looks local: with a public address there is another door.
    let behind = Server::with("[gateway]\npublic_url = \"https://chat.example\"\noperations_listen = \"127.0.0.1:0\"");
    assert_eq!(http::get(&behind, "/metrics", &[]).status, 404);
    assert_eq!(http::get(&behind, "/healthz", &[]).status, 200);
    let printed = behind.printed.join("\n");
    let door = printed
        .split_once("operations")
        .and_then(|(_, rest)| rest.split("http://").nth(1));
    let door = door
        .and_then(|rest| rest.split('/').next())
        .unwrap_or_else(|| panic!("{printed}"));
    for (path, status) in [("/metrics", 200), ("/readyz", 200), ("/", 404), ("/v1/signin", 404)] {
        assert_eq!(http::get_at(door, door, path).status, status, "{path}");
    }
}

// A19
#[tokio::test]
async fn a_hang_up_looks_at_the_files_again_and_every_other_signal_drains() {
    let mut server = Server::with("[understanding]\nreload_ms = 0");
    let folder = server.folder();
    let file = folder.path().join("intents/shipping/fee.yaml");
    let text = fs::read_to_string(&file).unwrap();
    let marked = text.replacen("answers:\n", "answers:\n  - 挂断之后的新回答\n", 1);
    assert_ne!(text, marked);
    let generation = |server: &Server| http::get(server, "/readyz", &[]).json()["generation"].clone();
    let before = generation(&server);
    fs::write(&file, marked).unwrap();
    server.signal("HUP");
    let until = Instant::now() + PATIENCE;
    while generation(&server) == before {
        assert!(Instant::now() < until, "{}", server.log());
        tokio::task::yield_now().await;
    }
    for signal in ["QUIT", "USR1", "USR2"] {
        let mut shopper = Client::shopper(&server).await;
        shopper.say("c1", "包邮吗").await;
        shopper.until_type("ack").await;
        server.signal(signal);
        assert_eq!(shopper.until_type("move").await["type"], "move", "{signal}");
        shopper.close().await;
        server = server.succeeded();
    }
}

// A20
#[test]
fn open_files_are_as_many_as_sockets_need_or_it_is_said() {
    let soft = |server: &Server| {
        let limits = fs::read_to_string(format!("/proc/{}/limits", server.pid())).unwrap();
        let line = limits
            .lines()
            .find(|line| line.starts_with("Max open files"))
            .unwrap()
            .to_owned();
        line.split_whitespace().nth(3).unwrap().parse::<u64>().unwrap()
    };
    let settings = "[gateway]\nmax_connections = 1000";
    let raised = Server::after("ulimit -Sn 256", settings);
    assert!(soft(&raised) >= 1_000, "{}", soft(&raised));
    assert!(!raised.log().contains("open files"), "{}", raised.log());
    let scarce = Server::after("ulimit -n 512", settings);
    assert_eq!(soft(&scarce), 512);
    assert!(scarce.log().contains("too few open files"), "{}", scarce.log());
}

fn certificate(folder: &Path, name: &str) {
    let status = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "2",
        ])
        .args([
            "-subj",
            &format!("/CN={name}"),
            "-addext",
            "subjectAltName=DNS:localhost",
            "-addext",
            "basicConstraints=critical,CA:FALSE",
        ])
        .arg("-keyout")
        .arg(folder.join("key.pem"))
        .arg("-out")
        .arg(folder.join("cert.pem"))
        .output()
        .unwrap()
        .status;
    assert!(status.success());
}

/// A page over TLS, by whoever trusts this certificate and no other.
async fn page_over_tls(address: &str, trusted: &[u8]) -> std::io::Result<String> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(trusted).unwrap()).unwrap();
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = tokio::net::TcpStream::connect(address).await?;
    let connector = TlsConnector::from(Arc::new(config));
    let mut stream = connector
        .connect(ServerName::try_from("localhost").unwrap(), stream)
        .await?;
    stream
        .write_all(b"GET /desk HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
        .await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

#[tokio::test]
async fn the_server_speaks_https_itself_and_takes_a_new_certificate() {
    let folder = tempfile::tempdir().unwrap();
    certificate(folder.path(), "first");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let server = Server::with(&format!(
        "[gateway]\ntls_cert_file = \"{}\"\ntls_key_file = \"{}\"",
        path("cert.pem"),
        path("key.pem")
    ));
    assert!(
        server.printed.iter().any(|line| line.contains("https://127.0.0.1:")),
        "{:?}",
        server.printed
    );
    let first = fs::read(folder.path().join("cert.pem")).unwrap();
    let page = page_over_tls(&server.address, &first).await.unwrap();
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    // The command line reaches the server all the same.
    let listed = crate::support::server::program(&server.folder())
        .args(["staff", "list", "--json"])
        .output()
        .unwrap();
    assert!(listed.status.success(), "{listed:?}");

    certificate(folder.path(), "second");
    let second = fs::read(folder.path().join("cert.pem")).unwrap();
    server.signal("HUP");
    let until = Instant::now() + PATIENCE;
    while page_over_tls(&server.address, &second).await.is_err() {
        assert!(Instant::now() < until, "{}", server.log());
    }
    // A broken one is refused, and the former stays.
    fs::write(folder.path().join("cert.pem"), "no certificate").unwrap();
    server.signal("HUP");
    let until = Instant::now() + PATIENCE;
    while !server.log().contains("the new certificate is not taken") {
        assert!(Instant::now() < until, "{}", server.log());
        tokio::task::yield_now().await;
    }
    page_over_tls(&server.address, &second).await.unwrap();
}

#[test]
fn half_a_certificate_and_a_public_address_in_clear_are_spoken_of() {
    let server = Server::start();
    assert!(!server.log().contains("without encryption"));
    let folder = server.folder();
    let refused = crate::support::server::program(&folder)
        .args(["serve", "--listen", "127.0.0.1:0", "--data", "elsewhere"])
        .env("YINGDA_GATEWAY__TLS_CERT_FILE", "cert.pem")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && said.contains("tls_key_file"), "{said}");
    let open = Server::listening_at("0.0.0.0:0", "");
    assert!(open.log().contains("without encryption"), "{}", open.log());
    let proxied = Server::listening_at("0.0.0.0:0", "[gateway]\npublic_url = \"https://chat.example\"");
    assert!(!proxied.log().contains("without encryption"), "{}", proxied.log());
}
