// Makes a picture as small as it needs to be, before it leaves the browser: upright, no side longer than needed, and without
// what the camera wrote beside it (place, time, camera). Documents go as they are.

/** Longest side, pixels. */
const SIDE = 1600;
const QUALITY = 0.85;
const GROUND = "#fff";

/**
 * @typedef {object} Prepared
 * @property {Blob} blob
 * @property {"picture" | "document"} kind
 * @property {string} name
 * @property {number} width pixels; 0 for documents
 * @property {number} height
 */

/**
 * @param {File} file
 * @param {import("./protocol.js").FilesTaken} taken
 * @returns {Promise<Prepared | string>} a code of the server's when it cannot be sent
 */
export async function prepare(file, taken) {
  const { name, type, size } = file;
  if (type === "application/pdf") return size > taken.max_bytes ? "file_large" : { blob: file, kind: "document", name, width: 0, height: 0 };
  // What may hold a script is no picture here.
  if (/svg|xml|html/.test(type)) return "file_type";
  /** @type {ImageBitmap} */
  let picture;
  try {
    picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return type.startsWith("image/") && size > taken.max_bytes ? "picture_large" : "file_type";
  }
  const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
  const [width, height] = [picture.width, picture.height].map((side) => Math.max(1, Math.round(side * scale)));
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  if (context === null) return "picture_large";
  context.fillStyle = GROUND;
  context.fillRect(0, 0, width, height);
  context.drawImage(picture, 0, 0, width, height);
  picture.close();
  /** @type {Blob | null} */
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  if (blob === null) return "picture_large";
  return blob.size > taken.max_bytes ? "file_large" : { blob, kind: "picture", name: "", width, height };
}
