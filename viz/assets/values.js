// Turning the values of an answer into something to read. An unknown value is said to be unknown; it is never nought.

import { el } from "./dom.js";
import { chosen, named, t } from "./words.js";

const SHARES = new Set(["share", "votes", "share_min", "share_max", "rate", "weight"]);
const HIDDEN = new Set(["id", "link_id", "row_key", "source_key", "from_key", "to_key", "scope", "pinyin"]);

/** The fields of rows that are worth a column, in the order of the rows. */
export function columns(rows) {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((name) => !HIDDEN.has(name));
  const told = (name) => rows.some((row) => !isEmpty(row[name]) || SHARES.has(name) || name === "amount");
  const apart = (name) => !(name === "name_en" && names.includes("name")) && !(name === "party_id" && names.includes("name")) && !(name === "currency" && rows.some(hasMoney)) && name !== "flags";
  return names.filter((name) => told(name) && apart(name));
}

export function fieldName(name) {
  return named("fields", name);
}

/** One value of a row: an element or a text. */
export function shown(name, value, row = {}) {
  if (name === "status") return badge(value);
  if (name === "name") return partyLink({ ...row, id: row.party_id ?? row.id });
  if (name === "kind" || name === "roles") return [value].flat().map((one) => (one in { person: 1, company: 1 } ? named("kinds", one) : named("roles", one))).join(", ");
  if (value === null || value === undefined || value === "") return el("span", { class: "unknown" }, t("unknown"));
  if (SHARES.has(name) && !Number.isNaN(Number(value))) return percent(Number(value));
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  if (Array.isArray(value)) return listed(name, value);
  if (typeof value === "object") return inner(value);
  if (isAmount(name, value, row)) return money(value, row.currency);
  return String(value);
}

function inner(value) {
  if ("amount" in value && "currency" in value) return value.amount === null ? el("span", { class: "unknown" }, t("unknown")) : money(value.amount, value.currency);
  if ("name" in value) return partyLink({ ...value, id: value.party_id ?? value.id });
  return Object.entries(value).filter(([key, one]) => !isEmpty(one) && !HIDDEN.has(key)).map(([key, one]) => `${fieldName(key)}: ${typeof one === "object" ? JSON.stringify(one) : one}`).join("; ");
}

function listed(name, values) {
  if (!values.length) return "";
  if (values.every((one) => typeof one !== "object" || one === null)) return values.map((one) => (one === null ? t("unknown") : one)).join(", ");
  return el("ul", { class: "inner" }, values.map((one) => el("li", {}, shown(name, one))));
}

export function partyLink(party) {
  const text = [el("span", {}, party.name ?? party.id ?? t("unknown"))];
  if (party.name_en && party.name_en !== party.name) text.push(el("small", { lang: "en" }, ` ${party.name_en}`));
  return isParty(party.id) ? el("a", { href: `#/party/${encodeURIComponent(party.id)}` }, text) : el("span", {}, text);
}

export function isParty(id) {
  return typeof id === "string" && /^P-/.test(id);
}

export function badge(status) {
  return el("span", { class: `badge ${status}` }, named("statuses", status ?? "confirmed"));
}

export function isEmpty(value) {
  return value === null || value === undefined || value === "" || (Array.isArray(value) && !value.length);
}

function percent(share) {
  return `${Number((share * 100).toFixed(4))}%`;
}

function hasMoney(row) {
  return Object.entries(row).some(([name, value]) => isAmount(name, value, row));
}

/** The API prints decimals as strings beside a currency, so that no digit is lost on the way. */
function isAmount(name, value, row) {
  return Boolean(row.currency) && typeof value === "string" && /^-?\d+\.\d+$/.test(value) && name !== "currency";
}

function money(text, currency) {
  const [whole, part] = String(text).split(".");
  const grouped = BigInt(whole || 0).toLocaleString(chosen() === "zh" ? "zh-CN" : "en-GB");
  const sign = whole.startsWith("-") && !grouped.startsWith("-") ? "-" : "";
  return el("span", { class: "money" }, `${currency ?? ""} ${sign}${grouped}${part ? `.${part}` : ""}`.trim());
}
