//! Links, and the codes that shop apps put on the clipboard.

use super::reading::Reading;
use crate::model::SlotName;

/// Beginnings of links, folded: of two like marks one stays.
const SCHEMES: [&str; 3] = ["https:/", "http:/", "www."];
/// Endings of hosts that are written without a scheme: item.example.com/1234.
const HOSTS: [&str; 4] = [".com/", ".cn/", ".hk/", ".tw/"];

/// Shorter paths behind a host without a scheme are none.
const SHORTEST_PATH: usize = 4;

/// Reads links; before numbers, which links hold.
pub(super) fn read(reading: &mut Reading<'_>) {
    let mut at = 0;
    while at < reading.chars.len() {
        let start = at;
        let mut end = at;
        while end < reading.chars.len() && part_of_link(reading.at(end)) {
            end += 1;
        }
        at = end.max(start + 1);
        let word = reading.slice(start..end);
        let scheme = SCHEMES.iter().find_map(|scheme| word.find(scheme));
        let host = HOSTS.iter().any(|host| word.contains(host)) || begins_with_a_host(&word);
        if let Some(from) = scheme.or_else(|| host.then_some(0)) {
            let from = start + word[..from].chars().count();
            let mut until = end;
            while until > from && matches!(reading.at(until - 1), '.' | ',' | ')' | '?') {
                until -= 1;
            }
            reading.add(SlotName::Link, reading.slice(from..until), from..until);
        }
    }
}

/// item.shop.example/100012345: names with dots between, the last of letters, before a path that could be an item's.
fn begins_with_a_host(word: &str) -> bool {
    let Some((host, path)) = word.split_once('/') else {
        return false;
    };
    let label =
        |label: &str| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let last = host.rsplit('.').next().unwrap_or_default();
    host.contains('.')
        && host.split('.').all(label)
        && last.len() >= 2
        && last.bytes().all(|byte| byte.is_ascii_alphabetic())
        && path.len() >= SHORTEST_PATH
}

fn part_of_link(character: char) -> bool {
    character.is_ascii_graphic() && !matches!(character, ',' | ';' | '"' | '\'' | '(' | '<' | '>')
}
