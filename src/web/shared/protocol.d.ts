// The frames of subprotocol `yingda.v1`. Written from `src/gateway/protocol.rs` by
// `YINGDA_UPDATE=1 cargo test --test all schemas`; do not edit.

/** A member of staff who answers chats. */
export type AgentId = string;

/** What an `alert` is about. */
export type AlertKind =
  /** Somebody may be hurt, or speaks of law or regulators, in a chat that waits or is with people: to its agent, to all of the shop who are online, and to supervisors. When it is heard first, and when it gets worse. */
  | "danger"
  /** An own chat is taken back at `until` unless the shopper is answered; typing in its last 20 seconds gives 60 more, once. */
  | "take_back_soon"
  /** A chat was taken back, since its shopper waited too long: to the agent who had it. */
  | "taken_back"
  /** An agent has not answered for too long and nobody else is free, so that the chat stays: to supervisors and the agent. */
  | "nobody_else"
  /** Chats were taken back from an agent twice in a row: the agent is on a break now. To the agent and to supervisors. */
  | "set_to_break"
  /** A colleague handed you this chat, `name` says who. */
  | "handed_to_you"
  /** A supervisor took this chat over from you, `name` says who. */
  | "taken_over"
  /** A supervisor has set your presence, `name` says who. */
  | "presence_set"
  /** The shopper wants another person, and nobody else is here: to supervisors. */
  | "wants_another";

/** Why an agent has a chat. */
export type AssignCause =
  /** The shopper had this agent before in this talk. */
  | "known"
  /** Of those who had room this agent had the fewest chats. */
  | "fewest_chats"
  /** Nobody else had room. */
  | "only_room"
  /** The agent answers in the shopper's language, and colleagues who had room do not. */
  | "language"
  /** The agent took it from the queue. */
  | "taken"
  /** A colleague handed it on to this agent. */
  | "handed_on"
  /** A supervisor took it from the agent or the bot who had it. */
  | "taken_over"
  /** It had ended, and the agent took it up again. */
  | "reopened"
  /** A cause that a newer version of the program recorded. */
  | "other";

/** How many of which kind there are in one's shops. */
export interface BoardCounts {
  /** Who waits, without messages left. */
  waiting: number;
  /** The same by lane; lanes in which nobody waits are left out. */
  lanes?: Record<string, number>;
  /** Messages left outside service hours that nobody has taken up. */
  left: number;
  /** Since when the one waits who waits longest, without messages left. */
  oldest?: Millis;
  /** Agents at a desk who share a shop with you, you among them. */
  agents_online: number;
}

/** How a desk wants its boards. */
export type BoardForm =
  /** Each as a whole `board`, with cases and ready replies on the agent's own cards: versions before. */
  | "whole"
  /** One `board`, then `board_changes`; `case` with an opened chat, `team` and `alert`. */
  | "changes";

/** What the server sends on `/v1/chat`. Frames with `seq` are events of the log; the others are notices. */
export type ChatFrame =
  /** Answers `hello`. Missed events follow. */
  | {
    type: "welcome";
    /** The conversation. */
    conversation: ConversationId;
    /** To be kept by the client and sent in the next `hello`. */
    token: string;
    /** The conversation's last `seq` now. */
    seq: number;
    /** The conversation that `hello` named is no longer kept. */
    history_gone?: boolean;
    /** This conversation has ended and the shopper has another one open: send `hello` again when the end is read. */
    next?: boolean;
    /** The shop whose talk it is. */
    shop?: ShopName;
    /** What the shop says at the turns of the talk, in the talk's language. */
    words?: ShopWords;
    /** Longest message that is taken, characters. */
    max_chars?: number;
    /** Largest frame that is taken, bytes of JSON. */
    max_bytes?: number;
    /** What may be sent as pictures and documents; absent when nothing may. */
    files?: FilesTaken;
    /** The server takes `seen`, and tells people. */
    seen?: boolean;
  }
  /** The message is stored. */
  | {
    type: "ack";
    /** The client's id. */
    id: ClientMessageId;
    /** Its place. */
    seq: number;
    /** When it was stored, by the server's clock, milliseconds since the epoch; absent when it was sent again. */
    at?: Millis;
    /** The text as it is kept, where it is another than was sent: numbers of identity cards and bank cards are hidden. */
    text?: string;
    /** In about how many seconds the bot replies, when more is asked than it can answer at once. */
    wait_s?: number;
  }
  /** Somebody said something (an event). */
  | {
    type: "message";
    /** Place in the log. */
    seq: number;
    /** When, milliseconds since the epoch. */
    at: Millis;
    /** Who. */
    from: Speaker;
    /** The name, for agents. */
    name?: string;
    /** The client's id, for the shopper's own messages. */
    id?: ClientMessageId;
    /** What it replies to, for the bot. */
    reply_to?: ClientMessageId[];
    /** The text. */
    text: string;
    /** The intents answered, for the bot. */
    intents?: string[];
    /** Buttons, for the bot. */
    choices?: Choice[];
    /** What was sent with it. The text holds a code for each before its words: `[图片]` a picture, `[文件]` a document. */
    files?: SentFile[];
  }
  /** Who answers from here on (an event). */
  | {
    type: "owner";
    /** Place in the log. */
    seq: number;
    /** When. */
    at: Millis;
    /** `bot`, `queue`, `agent` or `closed`. */
    who: OwnerWho;
    /** The agent's name. */
    name?: string;
    /** What to tell the shopper with it. */
    text?: string;
  }
  /** An agent took back a message (an event). One that comes after its end, to whoever was not here, has no text. */
  | {
    type: "withdrawn";
    /** Place in the log. */
    seq: number;
    /** When. */
    at: Millis;
    /** The place of the message. */
    of: number;
    /** The agent's name. */
    name: string;
  }
  /** The shopper's rating was stored (an event). */
  | {
    type: "rated";
    /** Place in the log. */
    seq: number;
    /** 1 to 5. */
    stars: number;
  }
  /** Where the shopper stands in the queue (a notice). */
  | {
    type: "queue";
    /** Among those who wait for the shop; 1 is next. */
    position: number;
    /** Honest estimate, seconds; absent when nobody is at the desk. */
    wait_s?: number;
    /** Whether anybody of the shop is at the desk. */
    staffed: boolean;
  }
  /** Somebody is typing (a notice). */
  | {
    type: "typing";
    /** Who. */
    from: Speaker;
  }
  /** Something was refused (a notice). */
  | (ErrorBody & {
    type: "error";
  })
  /** Answers `ping` (a notice). */
  | {
    type: "pong";
  }
  /** The server will go away; it works until then. Close and connect again at a random time within so many milliseconds (a notice). */
  | {
    type: "move";
    /** Milliseconds. */
    within_ms: number;
  }
  /** The server goes away now; reconnect after so many milliseconds (a notice). */
  | {
    type: "moving";
    /** Milliseconds to wait before reconnecting. */
    after_ms: number;
  };

/** What a shopper's client sends on `/v1/chat`. `hello` must be first. */
export type ChatRequest =
  /** Begins or resumes a talk. */
  | {
    type: "hello";
    /** The shop. */
    shop: ShopId;
    /** BCP 47 tag of the page, for example `zh-CN`, `zh-TW`, `en`. */
    lang?: string | null;
    /** The token of an earlier `welcome`: who the shopper is. That of a signed customer counts together with a valid signature of the same customer only. */
    token?: string | null;
    /** The last `seq` seen; 0 for all, null for none of the past. */
    after?: number | null;
    /** The conversation that the page shows and `after` counts in. When it has ended meanwhile, the rest of it comes first; when another one is welcomed, all of that one comes. */
    conversation?: ConversationId | null;
    /** The shop's own customer id, with `signature`. */
    customer?: string | null;
    /** By the shop's identity key: hex HMAC-SHA-256 of `customer`; or `v1.`, the second since 1970 until which it holds, `.` and the hex HMAC-SHA-256 of shop, customer and that number, with line breaks between. */
    signature?: string | null;
  }
  /** Says something. Resend under the same `id` until it is acknowledged. */
  | {
    type: "message";
    /** The client's id, unique within the conversation, 1 to 64 characters. */
    id: ClientMessageId;
    /** The text; may be empty where there are files. */
    text: string;
    /** What was uploaded before and is sent with it, at most nine. */
    files?: NamedFile[];
  }
  /** Asks for a person (the button). */
  | {
    type: "human";
  }
  /** Is typing; not stored. */
  | {
    type: "typing";
  }
  /** Has seen what was said, up to this event; not stored. Only where `welcome` says `seen`. */
  | {
    type: "seen";
    /** The event's place. */
    seq: number;
  }
  /** Rates the talk. */
  | {
    type: "rate";
    /** 1 to 5. */
    stars: number;
  }
  /** Ends the talk; the next `hello` with the same token begins a new one. */
  | {
    type: "close";
  }
  /** Asks whether anybody is there; answered by `pong`. */
  | {
    type: "ping";
  };

/** A button under a bot message. A tap sends its label as the shopper's own message; that of `service.human` asks for a person instead. */
export interface Choice {
  /** What the button says. */
  label: string;
  /** The intent it stands for. */
  intent: string;
}

/** The id a client gives a message before it is sent; stored once for each conversation and speaker. */
export type ClientMessageId = string;

/** One shopper's talk with one shop; a UUIDv7 written as text. */
export type ConversationId = string;

/** The decision about one turn: what is answered, what was considered, and why. */
export interface Decision {
  /** What the bot does. */
  kind: DecisionKind;
  /** What is answered (or would be, had a person not been brought in), in the order it was asked. */
  intents: Question[];
  /** What was considered beside it, best first. */
  alternatives: Question[];
  /** Signals at any strength worth showing, strongest first. */
  signals: SignalHit[];
  /** Slots known after this turn, those carried over from earlier turns included. */
  slots: Slots;
  /** The slot that is asked for, when `kind` is `ask_slot`; one that a newer version of the program recorded is left out. */
  asked?: SlotName;
  /** The ids of wishes that the shopper took back, or said not to have. */
  withdrawn?: string[];
}

/** What the bot does with a turn. A kind that a newer version of the program recorded is read as an answer. */
export type DecisionKind =
  /** Asks with buttons which of two or three questions was meant. */
  | "clarify"
  /** Asks for a slot that the answer needs. */
  | "ask_slot"
  /** Says that it does not know, and offers ways on. */
  | "unknown"
  /** Gives a short sign: nothing was asked. */
  | "acknowledge"
  /** Brings in a person. */
  | "handoff"
  /** Answers one or more questions. */
  | "answer";

/** An event as the desk sees it. */
export interface DeskEvent {
  /** Place in the log. */
  seq: number;
  /** The owner epoch after it. */
  epoch: number;
  /** When. */
  at: Millis;
  /** What: `started`, `received`, `answered`, `handed_off`, `assigned`, `agent_said`, `released`, `returned`, `withdrawn`, `closed`, `rated`, and `noted`, `snoozed` and `recognised`, which only people at desks see. */
  kind: string;
  /** Who spoke, for messages. */
  from?: Speaker;
  /** The agent's name, where one acted; for `released` whose chat it was, for `assigned` who has it. */
  name?: string;
  /** Who made the chat change hands, where that is another than `name`: the colleague who handed it on, the supervisor who took it. Absent where the server did. */
  by?: string;
  /** Why an agent has it, for `assigned`. */
  assigned?: AssignCause;
  /** Why it went back, for `released`: `silent` and `gone` are the server's doing. */
  released?: ReleaseCause;
  /** Whom it waits for, for `released` to a group or to supervisors. */
  waits_for?: WaitsFor;
  /** Until when, for `snoozed`; absent where the snooze was ended. */
  until?: Millis;
  /** What is kept of the customer, and what the rules make of it, for `recognised`. */
  recognised?: Recognition;
  /** The place of the message that was taken back, for `withdrawn`. */
  of?: number;
  /** The client's id, for messages and notes. */
  id?: ClientMessageId;
  /** The text, for messages and notes; for `released` and `assigned` the note that it was handed on with, which the shopper is never told. */
  text?: string;
  /** Buttons, for the bot. */
  choices?: Choice[];
  /** What was sent with a message. The text holds a code for each before its words: `[图片]` a picture, `[文件]` a document. */
  files?: SentFile[];
  /** The bot's decision, for `answered`, and for `handed_off` when the turn said nothing else. */
  decision?: Decision;
  /** The reason, for `handed_off`. */
  reason?: HandoffReason;
  /** The lane, for `handed_off`. */
  lane?: Lane;
  /** The signals, for `handed_off`. */
  signals?: SignalHit[];
  /** Stars, for `rated`. */
  stars?: number;
}

/** What the server sends on `/v1/desk`. */
export type DeskFrame =
  /** Answers `hello`. */
  | {
    type: "welcome";
    /** Who you are. */
    agent: AgentId;
    /** Your name, as shoppers see it. */
    name: string;
    /** Whether you look after agents. */
    supervisor: boolean;
    /** What you may do: `agent`, `operator`, `supervisor`, `owner`. */
    roles: string[];
    /** The shops you work for; empty means all. */
    shops: ShopId[];
    /** Chats at once. */
    slots: number;
    /** Whether new chats are assigned to you. */
    available: boolean;
    /** What you said that you do. */
    state: PresenceState;
    /** Why: what you gave, or `taken_back` when the server set a break because chats were taken from you twice in a row. */
    reason?: string;
    /** The reasons for a break that the shop has; `meal`, `training` and `other` have names in the page, others are shown as they are. */
    break_reasons: string[];
    /** What you are good at, and may be asked for by. */
    groups?: string[];
    /** So long after its end a chat may be opened again, milliseconds. */
    reopen_within_ms: number;
    /** What may be sent as pictures and documents; absent when nothing may. */
    files?: FilesTaken;
    /** So long after it was sent an own message may be taken back, milliseconds. */
    withdraw_within_ms: number;
    /** Server time, to show waits against. */
    now: Millis;
    /** What the files call what the desk shows. */
    titles: Titles;
  }
  /** The front of your shops' queue and your own chats. Long texts on its cards are cut, so that the frame stays below 64 KiB. Where `hello` asked for changes it comes once, with cards as in `board_changes`, and again whenever the desk is to begin anew; else on every change, at most a few times a second. */
  | {
    type: "board";
    /** The first who wait, in the order they will be served; at most 60. */
    waiting: TicketCard[];
    /** All who wait. */
    waiting_count: number;
    /** Yours, in the order in which they hurt: unanswered before answered before snoozed; of these safety, then law, then the earliest deadline. */
    mine: TicketCard[];
    /** The first of the messages left outside service hours, in the order they will be served; at most 60. Where boards are whole they stand in `waiting`. */
    left?: TicketCard[];
    /** How many of which kind. */
    counts: BoardCounts;
    /** Agents at the desk now who share a shop with you. */
    agents_online: number;
    /** Server time. */
    now: Millis;
    /** What is wrong until it is mended; told with every board as long as it holds. */
    notices?: DeskNotice[];
  }
  /** What is different since the board before: of an own chat at once, of all else a few times a second at most. Of a list that is left out nothing is. */
  | {
    type: "board_changes";
    /** In `waiting`. */
    waiting?: ListChanges;
    /** In `mine`. */
    mine?: ListChanges;
    /** In `left`. */
    left?: ListChanges;
    /** The counts as they are now, where they are others. */
    counts?: BoardCounts;
    /** All notices as they are now, where they are others. */
    notices?: DeskNotice[];
    /** Server time. */
    now: Millis;
  }
  /** What an agent needs of a chat beside its events: comes when the chat is opened, and when it is different. Only where `hello` asked for changes, and only of chats that wait or are with people. */
  | {
    type: "case";
    /** Which chat. */
    conversation: ConversationId;
    /** Why it was handed off. */
    reason: HandoffReason;
    /** The signals behind it, with evidence, strongest first. */
    signals: SignalHit[];
    /** The intents still unanswered, with titles. */
    open_questions: Choice[];
    /** What the shopper has given in this talk, by slot: address, order number, size. */
    slots?: Slots;
    /** The note of the colleague who handed it on. */
    note?: string;
    /** Ready replies to put into the editor, of all open questions; only to whoever has the chat. For pages of versions before, which show the first. */
    suggestions?: string[];
    /** The one reply that is offered; none where somebody may be hurt, speaks of law or is furious. */
    suggestion?: Suggestion;
  }
  /** Who is here: the colleagues who share a shop with you. After `welcome` all of them (in several frames where they are many), then those of whom something is different: `set` replaces what was known of an agent. Only where `hello` asked for changes. */
  | {
    type: "team";
    /** These are so now. */
    set: TeamMember[];
    /** These share no shop with you any more. */
    gone?: AgentId[];
    /** Server time. */
    now: Millis;
  }
  /** Something that must be seen now (a notice). Each is told once to each desk that it concerns. */
  | {
    type: "alert";
    /** What. */
    alert: AlertKind;
    /** Which chat. */
    conversation?: ConversationId;
    /** Its shop. */
    shop?: ShopId;
    /** How pressing it is. */
    lane?: Lane;
    /** What was heard, in the shopper's words: for `danger`. */
    evidence?: SignalHit;
    /** The agent it is about. */
    agent?: AgentId;
    /** That agent's name. */
    name?: string;
    /** When it comes to pass: for `take_back_soon`. */
    until?: Millis;
    /** Server time. */
    now: Millis;
  }
  /** Answers `why`: one of both, or none when the chat is with the bot or has ended. */
  | {
    type: "why";
    /** Which chat. */
    conversation: ConversationId;
    /** Why it waits. */
    waiting?: WhyWaiting;
    /** Why it is with whom it is with. */
    assigned?: WhyAssigned;
  }
  /** Answers `past`. */
  | {
    type: "past";
    /** Whose shopper's talks these are. */
    conversation: ConversationId;
    /** Earlier talks of the same shopper with the same shop, newest first; at most 20. */
    talks: PastTalk[];
    /** Whether there are still earlier ones: ask again with `before`, the last one's id. */
    more: boolean;
  }
  /** Answers `floor`. */
  | {
    type: "floor";
    /** Open chats: those that wait in the order of service, those with agents, then those with the bot; at most 100. */
    chats: FloorChat[];
    /** To be sent in the next `floor` for more; absent at the end. */
    next?: string;
    /** Server time. */
    now: Millis;
  }
  /** An event of a chat that is open here. */
  | {
    type: "event";
    /** Which chat. */
    conversation: ConversationId;
    /** The event. */
    event: DeskEvent;
  }
  /** The agent's message or note is stored. */
  | {
    type: "ack";
    /** Which chat. */
    conversation: ConversationId;
    /** The client's id. */
    id: ClientMessageId;
    /** Its place. */
    seq: number;
  }
  /** What `close_waiting` has done, when all of it is done. */
  | {
    type: "closed_waiting";
    /** So many have ended. */
    closed: number;
    /** So many were asked for and go on: taken or given away meanwhile, not waiting, or not kept. */
    left: number;
  }
  /** The shopper is typing (a notice). */
  | {
    type: "typing";
    /** Which chat. */
    conversation: ConversationId;
  }
  /** The shopper has seen the chat up to this event (a notice). */
  | {
    type: "seen";
    /** Which chat. */
    conversation: ConversationId;
    /** The event's place. */
    seq: number;
  }
  /** Something was refused (a notice). */
  | {
    type: "error";
    /** Stable code, for example `too_long`. */
    code: string;
    /** What is wrong and what to do. */
    message: string;
    /** The client id of the message that was refused. */
    id?: ClientMessageId;
    /** The rule of the service standards that is broken, for `words_blocked`. */
    rule?: string;
    /** The chat it concerns. */
    conversation?: ConversationId;
    /** How many chats stand in the way, for `chats_open`. */
    open?: number;
  }
  /** Answers `ping` (a notice). */
  | {
    type: "pong";
  }
  /** The server will go away; it works until then. Close and connect again at a random time within so many milliseconds (a notice). */
  | {
    type: "move";
    /** Milliseconds. */
    within_ms: number;
  }
  /** The server goes away now; reconnect after so many milliseconds (a notice). */
  | {
    type: "moving";
    /** Milliseconds to wait before reconnecting. */
    after_ms: number;
  };

/** Something that everybody at work must know until it is mended. */
export interface DeskNotice {
  /** What it is about: `reload_refused` (changed intent files were refused) or `packs_differ` (servers on one store answer with different packs). */
  kind: string;
  /** The shop it concerns; absent for all. */
  shop?: ShopId;
  /** In Chinese, with the way to mend it. */
  zh: string;
  /** In English, with the way to mend it. */
  en: string;
}

/** What an agent's desk sends on `/v1/desk`. The session is the cookie set at sign-in, or `session` in `hello`. */
export type DeskRequest =
  /** Must be first. */
  | {
    type: "hello";
    /** Session token, for clients that keep no cookies. */
    session?: string | null;
    /** How boards are to come. Pages of versions before do not say it and get whole ones. */
    boards?: BoardForm;
  }
  /** Sets whether new chats may be assigned to this agent: `presence` of versions before. */
  | {
    type: "status";
    /** True: online. False: on a break. */
    available: boolean;
  }
  /** Sets what this agent does now. Kept over reloads and restarts, and the same at all of the agent's desks. `offline` is refused as `chats_open` while the agent has chats. */
  | {
    type: "presence";
    /** What. */
    state: PresenceState;
    /** Why, at most 40 characters: for a break one of `break_reasons`, or words of one's own. */
    reason?: string;
    /** Whose, for supervisors; without it one's own. */
    agent?: AgentId | null;
  }
  /** Takes a waiting chat by hand. A supervisor may take one that a colleague or the bot has, too. */
  | {
    type: "take";
    /** Which. */
    conversation: ConversationId;
  }
  /** Asks for the events of a chat, then its live events. */
  | {
    type: "open";
    /** Which. */
    conversation: ConversationId;
    /** The last `seq` seen; 0 for all. */
    after?: number;
    /** The chat from whose `past` it is opened: whoever may see that list may read what is on it. */
    past_of?: ConversationId | null;
  }
  /** Stops the live events of a chat. */
  | {
    type: "leave";
    /** Which. */
    conversation: ConversationId;
  }
  /** Says something to the shopper. Resend under the same `id` until acknowledged. */
  | {
    type: "message";
    /** To whom. */
    conversation: ConversationId;
    /** The client's id. */
    id: ClientMessageId;
    /** The text; may be empty where there are files. */
    text: string;
    /** What was uploaded before and is sent with it, at most nine. */
    files?: NamedFile[];
    /** The owner epoch under which it was written; refused as `stale` when the chat has moved on. */
    epoch: number;
    /** The phrase that it was written with, to be counted once for each message. */
    used?: PhraseId | null;
  }
  /** Takes back an own message, within `withdraw_within_ms` of `welcome`. The shopper is told that it is taken back, colleagues read it still. Refused as `not_your_message` and `withdraw_late`. */
  | {
    type: "withdraw";
    /** In which chat. */
    conversation: ConversationId;
    /** Its place. */
    seq: number;
  }
  /** Is typing; not stored. */
  | {
    type: "typing";
    /** To whom. */
    conversation: ConversationId;
  }
  /** Hands the chat on. A supervisor may hand on colleagues' chats and those that wait, too. */
  | {
    type: "transfer";
    /** Which. */
    conversation: ConversationId;
    /** To whom. */
    to: TransferTo;
    /** For whoever gets it, shown to nobody outside; at most 2,000 characters. */
    note?: string;
  }
  /** Writes down something that only people at desks see; the shopper is never told. Resend under the same `id` until acknowledged. Whoever may read the chat may write it. */
  | {
    type: "note";
    /** In which chat. */
    conversation: ConversationId;
    /** The client's id, unique among what agents say in the chat. */
    id: ClientMessageId;
    /** The text, at most 2,000 characters. */
    text: string;
  }
  /** Puts an own chat to the bottom until then, or until the shopper writes. */
  | {
    type: "snooze";
    /** Which. */
    conversation: ConversationId;
    /** Until when, by the server's time, at most seven days from now; null: no longer. */
    until?: Millis | null;
  }
  /** Takes up a chat again that has ended lately (`reopen_within_ms` of `welcome`): it is with this agent then. */
  | {
    type: "reopen";
    /** Which. */
    conversation: ConversationId;
  }
  /** Asks for earlier talks of the shopper of a chat that waits or is with this agent, or was when it ended and may be opened again; supervisors of any chat of their shops. Answered by `past`. */
  | {
    type: "past";
    /** Whose shopper's. */
    conversation: ConversationId;
    /** Only talks before this one: the last of the page before. */
    before?: ConversationId | null;
  }
  /** Asks why a chat waits, or why it is with whom it is with. Answered by `why`. */
  | {
    type: "why";
    /** Which. */
    conversation: ConversationId;
  }
  /** Asks for all open chats of one's shops, the bot's too: for supervisors. Answered by `floor`. */
  | {
    type: "floor";
    /** Goes on behind this, as the answer before said it. */
    after?: string | null;
    /** Of one shop only. */
    shop?: ShopId | null;
    /** Of one agent only. */
    agent?: AgentId | null;
  }
  /** Gives the chat back to the queue, to its front: `transfer` to `queue` of versions before. */
  | {
    type: "release";
    /** Which. */
    conversation: ConversationId;
    /** For the next agent. */
    note?: string;
  }
  /** Gives the chat back to the bot. */
  | {
    type: "return";
    /** Which. */
    conversation: ConversationId;
  }
  /** Ends the chat. */
  | {
    type: "close";
    /** Which. */
    conversation: ConversationId;
  }
  /** Ends chats that wait, many at once: for supervisors, after an attack. Answered by `closed_waiting`. */
  | {
    type: "close_waiting";
    /** Which, at most 200. Without any: all that wait in your shops, but for those in the lane `safety`. */
    conversations?: ConversationId[];
    /** Only those that have waited since before this server time; without it no matter since when. */
    before?: Millis | null;
  }
  /** Asks whether anybody is there; answered by `pong`. */
  | {
    type: "ping";
  };

/** A refusal: a code of the one table in `gateway/error.rs`, and a sentence that says how to mend it. */
export interface ErrorBody {
  /** Stable code, for example `too_long`. */
  code: string;
  /** What is wrong and what to do. */
  message: string;
  /** The client id of the message that was refused. */
  id?: ClientMessageId;
  /** The rule of the service standards that is broken, for `words_blocked`. */
  rule?: string;
}

/** A picture or file that was sent: 32 hex digits, a dot, and how files of its format end. */
export type FileId = string;

/** How a file is shown. */
export type FileKind =
  /** In its place in the talk. */
  | "picture"
  /** As a link with its name; also what a newer version may send. */
  | "document";

/** What may be uploaded. */
export interface FilesTaken {
  /** Bytes of a file at most. */
  max_bytes: number;
  /** Pixels of a picture at most. */
  max_pixels: number;
  /** Media types. */
  types: string[];
  /** The shops where it is switched off; only desks are told. */
  not_in?: ShopId[];
}

/** An open chat as supervisors see it. */
export interface FloorChat {
  /** Which. */
  conversation: ConversationId;
  /** The shop. */
  shop: ShopId;
  /** How the shopper is shown. */
  shopper: string;
  /** Who speaks: `bot`, `queue` or `agent`. */
  owner: OwnerWho;
  /** The agent who has it. */
  agent?: AgentId;
  /** The card, where it waits or is with an agent. */
  card?: TicketCard;
  /** The owner epoch. */
  epoch: number;
  /** When something happened last in it. */
  at: Millis;
}

/** Why a chat was handed to people. */
export type HandoffReason =
  /** The shopper asked for a person, by words or by the button. */
  | "asked"
  /** A signal in one message: anger, complaint, threat, harm. */
  | "signal"
  /** Trouble that grew over several messages. */
  | "ledger"
  /** The bot did not understand, repeatedly. */
  | "misses"
  /** The intent's file says `handoff: always`. */
  | "intent"
  /** A reason that a newer version of the program recorded. */
  | "other";

/** What kind of thing a shopper says with an intent. A kind that a newer version of the program recorded is read as a question. */
export type IntentKind =
  /** Leaves nothing open, and gives way to any question beside it. */
  | "small_talk"
  /** Small talk with which a thought only begins: 在吗, hello. */
  | "greeting"
  /** Small talk of somebody who is content: thanks, a goodbye, an acknowledgement. */
  | "closing"
  /** Asks for a person: the chat goes to people. */
  | "ask_for_person"
  /** Asks something about the shop: becomes the topic of the talk, stays open until it is answered. */
  | "question";

/** How pressing a ticket is. A lower lane is served before a higher one; within a lane the earliest deadline. */
export type Lane =
  /** A person may be hurt: before anything else. */
  | "safety"
  /** Regulators and law. */
  | "top"
  /** Anger and public exposure. */
  | "urgent"
  /** Complaints and disappointment. */
  | "high"
  /** Asked for a person, repeated misses. */
  | "normal";

/** A language of answers and pages. Both scripts of Chinese are folded into one before they are understood. */
export type Language =
  /** Chinese in Simplified characters. */
  | "zh"
  /** Chinese in Traditional characters. */
  | "zh-Hant"
  /** English. */
  | "en";

/** How a list becomes the one that follows: what is in `gone`, `set` and `moved` is taken out; then the rows of `set` and `moved` together are put in, each at its place in the new list, the lowest place first. */
export interface ListChanges {
  /** No longer in the list. */
  gone?: ConversationId[];
  /** New, or other than before. */
  set?: SetRow[];
  /** The same as before, at another place. */
  moved?: MovedRow[];
}

/** Milliseconds since the Unix epoch. */
export type Millis = number;

/** A row that only moves. */
export interface MovedRow {
  /** Its place in the new list, from 0. */
  at: number;
  /** Which. */
  conversation: ConversationId;
}

/** A file that was uploaded, as a message names it. */
export interface NamedFile {
  /** What the upload was answered with. */
  id: FileId;
  /** The name that a document is shown with. */
  name?: string;
}

/** Who owns a conversation, without the agent's id. */
export type OwnerWho =
  /** The auto-responder. */
  | "bot"
  /** Waiting for a person. */
  | "queue"
  /** A person. */
  | "agent"
  /** Nobody, the talk has ended. */
  | "closed";

/** An earlier talk of a shopper with the shop. `open` with `past_of` shows it. */
export interface PastTalk {
  /** Which. */
  conversation: ConversationId;
  /** When it began. */
  began: Millis;
  /** When it ended; absent while it goes on. */
  ended?: Millis;
  /** The name of the agent who had it last; absent where only the bot had it. */
  agent?: string;
  /** The shopper's rating, 1 to 5. */
  stars?: number;
  /** Why it was handed off last; absent where it was not. */
  reason?: HandoffReason;
  /** Messages of shopper, bot and agents. */
  messages: number;
  /** What was said last, by whomever; at most 120 characters on the wire. */
  last_text?: string;
}

/** A phrase of a shop or of an agent; a UUIDv7 written as text. */
export type PhraseId = string;

/** What an agent does now, as the agent or a supervisor says it. Whether a desk is open is another matter. */
export type PresenceState =
  /** Takes chats. */
  | "online"
  /** Keeps the chats there are and gets no new ones. */
  | "break"
  /** Has gone home: neither has chats nor gets any. A state that a newer version of the program recorded is read so. */
  | "offline";

/** A question with the probability that it was meant. */
export interface Question {
  /** Intent id, for example `shipping.time`. */
  id: string;
  /** Calibrated probability, 0 to 1. */
  confidence: number;
  /** What kind of question the files say it is, where that is not what its id says. */
  kind?: IntentKind;
}

/** What is kept of a customer whose chat goes to people, and what the rules make of it. Stored in the log; a version that does not know it leaves the lane as it was. */
export interface Recognition {
  /** Whether the shop takes particular care of this customer. */
  vip?: boolean;
  /** Words of the shop's own, in order. */
  tags?: string[];
  /** What a rule makes of it, where one holds. */
  steered?: Steered;
}

/** Why a chat went from an agent back to the queue. A cause that a newer version of the program recorded is read as [`ReleaseCause::GivenBack`]. */
export type ReleaseCause =
  /** The agent did not write within the lease. */
  | "silent"
  /** The agent's desk was gone for the whole lease. */
  | "gone"
  /** It was handed on to a group or to supervisors. */
  | "handed_on"
  /** The shopper asked for another person. */
  | "another_asked"
  /** The agent gave it back to the queue. */
  | "given_back";

/** A file as a message names it. */
export interface SentFile {
  /** Under what it is fetched. */
  id: FileId;
  /** How it is shown. */
  kind: FileKind;
  /** Its name where it was sent from; pictures have none. */
  name?: string;
  /** Its size. */
  bytes: number;
  /** Width of a picture, pixels; 0 for documents. */
  width?: number;
  /** Height of a picture, pixels; 0 for documents. */
  height?: number;
}

/** A row and its place. */
export interface SetRow {
  /** Its place in the new list, from 0. */
  at: number;
  /** The row. */
  card: TicketCard;
}

/** A shop served by this installation, for example `demo`. */
export type ShopId = string;

/** How the shop is called. */
export interface ShopName {
  /** Its name, in the language of the talk. */
  name: string;
  /** The intent of the buttons that ask for a person (`human`); absent when the shop has no such intent. */
  person?: string;
}

/** The shop's own words for what a page says by itself, from the shop's phrases. The shop's facts are filled in; `{{ name }}` and `{{ position }}` are for the page to fill. */
export interface ShopWords {
  /** The language of these words and of the talk; it may differ from that of the page. */
  lang: Language;
  /** Begins a talk: the bot says that it is one. */
  welcome: string;
  /** The bot is back after a person. */
  returned: string;
  /** The talk has ended. */
  closed: string;
  /** Thanks for a rating. */
  rate_thanks: string;
  /** The person had to leave: the shopper waits again, at the front. */
  requeued: string;
  /** The place in the queue, with `{{ position }}`. */
  queue_position: string;
  /** A person has come, with `{{ name }}`. */
  agent_joined: string;
}

/** A signal with its strength and where it was seen. */
export interface SignalHit {
  /** Signal id, for example `threat.regulator`. */
  id: string;
  /** Strength, 0 to 1; at 0.5 and above it takes effect. */
  score: number;
  /** The words that carry it, as the shopper wrote them; where the model alone hears it, those that weigh most. */
  evidence: string;
}

/** What kind of value a slot holds, and in which unit it is kept. */
export type SlotName =
  /** Body height, centimetres. */
  | "height"
  /** Body weight, kilograms. */
  | "weight"
  /** Foot length, millimetres. */
  | "foot_length"
  /** Age, years (a decimal for months). */
  | "age"
  /** Short name of a province-level region: 新疆, 广东, 香港. */
  | "province"
  /** A city: 深圳. */
  | "city"
  /** The shop platform's order number. */
  | "order_number"
  /** A courier's waybill number. */
  | "waybill"
  /** A phone number. */
  | "phone"
  /** A sum of money, yuan. */
  | "money"
  /** A day as the shopper wrote it: 前天, 11.11. */
  | "date"
  /** A colour: 黑色. */
  | "color"
  /** A size: XL, 42. */
  | "size"
  /** An article from the shop's own list, by its full name; or one that looks like it and is not in it, as written. */
  | "goods"
  /** The article that was named before [`SlotName::Goods`], by its full name: the two may be compared. */
  | "other_goods"
  /** What is asked of goods, by the name of the attribute. */
  | "attribute"
  /** How many pieces. */
  | "quantity"
  /** A delivery address, as written. */
  | "address"
  /** Who receives a parcel, as written. */
  | "receiver"
  /** What an invoice is made out to, as written. */
  | "invoice_heading"
  /** A tax number, in capitals. */
  | "tax_number"
  /** A link, as written. */
  | "link"
  /** Whatever the shopper replies to the question for it, as written. */
  | "details";

/** The slots of a message or of a talk. Values are canonical text: `165` for 一米六五, `47.5` for 95斤, `新疆`. */
export type Slots = Record<string, string>;

/** Who wrote a message. */
export type Speaker =
  /** The customer. */
  | "shopper"
  /** The auto-responder. */
  | "bot"
  /** A member of staff. */
  | "agent";

/** What a rule makes of a handoff. */
export interface Steered {
  /** By what. */
  by: SteeredBy;
  /** At least as pressing as this. */
  lane: Lane;
  /** The group that gets it first. */
  group?: string;
}

/** What a rule looks at. */
export type SteeredBy =
  /** That it is a VIP. */
  | {
    kind: "vip";
  }
  /** A tag. */
  | {
    kind: "tag";
    /** Which. */
    tag: string;
  }
  /** Something that a newer version of the program looks at. */
  | {
    kind: "other";
  };

/** A reply that an agent is offered. */
export interface Suggestion {
  /** What is put into the editor. */
  text: string;
  /** Whose words they are. */
  from: SuggestionFrom;
  /** The phrase that it is; to be named as `used` by the message. */
  phrase?: PhraseId;
  /** The phrase's picture or document, to be sent with it. */
  file?: SentFile;
}

/** Whose words an agent is offered. */
export type SuggestionFrom =
  /** Written for agents in the file of the question (`agent:`). */
  | "agents"
  /** The phrase that colleagues sent most for the same question; its blanks and variables are to be filled. */
  | "phrase"
  /** An answer of the bot, without what sends shoppers to a person. */
  | "bot";

/** A colleague, or oneself. */
export interface TeamMember {
  /** Who. */
  agent: AgentId;
  /** The name that shoppers see. */
  name: string;
  /** What this person said to do. */
  state: PresenceState;
  /** Why. */
  reason?: string;
  /** Since when; absent when never said. */
  since?: Millis;
  /** Whether a desk of theirs is open now. */
  here: boolean;
  /** Whether this is a supervisor. */
  supervisor?: boolean;
  /** What they are good at. */
  groups?: string[];
  /** Their shops; empty means all. */
  shops?: ShopId[];
  /** Chats they have now. */
  open: number;
  /** Chats at once. */
  capacity: number;
  /** Since when their shopper waits who waits longest; absent when all are answered. */
  oldest_unanswered?: Millis;
}

/** A ticket as the desk shows it: why it came, how long it waits, what was asked. */
export interface TicketCard {
  /** The chat. */
  conversation: ConversationId;
  /** The shop. */
  shop: ShopId;
  /** How the shopper is shown: the shop's customer id, or `访客` and a code of ten letters and digits, which no two visitors share. Lists may show its first four where these tell them apart. */
  shopper: string;
  /** How pressing. */
  lane: Lane;
  /** Why it was handed off. */
  reason: HandoffReason;
  /** The signals behind it, with evidence. In `board_changes` and the board before them only the strongest; `case` has all. */
  signals: SignalHit[];
  /** The intents still unanswered, with titles. In whole boards only; else in `case`. */
  open_questions?: Choice[];
  /** The shopper's last words. */
  last_text: string;
  /** What the shopper has given in this talk, by slot: address, order number, size. Only for `mine`, in whole boards. */
  slots?: Slots;
  /** Since when it waits (for `mine`: since the shopper's first unanswered message; absent when answered). */
  waiting_since?: Millis;
  /** The one clock of a row: when the shop's clock, which runs in service hours only, wants the next word. Counts while `waiting_since` is there; else the ball is with the shopper. */
  deadline: Millis;
  /** The owner epoch, to be sent back with messages. */
  epoch: number;
  /** A colleague's note. */
  note: string;
  /** Ready replies: rendered answers to the open questions, to be put into the editor by one key. Only for `mine`, in whole boards; else in `case`. */
  suggestions?: string[];
  /** The lane in whose midst it is served, where it is above its own since it is late. */
  promoted?: Lane;
  /** It came back from an agent, and stands before others of its lane. */
  returned?: boolean;
  /** It was left outside service hours (留言): an answer is promised by then, and `deadline` is that. */
  promised_at?: Millis;
  /** An own chat that is put off until then, or until the shopper writes. */
  snoozed_until?: Millis;
  /** Whether the shopper has the chat open now. */
  here: boolean;
  /** Whom it waits for, where not for any agent of the shop. */
  waits_for?: WaitsFor;
  /** Whether the shop takes particular care of this customer. */
  vip?: boolean;
  /** The first tags of the customer, cut; in `board_changes` and the board before them, for rows near the top. */
  tags?: string[];
}

/** A title in both languages. */
export interface Title {
  /** Chinese. */
  zh: string;
  /** English. */
  en: string;
}

/** Titles from the intent files. */
export interface Titles {
  /** Of the signals, by id. */
  signals: Record<string, Title>;
  /** The names of the shops you work for, by id. */
  shops: Record<string, Title>;
}

/** Whom a chat is handed on to. */
export type TransferTo =
  /** A colleague, who has it at once. Refused as `colleague_away`, `colleague_full` or `colleague_other_shop`. */
  | {
    kind: "agent";
    /** Who. */
    agent: AgentId;
  }
  /** The front of the queue, for agents of this group. Refused as `unknown_group` when no agent of the shop is in it. */
  | {
    kind: "group";
    /** Which. */
    group: string;
  }
  /** The front of the queue, for supervisors. */
  | {
    kind: "supervisor";
  }
  /** The front of the queue, for any colleague. */
  | {
    kind: "queue";
  };

/** What keeps a chat from being with an agent. */
export type WaitReason =
  /** No agent of the shop has a desk open. */
  | {
    kind: "nobody_here";
  }
  /** All agents of the shop who are here are on a break or offline. */
  | {
    kind: "all_away";
    /** So many are here. */
    here: number;
  }
  /** Nobody of those it waits for (a group, the supervisors) is online. */
  | {
    kind: "none_of_them";
    /** Whom it waits for. */
    waits_for: WaitsFor;
    /** From then on any agent of the shop gets it. */
    until: Millis;
  }
  /** Those who answer in the shopper's language have as many chats as they may have; others have room. */
  | {
    kind: "none_of_language";
    /** The language. */
    language: Language;
    /** From then on any agent of the shop gets it. */
    until: Millis;
  }
  /** All who are online have as many chats as they may have. */
  | {
    kind: "all_full";
    /** So many are online. */
    agents: number;
    /** So many chats they have together. */
    chats: number;
  }
  /** Only the agent who has just lost it or given it back has room. */
  | {
    kind: "just_lost";
    /** Who. */
    agent: AgentId;
    /** From then on it may go to that agent again. */
    until: Millis;
  }
  /** There is room, and it is being given. */
  | {
    kind: "now";
  };

/** Whom a ticket waits for, where not for any agent of its shop. */
export type WaitsFor =
  /** An agent of this group. */
  | {
    kind: "group";
    /** Which. */
    group: string;
  }
  /** A supervisor. */
  | {
    kind: "supervisor";
  }
  /** Any agent: what a newer version of the program recorded, and this one does not know. */
  | {
    kind: "anybody";
  };

/** Why a chat is with whom it is with. */
export interface WhyAssigned {
  /** Who has it. */
  agent: AgentId;
  /** The name. */
  name: string;
  /** Why; absent in chats that a version before assigned. */
  cause?: AssignCause;
  /** Who gave it, where a colleague or a supervisor did. */
  by?: AgentId;
  /** Since when. */
  since: Millis;
  /** When it is taken back unless the shopper is answered; absent while nothing is owed. */
  take_back_at?: Millis;
  /** By what of the customer its lane is at least what it is. */
  steered?: Steered;
}

/** Why a chat waits. */
export interface WhyWaiting {
  /** Its place among all who wait for the shop; 1 is next. */
  position: number;
  /** So many wait for the shop. */
  of: number;
  /** How pressing it is. */
  lane: Lane;
  /** The lane in whose midst it is served: above its own where it is late. */
  served_as: Lane;
  /** How late it is, milliseconds; absent while the shop's clock holds. */
  late_ms?: number;
  /** It came back from an agent, and stands before others of its lane. */
  returned?: boolean;
  /** An answer is promised by then, since it was left outside service hours. */
  promised_at?: Millis;
  /** By what of the customer its lane is at least what it is. */
  steered?: Steered;
  /** What is in the way. */
  because: WaitReason;
}
