//! Who says what when, and which connection breaks when. Decided in full before the first socket opens: that is
//! what makes the load open-loop and a run repeatable by its seed.

/// What a plan is made from.
#[derive(Clone, Copy, Debug)]
pub struct PlanOptions {
    /// Shoppers.
    pub sockets: usize,
    /// Messages a second, all together.
    pub rate: f64,
    /// How long.
    pub seconds: f64,
    /// Share of turns that come as two or three messages.
    pub bursts: f64,
    /// Forced disconnects.
    pub chaos: usize,
    /// Whether the shoppers have other tabs, which are broken too.
    pub tabs: bool,
    /// How many texts there are to choose from.
    pub texts: usize,
    /// Seed.
    pub seed: u64,
}

/// What everybody will do. Times are microseconds from the start.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// One for each shopper.
    pub shoppers: Vec<ShopperPlan>,
}

/// What one shopper will do.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ShopperPlan {
    /// Messages in the order of their times.
    pub lines: Vec<Line>,
    /// Moments at which the connection breaks, in order.
    pub breaks_at_us: Vec<u64>,
    /// The same for the shopper's other tabs, together.
    pub tab_breaks_at_us: Vec<u64>,
}

/// A message to be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// When it is due.
    pub due_us: u64,
    /// Which text.
    pub text: usize,
    /// The connection breaks right behind it, before it can be acknowledged.
    pub breaks: bool,
}

impl Plan {
    /// Makes the plan. The same options give the same plan.
    ///
    /// Turns arrive as a Poisson process (its moments, given their number, are uniform). Each round deals one turn to
    /// every shopper in a fresh order, so that a shopper's turns are about `sockets ÷ rate` seconds apart and not
    /// bunched by chance; bursts are made on purpose.
    pub fn new(options: &PlanOptions) -> Plan {
        let mut dice = Dice::new(options.seed);
        let wanted = ((options.rate * options.seconds).round() as usize).max(1);
        let span_us = (options.seconds * 1e6) as u64;

        let mut turns: Vec<Vec<u64>> = Vec::new();
        let mut planned = 0;
        while planned < wanted {
            let size = if dice.unit() < options.bursts {
                2 + dice.below(2)
            } else {
                1
            };
            let size = size.min(wanted - planned);
            planned += size;
            turns.push(turn(size, span_us, &mut dice));
        }
        turns.sort_unstable();

        let mut shoppers = vec![ShopperPlan::default(); options.sockets];
        let mut dealt: Vec<usize> = Vec::new();
        for turn in turns {
            if dealt.is_empty() {
                dealt = (0..options.sockets).collect();
                dice.shuffle(&mut dealt);
            }
            let Some(shopper) = dealt.pop() else { continue };
            shoppers[shopper].lines.extend(turn.into_iter().map(|due_us| Line {
                due_us,
                text: 0,
                breaks: false,
            }));
        }
        for shopper in &mut shoppers {
            shopper.lines.sort_by_key(|line| line.due_us);
            deal_texts(&mut shopper.lines, options.texts, &mut dice);
        }
        plan_breaks(&mut shoppers, options, span_us, &mut dice);
        Plan { shoppers }
    }

    /// All messages.
    pub fn messages(&self) -> usize {
        self.shoppers.iter().map(|shopper| shopper.lines.len()).sum()
    }
}

/// The times of the messages of one turn, all within the span. People need a third of a second to nearly a second for
/// the next few words.
fn turn(size: usize, span_us: u64, dice: &mut Dice) -> Vec<u64> {
    let mut offsets = vec![0];
    for _ in 1..size {
        let last = offsets.last().copied().unwrap_or(0);
        offsets.push((last + 300_000 + dice.below_u64(600_000)).min(span_us));
    }
    let length = offsets.last().copied().unwrap_or(0);
    let start = dice.below_u64((span_us - length).max(1));
    offsets.into_iter().map(|offset| start + offset).collect()
}

/// No shopper says the same twice before every text had its turn: a bot that is asked one thing again and again is
/// right to bring in a person, and then there is nothing left to measure.
fn deal_texts(lines: &mut [Line], texts: usize, dice: &mut Dice) {
    let mut order: Vec<usize> = Vec::new();
    for line in lines {
        if order.is_empty() {
            order = (0..texts).collect();
            dice.shuffle(&mut order);
        }
        line.text = order.pop().unwrap_or(0);
    }
}

fn plan_breaks(shoppers: &mut [ShopperPlan], options: &PlanOptions, span_us: u64, dice: &mut Dice) {
    let talkers: Vec<usize> = (0..shoppers.len())
        .filter(|index| !shoppers[*index].lines.is_empty())
        .collect();
    if talkers.is_empty() {
        return;
    }
    for count in 0..options.chaos {
        let shopper = &mut shoppers[talkers[dice.below(talkers.len())]];
        let line = dice.below(shopper.lines.len());
        if options.tabs && count % 4 == 3 {
            shopper.tab_breaks_at_us.push(dice.below_u64(span_us.max(1)));
        } else if count % 2 == 0 && !shopper.lines[line].breaks {
            shopper.lines[line].breaks = true;
        } else {
            shopper.breaks_at_us.push(dice.below_u64(span_us.max(1)));
        }
    }
    for shopper in shoppers {
        shopper.breaks_at_us.sort_unstable();
        shopper.tab_breaks_at_us.sort_unstable();
    }
}

/// SplitMix64: small, good enough for arrival times, the same everywhere.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// 0 ≤ x < 1.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// 0 ≤ x < limit.
    pub(crate) fn below_u64(&mut self, limit: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(limit)) >> 64) as u64
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.below_u64(limit as u64) as usize
    }

    fn shuffle(&mut self, items: &mut [usize]) {
        for index in (1..items.len()).rev() {
            items.swap(index, self.below(index + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn options() -> PlanOptions {
        PlanOptions {
            sockets: 50,
            rate: 100.0,
            seconds: 20.0,
            bursts: 0.2,
            chaos: 30,
            tabs: false,
            texts: 200,
            seed: 7,
        }
    }

    #[test]
    fn as_many_messages_as_asked_and_the_same_for_the_same_seed() {
        let plan = Plan::new(&options());
        assert_eq!(plan.messages(), 2000);
        assert_eq!(plan, Plan::new(&options()));
        let other = PlanOptions { seed: 8, ..options() };
        assert_ne!(plan, Plan::new(&other));
    }

    #[test]
    fn arrivals_are_spread_over_the_whole_time() {
        let plan = Plan::new(&options());
        let mut quarters = [0usize; 4];
        for line in plan.shoppers.iter().flat_map(|shopper| &shopper.lines) {
            assert!(line.due_us <= 20_000_000);
            quarters[(line.due_us / 5_000_001) as usize] += 1;
        }
        // 500 expected in each; five standard deviations are about 112.
        assert!(quarters.iter().all(|count| (380..=620).contains(count)), "{quarters:?}");
    }

    #[test]
    fn everybody_speaks_and_most_messages_stand_alone() {
        let slow = PlanOptions {
            rate: 25.0,
            ..options()
        };
        let plan = Plan::new(&slow);
        let mut close = 0;
        let mut gaps = 0;
        for shopper in &plan.shoppers {
            assert!(shopper.lines.len() >= 6, "{}", shopper.lines.len());
            for pair in shopper.lines.windows(2) {
                assert!(pair[0].due_us <= pair[1].due_us);
                gaps += 1;
                close += usize::from(pair[1].due_us - pair[0].due_us < 1_000_000);
            }
        }
        assert!(close * 2 < gaps, "{close} of {gaps} gaps are bursts");
        assert!(close * 20 > gaps, "{close} of {gaps} gaps are bursts");
        let without = Plan::new(&PlanOptions { bursts: 0.0, ..slow });
        assert_eq!(without.messages(), 500);
    }

    #[test]
    fn nobody_repeats_before_all_was_said() {
        for shopper in &Plan::new(&options()).shoppers {
            let mut texts: Vec<usize> = shopper.lines.iter().map(|line| line.text).collect();
            texts.sort_unstable();
            texts.dedup();
            assert_eq!(texts.len(), shopper.lines.len());
            assert!(texts.iter().all(|text| *text < 200));
        }
    }

    #[test]
    fn chaos_breaks_as_often_as_asked() {
        let plan = Plan::new(&options());
        let at_moments: usize = plan.shoppers.iter().map(|shopper| shopper.breaks_at_us.len()).sum();
        let behind_messages = plan
            .shoppers
            .iter()
            .flat_map(|shopper| &shopper.lines)
            .filter(|line| line.breaks)
            .count();
        assert_eq!(at_moments + behind_messages, 30);
        assert!(
            at_moments >= 15 && behind_messages >= 10,
            "{at_moments} {behind_messages}"
        );
    }
}
