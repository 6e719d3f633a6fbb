// What messages say of the pictures and documents that are sent with them.

/** @typedef {{ kind: "picture" | "document", name?: string, bytes: number, width?: number, height?: number }} Shown */

/** The words of a message, without the codes that stand in its text for its files. @param {string} text @param {readonly { kind: string }[]} files */
export function wordsBeside(text, files) {
  let rest = text;
  for (const { kind } of files) {
    const code = kind === "picture" ? "[图片]" : "[文件]";
    if (!rest.startsWith(code)) return text;
    rest = rest.slice(code.length);
  }
  return rest.replace(/^ /, "");
}

/** The room of a picture, within a box; it is there before the picture is. @param {Shown} file @param {number} most pixels */
export function room({ width = 0, height = 0 }, most) {
  const [w, h] = width > 0 && height > 0 ? [width, height] : [most, most];
  const scale = Math.min(1, most / Math.max(w, h));
  // Something to see and to touch, however long and narrow it is.
  return { width: Math.max(48, Math.round(w * scale)), height: Math.max(48, Math.round(h * scale)) };
}

/** @param {number} bytes */
export function sizeOf(bytes) {
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / (1024 * 1024)).toFixed(1)} MB`;
}

/** Draws a picture into a canvas, as large as the canvas is shown. @param {HTMLCanvasElement} canvas @param {Blob} blob @param {{ width: number, height: number }} size of the room, pixels of the page */
export async function paint(canvas, blob, { width, height }) {
  const picture = await createImageBitmap(blob);
  const fine = Math.min(window.devicePixelRatio || 1, 3);
  const scale = Math.min((width * fine) / picture.width, (height * fine) / picture.height, 1);
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
}
