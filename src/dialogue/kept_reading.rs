//! The reading of the messages that wait for a reply, kept while the turn waits for the rest of a thought.

use std::sync::Arc;

use crate::model::Seq;
use crate::understanding::Understanding;

use super::turn::read;
use super::{Generation, Pending, State};

/// The last reading of what is pending. Reading is by far the dearest part of a turn; it is done again only when
/// there is something else to read, or another pack to read it with. Every live conversation has one, mostly empty.
#[derive(Default)]
pub struct KeptReading(Option<Box<Kept>>);

struct Kept {
    generation: Arc<Generation>,
    seq: Seq,
    pending: Vec<Pending>,
    understanding: Understanding,
}

impl KeptReading {
    /// What the pending messages of the state say.
    pub fn of(&mut self, state: &State, generation: &Arc<Generation>) -> &Understanding {
        self.keep(state, generation, read)
    }

    /// The reading itself, for the turn that is taken; `None` when nothing was read.
    pub fn into_understanding(self) -> Option<Understanding> {
        self.0.map(|kept| kept.understanding)
    }

    fn keep(
        &mut self,
        state: &State,
        generation: &Arc<Generation>,
        read: impl FnOnce(&State, &Generation) -> Understanding,
    ) -> &Understanding {
        // The messages are compared besides the place in the log: a failover may put others there.
        let kept = self.0.take().filter(|kept| {
            let mut both = kept.pending.iter().zip(&state.pending);
            kept.seq == state.seq
                && Arc::ptr_eq(&kept.generation, generation)
                && kept.pending.len() == state.pending.len()
                && both.all(|(kept, pending)| kept.id == pending.id && kept.text == pending.text)
        });
        let kept = kept.unwrap_or_else(|| {
            Box::new(Kept {
                generation: Arc::clone(generation),
                seq: state.seq,
                pending: state.pending.clone(),
                understanding: read(state, generation),
            })
        });
        &self.0.insert(kept).understanding
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialogue::tiny;

    #[test]
    fn what_is_pending_is_read_once_until_it_or_the_pack_changes() {
        let (generation, next) = (tiny::generation(), tiny::generation());
        let mut state = State::default();
        tiny::received(&mut state, "什么时候发货");
        let (mut kept, mut readings) = (KeptReading::default(), 0);
        let mut reading = |state: &State, generation: &Arc<Generation>| {
            kept.keep(state, generation, |_, _| {
                readings += 1;
                Understanding::default()
            });
            readings
        };
        assert_eq!(reading(&state, &generation), 1);
        assert_eq!(reading(&state, &generation), 1);
        assert_eq!(reading(&state, &next), 2);
        tiny::received(&mut state, "急");
        assert_eq!(reading(&state, &next), 3);
        // A failover has put another message in its place.
        state.pending[1].text = "谢谢".to_owned();
        assert_eq!(reading(&state, &next), 4);
    }
}
