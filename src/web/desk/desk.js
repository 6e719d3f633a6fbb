// The agents' desk: signs in, lays out the three panes, listens to keys, and draws when something changes.

import { el, fill, set, soon, text } from "../shared/dom.js";
import { keep, recall } from "../shared/keep.js";
import { Alert } from "./alert.js";
import { Client } from "./client.js";
import { Conversation } from "./conversation.js";
import { Help, Invitation, Note } from "./dialogs.js";
import { Lists, nameOf } from "./lists.js";
import { signIn, signOut, takeToken } from "./session.js";
import { SignIn } from "./signin.js";
import { named, wordsFor } from "./strings.js";
import { TopBar } from "./topbar.js";

const LANGUAGE = "yingda.desk.lang";
/** So long nothing is shown while it is not known whether somebody is signed in, milliseconds. */
const ENTER_MS = 1500;
/** Beside the lists there is room for a conversation. */
const WIDE = matchMedia("(min-width: 60rem)");
const ERROR_MS = 8000;

let lang = recall("local", LANGUAGE, navigator.language.startsWith("zh") ? "zh-CN" : "en");
let entered = 0;
let problem = "";
let problemTimer = 0;

const draw = soon(redraw);
const alert = new Alert();
const client = new Client({
  onChange: draw,
  onAssigned: (chat, fresh) => {
    if (client.selected === null && WIDE.matches) client.select(chat.conversation);
    if (client.taken === chat.conversation) {
      client.taken = null;
      redraw();
      conversation.editor.input.focus();
    }
    if (!fresh) return;
    if (client.selected !== chat.conversation || document.hidden) alert.ring();
    const words = wordsFor(lang);
    text(news, fill(words.newChat, { name: chat.card === null ? "" : nameOf(chat.card, words) }));
  },
  onReturned: (conversationId, words) => conversation.editor.bring(conversationId, words),
  onError: (code) => {
    problem = code;
    clearTimeout(problemTimer);
    problemTimer = window.setTimeout(() => {
      problem = "";
      draw();
    }, ERROR_MS);
  },
  onSignedOut: () => {
    client.me = null;
    signin.element.hidden = false;
    app.hidden = true;
    draw();
    signin.field.focus();
  },
});

const help = new Help();
const note = new Note();
const invitation = new Invitation();
const lists = new Lists(client);
const conversation = new Conversation(client, (chat) => note.ask((words) => client.release(chat, words)));
const top = new TopBar(client, alert, {
  onLanguage: switchLanguage,
  onHelp: () => help.element.showModal(),
  onInvite: () => invitation.open(),
  onSignOut: leave,
});
const news = el("p", { class: "sr", role: "status" });
const failure = el("p", { class: "failure", role: "alert", hidden: true });
const app = el(
  "div",
  { class: "app", hidden: true },
  top.element,
  failure,
  el("main", { class: "panes" }, lists.waitingPane, lists.minePane, conversation.element),
  news,
);
const signin = new SignIn(enter, switchLanguage);
document.body.append(app, signin.element, help.element, note.element, invitation.element);
document.addEventListener("keydown", keys);
window.addEventListener("focus", draw);
setInterval(draw, 1000);
begin();

async function begin() {
  const token = takeToken();
  if (token === null) return enter();
  const outcome = await signIn(token);
  // A used link is no loss for who is signed in already: the desk itself finds out.
  if (outcome !== "in") signin.failed(outcome);
  enter();
}

function enter() {
  signin.element.hidden = true;
  entered = Date.now();
  client.link.start();
  draw();
}

async function leave() {
  client.link.stop();
  await signOut();
  location.reload();
}

function switchLanguage() {
  lang = lang.startsWith("en") ? "zh-CN" : "en";
  keep("local", LANGUAGE, lang);
  draw();
}

/** @param {KeyboardEvent} event */
function keys(event) {
  if (app.hidden || document.querySelector("dialog[open]") !== null) return;
  const writing = event.target instanceof HTMLTextAreaElement || event.target instanceof HTMLInputElement;
  if (event.altKey && !event.ctrlKey && !event.metaKey) {
    // By place on the keyboard: with Alt, some layouts write other characters.
    const digit = /^Digit([1-3])$/.exec(event.code);
    if (digit !== null) conversation.editor.insert(Number(digit[1]));
    else if (event.key === "ArrowUp" || event.key === "ArrowDown") step(event.key === "ArrowUp" ? -1 : 1);
    else return;
    event.preventDefault();
  } else if (event.key === "?" && !writing) {
    event.preventDefault();
    help.element.showModal();
  }
}

/** To the chat before or after: among one's own, or in the queue while there is none. @param {number} by */
function step(by) {
  const cards = client.mine.length > 0 ? client.mine : client.waiting;
  if (cards.length === 0) return;
  const at = cards.findIndex((card) => card.conversation === client.selected);
  const next = at < 0 ? 0 : (at + by + cards.length) % cards.length;
  client.select(cards[next].conversation);
  redraw();
  conversation.editor.input.focus();
}

function redraw() {
  const words = wordsFor(lang);
  document.documentElement.lang = lang;
  if (!signin.element.hidden) {
    document.title = words.signInTitle;
    signin.draw(words);
    return;
  }
  app.hidden = client.me === null && Date.now() - entered < ENTER_MS;
  const unanswered = client.mine.filter((card) => (card.waiting_since ?? null) !== null).length;
  alert.draw(words.title, unanswered);
  set(app, { "data-chat": client.selected === null ? "no" : "yes" });
  text(failure, problem === "" ? "" : named(words.errors, problem in words.errors ? problem : "other"));
  failure.hidden = problem === "";
  top.draw(words);
  lists.draw(words);
  conversation.draw(words, lang);
  help.draw(words);
  note.draw(words);
  invitation.draw(words);
}
