//! The ways in which a server can break its promises.

/// A promise that was broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Which kind.
    pub fault: Fault,
    /// What exactly, for the person who looks for the cause.
    pub detail: String,
}

/// Kinds of broken promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// A message without `ack` or answer, an event that never came.
    Lost,
    /// An event, acknowledgement or answer that came twice.
    Doubled,
    /// An event before an earlier one.
    OutOfOrder,
    /// A message of the bot while people have the conversation.
    SpokenOver,
    /// Something shown once like this and once like that.
    Changed,
    /// A message that the server refused.
    Refused,
    /// A frame that does not belong: unreadable, unknown ids, another conversation.
    Foreign,
}

impl Fault {
    /// All kinds.
    pub const ALL: [Fault; 7] = [
        Fault::Lost,
        Fault::Doubled,
        Fault::OutOfOrder,
        Fault::SpokenOver,
        Fault::Changed,
        Fault::Refused,
        Fault::Foreign,
    ];

    /// As it is written in reports.
    pub fn name(self) -> &'static str {
        match self {
            Fault::Lost => "lost",
            Fault::Doubled => "doubled",
            Fault::OutOfOrder => "out of order",
            Fault::SpokenOver => "spoken over",
            Fault::Changed => "changed",
            Fault::Refused => "refused",
            Fault::Foreign => "foreign",
        }
    }
}
