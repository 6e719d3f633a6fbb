//! What servers that share a store tell one another and nobody keeps: who types, which desks are open, which packs
//! answer. A store that one process has alone says nothing.

use super::StoreFuture;
use super::peer_changes::PeerChanges;
use crate::model::{ConversationId, Desks, ElsewhereDesks, Seq, ServerInfo, ShopId, Speaker};

/// The other servers.
pub trait Presence: Send + Sync + 'static {
    /// What other servers do, when others may share this store; once, for the one hub of this process. `None` when
    /// this process is alone.
    fn peer_changes(&self) -> Option<PeerChanges> {
        None
    }

    /// Says which shops are served here, before anything else is done with what is stored, and whenever there are more.
    /// Refused with [`StoreError::OtherShops`](super::StoreError::OtherShops) when what is stored is of other shops
    /// only: another installation's.
    fn join(&self, _shops: Vec<ShopId>) -> StoreFuture<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    /// Tells other servers that somebody is typing.
    fn tell_typing(&self, _conversation: &ConversationId, _speaker: Speaker) {}

    /// Tells other servers how far the shopper has seen a talk.
    fn tell_seen(&self, _conversation: &ConversationId, _seq: Seq) {}

    /// Tells other servers which desks are open here, at once when that has changed, and hears which are open
    /// there. What is not told again within a few seconds no longer holds.
    fn tell_desks(&self, _here: Vec<Desks>, _changed: bool) -> StoreFuture<'_, Vec<ElsewhereDesks>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    /// Tells other servers what runs here (its `node` is set by the store) and hears what runs there. Holds as long
    /// as desks do. Servers of version 0.1 say nothing of themselves.
    fn tell_server(&self, _here: ServerInfo) -> StoreFuture<'_, Vec<ServerInfo>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    /// This process among those that share the store.
    fn node(&self) -> &str {
        ""
    }
}
