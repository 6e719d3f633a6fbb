//! The one table of refusals: code, HTTP status, WebSocket close code, what is told in Chinese and English.
//!
//! `docs/errors.md` is written from it. A code never changes its meaning.

use axum::Json;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::gateway::protocol::ErrorBody;
use crate::model::{ClientMessageId, Language};
use crate::reply::in_script;

macro_rules! refusals {
    ($($name:ident $code:literal $status:literal $close:tt $zh:literal $en:literal)*) => {
        /// Why something was refused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Refusal {
            $(#[doc = $en] $name,)*
        }

        impl Refusal {
            /// Every refusal, in the order of the table.
            pub const ALL: &'static [Refusal] = &[$(Refusal::$name,)*];

            /// The stable code in frames and bodies.
            pub fn code(self) -> &'static str {
                match self { $(Refusal::$name => $code,)* }
            }

            /// The HTTP status, where it is answered over HTTP.
            pub fn status(self) -> u16 {
                match self { $(Refusal::$name => $status,)* }
            }

            /// The close code when the socket is closed after it; `None` when it stays open.
            pub fn close(self) -> Option<u16> {
                match self { $(Refusal::$name => refusals!(@close $close),)* }
            }

            /// What is wrong and what to do, in Simplified characters where it is Chinese.
            pub fn message(self, language: Language) -> &'static str {
                match (self, language) {
                    $((Refusal::$name, Language::Chinese | Language::Traditional) => $zh,
                      (Refusal::$name, Language::English) => $en,)*
                }
            }
        }
    };
    (@close open) => { None };
    (@close $close:literal) => { Some($close) };
}

refusals! {
    BadJson "bad_json" 400 open
        "这一帧不是 JSON 对象，请检查后重发。" "This frame is not a JSON object; mend it and send it again."
    UnknownType "unknown_type" 400 open
        "不认识这种帧，请看 docs/protocol.md 里的 type。" "There is no frame of this type; docs/protocol.md lists them."
    BadFrame "bad_frame" 400 open
        "这一帧缺字段或字段类型不对，请对照 docs/protocol.md。"
        "A field of this frame is missing or of the wrong kind; compare docs/protocol.md."
    Binary "binary" 400 1003
        "只收文本帧，不收二进制帧。" "Only text frames are taken, no binary ones."
    BadSocket "bad_socket" 400 1002
        "这不是正确的 WebSocket 帧。" "This is no valid WebSocket frame."
    BadUtf8 "bad_utf8" 400 1007
        "文本帧必须是 UTF-8。" "Text frames must be UTF-8."
    TooLarge "too_large" 413 1009
        "这一帧太大，请分成几条发送。" "This frame is too large; send it in parts."
    TooLong "too_long" 413 open
        "这条消息太长，请分成几条发送。" "This message is too long; send it in parts."
    Empty "empty" 400 open
        "消息是空的，请写点什么再发。" "The message is empty; write something first."
    BadId "bad_id" 400 open
        "消息的 id 要有 1 到 64 个字符。" "The id of a message has 1 to 64 characters."
    BadRating "bad_rating" 400 open
        "评分是 1 到 5 颗星。" "A rating is 1 to 5 stars."
    HelloFirst "hello_first" 400 4400
        "第一帧必须是 hello。" "The first frame must be hello."
    HelloLate "hello_late" 408 4408
        "太久没有发 hello，请重新连接。" "No hello came in time; connect again."
    Flood "flood" 429 open
        "发得太快，这一帧没有收下，请稍后用同一个 id 重发。"
        "Too fast: this frame was not taken; send it again a little later under the same id."
    FloodClosed "flood_closed" 429 4429
        "发得太快，连接已断开，请稍后再连。" "Far too fast: the connection is closed; come back a little later."
    Silent "silent" 408 4408
        "太久没有回应，连接已断开，请重新连接。" "No sign of life for too long; connect again."
    SlowReader "slow_reader" 408 4408
        "读得太慢，连接已断开，请重新连接并带上 after。" "Reading too slowly; connect again with after."
    UnknownShop "unknown_shop" 404 4404
        "这里没有这家店，请检查 shop。" "This server does not serve that shop; check shop."
    ShopGone "shop_gone" 404 4404
        "这家店已经不在这里接待了，聊天到此结束。" "This shop is no longer served here; the talk ends."
    Origin "origin" 403 4403
        "这个网页不可以打开这家店的聊天；请在配置 [shops.店铺] origins 里加上它的来源。"
        "This page may not open the shop's chat; add its origin to origins in [shops.SHOP]."
    DeskOrigin "desk_origin" 403 4403
        "这个地址不能打开客服工作台：请把配置 gateway.public_url 设成浏览器里的地址，或让代理传递 Host（nginx：proxy_set_header Host $http_host）。"
        "The desk may not be used under this address; set gateway.public_url to the address in the browser, or let the proxy pass Host (nginx: proxy_set_header Host $http_host)."
    NeedsHttps "needs_https" 403 open
        "这个地址不是 https，浏览器记不住登录；什么都没有用掉，请改用 gateway.public_url 的 https 地址。"
        "This address is not https, so the browser would not keep the sign-in; nothing was spent. Use the https address of gateway.public_url."
    BadSignature "bad_signature" 403 4403
        "顾客身份的签名不对，请检查店铺的 identity_key 和签名的写法（docs/protocol.md）。"
        "The signature of the customer id is wrong; check the shop's identity_key and the form (docs/protocol.md)."
    SignatureExpired "signature_expired" 403 4403
        "顾客身份的签名已过期，请刷新网页或重新登录店铺。"
        "The signature of the customer id has expired; reload the page or sign in to the shop again."
    SignedOnly "signed_only" 403 4403
        "这家店只接待已登录的顾客，请先登录店铺再打开聊天。"
        "This shop talks with signed-in customers only; sign in to the shop, then open the chat."
    SignedOut "signed_out" 401 4401
        "还没有登录或登录已过期，请用登录链接重新登录。"
        "Not signed in, or signed out since; use a sign-in link."
    BadLink "bad_link" 401 4401
        "登录链接已用过或已过期，请同事再发一个。" "This sign-in link is used or expired; ask a colleague for another."
    Forbidden "forbidden" 403 open
        "你没有这个权限：你的角色不能这样做，或者这是你不负责的店。"
        "You may not do this: your roles do not allow it, or it is in a shop you do not work for."
    BadName "bad_name" 400 open
        "名字要有 1 到 32 个看得见的字符。" "A name has 1 to 32 characters that can be seen."
    BotName "bot_name" 400 open
        "名字不能像机器人或系统。" "A name must not look like the bot's or the system's."
    NameTaken "name_taken" 409 open
        "这个名字已经有人用了，或看起来和别人的一样。" "Another member of staff has this name, or one that looks the same."
    BadSlots "bad_slots" 400 open
        "同时接待数是 1 到 100。" "An agent has 1 to 100 chats at once."
    BadGroups "bad_groups" 400 open
        "最多 20 个组，组名是 1 到 20 个看得见的字符。" "At most 20 groups, with names of 1 to 20 characters that can be seen."
    BadLanguage "bad_language" 400 open
        "没有这种语言；可以选 zh（中文）、en（英文）。" "There is no such language; there are zh (Chinese) and en (English)."
    UnknownRole "unknown_role" 400 open
        "没有这个角色；有 agent, operator, supervisor, owner。"
        "There is no such role; there are agent, operator, supervisor, owner."
    NoRole "no_role" 400 open
        "至少要有一个角色：agent, operator, supervisor, owner。"
        "At least one role is needed: agent, operator, supervisor, owner."
    NotServed "shop_not_served" 403 4403
        "你的店铺不在这台服务器上，请找店主。" "None of your shops is served here; ask the owner."
    UnknownPerson "unknown_person" 404 open
        "没有这个人。" "There is no such member of staff."
    UnknownCustomer "unknown_customer" 404 open
        "这家店没有这位顾客的数据，请检查 id 和店铺。" "This shop keeps nothing of this customer; check the id and the shop."
    LastSupervisor "last_supervisor" 409 open
        "这是最后一位能管人的同事（主管或店主），先让另一个人当上。"
        "This is the last one who can manage people; give the role to somebody else first."
    Disabled "disabled" 409 open
        "这个账号已停用，先启用。" "This account is disabled; enable it first."
    BadPassword "bad_password" 401 open
        "名字或密码不对。" "Name or password is wrong."
    WeakPassword "weak_password" 400 open
        "密码至少 10 个字符，不能是名字或同一个字符。"
        "A password has at least 10 characters and is neither the name nor one character."
    TooManyPasswords "too_many_passwords" 429 open
        "密码错了太多次，请 15 分钟后再试，或用登录链接。"
        "Too many wrong passwords; try again in 15 minutes, or use a sign-in link."
    Closed "closed" 409 open
        "这次聊天已经结束，请再发 hello 开始新的。" "This talk has ended; send hello to begin another."
    TalkFull "talk_full" 409 open
        "这次聊天已经很长了，请先结束，再开始新的。" "This talk is too long to go on; end it and begin another."
    TooMuch "too_much" 429 open
        "这个网络地址或这位顾客今天发得太多了，请稍后再来。"
        "This address or this shopper has sent too much for now; come back later."
    Stale "stale" 409 open
        "聊天已经有了变化，请看过最新内容再发。" "The chat has moved on; look at it and send again."
    NotYours "not_yours" 409 open
        "这个聊天现在不归你接待。" "This chat is not with you now."
    WordsBlocked "words_blocked" 409 open
        "没有发出：这句话违反店铺的服务规范，店铺设了不能发；请改掉再发。"
        "Not sent: it breaks a service standard that the shop has made binding; change it and send it again."
    NotYourMessage "not_your_message" 403 open
        "只能撤回您自己发给顾客的消息。" "Only what you said to the shopper yourself can be taken back."
    WithdrawLate "withdraw_late" 409 open
        "发出已超过两分钟，不能撤回了；请再发一条说明。"
        "It was sent more than two minutes ago and cannot be taken back; send another message that puts it right."
    NotWaiting "not_waiting" 409 open
        "这个聊天已经不在排队，可能同事先接了。" "This chat is no longer waiting; a colleague may have taken it."
    ChatsOpen "chats_open" 409 open
        "还有没结束的聊天：请先结束、转给同事或转回排队，再离线。"
        "There are chats open: end them, hand them on or give them back to the queue, then go offline."
    ColleagueAway "colleague_away" 409 open
        "这位同事现在不在线，不能转给他；请换一位，或转回排队。"
        "This colleague is not online; choose another, or give the chat back to the queue."
    ColleagueFull "colleague_full" 409 open
        "这位同事的聊天已经满了，不能再转；请换一位，或转回排队。"
        "This colleague has no room for another chat; choose another, or give the chat back to the queue."
    ColleagueOtherShop "colleague_other_shop" 409 open
        "这位同事不负责这家店，不能转给他。" "This colleague does not work for the shop of this chat; choose another."
    UnknownGroup "unknown_group" 404 open
        "这家店没有人在这个组里，请检查组名，或转给别人。"
        "No agent of this shop is in that group; check the name, or hand the chat to somebody else."
    NoSupervisor "no_supervisor" 404 open
        "这家店没有别的主管，不能转给主管。" "This shop has no other supervisor to hand the chat to."
    NotEnded "not_ended" 409 open
        "这个聊天还没有结束，或没有人工接待过，不能重新打开。" "This chat has not ended or was never with people; it cannot be opened again."
    EndedLongAgo "ended_long_ago" 409 open
        "这个聊天结束太久了，不能重新打开；顾客再来时会开始新的聊天。"
        "This chat ended too long ago to be opened again; the shopper's next message begins another."
    NewerTalk "newer_talk" 409 open
        "这位顾客已经开始了新的聊天，请在新的聊天里回复。" "The shopper has begun another chat; answer there."
    BadTime "bad_time" 400 open
        "时间要在现在之后、七天之内。" "The time must lie ahead, and not further than seven days."
    LongNote "long_note" 413 open
        "备注太长，最多 2000 个字，请缩短后再发。" "The note is too long: at most 2,000 characters; shorten it and send it again."
    LongReason "long_reason" 400 open
        "原因最多 40 个字。" "A reason has at most 40 characters."
    PhraseEmpty "phrase_empty" 400 open
        "短语的内容是空的，请写上要发的话。" "The phrase is empty; write what is to be sent."
    PhraseLong "phrase_long" 413 open
        "短语太长：内容最多 2000 个字，标题 60 个，分组 30 个。"
        "The phrase is too long: a text has at most 2,000 characters, a title 60, a group 30."
    PhrasesFull "phrases_full" 409 open
        "短语满了：先删掉不用的。" "There are as many phrases as there may be; delete some first."
    PhraseKnown "phrase_known" 409 open
        "已经有一条一样的短语，请改那一条。" "A phrase with this text is there already; change that one."
    PhraseStandards "phrase_standards" 400 open
        "这条短语违反服务规范（广告法或引到平台外），请改掉。"
        "The phrase breaks the service standards (advertising law, or leads off the platform); write it another way."
    UnknownPhrase "unknown_phrase" 404 open
        "没有这条短语，可能已经删掉了；请刷新。" "There is no such phrase; it may be deleted. Reload the list."
    SheetLong "sheet_long" 413 open
        "表格太长：一次最多 2000 行、8 MB，请分成几个文件导入。什么都没有导入。"
        "The sheet is too long: at most 2,000 rows and 8 MB at once; divide it. Nothing was taken."
    SheetUnreadable "sheet_unreadable" 400 open
        "表格读不了：请在 Excel 或 WPS 里“另存为”，类型选“CSV UTF-8（逗号分隔）”。什么都没有导入。"
        "The sheet cannot be read: in Excel or WPS choose Save as, type \"CSV UTF-8 (comma delimited)\". Nothing was taken."
    SheetColumns "sheet_columns" 400 open
        "表格里没有“内容”这一列：第一行写列名 分组、标题、内容。什么都没有导入。"
        "The sheet has no column `text`: the first row has the headings group, title, text. Nothing was taken."
    RowShifted "row_shifted" 400 open
        "这一行的格子错位了：有逗号的内容要用英文双引号包起来，引号要成对。"
        "The cells of this row are shifted: a text with a comma needs double quotes around it, and quotes come in pairs."
    FilesOff "files_off" 403 open
        "这里不能发图片和文件，请用文字说明。" "Pictures and files are not taken here; put it in words."
    FileType "file_type" 415 open
        "只收图片（JPEG、PNG、WebP）和 PDF；这个文件的内容不是，改名字没有用。"
        "Only pictures (JPEG, PNG, WebP) and PDF are taken; by its content this is none, whatever its name."
    FileLarge "file_large" 413 open
        "文件太大，请压缩或换一个小一点的。" "The file is too large; make it smaller or take another."
    PictureLarge "picture_large" 413 open
        "图片的尺寸太大，请缩小后再发。" "The picture has too many pixels; make it smaller and send it again."
    FileDamaged "file_damaged" 422 open
        "文件不完整或已损坏，请重新选择后再发。" "The file is incomplete or damaged; choose it again and send it again."
    FilesFull "files_full" 507 open
        "服务器的空间不够，现在收不了图片和文件；文字照常可以发。"
        "The server has too little space for pictures and files now; words are taken as ever."
    TooManyFiles "too_many_files" 400 open
        "一条消息最多带 9 个文件，请分几条发。" "A message has at most nine files; send more messages."
    UnknownFile "unknown_file" 404 open
        "没有这个文件：可能上传后超过一小时没有发送、已被撤回，或聊天记录已删除；请重新上传。"
        "There is no such file: it was uploaded more than an hour ago, was taken back, or the talk is kept no longer; upload it again."
    NoToken "no_token" 401 open
        "请先打开聊天，再带上 welcome 里的 token（Authorization: Bearer）。"
        "Open the chat first, then show the token of its welcome (Authorization: Bearer)."
    UnknownQuestion "unknown_question" 404 open
        "这家店的话术里没有这个问题，可能改过了；请刷新。" "The shop's pack has no such question; it may have changed. Reload the page."
    BadDay "bad_day" 400 open
        "日期写成 2026-11-30 这样，不能在今天之后。" "Write the day as 2026-11-30; it must not lie ahead."
    BadDays "bad_days" 400 open
        "日期写成 2026-11-30 这样：最多连着 31 天，不能在今天之后，也不能早于 92 天前。"
        "Write the days as 2026-11-30: at most 31 in a row, none ahead, and none further back than 92 days."
    BadSentence "bad_sentence" 400 open
        "这些句子教不了：每句 1 到 200 个字，一次最多 50 句，不能有电话、地址、姓名（也不能有遮掩过的 ***）。"
        "These sentences cannot be taught: 1 to 200 characters each, at most 50 at once, and nothing personal (nor hidden, ***) in them."
    BadQuestion "bad_question" 400 open
        "新问题要有标题（最多 30 个字）和答案（最多 2000 个字）；id 写成 topic.name，只用小写字母、数字和 _。"
        "A new question needs a title (at most 30 characters) and an answer (at most 2,000); an id is topic.name in small letters, digits and _."
    QuestionChanged "question_changed" 409 open
        "这个问题刚被别人改过，没有覆盖；请看过他的改动再存。"
        "Somebody else has changed this question meanwhile; nothing was written over. Look at the change, then save again."
    BadValues "bad_values" 400 open
        "有几格填得不对，什么都没有改；请看格子旁边的说明。" "Some values cannot be; nothing was changed. See the words beside the fields."
    ThingChanged "thing_changed" 409 open
        "这一项刚被别人改过，没有覆盖；请看过他的改动再存。"
        "Somebody else has changed this meanwhile; nothing was written over. Look at the change, then save again."
    KnownQuestion "known_question" 409 open
        "已经有这个 id 的问题了，请换一个。" "There is a question with this id already; take another."
    PackRefused "pack_refused" 409 open
        "没有生效，什么都没有改：话术检查没有通过。" "Not taken, nothing was changed: the check refuses the files with it."
    ReadOtherwise "read_otherwise" 409 open
        "没有生效，什么都没有改：教了以后这句话还是读成别的。" "Not taken, nothing was changed: the sentence would still be read otherwise."
    FileForm "file_form" 409 open
        "这个文件的写法没法自动加一行，请手工加。" "No line can be added to this file as it is written; add it by hand."
    FileChanged "file_changed" 409 open
        "这个文件后来又改过，没有动它。" "The file was changed since and is left alone."
    FolderReadOnly "folder_read_only" 409 open
        "服务器写不了话术目录；请把 diff 交给能改文件的人。" "The server cannot write the folder of intents; give the diff to somebody who can."
    UnknownChange "unknown_change" 404 open
        "没有这条改动。" "There is no such change."
    NotInForce "not_in_force" 409 open
        "这条改动已经撤回了。" "This change was taken back already."
    UnknownDraft "unknown_draft" 404 open
        "没有这份草稿，可能已经上线或扔掉了；请刷新。" "There is no such draft; it may have been published or thrown away. Reload the page."
    DraftChanged "draft_changed" 409 open
        "这份草稿刚被别人改过，什么都没有做；请看过再来。" "Somebody has changed this draft meanwhile; nothing was done. Look at it and try again."
    DraftBusy "draft_busy" 409 open
        "这份草稿正在上线，请稍等再看。" "This draft is being published right now; look again in a moment."
    BadDraft "bad_draft" 400 open
        "这样不行，什么都没有做。" "That cannot be; nothing was done."
    BadMoment "bad_moment" 400 open
        "时间写成 2026-12-01T09:00 这样，是店铺所在地的时间。" "Write the time as 2026-12-01T09:00, by the clocks of the shop's zone."
    InTheWay "in_the_way" 409 open
        "草稿里的改动和现在的对不上，什么都没有改。" "A change of the draft meets another; nothing was changed."
    BadTag "bad_tag" 400 open
        "标签要有 1 到 20 个看得见的字，不能是证件号或卡号。" "A tag has 1 to 20 characters that can be seen, and is no number of a card."
    TagsFull "tags_full" 409 open
        "一位顾客最多 20 个标签：先去掉不用的。" "A customer has at most 20 tags; remove some first."
    NotesFull "notes_full" 409 open
        "一位顾客最多 100 条备注：先删掉不用的。" "A customer has at most 100 notes; delete some first."
    UnknownNote "unknown_note" 404 open
        "没有这条备注，可能已经删掉了；请刷新。" "There is no such note; it may be deleted. Open the chat again."
    BadDraw "bad_draw" 400 open
        "抽不了：日期写成 2026-11-30 这样，不能在今天之后，也不能早于 92 天前；一次抽 1 到 50 个会话。" "Nothing can be drawn so: write the day as 2026-11-30, not ahead and not further back than 92 days; 1 to 50 chats at once."
    BadScore "bad_score" 400 open
        "扣分项不在店铺的评分表里，或者扣的分超过了这一项；评分表可能改过，请刷新。" "The shop's sheet has no such item, or the item takes off fewer points; the sheet may have changed. Reload the page."
    NotInTalk "not_in_talk" 400 open
        "这位客服没有接待过这个会话，请选接待过的人。" "This agent has not had the chat; choose one who has."
    ReviewFull "review_full" 409 open
        "写满了：一个会话最多 20 次质检、100 条找茬，一次质检最多 10 条说明。" "It is full: a chat has at most 20 assessments and 100 notes, an assessment 10 answers."
    UnknownReview "unknown_review" 404 open
        "没有这条质检或找茬，可能已经撤掉了；请刷新。" "There is no such assessment or note; it may be taken back. Reload the page."
    SearchLong "search_long" 413 open
        "要找的字太长：最多 200 个字，订单号和顾客最多 160 个，请缩短后再找。"
        "What is searched for is too long: at most 200 characters, 160 of an order number or a customer; shorten it."
    SearchEmpty "search_empty" 400 open
        "要找的内容没有看得见的字，请重新输入。" "What is searched for shows nothing; write something that can be seen."
    SearchDates "search_dates" 400 open
        "开始日期在结束日期之后，请调整日期。" "The first day is behind the last; change one of them."
    UnknownConversation "unknown_conversation" 404 open
        "没有这个聊天。" "There is no such chat."
    TooManyOpen "too_many_open" 429 open
        "打开的聊天太多，请先关掉几个。" "Too many chats are open; leave some first."
    Unavailable "unavailable" 503 open
        "暂时存不下，请稍后用同一个 id 重发。" "It cannot be kept right now; send it again under the same id."
    TooManyConnects "too_many_connects" 429 4429
        "连接太频繁，请一分钟后再试。" "Too many connections from this address; try again in a minute."
    TooManySockets "too_many_sockets" 429 4429
        "这个网络地址同时打开的连接太多，请关掉几个网页再试。"
        "Too many open connections from this address; close some pages and try again."
    Full "full" 503 1013
        "现在连接太多，请稍后再试。" "The server is full; try again a little later."
    Draining "draining" 503 1012
        "服务器正在重启，请稍后重连。" "The server is restarting; connect again shortly."
    FrameTooLarge "frame_too_large" 500 open
        "要显示的内容太大，没有发过来；请刷新网页，还不行请找管理员看日志。"
        "What was to be shown is too large and was not sent; reload the page, and ask an operator to look at the log if it stays so."
    NotFound "not_found" 404 open
        "没有这个页面。" "There is no such page."
    Internal "internal" 500 1011
        "服务器出错了，请稍后再试。" "Something went wrong here; try again a little later."
}

impl Refusal {
    /// The body of an `error` frame.
    pub fn body(self, language: Language, id: Option<ClientMessageId>) -> ErrorBody {
        ErrorBody {
            code: self.code().to_owned(),
            message: in_script(self.message(language), language),
            id,
            rule: None,
        }
    }

    /// An HTTP answer.
    pub fn response(self, language: Language) -> Response {
        let status = StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self.body(language, None))).into_response();
        if matches!(self.status(), 429 | 503) {
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from_static("10"));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_statuses_real() {
        let mut codes: Vec<&str> = Refusal::ALL.iter().map(|refusal| refusal.code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Refusal::ALL.len());
        for refusal in Refusal::ALL {
            assert!(StatusCode::from_u16(refusal.status()).is_ok());
            assert!(refusal.close().is_none_or(|close| (1000..5000).contains(&close)));
        }
    }
}
