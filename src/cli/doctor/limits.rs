//! What the system lets this process have.

use crate::config::Settings;

use super::finding::Finding;

pub(super) fn look(settings: &Settings) -> Vec<Finding> {
    open_files(settings.gateway.files_needed(), limit())
        .into_iter()
        .collect()
}

/// The soft and the hard limit of open files; `None` in either: none.
#[cfg(unix)]
fn limit() -> Option<(Option<u64>, Option<u64>)> {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    Some((limit.current, limit.maximum))
}

#[cfg(not(unix))]
fn limit() -> Option<(Option<u64>, Option<u64>)> {
    None
}

fn open_files(needed: u64, limit: Option<(Option<u64>, Option<u64>)>) -> Option<Finding> {
    let (soft, hard) = limit?;
    let enough = |limit: Option<u64>| limit.is_none_or(|limit| limit >= needed);
    let shown = |limit: Option<u64>| limit.map_or("∞".to_owned(), |limit| limit.to_string());
    let (soft_text, hard_text) = (shown(soft), shown(hard));
    let zh = format!("可打开文件 {soft_text}（上限 {hard_text}），gateway.max_connections 要 {needed}");
    let en = format!("{soft_text} open files (at most {hard_text}); gateway.max_connections needs {needed}");
    // The server itself raises the soft limit as far as the hard one.
    if enough(soft) || enough(hard) {
        return Some(Finding::ok("open_files", zh, en));
    }
    Some(Finding::warn("open_files", zh, en).advised(
        format!("让管理员把上限提到 {needed}（limits.conf 或 LimitNOFILE），或调低 gateway.max_connections"),
        format!("have the limit raised to {needed} (limits.conf or LimitNOFILE), or lower gateway.max_connections"),
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::finding::State;
    use super::*;

    // A20
    #[test]
    fn too_few_open_files_for_the_connections_are_found() {
        let state = |soft, hard| open_files(20_600, Some((soft, hard))).map(|finding| finding.state);
        assert_eq!(
            state(Some(1_024), Some(524_288)),
            Some(State::Ok),
            "raised at the start"
        );
        assert_eq!(state(Some(1_024), Some(4_096)), Some(State::Warn));
        assert_eq!(state(Some(20_600), Some(20_600)), Some(State::Ok));
        assert_eq!(state(None, None), Some(State::Ok));
        let raised = open_files(20_600, Some((Some(1_024), Some(4_096)))).unwrap();
        assert!(raised.en_to_do.contains("max_connections"), "{raised:?}");
    }
}
