// How the lists of a board become those that follow. No DOM here.

/** @typedef {import("../shared/protocol.js").TicketCard} TicketCard */
/** @typedef {import("../shared/protocol.js").ListChanges} ListChanges */

/**
 * What is gone, other or elsewhere is taken out; then what is other or elsewhere is put in at its place, the lowest
 * first. Rows that are as they were stay the same objects.
 * @param {readonly TicketCard[]} list
 * @param {Partial<ListChanges> | undefined} changes
 * @returns {TicketCard[]}
 */
export function follows(list, changes) {
  const { gone = [], set = [], moved = [] } = changes ?? {};
  const known = new Map(list.map((card) => [card.conversation, card]));
  const out = new Set([...gone, ...set.map(({ card }) => card.conversation), ...moved.map(({ conversation }) => conversation)]);
  const next = list.filter(({ conversation }) => !out.has(conversation));
  /** @type {{ at: number, card: TicketCard }[]} */
  const placed = [...set];
  for (const { at, conversation } of moved) {
    const card = known.get(conversation);
    if (card !== undefined) placed.push({ at, card });
  }
  placed.sort((one, other) => one.at - other.at);
  for (const { at, card } of placed) next.splice(Math.min(at, next.length), 0, card);
  return next;
}

/** How shoppers are called where all of them are in sight: codes of visitors cut to what tells them apart. */
export class Names {
  constructor() {
    /** How many visitors' codes begin so. @type {Map<string, number>} */
    this.begin = new Map();
  }

  /** @param {Iterable<TicketCard>} cards all that are in sight */
  learn(cards) {
    this.begin = new Map();
    for (const { shopper } of cards) {
      const code = codeOf(shopper);
      if (code !== null) this.begin.set(code.slice(0, SHORT), (this.begin.get(code.slice(0, SHORT)) ?? 0) + 1);
    }
  }

  /** A visitor without a name is called so in the agent's language. @param {string} shopper @param {{ visitor: string }} words */
  of(shopper, words) {
    const code = codeOf(shopper);
    if (code === null) return shopper;
    const first = code.slice(0, SHORT);
    return `${words.visitor} ${(this.begin.get(first) ?? 0) > 1 ? code : first}`;
  }
}

/** So much of a code usually tells visitors apart. */
const SHORT = 4;

/** @param {string} shopper */
function codeOf(shopper) {
  return shopper.startsWith("访客 ") ? shopper.slice(3) : null;
}
