//! A draft that answers a share of the new talks: which talks have it, and how both sides are counted.

use serde_json::json;

use crate::drafts::{FEE, acts, answer, done, drafts, fact, got, keeps, publishes, until};
use crate::morning::{Desk, refused, said_to, taught};
use crate::support::client::Client;
use crate::support::server::Server;

#[tokio::test]
async fn a_draft_answers_its_share_of_the_new_talks_to_their_end_and_both_are_counted() {
    let server = Server::start();
    let desk = Desk::owner(&server);
    let mut old = Client::shopper(&server).await;
    old.say("m1", "你好").await;
    old.until_from("bot").await;
    let draft = keeps(&desk, "", "question", &answer(&desk, FEE, "亲，放量的答案～"));
    let time = answer(&desk, "shipping.time", "亲，放量的时间～");
    keeps(&desk, &draft, "question", &time);
    for percent in [4, 51] {
        assert_eq!(
            acts(&desk, &draft, json!({"share": percent})),
            (400, "bad_draft".to_owned())
        );
    }
    let counts = format!("/v1/drafts/share?shop=demo&draft={draft}");
    assert_eq!(refused(&desk.get(&counts)), (400, "bad_draft".to_owned()));
    assert_eq!(acts(&desk, &draft, json!({"share": 50})), done());
    let other = keeps(&desk, "", "thing", &fact(&desk, "cutoff", "17:00"));
    assert_eq!(
        acts(&desk, &other, json!({"share": 5})),
        (400, "bad_draft".to_owned()),
        "one at a time"
    );
    until(|| server.log().contains("answers a share of the new talks").then_some(())).await;

    let mut shoppers = Vec::new();
    for _ in 0..16 {
        let mut shopper = Client::shopper(&server).await;
        let said = asks(&mut shopper, "m1", "包邮吗").await;
        shoppers.push((shopper, said));
    }
    let taken = shoppers.iter().filter(|(_, said)| said.contains("放量的答案")).count();
    assert!((1..16).contains(&taken), "{taken} of 16");
    assert!(
        asks(&mut old, "m2", "包邮吗").await.contains("99"),
        "who was there before keeps what is live"
    );
    // What is saved meanwhile is live for all, and changes nobody's side.
    taught(&desk.post("/v1/shop", &fact(&desk, "hall", "三楼")));
    for (shopper, said) in &mut shoppers {
        let next = asks(shopper, "m2", "什么时候发货").await;
        assert_eq!(next.contains("放量的时间"), said.contains("放量的答案"), "{next}");
    }
    let counted = got(&desk, &counts);
    assert_eq!(
        (&counted["draft"]["talks"], &counted["draft"]["messages"]),
        (&json!(taken), &json!(taken * 2)),
        "{counted}"
    );
    assert_eq!(counted["live"]["talks"], 16 - taken, "{counted}");

    assert_eq!(acts(&desk, &draft, json!({"share": 0})), done());
    until(|| {
        drafts(&desk)
            .iter()
            .all(|one| one["share"] == json!(null))
            .then_some(())
    })
    .await;
    let listed = drafts(&desk)
        .into_iter()
        .find(|one| one["id"] == draft.as_str())
        .unwrap();
    taught(&publishes(&desk, &listed));
    assert!(said_to(&server, "包邮吗").await.contains("放量的答案"), "for all");
}

async fn asks(shopper: &mut Client, id: &str, text: &str) -> String {
    shopper.say(id, text).await;
    shopper.until_from("bot").await["text"].as_str().unwrap().to_owned()
}
