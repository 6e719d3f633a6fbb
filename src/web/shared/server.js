// Where the server is, told from the address of this very module: `<server>/assets/<tree>/shared/server.js`, or
// `<server>/shared/server.js` for pages that were opened under an older version. A proxy may serve all of it below a path.

const ROOT = new URL(/\/assets\/[^/]+\/shared\/[^/]+$/.test(import.meta.url) ? "../../../" : "../", import.meta.url);

/** @param {string} path without a slash in front */
export function serverUrl(path) {
  return new URL(path, ROOT).href;
}

/** @param {string} path without a slash in front */
export function socketUrl(path) {
  return serverUrl(path).replace(/^http/, "ws");
}
