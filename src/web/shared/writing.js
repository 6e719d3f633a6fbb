// A text field to write messages in: grows with the text, Enter sends, Shift+Enter breaks the line. While an
// input method composes a word, Enter belongs to it.

/**
 * @param {HTMLTextAreaElement} field
 * @param {() => void} send
 */
export function sendsOnEnter(field, send) {
  let composing = false;
  field.addEventListener("compositionstart", () => (composing = true));
  field.addEventListener("compositionend", () => (composing = false));
  field.addEventListener("keydown", (event) => {
    // Safari ends the composition before the key arrives and reports the key as code 229.
    const busy = composing || event.isComposing || event.keyCode === 229;
    if (event.key !== "Enter" || event.shiftKey || event.altKey || busy) return;
    event.preventDefault();
    send();
  });
}

/** @param {HTMLTextAreaElement} field */
export function grow(field) {
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
}
