// A field for messages: grows with the text, Enter sends, Shift+Enter breaks the line. While an
// input method composes a word, Enter belongs to it. And what of a text can be sent.

/**
 * @param {HTMLTextAreaElement} field
 * @param {() => void} send
 */
export function sendsOnEnter(field, send) {
  let composing = false;
  /** Whether the last key asked for a line break. */
  let breaking = false;
  field.addEventListener("compositionstart", () => (composing = true));
  field.addEventListener("compositionend", () => (composing = false));
  field.addEventListener("keydown", (event) => {
    breaking = event.shiftKey || event.altKey;
    // Safari ends the composition before the key arrives and reports the key as code 229.
    const busy = composing || event.isComposing || event.keyCode === 229;
    if (event.key !== "Enter" || breaking || busy) return;
    event.preventDefault();
    send();
  });
  field.addEventListener("keyup", () => (breaking = false));
  // Keyboards of phones name no key; what the key does is told here.
  field.addEventListener("beforeinput", (event) => {
    if (event.inputType !== "insertLineBreak" || breaking || composing || event.isComposing) return;
    event.preventDefault();
    send();
  });
}

/** @param {HTMLTextAreaElement} field */
export function grow(field) {
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
}

/** Whether nothing of it can be seen: spaces, zero-width and control characters, fillers, selectors without a sign. @param {string} text */
export function isBlank(text) {
  return /^[\s\p{Z}\p{Cc}\p{Default_Ignorable_Code_Point}\u2800\ufff9-\ufffb\u{1d159}]*$/u.test(text);
}

/** With U+FFFD for halves of characters, which no JSON can carry. @param {string} text */
export function wellFormed(text) {
  return text.replace(/\p{Surrogate}/gu, "\ufffd");
}
