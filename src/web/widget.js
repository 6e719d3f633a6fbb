// The one tag a shop pastes:
//   <script type="module" src="https://…/widget.js" data-shop="demo" data-lang="auto"></script>
// It registers <yingda-chat> and puts one at the end of the page.

import { YingdaChat } from "./widget/element.js";

if (customElements.get("yingda-chat") === undefined) customElements.define("yingda-chat", YingdaChat);

// `document.currentScript` is null in a module; its own address finds the tag.
const tag = [...document.scripts].find((script) => script.src === import.meta.url);

if (tag?.dataset.shop !== undefined && document.querySelector("yingda-chat") === null) {
  const chat = document.createElement("yingda-chat");
  for (const [name, value] of Object.entries(tag.dataset)) chat.dataset[name] = value;
  document.body.append(chat);
}
