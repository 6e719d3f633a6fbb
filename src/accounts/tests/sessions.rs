//! Signing in, sessions, passwords, and their end.

use super::*;

#[tokio::test]
async fn a_session_renews_while_it_is_used_but_not_for_ever() {
    let house = House::new();
    let linked = house.invite(&Actor::Console, "小美", &[], &[]).await.unwrap();
    let signed_in = house.signed_in(&linked, NOW).await;
    let (accounts, settings) = (&house.accounts, AccountSettings::from(&Settings::default()));
    let at = |ms: u64| accounts.session(&signed_in.token, NOW.plus(ms));
    let early = at(settings.session_ms / 2 - 1).await.unwrap().unwrap();
    assert!(!early.renewed);
    let mut passed = 0;
    let mut renewals = 0;
    loop {
        passed += settings.session_ms * 3 / 4;
        let Some(session) = at(passed).await.unwrap() else {
            break;
        };
        renewals += u32::from(session.renewed);
        assert!(session.expires <= NOW.plus(settings.session_max_ms));
    }
    assert!(renewals >= 5, "{renewals}");
    assert!((settings.session_max_ms..settings.session_max_ms + settings.session_ms).contains(&passed));
    let unused = house.accounts.link(&Actor::Console, "小美", NOW).await.unwrap();
    let unused = house.signed_in(&unused, NOW).await;
    let ended = accounts
        .session(&unused.token, NOW.plus(settings.session_ms))
        .await
        .unwrap();
    assert!(ended.is_none());
}

#[tokio::test]
async fn a_session_of_version_0_1_is_valid_to_its_end() {
    use crate::store::CredentialKind::Session;
    let house = House::new();
    let mei = house.invite(&Actor::Console, "小美", &[], &[]).await.unwrap().member;
    let token = token::new_token().unwrap();
    let expires = NOW.plus(1_000);
    let stored = house
        .staff
        .put_credential(token::hash(&token), Session, mei.id, expires);
    stored.await.unwrap();
    let session = house.accounts.session(&token, NOW).await.unwrap().unwrap();
    assert_eq!((session.agent.name.as_str(), session.renewed), ("小美", false));
    assert!(house.accounts.session(&token, expires).await.unwrap().is_none());
}

#[tokio::test]
async fn a_password_signs_in_besides_the_link() {
    let house = House::new();
    let linked = house.invite(&Actor::Console, "小美", &[], &[]).await.unwrap();
    let accounts = &house.accounts;
    assert!(matches!(
        house.by_password("小美", PASSWORD, NOW).await,
        Err(AccountError::BadPassword)
    ));
    let signed_in = house.signed_in(&linked, NOW).await;
    let session = accounts.session(&signed_in.token, NOW).await.unwrap().unwrap();
    let set = |session: &Session, current: Option<&str>, password: &str, now| {
        let (session, current, password) = (session.clone(), current.map(str::to_owned), password.to_owned());
        async move { accounts.set_password(&session, current, password, now).await }
    };
    assert!(matches!(
        set(&session, None, "short", NOW).await,
        Err(AccountError::WeakPassword)
    ));
    set(&session, None, PASSWORD, NOW).await.unwrap();
    let by_password = house.by_password(" 小美", PASSWORD, NOW).await.unwrap();
    assert_eq!(by_password.agent.name, "小美");
    let session = accounts.session(&by_password.token, NOW).await.unwrap().unwrap();
    let another = "another long password";
    for wrong in [None, Some("wrong password")] {
        let refused = set(&session, wrong, another, NOW).await;
        assert!(matches!(refused, Err(AccountError::BadPassword)));
    }
    set(&session, Some(PASSWORD), another, NOW).await.unwrap();
    assert!(house.by_password("小美", another, NOW).await.is_ok());
    // Forgotten: whoever has just come by a link needs no old one, and an hour later does.
    let link = accounts.link(&Actor::Console, "小美", NOW).await.unwrap();
    let by_link = house.signed_in(&link, NOW).await;
    let session = accounts.session(&by_link.token, NOW).await.unwrap().unwrap();
    let later = set(&session, None, PASSWORD, NOW.plus(HOUR_MS)).await;
    assert!(matches!(later, Err(AccountError::BadPassword)));
    set(&session, None, PASSWORD, NOW).await.unwrap();
    assert!(house.by_password("小美", PASSWORD, NOW).await.is_ok());
}

#[tokio::test]
async fn a_hash_with_older_parameters_is_made_anew_at_the_next_sign_in() {
    let house = House::new();
    let mut mei = house.invite(&Actor::Console, "小美", &[], &[]).await.unwrap().member;
    // "very long password" with 64 KiB and one pass.
    let old = {
        use argon2::password_hash::PasswordHasher;
        use argon2::password_hash::phc::PasswordHash;
        let params = argon2::Params::new(64, 1, 1, None).unwrap();
        let argon2 = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
        let hash: PasswordHash = argon2.hash_password_with_salt(PASSWORD.as_bytes(), &[7; 16]).unwrap();
        hash.to_string()
    };
    mei.password = Some(old.clone());
    house.staff.put_member(mei.clone()).await.unwrap();
    assert!(house.by_password("小美", "wrong password", NOW).await.is_err());
    let kept = house.staff.member(mei.id.clone()).await.unwrap().unwrap();
    assert_eq!(kept.password, Some(old));
    house.by_password("小美", PASSWORD, NOW).await.unwrap();
    let kept = house.staff.member(mei.id).await.unwrap().unwrap();
    assert!(kept.password.unwrap().contains("m=19456,t=2,p=1"));
    house.by_password("小美", PASSWORD, NOW).await.unwrap();
}

#[tokio::test]
async fn too_many_wrong_passwords_shut_the_name_for_a_while() {
    let house = House::new();
    let linked = house.invite(&Actor::Console, "小美", &[], &[]).await.unwrap();
    let signed_in = house.signed_in(&linked, NOW).await;
    let session = house.accounts.session(&signed_in.token, NOW).await.unwrap().unwrap();
    let set = house.accounts.set_password(&session, None, PASSWORD.to_owned(), NOW);
    set.await.unwrap();
    for _ in 0..FAILURES_BY_NAME {
        let refused = house.by_password("小美", "wrong password", NOW).await;
        assert!(matches!(refused, Err(AccountError::BadPassword)));
    }
    assert!(matches!(
        house.by_password("小美", PASSWORD, NOW).await,
        Err(AccountError::TooMany)
    ));
    let link = house.accounts.link(&Actor::Console, "小美", NOW).await.unwrap();
    house.signed_in(&link, NOW).await;
    assert!(house.by_password("小美", PASSWORD, NOW.plus(FAILURES_MS)).await.is_ok());
    let refused = house
        .done()
        .await
        .iter()
        .filter(|action| *action == "session.refused")
        .count();
    assert_eq!(refused, FAILURES_BY_NAME as usize);
}

#[tokio::test]
async fn who_is_disabled_is_out_until_enabled() {
    let house = House::new();
    house.accounts.first(NOW).await.unwrap();
    let linked = house.invite(&Actor::Console, "小美", &[], &[]).await.unwrap();
    let signed_in = house.signed_in(&linked, NOW).await;
    let accounts = &house.accounts;
    let session = accounts.session(&signed_in.token, NOW).await.unwrap().unwrap();
    let set = accounts.set_password(&session, None, PASSWORD.to_owned(), NOW);
    set.await.unwrap();
    let link = accounts.link(&Actor::Console, "小美", NOW).await.unwrap();
    let mut changes = accounts.changes();
    accounts.disable(&Actor::Console, "小美", NOW).await.unwrap();
    assert!(changes.has_changed().unwrap());
    changes.mark_unchanged();
    assert!(accounts.session(&signed_in.token, NOW).await.unwrap().is_none());
    let spent = accounts
        .sign_in_by_link(&link.token, "10.0.0.1", &house.shops, NOW)
        .await;
    assert!(matches!(spent, Err(AccountError::BadLink)));
    assert!(matches!(
        house.by_password("小美", PASSWORD, NOW).await,
        Err(AccountError::BadPassword)
    ));
    let refused = accounts.link(&Actor::Console, "小美", NOW).await;
    assert!(matches!(refused, Err(AccountError::Disabled(_))));
    accounts.enable(&Actor::Console, "小美", NOW).await.unwrap();
    assert!(house.by_password("小美", PASSWORD, NOW).await.is_ok());
}

#[tokio::test]
async fn signing_out_everywhere_ends_every_session_of_this_member_only() {
    let house = House::new();
    let first = house.accounts.first(NOW).await.unwrap().unwrap();
    let chief = house.signed_in(&first, NOW).await;
    let linked = house.invite(&Actor::Console, "小美", &[], &[]).await.unwrap();
    let phone = house.signed_in(&linked, NOW).await;
    let link = house.accounts.link(&Actor::Console, "小美", NOW).await.unwrap();
    let laptop = house.signed_in(&link, NOW).await;
    let own = Actor::Member(phone.agent.clone());
    let other = house
        .accounts
        .sign_out_everywhere(&own, chief.agent.id.as_str(), NOW)
        .await;
    assert!(matches!(other, Err(AccountError::Forbidden)));
    house
        .accounts
        .sign_out_everywhere(&own, phone.agent.id.as_str(), NOW)
        .await
        .unwrap();
    for (token, left) in [(&phone.token, false), (&laptop.token, false), (&chief.token, true)] {
        assert_eq!(house.accounts.session(token, NOW).await.unwrap().is_some(), left);
    }
}

#[tokio::test]
async fn whoever_has_no_shop_here_is_told_so_and_keeps_the_link() {
    let house = House::new();
    let linked = house.invite(&Actor::Console, "小美", &[], &["skin"]).await.unwrap();
    let only_shoes = [ShopId::new("shoes")];
    let refused = house
        .accounts
        .sign_in_by_link(&linked.token, "10.0.0.1", &only_shoes, NOW)
        .await
        .unwrap_err();
    assert!(matches!(refused, AccountError::NotServed { .. }));
    assert!(refused.to_string().contains("skin") && refused.to_string().contains("shoes"));
    house.signed_in(&linked, NOW).await;
}
