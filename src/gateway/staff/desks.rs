//! The desks that are open here and the sessions they were opened with: a desk ends within a second of its session.
//!
//! What this process does is told at once. When other servers share the store, every open desk's session and member
//! are looked up as often as [`EVERY`], side by side: two small reads a desk and round, 300 desks are some 900 reads a
//! second. A process that is alone looks only at those that are about to expire.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use tokio::sync::oneshot;

use crate::accounts::Session;
use crate::model::AgentId;

use super::App;

/// How often sessions are looked at.
const EVERY: Duration = Duration::from_millis(700);
/// Sessions looked at side by side.
const AT_ONCE: usize = 64;

/// Why a desk ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum End {
    /// The session has ended.
    SignedOut,
    /// The member has changed: the desk is to connect again with the new rights.
    Changed,
}

/// The desks open here. Clones share them.
#[derive(Clone, Default)]
pub(in super::super) struct OpenDesks(Arc<Mutex<Desks>>);

#[derive(Default)]
struct Desks {
    next: u64,
    open: HashMap<u64, OpenDesk>,
}

struct OpenDesk {
    session: Session,
    end: Option<oneshot::Sender<End>>,
}

/// A desk's place among the open ones; given up when dropped.
pub(in super::super) struct Place {
    desks: OpenDesks,
    number: u64,
    /// Resolves when the desk is to end.
    pub end: oneshot::Receiver<End>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.desks.lock().open.remove(&self.number);
    }
}

impl OpenDesks {
    /// A desk opens with this session.
    pub fn open(&self, session: Session) -> Place {
        let (sender, end) = oneshot::channel();
        let mut desks = self.lock();
        let number = desks.next;
        desks.next += 1;
        let desk = OpenDesk {
            session,
            end: Some(sender),
        };
        desks.open.insert(number, desk);
        Place {
            desks: self.clone(),
            number,
            end,
        }
    }

    /// Ends desks whose sessions end, until it is dropped.
    pub async fn watch(&self, app: &App) {
        let alone = app.store.node().is_empty();
        let mut changes = app.accounts.changes();
        loop {
            let told = tokio::select! {
                changed = changes.changed() => changed.is_ok(),
                () = tokio::time::sleep(EVERY) => false,
            };
            self.look(app, told || !alone).await;
        }
    }

    /// Looks at the sessions of all desks, or only at those that are due.
    async fn look(&self, app: &App, all: bool) {
        let now = app.clock.now();
        let looked_at: Vec<(u64, Session)> = {
            let desks = self.lock();
            let open = desks.open.iter().filter(|(_, desk)| desk.end.is_some());
            open.filter(|(_, desk)| all || app.accounts.is_due(&desk.session, now))
                .map(|(number, desk)| (*number, desk.session.clone()))
                .collect()
        };
        stream::iter(looked_at)
            .for_each_concurrent(AT_ONCE, async |(number, before)| {
                match app.accounts.again(&before, now).await {
                    Ok(Some(session)) if session.agent == before.agent => {
                        if let Some(desk) = self.lock().open.get_mut(&number) {
                            desk.session = session;
                        }
                    }
                    Ok(Some(_)) => self.end(number, End::Changed),
                    Ok(None) => {
                        self.end(number, End::SignedOut);
                        self.dismiss_if_disabled(app, &before.agent.id).await;
                    }
                    // Nobody is thrown out because the store has a bad moment.
                    Err(error) => tracing::warn!(%error, "a session cannot be looked up"),
                }
            })
            .await;
    }

    fn end(&self, number: u64, why: End) {
        let end = self.lock().open.get_mut(&number).and_then(|desk| desk.end.take());
        if let Some(end) = end {
            // A desk that is closing anyway does not hear it.
            let _ = end.send(why);
        }
    }

    /// Another server or the command line may have disabled the member: whoever had the desk gives the chats back.
    async fn dismiss_if_disabled(&self, app: &App, agent: &AgentId) {
        match app.accounts.is_disabled(agent).await {
            Ok(true) => app.dismiss(agent).await,
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "a member cannot be looked up"),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Desks> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
