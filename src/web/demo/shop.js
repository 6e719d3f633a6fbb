// The demo shop's own script: the language toggle, and lines that go into the chat.

const root = document.documentElement;
const toggle = /** @type {HTMLButtonElement} */ (document.getElementById("language"));

/** @param {string} lang */
function speak(lang) {
  const english = lang.startsWith("en");
  root.lang = english ? "en" : "zh-CN";
  document.title = english ? "Xunlan Sports" : "迅岚运动旗舰店";
  toggle.textContent = english ? "中文" : "English";
  toggle.lang = english ? "zh-CN" : "en";
}

const asked = new URLSearchParams(location.search).get("lang");
speak(asked ?? (navigator.language.startsWith("zh") ? "zh-CN" : "en"));
// A Traditional page keeps this shop's Simplified text; the chat follows the tag.
if (asked?.startsWith("zh")) root.lang = asked;

toggle.addEventListener("click", () => speak(root.lang.startsWith("en") ? "zh-CN" : "en"));

for (const button of document.querySelectorAll(".try")) {
  button.addEventListener("click", () => {
    const chat = /** @type {import("../widget/element.js").YingdaChat | null} */ (document.querySelector("yingda-chat"));
    chat?.ask(button.textContent ?? "");
  });
}
