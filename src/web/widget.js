// The one tag a shop pastes:
//   <script type="module" src="https://…/widget.js" data-shop="demo" data-lang="auto"></script>
// It registers <yingda-chat> and puts one on the page. Its address stays; what it imports stands in a folder named
// after the version that the server has, so that a page never gets modules of two versions.

import { YingdaChat } from "./widget/element.js";
import { keepOnPage } from "./widget/place.js";

/** Where this version's files are: for a page of an earlier version whose files are gone. */
export { TREE } from "./widget/element.js";

if (customElements.get("yingda-chat") === undefined) customElements.define("yingda-chat", YingdaChat);

// `document.currentScript` is null in a module; its own address finds the tag.
keepOnPage(() => [...document.scripts].filter(({ src, dataset }) => src === import.meta.url && dataset.shop !== undefined).pop());
