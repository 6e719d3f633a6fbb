//! The picture or document of a phrase: kept with it, lent to whoever sends it, forgotten with it.

use std::collections::HashSet;

use crate::accounts::{AccountError, Actor};
use crate::files::{FileOwner, Files, Format};
use crate::model::{Agent, FileId, PhraseId, PhraseOwner, SentFile, ShopId};

use super::{PhraseError, Phrases, WrittenFile, WrittenPhrase};

impl Phrases {
    fn files(&self) -> Result<&Files, PhraseError> {
        self.0.files.as_ref().ok_or(PhraseError::FilesOff)
    }

    /// The file that a phrase which is written will have; `had` is what it has now.
    pub(super) async fn file_of(
        &self,
        by: &Agent,
        owner: &PhraseOwner,
        written: &WrittenPhrase,
        had: Option<SentFile>,
    ) -> Result<Option<SentFile>, PhraseError> {
        match &written.file {
            WrittenFile::Stays => Ok(had),
            WrittenFile::None => Ok(None),
            WrittenFile::This { id, .. } if had.as_ref().is_some_and(|had| had.id == *id) => Ok(had),
            WrittenFile::This { id, name } => {
                let by = FileOwner::agent(&by.id);
                let kept = self
                    .files()?
                    .keep_for_phrase(&by, owner, id.clone(), name.clone())
                    .await?;
                Ok(Some(kept))
            }
        }
    }

    /// Deletes a file that a phrase has no more, unless another of its owner has it. That it cannot be deleted hinders nobody.
    pub(super) async fn forget_file(&self, owner: &PhraseOwner, gone: Option<&SentFile>, in_use: &HashSet<FileId>) {
        let Some(gone) = gone.filter(|gone| !in_use.contains(&gone.id)) else {
            return;
        };
        let Ok(files) = self.files() else { return };
        if let Err(error) = files.forget_of_phrases(owner, vec![gone.id.clone()]).await {
            tracing::warn!(%error, id = %gone.id, "the file of a phrase that is gone was not deleted");
        }
    }

    /// The owner of the phrase with this file, where the agent may use it in this shop.
    async fn owner_of(
        &self,
        agent: &Agent,
        shop: &ShopId,
        phrase: &PhraseId,
        file: &FileId,
    ) -> Result<Option<PhraseOwner>, PhraseError> {
        if !Actor::Member(agent.clone()).may_use_phrases(shop) {
            return Err(AccountError::Forbidden.into());
        }
        for owner in [PhraseOwner::Shop(shop.clone()), PhraseOwner::Agent(agent.id.clone())] {
            let known = self.0.store.phrases_of(owner.clone()).await?;
            let has_it = |file_of: &SentFile| file_of.id == *file;
            if known
                .iter()
                .any(|(known, _)| known.id == *phrase && known.file.as_ref().is_some_and(has_it))
            {
                return Ok(Some(owner));
            }
        }
        Ok(None)
    }

    /// Lets an agent send the file of a phrase, as if the agent had uploaded it. Nothing where the phrase has no such file: it may be
    /// one that the agent has uploaded.
    ///
    /// # Errors
    /// [`AccountError::Forbidden`]; the file cannot be copied; the store cannot be read.
    pub async fn lend(
        &self,
        agent: &Agent,
        shop: &ShopId,
        phrase: &PhraseId,
        file: &FileId,
    ) -> Result<(), PhraseError> {
        if let Some(owner) = self.owner_of(agent, shop, phrase, file).await? {
            let to = FileOwner::agent(&agent.id);
            self.files()?.lend_of_phrase(&owner, file, &to).await?;
        }
        Ok(())
    }

    /// The file of a phrase, to be shown.
    ///
    /// # Errors
    /// [`PhraseError::Unknown`], [`AccountError::Forbidden`]; the file or the store cannot be read.
    pub async fn file(
        &self,
        agent: &Agent,
        shop: &ShopId,
        phrase: &PhraseId,
        file: &FileId,
    ) -> Result<(Format, Vec<u8>), PhraseError> {
        let owner = self.owner_of(agent, shop, phrase, file).await?;
        let owner = owner.ok_or(PhraseError::Unknown)?;
        Ok(self.files()?.read_of_phrase(&owner, file).await?)
    }
}
