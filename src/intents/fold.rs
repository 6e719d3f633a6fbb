//! Makes sentences comparable that differ only in case, width, Traditional or Simplified characters, spaces and
//! punctuation. Only for finding doubles: the understanding room folds more, and keeps positions.

use std::sync::LazyLock;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use unicode_normalization::UnicodeNormalization;

static TO_SIMPLIFIED: LazyLock<Option<OpenCC>> = LazyLock::new(|| OpenCC::from_config(BuiltinConfig::T2s).ok());

/// The sentence as it is compared with others.
pub fn fold(text: &str) -> String {
    let plain: String = text
        .nfkc()
        .flat_map(char::to_lowercase)
        .filter(|character| character.is_alphanumeric() || character.is_whitespace())
        .collect();
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    if plain.is_empty() {
        // Nothing but signs: two different ones are two different messages.
        return text.trim().to_owned();
    }
    match &*TO_SIMPLIFIED {
        Some(converter) if !plain.is_ascii() => converter.convert(&plain),
        _ => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn writings_of_one_sentence_are_equal() {
        assert_eq!(fold("什么时候發貨？"), fold("什麼时候发货"));
        assert_eq!(fold("Do you  ship ＸＬ?"), "do you ship xl");
        assert_ne!(fold("什么时候发货"), fold("什么时候退货"));
        assert_ne!(fold("？？"), fold("😡"));
    }
}
