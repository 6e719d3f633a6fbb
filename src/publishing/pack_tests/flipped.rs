//! Tests of the common pack that fail because of what a shop writes. A shop may want that; it is told, and not refused.

use std::sync::Arc;

use super::{failure, reading};
use crate::dialogue::Generation;
use crate::packs::{Finding, PackTest};

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

/// The warning about a common test that holds without the shop's words and fails with them; `None` where the pack alone
/// fails as well.
pub(super) fn warning(test: &PackTest, generation: &Arc<Generation>, bare: &Arc<Generation>) -> Option<Finding> {
    if failure(test, bare).is_some() {
        return None;
    }
    let id = test.expect.as_deref().filter(|id| *id != "none");
    let (before, after) = (sure_of(id, test, bare), sure_of(id, test, generation));
    let (shop, ask) = (&generation.pack.shop, &test.ask);
    let place = format!("{}:{}", test.file, test.line);
    let (now, from) = (reading(test, generation).1, generation.index.answers_from());
    let wanted = id.map_or_else(
        || match &test.expect_not {
            Some(id) => (format!("不是 {id}"), format!("not {id}")),
            None => ("没听懂".to_owned(), "not understood".to_owned()),
        },
        |id| (format!("{id}{before}"), format!("{id}{before}")),
    );
    Some(
        Finding::warning(
            "G007",
            &generation.pack.shop_file,
            format!(
                "{} 店自己写的话改变了通用测试（{place}）：“{ask}”本来是 {}，现在读成 {now}；{}到 {from:.2} 才回答",
                shop.id,
                wanted.0,
                id.map(|id| format!("{id}{after}，")).unwrap_or_default(),
            ),
            format!(
                "the words of {} change a common test ({place}): `{ask}` was {}, is read as {now}; {}it answers from {from:.2}",
                shop.id,
                wanted.1,
                id.map(|id| format!("{id}{after}, ")).unwrap_or_default(),
            ),
        )
        .hint(
            "正是想要的就不用管；不想要，就给本来的问题添几句 examples，或从店铺的问题里去掉太像它的话",
            "leave it if that is wanted; if not, add examples to the question that should have it, or take words too like it from the shop's",
        ),
    )
}

/// How sure a generation is of a question, with a space before it; empty where it does not think of it at all, and for
/// signals.
fn sure_of(id: Option<&str>, test: &PackTest, generation: &Arc<Generation>) -> String {
    let (understanding, _) = reading(test, generation);
    let thought = understanding.questions.iter().chain(&understanding.alternatives);
    let mut thought = thought.filter(|question| Some(question.id.as_str()) == id);
    thought
        .next()
        .map(|question| format!(" {:.2}", question.confidence))
        .unwrap_or_default()
}
