//! `yingda token agent`: a sign-in link for a new colleague; with the embedded store while no server runs on the data folder.

use std::net::SocketAddr;

use anyhow::Result;

use crate::config::Settings;
use crate::gateway::{invite, signin_link};
use crate::hub::Clock;
use crate::model::Role;
use crate::store::Store;

use super::args::{AgentArgs, TokenArgs, TokenCommand};
use super::{Exit, output, settings, store};

/// Makes a link.
pub fn run(args: &TokenArgs) -> Result<Exit> {
    let TokenCommand::Agent(args) = &args.command;
    let settings = settings::load_with(&args.file, &[("store.data", "--data", &args.data)])?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let link = runtime.block_on(async {
        let store = store::open(&settings.store).await?;
        make(store.as_ref(), &settings, args).await
    })?;
    output::say(&link);
    Ok(Exit::Clean)
}

async fn make(store: &dyn Store, settings: &Settings, args: &AgentArgs) -> Result<String> {
    let expires = Clock::system().now().plus(settings.security.signin_hours * 3_600_000);
    let slots = args.slots.unwrap_or(settings.handoff.slots);
    let roles = Role::of_version_0_1(args.supervisor);
    let (_, token) = invite(store, &args.name, slots, roles, expires).await?;
    store.close().await?;
    Ok(signin_link(&public_url(settings, settings.gateway.listen), &token))
}

/// The address under which browsers reach the server that listens here.
pub fn public_url(settings: &Settings, listening: SocketAddr) -> String {
    if !settings.gateway.public_url.is_empty() {
        return settings.gateway.public_url.clone();
    }
    if listening.ip().is_unspecified() {
        return format!("http://127.0.0.1:{}", listening.port());
    }
    format!("http://{listening}")
}
