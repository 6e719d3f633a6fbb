//! What an agent asks for on a socket: one request about a chat is being stored at a time.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::gateway::cards;
use crate::gateway::error::Refusal;
use crate::gateway::frame_text::{checked_text, valid_id};
use crate::gateway::frames;
use crate::gateway::opened_chat::open;
use crate::gateway::protocol::{DeskFrame, DeskRequest, TransferTo};
use crate::gateway::refusing::refusal;
use crate::gateway::sending::{Message, from_agent};
use crate::gateway::socket::Disconnected;
use crate::hub::{DeskHandle, HubError, PastTalk, Recipient};
use crate::model::{AgentId, ClientMessageId, ConversationId, Language, PresenceState, ShopId, WaitsFor};
use crate::packs::Breach;
use crate::reply::in_script;
use crate::understanding::personal::hide_personal;

use super::saying::Said;
use super::{Completed, Desk};

/// Chats open on one desk at most.
const OPEN_CHATS: usize = 64;
/// Longest note, characters.
const LONGEST_NOTE: usize = 2_000;
/// Longest reason for a break, characters.
const LONGEST_REASON: usize = 40;

impl Desk {
    pub(super) async fn act(&mut self, request: DeskRequest) -> Result<(), Disconnected> {
        let request = match request {
            // As desks of versions before say it.
            DeskRequest::Release { conversation, note } => {
                let to = TransferTo::Queue;
                DeskRequest::Transfer { conversation, to, note }
            }
            other => other,
        };
        let conversation = match &request {
            // Signed in already: a repeated hello is answered again.
            DeskRequest::Hello { .. } => return self.welcome().await,
            DeskRequest::Ping => return self.connection.send(&DeskFrame::Pong).await,
            DeskRequest::Status { available } => {
                let state = match available {
                    true => PresenceState::Online,
                    false => PresenceState::Break,
                };
                return self.set_presence(state, "", None).await;
            }
            DeskRequest::Presence { state, reason, agent } => {
                return self.set_presence(*state, reason, agent.as_ref()).await;
            }
            DeskRequest::Floor { after, shop, agent } => {
                return self.floor(after.as_deref(), shop.as_ref(), agent.as_ref()).await;
            }
            DeskRequest::CloseWaiting { conversations, before } => {
                return match self.closing.begin(&self.handle, conversations.clone(), *before) {
                    Ok(()) => Ok(()),
                    Err(refusal) => self.connection.refuse(refusal, None).await,
                };
            }
            DeskRequest::Typing { conversation } => {
                self.handle.typing(conversation);
                return Ok(());
            }
            DeskRequest::Open { conversation, .. }
            | DeskRequest::Leave { conversation }
            | DeskRequest::Message { conversation, .. }
            | DeskRequest::Take { conversation }
            | DeskRequest::Transfer { conversation, .. }
            | DeskRequest::Note { conversation, .. }
            | DeskRequest::Snooze { conversation, .. }
            | DeskRequest::Withdraw { conversation, .. }
            | DeskRequest::Reopen { conversation }
            | DeskRequest::Past { conversation, .. }
            | DeskRequest::Why { conversation }
            | DeskRequest::Release { conversation, .. }
            | DeskRequest::Return { conversation }
            | DeskRequest::Close { conversation } => conversation.clone(),
        };
        if let Some(before) = self.held.get_mut(&conversation) {
            before.push_back(request);
            self.undone += 1;
            return Ok(());
        }
        self.begin(conversation, request).await
    }

    /// Begins what a request about a chat asks; nothing else is being done in that chat.
    async fn begin(&mut self, conversation: ConversationId, request: DeskRequest) -> Result<(), Disconnected> {
        let handle = Arc::clone(&self.handle);
        let chat = conversation.clone();
        let work: BoxFuture<'static, Completed> = match request {
            DeskRequest::Open { after, past_of, .. } => {
                self.stop_listening(&chat);
                if self.open.len() >= OPEN_CHATS {
                    return self.refuse(Refusal::TooManyOpen, None, chat).await;
                }
                let app = self.app.clone();
                let after = frames::log_seq(after);
                let work = async move { Completed::Opened(open(&app, &handle, &chat, past_of.as_ref(), after).await) };
                work.boxed()
            }
            DeskRequest::Message {
                id,
                text,
                files,
                epoch,
                used,
                ..
            } => {
                let message = Message { id, words: text, files };
                if !valid_id(&message.id) {
                    return self.refuse(Refusal::BadId, None, chat).await;
                }
                if let Err(refusal) = message.checked(self.app.settings.gateway.max_message_chars) {
                    return self.refuse(refusal, Some(message.id), chat).await;
                }
                if let Some(breach) = self.blocked(&chat, &message.words) {
                    return self.refuse_words(&breach, message.id, chat).await;
                }
                let app = self.app.clone();
                // What it answers is known before it is said; then nothing is open any more.
                let used = used.map(|phrase| (phrase, only_question(&handle, &chat)));
                let work = async move {
                    let id = message.id.clone();
                    let phrase = used.as_ref().map(|(phrase, _)| phrase);
                    let sent = from_agent(&app, &handle, &chat, message, epoch, phrase).await;
                    if let (Some((phrase, answering)), Ok(kept)) = (used, &sent)
                        && !kept.duplicate()
                    {
                        app.phrases.used(phrase, answering, app.clock.now());
                    }
                    Completed::Said(id, sent)
                };
                work.boxed()
            }
            DeskRequest::Take { .. } => {
                let work = async move { Completed::Acted(handle.take(&chat).await.map(|_| ())) };
                work.boxed()
            }
            DeskRequest::Transfer { to, note, .. } => {
                if note.chars().count() > LONGEST_NOTE {
                    return self.refuse(Refusal::LongNote, None, chat).await;
                }
                let to = recipient(to);
                let work = async move { Completed::Acted(handle.hand_on(&chat, to, note).await) };
                work.boxed()
            }
            DeskRequest::Note { id, text, .. } => {
                if !valid_id(&id) {
                    return self.refuse(Refusal::BadId, None, chat).await;
                }
                if let Err(refusal) = checked_text(&text, LONGEST_NOTE) {
                    let refusal = match refusal {
                        Refusal::TooLong => Refusal::LongNote,
                        other => other,
                    };
                    return self.refuse(refusal, Some(id), chat).await;
                }
                let work = async move {
                    let noted = handle.note(&chat, id.clone(), text).await;
                    Completed::Said(id, noted.map_err(|error| refusal(&error)))
                };
                work.boxed()
            }
            DeskRequest::Snooze { until, .. } => {
                let work = async move { Completed::Acted(handle.snooze(&chat, until).await) };
                work.boxed()
            }
            DeskRequest::Withdraw { seq, .. } => {
                let seq = frames::log_seq(seq);
                async move { Completed::Acted(handle.withdraw(&chat, seq).await) }.boxed()
            }
            DeskRequest::Reopen { .. } => async move { Completed::Acted(handle.reopen(&chat).await) }.boxed(),
            DeskRequest::Past { before, .. } => {
                let hides = self.hides;
                let work = async move {
                    match handle.past(&chat, before.as_ref()).await {
                        Ok(found) => Completed::Told(Box::new(past(chat, found, hides))),
                        Err(error) => Completed::Acted(Err(error)),
                    }
                };
                work.boxed()
            }
            DeskRequest::Why { .. } => {
                let told = match handle.why(&chat) {
                    Ok((waiting, assigned)) => Completed::Told(Box::new(DeskFrame::Why {
                        conversation: chat,
                        waiting,
                        assigned,
                    })),
                    Err(error) => Completed::Acted(Err(error)),
                };
                async move { told }.boxed()
            }
            DeskRequest::Return { .. } => async move { Completed::Acted(handle.return_to_bot(&chat).await) }.boxed(),
            DeskRequest::Close { .. } => async move { Completed::Acted(handle.close(&chat).await) }.boxed(),
            DeskRequest::Leave { .. } => {
                self.stop_listening(&chat);
                return Ok(());
            }
            // Answered by `act`, or said by it in another form.
            DeskRequest::Release { .. }
            | DeskRequest::Hello { .. }
            | DeskRequest::Ping
            | DeskRequest::Status { .. }
            | DeskRequest::CloseWaiting { .. }
            | DeskRequest::Presence { .. }
            | DeskRequest::Floor { .. }
            | DeskRequest::Typing { .. } => return Ok(()),
        };
        self.held.entry(conversation.clone()).or_default();
        self.undone += 1;
        self.doing.push(async move { (conversation, work.await) }.boxed());
        Ok(())
    }

    /// Something about a chat is done: tells it, and begins what waited behind it.
    pub(super) async fn completed(
        &mut self,
        conversation: ConversationId,
        completed: Completed,
    ) -> Result<(), Disconnected> {
        self.undone -= 1;
        match completed {
            Completed::Acted(Ok(())) => {}
            Completed::Told(frame) => self.tell(&frame).await?,
            Completed::Opened(Ok(listened)) => {
                self.listen(conversation.clone(), listened);
                self.case(&conversation, true).await?;
            }
            Completed::Opened(Err(refused)) => self.refuse(refused, None, conversation.clone()).await?,
            Completed::Said(id, Ok(kept)) => {
                let seq = frames::wire_seq(kept.seq());
                let conversation = conversation.clone();
                self.connection.send(&DeskFrame::Ack { conversation, id, seq }).await?;
            }
            Completed::Acted(Err(error)) => self.refuse(refusal(&error), None, conversation.clone()).await?,
            Completed::Said(id, Err(refusal)) => self.refuse(refusal, Some(id), conversation.clone()).await?,
        }
        self.go_on(conversation).await
    }

    /// Sets what this agent, or another, does now.
    async fn set_presence(
        &mut self,
        state: PresenceState,
        reason: &str,
        agent: Option<&AgentId>,
    ) -> Result<(), Disconnected> {
        let known = &self.app.settings.handoff.break_reasons;
        if reason.chars().count() > LONGEST_REASON && !known.iter().any(|known| known == reason) {
            return self.connection.refuse(Refusal::LongReason, None).await;
        }
        let said = Said {
            state,
            reason: reason.to_owned(),
            agent: agent.cloned(),
        };
        match self.saying.begin(&self.handle, said) {
            Ok(()) => Ok(()),
            Err(refusal) => self.connection.refuse(refusal, None).await,
        }
    }

    /// What was said of presence is stored, or refused.
    pub(super) async fn said(&mut self, outcome: Result<(), HubError>) -> Result<(), Disconnected> {
        match outcome {
            Ok(()) => self.team().await,
            Err(HubError::ChatsOpen(open)) => {
                self.app.metrics.refused(Refusal::ChatsOpen.code());
                let frame = DeskFrame::Error {
                    error: Refusal::ChatsOpen.body(self.connection.language, None),
                    conversation: None,
                    open: u32::try_from(open).ok(),
                };
                self.connection.send(&frame).await
            }
            Err(HubError::UnknownAgent) => self.connection.refuse(Refusal::UnknownPerson, None).await,
            Err(error) => self.connection.refuse(refusal(&error), None).await,
        }
    }

    /// Begins what waited in this chat.
    pub(super) async fn go_on(&mut self, conversation: ConversationId) -> Result<(), Disconnected> {
        let mut waiting = self.held.remove(&conversation).unwrap_or_default();
        while let Some(request) = waiting.pop_front() {
            self.undone -= 1;
            self.begin(conversation.clone(), request).await?;
            if let Some(behind) = self.held.get_mut(&conversation) {
                *behind = waiting;
                break;
            }
        }
        Ok(())
    }

    /// What in an agent's words keeps them from being sent in this chat.
    fn blocked(&self, chat: &ConversationId, words: &str) -> Option<Breach> {
        let card = self.handle.card(chat)?;
        self.app.shops.get(&card.shop)?.pack.blocks(words)
    }

    /// Refuses words that break a standard, with its name.
    async fn refuse_words(
        &mut self,
        breach: &Breach,
        id: ClientMessageId,
        conversation: ConversationId,
    ) -> Result<(), Disconnected> {
        let refusal = Refusal::WordsBlocked;
        self.app.metrics.refused(refusal.code());
        let language = self.connection.language;
        let [zh, en] = breach.words();
        let mut error = refusal.body(language, Some(id));
        error.message = match language {
            Language::English => format!("Not sent. {en}"),
            _ => in_script(&format!("没有发出。{zh}"), language),
        };
        error.rule = Some(breach.standard.rule.to_owned());
        let frame = DeskFrame::Error {
            error,
            conversation: Some(conversation),
            open: None,
        };
        self.connection.send(&frame).await
    }

    pub(super) async fn refuse(
        &mut self,
        refusal: Refusal,
        id: Option<ClientMessageId>,
        conversation: ConversationId,
    ) -> Result<(), Disconnected> {
        if refusal.close().is_some() {
            return Err(self.connection.end(refusal).await);
        }
        self.app.metrics.refused(refusal.code());
        let frame = DeskFrame::Error {
            error: refusal.body(self.connection.language, id),
            conversation: Some(conversation),
            open: None,
        };
        self.connection.send(&frame).await
    }
}

/// The question that is open in an own chat, where it is the only one, with its shop.
fn only_question(handle: &DeskHandle, conversation: &ConversationId) -> Option<(ShopId, String)> {
    let card = handle.offered(&handle.card(conversation)?);
    match card.open_questions.as_slice() {
        [only] => Some((card.shop.clone(), only.intent.clone())),
        _ => None,
    }
}

fn recipient(to: TransferTo) -> Recipient {
    match to {
        TransferTo::Agent { agent } => Recipient::Agent(agent),
        TransferTo::Group { group } => Recipient::Queue(Some(WaitsFor::Group { group })),
        TransferTo::Supervisor => Recipient::Queue(Some(WaitsFor::Supervisor)),
        TransferTo::Queue => Recipient::Queue(None),
    }
}

fn past(conversation: ConversationId, (mut talks, more): (Vec<PastTalk>, bool), hides: bool) -> DeskFrame {
    // Hidden before it is cut: half a number is not known to be one.
    let text = |text: String| match hides {
        true => cards::cut_text(&hide_personal(&text)),
        false => cards::cut_text(&text),
    };
    for talk in &mut talks {
        talk.last_text = text(std::mem::take(&mut talk.last_text));
    }
    DeskFrame::Past {
        conversation,
        talks,
        more,
    }
}
