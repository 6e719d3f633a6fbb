// What the desk knows, in one place, and who draws which of it. A value that changes is drawn once, a moment later, by
// those who watch it and by nobody else.

import { soon } from "../shared/dom.js";

/** @template S @typedef {{ names: ReadonlySet<keyof S>, draw: () => void }} Watcher */

/** @template {object} S */
export class Store {
  /** @param {S} state what is known at the beginning */
  constructor(state) {
    this.state = state;
    /** @type {Watcher<S>[]} */
    this.watchers = [];
    /** What has changed and is not drawn yet. @type {Set<keyof S>} */
    this.changed = new Set();
    this.later = soon(() => this.draw());
  }

  /** Takes new values; those that are as they were change nothing. @param {Partial<S>} values */
  set(values) {
    for (const name of /** @type {(keyof S)[]} */ (Object.keys(values))) {
      if (Object.is(this.state[name], values[name])) continue;
      this.changed.add(name);
      Object.assign(this.state, { [name]: values[name] });
    }
    if (this.changed.size > 0) this.later();
  }

  /** What these names stand for is the same thing, and something in it has changed. @param {...keyof S} names */
  touch(...names) {
    for (const name of names) this.changed.add(name);
    this.later();
  }

  /** Calls `draw` now, and again whenever one of these has changed. @param {(keyof S)[]} names @param {() => void} draw */
  watch(names, draw) {
    this.watchers.push({ names: new Set(names), draw });
    draw();
  }

  /** Draws at once what has changed. */
  draw() {
    const { changed } = this;
    this.changed = new Set();
    for (const { names, draw } of this.watchers) {
      if ([...changed].some((name) => names.has(name))) draw();
    }
  }
}
