//! The beginning of a talk on a socket: what `hello` says, and the welcome.

use std::net::IpAddr;

use crate::hub::{Opening, ShopperHandle, Showing, Shown, Subscription};
use crate::model::{ConversationId, Language, Seq, ShopId};

use super::super::App;
use super::super::error::Refusal;
use super::super::frame_text::text_of;
use super::super::frames;
use super::super::origin::Page;
use super::super::protocol::{ChatFrame, ChatRequest};
use super::super::refusing::refusal;
use super::super::socket::{Connection, Disconnected};

/// What `hello` said.
pub(super) struct Hello {
    pub(super) shop: ShopId,
    lang: Option<String>,
    token: Option<String>,
    after: Option<Seq>,
    conversation: Option<ConversationId>,
    customer: Option<(String, String)>,
}

pub(super) fn hello_of(request: ChatRequest) -> Option<Hello> {
    match request {
        ChatRequest::Hello {
            shop,
            lang,
            token,
            after,
            conversation,
            customer,
            signature,
        } => Some(Hello {
            shop,
            lang,
            token,
            after,
            conversation,
            customer: customer.map(|customer| (customer, signature.unwrap_or_default())),
        }),
        _ => None,
    }
}

/// A talk that a client was welcomed to.
pub(super) struct Welcomed {
    pub(super) handle: ShopperHandle,
    pub(super) subscription: Subscription,
    /// The last event before the welcome: what is told up to here is told again.
    pub(super) past: Seq,
}

/// Answers `hello`: who may speak, in which conversation, from where on.
pub(super) async fn welcome(
    app: &App,
    connection: &mut Connection,
    page: &Page,
    client: Option<IpAddr>,
    hello: Hello,
) -> Result<Box<Welcomed>, Disconnected> {
    if let Some(tag) = &hello.lang {
        // A page in a language that no shop speaks hears that of the shop.
        let shop = || app.shops.get(&hello.shop).map(|generation| generation.pack.language());
        connection.language = Language::from_tag(tag).or_else(shop).unwrap_or_default();
    }
    if !page.may_chat(&hello.shop, &app.settings) {
        return Err(connection.end(Refusal::Origin).await);
    }
    let customer = match app.identity.admit(&hello.shop, hello.customer, app.clock.now()) {
        Ok(customer) => customer,
        Err(refused) => return Err(connection.end(refused.into()).await),
    };
    let opening = Opening {
        shop: hello.shop,
        lang: connection.language,
        token: hello.token,
        customer,
    };
    // A client that wants none of the past wants no end of it either.
    let showing = hello.conversation.clone().zip(hello.after);
    let showing = showing.map(|(conversation, after)| Showing {
        conversation,
        after: frames::log_seq(after),
    });
    let (handle, shown) = match app.hub.resume(opening, showing).await {
        Ok(resumed) => resumed,
        Err(error) => {
            let refusal = refusal(&error);
            // There is no talk to go on with: whatever the table says of the socket, it ends here.
            return Err(connection.end(refusal).await);
        }
    };
    let seq = frames::wire_seq(handle.seq());
    let another = hello.conversation.is_some_and(|shown| shown != *handle.conversation());
    // A client that has seen more than there is has seen another conversation: it gets this one whole.
    let after = match hello.after {
        None => seq,
        Some(after) if another || after > seq => 0,
        Some(after) => after,
    };
    let words = handle.shop_words();
    let welcome = text_of(&ChatFrame::Welcome {
        conversation: handle.conversation().clone(),
        token: handle.token().to_owned(),
        seq,
        history_gone: shown == Shown::Gone,
        next: shown == Shown::Ended { next: true },
        shop: words.as_ref().map(frames::shop_name),
        words: words.map(|words| Box::new(frames::shop_words(words))),
        max_chars: Some(app.settings.gateway.max_message_chars),
        max_bytes: Some(app.settings.gateway.longest_frame()),
        files: app.files_taken(handle.shop()),
        seen: true,
    });
    // The welcome before the past is drawn again and again like the past. Whoever wants none of it may come in when others
    // behind the same address have seen too much.
    if after < seq
        && let Err(refusal) = app.allowances.replay(client, welcome.len() as u64)
    {
        return Err(connection.end(refusal).await);
    }
    connection.send_text(&welcome).await?;
    connection.flush().await?;
    let subscription = handle.subscribe(frames::log_seq(after));
    Ok(Box::new(Welcomed {
        past: handle.seq(),
        handle,
        subscription,
    }))
}
