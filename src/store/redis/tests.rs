//! The conformance suite on a real server that is killed at every reopening, and what is Redis's own.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;
use std::time::Duration;

use super::server::{Authority, RedisCluster, RedisServer, Watched};
use super::{Redis, RedisOptions, TlsFiles};
use crate::model::{
    Agent, AgentId, ClientMessageId, ConversationId, Desks, EventKind, Language, Millis, NewEvent, PackId, Partition,
    Role, ServerInfo, Speaker,
};
use crate::store::peer_changes::PeerChange;
use crate::store::{
    AuditCheck, AuditEntry, AuditFault, AuditFaultKind, Expect, Log, Presence, Staff, Store, StoreError,
};

fn killed_and_risen() -> impl Fn() -> std::pin::Pin<Box<dyn Future<Output = Arc<dyn Store>>>> {
    let server = Arc::new(std::sync::Mutex::new(RedisServer::start()));
    move || {
        let url = {
            let mut server = server.lock().unwrap();
            server.kill();
            server.rise();
            server.url()
        };
        Box::pin(async move { Arc::new(Redis::open(&url, RedisOptions::default()).await.unwrap()) as Arc<dyn Store> })
    }
}

crate::store::conformance::conformance!(killed_and_risen());

#[tokio::test]
async fn every_promise_holds_on_a_cluster_with_replicas() {
    let cluster = RedisCluster::start(None);
    let url = cluster.url();
    let mut tests = 0;
    let mut apart = || {
        tests += 1;
        let options = RedisOptions {
            prefix: format!("test-{tests}"),
            replicas: 1,
            ..RedisOptions::default()
        };
        let url = url.clone();
        move || -> std::pin::Pin<Box<dyn Future<Output = Arc<dyn Store>>>> {
            let (url, options) = (url.clone(), options.clone());
            Box::pin(async move { Arc::new(Redis::open(&url, options).await.unwrap()) as Arc<dyn Store> })
        }
    };
    crate::store::conformance::conformance!(in_turn apart());
}

/// Appends go on through the death of a master, and what was acknowledged is there afterwards.
#[tokio::test]
async fn a_failover_loses_nothing_that_was_acknowledged() {
    let mut cluster = RedisCluster::start(None);
    let options = RedisOptions {
        replicas: 1,
        patience: Duration::from_secs(30),
        ..RedisOptions::default()
    };
    let store = Redis::open(&cluster.url(), options).await.unwrap();
    let talks: Vec<_> = (0..24).map(|n| talk(&format!("anon:{n}"))).collect();
    for (conversation, started) in &talks {
        store
            .append(conversation.clone(), Expect::New, vec![started.clone()])
            .await
            .unwrap();
    }
    let killed = cluster.masters()[0];
    let mut acknowledged = vec![Vec::new(); talks.len()];
    for round in 0..6 {
        if round == 2 {
            cluster.servers[killed].kill();
        }
        let id = format!("m{round}");
        let said = talks.iter().map(|(conversation, _)| {
            // With one replica gone its shards cannot have what was asked for until it is back.
            store.append(conversation.clone(), Expect::Any, vec![said(&id)])
        });
        if round == 3 {
            cluster.servers[killed].rise();
        }
        for (at, receipt) in futures_util::future::join_all(said).await.into_iter().enumerate() {
            if let Ok(receipt) = receipt {
                acknowledged[at].push((receipt.events[0].seq, id.clone()));
            }
        }
    }
    for ((conversation, _), acknowledged) in talks.iter().zip(&acknowledged) {
        assert!(acknowledged.len() >= 4, "{acknowledged:?}");
        let log = store.read(conversation.clone(), 0, 100).await.unwrap();
        for (seq, id) in acknowledged {
            let event = log.iter().find(|event| event.seq == *seq).unwrap();
            assert_eq!(event.kind.client_id().unwrap().as_str(), id);
        }
        assert!(log.iter().zip(1..).all(|(event, seq)| event.seq == seq));
    }
}

#[tokio::test]
async fn sentinel_s_new_master_is_found() {
    let mut watched = Watched::start(None);
    let patient = |replicas| RedisOptions {
        replicas,
        patience: Duration::from_secs(30),
        ..RedisOptions::default()
    };
    // The first messages are with the replica when they are acknowledged; later there is none.
    let before = Redis::open(&watched.url(), patient(1)).await.unwrap();
    let store = Redis::open(&watched.url(), patient(0)).await.unwrap();
    let (conversation, started) = talk("anon:1");
    before
        .append(conversation.clone(), Expect::New, vec![started, said("m1")])
        .await
        .unwrap();
    watched.servers[0].kill();
    let receipt = store
        .append(conversation.clone(), Expect::Any, vec![said("m2")])
        .await
        .unwrap();
    assert_eq!(receipt.events[0].seq, 3);
    assert_eq!(store.head(conversation).await.unwrap().unwrap().seq, 3);
}

/// What a server that only talks to the authority's members is opened with.
fn member(authority: &Authority) -> RedisOptions {
    let [ca, certificate, key] = authority.files();
    let tls = TlsFiles { ca, certificate, key };
    RedisOptions {
        tls,
        ..RedisOptions::default()
    }
}

/// A talk that is written by one server, and heard of and read by another.
async fn a_round(url: &str, options: RedisOptions) {
    let here = Redis::open(url, options.clone()).await.unwrap();
    let there = Redis::open(url, options).await.unwrap();
    let mut changes = there.peer_changes().unwrap();
    let (conversation, started) = talk("anon:1");
    let new_events = vec![started, said("m1")];
    here.append(conversation.clone(), Expect::New, new_events)
        .await
        .unwrap();
    while !matches!(changes.next().await.unwrap(), PeerChange::Appended { seq: 2, .. }) {}
    assert_eq!(there.read(conversation, 0, 10).await.unwrap().len(), 2);
}

#[tokio::test]
async fn every_kind_of_address_may_be_encrypted() {
    let authority = Authority::found();
    a_round(&RedisServer::secure(&authority).url(), member(&authority)).await;
    let by = Some(Arc::clone(&authority));
    a_round(&Watched::start(by.clone()).url(), member(&authority)).await;
    a_round(&RedisCluster::start(by).url(), member(&authority)).await;
}

/// Neither a server of unknown origin is believed, nor a client without a certificate let in; what is wrong is said.
#[tokio::test]
async fn without_the_right_certificates_there_is_no_store() {
    let authority = Authority::found();
    let server = RedisServer::secure(&authority);
    let refusal = async |url: String, tls: TlsFiles| {
        let options = RedisOptions { tls, ..impatient() };
        Redis::open(&url, options).await.map(|_| ()).unwrap_err().to_string()
    };
    let right = member(&authority).tls;
    let elsewhere = Authority::found();
    let unknown = TlsFiles {
        ca: member(&elsewhere).tls.ca,
        ..right.clone()
    };
    let error = refusal(server.url(), unknown).await;
    assert!(
        error.contains("UnknownIssuer") || error.contains("certificate"),
        "{error}"
    );
    let mute = TlsFiles {
        certificate: "".into(),
        key: "".into(),
        ..right.clone()
    };
    refusal(server.url(), mute).await;
    refusal(server.plain_url(), TlsFiles::default()).await;
    let keyless = TlsFiles {
        key: "".into(),
        ..right.clone()
    };
    let error = refusal(server.url(), keyless).await;
    assert!(error.contains("tls_key_file"), "{error}");
    let missing = TlsFiles {
        ca: "nowhere.pem".into(),
        ..right
    };
    let error = refusal(server.url(), missing).await;
    assert!(error.contains("nowhere.pem"), "{error}");
}

pub(super) fn impatient() -> RedisOptions {
    RedisOptions {
        patience: Duration::from_millis(300),
        ..RedisOptions::default()
    }
}

pub(super) fn talk(shopper: &str) -> (ConversationId, NewEvent) {
    let (shop, shopper) = ("demo".into(), shopper.into());
    let id = ConversationId::begin("019-000", Partition::of(&shop, &shopper));
    let lang = Language::Chinese;
    let kind = EventKind::Started { shop, shopper, lang };
    (id, NewEvent { at: Millis(1), kind })
}

pub(super) fn said(id: &str) -> NewEvent {
    let (id, text) = (ClientMessageId::new(id), "包邮吗".to_owned());
    let heard = None;
    let kind = EventKind::Received {
        id,
        text,
        heard,
        files: Vec::new(),
    };
    NewEvent { at: Millis(2), kind }
}

#[tokio::test]
async fn what_one_server_appends_the_other_hears_of() {
    let server = RedisServer::start();
    let here = Redis::open(&server.url(), RedisOptions::default()).await.unwrap();
    let there = Redis::open(&server.url(), RedisOptions::default()).await.unwrap();
    let mut changes = there.peer_changes().unwrap();
    assert!(there.peer_changes().is_none(), "there is one listener");
    let (conversation, started) = talk("anon:1");
    here.append(conversation.clone(), Expect::New, vec![started, said("m1")])
        .await
        .unwrap();
    loop {
        match changes.next().await.unwrap() {
            PeerChange::Appended {
                conversation: of,
                seq: 2,
                with_people: false,
            } if of == conversation => break,
            // Where the listener began is told as something missed.
            PeerChange::Missed => {}
            other => panic!("{other:?}"),
        }
    }
    here.tell_typing(&conversation, Speaker::Agent);
    let speaker = Speaker::Agent;
    assert_eq!(changes.next().await, Some(PeerChange::Typing { conversation, speaker }));
}

#[tokio::test]
async fn the_others_hear_which_desks_and_packs_are_there_until_their_server_leaves() {
    let server = RedisServer::start();
    let here = Redis::open(&server.url(), RedisOptions::default()).await.unwrap();
    let there = Redis::open(&server.url(), RedisOptions::default()).await.unwrap();
    let desks = Desks {
        agent: Agent {
            id: AgentId::new("spoon"),
            name: "勺子".to_owned(),
            roles: [Role::Agent].into(),
            shops: Vec::new(),
            groups: Vec::new(),
            languages: Vec::new(),
            capacity: 5,
        },
        open: 1,
        available: true,
        available_set: Millis(7),
        presence: None,
    };
    here.tell_desks(vec![desks.clone()], true).await.unwrap();
    let heard = there.tell_desks(Vec::new(), false).await.unwrap();
    assert_eq!(heard.len(), 1);
    assert_eq!(heard[0].node, here.node());
    assert_eq!(heard[0].desks, [desks]);
    let info = ServerInfo {
        version: "0.2.0".to_owned(),
        packs: [("demo".into(), PackId::new("ab".repeat(32)))].into(),
        ..ServerInfo::default()
    };
    assert!(
        here.tell_server(info.clone()).await.unwrap().is_empty(),
        "nobody else has spoken"
    );
    let heard = there.tell_server(ServerInfo::default()).await.unwrap();
    let node = here.node().to_owned();
    assert_eq!(heard, [ServerInfo { node, ..info }]);
    here.close().await.unwrap();
    assert!(there.tell_desks(Vec::new(), false).await.unwrap().is_empty());
    assert!(there.tell_server(ServerInfo::default()).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_append_outlives_a_server_that_is_away_for_a_moment() {
    let mut server = RedisServer::start();
    let store = Redis::open(&server.url(), RedisOptions::default()).await.unwrap();
    let (conversation, started) = talk("anon:1");
    store
        .append(conversation.clone(), Expect::New, vec![started])
        .await
        .unwrap();
    server.kill();
    let append = store.append(conversation.clone(), Expect::Any, vec![said("m1")]);
    let rise = tokio::task::spawn_blocking(move || {
        server.rise();
        server
    });
    let (receipt, server) = tokio::join!(append, rise);
    assert_eq!(receipt.unwrap().events[0].seq, 2);
    drop(server);
}

#[tokio::test]
async fn a_server_that_stays_away_is_an_error_and_what_was_there_stays() {
    let mut server = RedisServer::start();
    let store = Redis::open(&server.url(), impatient()).await.unwrap();
    let (conversation, started) = talk("anon:1");
    store
        .append(conversation.clone(), Expect::New, vec![started])
        .await
        .unwrap();
    server.kill();
    let refused = store.append(conversation.clone(), Expect::Any, vec![said("m1")]).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    assert!(matches!(
        store.head(conversation.clone()).await,
        Err(StoreError::Unavailable(_))
    ));
    server.rise();
    let receipt = store
        .append(conversation.clone(), Expect::Any, vec![said("m1")])
        .await
        .unwrap();
    assert_eq!(receipt.events[0].seq, 2);
}

#[tokio::test]
async fn what_replicas_do_not_have_is_not_acknowledged() {
    let server = RedisServer::start();
    let options = RedisOptions {
        replicas: 1,
        ..impatient()
    };
    let store = Redis::open(&server.url(), options).await.unwrap();
    let (conversation, started) = talk("anon:1");
    let refused = store.append(conversation.clone(), Expect::New, vec![started]).await;
    assert!(
        matches!(&refused, Err(StoreError::Unavailable(reason)) if reason.contains("replicas")),
        "{refused:?}"
    );
}

#[tokio::test]
async fn an_older_redis_is_refused_with_its_version() {
    // A server that says it is Redis 6.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("redis://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut buffer = [0u8; 4096];
        while let Ok(read) = socket.read(&mut buffer).await {
            if read == 0 {
                return;
            }
            let text = String::from_utf8_lossy(&buffer[..read]).to_string();
            let info = "redis_version:6.2.1\r\n";
            for command in [
                "CLIENT",
                "EXISTS",
                "server",
                "persistence",
                "memory",
                "replication",
                "appendfsync",
                "format",
            ] {
                for _ in 0..text.matches(command).count() {
                    let answer = match command {
                        "CLIENT" => "+OK\r\n".to_owned(),
                        "EXISTS" => ":0\r\n".to_owned(),
                        "appendfsync" => "*0\r\n".to_owned(),
                        "format" => "$-1\r\n".to_owned(),
                        _ => format!("${}\r\n{info}\r\n", info.len()),
                    };
                    socket.write_all(answer.as_bytes()).await.unwrap();
                }
            }
        }
    });
    let refused = Redis::open(&url, impatient()).await.err().unwrap();
    assert!(refused.to_string().contains("6.2.1"), "{refused}");
}

/// Entries of the version before, which wrote none, get their hashes, at the start and beside a server of that
/// version; what is cut out or changed is found. A15
#[tokio::test]
async fn an_audit_record_without_hashes_gets_its_chain_and_what_is_cut_is_found() {
    let server = RedisServer::start();
    let options = RedisOptions::default;
    // As the version before added an entry.
    let before = |number: u64| {
        let body = format!(r#"{{"at":{number},"actor":"console","action":"staff.invite","subject":"m{number}"}}"#);
        let id = format!("{number}-0");
        server
            .ask(&["XADD", "{yingda}:audit", &id, "o", &format!("op{number}"), "b", &body])
            .unwrap();
    };
    (1..=3).for_each(before);
    let store = Redis::open(&server.url(), options()).await.unwrap();
    let checked = async |store: &Redis| {
        let mut check = AuditCheck::new(None);
        for record in store.audit_entries(0, 100).await.unwrap() {
            check.take(&record)?;
        }
        check.end(store.audit_given().await.unwrap())
    };
    assert_eq!(checked(&store).await.unwrap().number, 3);
    before(4);
    let entry = AuditEntry {
        at: Millis(5),
        actor: "console".to_owned(),
        action: "staff.disable".to_owned(),
        subject: "m1".to_owned(),
        detail: serde_json::Value::Null,
    };
    let mark = store.audit(entry.clone()).await.unwrap();
    assert_eq!(mark.number, 5);
    assert_eq!(checked(&store).await, Ok(mark));
    // Its end is cut off: the server knows which number it gave last, and gives it to nobody again.
    server.ask(&["XDEL", "{yingda}:audit", "5-0"]).unwrap();
    let fault = |number, kind| Err(AuditFault { number, kind });
    assert_eq!(checked(&store).await, fault(5, AuditFaultKind::CutOff));
    assert_eq!(store.audit(entry).await.unwrap().number, 6);
    assert_eq!(checked(&store).await, fault(5, AuditFaultKind::Missing));
    let other = format!("{:064x}", 7);
    server.ask(&["HSET", "{yingda}:audit:chain", "2", &other]).unwrap();
    assert_eq!(checked(&store).await, fault(2, AuditFaultKind::Changed));
}
