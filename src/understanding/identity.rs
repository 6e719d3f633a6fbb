//! What an index is made of, as one hash: packs with the same identity share one index.

use sha2::{Digest, Sha256};

use super::tolerance::Tolerance;
use crate::packs::Pack;

/// Writes texts so that none can run into the next.
struct Writer(Sha256);

impl Writer {
    fn text(&mut self, text: &str) {
        self.0.update((text.len() as u64).to_le_bytes());
        self.0.update(text.as_bytes());
    }

    fn texts(&mut self, texts: &[String]) {
        self.0.update((texts.len() as u64).to_le_bytes());
        texts.iter().for_each(|text| self.text(text));
    }
}

/// SHA-256 over everything of a pack that decides how its messages are read, in this program.
pub fn identity(pack: &Pack, tolerance: Tolerance) -> [u8; 32] {
    // Taken apart by name: a new field must be decided on here.
    let Pack {
        shop,
        shop_file: _,
        allow: _,
        intents,
        synonyms,
        out_of_scope,
        signals,
        scope,
        phrases: _,
        id: _,
    } = pack;
    let mut writer = Writer(Sha256::new());
    let Tolerance {
        wrong_answers,
        ask_back,
        needless_handoffs,
        vectors,
    } = tolerance;
    for part in [wrong_answers, ask_back, needless_handoffs, f32::from(u8::from(vectors))] {
        writer.0.update(part.to_le_bytes());
    }
    for goods in &shop.goods {
        writer.text(&goods.name.zh);
        writer.text(&goods.name.en);
        writer.texts(&goods.aliases);
    }
    for intent in intents {
        writer.text(&intent.id);
        writer.text(intent.kind.name());
        writer.text(&intent.title.zh);
        writer.text(&intent.title.en);
        for texts in [&intent.examples, &intent.patterns, &intent.forbidden, &intent.required] {
            writer.texts(texts);
        }
        let slots: Vec<String> = intent.slots.iter().map(|slot| slot.name.name().to_owned()).collect();
        writer.texts(&slots);
    }
    for synonym in synonyms.iter() {
        writer.text(&synonym.word);
        writer.texts(&synonym.same);
    }
    writer.texts(out_of_scope);
    for signal in signals.iter() {
        writer.text(&signal.id);
        writer.text(signal.lane.map_or("", |lane| lane.name()));
        for texts in [
            &signal.strong,
            &signal.medium,
            &signal.weak,
            &signal.examples,
            &signal.calm,
        ] {
            writer.texts(texts);
        }
    }
    for texts in scope.lists() {
        writer.texts(texts);
    }
    writer.0.finalize().into()
}
