// Small ways to build and update the page. Everything a person wrote goes in as a text node; nothing here
// parses markup.

/** @typedef {Node | string | null | undefined | false} Child */
/** @typedef {Record<string, unknown>} Props */

const PROPERTIES = new Set(["value", "checked", "disabled", "hidden", "open", "tabIndex"]);

/**
 * Makes an element. `on…` adds a listener, `class` sets the class, the rest are attributes; null, undefined and
 * false are left out, except that aria attributes are written as they are.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Props} [props]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function el(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  set(element, props);
  add(element, ...children);
  return element;
}

/**
 * @param {Element} element
 * @param {Props} props
 */
export function set(element, props) {
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on") && typeof value === "function") {
      element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    } else if (PROPERTIES.has(name)) {
      const target = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (element));
      // An option that has no value yet says that its text is it, and so would one that is to have an empty value.
      if (target[name] !== value || element.localName === "option") target[name] = value;
    } else if (value === null || value === undefined || (value === false && !name.startsWith("aria-"))) {
      element.removeAttribute(name);
    } else {
      const text = value === true && !name.startsWith("aria-") ? "" : String(value);
      if (element.getAttribute(name) !== text) element.setAttribute(name, text);
    }
  }
}

/**
 * @param {Element} element
 * @param {...Child} children
 */
export function add(element, ...children) {
  for (const child of children) if (child !== null && child !== undefined && child !== false) element.append(child);
}

/**
 * Sets the text, only when it differs: screen readers announce every write.
 * @param {Element} element
 * @param {string} value
 */
export function text(element, value) {
  if (element.textContent !== value) element.textContent = value;
}

/**
 * A line icon on a 24 unit grid.
 * @param {string} path
 */
export function icon(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  set(svg, { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true", focusable: "false" });
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

/**
 * Makes the children of `parent` show `items` in order, reusing the element of each key.
 * @template T
 * @template {HTMLElement} E
 * @param {Element} parent
 * @param {readonly T[]} items
 * @param {(item: T) => string} key
 * @param {(item: T) => E} create
 * @param {(element: E, item: T, before: T | undefined) => void} update
 */
export function list(parent, items, key, create, update) {
  /** @type {Map<string, E>} */
  const known = new Map();
  for (const child of parent.children) {
    const element = /** @type {E} */ (child);
    known.set(element.dataset.key ?? "", element);
  }
  let next = parent.firstElementChild;
  items.forEach((item, index) => {
    const name = key(item);
    let element = known.get(name);
    if (element === undefined) {
      element = create(item);
      element.dataset.key = name;
    }
    known.delete(name);
    update(element, item, items[index - 1]);
    if (element === next) next = next.nextElementSibling;
    else parent.insertBefore(element, next);
  });
  for (const element of known.values()) element.remove();
}

/**
 * Runs `work` once soon, however often it is asked for. A timer and no animation frame: hidden pages count unread messages too.
 * @param {() => void} work
 * @returns {() => void}
 */
export function soon(work) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    setTimeout(() => {
      asked = false;
      work();
    }, 0);
  };
}

/**
 * Puts values into the `{name}` places of a sentence.
 * @param {string} template
 * @param {Record<string, string | number>} values
 */
export function fill(template, values) {
  return template.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}
