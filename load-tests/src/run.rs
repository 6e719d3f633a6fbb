//! One whole test: open the sockets, talk, wait for the last answers, compare histories, report.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use tokio::sync::{Notify, Semaphore, oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::{Duration, Instant, MissedTickBehavior, interval, sleep, sleep_until};

use crate::cost::{Misfortunes, ServerFigures};
use crate::options::Options;
use crate::pace::Pace;
use crate::plan::{Plan, PlanOptions};
use crate::proc::{self, Usage};
use crate::proxy::{Proxy, Weather};
use crate::report::Report;
use crate::shopper::{self, Counts, Phase, Street, Visit};
use crate::socket::{Door, OPENING, address_of};
use crate::spawn::Server;
use crate::tab::{self, TabVisit};

/// After the last answer: whatever still comes then is one too many, and is to be caught.
const LINGER: Duration = Duration::from_millis(500);

/// How often a client asks whether the server is still there, when connections may be half-open.
const BEAT: Duration = Duration::from_millis(500);

/// Runs the test.
///
/// # Errors
/// It could not run: no texts, no server, too few file handles. What the server did wrong is in the report.
pub async fn run(options: &Options) -> Result<Report> {
    run_beside(options, |_| ()).await
}

/// The same; `began` hears when messages begin to be sent.
pub(crate) async fn run_beside(options: &Options, began: impl FnOnce(Instant)) -> Result<Report> {
    let texts = read_texts(&options.texts)?;
    check_file_limit(
        options
            .sockets
            .saturating_mul(1 + options.tabs())
            .saturating_mul(if options.rough() { 3 } else { 1 }),
    )?;
    let seed = options.seed.unwrap_or_else(seed_from_clock);
    let plan = Plan::new(&PlanOptions {
        sockets: options.sockets as usize,
        rate: options.rate,
        seconds: options.seconds,
        bursts: options.bursts,
        chaos: options.chaos as usize,
        tabs: options.tabs() > 0,
        texts: texts.len(),
        seed,
    });
    let server = match &options.spawn {
        Some(binary) => Some(Server::start(
            binary,
            &options.intents,
            options.store.as_deref(),
            options.sockets * (1 + options.tabs()),
        )?),
        None => None,
    };
    let url = server.as_ref().map_or(options.url.as_str(), Server::url).to_owned();
    let pid = server.as_ref().map(Server::pid).or(options.pid);
    // Of a server that is killed in between there is no telling.
    let usage = || pid.filter(|_| options.kills == 0).and_then(Usage::of);
    let server = Arc::new(Mutex::new(server));
    let proxy = proxy(options, &url, seed).await?;
    let door = match &proxy {
        Some(proxy) => Door::new(&format!("ws://{}/v1/chat", proxy.address()), &options.shop)?,
        None => Door::new(&url, &options.shop)?,
    };
    tell(&format!("{url} · {} messages planned · seed {seed}", plan.messages()));

    let (phase, phase_seen) = watch::channel(Phase::Opening);
    let street = Arc::new(Street {
        door,
        texts,
        phase: phase_seen,
        counts: Counts::default(),
        readers: Semaphore::new(OPENING),
        entrances: Semaphore::new(OPENING),
        patience: Duration::from_secs(if options.rough() { 4 } else { 20 }),
        beat: options.rough().then_some(BEAT),
        acks_only: options.acks_only,
    });
    let before_sockets = usage();
    let calls: Vec<Arc<Notify>> = plan.shoppers.iter().map(|_| Arc::default()).collect();
    let (shoppers, tabs) = send_in(&street, &plan, &calls, options);
    // Every shopper is in or has given up within its own time limit.
    let never = Instant::now() + Duration::from_secs(86_400);
    wait_for_all(&street, options.sockets as usize, never, |counts| {
        counts.opened.load(Ordering::Relaxed)
    })
    .await;

    let before_talk = usage();
    let started = Instant::now();
    phase.send_replace(Phase::Talking(started));
    began(started);
    let _pace = Pace::start(started.into_std(), calls_of(&plan, &calls));
    let kills = kill(options, &server, proxy.as_ref(), started).await?;
    let deadline = started + Duration::from_secs_f64(options.seconds + options.settle_seconds);
    wait_for_all(&street, options.sockets as usize, deadline, |counts| {
        counts.settled.load(Ordering::Relaxed)
    })
    .await;
    let after_talk = usage();
    sleep(LINGER).await;
    if let Some(proxy) = &proxy {
        proxy.calm_down();
    }
    phase.send_replace(Phase::Closing);
    let visits = shoppers.join_all().await;
    let tabs = tabs.join_all().await;

    let figures = ServerFigures {
        misfortunes: Misfortunes::of(kills, proxy.as_ref().map(Proxy::counts)),
        looks: [before_sockets, before_talk, after_talk],
    };
    Ok(Report::new(
        options,
        &url,
        seed,
        plan.messages(),
        &visits,
        &tabs,
        figures,
    ))
}

/// When each shopper is to be called for each of its messages.
fn calls_of(plan: &Plan, calls: &[Arc<Notify>]) -> Vec<(u64, Arc<Notify>)> {
    let shoppers = plan.shoppers.iter().zip(calls);
    shoppers
        .flat_map(|(shopper, called)| shopper.lines.iter().map(|line| (line.due_us, Arc::clone(called))))
        .collect()
}

/// What stands between shoppers and server when connections are to go wrong, or the server to move.
async fn proxy(options: &Options, url: &str, seed: u64) -> Result<Option<Proxy>> {
    if !options.rough() {
        return Ok(None);
    }
    let weather = if options.storm {
        Weather::storm(seed)
    } else {
        Weather::CALM
    };
    Ok(Some(Proxy::start(&address_of(url)?, weather).await?))
}

/// Kills the server and starts it again, evenly over the time in which messages are sent; how long each took until it
/// served again.
async fn kill(
    options: &Options,
    server: &Arc<Mutex<Option<Server>>>,
    proxy: Option<&Proxy>,
    started: Instant,
) -> Result<Vec<Duration>> {
    let mut took = Vec::new();
    for number in 0..options.kills {
        let share = f64::from(number + 1) / f64::from(options.kills + 1);
        sleep_until(started + Duration::from_secs_f64(options.seconds * share)).await;
        let server = Arc::clone(server);
        let began = Instant::now();
        let url = tokio::task::spawn_blocking(move || {
            let mut server = server.lock().unwrap_or_else(PoisonError::into_inner);
            let server = server.as_mut().context("there is no server to kill")?;
            server.kill_and_restart()?;
            anyhow::Ok(server.url().to_owned())
        })
        .await??;
        took.push(began.elapsed());
        if let Some(proxy) = proxy {
            proxy.set_target(&address_of(&url)?);
        }
    }
    Ok(took)
}

/// Starts all shoppers, spread over the ramp.
fn send_in(
    street: &Arc<Street>,
    plan: &Plan,
    calls: &[Arc<Notify>],
    options: &Options,
) -> (JoinSet<Visit>, JoinSet<TabVisit>) {
    let sockets = f64::from(options.sockets);
    let ramp = options.ramp_seconds.unwrap_or(sockets / 500.0).max(0.0);
    let now = Instant::now();
    let (mut shoppers, mut listeners) = (JoinSet::new(), JoinSet::new());
    for (number, (shopper_plan, called)) in plan.shoppers.iter().zip(calls).enumerate() {
        let opens_at = now + Duration::from_secs_f64(ramp * number as f64 / sockets);
        let reads_history = number < options.history_sample as usize;
        let (token, token_seen) = watch::channel(None);
        let mut histories = Vec::new();
        let tabs = options.tabs() as usize;
        for number in 0..tabs {
            let (history, history_seen) = oneshot::channel();
            histories.push(history);
            let breaks = shopper_plan.tab_breaks_at_us.iter().copied().skip(number).step_by(tabs);
            listeners.spawn(tab::listen(
                Arc::clone(street),
                token_seen.clone(),
                breaks.collect(),
                history_seen,
            ));
        }
        shoppers.spawn(shopper::visit(
            Arc::clone(street),
            shopper_plan.clone(),
            opens_at,
            Arc::clone(called),
            reads_history,
            (token, histories),
        ));
    }
    (shoppers, listeners)
}

/// Waits until everybody has arrived at the next step, or the deadline; tells progress.
async fn wait_for_all(street: &Street, all: usize, deadline: Instant, count: impl Fn(&Counts) -> usize) {
    let mut progress = interval(Duration::from_secs(5));
    progress.set_missed_tick_behavior(MissedTickBehavior::Skip);
    progress.tick().await;
    while count(&street.counts) < all {
        tokio::select! {
            () = street.counts.changed.notified() => {}
            _ = progress.tick() => {
                let Counts { opened, sent, acked, .. } = &street.counts;
                tell(&format!(
                    "{} connected · {} sent · {} acknowledged",
                    opened.load(Ordering::Relaxed),
                    sent.load(Ordering::Relaxed),
                    acked.load(Ordering::Relaxed)
                ));
            }
            () = sleep_until(deadline) => return,
        }
    }
}

/// All lines of these files that are not comments.
pub(crate) fn read_texts(files: &[PathBuf]) -> Result<Vec<String>> {
    let mut texts = Vec::new();
    for path in files {
        let whole = fs::read_to_string(path).with_context(|| format!("no texts at {}", path.display()))?;
        let lines = whole.lines().map(str::trim);
        texts.extend(
            lines
                .filter(|line| !line.is_empty() && !line.starts_with('#'))
                .map(str::to_owned),
        );
    }
    if texts.is_empty() {
        bail!("no texts: the files hold comments only");
    }
    Ok(texts)
}

pub(crate) fn check_file_limit(sockets: u32) -> Result<()> {
    match proc::open_file_limit() {
        Some(limit) if limit < u64::from(sockets) + 50 => bail!(
            "{sockets} sockets need more open files than the {limit} allowed; run `ulimit -n {}` first",
            sockets + 1000
        ),
        _ => Ok(()),
    }
}

fn seed_from_clock() -> u64 {
    // Before 1970 every seed is as good as another.
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_millis() as u64)
}

/// Progress goes to standard error, so that the report alone is on standard output.
pub(crate) fn tell(text: &str) {
    let _ = writeln!(std::io::stderr(), "load-tests: {text}");
}
