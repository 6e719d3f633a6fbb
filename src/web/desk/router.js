// Which page of the desk is shown: the word behind `#` in the address, up to a `=`; what follows is the page's own. A page
// that there is not is the first one.

/**
 * @typedef {object} Page
 * @property {HTMLElement} element
 * @property {() => void} [shown] it has become the page that is looked at
 */

export class Router {
  /** @param {Record<string, Page>} pages by the word behind `#`, the first one first */
  constructor(pages) {
    this.pages = new Map(Object.entries(pages));
    window.addEventListener("hashchange", () => this.show());
    this.show();
  }

  /** @returns {Page} */
  get page() {
    const [first] = this.pages.values();
    return this.pages.get(location.hash.slice(1).split("=")[0]) ?? first;
  }

  /** @private */
  show() {
    const { page } = this;
    for (const other of this.pages.values()) other.element.hidden = other !== page;
    document.documentElement.dataset.page = [...this.pages].find(([, other]) => other === page)?.[0];
    page.shown?.();
  }
}
