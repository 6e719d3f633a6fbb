//! Pictures and documents between shoppers and agents: what arrives is what was sent but for what the camera wrote beside it,
//! only the two sides get it, what is no picture is refused, and it goes with the talk.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::client::Client;
use crate::support::http::{self, Answer};
use crate::support::redis::RedisServer;
use crate::support::server::{Server, program};

/// What the camera wrote.
const PLACE: &[u8] = b"30.2741N 120.1551E";

/// A photo: its header says this size, and EXIF tells where it was taken.
pub(crate) fn photo(width: u16, height: u16, drawn: usize) -> Vec<u8> {
    let segment = |kind: u8, body: &[u8]| {
        let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
        [&[0xff, kind], &length[..], body].concat()
    };
    let frame = [&[8][..], &height.to_be_bytes(), &width.to_be_bytes(), &[1, 1, 0x11, 0]].concat();
    [
        vec![0xff, 0xd8],
        segment(0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
        segment(0xe1, &[b"Exif\0\0MM\0\x2a\0\0\0\x08\0\0", PLACE].concat()),
        segment(0xdb, &[0; 65]),
        segment(0xc0, &frame),
        segment(0xc4, &[0; 20]),
        segment(0xda, &[1, 1, 0, 0, 63, 0]),
        vec![0x5a; drawn],
        vec![0xff, 0xd9],
    ]
    .concat()
}

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n";

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

pub(crate) fn code(answer: &Answer) -> String {
    answer.json()["code"].as_str().unwrap_or_default().to_owned()
}

fn by_shopper(server: &Server, token: &str, id: &str, bytes: &[u8]) -> Answer {
    let bearer = format!("Bearer {token}");
    http::upload(
        server,
        &format!("/v1/chat/files?shop=demo&id={id}"),
        &[("authorization", &bearer)],
        bytes,
    )
}

pub(crate) fn by_agent(server: &Server, cookie: &str, id: &str, bytes: &[u8]) -> Answer {
    http::upload(
        server,
        &format!("/v1/desk/files?shop=demo&id={id}"),
        &[("cookie", cookie)],
        bytes,
    )
}

pub(crate) fn to_shopper(server: &Server, token: &str, talk: &Value, id: &Value) -> Answer {
    let path = format!(
        "/v1/chat/files/{}/{}?shop=demo",
        talk.as_str().unwrap(),
        id.as_str().unwrap()
    );
    http::get(server, &path, &[("authorization", &format!("Bearer {token}"))])
}

pub(crate) fn to_agent(server: &Server, cookie: &str, talk: &Value, id: &Value) -> Answer {
    let path = format!("/v1/desk/files/{}/{}", talk.as_str().unwrap(), id.as_str().unwrap());
    http::get(server, &path, &[("cookie", cookie)])
}

pub(crate) fn owner(server: &Server) -> String {
    http::sign_in(server, server.signin.as_deref().unwrap()).unwrap()
}

fn colleague(server: &Server, owner: &str, name: &str) -> String {
    let made = http::post(server, "/v1/agents", &[("cookie", owner)], &json!({"name": name})).json();
    let link = made["link"].as_str().unwrap().to_owned();
    http::sign_in(server, link.split("signin=").nth(1).unwrap()).unwrap()
}

/// Every file of pictures and documents.
fn kept(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(kept(&path)),
            false => found.push(path),
        }
    }
    found
}

fn folder_of(server: &Server) -> PathBuf {
    server.database().parent().unwrap().join("files")
}

/// The shopper waits for people, and this agent has the chat: its epoch.
pub(crate) async fn taken(shopper: &mut Client, desk: &mut Client) -> Value {
    shopper.send(json!({"type": "human"})).await;
    shopper.until_type("owner").await;
    let chat = shopper.welcome["conversation"].clone();
    desk.send(json!({"type": "take", "conversation": chat})).await;
    desk.send(json!({"type": "open", "conversation": chat})).await;
    desk.until(|frame| frame["event"]["kind"] == "assigned").await["event"]["epoch"].clone()
}

#[tokio::test]
async fn a_shopper_s_picture_arrives_without_what_the_camera_wrote_and_nobody_else_gets_it() {
    let server = Server::start();
    let owner = owner(&server);
    let (mei, pi) = (colleague(&server, &owner, "小美"), colleague(&server, &owner, "小皮"));
    let mut desk = Client::agent(&server, &mei, false).await;
    let mut shopper = Client::shopper(&server).await;
    let (token, chat) = (shopper.token(), shopper.welcome["conversation"].clone());
    let taken_here = &shopper.welcome["files"];
    assert_eq!(taken_here["max_bytes"], 8 * 1024 * 1024);
    assert!(taken_here["types"].as_array().unwrap().contains(&json!("image/jpeg")));

    // The first thing that is said may be a picture. It is as large as a phone's, and comes at once.
    let bytes = photo(4000, 3000, 5_000_000);
    let uploaded = by_shopper(&server, &token, "c1", &bytes);
    assert_eq!(uploaded.status, 201, "{}", uploaded.text());
    let file = uploaded.json();
    assert_eq!(
        (&file["kind"], &file["width"], &file["height"]),
        (&json!("picture"), &json!(4000), &json!(3000))
    );
    let again = by_shopper(&server, &token, "c1", &bytes);
    assert_eq!(again.json()["id"], file["id"], "sent again it is the same");
    let message = json!({"type": "message", "id": "c1", "text": "", "files": [{"id": file["id"]}]});
    shopper.send(message.clone()).await;
    let seq = shopper.until_type("ack").await["seq"].clone();
    shopper.until_from("bot").await;
    shopper.send(message).await;
    assert_eq!(shopper.until_type("ack").await["seq"], seq, "stored once");
    taken(&mut shopper, &mut desk).await;
    assert_eq!(
        kept(&folder_of(&server)).len(),
        1,
        "nothing is left of the second upload"
    );

    let mut reader = Client::agent(&server, &mei, false).await;
    reader.send(json!({"type": "open", "conversation": chat})).await;
    let event = reader.until(|frame| frame["event"]["kind"] == "received").await["event"].clone();
    assert_eq!((&event["text"], &event["files"][0]), (&json!("[图片]"), &file));
    let seen = to_agent(&server, &mei, &chat, &file["id"]);
    assert_eq!(seen.status, 200);
    assert!(!holds(&seen.body, PLACE) && !holds(&seen.body, b"Exif"));
    let drawn = vec![0x5a; 5_000_000];
    assert!(holds(&seen.body[..1_000], &drawn[..500]) && seen.body.len() as u64 == file["bytes"].as_u64().unwrap());
    assert!(seen.body.len() > drawn.len() && seen.body.len() < bytes.len());
    for (name, value) in [
        ("content-type", "image/jpeg"),
        ("x-content-type-options", "nosniff"),
        ("content-disposition", "inline"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(seen.header(name), Some(value));
    }
    assert!(seen.header("content-security-policy").unwrap().contains("sandbox"));
    assert!(seen.header("cache-control").unwrap().starts_with("private"));
    let own = to_shopper(&server, &token, &chat, &file["id"]);
    assert_eq!((own.status, &own.body), (200, &seen.body));

    // A stranger, an agent who has nothing to do with it, and nobody.
    let mut stranger = Client::shopper(&server).await;
    stranger.say("x", "在吗").await;
    stranger.until_type("ack").await;
    let theirs = to_shopper(&server, &stranger.token(), &chat, &file["id"]);
    assert_eq!((theirs.status, code(&theirs)), (404, "unknown_file".to_owned()));
    assert_eq!(to_agent(&server, &pi, &chat, &file["id"]).status, 403);
    assert_eq!(to_agent(&server, "yingda_session=none", &chat, &file["id"]).status, 401);
    assert_eq!(to_shopper(&server, "none", &chat, &file["id"]).status, 401);
    let named = json!({"type": "message", "id": "y", "text": "", "files": [{"id": file["id"]}]});
    stranger.send(named).await;
    assert_eq!(stranger.until_type("error").await["code"], "unknown_file");
    // Who supervises reads it, and that is on the record.
    assert_eq!(to_agent(&server, &owner, &chat, &file["id"]).status, 200);
    let record = http::get(&server, "/v1/audit", &[("cookie", &owner)]).text();
    assert!(record.contains("talk.read"), "{record}");
}

#[tokio::test]
async fn an_agent_s_picture_and_document_reach_the_shopper_also_after_a_restart() {
    let mut server = Server::start();
    let mei = owner(&server);
    let mut desk = Client::agent(&server, &mei, false).await;
    assert!(desk.welcome["files"]["max_bytes"].is_u64());
    let mut shopper = Client::shopper(&server).await;
    let (token, chat) = (shopper.token(), shopper.welcome["conversation"].clone());
    let epoch = taken(&mut shopper, &mut desk).await;
    let picture = by_agent(&server, &mei, "a1", &photo(640, 480, 900)).json();
    let paper = by_agent(&server, &mei, "a2", PDF).json();
    assert_eq!(paper["kind"], "document");
    let files = json!([{"id": picture["id"]}, {"id": paper["id"], "name": "../尺码表.PDF"}]);
    let said =
        json!({"type": "message", "conversation": chat, "id": "a1", "text": "请看", "files": files, "epoch": epoch});
    desk.send(said).await;
    desk.until_type("ack").await;
    let heard = shopper.until_from("agent").await;
    assert_eq!(heard["text"], "[图片][文件] 请看");
    assert_eq!(
        (&heard["files"][0], &heard["files"][1]["name"]),
        (&picture, &json!("尺码表.pdf"))
    );

    // A stale message is not stored, and its picture is there to be sent again.
    let other = by_agent(&server, &mei, "a3", &photo(64, 48, 90)).json();
    let stale = |epoch: Value| {
        let files = json!([{"id": other["id"]}]);
        json!({"type": "message", "conversation": chat, "id": "a3", "text": "", "files": files, "epoch": epoch})
    };
    desk.send(stale(json!(0))).await;
    assert_eq!(desk.until_type("error").await["code"], "stale");
    desk.send(stale(epoch)).await;
    desk.until_type("ack").await;

    server.terminate();
    server.wait();
    let server = Server::in_folder(server.folder());
    let mut again = Client::resumed(&server, Some(&token), json!(0)).await;
    assert_eq!(again.until_from("agent").await["files"][0], picture);
    let paper = to_shopper(&server, &token, &chat, &paper["id"]);
    assert_eq!((paper.status, &paper.body[..]), (200, PDF));
    assert_eq!(paper.header("content-disposition"), Some("attachment"));
    assert_eq!(to_shopper(&server, &token, &chat, &picture["id"]).status, 200);
}

#[tokio::test]
async fn what_was_stored_is_acknowledged_again_after_the_end_and_keeps_its_picture() {
    let server = Server::start();
    let mei = owner(&server);
    let mut desk = Client::agent(&server, &mei, false).await;
    let mut shopper = Client::shopper(&server).await;
    let chat = shopper.welcome["conversation"].clone();
    let epoch = taken(&mut shopper, &mut desk).await;
    let file = by_agent(&server, &mei, "a1", &photo(64, 48, 90)).json();
    let said = |id: &str| {
        let files = json!([{"id": file["id"]}]);
        json!({"type": "message", "conversation": chat, "id": id, "text": "", "files": files, "epoch": epoch})
    };
    desk.send(said("a1")).await;
    let seq = desk.until_type("ack").await["seq"].clone();
    desk.send(json!({"type": "close", "conversation": chat})).await;
    desk.until(|frame| frame["event"]["kind"] == "closed").await;
    desk.send(said("a1")).await;
    assert_eq!(desk.until_type("ack").await["seq"], seq);
    // One that is refused takes nothing away from it.
    desk.send(said("a2")).await;
    assert_eq!(desk.until_type("error").await["code"], "stale");
    assert_eq!(to_agent(&server, &mei, &chat, &file["id"]).status, 200);
}

#[tokio::test]
async fn what_is_no_picture_too_large_or_torn_is_refused_with_its_code_and_leaves_nothing() {
    let server = Server::with("[files]\nmax_mib = 1\n[limits]\nshopper_files_per_minute = 14\n");
    let mut shopper = Client::shopper(&server).await;
    let token = shopper.token();
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>";
    for (bytes, refusal, status) in [
        (&svg[..], "file_type", 415),
        (b"PK\x03\x04 photo.jpg", "file_type", 415),
        (b"<!DOCTYPE html><script>alert(1)</script>", "file_type", 415),
        (b"GIF89a\x01\0\x01\0", "file_type", 415),
        (&photo(8_000, 5_000, 10), "picture_large", 413),
        (&photo(640, 480, 100)[..120], "file_damaged", 422),
        (&photo(640, 480, 1024 * 1024), "file_large", 413),
        (b"", "file_type", 415),
    ] {
        let answer = by_shopper(&server, &token, "c1", bytes);
        assert_eq!(
            (code(&answer).as_str(), answer.status),
            (refusal, status),
            "{}",
            bytes.len()
        );
    }
    // Cut off in the middle.
    let mut torn = TcpStream::connect(&server.address).unwrap();
    let head = format!(
        "POST /v1/chat/files?shop=demo&id=t HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {token}\r\ncontent-length: 90000\r\n\r\n",
        server.address
    );
    torn.write_all(&[head.as_bytes(), &photo(64, 48, 500)].concat())
        .unwrap();
    torn.shutdown(std::net::Shutdown::Write).unwrap();
    let _ = torn.read_to_end(&mut Vec::new());
    // More than it said, without saying how much.
    let mut long = TcpStream::connect(&server.address).unwrap();
    let head = format!(
        "POST /v1/chat/files?shop=demo&id=l HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {token}\r\ntransfer-encoding: chunked\r\n\r\n",
        server.address
    );
    long.write_all(head.as_bytes()).unwrap();
    let piece = [b"10000\r\n", &vec![0xff; 65_536][..], b"\r\n"].concat();
    for _ in 0..20 {
        if long.write_all(&piece).is_err() {
            break;
        }
    }
    let mut told = Vec::new();
    let _ = long.read_to_end(&mut told);
    assert!(holds(&told, b"file_large"), "{}", String::from_utf8_lossy(&told));
    assert!(kept(&folder_of(&server)).is_empty());

    for (path, refusal) in [
        ("/v1/chat/files?shop=demo", "bad_frame"),
        ("/v1/chat/files?shop=nowhere&id=c1", "no_token"),
    ] {
        let bearer = format!("Bearer {token}");
        let answer = http::upload(&server, path, &[("authorization", &bearer)], &photo(64, 48, 90));
        assert_eq!(code(&answer), refusal, "{path}");
    }
    let foreign = [
        ("origin", "https://elsewhere.example"),
        ("authorization", &format!("Bearer {token}")),
    ];
    let answer = http::upload(&server, "/v1/chat/files?shop=demo&id=c1", &foreign, &photo(64, 48, 90));
    assert_eq!(
        (code(&answer).as_str(), answer.header("access-control-allow-origin")),
        ("origin", None)
    );
    let codes: Vec<String> = (0..8)
        .map(|number| code(&by_shopper(&server, &token, &format!("n{number}"), &photo(64, 48, 90))))
        .collect();
    assert!(codes.contains(&"flood".to_owned()), "{codes:?}");
    // None of it has cost the shopper a word.
    shopper.say("c9", "包邮吗").await;
    shopper.until_from("bot").await;
}

#[tokio::test]
async fn a_page_of_the_shop_may_send_and_fetch_and_a_switched_off_shop_takes_nothing() {
    let server = Server::with("[shops.demo]\norigins = [\"https://shop.example\"]\n");
    let shopper = Client::shopper(&server).await;
    let asked = [
        ("origin", "https://shop.example"),
        ("access-control-request-method", "POST"),
    ];
    let preflight = http::request(&server, "OPTIONS", "/v1/chat/files?shop=demo&id=c1", &asked, "");
    assert_eq!(preflight.status, 204);
    assert_eq!(
        preflight.header("access-control-allow-origin"),
        Some("https://shop.example")
    );
    assert!(
        preflight
            .header("access-control-allow-headers")
            .unwrap()
            .contains("authorization")
    );
    let bearer = format!("Bearer {}", shopper.token());
    let headers = [("origin", "https://shop.example"), ("authorization", &bearer)];
    let sent = http::upload(&server, "/v1/chat/files?shop=demo&id=c1", &headers, &photo(64, 48, 90));
    assert_eq!(
        (sent.status, sent.header("access-control-allow-origin")),
        (201, Some("https://shop.example"))
    );

    let off = Server::with("[shops.demo]\nfiles_off = true\n");
    let mut shopper = Client::shopper(&off).await;
    assert_eq!(shopper.welcome["files"], Value::Null);
    assert_eq!(
        code(&by_shopper(&off, &shopper.token(), "c1", &photo(64, 48, 90))),
        "files_off"
    );
    let named = json!({"type": "message", "id": "c1", "text": "", "files": [{"id": sent.json()["id"]}]});
    shopper.send(named).await;
    assert_eq!(shopper.until_type("error").await["code"], "files_off");
}

#[tokio::test]
async fn pictures_are_erased_with_their_customer() {
    let server = Server::start();
    let owner = owner(&server);
    let mut desk = Client::agent(&server, &owner, false).await;
    let mut shopper = Client::shopper(&server).await;
    let (token, chat) = (shopper.token(), shopper.welcome["conversation"].clone());
    let mut other = Client::shopper(&server).await;
    for (client, id) in [(&mut shopper, "c1"), (&mut other, "c1")] {
        let file = by_shopper(&server, &client.token(), id, &photo(64, 48, 90)).json();
        client
            .send(json!({"type": "message", "id": id, "text": "", "files": [{"id": file["id"]}]}))
            .await;
        client.until_type("ack").await;
    }
    let file = by_shopper(&server, &token, "never-named", &photo(64, 48, 90)).json();
    let epoch = taken(&mut shopper, &mut desk).await;
    let agents = by_agent(&server, &owner, "a1", PDF).json();
    let files = json!([{"id": agents["id"], "name": "a.pdf"}]);
    let said = json!({"type": "message", "conversation": chat, "id": "a1", "text": "", "files": files, "epoch": epoch});
    desk.send(said).await;
    desk.until_type("ack").await;
    assert_eq!(kept(&folder_of(&server)).len(), 4);

    let looked = http::post(
        &server,
        "/v1/customers",
        &[("cookie", &owner)],
        &json!({"conversation": chat}),
    )
    .json();
    let customer = looked["found"][0]["customer"].clone();
    let whom = json!({"shop": "demo", "customer": customer});
    let receipt = http::post(&server, "/v1/customers/erase", &[("cookie", &owner)], &whom);
    assert_eq!(
        (receipt.status, &receipt.json()["files"]),
        (200, &json!(3)),
        "{}",
        receipt.text()
    );
    assert_eq!(kept(&folder_of(&server)).len(), 1, "the other shopper's stays");
    assert_ne!(to_shopper(&server, &token, &chat, &file["id"]).status, 200);
    assert_eq!(to_agent(&server, &owner, &chat, &agents["id"]).status, 404);
}

#[tokio::test]
async fn servers_on_one_redis_share_a_folder_and_without_one_say_that_nothing_can_be_sent() {
    let redis = RedisServer::start();
    let folder = tempfile::tempdir().unwrap();
    let store = format!("[store]\nurl = \"{}\"\n", redis.url());
    let settings = format!("{store}[files]\nfolder = \"{}\"\n", folder.path().display());
    let (one, other) = (Server::with(&settings), Server::with(&settings));
    let mut shopper = Client::shopper(&one).await;
    let (token, chat) = (shopper.token(), shopper.welcome["conversation"].clone());
    // Uploaded at one server, named at the other, fetched at both.
    let file = by_shopper(&other, &token, "c1", &photo(64, 48, 90)).json();
    shopper
        .send(json!({"type": "message", "id": "c1", "text": "看", "files": [{"id": file["id"]}]}))
        .await;
    shopper.until_type("ack").await;
    let bodies = [&one, &other].map(|server| to_shopper(server, &token, &chat, &file["id"]));
    assert_eq!((bodies[0].status, &bodies[0].body), (200, &bodies[1].body));
    drop((one, other));

    let without = Server::with(&store);
    let shopper = Client::shopper(&without).await;
    assert_eq!(shopper.welcome["files"], Value::Null);
    assert_eq!(
        code(&by_shopper(&without, &shopper.token(), "c1", &photo(64, 48, 90))),
        "files_off"
    );
    assert!(without.log().contains("files.folder"), "{}", without.log());
}

#[tokio::test]
async fn a_disk_that_is_nearly_full_takes_words_and_no_pictures() {
    let server = Server::with("[files]\nkeep_free_mib = 1000000\n");
    let mut shopper = Client::shopper(&server).await;
    let answer = by_shopper(&server, &shopper.token(), "c1", &photo(64, 48, 90));
    assert_eq!((answer.status, code(&answer).as_str()), (507, "files_full"));
    shopper.say("c2", "包邮吗").await;
    shopper.until_from("bot").await;
}

#[tokio::test]
async fn the_command_line_erases_pictures_too_when_no_server_runs() {
    let mut server = Server::start();
    let mut shopper = Client::shopper(&server).await;
    let file = by_shopper(&server, &shopper.token(), "c1", &photo(64, 48, 90)).json();
    shopper
        .send(json!({"type": "message", "id": "c1", "text": "", "files": [{"id": file["id"]}]}))
        .await;
    shopper.until_type("ack").await;
    let files = folder_of(&server);
    server.terminate();
    server.wait();
    let folder = server.folder();
    let listed = program(&folder).args(["log", "--json"]).output().unwrap();
    let head: Value = serde_json::from_slice(listed.stdout.split(|byte| *byte == b'\n').next().unwrap()).unwrap();
    let id = head["shopper"].as_str().unwrap();
    let erased = program(&folder)
        .args(["customer", "erase", id, "--shop", "demo", "--yes", "--json"])
        .output()
        .unwrap();
    let receipt: Value = serde_json::from_slice(&erased.stdout).unwrap();
    assert_eq!(receipt["files"], 1, "{receipt}");
    assert!(kept(&files).is_empty());
}
