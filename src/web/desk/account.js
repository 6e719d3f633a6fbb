// Signing in and out, and inviting: the desk's few plain HTTP requests. The session itself is a cookie that no
// script can read.

import { serverUrl } from "../shared/server.js";

/**
 * @param {string} path without a slash in front
 * @param {unknown} body
 * @param {string} [lang] of what is refused
 */
async function post(path, body, lang = "") {
  return fetch(serverUrl(path), {
    method: "POST",
    headers: { "Content-Type": "application/json", ...(lang && { "Accept-Language": lang }) },
    body: JSON.stringify(body),
    credentials: "same-origin",
  });
}

/** The token of a sign-in link, or of the bare token itself; null when there is none. @param {string} link */
export function tokenOf(link) {
  const found = /(?:#signin=)?([\w-]{8,})\s*$/.exec(link.trim());
  return found === null ? null : found[1];
}

/** Takes the token out of the address, so that it is neither bookmarked nor seen over a shoulder. */
export function takeToken() {
  if (!location.hash.startsWith("#signin=")) return null;
  const token = tokenOf(location.hash);
  history.replaceState(null, "", location.pathname + location.search);
  return token;
}

/** Why a sign-in failed: the server's code, or `net`, and its words for it. @typedef {{ code: string, message: string }} Failure */

/** @param {string} token @param {string} lang @returns {Promise<Failure | null>} null: signed in */
export async function signIn(token, lang) {
  try {
    const answer = await post("v1/signin", { token }, lang);
    if (answer.ok) return null;
    const { code = "other", message = "" } = await answer.json().catch(() => ({}));
    return { code: String(code), message: String(message) };
  } catch {
    return { code: "net", message: "" };
  }
}

export async function signOut() {
  try {
    await post("v1/signout", {});
  } catch {
    // Without the server the cookie stays; the next sign-out takes it.
  }
}

/**
 * @param {string} name
 * @param {number} slots
 * @returns {Promise<{ link: string } | { error: string }>}
 */
export async function invite(name, slots) {
  try {
    const answer = await post("v1/agents", { name, slots });
    const body = await answer.json();
    if (answer.ok && typeof body.link === "string") return { link: new URL(body.link, location.href).href };
    return { error: String(body.message ?? body.code ?? answer.status) };
  } catch (problem) {
    return { error: String(problem) };
  }
}
