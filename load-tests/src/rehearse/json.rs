//! The report for programs: numbers as they are, and `null` for what is not there.

use serde_json::{Value, json};

use super::report::{Origin, Rehearsal, Step};
use super::staffing::{AGENTS_TOLERANCE, SHARE_TOLERANCE};
use super::verdict::{Break, breaks};

impl Rehearsal {
    /// For programs.
    pub fn to_json(&self) -> String {
        let basis = &self.basis;
        let told = |(value, origin): (f64, Origin)| json!({"seconds": value, "from": origin.words().1});
        let told_break = |it: &Break| json!({"what": it.key, "zh": it.zh, "en": it.en});
        let steps: Vec<Value> = self.steps.iter().map(|step| self.step_json(step)).collect();
        let value = json!({
            "passed": self.passed(),
            "recorded": {"talks": basis.recorded.0, "messages": basis.recorded.1, "seconds": basis.span_s,
                         "share_with_people": basis.share_with_people, "arrivals": basis.arrivals},
            "handling": told(basis.handling_s),
            "patience": told(basis.patience_s),
            "promise": {"within_s": basis.promise.within_s, "share": basis.promise.share},
            "agents": basis.promise.agents,
            "slots": basis.promise.slots,
            "speed": basis.speed,
            "recorded_words": basis.words,
            "seed": basis.seed,
            "tolerance": {"share": SHARE_TOLERANCE, "agents": AGENTS_TOLERANCE},
            "breaks_first": self.first_break().map(|(times, it)| json!({"times": times, "break": told_break(&it)})),
            "steps": steps,
            "doubts": self.doubts().iter().map(|(zh, en)| json!({"zh": zh, "en": en})).collect::<Vec<_>>(),
        });
        format!("{value:#}")
    }

    fn step_json(&self, step: &Step) -> Value {
        let played = &step.played;
        let ms = |values: &hdrhistogram::Histogram<u64>| {
            let at = |share| values.value_at_percentile(share) as f64 / 1e3;
            json!({"count": values.len(), "p50": at(50.0), "p90": at(90.0), "p99": at(99.0)})
        };
        let staffing = step.staffing.as_ref().map(|it| {
            json!({"busiest": {"begin_s": it.window_s.0, "seconds": it.window_s.1,
                               "arrivals_a_second": it.demand.arrivals_a_second, "erlangs": it.demand.erlangs()},
                   "by_formula": it.by_formula, "by_simulation": it.by_simulation, "by_arrivals": it.by_arrivals,
                   "agree": it.agrees(), "fits_arrivals": it.fits_arrivals(),
                   "predicted": {"within": it.predicted.within, "gives_up": it.predicted.gives_up,
                                 "waits": it.predicted.waits,
                                 "mean_wait_s": Some(it.predicted.mean_wait_s).filter(|wait| wait.is_finite())},
                   "simulated": {"within": it.simulated.share_within(), "gives_up": it.simulated.share_gave_up(),
                                 "mean_wait_s": it.simulated.mean_wait_s()},
                   "replayed": {"within": it.replayed.share_within(), "gives_up": it.replayed.share_gave_up(),
                                "mean_wait_s": it.replayed.mean_wait_s()},
                   "replayed_all": {"within": it.replayed_all.share_within(),
                                    "gives_up": it.replayed_all.share_gave_up()},
                   "queue_as_simulated": step.queue_as_simulated(self.basis.promise.within_s)})
        });
        json!({
            "times": step.times,
            "talks": played.talks,
            "messages": {"sent": played.sent, "acknowledged": played.acked, "unanswered": played.unanswered,
                         "unsaid": played.unsaid, "a_second": played.messages_a_second,
                         "a_second_in_the_shop": played.acked as f64 / self.basis.span_s},
            "send_lag_ms": ms(&played.send_lag),
            "ack_ms": ms(&played.ack),
            "answer_ms": ms(&played.answer),
            "refusals": played.refusals,
            "processors": played.processors,
            "stored_bytes": played.stored_bytes,
            "wanted_people": played.wants_s.len(),
            "share_with_people": played.share_with_people(),
            "wait_s": {"p50": played.wait_s(0.5), "p90": played.wait_s(0.9),
                       "within": played.within(self.basis.promise.within_s)},
            "gave_up": played.gave_up,
            "still_waiting": played.still_waiting,
            "handling_s": played.handling_s,
            "staffing": staffing,
            "breaks": breaks(step, &self.basis).iter().map(|it| it.key).collect::<Vec<_>>(),
            "faults": played.faults,
            "failures": played.failures.len(),
        })
    }
}
