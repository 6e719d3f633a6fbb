// Addresses in what people write become links: http and https only, each a text node in an anchor.

/** Visible ASCII without what ends an address in prose; Chinese text may follow without a space. */
const ADDRESS = /https?:\/\/[!#-;=?-[\]_a-z~]+/gi;
/** What belongs to the sentence and not to its address. */
const AFTER = /[.,;:!?'*_~]+$/;
const MOST = 2048;

/** @param {string} text @returns {(Node | string)[]} */
export function linked(text) {
  /** @type {(Node | string)[]} */
  const parts = [];
  let done = 0;
  for (const { 0: found, index } of text.matchAll(ADDRESS)) {
    const address = trimmed(found);
    if (!isSafe(address)) continue;
    parts.push(text.slice(done, index), anchor(address));
    done = index + address.length;
  }
  parts.push(text.slice(done));
  return parts.filter((part) => part !== "");
}

/** Shows a text with its links, only when it is another. @param {Element} element @param {string} text */
export function showLinked(element, text) {
  if (element.textContent !== text) element.replaceChildren(...linked(text));
}

/** @param {string} found */
function trimmed(found) {
  let address = found.replace(AFTER, "");
  for (const [opening, closing] of ["()", "[]"]) {
    // A bracket that was opened before the address closes after it.
    while (address.endsWith(closing) && address.split(closing).length > address.split(opening).length) {
      address = address.slice(0, -1).replace(AFTER, "");
    }
  }
  return address;
}

/** A name in front of the host is a trick: what looks like a bank is somebody else's page. @param {string} address */
function isSafe(address) {
  if (address.length > MOST) return false;
  try {
    const { protocol, hostname, username, password } = new URL(address);
    return /^https?:$/.test(protocol) && hostname !== "" && username === "" && password === "";
  } catch {
    return false;
  }
}

/** @param {string} address */
function anchor(address) {
  const link = document.createElement("a");
  link.href = address;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  link.textContent = address;
  return link;
}
