//! A picture of a message that an agent took back is for colleagues alone.

use serde_json::{Value, json};

use crate::files::{by_agent, code, owner, photo, taken, to_agent, to_shopper};
use crate::support::client::Client;
use crate::support::http;
use crate::support::redis::RedisServer;
use crate::support::server::Server;

/// An agent takes back one of two messages with pictures: its address is no address for the shopper any more, on any server.
async fn no_shopper_gets_what_was_taken_back(server: Server, again: impl AsyncFnOnce(Server) -> Server) {
    let mei = owner(&server);
    let mut desk = Client::agent(&server, &mei, false).await;
    let mut shopper = Client::shopper(&server).await;
    let (token, chat) = (shopper.token(), shopper.welcome["conversation"].clone());
    let epoch = taken(&mut shopper, &mut desk).await;
    let (wrong, right) = (
        by_agent(&server, &mei, "a1", &photo(640, 480, 900)).json(),
        by_agent(&server, &mei, "a2", &photo(64, 48, 90)).json(),
    );
    let mut say = async |id: &str, named: &[&Value]| {
        let files: Vec<Value> = named.iter().map(|file| json!({"id": file["id"]})).collect();
        let said =
            json!({"type": "message", "conversation": chat, "id": id, "text": "", "files": files, "epoch": epoch});
        desk.send(said).await;
        desk.until_type("ack").await["seq"].clone()
    };
    let both = say("a1", &[&wrong, &right]).await;
    // The right one is sent once more by itself, and stays.
    say("a2", &[&right]).await;
    let shown = to_shopper(&server, &token, &chat, &wrong["id"]);
    assert_eq!(shown.status, 200);
    // A browser that has it asks before it shows it again.
    assert_eq!(shown.header("cache-control"), Some("private, no-cache"));
    let tag = shown.header("etag").unwrap().to_owned();
    let again_with = |tag: &str| {
        let path = format!(
            "/v1/chat/files/{}/{}?shop=demo",
            chat.as_str().unwrap(),
            wrong["id"].as_str().unwrap()
        );
        let bearer = format!("Bearer {token}");
        http::get(&server, &path, &[("authorization", &bearer), ("if-none-match", tag)]).status
    };
    assert_eq!((again_with(&tag), again_with("\"other\"")), (304, 200));
    desk.send(json!({"type": "withdraw", "conversation": chat, "seq": both}))
        .await;
    shopper.until_type("withdrawn").await;
    assert_eq!(again_with(&tag), 404);
    let looks = |server: &Server| {
        let gone = to_shopper(server, &token, &chat, &wrong["id"]);
        assert_eq!((gone.status, code(&gone).as_str()), (404, "unknown_file"));
        assert_eq!(to_shopper(server, &token, &chat, &right["id"]).status, 200);
        assert_eq!(
            to_agent(server, &mei, &chat, &wrong["id"]).status,
            200,
            "colleagues see it"
        );
    };
    looks(&server);
    looks(&again(server).await);
}

#[tokio::test]
async fn the_picture_of_a_message_that_was_taken_back_is_for_colleagues_alone_also_after_a_restart() {
    no_shopper_gets_what_was_taken_back(Server::start(), async |mut server| {
        server.terminate();
        server.wait();
        Server::in_folder(server.folder())
    })
    .await;
}

#[tokio::test]
async fn the_picture_of_a_message_that_was_taken_back_is_for_colleagues_alone_at_every_server_on_redis() {
    let redis = RedisServer::start();
    let folder = tempfile::tempdir().unwrap();
    let settings = format!(
        "[store]\nurl = \"{}\"\n[files]\nfolder = \"{}\"\n",
        redis.url(),
        folder.path().display()
    );
    let (one, other) = (Server::with(&settings), Server::with(&settings));
    no_shopper_gets_what_was_taken_back(one, async |_| other).await;
}
