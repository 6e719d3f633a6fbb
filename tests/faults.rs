//! Whatever breaks, nothing is lost, doubled, shuffled or spoken over: the real program under kills, bad networks and
//! full disks, with the load tester's shoppers as witnesses. Each run prints its seed; `--seed` repeats it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use clap::Parser;
use load_tests::options::Options;
use load_tests::proxy::{Proxy, Weather};
use load_tests::report::Report;
use load_tests::run;
use serde_json::{Value, json};

use crate::support::client::Client;
use crate::support::http;
use crate::support::redis::RedisServer;
use crate::support::server::{Server, program};

/// The load tester against a server of its own with the small shop.
async fn witnessed(arguments: &[&str]) -> (Report, Value) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = |path: &str| -> PathBuf { root.join(path) };
    let (intents, texts) = (path("tests/packs/shop"), path("load-tests/texts/small.txt"));
    let fixed = [
        "load-tests",
        "--spawn",
        env!("CARGO_BIN_EXE_yingda"),
        "--intents",
        intents.to_str().unwrap(),
    ];
    let all = fixed
        .into_iter()
        .chain(["--texts", texts.to_str().unwrap()])
        .chain(arguments.iter().copied());
    let report = run::run(&Options::parse_from(all)).await.unwrap();
    eprintln!("{}", report.to_text());
    assert!(report.passed(), "{}", report.to_text());
    let value = serde_json::from_str(&report.to_json()).unwrap();
    (report, value)
}

/// Promise 1: what was acknowledged survives `kill -9`, once and in order, and what was owed is answered.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_kills_lose_double_and_shuffle_nothing() {
    // Few messages a shopper: who asks the same again and again is handed to people, and the bot has nothing to do.
    let (_, figures) = witnessed(&[
        "--sockets",
        "120",
        "--rate",
        "25",
        "--seconds",
        "60",
        "--kills",
        "100",
        "--tabs",
        "1",
        "--settle-seconds",
        "60",
    ])
    .await;
    assert_eq!(figures["kills"], 100);
    assert!(figures["messages"]["resent"].as_u64().unwrap() > 0);
    assert_eq!(figures["delivered"]["tabs"], 120);
    assert!(figures["messages"]["answered"].as_u64().unwrap() > 500);
    assert_eq!(figures["delivered"]["told"], figures["delivered"]["events"]);
}

/// Promise 2: every event reaches every tab once and in order through resets, half-open connections and cuts in the
/// middle of a frame.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stormy_network_loses_doubles_and_shuffles_nothing() {
    let (_, figures) = witnessed(&[
        "--sockets",
        "80",
        "--rate",
        "40",
        "--seconds",
        "15",
        "--storm",
        "--chaos",
        "300",
        "--tabs",
        "2",
        "--settle-seconds",
        "60",
    ])
    .await;
    assert!(figures["proxy"]["half_open"].as_u64().unwrap() > 0);
    assert!(figures["proxy"]["cuts"].as_u64().unwrap() > 0);
    assert_eq!(figures["delivered"]["tabs"], 160);
    assert_eq!(figures["delivered"]["told"], figures["delivered"]["events"]);
}

/// Promise 2: who reads slowly is cut off and told everything later, and holds nobody else up.
#[tokio::test]
async fn a_slow_reader_is_cut_off_and_misses_nothing() {
    let server = Server::with("[gateway]\nframe_burst = 10000\nwrite_timeout_ms = 300\nmax_frame_bytes = 65536\n");
    let mut shopper = Client::shopper(&server).await;
    // A tab that never reads: what it is sent fills the network's buffers and stays there.
    let slow = Client::resumed(&server, Some(&shopper.token()), json!(0)).await;
    let text = "长".repeat(1900);
    let mut last = 0;
    for number in 0..600 {
        shopper.say(&format!("c{number}"), &text).await;
        let ack = shopper.until(|frame| frame["type"] == "ack").await;
        last = ack["seq"].as_u64().unwrap();
    }
    drop(slow);
    let mut back = Client::resumed(&server, Some(&shopper.token()), json!(0)).await;
    let events = back.events_until(last).await;
    let places: Vec<u64> = events.iter().map(|event| event["seq"].as_u64().unwrap()).collect();
    assert!(places.windows(2).all(|pair| pair[1] == pair[0] + 1), "{places:?}");
    let said = events.iter().filter(|event| event["from"] == "shopper").count();
    assert_eq!(said, 600);
}

/// Promise 1: a message that does not fit on the disk is refused in so many words, and taken when there is room.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_refuses_clearly_and_service_resumes_when_there_is_room() {
    let server = Server::with_a_limited_disk("[gateway]\nframe_burst = 10000\n");
    let limit = |bytes: &str| {
        let limit = format!("--fsize={bytes}:unlimited");
        let status = Command::new("prlimit")
            .args(["--pid", &server.pid().to_string(), &limit])
            .status();
        assert!(status.unwrap().success());
    };
    let mut shopper = Client::shopper(&server).await;
    shopper.say("c0", "包邮吗").await;
    shopper.until_from("bot").await;
    // No file may grow beyond what the log has: the system refuses the write, as a full disk does.
    let log = server.folder().path().join("data/yingda.db-wal");
    limit(&std::fs::metadata(log).unwrap().len().to_string());
    let text = "字".repeat(1500);
    shopper.say("c1", &text).await;
    let refused = shopper.until(|frame| frame["type"] == "error").await;
    assert_eq!(
        (refused["code"].as_str(), refused["id"].as_str()),
        (Some("unavailable"), Some("c1"))
    );
    assert!(refused["message"].as_str().unwrap().contains("存不下"), "{refused}");
    // A5: a server whose disk is full does not take new shoppers, although it can read.
    let ready = || http::get(&server, "/readyz", &[]).status;
    assert_eq!(ready(), 503);
    limit("unlimited");
    shopper.say("c1", &text).await;
    let ack = shopper.until(|frame| frame["type"] == "ack").await;
    assert_eq!(ack["id"], "c1");
    let begun = Instant::now();
    while ready() != 200 {
        assert!(begun.elapsed() < Duration::from_secs(10), "there is room again");
    }
    let token = shopper.token();
    let server = server.kill_and_restart();
    let mut back = Client::resumed(&server, Some(&token), json!(0)).await;
    let events = back.events_until(ack["seq"].as_u64().unwrap()).await;
    let said: Vec<&str> = events.iter().filter_map(|event| event["id"].as_str()).collect();
    assert_eq!(said, ["c0", "c1"], "once each, nothing half");
}

/// A client behind a link that is dead in one direction comes back on another and goes on without a gap.
#[tokio::test]
async fn a_link_that_is_dead_one_way_is_left_without_loss() {
    let server = Server::with("[gateway]\nping_interval_ms = 500\nping_timeout_ms = 3000");
    let half_open = Weather {
        seed: 3,
        half_open: 1.0,
        lives_ms: (300, 301),
        ..Weather::CALM
    };
    let proxy = Proxy::start(&server.address, half_open).await.unwrap();
    let mut shopper = Client::shopper(&server).await;
    let token = shopper.token();
    let mut through = Client::through(&proxy.address().to_string(), &token).await;
    let dead = || proxy.counts().half_open.load(std::sync::atomic::Ordering::Relaxed) > 0;
    while !dead() {
        tokio::task::yield_now().await;
    }
    // Said into the dead link twice, and again over a living one: stored once.
    through.say("c1", "包邮吗").await;
    through.say("c1", "包邮吗").await;
    let mut again = Client::resumed(&server, Some(&token), json!(0)).await;
    again.say("c1", "包邮吗").await;
    again.until(|frame| frame["type"] == "ack" && frame["id"] == "c1").await;
    let reply = shopper.until_from("bot").await;
    let mut history = Client::resumed(&server, Some(&token), json!(0)).await;
    let events = history.events_until(reply["seq"].as_u64().unwrap()).await;
    assert_eq!(events.iter().filter(|event| event["id"] == "c1").count(), 1);
    // When the living ones have gone, the dead one, which nobody has closed, is left by the server too.
    drop((shopper, again, history));
    let left = async {
        let nobody = "yingda_connections{socket=\"chat\"} 0";
        while !http::get(&server, "/metrics", &[])
            .text()
            .lines()
            .any(|line| line == nobody)
        {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), left).await.unwrap();
    drop(through);
}

/// Beside a running server: the queue, the latest talks, and every event of one.
#[tokio::test]
async fn the_log_is_read_beside_a_running_server() {
    let server = Server::start();
    let folder = server.folder();
    let log = |args: &[&str]| {
        let output = program(&folder).arg("log").args(args).output().unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let mut shopper = Client::shopper(&server).await;
    shopper.say("c1", "包邮吗").await;
    shopper.until_from("bot").await;
    shopper.send(json!({"type": "human"})).await;
    shopper.until(|frame| frame["who"] == "queue").await;
    let conversation = shopper.welcome["conversation"].as_str().unwrap();
    let (code, out, _) = log(&[]);
    assert_eq!(code, Some(0));
    assert!(
        out.contains("waiting: 1") && out.matches(conversation).count() == 2,
        "{out}"
    );
    let (code, out, _) = log(&[conversation]);
    assert_eq!(code, Some(0));
    assert!(
        out.contains("包邮吗") && out.contains("满 99 元包邮") && out.contains("handed off: asked"),
        "{out}"
    );
    let (_, out, _) = log(&[conversation, "--json"]);
    let places: Vec<u64> = out
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["seq"].as_u64().unwrap())
        .collect();
    assert_eq!(places, [1, 2, 3, 4]);
    // A field that a newer version has stored is printed as well.
    let store = rusqlite::Connection::open(server.database()).unwrap();
    let changed = "UPDATE events SET body = json_set(body, '$.mood', 'cheerful') WHERE seq = 2";
    assert_eq!(store.execute(changed, []).unwrap(), 1);
    let (_, out, _) = log(&[conversation, "--json"]);
    assert_eq!(out.matches(r#""mood":"cheerful""#).count(), 1, "{out}");
    let (code, _, said) = log(&["nobody"]);
    assert_eq!(code, Some(2));
    assert!(said.contains("nobody"), "{said}");
    let (code, _, said) = log(&["--data", "nowhere"]);
    assert_eq!(code, Some(2));
    assert!(said.contains("--data"), "{said}");
    // The server goes on as before.
    shopper.say("c2", "什么时候发货").await;
    shopper
        .until(|frame| frame["type"] == "ack" && frame["id"] == "c2")
        .await;
}

/// Promise 1 on Redis: kills of the server and of Redis, of both at once, lose and double nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kills_of_the_server_and_of_redis_lose_double_and_shuffle_nothing() {
    let mut redis = RedisServer::start();
    let url = redis.url();
    let (done, ended) = std::sync::mpsc::channel::<()>();
    // Redis dies once a second, for as long as it takes to start it.
    let killer = std::thread::spawn(move || {
        let mut kills = 0;
        while ended.recv_timeout(Duration::from_secs(1)) == Err(RecvTimeoutError::Timeout) {
            redis.kill();
            redis.rise();
            kills += 1;
        }
        kills
    });
    let arguments = "--sockets 60 --rate 20 --seconds 30 --kills 30 --tabs 1 --settle-seconds 60";
    let mut all = vec!["--store", &url];
    all.extend(arguments.split(' '));
    let (_, figures) = witnessed(&all).await;
    drop(done);
    let kills = killer.join().unwrap();
    eprintln!("Redis was killed {kills} times");
    assert!(kills >= 10, "{kills}");
    assert_eq!(figures["kills"], 30);
    assert_eq!(figures["delivered"]["tabs"], 60);
    assert_eq!(figures["delivered"]["told"], figures["delivered"]["events"]);
}

/// Promise 2 on Redis: a bad network between shoppers and server, and one between server and Redis.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stormy_network_to_redis_loses_doubles_and_shuffles_nothing() {
    let redis = RedisServer::start();
    let place = redis.url().trim_start_matches("redis://").to_owned();
    let storm = Weather {
        seed: 11,
        half_open: 0.2,
        lives_ms: (400, 3_000),
        ..Weather::CALM
    };
    let proxy = Proxy::start(&place, storm).await.unwrap();
    let url = format!("redis://{}", proxy.address());
    let arguments = "--sockets 40 --rate 20 --seconds 15 --storm --chaos 100 --tabs 1 --settle-seconds 60";
    let mut all = vec!["--store", &url];
    all.extend(arguments.split(' '));
    let (_, figures) = witnessed(&all).await;
    assert_eq!(figures["delivered"]["tabs"], 40);
    assert_eq!(figures["delivered"]["told"], figures["delivered"]["events"]);
}
