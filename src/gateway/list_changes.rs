//! How a list that a desk shows becomes the one that follows: as few rows as that takes. Pure.

use std::collections::HashMap;

use crate::handoff::Row;
use crate::model::ConversationId;

use super::cards;
use super::protocol::{ListChanges, MovedRow, SetRow};

/// What makes `after` of `before`. Rows that show the same and keep their order among themselves are not named.
pub(super) fn changes(before: &[Row], after: &[Row]) -> ListChanges {
    let places: HashMap<&ConversationId, usize> = before.iter().map(id).zip(0..).collect();
    let known = |row: &Row| places.get(&row.card.conversation).copied();
    // A row near the top shows more of its texts than one far down.
    let shows_as_before = |at: usize, row: &Row| {
        known(row).filter(|place| before[*place].is(row) && (*place < cards::IN_SIGHT) == (at < cards::IN_SIGHT))
    };
    let same: Vec<Option<usize>> = after
        .iter()
        .enumerate()
        .map(|(at, row)| shows_as_before(at, row))
        .collect();
    let stays = longest_rising(&same);
    let mut changes = ListChanges::default();
    for (at, row) in after.iter().enumerate() {
        let place = u32::try_from(at).unwrap_or(u32::MAX);
        match same[at] {
            Some(_) if stays[at] => {}
            Some(_) => changes.moved.push(MovedRow {
                at: place,
                conversation: row.card.conversation.clone(),
            }),
            None => changes.set.push(SetRow {
                at: place,
                card: cards::row(row, at),
            }),
        }
    }
    let left: HashMap<&ConversationId, ()> = after.iter().map(|row| (id(row), ())).collect();
    changes.gone = before
        .iter()
        .map(id)
        .filter(|gone| !left.contains_key(gone))
        .cloned()
        .collect();
    changes
}

/// Rows in one part at most: some nine hundred bytes each.
const PART: usize = 50;

/// The same changes in parts that each fit into a frame: first everything that is not as before is taken out, then row after
/// row is put in, from the top. A page that applies one after the other has the list.
pub(super) fn in_parts(changes: ListChanges, after: &[Row]) -> Vec<ListChanges> {
    let ListChanges { mut gone, set, moved } = changes;
    gone.extend(moved.iter().map(|row| row.conversation.clone()));
    gone.extend(set.iter().map(|row| row.card.conversation.clone()));
    let mut rows = set;
    rows.extend(moved.iter().filter_map(|row| {
        let at = usize::try_from(row.at).ok()?;
        let card = cards::row(after.get(at)?, at);
        Some(SetRow { at: row.at, card })
    }));
    rows.sort_by_key(|row| row.at);
    let taken_out = ListChanges {
        gone,
        ..ListChanges::default()
    };
    let mut parts = vec![taken_out];
    parts.extend(rows.chunks(PART).map(|rows| ListChanges {
        set: rows.to_vec(),
        ..ListChanges::default()
    }));
    parts
}

fn id(row: &Row) -> &ConversationId {
    &row.card.conversation
}

/// Which of these numbers make the longest rising sequence; those that are not there are left out. A list has at most a few
/// hundred rows.
fn longest_rising(numbers: &[Option<usize>]) -> Vec<bool> {
    // The ends of the best sequences of each length, and what stands before each number in its best one.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; numbers.len()];
    for (at, number) in numbers.iter().enumerate() {
        let Some(number) = number else { continue };
        let length = ends.partition_point(|end| numbers[*end].is_some_and(|ending| ending < *number));
        before[at] = length.checked_sub(1).map(|shorter| ends[shorter]);
        match ends.get_mut(length) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut stays = vec![false; numbers.len()];
    let mut last = ends.last().copied();
    while let Some(at) = last {
        stays[at] = true;
        last = before[at];
    }
    stays
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::gateway::cards::tests::long;
    use crate::gateway::protocol::TicketCard;
    use crate::handoff::Card;
    use crate::model::Lane;

    /// As a page does it.
    fn applied(list: &[TicketCard], changes: &ListChanges) -> Vec<TicketCard> {
        let named = |card: &TicketCard| {
            let id = &card.conversation;
            changes.gone.contains(id)
                || changes.set.iter().any(|row| row.card.conversation == *id)
                || changes.moved.iter().any(|row| row.conversation == *id)
        };
        let mut next: Vec<TicketCard> = list.iter().filter(|card| !named(card)).cloned().collect();
        let old = |id: &ConversationId| list.iter().find(|card| card.conversation == *id).cloned();
        let set = changes.set.iter().map(|row| (row.at, row.card.clone()));
        let moved = changes
            .moved
            .iter()
            .filter_map(|row| Some((row.at, old(&row.conversation)?)));
        let mut rows: Vec<(u32, TicketCard)> = set.chain(moved).collect();
        rows.sort_by_key(|(at, _)| *at);
        for (at, card) in rows {
            next.insert(usize::try_from(at).expect("is a place"), card);
        }
        next
    }

    fn rows(numbers: &[(usize, bool)]) -> Vec<Row> {
        let mut seen = std::collections::HashSet::new();
        let numbers = numbers.iter().filter(|(number, _)| seen.insert(*number));
        numbers
            .map(|(number, other)| {
                let card = Card {
                    epoch: u64::from(*other),
                    ..Card::clone(&long(*number))
                };
                Row {
                    served_as: Lane::Normal,
                    here: false,
                    card: Arc::new(card),
                }
            })
            .collect()
    }

    fn shown(rows: &[Row]) -> Vec<TicketCard> {
        rows.iter().enumerate().map(|(at, row)| cards::row(row, at)).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_page_that_applies_the_changes_has_the_list(
            before in proptest::collection::vec((0..40usize, any::<bool>()), 0..40),
            after in proptest::collection::vec((0..40usize, any::<bool>()), 0..40),
        ) {
            let (before, after) = (rows(&before), rows(&after));
            let changes = changes(&before, &after);
            prop_assert_eq!(applied(&shown(&before), &changes), shown(&after));
            let in_parts = in_parts(changes, &after);
            prop_assert!(in_parts.iter().all(|part| part.set.len() <= PART));
            let page = in_parts.iter().fold(shown(&before), |page, part| applied(&page, part));
            prop_assert_eq!(page, shown(&after));
            let same = super::changes(&after, &after);
            prop_assert!(same.is_empty());
        }
    }

    #[test]
    fn the_front_leaves_and_one_comes_in_behind() {
        let list = |range: std::ops::Range<usize>| rows(&range.map(|number| (number, false)).collect::<Vec<_>>());
        let changes = changes(&list(0..15), &list(1..16));
        assert_eq!((changes.gone.len(), changes.set.len(), changes.moved.len()), (1, 1, 0));
        assert_eq!(changes.set[0].at, 14);
    }

    #[test]
    fn one_that_is_promoted_moves_alone() {
        let before = rows(&[(1, false), (2, false), (3, false), (4, false)]);
        let after = rows(&[(4, false), (1, false), (2, false), (3, false)]);
        let changes = changes(&before, &after);
        assert_eq!((changes.gone.len(), changes.set.len()), (0, 0));
        assert_eq!(changes.moved.len(), 1);
        assert_eq!(
            (changes.moved[0].at, &changes.moved[0].conversation),
            (0, &before[3].card.conversation)
        );
    }
}
