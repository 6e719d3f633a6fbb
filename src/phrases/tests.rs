//! What agents may rely on.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use proptest::prelude::*;
use tokio_util::sync::CancellationToken;

use super::written::checked;
use super::{Listed, MOST_OF_AGENT, Part, PhraseError, Phrases, WrittenPhrase};
use crate::accounts::{AccountError, AccountSettings, Accounts, Actor};
use crate::config::Settings;
use crate::model::{Agent, AgentId, Millis, PhraseId, PhraseOwner, Role, ShopId};
use crate::shops::Shops;
use crate::store::embedded::{Embedded, EmbeddedOptions};

const NOW: Millis = Millis(1_795_300_000_000);

struct House {
    phrases: Phrases,
    accounts: Accounts,
    store: Arc<Embedded>,
    _folder: tempfile::TempDir,
}

fn house() -> House {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(Embedded::open(folder.path(), EmbeddedOptions::default()).unwrap());
    let accounts = Accounts::new(Arc::clone(&store) as _, AccountSettings::from(&Settings::default()));
    House {
        phrases: Phrases::new(
            Arc::clone(&store) as _,
            accounts.clone(),
            Arc::new(Shops::new([])),
            None,
        ),
        accounts,
        store,
        _folder: folder,
    }
}

fn agent(id: &str, role: Role) -> Agent {
    Agent {
        id: AgentId::new(id),
        name: id.to_owned(),
        roles: [role].into(),
        shops: vec![ShopId::new("demo")],
        groups: Vec::new(),
        languages: Vec::new(),
        capacity: 1,
    }
}

fn shop() -> PhraseOwner {
    PhraseOwner::Shop(ShopId::new("demo"))
}

fn own(agent: &Agent) -> PhraseOwner {
    PhraseOwner::Agent(agent.id.clone())
}

fn text(text: &str) -> WrittenPhrase {
    WrittenPhrase {
        text: text.to_owned(),
        ..WrittenPhrase::default()
    }
}

impl House {
    async fn put(&self, by: &Agent, owner: PhraseOwner, written: WrittenPhrase) -> Result<Listed, PhraseError> {
        Ok(self.phrases.put(by, owner, written, NOW).await?.0)
    }

    async fn texts(&self, by: &Agent) -> Vec<String> {
        let listed = self.phrases.list(by, &ShopId::new("demo")).await.unwrap();
        listed.into_iter().map(|one| one.phrase.text).collect()
    }
}

#[tokio::test]
async fn the_shops_and_ones_own_are_listed_most_used_first_and_counts_outlive_the_process() {
    let house = house();
    let (boss, mei, pi) = (
        agent("boss", Role::Supervisor),
        agent("mei", Role::Agent),
        agent("pi", Role::Agent),
    );
    let shops = house.put(&boss, shop(), text("今天发货")).await.unwrap();
    let mine = house.put(&mei, own(&mei), text("亲，在的")).await.unwrap();
    house.put(&pi, own(&pi), text("您好")).await.unwrap();
    for id in [&mine.phrase.id, &shops.phrase.id, &mine.phrase.id] {
        house.phrases.used(id.clone(), None, NOW);
    }
    house.phrases.used(PhraseId::new("x".repeat(1_000)), None, NOW);
    assert_eq!(house.texts(&mei).await, ["亲，在的", "今天发货"]);
    assert_eq!(house.texts(&pi).await, ["今天发货", "您好"]);
    let stop = CancellationToken::new();
    stop.cancel();
    house.phrases.clone().count(stop).await;
    let after = Phrases::new(
        Arc::clone(&house.store) as _,
        house.accounts.clone(),
        Arc::new(Shops::new([])),
        None,
    );
    let listed = after.list(&mei, &ShopId::new("demo")).await.unwrap();
    assert_eq!((listed[0].uses.count, listed[0].uses.last), (2, NOW));
    assert_eq!(
        (listed[0].text_initials.as_str(), listed[1].text_initials.as_str()),
        ("qzd", "jtfh")
    );
    // Changing one keeps its count.
    let changed = WrittenPhrase {
        id: Some(mine.phrase.id.clone()),
        title: "在吗".to_owned(),
        ..text("亲，我在")
    };
    let changed = house.put(&mei, own(&mei), changed).await.unwrap();
    assert_eq!((changed.uses.count, changed.title_initials.as_str()), (2, "zm"));
}

#[tokio::test]
async fn a_phrase_that_is_sent_again_and_again_for_a_question_is_known_for_it() {
    let house = house();
    let boss = agent("boss", Role::Supervisor);
    let id = house.put(&boss, shop(), text("今天发货")).await.unwrap().phrase.id;
    let own = house.put(&boss, own(&boss), text("我看看")).await.unwrap().phrase.id;
    let demo = ShopId::new("demo");
    let asked = || Some((demo.clone(), "shipping.time".to_owned()));
    for _ in 0..2 {
        house.phrases.used(id.clone(), asked(), NOW);
        house.phrases.used(own.clone(), asked(), NOW);
    }
    house.phrases.used(id.clone(), None, NOW);
    house.phrases.write_uses().await.unwrap();
    let answering = || house.phrases.answering(&demo, "shipping.time");
    assert_eq!(answering().await.unwrap(), None, "twice is no habit");
    house.phrases.used(id.clone(), asked(), NOW);
    house.phrases.used(own.clone(), asked(), NOW);
    house.phrases.write_uses().await.unwrap();
    assert_eq!(
        answering().await.unwrap().map(|phrase| phrase.id),
        Some(id),
        "one's own is nobody else's"
    );
    assert_eq!(house.phrases.answering(&demo, "shipping.fee").await.unwrap(), None);
}

#[tokio::test]
async fn phrases_of_others_and_of_other_shops_are_neither_seen_nor_changed() {
    let house = house();
    let (boss, mei) = (agent("boss", Role::Supervisor), agent("mei", Role::Agent));
    let of_boss = house.put(&boss, own(&boss), text("我来处理")).await.unwrap().phrase.id;
    let of_shop = house.put(&boss, shop(), text("今天发货")).await.unwrap().phrase.id;
    let skin = ShopId::new("skin");
    let forbidden = |error: &PhraseError| matches!(error, PhraseError::Account(AccountError::Forbidden));
    for refused in [
        house.put(&mei, shop(), text("明天发")).await.unwrap_err(),
        house.put(&mei, own(&boss), text("明天发")).await.unwrap_err(),
        house
            .put(&boss, PhraseOwner::Shop(skin.clone()), text("明天发"))
            .await
            .unwrap_err(),
        house.phrases.list(&mei, &skin).await.unwrap_err(),
        house
            .phrases
            .delete(&mei, shop(), vec![of_shop.clone()], NOW)
            .await
            .unwrap_err(),
        house
            .phrases
            .import(&mei, shop(), b"text\nhello\n", NOW)
            .await
            .unwrap_err(),
    ] {
        assert!(forbidden(&refused), "{refused}");
    }
    // An id of somebody else is none of one's own.
    let stolen = WrittenPhrase {
        id: Some(of_boss.clone()),
        ..text("改掉")
    };
    assert!(matches!(
        house.put(&mei, own(&mei), stolen).await,
        Err(PhraseError::Unknown)
    ));
    let deleted = house
        .phrases
        .delete(&mei, own(&mei), vec![of_boss, of_shop.clone()], NOW)
        .await;
    assert!(matches!(deleted, Err(PhraseError::Unknown)));
    assert_eq!(
        house.phrases.delete(&boss, shop(), vec![of_shop], NOW).await.unwrap(),
        1
    );
    assert_eq!(house.texts(&boss).await, ["我来处理"]);
}

#[tokio::test]
async fn changes_of_a_shops_phrases_stand_in_the_record_and_own_ones_do_not() {
    let house = house();
    let boss = agent("boss", Role::Operator);
    let id = house.put(&boss, shop(), text("今天发货")).await.unwrap().phrase.id;
    house.put(&boss, own(&boss), text("我来处理")).await.unwrap();
    let sheet = "内容\n包邮\n今天发货\n".as_bytes();
    house.phrases.import(&boss, shop(), sheet, NOW).await.unwrap();
    house.phrases.delete(&boss, shop(), vec![id], NOW).await.unwrap();
    let page = house.accounts.audit(&Actor::Console, None, 10).await.unwrap();
    let entries: Vec<_> = page.entries.iter().map(|(record, _)| &record.entry).collect();
    assert!(
        entries
            .iter()
            .all(|entry| entry.action == "phrases.change" && entry.subject == "demo")
    );
    let did: Vec<_> = entries
        .iter()
        .map(|entry| entry.detail["did"].as_str().unwrap())
        .collect();
    assert_eq!(did, ["deleted", "imported", "added"]);
    assert_eq!(
        (&entries[1].detail["taken"], &entries[1].detail["merged"]),
        (&1.into(), &1.into())
    );
}

#[tokio::test]
async fn law_and_contact_off_the_platform_are_refused_and_the_other_standards_warn() {
    for (written, rule, word) in [("全网最低价，亲", "I080", "最低价"), ("加微信聊", "I081", "加微信")]
    {
        let Err(error) = checked(text(written), &[]) else {
            panic!("{written} was taken")
        };
        let PhraseError::Standards(breach) = &error else {
            panic!("{error}")
        };
        assert_eq!((breach.standard.rule, breach.word.as_str()), (rule, word));
        assert!(
            error
                .words()
                .unwrap()
                .iter()
                .all(|words| words.contains(word) && words.contains(rule))
        );
    }
    let long = format!(
        "您一定很生气，{{nmae}} 您好，订单 {{order}} 〔几〕号到 {}",
        "好".repeat(90)
    );
    let (_, warnings) = checked(text(&long), &[]).unwrap();
    let rules: Vec<_> = warnings
        .iter()
        .map(|warning| (warning.rule, warning.word.as_str()))
        .collect();
    assert_eq!(rules, [("I082", "您一定很生气"), ("I086", ""), ("variable", "{nmae}")]);
    assert!(checked(text("第一时间给您发，{name}"), &[]).unwrap().1.is_empty());
}

#[tokio::test]
async fn what_is_too_long_empty_known_or_too_much_says_what_to_do() {
    let house = house();
    let mei = agent("mei", Role::Agent);
    for empty in ["", " \n", "\u{200b}"] {
        assert!(
            matches!(checked(text(empty), &[]), Err(PhraseError::Empty)),
            "{empty:?}"
        );
    }
    for (written, wanted) in [
        (text(&"好".repeat(2_001)), Part::Text),
        (
            WrittenPhrase {
                title: "好".repeat(61),
                ..text("好")
            },
            Part::Title,
        ),
        (
            WrittenPhrase {
                group: "好".repeat(31),
                ..text("好")
            },
            Part::Group,
        ),
    ] {
        assert!(matches!(checked(written, &[]), Err(PhraseError::Long { part, .. }) if part == wanted));
    }
    let first = house.put(&mei, own(&mei), text("  今天发\r\n货 ")).await.unwrap();
    assert_eq!(first.phrase.text, "今天发\n货");
    assert!(matches!(
        house.put(&mei, own(&mei), text("今天发\n货")).await,
        Err(PhraseError::Known)
    ));
    // What cannot be seen at the ends makes no other text.
    assert!(matches!(
        house.put(&mei, own(&mei), text("\u{200b}今天发\n货\u{feff}")).await,
        Err(PhraseError::Known)
    ));
    assert_eq!(checked(text("好的❤\u{fe0f}"), &[]).unwrap().0.text, "好的❤\u{fe0f}");
    // Rows beyond what there may be are told, the others are taken.
    let sheet: String = (0..MOST_OF_AGENT + 2).map(|at| format!("第{at}号仓今天发\n")).collect();
    let imported = house
        .phrases
        .import(&mei, own(&mei), sheet.as_bytes(), NOW)
        .await
        .unwrap();
    assert_eq!((imported.taken, imported.refused.len()), (MOST_OF_AGENT - 1, 3));
    let last = &imported.refused[0];
    assert!(last.number == MOST_OF_AGENT && matches!(last.about, PhraseError::Full { most: MOST_OF_AGENT }));
    let full = house.put(&mei, own(&mei), text("再来一条")).await.unwrap_err();
    assert!(full.words().unwrap()[0].contains("500"));
}

#[tokio::test]
async fn a_sheet_is_merged_with_what_is_there_and_says_what_became_of_each_row() {
    let house = house();
    let boss = agent("boss", Role::Supervisor);
    let known = house.put(&boss, shop(), text("今天发货")).await.unwrap();
    house.phrases.used(known.phrase.id.clone(), None, NOW);
    let sheet = "分组,标题,内容\n物流,发货,今天发货\n,,\n物流,包邮,满 99 包邮\n运费,,满 99 包邮\n,联系,加微信聊\n,,您很生气吧\n";
    let imported = house
        .phrases
        .import(&boss, shop(), sheet.as_bytes(), NOW)
        .await
        .unwrap();
    assert_eq!((imported.taken, imported.merged), (2, 2));
    let refused: Vec<_> = imported.refused.iter().map(|row| row.number).collect();
    let warned: Vec<_> = imported.warned.iter().map(|row| (row.number, row.about.rule)).collect();
    assert_eq!((refused, warned), (vec![6], vec![(7, "I082")]));
    let listed = house.phrases.list(&boss, &ShopId::new("demo")).await.unwrap();
    let first = &listed[0];
    assert_eq!(
        (&first.phrase.id, first.uses.count, first.phrase.group.as_str()),
        (&known.phrase.id, 1, "物流")
    );
    let free = listed.iter().find(|one| one.phrase.text == "满 99 包邮").unwrap();
    assert_eq!(
        (free.phrase.group.as_str(), free.phrase.title.as_str()),
        ("运费", "包邮")
    );
    // Once more it changes nothing.
    let again = house
        .phrases
        .import(&boss, shop(), sheet.as_bytes(), NOW)
        .await
        .unwrap();
    assert_eq!((again.taken, again.merged), (0, 4));
}

proptest! {
    /// Whatever is written, what is kept fits, shows something, and is kept as it is when it is sent in again.
    #[test]
    fn what_is_kept_stays_as_it_is(group in ".{0,40}", title in ".{0,80}", body in "(.|\n){0,200}") {
        let written = WrittenPhrase { group, title, text: body, ..WrittenPhrase::default() };
        if let Ok((kept, _)) = checked(written, &[]) {
            prop_assert!(kept.title.chars().count() <= 60 && kept.group.chars().count() <= 30);
            let (again, _) = checked(kept.clone(), &[]).unwrap();
            prop_assert_eq!(kept, again);
        }
    }
}
