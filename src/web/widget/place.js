// Where the chat stands on a shop's page: beside the body, which single-page shops throw away as a whole; inside a modal
// dialog while one is open, because nothing outside of it can be used; and in the top layer, because a transformed
// ancestor would be what "fixed" means.

/** @typedef {import("./element.js").YingdaChat} YingdaChat */

/**
 * Puts the chat of a tag on the page, as soon as there is a page, and again when what it stood in is taken away. Where
 * somebody has put a chat already, or takes this one away, that stands.
 * @param {() => HTMLScriptElement | undefined} find the tag, as the page has it now
 */
export function keepOnPage(find) {
  const tag = find();
  if (tag === undefined || document.querySelector("yingda-chat") !== null) return;
  const chat = /** @type {YingdaChat} */ (document.createElement("yingda-chat"));
  adopt(chat, tag);
  let adopted = tag;
  let body = document.body;
  let placed = false;
  const look = () => {
    if (document.body === null) return;
    if (document.body !== body) {
      body = document.body;
      // The page that came instead may be of somebody else.
      const other = find() ?? adopted;
      if (other !== adopted) adopt(chat, other);
      adopted = other;
    }
    // Its ancestor was taken away with it; on its own it was taken away on purpose.
    if (!chat.isConnected && (chat.parentNode !== null || !placed)) move(chat, modal() ?? document.documentElement);
    placed = true;
    follow();
  };
  const watcher = new MutationObserver(look);
  const follow = () => {
    watcher.disconnect();
    watcher.observe(document, { childList: true });
    watcher.observe(document.documentElement, { childList: true });
  };
  chat.onUprooted = look;
  follow();
  look();
}

/** @param {YingdaChat} chat @param {HTMLScriptElement} tag */
function adopt(chat, tag) {
  const names = new Set([...Object.keys(chat.dataset), ...Object.keys(tag.dataset)]);
  for (const name of names) {
    const value = tag.dataset[name];
    if (value === undefined) delete chat.dataset[name];
    else if (chat.dataset[name] !== value) chat.dataset[name] = value;
  }
}

/** The modal dialog that was opened last, as far as a page can tell. @returns {Element | undefined} */
function modal() {
  try {
    return [...document.querySelectorAll("dialog:modal")].pop();
  } catch {
    return undefined;
  }
}

/** @param {Element} element @param {Element} into */
function move(element, into) {
  const place = /** @type {Element & { moveBefore?: (node: Node, before: Node | null) => void }} */ (into);
  // What has the focus keeps it, where the browser can move without taking away.
  if (place.moveBefore !== undefined && element.isConnected) place.moveBefore(element, null);
  else place.append(element);
}

/** Goes into the dialog that is open, or back to where the chat was put. @param {YingdaChat} chat */
export function followDialog(chat) {
  const dialog = modal();
  if (dialog !== undefined && !dialog.contains(chat)) {
    chat.home ??= chat.parentElement;
    move(chat, dialog);
  } else if (dialog === undefined && chat.home !== null) {
    const { home } = chat;
    chat.home = null;
    move(chat, home.isConnected ? home : document.documentElement);
  }
}

/** @param {YingdaChat} chat @param {AbortSignal} over */
export function followDialogs(chat, over) {
  const watcher = new MutationObserver(() => followDialog(chat));
  watcher.observe(document, { subtree: true, attributeFilter: ["open"] });
  over.addEventListener("abort", () => watcher.disconnect());
}

/** Above everything and beside every ancestor, where the browser can. @param {HTMLElement} frame */
export function raise(frame) {
  if (typeof frame.showPopover !== "function" || !frame.isConnected) return;
  frame.popover = "manual";
  // Shown anew it stands above what has been shown meanwhile.
  if (frame.matches(":popover-open")) frame.hidePopover();
  frame.showPopover();
}

/** What is typed and pasted here is none of the page's business: its shortcuts would take keys away, see no field behind the element. */
const OWN = ["keydown", "keypress", "keyup", "beforeinput", "input", "paste", "copy", "cut", "compositionstart", "compositionupdate", "compositionend"];
/** A page that holds the focus inside a dialog of its own would take it back. */
const FOCUS = ["focus", "focusin"];

/** @param {HTMLElement} chat @param {AbortSignal} signal @param {(target: EventTarget) => void} onFocus */
export function keepToItself(chat, signal, onFocus) {
  for (const name of OWN) chat.addEventListener(name, (event) => event.stopPropagation(), { signal });
  for (const name of FOCUS) {
    const stop = (/** @type {Event} */ event) => {
      const path = event.composedPath();
      if (!path.includes(chat)) return;
      event.stopPropagation();
      onFocus(path[0]);
    };
    window.addEventListener(name, stop, { capture: true, signal });
  }
}
