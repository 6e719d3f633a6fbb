//! `yingda serve`: puts the rooms together, says where it is to be found, and goes when it is told to.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::accounts::{self, AccountSettings, Accounts};
use crate::config::{LogFormat, Settings};
use crate::gateway::{App, Parts, run as serve_gateway, signin_link};
use crate::hub::{Clock, Hub, HubSettings};
use crate::packs::{Finding, Format, Severity, SourceFile, render};
use crate::publishing::reload::{Build, Reloaded, Reloader};
use crate::publishing::{Publisher, Reading};
use crate::shops::{Generations, Shops};
use crate::telemetry::{Metrics, start_logs};
use crate::understanding::Tolerance;

use super::address::public_url;
use super::args::ServeArgs;
use super::control::{Control, ControlFile};
use super::{Exit, output, settings, store};

/// Serves until told to stop.
pub fn run(args: &ServeArgs) -> Result<Exit> {
    let settings = settings::load(args)?;
    start_logs(
        settings.telemetry.log_format == LogFormat::Json,
        &settings.telemetry.log_level,
    )?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let exit = runtime.block_on(serve(settings));
    // A build of intents may still run; nobody waits for it.
    runtime.shutdown_timeout(Duration::from_secs(1));
    exit
}

async fn serve(settings: Settings) -> Result<Exit> {
    let settings = Arc::new(settings);
    let listener = listen(settings.gateway.listen).await?;
    let address = listener.local_addr()?;
    let shutdown = stop_signal()?;
    let metrics = Arc::new(Metrics::new());
    let (store, loaded) = tokio::join!(store::open(&settings.store), load_intents(&settings));
    let (store, (shops, seen, build)) = (store?, loaded?);
    store::join(&*store, shops.all().keys().cloned().collect()).await?;
    let clock = Clock::system();
    let hub = Hub::start(
        Arc::clone(&store),
        Arc::clone(&shops),
        clock.clone(),
        hub_settings(&settings),
        Arc::clone(&metrics),
    )
    .await
    .context("读不了已保存的会话 · stored conversations cannot be read")?;
    let _reloader = reloader(&settings, seen, build, &shops, &metrics)?;
    let public_url = public_url(&settings, address);
    let (control_secret, _control_file) = control(&settings, address, &public_url)?;
    let accounts = Accounts::new(Arc::clone(&store) as _, AccountSettings::from(&*settings));
    let first = accounts.first(clock.now()).await?;
    let app = App::new(Parts {
        hub: hub.clone(),
        accounts,
        control_secret,
        store: Arc::clone(&store),
        shops,
        settings: Arc::clone(&settings),
        metrics,
        clock,
        public_url: public_url.clone(),
    });
    let signin = first.as_ref().map(|linked| linked.token.as_str());
    announce(&settings, &public_url, address, signin);
    serve_gateway(listener, app, shutdown).await?;
    let drain = Duration::from_millis(settings.gateway.drain_ms);
    match tokio::time::timeout(drain, hub.drain()).await {
        Ok(Ok(())) => tracing::info!("stopped"),
        Ok(Err(error)) => tracing::warn!(%error, "stopped, the store did not close cleanly"),
        // What was acknowledged is kept; what is owed is answered after the next start.
        Err(_) => tracing::warn!("stopped before every reply was written"),
    }
    Ok(Exit::Clean)
}

async fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => anyhow!(
            "{address} 已被占用：换一个端口，例如 yingda serve --listen {}:{}，或停掉占用它的程序。\n\
             {address} is in use: take another port as above, or stop the program that has it.",
            address.ip(),
            address.port().wrapping_add(1).max(1024),
        ),
        ErrorKind::PermissionDenied => anyhow!(
            "不能监听 {address}：1024 以下的端口需要管理员权限，请用 --listen 换一个。\n\
             {address} may not be listened on: ports below 1024 need privileges; take another with --listen."
        ),
        _ => anyhow!("不能监听 {address} · {address} cannot be listened on: {error}"),
    })
}

/// Cancelled by the first Ctrl-C or SIGTERM; the second ends the process at once.
fn stop_signal() -> Result<CancellationToken> {
    let shutdown = CancellationToken::new();
    let told = shutdown.clone();
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::spawn(async move {
        loop {
            #[cfg(unix)]
            let code = tokio::select! {
                _ = tokio::signal::ctrl_c() => 130,
                _ = terminate.recv() => 143,
            };
            #[cfg(not(unix))]
            let code = {
                let _ = tokio::signal::ctrl_c().await;
                130
            };
            if told.is_cancelled() {
                std::process::exit(code);
            }
            tracing::info!("stopping; once more to stop at once");
            told.cancel();
        }
    });
    Ok(shutdown)
}

type Loaded = (Arc<Shops>, [u8; 32], Box<Build>);

async fn load_intents(settings: &Settings) -> Result<Loaded> {
    let folder = settings.understanding.intents.clone();
    let mut build = builder(settings);
    if !folder.is_dir() {
        bail!(
            "没有话术目录 {0}：用 --intents 指定，或在含有 intents 的目录里启动。\n\
             There is no folder of intents at {0}: name it with --intents, or start where intents/ is.",
            folder.display()
        );
    }
    tokio::task::spawn_blocking(move || {
        let reading = Reading::of(&folder);
        match build(&reading, &Generations::new()) {
            Ok((generations, findings)) => {
                log_findings(&findings);
                Ok((Arc::new(Shops::new(generations)), reading.id, build))
            }
            Err(findings) => Err(anyhow!(
                "{}\n话术有错误，服务没有启动；改好后再试。\nThe intent files have errors; mend them and start again.",
                rendered(&folder, &findings, &reading.files, Format::Human)
            )),
        }
    })
    .await?
}

/// How generations are built under these settings.
fn builder(settings: &Settings) -> Box<Build> {
    let tolerance = Tolerance::from(&settings.understanding);
    let mut publisher = Publisher::new(tolerance, settings.handoff.own_clock_ms());
    Box::new(move |reading, previous| publisher.load(reading, previous))
}

fn reloader(
    settings: &Settings,
    seen: [u8; 32],
    build: Box<Build>,
    shops: &Arc<Shops>,
    metrics: &Arc<Metrics>,
) -> Result<Option<Reloader>> {
    if settings.understanding.reload_ms == 0 {
        return Ok(None);
    }
    let metrics = Arc::clone(metrics);
    let folder = settings.understanding.intents.clone();
    let reloader = Reloader::start(
        settings.understanding.intents.clone(),
        seen,
        Duration::from_millis(settings.understanding.reload_ms),
        Arc::clone(shops),
        build,
        move |outcome| match outcome {
            Reloaded::Taken {
                changed,
                gone,
                findings,
            } => {
                metrics.reloaded(true);
                log_findings(findings);
                let changed: Vec<String> = changed
                    .iter()
                    .map(|(shop, pack)| format!("{shop}={}", pack.short()))
                    .collect();
                let gone: Vec<&str> = gone.iter().map(|shop| shop.as_str()).collect();
                tracing::info!(changed = changed.join(" "), gone = gone.join(" "), "new intents answer");
            }
            Reloaded::Refused { findings, files } => {
                metrics.reloaded(false);
                tracing::error!(
                    "changed intents are refused, the old ones go on:\n{}",
                    rendered(&folder, findings, files, Format::Line)
                );
            }
            Reloaded::Unreadable(error) => {
                metrics.reloaded(false);
                tracing::error!(%error, "the intent folder cannot be read, the old intents go on");
            }
        },
    )?;
    Ok(Some(reloader))
}

fn log_findings(findings: &[Finding]) {
    if !findings.is_empty() {
        tracing::warn!(
            findings = findings.len(),
            "`yingda check` has something to say about the intents"
        );
    }
}

/// The errors among the findings, with the lines they are about.
fn rendered(folder: &Path, findings: &[Finding], sources: &[SourceFile], format: Format) -> String {
    let errors: Vec<Finding> = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .cloned()
        .collect();
    let folder = folder.display().to_string();
    render(format, &errors, sources, &folder, false).trim_end().to_owned()
}

fn hub_settings(settings: &Settings) -> HubSettings {
    HubSettings {
        burst_wait_ms: settings.conversation.burst_wait_ms,
        lease_ms: settings.handoff.lease_s * 1000,
        agent_reply_timeout_ms: settings.handoff.agent_reply_timeout_s * 1000,
        own_clock_ms: settings.handoff.own_clock_ms(),
        idle_ms: settings.conversation.idle_s * 1000,
        close_after_ms: settings.conversation.close_after_h * 3_600_000,
        keep_ms: settings.store.retention_days * 24 * 3_600_000,
        available_on_connect: settings.handoff.available_on_connect,
        ..HubSettings::default()
    }
}

/// Lets commands on this machine reach the server: the embedded store's folder is locked by it. Those that share a
/// Redis store need no door.
fn control(
    settings: &Settings,
    listening: SocketAddr,
    public_url: &str,
) -> Result<(Option<String>, Option<ControlFile>)> {
    if settings.store.url != "embedded" {
        return Ok((None, None));
    }
    let secret = accounts::token::new_token()?;
    let control = Control::of(listening, secret.clone(), public_url.to_owned());
    match control.write(&settings.store.data) {
        Ok(file) => Ok((Some(secret), Some(file))),
        Err(error) => {
            tracing::warn!(%error, "no control.json: `yingda staff` cannot be used while this server runs");
            Ok((None, None))
        }
    }
}

/// Says where everything is. Scripts read these lines.
fn announce(settings: &Settings, public_url: &str, listening: SocketAddr, signin: Option<&str>) {
    let mut text = format!(
        "应答已就绪 · yingda is ready\n\
         \x20 示例店铺 · demo shop    {public_url}/\n\
         \x20 客服工作台 · desk       {public_url}/desk\n",
    );
    if !settings.gateway.public_url.is_empty() {
        text.push_str(&format!("\x20 监听 · listening on      http://{listening}/\n"));
    }
    if let Some(token) = signin {
        let hours = settings.security.signin_hours;
        text.push_str(&format!(
            "\x20 首次登录工作台，只显示这一次，只能用一次，{hours} 小时内有效\n\
             \x20 first sign-in at the desk, shown once, works once, within {hours} hours\n\
             \x20   {}\n",
            signin_link(public_url, token)
        ));
    }
    text.push_str("  按 Ctrl-C 停止 · Ctrl-C stops");
    output::say(&text);
}
