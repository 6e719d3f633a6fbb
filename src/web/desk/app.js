// The agents' desk: joins the store, the connection and the views, signs in and out, and listens to keys.

import { el, set, text } from "../shared/dom.js";
import { save } from "../shared/storage.js";
import { signOut, takeToken } from "./account.js";
import { Alert } from "./alert.js";
import { DeskClient } from "./client.js";
import { Drafts } from "./drafts.js";
import { Router } from "./router.js";
import { LANGUAGE, SOUND, deskStore } from "./state.js";
import { stillHere } from "./staff.js";
import { named, wordsFor } from "./strings.js";
import { ChatsPage } from "./views/chats.js";
import { CustomersPage } from "./views/customers.js";
import { Help, Invitation, Note } from "./views/dialogs.js";
import { isOpen } from "./views/lists.js";
import { Notices } from "./views/notices.js";
import { PeoplePage } from "./views/people.js";
import { SignIn } from "./views/signin.js";
import { TopBar } from "./views/topbar.js";

/** So long nothing is shown while it is not known whether somebody is signed in, milliseconds. */
const ENTER_MS = 1500;
/** So often the server hears over HTTP that somebody is here, so that the cookie is set anew, milliseconds. */
const STILL_HERE_MS = 3_600_000;

class App {
  constructor() {
    this.store = deskStore();
    this.alert = new Alert();
    this.drafts = new Drafts(() => this.store.touch("drafts"));
    this.client = new DeskClient(this.store, {
      onAssigned: (chat, fresh) => this.chats.assigned(chat, fresh),
      onReturned: (conversation, words) => this.chats.editor.bring(conversation, words),
    });
    this.help = new Help();
    this.note = new Note();
    this.invitation = new Invitation();
    this.chats = new ChatsPage(
      this.store,
      this.client,
      this.drafts,
      (chat) => this.note.ask((words) => this.client.release(chat, words)),
      () => this.call(),
    );
    this.people = new PeoplePage(this.store);
    this.customers = new CustomersPage(this.store);
    this.top = new TopBar(this.store, {
      onStatus: (available) => this.client.status(available),
      onSound: () => this.prefer(SOUND, { sound: !this.store.state.sound }),
      onLanguage: () => this.prefer(LANGUAGE, { lang: this.store.state.lang.startsWith("en") ? "zh-CN" : "en" }),
      onHelp: () => this.help.element.showModal(),
      onInvite: () => this.invitation.open(),
      onSignOut: () => this.leave(),
    });
    this.notices = new Notices(this.store);
    this.failure = el("p", { class: "failure", role: "alert", hidden: true });
    this.element = el("div", { class: "app", hidden: true }, this.top.element, this.notices.element, this.failure, this.chats.element, this.people.element, this.customers.element);
    this.signin = new SignIn(this.store, () => this.enter(), () => this.top.acts.onLanguage());
    this.router = new Router({ chats: this.chats, people: this.people, customers: this.customers });
  }

  /** Shows itself, and finds out who sits here. */
  async begin() {
    const { store, client } = this;
    document.body.append(this.element, this.signin.element, this.help.element, this.note.element, this.invitation.element);
    document.addEventListener("keydown", (event) => this.key(event));
    window.addEventListener("focus", () => this.title());
    setInterval(() => store.set({ now: client.now }), 1000);
    setInterval(() => store.state.me !== null && stillHere(store.state.lang), STILL_HERE_MS);
    store.set({ typing: client.typing });
    store.watch(["lang"], () => this.translate());
    store.watch(["me"], () => store.state.me && this.drafts.belongTo(store.state.me.agent));
    store.watch(["lang", "mine", "signedOut"], () => this.title());
    store.watch(["lang", "problem"], () => this.fail());
    store.watch(["me", "signedOut", "waited"], () => {
      this.element.hidden = store.state.signedOut || (store.state.me === null && !store.state.waited);
    });
    // By the time the desk is signed out, the field is there to be written in.
    store.watch(["signedOut"], () => store.state.signedOut && this.signin.field.focus());
    store.watch(["chat"], () => set(this.element, { "data-chat": store.state.chat === null ? "no" : "yes" }));
    const token = takeToken();
    // A used link is no loss for who is signed in already: the desk itself finds out.
    if (token !== null) await this.signin.tries(token);
    this.enter();
  }

  /** @private */
  enter() {
    this.store.set({ signedOut: false, waited: false, turned: "" });
    setTimeout(() => this.store.set({ waited: true }), ENTER_MS);
    this.client.link.start();
  }

  /** @private */
  async leave() {
    this.client.link.stop();
    await signOut();
    location.reload();
  }

  /** @private Takes a preference and keeps it. @param {string} key @param {{ lang: string } | { sound: boolean }} value */
  prefer(key, value) {
    save(key, Object.values(value)[0]);
    this.store.set(value);
  }

  /** @private */
  translate() {
    const { lang } = this.store.state;
    const words = wordsFor(lang);
    document.documentElement.lang = lang;
    for (const dialog of [this.help, this.note, this.invitation]) dialog.draw(words);
  }

  /** @private */
  title() {
    const { lang, mine, signedOut } = this.store.state;
    const words = wordsFor(lang);
    if (signedOut) document.title = words.signInTitle;
    else this.alert.draw(words.title, mine.filter(isOpen).length);
  }

  /** @private Calls the agent. */
  call() {
    this.alert.ring(this.store.state.sound);
    this.title();
  }

  /** @private What was refused and concerns no chat. */
  fail() {
    const { lang, problem } = this.store.state;
    const { errors } = wordsFor(lang);
    text(this.failure, problem === "" ? "" : named(errors, problem in errors ? problem : "other"));
    this.failure.hidden = problem === "";
  }

  /** @private @param {KeyboardEvent} event */
  key(event) {
    if (this.element.hidden || document.querySelector("dialog[open]") !== null) return;
    const writing = event.target instanceof HTMLTextAreaElement || event.target instanceof HTMLInputElement;
    if (event.key === "?" && !writing && !event.altKey) this.help.element.showModal();
    else if (!this.router.page.key(event)) return;
    event.preventDefault();
  }
}

new App().begin();
