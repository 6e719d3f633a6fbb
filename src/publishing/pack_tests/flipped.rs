//! Tests of the common pack that fail because of what a shop writes. A shop may want that; it is told, and not refused.

use std::sync::Arc;

use super::{failure, read, shown};
use crate::dialogue::Generation;
use crate::packs::{Finding, PackTest};
use crate::understanding::Understanding;

/// Shops without their own words, to tell what a shop's words change. Compiled only where a common test fails.
#[derive(Default)]
pub(super) struct Bare(Option<Arc<Generation>>);

impl Bare {
    /// The shop as it would be without its own words; `None` where it says nothing of its own that is read. What one of
    /// `others` has learned from the same words is not learned again.
    pub(super) fn of(&mut self, generation: &Arc<Generation>, others: &[Arc<Generation>]) -> Option<Arc<Generation>> {
        let pack = generation.pack.without_own_words()?;
        let known: Vec<Arc<Generation>> = self.0.iter().chain([generation]).chain(others).cloned().collect();
        let bare = Generation::compile(pack, generation.tolerance, generation.reply_ms, &known).ok()?;
        if Arc::ptr_eq(&bare.index, &generation.index) {
            return None;
        }
        let bare = Arc::new(bare);
        self.0 = Some(Arc::clone(&bare));
        Some(bare)
    }
}

/// The warning about a common test, read so `now`, that holds without the shop's words and fails with them; `None` where the
/// pack alone fails as well.
pub(super) fn warning(
    test: &PackTest,
    generation: &Generation,
    now: &Understanding,
    bare: &Arc<Generation>,
) -> Option<Finding> {
    let before = read(test, bare);
    if failure(test, bare, &before).is_some() {
        return None;
    }
    let (shop, ask) = (&generation.pack.shop.id, &test.ask);
    let place = format!("{}:{}", test.file, test.line);
    let (shown, from) = (shown(now), generation.index.answers_from());
    let (zh, en) = match (test.expect.as_deref(), &test.expect_not) {
        (Some("none"), _) => ("本来没有回答".to_owned(), "was not understood".to_owned()),
        (Some(id), _) => {
            let (was, is) = (sure_of(id, &before), sure_of(id, now));
            (
                format!("本来读成 {id}{was}，这家店是 {id}{is}"),
                format!("was read as {id}{was}, here {id}{is}"),
            )
        }
        (None, not) => {
            let not = not.as_deref().unwrap_or_default();
            (format!("本来不读成 {not}"), format!("was not read as {not}"))
        }
    };
    let finding = Finding::warning(
        "G007",
        &generation.pack.shop_file,
        format!("{shop} 店自己写的话改变了通用测试（{place}）：“{ask}”{zh}；现在读成 {shown}，到 {from:.2} 才回答"),
        format!(
            "the words of {shop} change a common test ({place}): `{ask}` {en}; it is read as {shown} now, and answered from {from:.2}"
        ),
    );
    Some(finding.hint(
        "正是想要的就不用管；不想要，就给本来的问题添几句 examples，或从店铺的问题里去掉太像它的话",
        "leave it if that is wanted; if not, add examples to the question that should have it, or take words too like it from the shop's",
    ))
}

/// How sure a reading is of a question, with a space before it; empty where it does not think of it at all, and for signals.
fn sure_of(id: &str, read: &Understanding) -> String {
    let mut thought = read.questions.iter().chain(&read.alternatives);
    let found = thought.find(|question| question.id == id);
    found
        .map(|question| format!(" {:.2}", question.confidence))
        .unwrap_or_default()
}
