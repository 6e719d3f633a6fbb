//! The people who work here: passwords, rights, sessions that end at once, and `yingda staff` beside a server.

use std::process::Output;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::client::Client;
use crate::support::http::{self, Answer, sign_in};
use crate::support::redis::RedisServer;
use crate::support::server::{Server, program};

const PASSWORD: &str = "a password that is long";

/// Somebody who is signed in at a server.
struct Person<'a> {
    server: &'a Server,
    cookie: String,
}

impl<'a> Person<'a> {
    fn first(server: &'a Server) -> Person<'a> {
        let cookie = sign_in(server, server.signin.as_deref().unwrap()).unwrap();
        Person { server, cookie }
    }

    fn get(&self, path: &str) -> Answer {
        http::get(self.server, path, &[("cookie", &self.cookie)])
    }

    fn post(&self, path: &str, body: &Value) -> Answer {
        http::post(self.server, path, &[("cookie", &self.cookie)], body)
    }

    fn patch(&self, path: &str, body: &Value) -> Answer {
        let headers = [("cookie", self.cookie.as_str()), ("content-type", "application/json")];
        http::request(self.server, "PATCH", path, &headers, &body.to_string())
    }

    /// Invites somebody, who signs in; with the id.
    fn invite(&self, invitation: &Value) -> (Person<'a>, String) {
        let answer = self.post("/v1/agents", invitation);
        assert_eq!(answer.status, 201, "{}", answer.text());
        let link = answer.json()["link"].as_str().unwrap().to_owned();
        let cookie = sign_in(self.server, token(&link)).unwrap();
        let person = Person {
            server: self.server,
            cookie,
        };
        (person, answer.json()["agent"].as_str().unwrap().to_owned())
    }
}

/// The token of a link.
fn token(link: &str) -> &str {
    link.trim().split_once("#signin=").unwrap().1
}

fn code(answer: &Answer) -> String {
    answer.json()["code"].as_str().unwrap_or_default().to_owned()
}

fn by_password(server: &Server, name: &str, password: &str) -> Answer {
    http::post(server, "/v1/signin", &[], &json!({"name": name, "password": password}))
}

fn staff(folder: &TempDir, arguments: &[&str]) -> Output {
    program(folder).arg("staff").args(arguments).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Waits for the end of a socket that has to end now.
async fn ends_within_a_second(client: &mut Client, since: Instant, code: u64) {
    assert_eq!(client.closed().await, code);
    // A second, and what a busy machine adds.
    assert!(since.elapsed() < Duration::from_millis(2_500), "{:?}", since.elapsed());
}

#[tokio::test]
async fn a_password_signs_in_besides_the_link() {
    let server = Server::start();
    let owner = Person::first(&server);
    assert_eq!(owner.get("/v1/me").json()["password"], false);
    let weak = owner.post("/v1/password", &json!({"password": "short"}));
    assert_eq!(code(&weak), "weak_password");
    assert_eq!(owner.post("/v1/password", &json!({"password": PASSWORD})).status, 200);
    assert_eq!(owner.get("/v1/me").json()["password"], true);
    let answer = by_password(&server, "店长", PASSWORD);
    assert_eq!((answer.status, answer.json()["name"].as_str()), (200, Some("店长")));
    let cookie = answer
        .header("set-cookie")
        .unwrap()
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    Client::agent(&server, &cookie, false).await;
    let answer = http::post(
        &server,
        "/v1/signin",
        &[],
        &json!({"name": "店长", "password": PASSWORD, "cookie": false}),
    );
    assert!(answer.json()["session"].is_string() && answer.header("set-cookie").is_none());
    for (name, password) in [("店长", "a wrong password"), ("nobody", PASSWORD), ("小美", "")] {
        let answer = by_password(&server, name, password);
        assert_eq!((answer.status, code(&answer).as_str()), (401, "bad_password"), "{name}");
    }
    for body in [
        json!({}),
        json!({"name": "店长"}),
        json!({"token": "x", "name": "y", "password": "z"}),
    ] {
        assert_eq!(code(&http::post(&server, "/v1/signin", &[], &body)), "bad_frame");
    }
}

#[test]
fn guessing_passwords_is_stopped() {
    let server = Server::start();
    Person::first(&server).post("/v1/password", &json!({"password": PASSWORD}));
    let codes: Vec<String> = (0..11)
        .map(|_| code(&by_password(&server, "店长", "a wrong password")))
        .collect();
    assert!(codes[..10].iter().all(|code| code == "bad_password"), "{codes:?}");
    assert_eq!(codes[10], "too_many_passwords");
    let right = by_password(&server, "店长", PASSWORD);
    assert_eq!((right.status, code(&right).as_str()), (429, "too_many_passwords"));
}

#[tokio::test]
async fn signing_out_everywhere_ends_sockets_within_a_second() {
    let server = Server::start();
    let owner = Person::first(&server);
    let (mei, id) = owner.invite(&json!({"name": "小美"}));
    let mut desks = [
        Client::agent(&server, &mei.cookie, true).await,
        Client::agent(&server, &mei.cookie, false).await,
    ];
    let mut others = Client::agent(&server, &owner.cookie, false).await;
    let since = Instant::now();
    assert_eq!(owner.post(&format!("/v1/staff/{id}/signout"), &json!({})).status, 200);
    for desk in &mut desks {
        ends_within_a_second(desk, since, 4401).await;
    }
    assert_eq!(mei.get("/v1/me").status, 401);
    others.send(json!({"type": "ping"})).await;
    others.until_type("pong").await;
    let since = Instant::now();
    let answer = owner.post("/v1/signout", &json!({"everywhere": true}));
    assert_eq!(answer.status, 204);
    ends_within_a_second(&mut others, since, 4401).await;
    assert_eq!(owner.get("/v1/me").status, 401);
}

#[tokio::test]
async fn who_is_disabled_is_out_and_the_chats_go_back_at_once() {
    let server = Server::start();
    let owner = Person::first(&server);
    let (mei, id) = owner.invite(&json!({"name": "小美"}));
    let mut desk = Client::agent(&server, &mei.cookie, true).await;
    let mut shopper = Client::shopper(&server).await;
    shopper.send(json!({"type": "human"})).await;
    shopper
        .until(|frame| frame["type"] == "owner" && frame["who"] == "agent")
        .await;
    let link = owner.post(&format!("/v1/staff/{id}/link"), &json!({})).json()["link"].clone();
    let since = Instant::now();
    let answer = owner.post(&format!("/v1/staff/{id}/disable"), &json!({}));
    assert_eq!(answer.json()["disabled"], true);
    let back = shopper
        .until(|frame| frame["type"] == "owner" && frame["who"] != "agent")
        .await;
    assert_eq!(back["who"], "queue");
    assert!(since.elapsed() < Duration::from_secs(3), "not when the lease is over");
    ends_within_a_second(&mut desk, since, 4401).await;
    assert!(
        sign_in(&server, token(link.as_str().unwrap())).is_none(),
        "the link is dead"
    );
    assert_eq!(
        code(&owner.post(&format!("/v1/staff/{id}/link"), &json!({}))),
        "disabled"
    );
    assert_eq!(owner.post(&format!("/v1/staff/{id}/enable"), &json!({})).status, 200);
    let link = owner.post(&format!("/v1/staff/{id}/link"), &json!({})).json()["link"].clone();
    assert!(sign_in(&server, token(link.as_str().unwrap())).is_some());
}

#[tokio::test]
async fn another_server_ends_the_socket_within_a_second_too() {
    let redis = RedisServer::start();
    let settings = format!("[store]\nurl = \"{}\"", redis.url());
    let (one, other) = (Server::with(&settings), Server::with(&settings));
    let owner = Person::first(&one);
    let (mei, id) = owner.invite(&json!({"name": "小美"}));
    let mut desk = Client::agent(&other, &mei.cookie, true).await;
    let since = Instant::now();
    owner.post(&format!("/v1/staff/{id}/signout"), &json!({}));
    ends_within_a_second(&mut desk, since, 4401).await;
    // The command line opens the store itself, and the servers hear of it.
    let cookie = sign_in(&one, token(&out(&staff(&one.folder(), &["link", "小美"])))).unwrap();
    let mut desk = Client::agent(&other, &cookie, true).await;
    let mut shopper = Client::shopper(&one).await;
    shopper.send(json!({"type": "human"})).await;
    shopper
        .until(|frame| frame["type"] == "owner" && frame["who"] == "agent")
        .await;
    let since = Instant::now();
    assert_eq!(staff(&one.folder(), &["disable", "小美"]).status.code(), Some(0));
    shopper
        .until(|frame| frame["type"] == "owner" && frame["who"] == "queue")
        .await;
    ends_within_a_second(&mut desk, since, 4401).await;
}

#[tokio::test]
async fn a_desk_connects_again_with_changed_rights() {
    let server = Server::start();
    let owner = Person::first(&server);
    let (mei, id) = owner.invite(&json!({"name": "小美", "capacity": 2}));
    let mut desk = Client::agent(&server, &mei.cookie, true).await;
    assert_eq!(desk.welcome["roles"], json!(["agent"]));
    assert_eq!(
        (&desk.welcome["shops"], &desk.welcome["slots"]),
        (&json!([]), &json!(2))
    );
    let change = json!({"roles": ["agent", "supervisor"], "shops": ["demo"], "capacity": 7});
    let answer = owner.patch(&format!("/v1/staff/{id}"), &change);
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(desk.until_type("moving").await["after_ms"], 0);
    let desk = Client::agent(&server, &mei.cookie, true).await;
    assert_eq!(desk.welcome["roles"], json!(["agent", "supervisor"]));
    assert_eq!(
        (
            &desk.welcome["shops"],
            &desk.welcome["slots"],
            &desk.welcome["supervisor"]
        ),
        (&json!(["demo"]), &json!(7), &json!(true))
    );
}

#[test]
fn the_last_supervisor_cannot_lock_the_house() {
    let server = Server::start();
    let owner = Person::first(&server);
    let me = owner.get("/v1/me").json()["agent"].as_str().unwrap().to_owned();
    for answer in [
        owner.post(&format!("/v1/staff/{me}/disable"), &json!({})),
        owner.patch(&format!("/v1/staff/{me}"), &json!({"roles": ["agent"]})),
    ] {
        assert_eq!((answer.status, code(&answer).as_str()), (409, "last_supervisor"));
    }
    assert_eq!(
        owner.get("/v1/me").json()["roles"],
        json!(["agent", "supervisor", "operator", "owner"])
    );
    let refused = staff(&server.folder(), &["disable", "店长"]);
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
}

#[test]
fn what_is_not_there_is_refused_with_what_is() {
    let server = Server::start();
    let owner = Person::first(&server);
    let refused = owner.post("/v1/agents", &json!({"name": "小美", "roles": ["boss"]}));
    assert_eq!(code(&refused), "unknown_role");
    assert!(refused.text().contains("supervisor"), "{}", refused.text());
    let refused = owner.post("/v1/agents", &json!({"name": "小美", "shops": ["hats"]}));
    assert_eq!(code(&refused), "unknown_shop");
    assert!(refused.text().contains("demo"), "{}", refused.text());
    for (name, expected) in [
        ("店 长", "name_taken"),
        ("店长 ", "name_taken"),
        ("智能客服", "bot_name"),
    ] {
        let answer = owner.post("/v1/agents", &json!({ "name": name }));
        let found = match answer.status {
            201 => "201".to_owned(),
            _ => code(&answer),
        };
        assert_eq!(found, expected, "{name}");
    }
    assert_eq!(code(&owner.post("/v1/staff/nobody/link", &json!({}))), "unknown_person");
}

#[test]
fn supervisors_see_and_do_less_than_owners_and_agents_nothing() {
    let server = Server::start();
    let owner = Person::first(&server);
    let (chief, _) = owner.invite(&json!({"name": "主管", "roles": ["agent", "supervisor"]}));
    let (mei, id) = chief.invite(&json!({"name": "小美"}));
    let page = chief.get("/v1/staff").json();
    assert_eq!((&page["roles"], &page["shops"]), (&json!(["agent"]), &json!(["demo"])));
    assert_eq!(page["people"].as_array().unwrap().len(), 3);
    for answer in [
        mei.get("/v1/staff"),
        mei.get("/v1/audit"),
        mei.post("/v1/agents", &json!({"name": "x"})),
        mei.post(&format!("/v1/staff/{id}/disable"), &json!({})),
        chief.post("/v1/agents", &json!({"name": "x", "roles": ["owner"]})),
        chief.patch(&format!("/v1/staff/{id}"), &json!({"roles": ["operator"]})),
    ] {
        assert_eq!((answer.status, code(&answer).as_str()), (403, "forbidden"));
    }
    let actions: Vec<Value> = owner.get("/v1/audit?limit=3").json()["entries"]
        .as_array()
        .unwrap()
        .clone();
    let actions: Vec<&str> = actions.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["session.begin", "staff.invite", "session.begin"]);
    let page = owner.get("/v1/audit?limit=2").json();
    let older = owner.get(&format!("/v1/audit?before={}", page["before"])).json();
    assert_eq!(older["entries"][0]["subject_name"], "主管");
    let foreign = [("cookie", owner.cookie.as_str()), ("origin", "https://evil.example")];
    assert_eq!(code(&http::get(&server, "/v1/staff", &foreign)), "desk_origin");
}

#[test]
fn the_command_line_works_beside_a_running_server() {
    let server = Server::start();
    let folder = server.folder();
    let invited = staff(
        &folder,
        &[
            "invite",
            "--name",
            "小美",
            "--role",
            "agent",
            "--shop",
            "demo",
            "--capacity",
            "3",
        ],
    );
    assert_eq!(invited.status.code(), Some(0), "{invited:?}");
    let link = out(&invited);
    assert!(
        link.starts_with(&format!("http://{}/desk#signin=", server.address)),
        "{link}"
    );
    let mei = Person {
        cookie: sign_in(&server, token(&link)).unwrap(),
        server: &server,
    };
    let me = mei.get("/v1/me").json();
    assert_eq!((&me["shops"], &me["slots"]), (&json!(["demo"]), &json!(3)));
    let listed = out(&staff(&folder, &["list", "--json"]));
    let people: Vec<Value> = listed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let names: Vec<&str> = people.iter().map(|person| person["name"].as_str().unwrap()).collect();
    assert_eq!(names.len(), 2);
    assert!(names.contains(&"小美") && names.contains(&"店长"));
    assert!(out(&staff(&folder, &["list"])).contains("supervisor"));
    assert_eq!(
        staff(&folder, &["set", "小美", "--role", "operator"]).status.code(),
        Some(0)
    );
    assert_eq!(mei.get("/v1/me").json()["roles"], json!(["operator"]));
    assert_eq!(staff(&folder, &["disable", "小美"]).status.code(), Some(0));
    assert_eq!(mei.get("/v1/me").status, 401);
    assert_eq!(staff(&folder, &["link", "小美"]).status.code(), Some(1), "disabled");
    assert_eq!(staff(&folder, &["enable", "小美"]).status.code(), Some(0));
    for (arguments, told) in [
        (&["link", "nobody"][..], "nobody"),
        (&["invite", "--name", "小美"], "小美"),
        (&["invite", "--name", "x", "--role", "boss"], "supervisor"),
        (&["invite", "--name", "x", "--shop", "hats"], "demo"),
    ] {
        let refused = staff(&folder, arguments);
        assert_eq!(refused.status.code(), Some(1), "{arguments:?}");
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(said.contains(told) && said.lines().count() == 2, "{said}");
    }
}

#[test]
fn the_command_line_works_without_a_server_and_the_door_is_shut_to_others() {
    let mut server = Server::start();
    let folder = server.folder();
    let file = folder.path().join("data/control.json");
    let control: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    let bearer = format!("Bearer {}", control["secret"].as_str().unwrap());
    let list = json!({"do": "list"});
    let ask = |headers: &[(&str, &str)]| http::post(&server, "/v1/control/staff", headers, &list).status;
    assert_eq!(ask(&[("authorization", &bearer)]), 200);
    assert_eq!(ask(&[]), 404);
    assert_eq!(ask(&[("authorization", "Bearer x")]), 404);
    assert_eq!(ask(&[("authorization", &bearer), ("x-forwarded-for", "6.6.6.6")]), 404);
    assert_eq!(
        ask(&[("authorization", &bearer), ("origin", "http://evil.example")]),
        404
    );
    server.terminate();
    server.wait();
    assert!(!file.exists(), "the secret goes with the server");
    let invited = staff(&folder, &["invite", "--name", "小美", "--shop", "demo"]);
    assert_eq!(invited.status.code(), Some(0), "{invited:?}");
    // One that a killed server has left is no hindrance.
    std::fs::write(&file, serde_json::to_vec(&control).unwrap()).unwrap();
    assert_eq!(out(&staff(&folder, &["list", "--json"])).lines().count(), 2);
    let server = Server::in_folder(folder);
    assert!(server.signin.is_none());
    assert!(sign_in(&server, token(&out(&invited))).is_some());
}
