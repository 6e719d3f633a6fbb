//! Section `[understanding]`.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which intents answer, and how sure the bot must be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct UnderstandingSettings {
    /// The folder of intent files.
    #[schemars(with = "String")]
    pub intents: PathBuf,
    /// How often the folder is looked at for changes, milliseconds. 0: never, changes need a restart.
    #[schemars(range(max = 3_600_000))]
    pub reload_ms: u64,
    /// How many wrong answers in a hundred answers are tolerated, as a share: 0.09 is nine. Less: it asks back and
    /// hands off more. It is measured on the examples, each read as if it were not in the files. Invented
    /// messages are easier; in real talks half as many more may be wrong.
    #[schemars(range(min = 0.001, max = 0.5))]
    pub wrong_answers_tolerated: f64,
    /// How readily it asks which question was meant instead of saying that it does not know: 0 never, 1 always.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub ask_back: f64,
    /// How many plain messages in 1,000 may be handed to a person because they sound angry or alarming and are not.
    /// Less: fewer false alarms, and more real trouble goes unheard; injuries, the law and regulators keep a floor.
    /// It is measured on the files' own sentences, which are heated more often: of real talks a tenth as many are.
    /// `yingda eval --signals` shows what a setting buys.
    #[schemars(range(min = 0.1, max = 200.0))]
    pub needless_handoffs_per_1000: f64,
    /// Whether the table of word vectors in the program helps to understand words that no example has. It costs some
    /// megabytes of memory and a little time.
    pub vectors: bool,
}

impl Default for UnderstandingSettings {
    fn default() -> Self {
        Self {
            intents: PathBuf::from("intents"),
            reload_ms: 2_000,
            wrong_answers_tolerated: 0.09,
            ask_back: 0.5,
            needless_handoffs_per_1000: 20.0,
            vectors: true,
        }
    }
}
