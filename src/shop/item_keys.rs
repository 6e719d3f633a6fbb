//! What item numbers and links have of their own, by which a message means an article.

/// Shorter item numbers and parts of links are not looked for: they would be sizes and quantities.
const SHORTEST_KEY: usize = 4;
/// Last parts of links that name no goods.
const NO_KEYS: [&str; 10] = [
    "html", "shtml", "item", "items", "detail", "goods", "product", "index", "http", "https",
];
/// Parts of a query that name the item.
const IDS: [&str; 7] = [
    "id",
    "itemid",
    "item_id",
    "goods_id",
    "goodsid",
    "product_id",
    "productid",
];

/// What a message must hold to mean an item number; `None` for one that is too short to be told from other numbers.
pub fn number_key(id: &str) -> Option<String> {
    let id = id.trim().to_lowercase();
    (id.len() >= SHORTEST_KEY && id.chars().all(is_key_part)).then_some(id)
}

/// The part of a link that is the item's own: what its query calls so, its longest number, or the last part of its path.
pub fn link_key(link: &str) -> Option<String> {
    let lower = link.trim().to_lowercase();
    let query = lower.split_once('?').map_or("", |(_, query)| query);
    let named = query.split('&').find_map(|field| {
        let (name, value) = field.split_once('=')?;
        IDS.contains(&name).then_some(value)
    });
    if let Some(key) = named.and_then(number_key) {
        return Some(key);
    }
    // A host is every item's.
    let path = match lower
        .split_once("//")
        .map_or(lower.as_str(), |(_, rest)| rest)
        .split_once('/')
    {
        Some((_, path)) => path,
        None if lower.contains('.') && !lower.contains('=') => return None,
        None => lower.as_str(),
    };
    let parts = || {
        path.split(|c: char| !is_key_part(c))
            .filter(|part| part.len() >= SHORTEST_KEY)
    };
    let numbers = parts().filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    let number = numbers.max_by_key(|part| part.len());
    let last = || parts().rfind(|part| !NO_KEYS.contains(part));
    number.or_else(last).map(str::to_owned)
}

/// Whether a character can stand in an item number.
pub fn is_key_part(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_known_by_its_own_part() {
        for (link, key) in [
            ("100012345", "100012345"),
            ("item.jd.com/100012345.html", "100012345"),
            ("?id=678901234&sku=12", "678901234"),
            (
                "https://item.shop.example/item.htm?skuId=5000123456789&id=678901234",
                "678901234",
            ),
            ("https://shop.example/p/jifeng-3.html", "jifeng-3"),
            ("https://shop12345678.shop.example/100012345.html?spm=1", "100012345"),
        ] {
            assert_eq!(link_key(link).as_deref(), Some(key), "{link}");
        }
        for link in [
            "?id=1",
            "https://shop.example",
            "https://shop.example/",
            "item.shop.example/p/",
            "",
        ] {
            assert_eq!(link_key(link), None, "{link}");
        }
        assert_eq!(
            (number_key("XL-1001").as_deref(), number_key("12")),
            (Some("xl-1001"), None)
        );
    }
}
