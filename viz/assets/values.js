// Turning the values of an answer into something to read. An unknown value is said to be unknown; it is never nought.

import { el } from "./dom.js";
import { isEmpty } from "./sections.js";
import { beside, called, chosen, named, said, t, told, valued } from "./words.js";

const SHARES = new Set(["share", "votes", "share_min", "share_max", "rate", "known_share", "weight"]);
const NEWS = /share$|votes|amount|balance|revenue|profit|assets|equity|expenditure/; // "unknown" is said of these; others stay blank
const SHORT_CODE = /^[\w./:-]{1,20}$/; // a day or a number is not broken over two lines
const MOMENTS = new Set(["at", "due_at", "tagged_at"]);

/** The name of a field; one that means something else in a section is told apart by it. */
export function fieldName(name, section) {
  const own = `${section}.${name}`;
  return named("fields", own in told.fields ? own : name);
}

/** One value of a row: an element or a text. */
export function shown(name, value, row = {}) {
  if (name === "name" && row.group_id !== undefined) return el("a", { href: addressOf(row) }, value || row.group_id);
  if (name === "name" && isEmpty(value)) return row.id ?? unknown();
  if (isEmpty(value)) return name in row && NEWS.test(name) ? unknown() : "–";
  if (SHARES.has(name)) return percent(Number(value));
  if (MOMENTS.has(name)) return new Date(value).toLocaleString(chosen() === "zh" ? "zh-CN" : "en-GB", { dateStyle: "medium", timeStyle: "short" });
  if (name === "shared_with") return value >= 100 ? "100+" : String(value);
  if (name === "relation" && row.reverse) return `${t("of_the_other")} ${named("values", value)}`;
  if (name === "name_en") return el("span", { lang: "en" }, value);
  if (name === "certificate") return certificate(value);
  if (name === "country") return country(value);
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  if (Array.isArray(value)) return several(name, value);
  if (typeof value === "object") return one(value);
  const text = typeof value === "number" ? String(value) : valued((row.event_id || row.sign === "risk_event") && name === "state" ? "event_state" : name, value);
  return SHORT_CODE.test(text) ? el("span", { class: "nowrap" }, text) : text;
}

/** `type:number` with the type in words. */
function certificate(value) {
  const [type, ...number] = value.split(":");
  return number.length ? `${named("values", type)} ${number.join(":")}` : value;
}

function country(code) {
  try {
    return new Intl.DisplayNames([chosen() === "zh" ? "zh-CN" : "en"], { type: "region" }).of(code);
  } catch {
    return code; // not a code of ISO 3166
  }
}

function one(value) {
  if ("word" in value) return t(value.word);
  if ("days" in value) return `${value.days} ${t("days_overdue")}`;
  if ("figure" in value) return total(value);
  if ("household_id" in value) return [value.members.map((member, nth) => [partyLink(member), nth < value.members.length - 1 ? (chosen() === "zh" ? "、" : ", ") : ""]), el("small", {}, " ", el("code", {}, value.household_id))];
  if ("amount" in value && "currency" in value && !("code" in value)) return money(value);
  if ("party" in value) return [partyLink(value.party), value.role ? ` ${valued("reasons" in value ? "home_role" : "role", value.role)}` : "", value.status && value.status !== "confirmed" ? badge(value.status) : ""];
  if ("party_id" in value) return partyLink(value);
  if ("told" in value) return [Object.entries(value.told).map(([key, was]) => `${fieldName(key)}: ${was ?? "–"}`).join("; "), el("small", { class: "told" }, ` ${fieldName("until")} ${value.until ? shown("at", value.until) : "–"} · ${value.evidence} (${value.registered_by}, ${value.approved_by})`)];
  if ("hierarchy" in value) return `${value.name ?? value.id} (${named("values", value.hierarchy)})`;
  return Object.entries(value).filter(([, inner]) => !isEmpty(inner)).map(([key, inner]) => `${fieldName(key)}: ${typeof inner === "object" ? JSON.stringify(inner) : valued(key, inner)}`).join("; ");
}

/** A sum over the members of a household or family: what it is of, the amount, and how many parts have none that is known. */
function total({ figure, year, amount, count, unknown: without }) {
  const sum = amount ? money(amount) : figure === "products" ? String(count) : unknown();
  const lacking = amount && without ? el("small", {}, ` + ${without} ${t("of_unknown")}`) : null;
  return [`${valued("figure", figure)}${year ? ` ${year}` : ""} `, sum, lacking];
}

/** Lists of twelve months show their latest amount that is known. */
function several(name, values) {
  const last = values.findLast((value) => value !== null);
  if (last && typeof last === "object" && "amount" in last && !("party" in last || "figure" in last)) return [money(last), el("small", {}, ` ${t("month")} ${values.lastIndexOf(last) + 1}`)];
  if (name === "reasons") return el("ul", { class: "inner" }, values.map((value) => el("li", {}, said(value))));
  if (values.every((value) => typeof value !== "object")) return values.map((value) => valued(name === "roles" ? "party_role" : name, value)).join(chosen() === "zh" ? "、" : ", ");
  return el("ul", { class: "inner" }, values.map((value) => el("li", {}, one(value))));
}

export function partyLink(party) {
  const second = beside(party);
  const text = [el("span", {}, called(party)), second ? el("small", { lang: "en" }, ` ${second}`) : null];
  const address = addressOf(party);
  return address ? el("a", { href: address }, text) : el("span", {}, text);
}

/** The page of a party or group, by its id; null for what has no page of its own. */
export function addressOf(one) {
  const id = one.party_id ?? one.group_id ?? one.id;
  if (one.group_id !== undefined || one.kind === "group") return `#/group/${encodeURIComponent(id)}`;
  return typeof id === "string" && id.startsWith("P-") ? `#/party/${encodeURIComponent(id)}` : null;
}

export function badge(status) {
  return el("span", { class: `badge ${status}` }, named("statuses", status ?? "confirmed"));
}

/** Which source record a row rests on; a doubtful one carries its status and what the checks found. */
export function evidence(link) {
  if (!link) return "";
  const since = link.valid_from ? ` · ${t("since")} ${link.valid_from}` : "";
  return [
    link.status === "confirmed" ? null : badge(link.status),
    el("small", { title: `${link.row_key ?? ""}${since}` }, ` ${link.source ? valued("source", link.source) : ""} `, breakable(link.row_key)),
    link.evidence ? el("small", { class: "told" }, ` ${link.evidence} (${link.registered_by}, ${link.approved_by})`) : null,
    link.flags?.length ? el("small", { class: "told" }, ` ${link.flags.map((flag) => valued("flag", flag)).join(", ")}`) : null,
  ];
}

/** A key that may be broken over two lines after its table, and nowhere in its digits. */
function breakable(key) {
  return (key ?? "").split(/(?<=[:|])/).flatMap((part) => [el("span", { class: "nowrap" }, part), el("wbr", {})]);
}

function unknown() {
  return el("span", { class: "unknown" }, t("unknown"));
}

export function percent(share) {
  return `${Number((share * 100).toFixed(4))}%`;
}

/** Amounts come as decimals in text, so that no digit is lost on the way; only the grouping is added here. */
export function money({ amount, currency }) {
  if (amount === null) return unknown();
  const [whole, part] = String(amount).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return el("span", { class: "money" }, [currency, `${grouped}${part && Number(part) ? `.${part}` : ""}`].filter(Boolean).join(" "));
}
