//! What may be changed in a review, by whom, and to what.
#![allow(clippy::unwrap_used)]

use super::change::{Conditions, ReviewChange, Standing, apply};
use super::*;
use crate::model::{AgentId, Role, ShopperId};
use crate::packs::ScoringItem;

fn agent(id: &str, role: Role) -> Agent {
    Agent {
        id: AgentId::new(id),
        name: id.to_owned(),
        roles: [role].into(),
        shops: Vec::new(),
        groups: Vec::new(),
        languages: Vec::new(),
        capacity: 1,
    }
}

/// Changes a review as this one does who stands so.
fn change(review: &mut Review, who: &str, standing: Standing, change: ReviewChange) -> Result<bool, ReviewError> {
    let facts = TalkFacts {
        shop: ShopId::new("demo"),
        shopper: ShopperId::new("anon:1"),
        began: Millis(0),
        ended: Some(Millis(5)),
        agents: vec![(AgentId::new("mei"), "小美".to_owned())],
        stars: None,
        messages: 3,
    };
    let sheet = [ScoringItem {
        id: "slow".to_owned(),
        title: "慢".to_owned(),
        title_en: "slow".to_owned(),
        points: 5,
    }];
    let writer = agent(who, Role::Agent);
    let around = Conditions {
        writer: &writer,
        standing,
        facts: &facts,
        sheet: &sheet,
        masks: true,
        now: Millis(9),
    };
    apply(review, &change, &around).map(|did| did.is_some())
}

fn assess(items: &[(&str, u32)], of: &str, note: &str) -> ReviewChange {
    ReviewChange::Assess {
        of: AgentId::new(of),
        items: items.iter().map(|(id, points)| ((*id).to_owned(), *points)).collect(),
        note: note.to_owned(),
    }
}

#[test]
fn points_are_taken_off_by_the_sheet_and_only_of_whom_who_had_the_talk() {
    let mut review = Review::default();
    let boss = Standing::Assessor;
    for wrong in [
        &[("slow", 6)][..],
        &[("slow", 0)],
        &[("none", 1)],
        &[("slow", 1), ("slow", 2)],
    ] {
        let refused = change(&mut review, "boss", boss, assess(wrong, "mei", ""));
        assert!(matches!(refused, Err(ReviewError::Score)), "{wrong:?}");
    }
    let refused = change(&mut review, "boss", boss, assess(&[], "pi", ""));
    assert!(matches!(refused, Err(ReviewError::NotInTalk)));
    for other in [Standing::Had, Standing::Colleague] {
        let refused = change(&mut review, "mei", other, assess(&[], "mei", ""));
        assert!(matches!(refused, Err(ReviewError::Account(AccountError::Forbidden))));
    }
    assert!(
        change(
            &mut review,
            "boss",
            boss,
            assess(&[("slow", 5)], "mei", "身份证11010519491231002X")
        )
        .unwrap()
    );
    assert!(
        change(&mut review, "boss", boss, assess(&[], "mei", " ")).unwrap(),
        "nothing wrong is said too"
    );
    assert_eq!(
        (review.assessments[0].points(), review.assessments[0].of_name.as_str()),
        (5, "小美")
    );
    assert!(!review.assessments[0].note.contains("1101051949"), "cards are hidden");
}

#[test]
fn whoever_is_meant_answers_and_nobody_else_and_takes_nothing_back() {
    let mut review = Review::default();
    change(&mut review, "boss", Standing::Assessor, assess(&[], "mei", "好")).unwrap();
    let assessment = review.assessments[0].id.clone();
    let answer = |text: &str| ReviewChange::Answer {
        assessment: assessment.clone(),
        text: text.to_owned(),
    };
    for other in [("pi", Standing::Had), ("boss", Standing::Assessor)] {
        let refused = change(&mut review, other.0, other.1, answer("不是我"));
        assert!(matches!(refused, Err(ReviewError::Unknown)));
    }
    for number in 0..10 {
        assert!(change(&mut review, "mei", Standing::Had, answer(&format!("说明 {number}"))).unwrap());
    }
    assert!(matches!(
        change(&mut review, "mei", Standing::Had, answer("再说")),
        Err(ReviewError::Full)
    ));
    assert!(matches!(
        change(&mut review, "mei", Standing::Had, answer(" \u{200b}")),
        Err(ReviewError::Full)
    ));
    let back = ReviewChange::TakeBack(assessment.clone());
    assert!(change(&mut review, "mei", Standing::Had, back.clone()).is_err());
    assert!(change(&mut review, "boss", Standing::Assessor, back.clone()).unwrap());
    assert!(matches!(
        change(&mut review, "boss", Standing::Assessor, back),
        Err(ReviewError::Unknown)
    ));
}

#[test]
fn a_shared_talk_is_noted_on_by_colleagues_until_it_is_taken_off() {
    let mut review = Review::default();
    let note = |text: &str| ReviewChange::Note(text.to_owned());
    let refused = change(&mut review, "pi", Standing::Colleague, note("第三句太硬"));
    assert!(matches!(refused, Err(ReviewError::Unknown)), "it is on no list");
    assert!(change(&mut review, "mei", Standing::Had, ReviewChange::Share(true)).unwrap());
    assert!(!change(&mut review, "boss", Standing::Assessor, ReviewChange::Share(true)).unwrap());
    assert!(change(&mut review, "pi", Standing::Colleague, note("第三句太硬")).unwrap());
    let long = change(&mut review, "pi", Standing::Colleague, note(&"长".repeat(2_001)));
    assert!(matches!(long, Err(ReviewError::Long)));
    let delete = ReviewChange::NoNote(review.notes[0].id.clone());
    assert!(
        change(&mut review, "mei", Standing::Had, delete.clone()).is_err(),
        "another's"
    );
    assert!(change(&mut review, "pi", Standing::Colleague, ReviewChange::Share(false)).is_err());
    assert!(change(&mut review, "pi", Standing::Colleague, delete).unwrap());
    assert!(change(&mut review, "mei", Standing::Had, ReviewChange::Share(false)).unwrap());
    assert_eq!(review, Review::default());
}

#[test]
fn agents_see_what_is_said_of_themselves_alone() {
    let mut review = Review::default();
    change(&mut review, "boss", Standing::Assessor, assess(&[], "mei", "好")).unwrap();
    change(&mut review, "boss", Standing::Assessor, ReviewChange::Share(true)).unwrap();
    change(
        &mut review,
        "pi",
        Standing::Colleague,
        ReviewChange::Note("看".to_owned()),
    )
    .unwrap();
    let (mei, pi) = (agent("mei", Role::Agent), agent("pi", Role::Agent));
    assert_eq!(seen(review.clone(), Standing::Had, &mei).assessments.len(), 1);
    let other = seen(review.clone(), Standing::Colleague, &pi);
    assert_eq!((other.assessments.len(), other.notes.len()), (0, 1));
    review.shared = None;
    assert!(seen(review.clone(), Standing::Had, &mei).notes.is_empty());
    assert_eq!(seen(review, Standing::Assessor, &pi).notes.len(), 1);
}
