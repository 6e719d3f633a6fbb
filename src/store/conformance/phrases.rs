//! Phrases and their uses.

use super::Reopen;
use crate::model::{
    AgentId, FileId, FileKind, Millis, Phrase, PhraseAnswer, PhraseId, PhraseOwner, PhraseUses, SentFile, ShopId,
};

/// Phrases outlive a restart with what was counted of them, by owner; changing one keeps its count, deleting it ends it.
pub(in crate::store) async fn phrases_are_kept_by_owner_and_counted(reopen: Reopen<'_>) {
    let store = reopen().await;
    let shop = PhraseOwner::Shop(ShopId::new("demo"));
    let own = PhraseOwner::Agent(AgentId::new("demo"));
    let phrase = |id: &str, owner: &PhraseOwner, text: &str| Phrase {
        id: PhraseId::new(id),
        owner: owner.clone(),
        group: "物流".to_owned(),
        title: String::new(),
        text: text.to_owned(),
        file: None,
        at: Millis(5),
    };
    let uses = |count, last| PhraseUses {
        count,
        last: Millis(last),
    };
    assert!(store.phrases_of(shop.clone()).await.unwrap().is_empty());
    let mut more: Vec<Phrase> = (0..1_500)
        .map(|at| phrase(&format!("m{at:04}"), &own, "好的"))
        .collect();
    more.extend([
        phrase("b", &shop, "今天发"),
        phrase("a", &shop, "包邮"),
        phrase("c", &own, "亲"),
    ]);
    store.put_phrases(more).await.unwrap();
    let both = vec![(PhraseId::new("a"), uses(2, 9)), (PhraseId::new("gone"), uses(1, 9))];
    store.count_phrases(both).await.unwrap();
    store
        .count_phrases(vec![(PhraseId::new("a"), uses(3, 8))])
        .await
        .unwrap();
    let changed = Phrase {
        file: Some(SentFile {
            id: FileId::new("f.png"),
            kind: FileKind::Picture,
            name: String::new(),
            bytes: 9,
            width: 2,
            height: 1,
        }),
        ..phrase("a", &shop, "满 99 包邮")
    };
    store.put_phrases(vec![changed.clone()]).await.unwrap();
    drop(store);
    let store = reopen().await;
    let kept = store.phrases_of(shop.clone()).await.unwrap();
    let wanted = vec![(changed, uses(5, 9)), (phrase("b", &shop, "今天发"), uses(0, 0))];
    assert_eq!(kept, wanted);
    assert_eq!(store.phrases_of(own.clone()).await.unwrap().len(), 1_501);
    // Those of others stay.
    let ids = ["a", "c", "gone"].map(PhraseId::new).to_vec();
    assert_eq!(store.drop_phrases(shop.clone(), ids).await.unwrap(), 1);
    store
        .count_phrases(vec![(PhraseId::new("a"), uses(1, 20))])
        .await
        .unwrap();
    store.put_phrases(vec![phrase("a", &shop, "包邮")]).await.unwrap();
    let kept = store.phrases_of(shop).await.unwrap();
    assert_eq!(
        kept[0],
        (phrase("a", &PhraseOwner::Shop(ShopId::new("demo")), "包邮"), uses(0, 0))
    );
    assert_eq!(store.phrases_of(own).await.unwrap().len(), 1_501);
}

/// Of the phrases of a shop the one is known that was sent most for a question; those of others and those that are deleted are not.
pub(in crate::store) async fn the_phrase_sent_most_for_a_question_is_known(reopen: Reopen<'_>) {
    let store = reopen().await;
    let shop = ShopId::new("demo");
    let phrase = |id: &str, owner: PhraseOwner| Phrase {
        id: PhraseId::new(id),
        owner,
        group: String::new(),
        title: String::new(),
        text: format!("{id} 的话"),
        file: None,
        at: Millis(5),
    };
    let of_shop = || PhraseOwner::Shop(shop.clone());
    let own = PhraseOwner::Agent(AgentId::new("mei"));
    let other = PhraseOwner::Shop(ShopId::new("other"));
    let all = vec![
        phrase("a", of_shop()),
        phrase("b", of_shop()),
        phrase("own", own),
        phrase("theirs", other),
    ];
    store.put_phrases(all).await.unwrap();
    let answer = |id: &str, count| PhraseAnswer {
        shop: shop.clone(),
        question: "shipping.time".to_owned(),
        phrase: PhraseId::new(id),
        count,
    };
    let counted = vec![
        answer("a", 2),
        answer("b", 3),
        answer("own", 9),
        answer("theirs", 9),
        answer("gone", 9),
    ];
    store.count_phrase_answers(counted).await.unwrap();
    store.count_phrase_answers(vec![answer("a", 2)]).await.unwrap();
    drop(store);
    let store = reopen().await;
    let most = |question: &str| store.phrase_answering(shop.clone(), question.to_owned());
    let (found, count) = most("shipping.time").await.unwrap().unwrap();
    assert_eq!((found.id.as_str(), count), ("a", 4));
    assert_eq!(most("shipping.fee").await.unwrap(), None);
    store.drop_phrases(of_shop(), vec![PhraseId::new("a")]).await.unwrap();
    let (found, count) = most("shipping.time").await.unwrap().unwrap();
    assert_eq!((found.id.as_str(), count), ("b", 3));
}
