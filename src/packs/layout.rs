//! Which shop a file belongs to: the common pack lies in the folder itself, what a shop writes in `shops/<id>/`.

use std::collections::BTreeMap;

/// A file as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Its name, relative to the folder, with `/`.
    pub name: String,
    /// Its content; empty for a file that is not read, because nothing of a pack has its name.
    pub bytes: Vec<u8>,
}

/// The folder of shops.
const SHOPS: &str = "shops/";
/// The file that says who a shop is.
pub const SHOP: &str = "shop.yaml";

/// The files of a folder, by whom they speak for.
pub struct Layout<'a> {
    /// For every shop.
    pub common: Vec<&'a SourceFile>,
    /// For one shop, by the name of its folder.
    pub shops: BTreeMap<&'a str, Vec<&'a SourceFile>>,
    /// `shop.yaml` in the folder itself, where it was before there could be many shops.
    pub outside: Option<&'a SourceFile>,
}

impl<'a> Layout<'a> {
    /// Sorts files by their names.
    pub fn of(files: &'a [SourceFile]) -> Layout<'a> {
        let mut layout = Layout {
            common: Vec::new(),
            shops: BTreeMap::new(),
            outside: None,
        };
        for file in files {
            match of_shop(&file.name) {
                Some((shop, _)) => layout.shops.entry(shop).or_default().push(file),
                None if file.name == SHOP => layout.outside = Some(file),
                None => layout.common.push(file),
            }
        }
        layout
    }
}

/// The shop's folder and the name within it, for a file of a shop.
pub fn of_shop(name: &str) -> Option<(&str, &str)> {
    name.strip_prefix(SHOPS)?.split_once('/')
}

/// The name within the shop's folder; of a common file the whole name.
pub fn within(name: &str) -> &str {
    of_shop(name).map_or(name, |(_, inner)| inner)
}

/// What a file of this name holds; `None` where it is not there.
pub fn content<'f>(files: &'f [SourceFile], name: &str) -> Option<&'f [u8]> {
    let file = files.iter().find(|file| file.name == name);
    file.map(|file| file.bytes.as_slice())
}

/// The name of the file that says who a shop is.
pub fn profile_of(shop: &str) -> String {
    name_of(shop, SHOP)
}

/// The name of a shop's own file.
pub fn name_of(shop: &str, inner: &str) -> String {
    format!("{SHOPS}{shop}/{inner}")
}

/// Whether this can be a shop's id: lower case letters, digits and `-`.
pub fn is_id(id: &str) -> bool {
    (1..=40).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_says_whose_file_it_is() {
        assert_eq!(
            of_shop("shops/runfu/skin/amount.yaml"),
            Some(("runfu", "skin/amount.yaml"))
        );
        assert_eq!(of_shop("shops/README.md"), None);
        assert_eq!(within("shops/runfu/shop.yaml"), "shop.yaml");
        assert_eq!(within("shipping/time.yaml"), "shipping/time.yaml");
        assert_eq!(within(&name_of("demo", SHOP)), SHOP);
        for wrong in ["", "Demo", "我的店", "a_b", "a.b", &"a".repeat(41)] {
            assert!(!is_id(wrong), "{wrong}");
        }
        assert!(is_id("shop-2"));
    }
}
