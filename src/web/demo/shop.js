// The demo page's own script: which of the server's shops it shows, the language toggle, and lines that go into the
// chat.

import { serverUrl } from "../shared/server.js";
import { languageOf } from "../widget/strings.js";

/** @typedef {{ id: string, name: { zh: string, en: string }, languages: string[] }} Shop */

const root = document.documentElement;
const toggle = /** @type {HTMLButtonElement} */ (document.getElementById("language"));
const list = /** @type {HTMLElement} */ (document.getElementById("shops"));
const brand = /** @type {HTMLElement} */ (document.getElementById("brand"));
const asked = new URLSearchParams(location.search);

/** The widget's tag. Its own script runs after this one and reads its shop from there. */
const tag = /** @type {HTMLScriptElement} */ (document.querySelector("script[data-shop]"));
const shop = asked.get("shop") || (tag.dataset.shop ?? "");
tag.dataset.shop = shop;

const wanted = asked.get("lang");
/** Whether somebody has chosen the language, rather than the browser. */
let chosen = wanted !== null;

/** The page's title in both languages. */
let title = { zh: document.title, en: "Xunlan Sports" };

/** A Traditional page keeps this shop's Simplified text; the chat follows the tag. @param {string} lang */
function speak(lang) {
  const spoken = languageOf(lang) ?? "zh";
  const english = spoken === "en";
  root.lang = spoken === "zh" ? "zh-CN" : spoken;
  document.title = english ? title.en : title.zh;
  toggle.textContent = english ? "中文" : "English";
  toggle.lang = english ? "zh-CN" : "en";
  for (const link of list.querySelectorAll("a")) link.href = address(link.dataset.shop ?? "");
}

/**
 * The page of a shop. A language that was chosen is kept.
 *
 * @param {string} id
 */
function address(id) {
  const query = new URLSearchParams({ shop: id });
  if (chosen) query.set("lang", root.lang);
  return `?${query}`;
}

/**
 * A text in both languages; the style sheet shows one of them.
 *
 * @param {{ zh: string, en: string }} text
 */
function both(text) {
  const parts = /** @type {[string, string][]} */ ([["zh-CN", text.zh], ["en", text.en]]);
  return parts.map(([lang, words]) => {
    const span = document.createElement("span");
    span.lang = lang;
    span.textContent = words;
    return span;
  });
}

// What is written for the other shops of this page is put away; of a shop that nothing is written for there is the chat.
const written = [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-for]"))];
for (const part of written) part.hidden = part.dataset.for !== shop;
if (!written.some((part) => part.dataset.for === shop)) {
  document.getElementById("goods")?.setAttribute("hidden", "");
  brand.hidden = false;
  brand.textContent = shop;
}

/** Links to all shops of this server, when there are several. */
async function listShops() {
  const answer = await fetch(serverUrl("v1/shops"));
  if (!answer.ok) return;
  const { shops } = /** @type {{ shops: Shop[] }} */ (await answer.json());
  for (const { id, name } of shops) {
    const link = document.createElement("a");
    link.dataset.shop = id;
    link.href = address(id);
    link.append(...both(name));
    if (id === shop) {
      link.setAttribute("aria-current", "page");
      title = name;
      brand.replaceChildren(...both(name));
      speak(root.lang);
    }
    list.append(link);
  }
  list.hidden = shops.length < 2;
}

speak(wanted ?? (languageOf(navigator.language) === undefined ? "en" : navigator.language));
// Without the list the page is that of one shop.
void listShops().catch(() => {});

toggle.addEventListener("click", () => {
  chosen = true;
  speak(root.lang.startsWith("en") ? "zh-CN" : "en");
});

for (const button of document.querySelectorAll(".try")) {
  button.addEventListener("click", () => {
    const chat = /** @type {import("../widget/element.js").YingdaChat | null} */ (document.querySelector("yingda-chat"));
    chat?.ask(button.textContent ?? "");
  });
}
