//! Phrases in the embedded store.

use rusqlite::params;

use super::queries::all;
use super::{Embedded, failed, unreadable};
use crate::model::{Millis, Phrase, PhraseAnswer, PhraseId, PhraseOwner, PhraseUses, ShopId};
use crate::store::{Phrases, StoreFuture};

impl Phrases for Embedded {
    fn put_phrases(&self, phrases: Vec<Phrase>) -> StoreFuture<'_, ()> {
        self.writer.submit(move |connection| {
            let put = "INSERT INTO phrases (id, owner, body) VALUES (?, ?, ?) \
                       ON CONFLICT (id) DO UPDATE SET owner = excluded.owner, body = excluded.body";
            let mut put = connection.prepare_cached(put).map_err(failed)?;
            for phrase in &phrases {
                let body = serde_json::to_string(phrase).map_err(unreadable)?;
                put.execute(params![phrase.id.as_str(), phrase.owner.key(), body])
                    .map_err(failed)?;
            }
            Ok(())
        })
    }

    fn phrases_of(&self, owner: PhraseOwner) -> StoreFuture<'_, Vec<(Phrase, PhraseUses)>> {
        self.readers.submit(move |connection| {
            let select = "SELECT body, used, last_used FROM phrases WHERE owner = ? ORDER BY id";
            all(connection, select, [owner.key()], |row| {
                let uses = PhraseUses {
                    count: row.get(1)?,
                    last: Millis(row.get(2)?),
                };
                let phrase = serde_json::from_str(row.get_ref(0)?.as_str()?).map_err(unreadable);
                Ok(phrase.map(|phrase| (phrase, uses)))
            })
        })
    }

    fn drop_phrases(&self, owner: PhraseOwner, ids: Vec<PhraseId>) -> StoreFuture<'_, usize> {
        self.writer.submit(move |connection| {
            let mut delete = connection
                .prepare_cached("DELETE FROM phrases WHERE id = ? AND owner = ?")
                .map_err(failed)?;
            let mut answers = connection
                .prepare_cached("DELETE FROM phrase_answers WHERE owner = ? AND phrase = ?")
                .map_err(failed)?;
            let mut deleted = 0;
            for id in &ids {
                deleted += delete.execute(params![id.as_str(), owner.key()]).map_err(failed)?;
                answers.execute(params![owner.key(), id.as_str()]).map_err(failed)?;
            }
            Ok(deleted)
        })
    }

    fn count_phrases(&self, uses: Vec<(PhraseId, PhraseUses)>) -> StoreFuture<'_, ()> {
        self.writer.submit(move |connection| {
            let count = "UPDATE phrases SET used = used + ?, last_used = max(last_used, ?) WHERE id = ?";
            let mut count = connection.prepare_cached(count).map_err(failed)?;
            for (id, uses) in &uses {
                count
                    .execute(params![uses.count, uses.last.0, id.as_str()])
                    .map_err(failed)?;
            }
            Ok(())
        })
    }

    fn count_phrase_answers(&self, answers: Vec<PhraseAnswer>) -> StoreFuture<'_, ()> {
        self.writer.submit(move |connection| {
            let count = "INSERT INTO phrase_answers (owner, question, phrase, used) \
                         SELECT owner, ?2, id, ?4 FROM phrases WHERE id = ?3 AND owner = ?1 \
                         ON CONFLICT (owner, question, phrase) DO UPDATE SET used = used + excluded.used";
            let mut count = connection.prepare_cached(count).map_err(failed)?;
            for answer in &answers {
                let owner = PhraseOwner::Shop(answer.shop.clone()).key();
                count
                    .execute(params![owner, answer.question, answer.phrase.as_str(), answer.count])
                    .map_err(failed)?;
            }
            Ok(())
        })
    }

    fn phrase_answering(&self, shop: ShopId, question: String) -> StoreFuture<'_, Option<(Phrase, u64)>> {
        self.readers.submit(move |connection| {
            let select = "SELECT phrases.body, phrase_answers.used FROM phrase_answers \
                          JOIN phrases ON phrases.id = phrase_answers.phrase \
                          WHERE phrase_answers.owner = ? AND question = ? \
                          ORDER BY phrase_answers.used DESC, phrases.id LIMIT 1";
            let owner = PhraseOwner::Shop(shop).key();
            let found = all(connection, select, [owner, question], |row| {
                let count = row.get(1)?;
                let phrase = serde_json::from_str(row.get_ref(0)?.as_str()?).map_err(unreadable);
                Ok(phrase.map(|phrase| (phrase, count)))
            })?;
            Ok(found.into_iter().next())
        })
    }
}
