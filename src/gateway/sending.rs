//! Messages with files: what they name goes to the files of the talk before the message is stored, and back when it is refused.

use crate::files::{Claimed, FileOwner, Files};
use crate::hub::{Acknowledgement, DeskHandle, HubError, ShopperHandle};
use crate::model::{ClientMessageId, ConversationId, Epoch, PhraseId, SentFile, text_with_files};

use super::App;
use super::error::Refusal;
use super::files::refused;
use super::frame_text::checked_text;
use super::protocol::NamedFile;
use super::refusing::refusal;

/// Files of one message at most.
const MOST: usize = 9;

/// What a client wants to say.
pub(super) struct Message {
    pub(super) id: ClientMessageId,
    pub(super) words: String,
    pub(super) files: Vec<NamedFile>,
}

impl Message {
    /// Whether it may be stored: with files it needs no words.
    pub(super) fn checked(&self, most: usize) -> Result<(), Refusal> {
        if self.files.len() > MOST {
            return Err(Refusal::TooManyFiles);
        }
        match checked_text(&self.words, most) {
            Err(Refusal::Empty) if !self.files.is_empty() => Ok(()),
            checked => checked,
        }
    }
}

/// Stores what a shopper says.
pub(super) async fn from_shopper(
    app: &App,
    handle: &ShopperHandle,
    message: Message,
) -> Result<Acknowledgement, Refusal> {
    if message.files.is_empty() {
        let sent = handle.send(message.id, message.words).await;
        return sent.map_err(|error| refusal(&error));
    }
    let files = app.files_of(handle.shop())?;
    let owner = FileOwner::shopper(handle.shop(), handle.shopper());
    let named = message.named(files, owner, handle.conversation()).await?;
    let outcome = handle.send_with(named.id, named.text, named.files).await;
    settled(named.claimed, outcome).await
}

/// Stores what an agent says.
pub(super) async fn from_agent(
    app: &App,
    handle: &DeskHandle,
    talk: &ConversationId,
    message: Message,
    epoch: Epoch,
    used: Option<&PhraseId>,
) -> Result<Acknowledgement, Refusal> {
    if message.files.is_empty() {
        let sent = handle.send(talk, message.id, message.words, epoch).await;
        return sent.map_err(|error| refusal(&error));
    }
    let shop = match handle.card(talk) {
        Some(card) => card.shop.clone(),
        // It has ended or changed hands since: what was stored before is acknowledged when it is sent again.
        None => {
            let head = app.store.head(talk.clone()).await;
            let head = head.map_err(|error| refusal(&error.into()))?;
            head.ok_or(Refusal::UnknownConversation)?.shop
        }
    };
    let files = app.files_of(&shop)?;
    if let Some(phrase) = used {
        for file in &message.files {
            let lent = app.phrases.lend(handle.agent(), &shop, phrase, &file.id).await;
            lent.map_err(|error| Refusal::from(&error))?;
        }
    }
    let owner = FileOwner::agent(&handle.agent().id);
    let named = message.named(files, owner, talk).await?;
    let outcome = handle.send_with(talk, named.id, named.text, named.files, epoch).await;
    settled(named.claimed, outcome).await
}

/// A message whose files lie with the talk.
struct Named {
    id: ClientMessageId,
    /// With the codes of the files.
    text: String,
    files: Vec<SentFile>,
    claimed: Claimed,
}

impl Message {
    async fn named(self, files: &Files, owner: FileOwner, talk: &ConversationId) -> Result<Named, Refusal> {
        let named = self.files.into_iter().map(|file| (file.id, file.name)).collect();
        let named = files.name(owner, talk.clone(), named).await;
        let (files, claimed) = named.map_err(|error| refused(&error))?;
        Ok(Named {
            id: self.id,
            text: text_with_files(&files, self.words.trim()),
            files,
            claimed,
        })
    }
}

/// Gives the files of a message that will never be stored back to their owner.
async fn settled(claimed: Claimed, outcome: Result<Acknowledgement, HubError>) -> Result<Acknowledgement, Refusal> {
    match outcome {
        Ok(kept) => Ok(kept),
        Err(error) => {
            // Where the store has not said that it did not keep it, it may have.
            if !matches!(error, HubError::Store(_)) {
                claimed.back().await;
            }
            Err(refusal(&error))
        }
    }
}
