//! A Redis that hangs: it takes connections and says nothing any more.

use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::people::Shopper;
use super::scene::Scene;
use super::sight::{Bound, Sight, Tries};
use super::wire::http;

/// Shoppers who write while it hangs.
const WRITERS: usize = 20;
/// How soon `/readyz` must say so.
const READY: Duration = Duration::from_secs(3);
/// How soon every writer is told, however many wait: `store.retry_timeout_ms` and the time of one answer.
const TOLD: Duration = Duration::from_secs(8);
/// How soon all is well again.
const WELL: Duration = Duration::from_secs(5);

/// A `redis-server` of our own. Dropping it ends the process and removes its folder.
pub struct Redis {
    child: Child,
    port: u16,
    folder: PathBuf,
}

impl Redis {
    /// Starts one on a free port and waits until it answers.
    pub fn start() -> Result<Redis> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let folder = std::env::temp_dir().join(format!("yingda-hostile-redis-{}-{port}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let child = Command::new("redis-server")
            .args([
                "--port",
                &port.to_string(),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--dir",
            ])
            .arg(&folder)
            .args(["--appendonly", "yes", "--appendfsync", "always"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("redis-server cannot be started; is it installed?")?;
        let redis = Redis { child, port, folder };
        let end = Instant::now() + Duration::from_secs(20);
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            if Instant::now() > end {
                bail!("redis-server does not answer");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(redis)
    }

    /// Where a server finds it.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    fn signal(&self, name: &str) -> Result<()> {
        let status = Command::new("kill")
            .args([name, &self.child.id().to_string()])
            .status()?;
        if !status.success() {
            bail!("kill {name} failed");
        }
        Ok(())
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        // One that hangs ends too, and its folder holds nothing that is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Redis is stopped in its tracks while shoppers write.
pub async fn hung(scene: &Scene) -> Result<(String, Vec<Sight>)> {
    let town = scene.town();
    let mut shoppers = Vec::new();
    for _ in 0..WRITERS {
        let mut shopper = timeout(town.patience, Shopper::arrive(town)).await??;
        timeout(town.patience, shopper.ask("包邮吗")).await??;
        shoppers.push(shopper);
    }
    scene.redis()?.signal("-STOP")?;
    let begun = Instant::now();
    let mut told = JoinSet::new();
    for mut shopper in shoppers {
        told.spawn(async move {
            let begun = Instant::now();
            let outcome = timeout(TOLD * 8, async {
                let id = shopper.send("什么时候发货").await?;
                shopper.until_refused(&id).await
            });
            (outcome.await, begun.elapsed(), shopper)
        });
    }
    let healthy = status(scene, "/healthz", 200, READY).await;
    let ready = status(scene, "/readyz", 503, READY * 4).await;
    let mut tries = Tries::default();
    let mut shoppers = Vec::new();
    while let Some(Ok((outcome, took, shopper))) = told.join_next().await {
        match outcome {
            Ok(Ok(code)) if code == "unavailable" => tries.took.push(took),
            Ok(Ok(code)) => tries.failed.push(format!("refused as {code}")),
            Ok(Err(error)) => tries.failed.push(format!("{error:#}")),
            Err(_) => tries.failed.push("told nothing".to_owned()),
        }
        shoppers.push(shopper);
    }
    let hung = begun.elapsed();
    scene.redis()?.signal("-CONT")?;
    let begun = Instant::now();
    let ready_again = status(scene, "/readyz", 200, WELL * 4).await;
    let again = async {
        let mut new = Shopper::arrive(town).await?;
        new.ask("包邮吗").await
    };
    let served = matches!(timeout(WELL * 4, again).await, Ok(Ok(()))).then(|| begun.elapsed());
    let wide = |bound: Duration| bound.mul_f64(scene.slack());
    let bound = Bound {
        median: wide(TOLD),
        worst: wide(TOLD),
    };
    let sights = vec![
        Sight::within("/readyz says 503", ready, wide(READY)),
        Sight::within("/healthz answers", healthy, wide(READY)),
        tries.against("writers are told that it is not kept", bound),
        Sight::within("ready again", ready_again, wide(WELL)),
        Sight::within("a new shopper is answered again", served, wide(WELL)),
    ];
    Ok((
        format!(
            "Redis hung for {:.1} s while {WRITERS} shoppers wrote",
            hung.as_secs_f64()
        ),
        sights,
    ))
}

/// How long it takes until a page has this status.
async fn status(scene: &Scene, path: &str, wanted: u16, most: Duration) -> Option<Duration> {
    let begun = Instant::now();
    let town = scene.town();
    let asking = async {
        loop {
            let asked = http(town.newcomer(), town.server, "GET", path, None);
            if matches!(timeout(most, asked).await, Ok(Ok(answer)) if answer.status == wanted) {
                return;
            }
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(most, asking).await.ok().map(|()| begun.elapsed())
}
