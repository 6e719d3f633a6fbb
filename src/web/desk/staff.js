// What the pages of the people and of a customer's data ask of the server. Every answer is either what was asked for or why not, in the words that the
// server has for it.

import { serverUrl } from "../shared/server.js";

/**
 * @typedef {object} Person
 * @property {string[]} [languages] that this person answers in: none means any
 * @property {string} id
 * @property {string} name
 * @property {string[]} roles
 * @property {string[]} shops empty means all
 * @property {number} capacity chats at once
 * @property {string[]} [groups] what they are good at; a server of before says nothing of it
 * @property {boolean} disabled
 * @property {boolean} password whether one is set
 */

/** @typedef {{ people: Person[], roles: string[], shops: string[] }} People `roles` may be given, `shops` are served */
/** @typedef {{ agent: string, name: string, link: string, expires: number }} NewLink */
/**
 * @typedef {object} AuditEntry
 * @property {number} number
 * @property {number} at
 * @property {string} actor
 * @property {string} [actor_name]
 * @property {string} action
 * @property {string} subject
 * @property {string} [subject_name]
 * @property {unknown} detail
 */
/** @typedef {{ entries: AuditEntry[], before?: number }} AuditPage */

/**
 * @typedef {object} KeptAmount
 * @property {string} shop
 * @property {string} customer as it is stored
 * @property {number} conversations
 * @property {number} open those of them that have not ended
 * @property {number} events
 * @property {number} tokens
 * @property {number} [first]
 * @property {number} [last]
 */
/** @typedef {{ found: KeptAmount[], exports: boolean }} Found `exports`: whether this reader may have everything as a file */
/** @typedef {{ customer: string, shop?: string } | { conversation: string }} Wanted */
/** @typedef {{ shop: string, subject: string, at: number, ended: number, conversations: number, events: number, tokens: number }} Receipt */

/**
 * @template T
 * @typedef {{ value: T } | { error: string, code?: string, diff?: string, fields?: { field: string, message: string }[] }} Answer `code`: which refusal; `diff`: a change that the server could not write; `fields`: what is wrong with which
 */

/**
 * @template T
 * @param {string} method
 * @param {string} path without a slash in front
 * @param {string} lang of what is refused
 * @param {unknown} [body] as JSON; a file as it is
 * @returns {Promise<Answer<T>>}
 */
export async function ask(method, path, lang, body) {
  try {
    const answer = await fetch(serverUrl(path), {
      method,
      headers: { "Content-Type": body instanceof Blob ? body.type : "application/json", "Accept-Language": lang },
      body: body === undefined ? null : body instanceof Blob ? body : JSON.stringify(body),
      credentials: "same-origin",
    });
    const value = answer.status === 204 ? {} : await answer.json();
    return answer.ok ? { value } : { error: String(value.message ?? value.code ?? answer.status), ...(typeof value.code === "string" && { code: value.code }), ...(typeof value.diff === "string" && { diff: value.diff }), ...(Array.isArray(value.fields) && { fields: value.fields }) };
  } catch (problem) {
    return { error: String(problem) };
  }
}

/** @param {string} id */
const member = (id) => `v1/staff/${encodeURIComponent(id)}`;

/** @param {string} lang @returns {Promise<Answer<People>>} */
export const people = (lang) => ask("GET", "v1/staff", lang);

/** @param {string} lang @param {{ name: string, roles: string[], shops: string[], capacity: number, groups?: string[], languages?: string[] }} whom @returns {Promise<Answer<NewLink>>} */
export const inviteMember = (lang, whom) => ask("POST", "v1/agents", lang, whom);

/** @param {string} lang @param {string} id @returns {Promise<Answer<NewLink>>} */
export const newLink = (lang, id) => ask("POST", `${member(id)}/link`, lang, {});

/** @param {string} lang @param {string} id @param {Partial<Person>} change @returns {Promise<Answer<Person>>} */
export const change = (lang, id, change) => ask("PATCH", member(id), lang, change);

/** @param {string} lang @param {string} id @param {"disable" | "enable" | "signout"} what @returns {Promise<Answer<unknown>>} */
export const act = (lang, id, what) => ask("POST", `${member(id)}/${what}`, lang, {});

/** @param {string} lang @param {string} current @param {string} password @returns {Promise<Answer<unknown>>} */
export const setPassword = (lang, current, password) =>
  ask("POST", "v1/password", lang, current === "" ? { password } : { current, password });

/** @param {string} lang @returns {Promise<Answer<unknown>>} */
export const signOutEverywhere = (lang) => ask("POST", "v1/signout", lang, { everywhere: true });

/** @param {string} lang @param {number | undefined} before @returns {Promise<Answer<AuditPage>>} */
export const audit = (lang, before) =>
  ask("GET", before === undefined ? "v1/audit" : `v1/audit?before=${before}`, lang);

/** @param {string} lang @param {Wanted} wanted @returns {Promise<Answer<Found>>} */
export const lookUp = (lang, wanted) => ask("POST", "v1/customers", lang, wanted);

/** @param {string} lang @param {KeptAmount} whom @returns {Promise<Answer<unknown>>} */
export const exportCustomer = (lang, { shop, customer }) => ask("POST", "v1/customers/export", lang, { shop, customer });

/** @param {string} lang @param {KeptAmount} whom @returns {Promise<Answer<Receipt>>} */
export const eraseCustomer = (lang, { shop, customer }) => ask("POST", "v1/customers/erase", lang, { shop, customer });

/** Whether whoever has these roles may read out and erase customers. @param {readonly string[]} roles */
export function handlesCustomers(roles) {
  return roles.includes("supervisor") || roles.includes("owner");
}

/** Signs in with a name and a password; "" or why not. @param {string} lang @param {string} name @param {string} password */
export async function signInByPassword(lang, name, password) {
  const answer = await ask("POST", "v1/signin", lang, { name, password });
  return "error" in answer ? answer.error : "";
}

/** Tells the server that somebody is still here, so that the cookie lasts as long as the session. @param {string} lang */
export const stillHere = (lang) => ask("GET", "v1/me", lang);
