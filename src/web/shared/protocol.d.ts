// The frames of subprotocol `yingda.v1`, as `src/gateway/protocol.rs` writes them.

export type ShopId = string;
export type ConversationId = string;
export type ClientMessageId = string;
export type AgentId = string;
export type Seq = number;
export type Epoch = number;
export type Millis = number;

export type Speaker = "shopper" | "bot" | "agent";
export type OwnerWho = "bot" | "queue" | "agent" | "closed";
export type Lane = "safety" | "top" | "urgent" | "high" | "normal";
export type HandoffReason = "asked" | "signal" | "ledger" | "misses" | "intent";
export type DecisionKind = "answer" | "clarify" | "ask_slot" | "unknown" | "handoff";

export interface Choice {
  label: string;
  intent: string;
}

export interface Question {
  id: string;
  confidence: number;
}

export interface SignalHit {
  id: string;
  score: number;
  evidence: string;
}

export interface Decision {
  kind: DecisionKind;
  intents: Question[];
  alternatives: Question[];
  signals: SignalHit[];
  slots: Record<string, string>;
  asked?: string;
}

export interface ErrorBody {
  code: string;
  message: string;
  id?: ClientMessageId;
}

export type ChatRequest =
  | {
      type: "hello";
      shop: ShopId;
      lang?: string | null;
      token?: string | null;
      after?: Seq | null;
      customer?: string | null;
      signature?: string | null;
    }
  | { type: "message"; id: ClientMessageId; text: string }
  | { type: "human" }
  | { type: "typing" }
  | { type: "rate"; stars: number }
  | { type: "close" };

export type ChatFrame =
  | { type: "welcome"; conversation: ConversationId; token: string; seq: Seq; history_from?: Seq }
  | { type: "ack"; id: ClientMessageId; seq: Seq }
  | {
      type: "message";
      seq: Seq;
      at: Millis;
      from: Speaker;
      name?: string;
      id?: ClientMessageId;
      reply_to?: ClientMessageId[];
      text: string;
      intents?: string[];
      choices?: Choice[];
    }
  | { type: "owner"; seq: Seq; at: Millis; who: OwnerWho; name?: string; text?: string }
  | { type: "rated"; seq: Seq; stars: number }
  | { type: "queue"; position: number; wait_s?: number; staffed: boolean }
  | { type: "typing"; from: Speaker }
  | ({ type: "error" } & ErrorBody)
  | { type: "moving"; after_ms: number };

export type DeskRequest =
  | { type: "hello"; session?: string | null }
  | { type: "status"; available: boolean }
  | { type: "take"; conversation: ConversationId }
  | { type: "open"; conversation: ConversationId; after?: Seq }
  | { type: "leave"; conversation: ConversationId }
  | { type: "message"; conversation: ConversationId; id: ClientMessageId; text: string; epoch: Epoch }
  | { type: "typing"; conversation: ConversationId }
  | { type: "release"; conversation: ConversationId; note?: string }
  | { type: "return"; conversation: ConversationId }
  | { type: "close"; conversation: ConversationId };

export type DeskFrame =
  | {
      type: "welcome";
      agent: AgentId;
      name: string;
      supervisor: boolean;
      slots: number;
      available: boolean;
      now: Millis;
    }
  | { type: "board"; waiting: TicketCard[]; mine: TicketCard[]; agents_online: number; now: Millis }
  | { type: "event"; conversation: ConversationId; event: DeskEvent }
  | { type: "ack"; conversation: ConversationId; id: ClientMessageId; seq: Seq }
  | { type: "typing"; conversation: ConversationId }
  | ({ type: "error"; conversation?: ConversationId } & ErrorBody)
  | { type: "moving"; after_ms: number };

export interface TicketCard {
  conversation: ConversationId;
  shop: ShopId;
  shopper: string;
  lane: Lane;
  reason: HandoffReason;
  signals: SignalHit[];
  open_questions: Choice[];
  last_text: string;
  waiting_since?: Millis;
  deadline: Millis;
  epoch: Epoch;
  note: string;
  suggestions: string[];
}

export interface DeskEvent {
  seq: Seq;
  epoch: Epoch;
  at: Millis;
  kind: string;
  from?: Speaker;
  name?: string;
  id?: ClientMessageId;
  text?: string;
  choices?: Choice[];
  decision?: Decision;
  reason?: HandoffReason;
  lane?: Lane;
  signals?: SignalHit[];
  stars?: number;
}
