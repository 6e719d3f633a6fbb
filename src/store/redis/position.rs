//! The cursor of the Redis store: a position in the feed of each shard, in one text.
//!
//! `r` and a position a shard with `.` between: nothing before the first entry, else the entry's id (`12`, `12-3`) and
//! after a `+` the last event that was read of it, when that was not all.

use std::fmt::Write;

use super::keys::{SHARDS, Shard};
use crate::model::Seq;
use crate::store::{FeedCursor, StoreError};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Position {
    id: (u64, u64),
    /// The last event that was read of the entry; `None` when it was read to its end.
    part: Option<Seq>,
}

/// The id of an entry of which only a part was read, and the last event of that part.
pub(super) type PartlyRead = ((u64, u64), Seq);

/// Where a reader stands in every shard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Positions([Position; SHARDS]);

impl Positions {
    /// Reads a cursor.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`] when [`Positions::cursor`] did not make it.
    pub(super) fn read(cursor: &FeedCursor) -> Result<Positions, StoreError> {
        if *cursor == FeedCursor::start() {
            return Ok(Positions::default());
        }
        parse(cursor.as_str()).ok_or_else(|| StoreError::BadCursor(cursor.to_string()))
    }

    /// As a cursor.
    pub(super) fn cursor(&self) -> FeedCursor {
        if *self == Positions::default() {
            return FeedCursor::start();
        }
        let mut text = String::from("r");
        for (
            number,
            Position {
                id: (ms, part),
                part: seq,
            },
        ) in self.0.iter().enumerate()
        {
            if number > 0 {
                text.push('.');
            }
            let written = match (ms, part) {
                (0, 0) => Ok(()),
                (ms, 0) => write!(text, "{ms}"),
                (ms, part) => write!(text, "{ms}-{part}"),
            };
            let written = written.and_then(|()| seq.map_or(Ok(()), |seq| write!(text, "+{seq}")));
            debug_assert!(written.is_ok(), "writing to a string");
        }
        FeedCursor::from_text(text)
    }

    /// The first id that a reader wants of a shard, and of which entry a part was read already.
    pub(super) fn next(&self, shard: Shard) -> (String, Option<PartlyRead>) {
        let Position {
            id: (ms, part),
            part: seq,
        } = self.0[shard.0];
        match seq {
            Some(seq) => (format!("{ms}-{part}"), Some(((ms, part), seq))),
            None => (format!("({ms}-{part}"), None),
        }
    }

    /// An entry was read to its end.
    pub(super) fn pass(&mut self, shard: Shard, id: (u64, u64)) {
        self.0[shard.0] = Position { id, part: None };
    }

    /// An entry was read to this event, which is not its last.
    pub(super) fn part(&mut self, shard: Shard, id: (u64, u64), seq: Seq) {
        self.0[shard.0] = Position { id, part: Some(seq) };
    }
}

fn parse(text: &str) -> Option<Positions> {
    let mut positions = Positions::default();
    let mut parts = text.strip_prefix('r')?.split('.');
    for position in &mut positions.0 {
        let part = parts.next()?;
        let (id, seq) = match part.split_once('+') {
            Some((id, seq)) => (id, Some(seq.parse().ok()?)),
            None => (part, None),
        };
        let (ms, within) = id.split_once('-').unwrap_or((id, "0"));
        let ms = if ms.is_empty() { 0 } else { ms.parse().ok()? };
        position.id = (ms, within.parse().ok()?);
        position.part = seq;
    }
    parts.next().is_none().then_some(positions)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written() {
        let mut positions = Positions::default();
        assert_eq!(positions.cursor(), FeedCursor::start());
        positions.pass(Shard(0), (12, 0));
        positions.part(Shard(3), (7, 2), 40);
        positions.pass(Shard(15), (0, 9));
        assert_eq!(positions.cursor().as_str(), "r12...7-2+40............0-9");
        assert_eq!(Positions::read(&positions.cursor()).unwrap(), positions);
        assert_eq!(positions.next(Shard(0)), ("(12-0".to_owned(), None));
        assert_eq!(positions.next(Shard(3)), ("7-2".to_owned(), Some(((7, 2), 40))));
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        for odd in [
            "7",
            "r",
            "r1",
            "rx...............",
            "r................",
            "r1+...............",
            "r-...............",
        ] {
            let refused = Positions::read(&FeedCursor::from_text(odd));
            assert!(matches!(refused, Err(StoreError::BadCursor(_))), "{odd}: {refused:?}");
        }
    }
}
