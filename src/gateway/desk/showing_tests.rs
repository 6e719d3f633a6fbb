//! How large what a desk is shown may become.

use super::*;
use crate::gateway::cards::tests::long;
use crate::handoff::{Counts, SHOWN};
use crate::model::{Lane, Millis};

fn rows(numbers: std::ops::Range<usize>) -> Vec<Row> {
    let nasty = |number: usize| {
        let card = Card {
            last_text: "\u{1}😀".repeat(900),
            note: "\u{1}".repeat(2_000),
            ..Card::clone(&long(number))
        };
        Row {
            served_as: Lane::Urgent,
            here: true,
            card: Arc::new(card),
        }
    };
    numbers.map(nasty).collect()
}

fn board(mine: usize, from: usize) -> Board {
    Board {
        waiting: rows(from..from + SHOWN),
        left: rows(20_000..20_000 + SHOWN),
        counts: Counts {
            lanes: [(Lane::Normal, 10_000)].into(),
            ..Counts::default()
        },
        mine: rows(30_000..30_000 + mine),
        agents_online: 200,
        available: true,
        now: Millis(9),
    }
}

fn bytes(frames: &[DeskFrame]) -> usize {
    let sizes = frames.iter().map(cards::written);
    assert!(
        sizes.clone().all(|size| size < cards::LARGEST_FRAME),
        "no frame is too large"
    );
    sizes.sum()
}

#[test]
fn whatever_was_written_and_however_many_chats_no_frame_is_too_large() {
    for mine in [0, 5, 30, 100, 200] {
        let board = board(mine, 0);
        let all = frames(None, &board, &cards::counts(&board), &[]);
        bytes(&all);
        assert!(matches!(all[0], DeskFrame::Board { .. }));
    }
}

/// Two hundred agents who each end a chat in four minutes take five from the front in six seconds, and each writes and hears
/// something in every other second in one of thirty chats.
#[test]
fn a_second_of_a_busy_desk_beside_ten_thousand_who_wait_is_some_kilobytes() {
    let mut shown = ShownBoard {
        counts: cards::counts(&board(30, 0)),
        board: board(30, 0),
        notices: Vec::new(),
    };
    let mut sent = 0;
    const SECONDS: usize = 6;
    for step in 0..SECONDS {
        let mut next = board(30, step);
        let heard = Card {
            epoch: 7,
            last_text: format!("还没好吗 {step}"),
            ..Card::clone(&next.mine[step].card)
        };
        next.mine[step].card = Arc::new(heard);
        let mut counts = cards::counts(&next);
        counts.waiting -= u32::try_from(step).expect("is small");
        sent += bytes(&frames(Some(&shown), &next, &counts, &[]));
        shown = ShownBoard {
            board: next,
            counts,
            notices: Vec::new(),
        };
    }
    let a_second = sent / SECONDS;
    assert!(a_second < 20_000, "{a_second} bytes a second");
}
