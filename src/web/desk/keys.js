// The keys of the desk. What browsers, systems and input methods take is left to them:
//
// - Ctrl with a letter: Chromium and Firefox have J (downloads), K and E (search), B (bookmarks), G (find again), H, L, N,
//   P, R, S, T, U, W; Firefox also M, I and Shift+S; macOS moves the caret with Ctrl+A, B, D, E, F, K, N, P.
// - Alt with a digit switches tabs in browsers on Linux; Alt with a letter opens menus in Firefox and types characters on
//   macOS; Alt+← and → go back and forward.
// - Ctrl+↑ and ↓ belong to macOS (Mission Control), F1 to F12 to laptops' own keys, F3, F6 and F7 to browsers.
// - Input methods have Shift, Ctrl+Space, Shift+Space, Ctrl with . and , and, while a word is composed, Enter, Escape, Tab,
//   digits and arrows.
//
// So commands are single letters outside the editor, as in mail programs, with Escape to leave it; a switch turns them
// off (WCAG 2.1.4). `/` opens the phrases, there and in an empty editor. Else in the editor only Escape, Ctrl+Enter (⌘+Enter) and Alt+↑ and ↓ mean something, and nothing does
// while a word is composed. The letters follow the place on the keyboard where an input method hides which was meant.

/**
 * @typedef {"next" | "sendNext" | "up" | "down" | "leave" | "write" | "jump" | "transfer" | "end" | "undo" | "bot" | "note"
 *   | "snooze" | "break" | "customer" | "take" | "copy" | "phrases" | "help"} Command
 */
/** @typedef {"anywhere" | "outside" | "editor"} Where */

/** Letters outside the editor. @type {ReadonlyMap<string, Command>} */
const LETTERS = new Map(Object.entries(/** @type {const} */ ({
  n: "next",
  k: "up",
  j: "down",
  i: "write",
  "/": "phrases",
  f: "jump",
  t: "transfer",
  e: "end",
  u: "undo",
  b: "bot",
  m: "note",
  s: "snooze",
  p: "break",
  c: "customer",
  a: "take",
  "?": "help",
})));

/** For the table of keys: where, what is pressed, and what it does. @type {readonly (readonly [Where, string, Command | "send" | "line" | "suggest" | "blank"])[]} */
export const TABLE = [
  ["editor", "Enter", "send"],
  ["editor", "Shift+Enter", "line"],
  ["editor", "Tab", "suggest"],
  ["editor", "Tab", "blank"],
  ["editor", "/", "phrases"],
  ["anywhere", "Ctrl+Enter", "sendNext"],
  ["anywhere", "Alt+↑", "up"],
  ["anywhere", "Alt+↓", "down"],
  ["anywhere", "Esc", "leave"],
  ["outside", "N", "next"],
  ["outside", "J", "down"],
  ["outside", "K", "up"],
  ["outside", "I", "write"],
  ["outside", "/", "phrases"],
  ["outside", "F", "jump"],
  ["outside", "A", "take"],
  ["outside", "T", "transfer"],
  ["outside", "E", "end"],
  ["outside", "U", "undo"],
  ["outside", "B", "bot"],
  ["outside", "M", "note"],
  ["outside", "S", "snooze"],
  ["outside", "P", "break"],
  ["outside", "C", "customer"],
  ["outside", "1 … 9", "copy"],
  ["outside", "?", "help"],
];

/**
 * What a key means.
 * @param {Pick<KeyboardEvent, "key" | "code" | "altKey" | "ctrlKey" | "metaKey" | "shiftKey" | "isComposing" | "keyCode">} event
 * @param {{ writing: boolean, letters: boolean }} at whether the focus is in a field; whether single letters mean something
 * @returns {{ command: Command, n: number } | null}
 */
export function commandOf(event, { writing, letters }) {
  const { key, code, altKey, ctrlKey, metaKey } = event;
  const is = (/** @type {Command} */ command, n = 0) => ({ command, n });
  // Safari reports the key that ends a composition as 229.
  if (event.isComposing || (writing && event.keyCode === 229)) return null;
  if (key === "Enter" && (ctrlKey || metaKey) && !altKey) return is("sendNext");
  if (altKey && !ctrlKey && !metaKey && (key === "ArrowUp" || key === "ArrowDown")) return is(key === "ArrowUp" ? "up" : "down");
  if (key === "Escape" && !altKey && !ctrlKey && !metaKey) return is("leave");
  if (writing || !letters || altKey || ctrlKey || metaKey) return null;
  const sign = letterOf(key, code);
  if (/^[1-9]$/.test(sign)) return is("copy", Number(sign));
  const command = LETTERS.get(sign);
  return command === undefined ? null : is(command);
}

/** @param {string} key @param {string} code */
function letterOf(key, code) {
  // An input method that listens outside of fields too hides the sign, or writes its own: the key's place tells.
  const place = /^(?:Key([A-Z])|Digit(\d))$/.exec(code);
  if (/^[\x20-\x7e]$/.test(key)) return key.toLowerCase();
  if (key === "？") return "?";
  if (key === "、" || code === "Slash") return "/";
  return (place?.[1] ?? place?.[2] ?? key).toLowerCase();
}
