// The frames of subprotocol `yingda.v1`. Written from `src/gateway/protocol.rs` by
// `YINGDA_UPDATE=1 cargo test --test all schemas`; do not edit.

/** A member of staff who answers chats. */
export type AgentId = string;

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
    /** The text. */
    text: string;
  }
  /** Asks for a person (the button). */
  | {
    type: "human";
  }
  /** Is typing; not stored. */
  | {
    type: "typing";
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
  /** What: `started`, `received`, `answered`, `handed_off`, `assigned`, `agent_said`, `released`, `returned`, `closed`, `rated`. */
  kind: string;
  /** Who spoke, for messages. */
  from?: Speaker;
  /** The agent's name, where one acted. */
  name?: string;
  /** The client's id, for messages. */
  id?: ClientMessageId;
  /** The text, for messages and notes. */
  text?: string;
  /** Buttons, for the bot. */
  choices?: Choice[];
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
    /** Server time, to show waits against. */
    now: Millis;
    /** What the files call what the desk shows. */
    titles: Titles;
  }
  /** The front of your shops' queue and your own chats; sent on every change (at most a few times a second). Long texts on its cards are cut, so that the frame stays below 64 KiB. */
  | {
    type: "board";
    /** The first who wait, in the order they will be served; at most 60. */
    waiting: TicketCard[];
    /** All who wait. */
    waiting_count: number;
    /** Yours, longest unanswered first. */
    mine: TicketCard[];
    /** Agents at the desk now who share a shop with you. */
    agents_online: number;
    /** Server time. */
    now: Millis;
    /** What is wrong until it is mended; told with every board as long as it holds. */
    notices?: DeskNotice[];
  }
  /** An event of a chat that is open here. */
  | {
    type: "event";
    /** Which chat. */
    conversation: ConversationId;
    /** The event. */
    event: DeskEvent;
  }
  /** The agent's message is stored. */
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
  /** Something was refused (a notice). */
  | {
    type: "error";
    /** Stable code, for example `too_long`. */
    code: string;
    /** What is wrong and what to do. */
    message: string;
    /** The client id of the message that was refused. */
    id?: ClientMessageId;
    /** The chat it concerns. */
    conversation?: ConversationId;
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
  }
  /** Sets whether new chats may be assigned to this agent. */
  | {
    type: "status";
    /** True: assign me chats. False: away. */
    available: boolean;
  }
  /** Takes a waiting chat by hand. */
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
    /** The text. */
    text: string;
    /** The owner epoch under which it was written; refused as `stale` when the chat has moved on. */
    epoch: number;
  }
  /** Is typing; not stored. */
  | {
    type: "typing";
    /** To whom. */
    conversation: ConversationId;
  }
  /** Gives the chat back to the queue, to its front. */
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

/** Milliseconds since the Unix epoch. */
export type Millis = number;

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

/** A question with the probability that it was meant. */
export interface Question {
  /** Intent id, for example `shipping.time`. */
  id: string;
  /** Calibrated probability, 0 to 1. */
  confidence: number;
  /** What kind of question the files say it is, where that is not what its id says. */
  kind?: IntentKind;
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

/** A ticket as the desk shows it: why it came, how long it waits, what was asked. */
export interface TicketCard {
  /** The chat. */
  conversation: ConversationId;
  /** The shop. */
  shop: ShopId;
  /** How the shopper is shown: the shop's customer id, or `访客` and a short code. */
  shopper: string;
  /** How pressing. */
  lane: Lane;
  /** Why it was handed off. */
  reason: HandoffReason;
  /** The signals behind it, with evidence. */
  signals: SignalHit[];
  /** The intents still unanswered, with titles. */
  open_questions: Choice[];
  /** The shopper's last words. */
  last_text: string;
  /** What the shopper has given in this talk, by slot: address, order number, size. Only for `mine`. */
  slots?: Slots;
  /** Since when it waits (for `mine`: since the shopper's first unanswered message; absent when answered). */
  waiting_since?: Millis;
  /** When the shop's clock wants an answer. */
  deadline: Millis;
  /** The owner epoch, to be sent back with messages. */
  epoch: number;
  /** A colleague's note. */
  note: string;
  /** Ready replies: rendered answers to the open questions, to be put into the editor by one key. Only for `mine`. */
  suggestions: string[];
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
