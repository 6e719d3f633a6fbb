//! Changes that are kept for later: `/v1/drafts`.

use std::collections::HashMap;

use axum::Json;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::civil::DateTime;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::dialogue::Generation;
use crate::model::{Agent, AgentId, Language, Millis, ShopId};
use crate::teaching::{DraftAct, Kept, ListedDraft, Said, TriedOn, Wished};

use super::super::origin::language;
use super::phrases::known_shop;
use super::teaching::{Of, Taught, shop_of, told};
use super::trying::{lately, tried, warned};
use super::{App, Refusal, Refused, answer, in_words, questions, shop, the_only_one};

/// `GET /v1/drafts?shop=`: what is kept for later, the newest first.
pub(super) async fn list(
    State(app): State<App>,
    headers: HeaderMap,
    of: Result<Query<Of>, QueryRejection>,
) -> Response {
    let language = language(&headers);
    answer(&app, &headers, async |session| {
        let shop = shop_of(&app, of)?;
        let now = app.clock.now();
        let listing = app.teaching.drafts(&session.agent, &shop, now).await?;
        let generation = app.shops.get(&shop).ok_or(Refusal::UnknownShop)?;
        let reader = Reader {
            names: app.accounts.names().await?,
            agent: &session.agent,
            generation: &generation,
            language,
            now,
        };
        let colleagues = listing
            .colleagues
            .iter()
            .map(|one| json!({"id": one.id, "name": one.name}));
        Ok(json!({
            "drafts": listing.drafts.iter().map(|draft| reader.shown(draft)).collect::<Vec<_>>(),
            "colleagues": colleagues.collect::<Vec<_>>(),
            "may_teach": listing.may_teach,
            "me": session.agent.id,
            "now": reader.clock(now),
        }))
    })
    .await
}

/// Who reads the list, and when.
struct Reader<'a> {
    names: HashMap<AgentId, String>,
    agent: &'a Agent,
    generation: &'a Generation,
    language: Language,
    now: Millis,
}

impl Reader<'_> {
    fn shown(
        &self,
        ListedDraft {
            draft,
            changes,
            diffs,
            in_the_way,
        }: &ListedDraft,
    ) -> Value {
        let words = |[zh, en]: &[String; 2]| in_words([zh, en], self.language);
        let files = diffs.iter().map(|(name, diff)| json!({"name": name, "diff": diff}));
        let kept = draft.kept.iter().map(|kept| {
            let change = changes.iter().find(|(id, _)| *id == kept.id).map(|(_, change)| change);
            self.kept(
                kept,
                change.map(|change| told(change, None, false, &HashMap::new(), self.generation)),
            )
        });
        json!({
            "id": draft.id, "by": draft.by, "by_name": self.names.get(&draft.by), "at": draft.at, "version": draft.version,
            "older": draft.base != self.generation.pack.id.as_str(),
            "changes": kept.collect::<Vec<_>>(),
            "files": files.collect::<Vec<_>>(),
            "in_the_way": in_the_way.as_ref().map(words),
            "asked": draft.asked.as_ref().map(|asked| self.said(asked)),
            "sent_back": draft.sent_back.as_ref().map(|back| self.said(back)),
            "due": draft.due.as_ref().map(|due| json!({
                "at": due.at, "shown": self.clock(due.at), "by": due.by, "by_name": self.names.get(&due.by),
            })),
            "failed": draft.failed.as_ref().map(|failed| json!({"at": failed.at, "message": words(&failed.why)})),
            "shadow": draft.shadow.as_ref().map(|shadow| json!({
                "since": shadow.since, "shown": self.clock(shadow.since), "by": shadow.by, "by_name": self.names.get(&shadow.by),
            })),
            "share": draft.share.as_ref().map(|share| json!({
                "percent": share.shared.percent, "since": share.shared.since, "shown": self.clock(share.shared.since),
                "by": share.by, "by_name": self.names.get(&share.by),
            })),
            "busy": draft.claimed(self.now).is_some(),
            "waits": draft.waits_for(&self.agent.id),
        })
    }

    fn kept(&self, kept: &Kept, change: Option<Value>) -> Value {
        let mut shown = change.unwrap_or_else(|| json!({}));
        shown["id"] = json!(kept.id);
        shown["by"] = json!(kept.by);
        shown["by_name"] = json!(self.names.get(&kept.by));
        shown["at"] = json!(kept.at);
        // For the form in which it is mended.
        shown["wish"] = kept.wish.clone();
        if !kept.reason.is_empty() {
            shown["reason"] = json!(kept.reason);
        }
        shown
    }

    fn said(&self, Said { by, to, words, at }: &Said) -> Value {
        json!({
            "by": by, "by_name": self.names.get(by), "to": to, "to_name": self.names.get(to), "words": words, "at": at,
        })
    }

    /// What the clocks of the shop's zone show: `2026-12-01T09:00`.
    fn clock(&self, at: Millis) -> String {
        let shown = self.generation.pack.shop.hours.datetime_at(at);
        shown.strftime("%Y-%m-%dT%H:%M").to_string()
    }
}

/// `GET /v1/drafts/waiting`: how many drafts wait for whoever asks.
pub(super) async fn waiting(State(app): State<App>, headers: HeaderMap) -> Response {
    answer(&app, &headers, async |session| {
        let shops: Vec<ShopId> = app.shops.all().keys().cloned().collect();
        let waiting = app.teaching.drafts_waiting(&session.agent, &shops).await?;
        Ok(json!({ "waiting": waiting }))
    })
    .await
}

/// Of which draft.
#[derive(Deserialize)]
pub(super) struct OfDraft {
    shop: ShopId,
    draft: String,
}

/// `GET /v1/drafts/share?shop=&draft=`: what became of the talks that it answers, and of the others.
pub(super) async fn share(
    State(app): State<App>,
    headers: HeaderMap,
    of: Result<Query<OfDraft>, QueryRejection>,
) -> Response {
    answer(&app, &headers, async |session| {
        let Query(OfDraft { shop, draft }) = of.map_err(|_| Refusal::BadFrame)?;
        let shop = known_shop(&app, shop)?;
        let now = app.clock.now();
        Ok(app.teaching.share_counts(&session.agent, &shop, &draft, now).await?)
    })
    .await
}

/// `POST /v1/drafts/keep`: one of the three, as it would be saved.
#[derive(Deserialize)]
pub(super) struct Keep {
    /// The draft that it is put into; without it a new one.
    #[serde(default)]
    draft: Option<String>,
    /// Why.
    #[serde(default)]
    reason: String,
    #[serde(default)]
    question: Option<questions::Edited>,
    #[serde(default)]
    thing: Option<shop::Edited>,
    #[serde(default)]
    decision: Option<Taught>,
}

/// Keeps a change for later.
pub(super) async fn keep(
    State(app): State<App>,
    headers: HeaderMap,
    request: Result<Json<Keep>, JsonRejection>,
) -> Response {
    answer(&app, &headers, async |session| {
        let Json(keep) = request.map_err(|_| Refusal::BadFrame)?;
        let wished = match (keep.question, keep.thing, keep.decision) {
            (Some(edited), None, None) => Wished::Question(edited.edit(&app)?.0),
            (None, Some(edited), None) => Wished::Shop(edited.edit(&app)?.0),
            (None, None, Some(taught)) => Wished::Teach(taught.decided(&app)?.0),
            _ => return Err(Refusal::BadFrame.into()),
        };
        let draft = keep.draft.filter(|id| !id.is_empty());
        let now = app.clock.now();
        let kept = app
            .teaching
            .keep_for_later(&session.agent, wished, draft, &keep.reason, now);
        Ok(json!({ "draft": kept.await? }))
    })
    .await
}

/// `POST /v1/drafts/change`: one thing that is done with a draft.
#[derive(Deserialize)]
pub(super) struct Changed {
    shop: ShopId,
    draft: String,
    /// A change that is taken out.
    #[serde(default)]
    remove: Option<String>,
    #[serde(default)]
    ask: Option<Asked>,
    /// Why it is sent back.
    #[serde(default)]
    send_back: Option<String>,
    /// What the clocks of the shop show when it is to be live; empty for never by itself.
    #[serde(default)]
    at: Option<String>,
    /// Whether it answers silently beside what is live.
    #[serde(default)]
    shadow: Option<bool>,
    /// The share of the new talks that it answers, percent; 0 for none any more.
    #[serde(default)]
    share: Option<u8>,
    /// It is thrown away.
    #[serde(default)]
    discard: bool,
}

/// Who is asked to look at a draft.
#[derive(Deserialize)]
pub(super) struct Asked {
    to: AgentId,
    #[serde(default)]
    words: String,
}

impl Changed {
    fn act(self, app: &App, shop: &ShopId) -> Result<DraftAct, Refused> {
        let generation = app.shops.get(shop).ok_or(Refusal::UnknownShop)?;
        let act = the_only_one([
            self.remove.map(DraftAct::Remove),
            self.ask.map(|Asked { to, words }| DraftAct::Ask { to, words }),
            self.send_back.map(DraftAct::SendBack),
            match self.at.as_deref() {
                None => None,
                Some("") => Some(DraftAct::Unschedule),
                Some(at) => {
                    let shown: DateTime = at.parse().map_err(|_| Refusal::BadMoment)?;
                    let moment = generation.pack.shop.hours.moment_of(shown);
                    Some(DraftAct::Schedule(moment.ok_or(Refusal::BadMoment)?))
                }
            },
            self.shadow.map(DraftAct::Shadow),
            self.share
                .map(|percent| DraftAct::Share(Some(percent).filter(|percent| *percent > 0))),
            self.discard.then_some(DraftAct::Discard),
        ]);
        Ok(act.ok_or(Refusal::BadFrame)?)
    }
}

/// Does something with a draft.
pub(super) async fn change(
    State(app): State<App>,
    headers: HeaderMap,
    request: Result<Json<Changed>, JsonRejection>,
) -> Response {
    answer(&app, &headers, async |session| {
        let Json(changed) = request.map_err(|_| Refusal::BadFrame)?;
        let shop = known_shop(&app, changed.shop.clone())?;
        let draft = changed.draft.clone();
        let act = changed.act(&app, &shop)?;
        let now = app.clock.now();
        app.teaching
            .act_on_draft(&session.agent, &shop, &draft, act, now)
            .await?;
        Ok(json!({}))
    })
    .await
}

/// `POST /v1/drafts/try`, `POST /v1/drafts/publish`.
#[derive(Deserialize)]
pub(super) struct Chosen {
    shop: ShopId,
    draft: String,
    /// The `version` that was looked at; to publish.
    #[serde(default)]
    version: u64,
    /// Days before today that a try replays; none for no replay.
    #[serde(default)]
    days: u8,
    /// Instead of days: what was said since it answers silently beside what is live.
    #[serde(default)]
    shadow: bool,
}

/// Tries all changes of a draft together.
pub(super) async fn try_draft(
    State(app): State<App>,
    headers: HeaderMap,
    request: Result<Json<Chosen>, JsonRejection>,
) -> Response {
    let language = language(&headers);
    answer(&app, &headers, async |session| {
        let Json(chosen) = request.map_err(|_| Refusal::BadFrame)?;
        let shop = known_shop(&app, chosen.shop)?;
        let on = match (chosen.shadow, lately(&app, &shop, chosen.days)?) {
            (true, _) => TriedOn::Shadow,
            (false, Some(lately)) => TriedOn::Since(lately),
            (false, None) => TriedOn::Nothing,
        };
        let now = app.clock.now();
        let trial = app.teaching.try_draft(&session.agent, &shop, &chosen.draft, on, now);
        Ok(tried(trial.await?, language))
    })
    .await
}

/// Makes a draft live.
pub(super) async fn publish(
    State(app): State<App>,
    headers: HeaderMap,
    request: Result<Json<Chosen>, JsonRejection>,
) -> Response {
    let language = language(&headers);
    answer(&app, &headers, async |session| {
        let Json(chosen) = request.map_err(|_| Refusal::BadFrame)?;
        let shop = known_shop(&app, chosen.shop)?;
        let now = app.clock.now();
        let done = app
            .teaching
            .publish_draft(&session.agent, &shop, &chosen.draft, chosen.version, now)
            .await?;
        let generation = app.shops.get(&shop).ok_or(Refusal::UnknownShop)?;
        let changes = done.changes.iter();
        let shown = changes.map(|change| told(change, None, true, &HashMap::new(), &generation));
        let warnings = done.warnings.iter().map(|finding| warned(finding, language));
        Ok(json!({ "changes": shown.collect::<Vec<_>>(), "warnings": warnings.collect::<Vec<_>>() }))
    })
    .await
}
