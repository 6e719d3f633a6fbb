//! What the doctor says of one thing.

use serde::Serialize;

/// How it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    /// As it should be.
    Ok,
    /// Works, and may fail some day.
    Warn,
    /// Does not work.
    Wrong,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    /// What was looked at: a stable name.
    pub check: &'static str,
    /// How it is.
    pub state: State,
    /// What was found, in Chinese.
    pub zh: String,
    /// What was found, in English.
    pub en: String,
    /// What to do, in Chinese.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub zh_to_do: String,
    /// What to do, in English.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub en_to_do: String,
}

impl Finding {
    pub fn ok(check: &'static str, zh: String, en: String) -> Finding {
        Finding::of(check, State::Ok, zh, en)
    }

    pub fn warn(check: &'static str, zh: String, en: String) -> Finding {
        Finding::of(check, State::Warn, zh, en)
    }

    pub fn wrong(check: &'static str, zh: String, en: String) -> Finding {
        Finding::of(check, State::Wrong, zh, en)
    }

    fn of(check: &'static str, state: State, zh: String, en: String) -> Finding {
        Finding {
            check,
            state,
            zh,
            en,
            zh_to_do: String::new(),
            en_to_do: String::new(),
        }
    }

    /// With what to do about it.
    pub fn advised(mut self, zh: impl Into<String>, en: impl Into<String>) -> Finding {
        (self.zh_to_do, self.en_to_do) = (zh.into(), en.into());
        self
    }

    /// For people.
    pub fn lines(&self) -> String {
        let mark = match self.state {
            State::Ok => "正常 ok   ",
            State::Warn => "留意 warn ",
            State::Wrong => "不对 wrong",
        };
        let mut text = format!("{mark}  {:<12}  {}\n{:28}{}", self.check, self.zh, "", self.en);
        if !self.zh_to_do.is_empty() {
            text.push_str(&format!("\n{:26}→ {}\n{:28}{}", "", self.zh_to_do, "", self.en_to_do));
        }
        text
    }
}
