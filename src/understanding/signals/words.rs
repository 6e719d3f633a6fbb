//! Words of grammar that decide a scope. Words that shops may want to change are in `intents/signals/scope.yaml`.

use std::sync::LazyLock;

use crate::understanding::lexicon::entries;

/// Words after 如果 … that make the rest a consequence the shopper announces: 再不发货我就投诉.
pub static CONSEQUENCES: LazyLock<Vec<&str>> =
    LazyLock::new(|| entries(include_str!("../lexicon/consequences.txt")).collect());
/// Words that make it the shopper's own doing, so that a question word beside it asks something else.
pub static OWN_DOING: LazyLock<Vec<&str>> =
    LazyLock::new(|| entries(include_str!("../lexicon/own_doing.txt")).collect());
/// Signs that a cue tells of something that happened or is aimed at the shop.
pub const DONE: [char; 4] = ['我', '你', '了', '已'];
/// Words that speak to this shop again after another one was spoken of.
pub static THIS_SHOP: LazyLock<Vec<&str>> =
    LazyLock::new(|| entries(include_str!("../lexicon/this_shop.txt")).collect());
/// Words before 别家 that compare or leave, rather than tell about another shop.
pub const LEAVING: [char; 12] = ['比', '去', '换', '到', '找', '如', '跟', '和', '同', '像', '向', '让'];
/// Question words that ask whether something may happen.
pub static POSSIBLE: LazyLock<Vec<&str>> = LazyLock::new(|| entries(include_str!("../lexicon/possible.txt")).collect());

/// Question words that ask whether goods may be bad.
pub static POSSIBLE_FAULT: LazyLock<Vec<&str>> =
    LazyLock::new(|| entries(include_str!("../lexicon/possible_fault.txt")).collect());
