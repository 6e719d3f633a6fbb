//! `yingda serve`: puts the rooms together, says where it is to be found, and goes when it is told to.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use tokio::net::TcpListener;
use tokio_util::task::AbortOnDropHandle;

use crate::accounts::{self, AccountSettings, Accounts};
use crate::config::{GatewaySettings, LogFormat, Settings};
use crate::gateway::identity::IdentityKeys;
use crate::gateway::tls::Tls;
use crate::gateway::{App, Listening, Parts, run as serve_gateway, signin_link};
use crate::handoff::steering::Steering;
use crate::hub::{Clock, Hub, HubSettings, Keep};
use crate::packs::{Finding, Format, Severity, SourceFile, render};
use crate::publishing::reload::{Reloaded, Reloader};
use crate::publishing::{Build, Publisher, Reading};
use crate::search::Indexer;
use crate::shops::{Generations, Shops};
use crate::store::Log;
use crate::telemetry::{Metrics, start_logs};
use crate::understanding::Tolerance;

use super::address::{listening_url, public_url};
use super::args::ServeArgs;
use super::control::{Control, ControlFile};
use super::recorded::{self, Publications};
use super::signals::{self, Signals};
use super::{Exit, files, output, private, settings, store};

/// Serves until told to stop.
pub fn run(args: &ServeArgs) -> Result<Exit> {
    private::files();
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
    let gateway = &settings.gateway;
    open_files(gateway.files_needed());
    let tls = certificate(gateway)?;
    let listener = listen(gateway.listen).await?;
    let address = listener.local_addr()?;
    let operations = match gateway.operations_listen {
        Some(address) => Some(listen(address).await?),
        None => None,
    };
    let Signals { shutdown, mut reload } = signals::listen()?;
    let metrics = Arc::new(Metrics::new());
    let identity = IdentityKeys::open(&settings.shops)?;
    let (store, loaded) = tokio::join!(store::open(&settings.store), load_intents(&settings));
    let (store, (shops, seen, build)) = (store?, loaded?);
    store::join(&*store, shops.all().keys().cloned().collect()).await?;
    let files = files::open(&settings)?;
    let clock = Clock::system();
    let hub = Hub::start(
        Arc::clone(&store),
        Arc::clone(&shops),
        clock.clone(),
        hub_settings(&settings)?,
        Arc::clone(&metrics),
    )
    .await
    .context("读不了已保存的会话 · stored conversations cannot be read")?;
    let accounts = Accounts::new(Arc::clone(&store) as _, AccountSettings::from(&*settings));
    recorded::start(&accounts, &settings, &shops, clock.now()).await?;
    let first = accounts.first(clock.now()).await?;
    let record = recorded::publications(accounts.clone(), clock.clone());
    let reloader = reloader(&settings, seen, build, &shops, &metrics, record)?;
    let editor = reloader.editor();
    let public_url = public_url(&settings, address);
    let (control, control_secret, _control_file) = control(&settings, &public_url).await?;
    let parts = Parts {
        hub: hub.clone(),
        files: files.clone(),
        identity,
        accounts,
        control_secret,
        store: Arc::clone(&store),
        editor,
        shops,
        settings: Arc::clone(&settings),
        metrics,
        clock: clock.clone(),
        public_url: public_url.clone(),
    };
    let app = App::new(parts)?;
    let signin = first.as_ref().map(|linked| linked.token.as_str());
    let beside = operations.as_ref().map(TcpListener::local_addr).transpose()?;
    announce(&settings, &public_url, address, beside, signin);
    warn_of_what_is_open(&settings, address);
    let reloading = AbortOnDropHandle::new(tokio::spawn({
        let tls = tls.clone();
        async move {
            while reload.recv().await.is_some() {
                tracing::info!("told to look again: intents and certificate");
                reloader.look();
                if let Some(tls) = &tls {
                    tls.look();
                }
            }
        }
    }));
    let sweeping = files.map(|files| {
        let log = Arc::clone(&store) as Arc<dyn Log>;
        AbortOnDropHandle::new(tokio::spawn(files::sweep(files, log, clock.clone())))
    });
    let indexing = AbortOnDropHandle::new(tokio::spawn(Indexer::new(Arc::clone(&store), clock.clone()).run()));
    let listening = Listening {
        public: listener,
        tls,
        control,
        operations,
    };
    serve_gateway(listening, app, shutdown).await;
    drop((reloading, sweeping, indexing));
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

/// Lets the process have as many open files as its sockets need, where the system allows it.
fn open_files(needed: u64) {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit, setrlimit};
        let mut limit = getrlimit(Resource::Nofile);
        let most = limit.maximum.unwrap_or(u64::MAX);
        // `None` is no limit.
        if limit.current.is_some_and(|allowed| allowed < needed) {
            limit.current = Some(needed.min(most));
            if let Err(error) = setrlimit(Resource::Nofile, limit) {
                tracing::warn!(%error, needed, "the limit of open files cannot be raised");
            }
        }
        if most < needed {
            tracing::warn!(
                allowed = most,
                needed,
                "too few open files are allowed for gateway.max_connections: raise LimitNOFILE or `ulimit -Hn`, or lower \
                 the setting"
            );
        }
    }
    #[cfg(not(unix))]
    let _ = needed;
}

fn certificate(gateway: &GatewaySettings) -> Result<Option<Arc<Tls>>> {
    Tls::load(&gateway.tls_cert_file, &gateway.tls_key_file).map_err(|error| {
        anyhow!(
            "HTTPS 证书用不了：检查 gateway.tls_cert_file 和 gateway.tls_key_file。\n\
             The certificate cannot be used; check gateway.tls_cert_file and gateway.tls_key_file: {error}"
        )
    })
}

/// Talks that anybody on the way can read are worth a loud word.
fn warn_of_what_is_open(settings: &Settings, listening: SocketAddr) {
    let encrypted = settings.gateway.has_tls() || settings.gateway.public_url.starts_with("https://");
    if !listening.ip().is_loopback() && !encrypted {
        tracing::warn!(
            %listening,
            "other machines reach this server without encryption: set gateway.tls_cert_file and tls_key_file, or put a \
             proxy with HTTPS in front and set gateway.public_url to its https:// address"
        );
    }
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
    // Servers that share a Redis store keep nothing beside it, unless somebody has made them a folder.
    let data = &settings.store.data;
    if settings.store.url == "embedded" || data.is_dir() {
        publisher = publisher.keeping_in(data.join("learned"));
    }
    Box::new(move |reading, previous| publisher.load(reading, previous))
}

fn reloader(
    settings: &Settings,
    seen: [u8; 32],
    build: Box<Build>,
    shops: &Arc<Shops>,
    metrics: &Arc<Metrics>,
    record: Publications,
) -> Result<Reloader> {
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
                ..
            } => {
                metrics.reloaded(true);
                log_findings(findings);
                let changed: Vec<String> = changed
                    .iter()
                    .map(|(shop, pack)| format!("{shop}={}", pack.short()))
                    .collect();
                let gone: Vec<&str> = gone.iter().map(|shop| shop.as_str()).collect();
                tracing::info!(changed = changed.join(" "), gone = gone.join(" "), "new intents answer");
                record.tell(outcome);
            }
            Reloaded::Refused { findings, files } => {
                metrics.reloaded(false);
                record.tell(outcome);
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
    Ok(reloader)
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

fn hub_settings(settings: &Settings) -> Result<HubSettings> {
    let lanes = settings.handoff.customer_lanes.iter().map(String::as_str);
    let steering = Steering::read(lanes).context("handoff.customer_lanes")?;
    Ok(HubSettings {
        steering,
        burst_wait_ms: settings.conversation.burst_wait_ms,
        overload_ms: settings.conversation.overload_ms,
        lease_ms: settings.handoff.lease_s * 1000,
        agent_reply_timeout_ms: settings.handoff.agent_reply_timeout_s * 1000,
        warn_before_ms: settings.handoff.warn_before_s * 1000,
        reopen_within_ms: settings.handoff.reopen_within_h * 3_600_000,
        own_clock_ms: settings.handoff.own_clock_ms(),
        idle_ms: settings.conversation.idle_s * 1000,
        close_after_ms: settings.conversation.close_after_h * 3_600_000,
        close_waiting_after_ms: settings.handoff.close_waiting_after_h * 3_600_000,
        keep: keep(settings),
        mask_cards: settings.privacy.mask_cards,
        available_on_connect: settings.handoff.available_on_connect,
        ..HubSettings::default()
    })
}

/// How long talks are kept: what an operator has set for all of them wins.
fn keep(settings: &Settings) -> Keep {
    let (all, privacy) = (settings.store.retention_days, &settings.privacy);
    let ms = |days: u64| days * 24 * 3_600_000;
    Keep {
        bot_ms: ms(all.unwrap_or(privacy.bot_days)),
        people_ms: ms(all.unwrap_or(privacy.people_days)),
    }
}

/// Lets commands on this machine reach the server: the embedded store's folder is locked by it. The door is a port of its
/// own, so that it is open also when shoppers have taken every place, and needs no certificate. Those that share a Redis
/// store need no door.
async fn control(
    settings: &Settings,
    public_url: &str,
) -> Result<(Option<TcpListener>, Option<String>, Option<ControlFile>)> {
    if settings.store.url != "embedded" {
        return Ok((None, None, None));
    }
    let secret = accounts::token::new_token()?;
    let made = async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let control = Control::of(listener.local_addr()?, secret.clone(), public_url.to_owned());
        let file = control.write(&settings.store.data)?;
        Ok::<_, std::io::Error>((listener, file))
    };
    match made.await {
        Ok((listener, file)) => Ok((Some(listener), Some(secret), Some(file))),
        Err(error) => {
            tracing::warn!(%error, "no control.json: `yingda staff` cannot be used while this server runs");
            Ok((None, None, None))
        }
    }
}

/// Says where everything is. Scripts read these lines.
fn announce(
    settings: &Settings,
    public_url: &str,
    listening: SocketAddr,
    operations: Option<SocketAddr>,
    signin: Option<&str>,
) {
    let mut text = format!(
        "应答已就绪 · yingda is ready\n\
         \x20 示例店铺 · demo shop    {public_url}/\n\
         \x20 客服工作台 · desk       {public_url}/desk\n",
    );
    if !settings.gateway.public_url.is_empty() {
        text.push_str(&format!(
            "\x20 监听 · listening on      {}/\n",
            listening_url(settings, listening)
        ));
    }
    if let Some(operations) = operations {
        text.push_str(&format!("\x20 健康和指标 · operations  http://{operations}/metrics\n"));
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A16
    #[test]
    fn an_operators_own_retention_wins_over_the_classes() {
        let days = |days: u64| days * 24 * 3_600_000;
        let mut settings = Settings::default();
        let lawful = Keep {
            bot_ms: days(180),
            people_ms: days(1_095),
        };
        assert_eq!(keep(&settings), lawful);
        for own in [0, 30] {
            settings.store.retention_days = Some(own);
            let alike = Keep {
                bot_ms: days(own),
                people_ms: days(own),
            };
            assert_eq!(keep(&settings), alike);
        }
    }
}
