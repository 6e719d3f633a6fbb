//! What everybody who works here must be told until it is over: a refused reload, servers that answer differently.
//! Whoever finds it out puts it here; every desk shows it.

use std::sync::Arc;

use tokio::sync::watch;

use crate::model::ShopId;

/// What a notice is about. Notices of one kind come from one place and are replaced together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoticeKind {
    /// Changed intent files were refused; the old ones go on.
    ReloadRefused,
    /// Servers that share a store answer for one shop with different packs.
    PacksDiffer,
}

impl NoticeKind {
    /// Its stable name, on the wire.
    pub fn name(self) -> &'static str {
        match self {
            NoticeKind::ReloadRefused => "reload_refused",
            NoticeKind::PacksDiffer => "packs_differ",
        }
    }
}

/// Something that is wrong now, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What it is about.
    pub kind: NoticeKind,
    /// The shop it concerns; `None` for all.
    pub shop: Option<ShopId>,
    /// In Chinese, with the way to mend it.
    pub zh: String,
    /// In English, with the way to mend it.
    pub en: String,
}

/// The notices that hold now.
#[derive(Debug)]
pub struct Notices(watch::Sender<Arc<[Notice]>>);

impl Default for Notices {
    fn default() -> Self {
        Notices(watch::Sender::new(Arc::from([])))
    }
}

impl Notices {
    /// From now on these are the notices of this kind; none takes back what was said. Listeners wake only when
    /// something is different.
    pub fn replace(&self, kind: NoticeKind, notices: impl IntoIterator<Item = Notice>) {
        let new: Vec<Notice> = notices.into_iter().filter(|notice| notice.kind == kind).collect();
        self.0.send_if_modified(|all| {
            let same = all.iter().filter(|notice| notice.kind == kind).eq(new.iter());
            if !same {
                let others = all.iter().filter(|notice| notice.kind != kind).cloned();
                let mut changed: Vec<Notice> = others.chain(new).collect();
                changed.sort_by_key(|notice| notice.kind);
                *all = changed.into();
            }
            !same
        });
    }

    /// All that hold now.
    pub fn current(&self) -> Arc<[Notice]> {
        Arc::clone(&self.0.borrow())
    }

    /// Wakes when something is different.
    pub fn changes(&self) -> watch::Receiver<Arc<[Notice]>> {
        self.0.subscribe()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn notice(kind: NoticeKind, zh: &str) -> Notice {
        Notice {
            kind,
            shop: None,
            zh: zh.to_owned(),
            en: String::new(),
        }
    }

    #[test]
    fn each_kind_is_replaced_by_itself_and_the_same_again_wakes_nobody() {
        let notices = Notices::default();
        let mut changes = notices.changes();
        let refused = notice(NoticeKind::ReloadRefused, "改");
        let differ = notice(NoticeKind::PacksDiffer, "不同");
        notices.replace(NoticeKind::PacksDiffer, [differ.clone()]);
        notices.replace(NoticeKind::ReloadRefused, [refused.clone()]);
        assert_eq!(*notices.current(), [refused.clone(), differ.clone()]);
        assert!(changes.has_changed().unwrap());
        changes.mark_unchanged();
        notices.replace(NoticeKind::ReloadRefused, [refused]);
        assert!(!changes.has_changed().unwrap());
        notices.replace(NoticeKind::ReloadRefused, []);
        assert!(changes.has_changed().unwrap());
        assert_eq!(*notices.current(), [differ]);
    }
}
