//! The refusal for what the rooms below refuse.

use crate::accounts::AccountError;
use crate::files::FileError;
use crate::hub::HubError;
use crate::phrases::PhraseError;
use crate::teaching::TeachError;

use super::error::Refusal;

impl From<&HubError> for Refusal {
    fn from(error: &HubError) -> Self {
        match error {
            HubError::Stale { .. } => Refusal::Stale,
            HubError::NotYours => Refusal::NotYours,
            HubError::NotYourMessage => Refusal::NotYourMessage,
            HubError::WithdrawLate => Refusal::WithdrawLate,
            HubError::NotWaiting => Refusal::NotWaiting,
            HubError::OtherShop | HubError::NotReadable | HubError::NotSupervisor => Refusal::Forbidden,
            HubError::Closed => Refusal::Closed,
            HubError::ChatsOpen(_) => Refusal::ChatsOpen,
            HubError::ColleagueAway => Refusal::ColleagueAway,
            HubError::ColleagueFull => Refusal::ColleagueFull,
            HubError::ColleagueOtherShop => Refusal::ColleagueOtherShop,
            HubError::UnknownGroup => Refusal::UnknownGroup,
            HubError::NoSupervisor => Refusal::NoSupervisor,
            HubError::NotEnded => Refusal::NotEnded,
            HubError::EndedLongAgo => Refusal::EndedLongAgo,
            HubError::NewerTalk => Refusal::NewerTalk,
            HubError::BadTime => Refusal::BadTime,
            HubError::Full => Refusal::TalkFull,
            // The next hello finds the conversation, and the message comes again under its id.
            HubError::BegunElsewhere => Refusal::Draining,
            HubError::UnknownConversation => Refusal::UnknownConversation,
            HubError::UnknownAgent => Refusal::SignedOut,
            HubError::UnknownShop(_) => Refusal::UnknownShop,
            HubError::BadRating => Refusal::BadRating,
            HubError::Draining => Refusal::Draining,
            HubError::Store(_) => Refusal::Unavailable,
            #[allow(unreachable_patterns, reason = "the hub may learn to refuse more")]
            _ => Refusal::Internal,
        }
    }
}

impl From<&AccountError> for Refusal {
    fn from(error: &AccountError) -> Self {
        match error {
            AccountError::Name => Refusal::BadName,
            AccountError::BotName => Refusal::BotName,
            AccountError::NameTaken(_) => Refusal::NameTaken,
            AccountError::UnknownRole(_) => Refusal::UnknownRole,
            AccountError::NoRole => Refusal::NoRole,
            AccountError::UnknownShop { .. } => Refusal::UnknownShop,
            AccountError::NotServed { .. } => Refusal::NotServed,
            AccountError::Capacity => Refusal::BadSlots,
            AccountError::Groups => Refusal::BadGroups,
            AccountError::UnknownLanguage(_) => Refusal::BadLanguage,
            AccountError::Forbidden => Refusal::Forbidden,
            AccountError::Unknown(_) => Refusal::UnknownPerson,
            AccountError::Last => Refusal::LastSupervisor,
            AccountError::Disabled(_) => Refusal::Disabled,
            AccountError::BadLink => Refusal::BadLink,
            AccountError::BadPassword => Refusal::BadPassword,
            AccountError::WeakPassword => Refusal::WeakPassword,
            AccountError::TooMany => Refusal::TooManyPasswords,
            AccountError::SignedOut => Refusal::SignedOut,
            AccountError::Store(_) | AccountError::Files(_) => Refusal::Unavailable,
            AccountError::Random(_) | AccountError::Hashing(_) => Refusal::Internal,
        }
    }
}

impl From<&PhraseError> for Refusal {
    fn from(error: &PhraseError) -> Self {
        match error {
            PhraseError::Empty => Refusal::PhraseEmpty,
            PhraseError::Long { .. } => Refusal::PhraseLong,
            PhraseError::Full { .. } => Refusal::PhrasesFull,
            PhraseError::Known => Refusal::PhraseKnown,
            PhraseError::Unknown => Refusal::UnknownPhrase,
            PhraseError::Standards(_) => Refusal::PhraseStandards,
            PhraseError::File(error) => Refusal::from(error),
            PhraseError::FilesOff => Refusal::FilesOff,
            PhraseError::SheetLong { .. } => Refusal::SheetLong,
            PhraseError::SheetUnreadable => Refusal::SheetUnreadable,
            PhraseError::SheetColumns => Refusal::SheetColumns,
            PhraseError::Shifted => Refusal::RowShifted,
            PhraseError::Account(error) => Refusal::from(error),
        }
    }
}

impl From<&FileError> for Refusal {
    fn from(error: &FileError) -> Self {
        match error {
            FileError::Format => Refusal::FileType,
            FileError::Large { .. } => Refusal::FileLarge,
            FileError::Pixels { .. } => Refusal::PictureLarge,
            FileError::Damaged(_) => Refusal::FileDamaged,
            FileError::Unknown => Refusal::UnknownFile,
            FileError::NoSpace => Refusal::FilesFull,
            FileError::Io(_) => Refusal::Unavailable,
        }
    }
}

impl From<&TeachError> for Refusal {
    fn from(error: &TeachError) -> Self {
        match error {
            TeachError::Sentence(_) => Refusal::BadSentence,
            TeachError::UnknownQuestion(_) => Refusal::UnknownQuestion,
            TeachError::Question | TeachError::Unfit(_) => Refusal::BadQuestion,
            TeachError::Values(_) => Refusal::BadValues,
            TeachError::ThingChanged { .. } => Refusal::ThingChanged,
            TeachError::QuestionChanged { .. } => Refusal::QuestionChanged,
            TeachError::KnownQuestion(_) => Refusal::KnownQuestion,
            TeachError::Refused { .. } => Refusal::PackRefused,
            TeachError::ReadOtherwise { .. } => Refusal::ReadOtherwise,
            TeachError::Form(_) => Refusal::FileForm,
            TeachError::FileChanged(_) => Refusal::FileChanged,
            TeachError::ReadOnly { .. } => Refusal::FolderReadOnly,
            TeachError::UnknownChange(_) => Refusal::UnknownChange,
            TeachError::NotInForce(_) => Refusal::NotInForce,
            TeachError::InTheWay { .. } => Refusal::InTheWay,
            TeachError::UnknownDraft { .. } => Refusal::UnknownDraft,
            TeachError::DraftChanged => Refusal::DraftChanged,
            TeachError::DraftBusy(_) => Refusal::DraftBusy,
            TeachError::Draft(_) => Refusal::BadDraft,
            TeachError::UnknownShop => Refusal::UnknownShop,
            TeachError::Stopped => Refusal::Draining,
            TeachError::Account(error) => Refusal::from(error),
            TeachError::Store(_) => Refusal::Unavailable,
        }
    }
}

/// The refusal for what the hub refused; what is wrong with the store is logged.
pub(super) fn refusal(error: &HubError) -> Refusal {
    if let HubError::Store(cause) = error {
        tracing::error!(%cause, "the store refused");
    }
    Refusal::from(error)
}
