//! Planned failures: places in the store at which tests let it fail or die. In any other build reaching one does
//! nothing and costs nothing.

/// A place at which something can go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(test, derive(serde::Deserialize), serde(rename_all = "snake_case"))]
pub(super) enum Point {
    /// The events of a group are written and not committed.
    BeforeCommit,
    /// The group is committed, and nobody has been told.
    AfterCommit,
    /// The write-ahead log is about to be folded into the database.
    Folding,
    /// A conversation that is being forgotten has lost its log and still has its head.
    Forgetting,
    /// Free pages at the end of the file have been given up and that is not committed.
    Compacting,
    /// The tables have the new format and that is not committed.
    Upgrading,
}

/// Passes a place. An error is what the disk would have said.
#[cfg(not(test))]
#[inline(always)]
pub(super) fn reach(_: Point) -> Result<(), String> {
    Ok(())
}

#[cfg(test)]
pub(super) use planned::reach;

#[cfg(test)]
pub(super) mod planned {
    //! The plan is this process's own: the tests start a process for each plan.

    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::Point;

    /// The variable that holds the plan, as JSON.
    pub(in crate::store::embedded) const PLAN: &str = "YINGDA_TEST_STORE_FAILS";

    #[derive(serde::Deserialize)]
    struct Plan {
        at: Point,
        /// Which time the place is reached, from 1.
        time: u64,
        /// Ends the process at once instead of refusing.
        dies: bool,
    }

    /// Fails or dies if this is planned.
    pub(in crate::store::embedded) fn reach(point: Point) -> Result<(), String> {
        static TIMES: AtomicU64 = AtomicU64::new(0);
        let Some(plan) = plan().filter(|plan| plan.at == point) else {
            return Ok(());
        };
        if TIMES.fetch_add(1, Ordering::SeqCst) + 1 != plan.time {
            return Ok(());
        }
        if plan.dies {
            // No destructor runs and no buffer is written, as when the process is killed.
            std::process::abort();
        }
        Err("no space left on device (planned)".to_owned())
    }

    fn plan() -> Option<&'static Plan> {
        static PLANNED: OnceLock<Option<Plan>> = OnceLock::new();
        let planned = PLANNED.get_or_init(|| {
            let text = std::env::var(PLAN).ok()?;
            Some(serde_json::from_str(&text).expect("a plan that can be read"))
        });
        planned.as_ref()
    }
}
