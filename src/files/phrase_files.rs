//! Files of phrases: kept as long as a phrase has them, and lent to whoever sends it.

use std::fs;
use std::io;
use std::path::PathBuf;

use crate::model::{FileId, PhraseOwner, SentFile};

use super::FileError;
use super::claimed::Claimed;
use super::content::Format;
use super::folder::{Files, PHRASES};
use super::owner::{FileOwner, format_of};

impl Files {
    /// What somebody has uploaded becomes the file of a phrase. One that lies there already stays.
    ///
    /// # Errors
    /// [`FileError::Unknown`] for what this one has not sent, or too long ago; [`FileError::NoSpace`], [`FileError::Io`].
    pub async fn keep_for_phrase(
        &self,
        by: &FileOwner,
        of: &PhraseOwner,
        id: FileId,
        name: String,
    ) -> Result<SentFile, FileError> {
        let mut claimed = Claimed::nothing(self.uploads_of(by), self.of_phrases(of));
        let work = tokio::task::spawn_blocking(move || claimed.claim(id, &name));
        work.await.map_err(io::Error::other)?
    }

    /// Lays a copy of a phrase's file among the uploads of whoever sends it, as if they had uploaded it.
    ///
    /// # Errors
    /// [`FileError::Unknown`], [`FileError::NoSpace`], [`FileError::Io`].
    pub async fn lend_of_phrase(&self, of: &PhraseOwner, id: &FileId, to: &FileOwner) -> Result<(), FileError> {
        format_of(id).ok_or(FileError::Unknown)?;
        let from = self.of_phrases(of).join(id.as_str());
        let upload = self.uploads_of(to).join(id.as_str());
        let part = self.part();
        let work = tokio::task::spawn_blocking(move || {
            let copied = fs::copy(&from, &part).and_then(|_| super::claimed::moved(&part, &upload));
            if copied.is_err() {
                let _ = fs::remove_file(&part);
            }
            copied.map_err(FileError::of)
        });
        work.await.map_err(io::Error::other)?
    }

    /// The file of a phrase, to be read.
    ///
    /// # Errors
    /// [`FileError::Unknown`], [`FileError::Io`].
    pub async fn read_of_phrase(&self, of: &PhraseOwner, id: &FileId) -> Result<(Format, Vec<u8>), FileError> {
        let format = format_of(id).ok_or(FileError::Unknown)?;
        let place = self.of_phrases(of).join(id.as_str());
        let bytes = tokio::task::spawn_blocking(move || fs::read(place)).await;
        Ok((format, bytes.map_err(io::Error::other)?.map_err(FileError::of)?))
    }

    /// Deletes files that no phrase has any more.
    ///
    /// # Errors
    /// [`FileError::Io`].
    pub async fn forget_of_phrases(&self, of: &PhraseOwner, ids: Vec<FileId>) -> Result<(), FileError> {
        let folder = self.of_phrases(of);
        let work = tokio::task::spawn_blocking(move || {
            for id in ids.iter().filter(|id| format_of(id).is_some()) {
                match fs::remove_file(folder.join(id.as_str())) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                    _ => {}
                }
            }
            // Only where nothing else is in it.
            let _ = fs::remove_dir(&folder);
            Ok(())
        });
        Ok(work.await.map_err(io::Error::other)??)
    }

    fn of_phrases(&self, of: &PhraseOwner) -> PathBuf {
        self.root().join(PHRASES).join(FileOwner::phrases(of).folder())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::files::Bounds;
    use crate::files::samples::jpeg;
    use crate::model::{AgentId, ClientMessageId, ShopId};

    #[tokio::test]
    async fn a_file_of_a_phrase_is_lent_as_often_as_it_is_sent_and_goes_with_the_phrase() {
        let folder = tempfile::tempdir().unwrap();
        let bounds = Bounds {
            bytes: 1 << 20,
            pixels: 1 << 20,
        };
        let files = Files::open(folder.path().to_owned(), bounds, 0).unwrap();
        let (mei, shop) = (
            FileOwner::agent(&AgentId::new("mei")),
            PhraseOwner::Shop(ShopId::new("demo")),
        );
        let mut incoming = files.receive().await.unwrap();
        incoming.write(&jpeg(40, 30, 1)).await.unwrap();
        let sent = files
            .keep(mei.clone(), ClientMessageId::new("u1"), incoming)
            .await
            .unwrap();
        let kept = files
            .keep_for_phrase(&mei, &shop, sent.id.clone(), String::new())
            .await
            .unwrap();
        assert_eq!(kept, sent);
        let pi = FileOwner::agent(&AgentId::new("pi"));
        for _ in 0..2 {
            files.lend_of_phrase(&shop, &sent.id, &pi).await.unwrap();
        }
        assert!(files.read_of_phrase(&shop, &sent.id).await.is_ok());
        let other = PhraseOwner::Shop(ShopId::new("other"));
        assert!(matches!(
            files.lend_of_phrase(&other, &sent.id, &pi).await,
            Err(FileError::Unknown)
        ));
        files.forget_of_phrases(&shop, vec![sent.id.clone()]).await.unwrap();
        assert!(matches!(
            files.read_of_phrase(&shop, &sent.id).await,
            Err(FileError::Unknown)
        ));
    }
}
