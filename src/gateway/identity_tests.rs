//! Which signatures count, and for how long.

#![allow(clippy::unwrap_used)]

use super::*;

const KEY: &str = "0123456789abcdef0123456789abcdef";
const OTHER: &str = "0123456789abcdef0123456789abcdeX";
const NOW: Millis = Millis(1_800_000_000_000);

fn settings(json: serde_json::Value) -> ShopSettings {
    serde_json::from_value(json).unwrap()
}

fn keys(settings: ShopSettings) -> IdentityKeys {
    let shops = [("demo".to_owned(), settings.clone()), ("other".to_owned(), settings)];
    IdentityKeys::open(&shops.into()).unwrap()
}

fn sign(key: &str, text: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    data_encoding::HEXLOWER.encode(&mac.finalize().into_bytes())
}

fn expiring(key: &str, shop: &str, customer: &str, expires: u64) -> String {
    let hex = sign(key, &format!("{shop}\n{customer}\n{expires}"));
    format!("v1.{expires}.{hex}")
}

fn admit(keys: &IdentityKeys, customer: &str, signature: &str) -> Result<(), NotAdmitted> {
    let customer = Some((customer.to_owned(), signature.to_owned()));
    keys.admit(&ShopId::new("demo"), customer, NOW).map(|_| ())
}

#[test]
fn only_the_shops_own_signature_is_taken() {
    // printf 'u-1001' | openssl dgst -sha256 -hmac '0123456789abcdef0123456789abcdef'
    let signature = "d9817beeb0f5009c713b5582ba3027d90c2da8cb0c8aea55e422c4602666c314";
    let right = keys(settings(serde_json::json!({"identity_key": KEY})));
    assert_eq!(admit(&right, "u-1001", signature), Ok(()));
    assert_eq!(admit(&right, "u-1001", &signature.to_uppercase()), Ok(()));
    let long = "u".repeat(129);
    for (customer, signature) in [
        ("u-1002", signature.to_owned()),
        ("u-1001", signature[2..].to_owned()),
        ("u-1001", "not hex".to_owned()),
        ("", sign(KEY, "")),
        (&long, sign(KEY, &long)),
    ] {
        assert_eq!(
            admit(&right, customer, &signature),
            Err(NotAdmitted::Wrong),
            "{customer}"
        );
    }
    let wrong = keys(settings(serde_json::json!({"identity_key": OTHER})));
    assert_eq!(admit(&wrong, "u-1001", signature), Err(NotAdmitted::Wrong));
    let none = keys(ShopSettings::default());
    assert_eq!(admit(&none, "u-1001", signature), Err(NotAdmitted::Wrong));
}

/// A3
#[test]
fn a_signature_may_say_until_when_and_for_which_shop_it_holds() {
    let keys = keys(settings(serde_json::json!({"identity_key": KEY})));
    let second = NOW.0 / 1000;
    assert_eq!(admit(&keys, "u-1", &expiring(KEY, "demo", "u-1", second + 1)), Ok(()));
    assert_eq!(
        admit(&keys, "u-1", &expiring(KEY, "demo", "u-1", second)),
        Err(NotAdmitted::Expired)
    );
    let elsewhere = expiring(KEY, "other", "u-1", second + 1);
    assert_eq!(
        admit(&keys, "u-1", &elsewhere),
        Err(NotAdmitted::Wrong),
        "another shop's"
    );
    let longer = expiring(KEY, "demo", "u-1", second).replacen(&second.to_string(), &(second + 9).to_string(), 1);
    assert_eq!(
        admit(&keys, "u-1", &longer),
        Err(NotAdmitted::Wrong),
        "made longer by hand"
    );
    for broken in ["v1.", "v1..", "v1.x.00", "v1.-1.00", "v1.99999999999999999999.00"] {
        assert_eq!(admit(&keys, "u-1", broken), Err(NotAdmitted::Wrong), "{broken}");
    }
}

/// A3: who may choose the id that a shop signs in the old way gets no signature of the new one out of it.
#[test]
fn the_old_form_signs_nothing_of_the_new_one() {
    let keys = keys(settings(serde_json::json!({"identity_key": KEY})));
    let id = format!("demo\nu-1\n{}", NOW.0);
    assert_eq!(admit(&keys, &id, &sign(KEY, &id)), Err(NotAdmitted::Wrong));
}

/// A3
#[test]
fn a_shop_may_ask_for_an_expiry_and_for_signed_customers_only() {
    let strict = serde_json::json!({"identity_key": KEY, "signature_must_expire": true, "signed_only": true});
    let keys = keys(settings(strict));
    assert_eq!(admit(&keys, "u-1", &sign(KEY, "u-1")), Err(NotAdmitted::Wrong));
    assert_eq!(
        admit(&keys, "u-1", &expiring(KEY, "demo", "u-1", u64::MAX / 1000)),
        Ok(())
    );
    let visitor = keys.admit(&ShopId::new("demo"), None, NOW);
    assert_eq!(visitor, Err(NotAdmitted::Unsigned));
    let keyless = [("demo".to_owned(), settings(serde_json::json!({"signed_only": true})))];
    let refused = IdentityKeys::open(&keyless.into()).err().unwrap();
    assert!(matches!(refused, IdentityError::Needed { .. }), "{refused}");
}

/// A3
#[test]
fn two_keys_count_while_a_shop_changes_them() {
    let both = serde_json::json!({"identity_key": OTHER, "identity_key_before": KEY});
    let keys = keys(settings(both));
    assert_eq!(admit(&keys, "u-1", &sign(KEY, "u-1")), Ok(()));
    assert_eq!(admit(&keys, "u-1", &sign(OTHER, "u-1")), Ok(()));
    let third = KEY.to_uppercase();
    assert_eq!(admit(&keys, "u-1", &sign(&third, "u-1")), Err(NotAdmitted::Wrong));
}

/// A3
#[test]
fn keys_of_a_file_change_without_a_restart_and_a_broken_file_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    fs::write(&path, format!("{KEY}\n")).unwrap();
    let keys = keys(settings(serde_json::json!({ "identity_key_file": path })));
    let look = || {
        let file = keys.0["demo"].file.as_ref().unwrap();
        file.look(&mut file.read.lock().unwrap());
    };
    assert_eq!(admit(&keys, "u-1", &sign(KEY, "u-1")), Ok(()));
    fs::write(&path, format!("{OTHER}\r\n{KEY}\r\n")).unwrap();
    look();
    assert_eq!(admit(&keys, "u-1", &sign(KEY, "u-1")), Ok(()));
    assert_eq!(admit(&keys, "u-1", &sign(OTHER, "u-1")), Ok(()));
    fs::write(&path, OTHER).unwrap();
    look();
    assert_eq!(admit(&keys, "u-1", &sign(KEY, "u-1")), Err(NotAdmitted::Wrong));
    for broken in ["", "short", &format!("{KEY}\n{OTHER}\n{KEY}")] {
        fs::write(&path, broken).unwrap();
        look();
        assert_eq!(admit(&keys, "u-1", &sign(OTHER, "u-1")), Ok(()), "{broken:?}");
        let shops = [(
            "demo".to_owned(),
            settings(serde_json::json!({ "identity_key_file": path })),
        )];
        let refused = IdentityKeys::open(&shops.into()).err().unwrap();
        assert!(matches!(refused, IdentityError::NoKey { .. }), "{refused}");
    }
    fs::remove_file(&path).unwrap();
    look();
    assert_eq!(admit(&keys, "u-1", &sign(OTHER, "u-1")), Ok(()));
}
