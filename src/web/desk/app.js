// The agents' desk: joins the store, the connection and the views, signs in and out, and listens to keys.

import { el, fill, set, text } from "../shared/dom.js";
import { save } from "../shared/storage.js";
import { signOut, takeToken } from "./account.js";
import { Alert, Notifications } from "./alert.js";
import { Names } from "./board.js";
import { Chat } from "./chat.js";
import { DeskClient } from "./client.js";
import { Drafts } from "./drafts.js";
import { DRAFTS_CHANGED, draftsWaiting } from "./kept-changes.js";
import { commandOf } from "./keys.js";
import { readsMorning } from "./morning.js";
import { Router } from "./router.js";
import { Seen } from "./seen.js";
import { LANGUAGE, LETTERS, SOUND, deskStore } from "./state.js";
import { stillHere } from "./staff.js";
import { standardsOf } from "./standards.js";
import { named, wordsFor } from "./strings.js";
import { Banners } from "./views/banners.js";
import { ChatsPage } from "./views/chats.js";
import { CustomersPage } from "./views/customers.js";
import { FloorPage } from "./views/floor.js";
import { HandOn, Help, Invitation } from "./views/dialogs.js";
import { MorningPage } from "./views/morning.js";
import { Notices } from "./views/notices.js";
import { NumbersPage } from "./views/numbers.js";
import { PeoplePage } from "./views/people.js";
import { PhrasesPage } from "./views/phrases.js";
import { QualityPage } from "./views/quality.js";
import { QuestionsPage } from "./views/questions.js";
import { ShopPage } from "./views/shop.js";
import { SignIn } from "./views/signin.js";
import { TalksPage } from "./views/talks.js";
import { TopBar } from "./views/topbar.js";
import { InsideNote, Jump, Snooze, Transfer } from "./views/windows.js";
import { Watch } from "./watch.js";

/** So long nothing is shown while it is not known whether somebody is signed in, milliseconds. */
const ENTER_MS = 1500;
/** So often the server hears over HTTP that somebody is here, so that the cookie is set anew, milliseconds. */
const STILL_HERE_MS = 3_600_000;
/** So often it is asked whether drafts wait for whoever sits here, milliseconds. */
const DRAFTS_MS = 60_000;

class App {
  constructor() {
    this.store = deskStore();
    this.names = new Names();
    this.notifications = new Notifications();
    this.drafts = new Drafts(() => this.store.touch("drafts"));
    /** Words for colleagues that were not sent: never among those for shoppers. */
    this.notes = new Drafts(() => {}, "yingda.desk.note.");
    this.client = new DeskClient(this.store, {
      onAssigned: (chat, fresh) => this.watch.assigned(chat, fresh, this.chats.assigned(chat, fresh)),
      onSpoken: (chat) => this.watch.spoken(chat),
      onAlert: (alert) => this.watch.alerted(alert),
      onReturned: (conversation, words, inside) => (inside ? this.bringNote(conversation, words) : this.chats.editor.bring(conversation, words)),
      onKept: (name) => this.watch.done("kept", (words) => fill(words.endKept, { name })),
    });
    const { store, client } = this;
    this.help = new Help((letters) => this.prefer(LETTERS, { letters }));
    this.handOn = new HandOn(() => this.handAllOn());
    this.invitation = new Invitation();
    this.transfer = new Transfer(store, (chat, to, note) => client.transfer(chat, to, note));
    this.inside = new InsideNote(store, this.notes, (chat, words) => client.note(chat, words));
    this.snooze = new Snooze(store, (chat, until) => client.snooze(chat, until));
    this.jump = new Jump(store, this.names, (conversation) => this.show(conversation));
    this.chats = new ChatsPage(store, client, this.drafts, this.names, {
      onTransfer: (chat) => this.transfer.open(chat, this.chats.nameOf(chat), client.modern),
      onNote: (chat) => this.inside.open(chat, this.chats.nameOf(chat)),
      onSnooze: (chat) => this.snooze.open(chat, client.now),
      onHelp: () => this.help.element.showModal(),
      onJump: () => this.jump.open(this.chats.acts),
      onSent: () => this.watch.count(),
      onCopied: (value) => this.watch.done("copied", (words) => fill(words.copiedValue, { value })),
    });
    this.floor = new FloorPage(store, client, this.names, this.chats.conversation);
    this.talks = new TalksPage(store, client, this.names, (conversation) => this.show(conversation));
    this.people = new PeoplePage(store);
    this.customers = new CustomersPage(store);
    this.phrases = new PhrasesPage(store);
    this.numbers = new NumbersPage(store);
    this.quality = new QualityPage(store, this.names, (conversation) => this.show(conversation));
    this.morning = new MorningPage(store);
    this.questions = new QuestionsPage(store);
    this.shop = new ShopPage(store);
    this.alert = new Alert(() => this.watch?.awake());
    this.seen = new Seen(() => this.watch?.count());
    this.router = new Router({ chats: this.chats, floor: this.floor, numbers: this.numbers, quality: this.quality, talks: this.talks, phrases: this.phrases, morning: this.morning, questions: this.questions, shop: this.shop, people: this.people, customers: this.customers });
    this.watch = new Watch(store, client, this.seen, this.alert, this.notifications, {
      shown: () => this.router.page === this.chats || this.router.page === this.floor,
      nameOf: (chat) => this.chats.nameOf(chat),
      onOpen: (conversation) => this.show(conversation),
      say: (words) => this.chats.say(words),
    });
    this.top = new TopBar(store, {
      onSkip: () => this.skip(),
      onPresence: (state, reason) => {
        this.homeward = false;
        client.presence(state, reason);
      },
      onSound: () => this.prefer(SOUND, { sound: !store.state.sound }),
      onNotify: () => this.notify(!this.notifications.on),
      onLanguage: (lang) => this.prefer(LANGUAGE, { lang }),
      onHelp: () => this.help.element.showModal(),
      onInvite: () => this.invitation.open(),
      onSignOut: () => this.leave(),
      permission: () => this.notifications.permission,
      notifies: () => this.notifications.on,
    });
    this.banners = new Banners(store, {
      onAct: (told) => this.act(told),
      onDismiss: ({ key }) => this.watch.drop(key),
      onNotify: (wanted) => this.notify(wanted),
      asks: () => this.notifications.unasked,
    });
    this.notices = new Notices(store);
    this.failure = el("p", { class: "failure", role: "alert", hidden: true });
    this.pages = [this.chats.element, this.floor.element, this.numbers.element, this.quality.element, this.talks.element, this.phrases.element, this.morning.element, this.questions.element, this.shop.element, this.people.element, this.customers.element];
    this.element = el("div", { class: "app", hidden: true }, this.top.element, this.notices.element, this.failure, this.banners.element, ...this.pages);
    /** Whether this agent goes offline as soon as there are no chats. */
    this.homeward = false;
    this.signin = new SignIn(store, () => this.enter(), (lang) => this.prefer(LANGUAGE, { lang }));
  }

  /** Shows itself, and finds out who sits here. */
  async begin() {
    const { store, client } = this;
    const windows = [this.help, this.handOn, this.invitation, this.transfer, this.inside, this.snooze, this.jump];
    document.body.append(this.element, this.signin.element, ...windows.map(({ element }) => element));
    document.addEventListener("keydown", (event) => this.key(event));
    setInterval(() => {
      store.set({ now: client.now });
      this.watch.tick();
    }, 1000);
    setInterval(() => store.state.me !== null && stillHere(store.state.lang), STILL_HERE_MS);
    setInterval(() => this.countDrafts(), DRAFTS_MS);
    document.addEventListener(DRAFTS_CHANGED, () => this.countDrafts());
    store.set({ typing: client.typing });
    store.watch(["lang", "letters"], () => this.translate());
    store.watch(["me"], () => {
      if (store.state.me === null) return;
      this.drafts.belongTo(store.state.me.agent);
      this.notes.belongTo(store.state.me.agent);
      this.seen.belongTo(store.state.me.agent);
      this.learnStandards();
      this.countDrafts();
    });
    store.watch(["leaving"], () => {
      const { leaving, lang } = store.state;
      if (leaving !== null) this.handOn.open(wordsFor(lang), leaving);
      store.set({ leaving: null });
    });
    store.watch(["mine"], () => this.goHome());
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
    this.client.partings.flush();
    this.client.link.stop();
    await signOut();
    location.reload();
  }

  /** @private Shows a chat, from whatever page. @param {string} conversation */
  show(conversation) {
    if (this.router.page !== this.chats) location.hash = "#chats";
    this.chats.open(conversation);
  }

  /** @private Words for colleagues that were not sent, from whatever chat. @param {string} conversation @param {string} words */
  bringNote(conversation, words) {
    const chat = this.client.chats.get(conversation) ?? new Chat(conversation);
    this.inside.bring(chat, this.chats.nameOf(chat), words);
  }

  /** @private What the first button of a line does. @param {import("./state.js").Told} told */
  act({ key, kind, conversation }) {
    this.watch.drop(key);
    if (conversation === undefined) return;
    if (kind === "taken") this.client.takeChat(conversation);
    this.show(conversation);
  }

  /** @private Once; where it did not come, again with the next connection. */
  async learnStandards() {
    const { standards, lang } = this.store.state;
    if (standards.length > 0) return;
    const answer = await standardsOf(lang);
    if ("value" in answer && Array.isArray(answer.value.rules)) this.store.set({ standards: answer.value.rules, blocked: answer.value.blocked ?? {} });
  }

  /** @private For whoever may publish for a shop. */
  async countDrafts() {
    const { me, lang } = this.store.state;
    if (me === null || !readsMorning(me.roles ?? [])) return;
    const answer = await draftsWaiting(lang);
    if ("value" in answer && Number.isInteger(answer.value.waiting)) this.store.set({ draftsWaiting: answer.value.waiting });
  }

  /** @private @param {boolean} wanted */
  async notify(wanted) {
    await this.notifications.want(wanted);
    this.store.touch("notify");
  }

  /** @private All chats go back to the queue, and the agent goes home. */
  handAllOn() {
    const { client } = this;
    // Otherwise the places that become free are filled from the queue.
    if (this.store.state.presence.state === "online") client.presence("break");
    for (const { conversation } of this.store.state.mine) {
      const chat = client.chats.get(conversation);
      if (chat !== undefined) client.transfer(chat, { kind: "queue" }, "");
    }
    // The server lets nobody go who has chats: it is asked when the last one has gone.
    this.homeward = true;
    this.goHome();
  }

  /** @private */
  goHome() {
    if (!this.homeward || this.store.state.mine.length > 0) return;
    this.homeward = false;
    this.client.presence("offline");
  }

  /** @private */
  skip() {
    const { chat } = this.store.state;
    if (this.router.page !== this.chats) location.hash = "#chats";
    if (chat === null) this.chats.list.focus();
    else this.chats.write();
  }

  /** @private Takes a preference and keeps it. @param {string} key @param {{ lang: string } | { sound: boolean } | { letters: boolean }} value */
  prefer(key, value) {
    save(key, Object.values(value)[0]);
    this.store.set(value);
  }

  /** @private */
  translate() {
    const { lang, letters } = this.store.state;
    const words = wordsFor(lang);
    document.documentElement.lang = lang;
    this.help.draw(words, letters);
    this.invitation.draw(words);
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
    if (this.element.hidden || event.defaultPrevented || document.querySelector("dialog[open]") !== null) return;
    const { target } = event;
    const writing = target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && target.type !== "checkbox") || target instanceof HTMLSelectElement;
    const found = commandOf(event, { writing, letters: this.store.state.letters });
    if (found === null) return;
    if (found.command === "help") this.help.element.showModal();
    else if (this.router.page !== this.chats || !this.chats.does(found.command, found.n)) return;
    event.preventDefault();
  }
}

new App().begin();
