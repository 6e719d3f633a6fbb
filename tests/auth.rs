//! Who may sit at the desk, and who a customer is.

use serde_json::{Value, json};

use crate::support::client::Client;
use crate::support::http::{self, sign_in};
use crate::support::server::Server;

#[tokio::test]
async fn without_a_session_the_desk_stays_closed() {
    let server = Server::start();
    for headers in [vec![], vec![("cookie", "yingda_session=AAAA")]] {
        let mut client = Client::open(&server, "/v1/desk", &headers).await.unwrap();
        client.send(json!({"type": "hello"})).await;
        assert_eq!(client.refused().await, ("signed_out".into(), 4401));
    }
    let mut client = Client::open(&server, "/v1/desk", &[]).await.unwrap();
    client
        .send(json!({"type": "hello", "session": server.signin.clone().unwrap()}))
        .await;
    assert_eq!(
        client.refused().await,
        ("signed_out".into(), 4401),
        "a link is no session"
    );
    assert_eq!(http::get(&server, "/v1/me", &[]).json()["code"], "signed_out");
    let body = json!({"name": "小美"});
    assert_eq!(http::post(&server, "/v1/agents", &[], &body).status, 401);
}

#[test]
fn a_sign_in_link_works_once() {
    let server = Server::start();
    let token = server.signin.clone().unwrap();
    let answer = http::post(&server, "/v1/signin", &[], &json!({ "token": token }));
    assert_eq!(answer.status, 200);
    let cookie = answer.header("set-cookie").unwrap();
    for attribute in ["yingda_session=", "HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert!(!cookie.contains("Secure"), "plain http: {cookie}");
    assert_eq!(answer.json()["session"], Value::Null, "no script sees the session");
    let again = http::post(&server, "/v1/signin", &[], &json!({ "token": token }));
    assert_eq!((again.status, again.json()["code"].as_str()), (401, Some("bad_link")));
    let cookie = cookie.split(';').next().unwrap();
    let me = http::get(&server, "/v1/me", &[("cookie", cookie)]);
    assert_eq!(me.json()["supervisor"], true);
}

#[test]
fn signing_out_ends_the_session_everywhere() {
    let server = Server::start();
    let cookie = sign_in(&server, server.signin.as_deref().unwrap()).unwrap();
    let answer = http::post(&server, "/v1/signout", &[("cookie", &cookie)], &json!({}));
    assert_eq!(answer.status, 204);
    assert!(answer.header("set-cookie").unwrap().contains("Max-Age=0"));
    assert_eq!(http::get(&server, "/v1/me", &[("cookie", &cookie)]).status, 401);
}

#[tokio::test]
async fn a_client_without_cookies_signs_in_by_hello() {
    let server = Server::start();
    let body = json!({"token": server.signin.clone().unwrap(), "cookie": false});
    let answer = http::post(&server, "/v1/signin", &[], &body);
    assert!(answer.header("set-cookie").is_none());
    let mut client = Client::open(&server, "/v1/desk", &[]).await.unwrap();
    client
        .send(json!({"type": "hello", "session": answer.json()["session"]}))
        .await;
    assert_eq!(client.next().await["type"], "welcome");
}

#[tokio::test]
async fn a_supervisor_invites_and_nobody_else_does() {
    let server = Server::start();
    let chief = sign_in(&server, server.signin.as_deref().unwrap()).unwrap();
    let invited = http::post(
        &server,
        "/v1/agents",
        &[("cookie", &chief)],
        &json!({"name": "小美", "slots": 3}),
    );
    assert_eq!(invited.status, 201);
    let link = invited.json()["link"].as_str().unwrap().to_owned();
    let prefix = format!("http://{}/desk#signin=", server.address);
    let colleague = sign_in(&server, link.strip_prefix(&prefix).unwrap()).unwrap();
    let client = Client::agent(&server, &colleague, true).await;
    assert_eq!(
        (client.welcome["name"].as_str(), client.welcome["slots"].as_u64()),
        (Some("小美"), Some(3))
    );
    let refused = http::post(
        &server,
        "/v1/agents",
        &[("cookie", &colleague)],
        &json!({"name": "小丽"}),
    );
    assert_eq!(
        (refused.status, refused.json()["code"].as_str()),
        (403, Some("forbidden"))
    );
    for (body, code) in [
        (json!({"name": " "}), "bad_name"),
        (json!({"name": "长".repeat(33)}), "bad_name"),
        (json!({"name": "小丽", "slots": 0}), "bad_slots"),
        (json!({"slots": 1}), "bad_frame"),
    ] {
        let refused = http::post(&server, "/v1/agents", &[("cookie", &chief)], &body);
        assert_eq!(refused.json()["code"], code, "{body}");
    }
}

#[tokio::test]
async fn other_pages_cannot_act_in_an_agents_name() {
    let server = Server::start();
    let cookie = sign_in(&server, server.signin.as_deref().unwrap()).unwrap();
    let foreign = [("cookie", cookie.as_str()), ("origin", "https://evil.example")];
    let mut refused = Client::open(&server, "/v1/desk", &foreign).await.unwrap();
    assert_eq!(refused.refused().await, ("desk_origin".into(), 4403));
    for path in ["/v1/agents", "/v1/signout", "/v1/signin"] {
        let answer = http::post(&server, path, &foreign, &json!({"name": "x", "token": "x"}));
        assert_eq!(answer.json()["code"], "desk_origin", "{path}");
    }
    assert_eq!(http::get(&server, "/v1/me", &[("cookie", &cookie)]).status, 200);
}

#[tokio::test]
async fn behind_https_cookies_are_secure() {
    let server = Server::with("[gateway]\npublic_url = \"https://chat.example\"");
    assert!(server.printed.join("\n").contains("https://chat.example/desk#signin="));
    let answer = http::post(&server, "/v1/signin", &[], &json!({ "token": server.signin }));
    assert!(answer.header("set-cookie").unwrap().contains("; Secure"));
}

const KEY: &str = "0123456789abcdef0123456789abcdef";

/// Hex HMAC-SHA-256 of a text.
fn hmac(key: &str, text: &str) -> String {
    use hmac::{Hmac, KeyInit, Mac};
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    data_encoding::HEXLOWER.encode(&mac.finalize().into_bytes())
}

/// A signature that says until when it holds.
fn expiring(customer: &str, expires: u64) -> String {
    format!("v1.{expires}.{}", hmac(KEY, &format!("demo\n{customer}\n{expires}")))
}

/// The hello of a customer, or of a visitor.
fn hello(token: Option<&str>, customer: Option<(&str, &str)>) -> Value {
    let (customer, signature) = customer.unzip();
    json!({"type": "hello", "shop": "demo", "after": 0, "token": token, "customer": customer, "signature": signature})
}

#[tokio::test]
async fn a_customer_is_who_the_shop_has_signed() {
    let server = Server::with(&format!("[shops.demo]\nidentity_key = \"{KEY}\""));
    let signed = |customer: &str| hello(None, Some((customer, &hmac(KEY, customer))));
    let mut phone = Client::silent(&server).await;
    phone.send(signed("u-1")).await;
    let one = phone.next().await;
    let mut laptop = Client::silent(&server).await;
    laptop.send(signed("u-1")).await;
    assert_eq!(
        laptop.next().await["conversation"],
        one["conversation"],
        "one talk on two devices"
    );
    let mut other = Client::silent(&server).await;
    other.send(signed("u-2")).await;
    assert_ne!(other.next().await["conversation"], one["conversation"]);
    for (customer, signature) in [("u-2", hmac(KEY, "u-1")), ("u-1", String::new()), ("u-1", "zz".into())] {
        let mut forger = Client::silent(&server).await;
        forger.send(hello(None, Some((customer, &signature)))).await;
        assert_eq!(forger.refused().await, ("bad_signature".into(), 4403));
    }
}

// A3
#[tokio::test]
async fn whoever_has_the_browser_after_a_customer_sees_nothing_of_the_customers_talk() {
    let server = Server::with(&format!("[shops.demo]\nidentity_key = \"{KEY}\""));
    let signature = hmac(KEY, "alice");
    let mut alice = Client::silent(&server).await;
    alice.send(hello(None, Some(("alice", &signature)))).await;
    let welcome = alice.next().await;
    let token = welcome["token"].as_str().unwrap();
    alice.say("m1", "我住上海市浦东新区世纪大道100号").await;
    alice.until_type("ack").await;
    alice.until_from("bot").await;
    // The page without customer and signature, as after the shop's sign-out; also a widget that still names the talk.
    for shown in [Value::Null, welcome["conversation"].clone()] {
        let mut next = Client::silent(&server).await;
        let mut frame = hello(Some(token), None);
        frame["conversation"] = shown;
        next.send(frame).await;
        let fresh = next.next().await;
        assert_eq!(fresh["type"], "welcome");
        assert_ne!(fresh["conversation"], welcome["conversation"]);
        assert_ne!(
            fresh["token"], welcome["token"],
            "a new visitor with a token of their own"
        );
        assert_eq!(fresh["seq"], 0, "no history");
        next.say("m1", "什么时候发货").await;
        assert_eq!(next.until_type("ack").await["seq"], 1);
        // The visitor's own token goes on to stand for the visitor.
        let mut again = Client::silent(&server).await;
        again.send(hello(fresh["token"].as_str(), None)).await;
        assert_eq!(again.next().await["conversation"], fresh["conversation"]);
    }
    let mut bob = Client::silent(&server).await;
    bob.send(hello(Some(token), Some(("bob", &hmac(KEY, "bob"))))).await;
    assert_ne!(bob.next().await["conversation"], welcome["conversation"]);
    let mut back = Client::silent(&server).await;
    back.send(hello(Some(token), Some(("alice", &signature)))).await;
    let again = back.next().await;
    assert_eq!(again["conversation"], welcome["conversation"]);
    assert_eq!(again["token"], token);
}

// A3
#[tokio::test]
async fn a_signature_that_has_expired_is_told_apart_from_a_wrong_one() {
    let server = Server::with(&format!("[shops.demo]\nidentity_key = \"{KEY}\""));
    let mut client = Client::silent(&server).await;
    client
        .send(hello(None, Some(("u-1", &expiring("u-1", 4_000_000_000)))))
        .await;
    assert_eq!(client.next().await["type"], "welcome");
    let mut late = Client::silent(&server).await;
    late.send(hello(None, Some(("u-1", &expiring("u-1", 1_700_000_000)))))
        .await;
    assert_eq!(late.refused().await, ("signature_expired".into(), 4403));
}

// A3
#[tokio::test]
async fn a_shop_for_signed_customers_only_refuses_visitors_with_a_clear_code() {
    let settings = format!("[shops.demo]\nidentity_key = \"{KEY}\"\nsigned_only = true\nsignature_must_expire = true");
    let server = Server::with(&settings);
    let mut visitor = Client::silent(&server).await;
    visitor.send(hello(None, None)).await;
    assert_eq!(visitor.refused().await, ("signed_only".into(), 4403));
    let mut forever = Client::silent(&server).await;
    forever.send(hello(None, Some(("u-1", &hmac(KEY, "u-1"))))).await;
    assert_eq!(forever.refused().await, ("bad_signature".into(), 4403));
    let mut customer = Client::silent(&server).await;
    customer
        .send(hello(None, Some(("u-1", &expiring("u-1", 4_000_000_000)))))
        .await;
    let welcome = customer.next().await;
    assert_eq!(welcome["type"], "welcome");
    let mut next = Client::silent(&server).await;
    next.send(hello(welcome["token"].as_str(), None)).await;
    assert_eq!(
        next.refused().await,
        ("signed_only".into(), 4403),
        "a token is no signature"
    );
}
