//! Opens the folder of pictures and documents that the settings name.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, anyhow};

use crate::config::Settings;
use crate::files::{Bounds, Files, Sweep};
use crate::hub::Clock;
use crate::store::Log;

const MIB: u64 = 1024 * 1024;
/// How often it is looked for what nobody needs any more.
const SWEEP_EVERY: Duration = Duration::from_secs(3_600);
/// The pause between some talks and the next.
const BREATH: Duration = Duration::from_millis(100);

/// The folder; `None` with Redis where none is named.
pub fn folder(settings: &Settings) -> Option<PathBuf> {
    let named = &settings.files.folder;
    match named.as_os_str().is_empty() {
        false => Some(named.clone()),
        true => (settings.store.url == "embedded").then(|| settings.store.data.join("files")),
    }
}

/// Opens it. `None` where there is none, which is said once.
pub fn open(settings: &Settings) -> Result<Option<Files>> {
    let Some(folder) = folder(settings) else {
        if settings.files.enabled {
            tracing::warn!(
                "no pictures and files can be sent: with Redis set files.folder to a folder that all servers share, or \
                 files.enabled = false"
            );
        }
        return Ok(None);
    };
    let bounds = Bounds {
        bytes: u64::from(settings.files.max_mib) * MIB,
        pixels: u64::from(settings.files.max_megapixels) * 1_000_000,
    };
    let files = Files::open(folder.clone(), bounds, u64::from(settings.files.keep_free_mib) * MIB);
    let files = files.map_err(|error| {
        anyhow!(
            "图片和文件的目录 {0} 用不了：检查 files.folder、权限和磁盘。\n\
             The folder of pictures and files {0} cannot be used; check files.folder, permissions and the disk: {error}",
            folder.display()
        )
    })?;
    Ok(Some(files))
}

/// Takes away what nobody needs any more, until it is dropped.
pub async fn sweep(files: Files, log: Arc<dyn Log>, clock: Clock) {
    let sweep = Sweep::new(files);
    loop {
        match swept(&sweep, log.as_ref(), &clock).await {
            Ok(0) => {}
            Ok(files) => tracing::info!(files, "pictures and files that nobody needs any more were deleted"),
            Err(error) => tracing::warn!(%error, "the folder of files was not tidied, it is tried again later"),
        }
        tokio::time::sleep(SWEEP_EVERY).await;
    }
}

/// One look; how many files were deleted.
async fn swept(sweep: &Sweep, log: &dyn Log, clock: &Clock) -> Result<u64> {
    let mut deleted = sweep.uploads(clock.now()).await?;
    for some in sweep.talks().await? {
        for talk in some {
            let known = log.head(talk.clone()).await?.is_some();
            deleted += sweep.told(&talk, known, clock.now()).await?;
        }
        tokio::time::sleep(BREATH).await;
    }
    Ok(deleted)
}
