//! What is worth one line in the log, however often it happens.

use std::collections::HashSet;
use std::sync::Mutex;

/// So many different things are remembered at most: what strangers send must not fill the memory.
const MOST: usize = 256;

/// Remembers what has been said.
#[derive(Default)]
pub(super) struct SaidOnce(Mutex<HashSet<(&'static str, String)>>);

impl SaidOnce {
    /// Whether this is the first time, and there is still room to remember it.
    pub fn first(&self, kind: &'static str, of: &str) -> bool {
        let mut said = self.0.lock().expect("no holder of this lock panics");
        said.len() < MOST && said.insert((kind, of.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_thing_is_said_once_and_not_for_ever() {
        let said = SaidOnce::default();
        assert!(said.first("page", "https://a.example"));
        assert!(!said.first("page", "https://a.example"));
        assert!(said.first("proxy", "https://a.example"));
        let more = (0..1_000).filter(|number| said.first("page", &number.to_string()));
        assert_eq!(more.count(), MOST - 2);
    }
}
