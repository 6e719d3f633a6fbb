//! Erlang A against published figures, against the formulas that are its limits, and against itself.

use super::*;
use crate::plan::Dice;

fn demand(arrivals_a_second: f64, handling_s: f64, patience_s: f64) -> Demand {
    Demand {
        arrivals_a_second,
        handling_s,
        patience_s,
    }
}

fn near(found: f64, expected: f64, tolerance: f64) {
    assert!(
        (found - expected).abs() <= tolerance,
        "{found} is not within {tolerance} of {expected}"
    );
}

/// Erlang B by its recursion: B(0) = 1, B(n) = a·B(n−1) ÷ (n + a·B(n−1)).
fn erlang_b(erlangs: f64, servers: u32) -> f64 {
    (1..=servers).fold(1.0, |blocked, servers| {
        erlangs * blocked / (f64::from(servers) + erlangs * blocked)
    })
}

/// Erlang C from Erlang B.
fn erlang_c(erlangs: f64, servers: u32) -> f64 {
    let (blocked, servers) = (erlang_b(erlangs, servers), f64::from(servers));
    servers * blocked / (servers - erlangs * (1.0 - blocked))
}

#[test]
fn the_example_of_garnett_mandelbaum_and_reiman() {
    // Their table 1: 48 calls a minute, a minute each, 50 agents, patience of two minutes on average, beside the same
    // without impatience.
    let impatient = demand(0.8, 60.0, 120.0).with_servers(50, 12.5);
    near(impatient.gives_up, 0.031, 0.0005);
    near(impatient.mean_wait_s, 3.7, 0.05);
    let patient = demand(0.8, 60.0, f64::INFINITY).with_servers(50, 58.1);
    near(patient.mean_wait_s, 20.8, 0.05);
    // Their ninth decile of the wait.
    near(patient.within, 0.9, 0.001);
    near(patient.gives_up, 0.0, 0.0);
}

#[test]
fn the_textbook_example_of_erlang_c() {
    // 100 calls in half an hour, three minutes each, 14 agents: 17.4 % wait, 88.8 % are answered within 20 s.
    let found = demand(100.0 / 1800.0, 180.0, f64::INFINITY).with_servers(14, 20.0);
    near(found.waits, 0.174, 0.0005);
    near(found.within, 0.888, 0.0005);
    near(found.mean_wait_s, 7.8, 0.05);
}

#[test]
fn with_endless_patience_it_is_erlang_c() {
    for (erlangs, servers) in [(0.5, 1), (10.0, 14), (95.0, 100), (480.0, 500), (1_950.0, 2_000)] {
        let delayed = erlang_c(erlangs, servers);
        let service = f64::from(servers) - erlangs;
        for patience_s in [f64::INFINITY, 1e10] {
            let found = demand(erlangs, 1.0, patience_s).with_servers(servers, 0.3);
            near(found.waits, delayed, 1e-6);
            near(found.mean_wait_s, delayed / service, 1e-5);
            near(found.within, 1.0 - delayed * (-service * 0.3).exp(), 1e-6);
        }
    }
}

#[test]
fn without_any_patience_it_is_erlang_b() {
    for (erlangs, servers) in [(2.0, 1), (5.0, 10), (120.0, 100), (800.0, 700)] {
        let found = demand(erlangs, 1.0, 1e-9).with_servers(servers, 1.0);
        near(found.gives_up, erlang_b(erlangs, servers), 1e-6);
    }
    near(erlang_b(5.0, 10), 0.018_385, 1e-6);
}

#[test]
fn where_patience_is_as_long_as_handling_the_state_is_poisson() {
    // Every chat in the system then leaves at the same rate, waiting or not: M/M/∞.
    let (erlangs, servers) = (20.0_f64, 24_u32);
    let mut term = (-erlangs).exp();
    let mut free = 0.0;
    for busy in 0..servers {
        free += term;
        term *= erlangs / f64::from(busy + 1);
    }
    let found = demand(erlangs, 1.0, 1.0).with_servers(servers, 1.0);
    near(found.waits, 1.0 - free, 1e-12);
}

#[test]
fn within_any_time_are_all_who_do_not_give_up() {
    for (arrivals, servers) in [(0.2, 40), (0.8, 150), (4.0, 700)] {
        let found = demand(arrivals, 200.0, 90.0).with_servers(servers, 1e7);
        near(found.within, 1.0 - found.gives_up, 1e-9);
        let at_once = demand(arrivals, 200.0, 90.0).with_servers(servers, 0.0);
        near(at_once.within, 1.0 - at_once.waits, 1e-9);
    }
}

#[test]
fn more_people_never_make_it_worse_and_shares_stay_shares() {
    let mut dice = Dice::new(7);
    for _ in 0..200 {
        let load = demand(
            dice.unit() * 3.0 + 1e-3,
            dice.unit() * 400.0 + 5.0,
            dice.unit() * 600.0 + 5.0,
        );
        let promise_s = dice.unit() * 300.0;
        let about = load.erlangs() as u32;
        let mut before = load.with_servers(about / 2, promise_s);
        for servers in (about / 2 + 1..about * 2 + 4).step_by(1 + about as usize / 10) {
            let now = load.with_servers(servers, promise_s);
            for share in [now.waits, now.gives_up, now.within] {
                assert!((0.0..=1.0).contains(&share), "{load:?} {servers} {now:?}");
            }
            assert!(now.within >= before.within - 1e-9, "{load:?} {servers} {now:?}");
            assert!(now.gives_up <= before.gives_up + 1e-9, "{load:?} {servers} {now:?}");
            assert!(
                now.mean_wait_s <= before.mean_wait_s + 1e-9,
                "{load:?} {servers} {now:?}"
            );
            before = now;
        }
    }
}

#[test]
fn the_fewest_are_enough_and_one_less_is_not() {
    for load in [
        demand(0.05, 240.0, 300.0),
        demand(2.0, 240.0, 300.0),
        demand(10.0, 240.0, f64::INFINITY),
    ] {
        let servers = load.servers_for(180.0, 0.9).unwrap_or_default();
        assert!(servers > 0);
        assert!(load.with_servers(servers, 180.0).within >= 0.9);
        assert!(load.with_servers(servers - 1, 180.0).within < 0.9);
    }
}

#[test]
fn nobody_and_nothing_are_no_special_cases() {
    let load = demand(0.1, 60.0, 60.0);
    near(load.with_servers(0, 30.0).gives_up, 1.0, 1e-9);
    near(load.with_servers(0, 30.0).within, 0.0, 0.0);
    near(demand(0.1, 60.0, f64::INFINITY).with_servers(6, 30.0).within, 0.0, 0.0);
    assert_eq!(demand(0.0, 60.0, 60.0).servers_for(30.0, 0.9), Some(0));
    assert_eq!(fewest(8, |_| false), None);
    assert_eq!(fewest(8, |number| number >= 7), Some(7));
}
