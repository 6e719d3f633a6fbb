//! Files are put in place wholly or not at all, and nobody's work is written over.
#![allow(clippy::unwrap_used)]

use super::*;

fn change(name: &str, before: Option<&str>, after: Option<&str>) -> FileChange {
    let bytes = |text: &str| text.as_bytes().to_vec();
    FileChange {
        name: name.to_owned(),
        before: before.map(bytes),
        after: after.map(bytes),
    }
}

#[test]
fn a_file_is_made_changed_and_deleted_and_nothing_is_left_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().join("shops/tea/shipping/time.yaml");
    put(
        folder.path(),
        &change("shops/tea/shipping/time.yaml", None, Some("one")),
    )
    .unwrap();
    assert_eq!(fs::read_to_string(&at).unwrap(), "one");
    put(
        folder.path(),
        &change("shops/tea/shipping/time.yaml", Some("one"), Some("two")),
    )
    .unwrap();
    assert_eq!(fs::read_to_string(&at).unwrap(), "two");
    assert_eq!(fs::read_dir(at.parent().unwrap()).unwrap().count(), 1);
    put(
        folder.path(),
        &change("shops/tea/shipping/time.yaml", Some("two"), None),
    )
    .unwrap();
    assert!(!at.exists());
}

#[test]
fn what_somebody_else_has_written_stays() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.yaml"), "by hand").unwrap();
    for before in [None, Some("one")] {
        let outcome = put(folder.path(), &change("a.yaml", before, Some("two")));
        assert!(matches!(outcome, Err(EditError::Changed(_))), "{outcome:?}");
    }
    let outcome = put(folder.path(), &change("b.yaml", Some("one"), None));
    assert!(matches!(outcome, Err(EditError::Changed(_))), "{outcome:?}");
    assert_eq!(fs::read_to_string(folder.path().join("a.yaml")).unwrap(), "by hand");
}

#[test]
fn several_files_are_changed_together_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.yaml"), "one").unwrap();
    let first = change("a.yaml", Some("one"), Some("two"));
    let second = change("b.yaml", None, Some("new"));
    put_all(folder.path(), &[first.clone(), second.clone()]).unwrap();
    let back = [first.reversed(), second.reversed()];
    put_all(folder.path(), &back).unwrap();
    assert!(!folder.path().join("b.yaml").exists());
    fs::write(folder.path().join("b.yaml"), "by hand").unwrap();
    let outcome = put_all(folder.path(), &[first, second]);
    assert!(matches!(outcome, Err(EditError::Changed(name)) if name == "b.yaml"));
    assert_eq!(fs::read_to_string(folder.path().join("a.yaml")).unwrap(), "one");
}

#[cfg(unix)]
#[test]
fn what_lies_elsewhere_or_has_no_place_is_not_written_and_permissions_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let there = elsewhere.path().join("a.yaml");
    fs::write(&there, "theirs").unwrap();
    symlink(&there, folder.path().join("a.yaml")).unwrap();
    fs::write(folder.path().join("topic"), "no folder").unwrap();
    for (name, before) in [("a.yaml", Some("theirs")), ("topic/b.yaml", None)] {
        let outcome = put(folder.path(), &change(name, before, Some("ours")));
        assert!(matches!(outcome, Err(EditError::Unwritable { .. })), "{outcome:?}");
    }
    assert_eq!(fs::read_to_string(&there).unwrap(), "theirs");
    let own = folder.path().join("own.yaml");
    fs::write(&own, "one").unwrap();
    fs::set_permissions(&own, fs::Permissions::from_mode(0o640)).unwrap();
    put(folder.path(), &change("own.yaml", Some("one"), Some("two"))).unwrap();
    assert_eq!(fs::metadata(&own).unwrap().permissions().mode() & 0o777, 0o640);
}
