//! Identifiers. Each is its own type, so that a shopper's id cannot be passed where an agent's is meant.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        #[schemars(transparent)]
        pub struct $name(#[schemars(with = "String")] Arc<str>);

        impl $name {
            /// Wraps the text as it is.
            pub fn new(text: impl AsRef<str>) -> Self {
                Self(Arc::from(text.as_ref()))
            }

            /// The text of the id.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, "{:?}", &*self.0)
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::new(text)
            }
        }
    };
}

text_id!(
    /// The identity of a pack: hex SHA-256 over names and contents of the files it was made from, 64 characters. The
    /// same files have the same id on every server.
    PackId
);

impl PackId {
    /// The first twelve characters, for people and logs.
    pub fn short(&self) -> &str {
        let id = self.as_str();
        &id[..id.len().min(12)]
    }
}

impl Default for PackId {
    /// Of a pack that was not made from files.
    fn default() -> Self {
        PackId::new("")
    }
}

text_id!(
    /// A shop served by this installation, for example `demo`.
    ShopId
);
text_id!(
    /// One shopper's talk with one shop; a UUIDv7 written as text.
    ConversationId
);
text_id!(
    /// A shopper: `anon:` and a random part, or `customer:` and the shop's own signed customer id.
    ShopperId
);
impl ShopperId {
    /// The customer whom the shop knows under this id.
    pub fn customer(id: &str) -> ShopperId {
        ShopperId::new(format!("customer:{id}"))
    }

    /// The shop's own id of a customer; `None` for a visitor.
    pub fn customer_id(&self) -> Option<&str> {
        self.as_str().strip_prefix("customer:")
    }

    /// Whether the shop has signed who this is, so that nobody else may come in as them.
    pub fn is_customer(&self) -> bool {
        self.as_str().starts_with("customer:")
    }
}

text_id!(
    /// A member of staff who answers chats.
    AgentId
);
text_id!(
    /// A phrase of a shop or of an agent; a UUIDv7 written as text.
    PhraseId
);
text_id!(
    /// A picture or file that was sent: 32 hex digits, a dot, and how files of its format end.
    FileId
);
text_id!(
    /// The id a client gives a message before it is sent; stored once for each conversation and speaker.
    ClientMessageId
);

/// Place of an event in its conversation, counted from 1. 0 means "before the first".
pub type Seq = u64;

/// How often the conversation has changed its owner. A reply carries the epoch it was computed under and is
/// refused when the conversation has moved on.
pub type Epoch = u64;
