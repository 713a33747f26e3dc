// Turning the values of an answer into something to read. An unknown value is said to be unknown; it is never nought.

import { el } from "./dom.js";
import { isEmpty } from "./sections.js";
import { chosen, named, t } from "./words.js";

const SHARES = new Set(["share", "votes", "share_min", "share_max", "rate", "known_share", "weight"]);
const NEWS = /share$|votes|amount|balance|revenue|profit|assets|equity|expenditure/; // "unknown" is said of these; others stay blank
const SHORT_CODE = /^[\w./:-]{1,20}$/; // a day or a number is not broken over two lines
const MOMENTS = new Set(["at", "due_at"]);

export function fieldName(name) {
  return named("fields", name);
}

/** One value of a row: an element or a text. */
export function shown(name, value, row = {}) {
  if (name === "name" && isEmpty(value)) return row.group_id ?? row.id ?? unknown();
  if (isEmpty(value)) return NEWS.test(name) ? unknown() : "–";
  if (SHARES.has(name)) return percent(Number(value));
  if (MOMENTS.has(name)) return new Date(value).toLocaleString(chosen() === "zh" ? "zh-CN" : "en-GB", { dateStyle: "medium", timeStyle: "short" });
  if (name === "shared_with") return value >= 100 ? "100+" : String(value);
  if (name === "relation" && row.reverse) return `${t("of_the_other")} ${named("values", value)}`;
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  if (Array.isArray(value)) return several(name, value);
  if (typeof value === "object") return one(value);
  const text = typeof value === "number" ? String(value) : named("values", value);
  return SHORT_CODE.test(text) ? el("span", { class: "nowrap" }, text) : text;
}

function one(value) {
  if ("amount" in value && "currency" in value && !("code" in value)) return money(value);
  if ("party" in value) return [partyLink(value.party), value.role ? ` ${named("values", value.role)}` : "", value.status && value.status !== "confirmed" ? badge(value.status) : ""];
  if ("party_id" in value) return partyLink(value);
  if ("hierarchy" in value) return `${value.name ?? value.id} (${named("values", value.hierarchy)})`;
  if ("drawdown_id" in value) return pieces(value.code, value.balance ?? value.amount, value.matures_on, value.classification, value.overdue_days ? `${value.overdue_days} ${t("days_overdue")}` : null);
  if ("collateral_id" in value) return pieces(value.name, named("values", value.collateral_kind ?? ""), value.value);
  return Object.entries(value).filter(([, inner]) => !isEmpty(inner)).map(([key, inner]) => `${fieldName(key)}: ${typeof inner === "object" ? JSON.stringify(inner) : inner}`).join("; ");
}

function pieces(...all) {
  const told = all.filter((piece) => !isEmpty(piece)).map((piece) => (typeof piece === "object" ? money(piece) : piece));
  return told.flatMap((piece, nth) => (nth ? [" · ", piece] : [piece]));
}

/** Lists of twelve months show their latest amount that is known. */
function several(name, values) {
  const last = values.findLast((value) => value !== null);
  if (last && typeof last === "object" && "amount" in last && !("party" in last) && !("drawdown_id" in last)) return [money(last), el("small", {}, ` ${t("month")} ${values.lastIndexOf(last) + 1}`)];
  if (values.every((value) => typeof value !== "object")) return values.map((value) => named("values", value)).join(", ");
  return el("ul", { class: "inner" }, values.map((value) => el("li", {}, one(value))));
}

export function partyLink(party) {
  const id = party.party_id ?? party.id;
  const text = [el("span", {}, party.name ?? id ?? t("unknown"))];
  if (party.name_en && party.name_en !== party.name) text.push(el("small", { lang: "en" }, ` ${party.name_en}`));
  return isParty(id) ? el("a", { href: `#/party/${encodeURIComponent(id)}` }, text) : el("span", {}, text);
}

export function isParty(id) {
  return typeof id === "string" && /^P-/.test(id);
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
    el("small", { title: `${link.row_key ?? ""}${since}` }, ` ${[link.source, link.row_key].filter(Boolean).join(" ")}`),
    link.flags?.length ? el("small", { class: "told" }, ` ${link.flags.map((flag) => named("values", flag)).join(", ")}`) : null,
  ];
}

function unknown() {
  return el("span", { class: "unknown" }, t("unknown"));
}

export function percent(share) {
  return `${Number((share * 100).toFixed(4))}%`;
}

/** Amounts come as decimals in text, so that no digit is lost on the way; only the grouping is added here. */
function money({ amount, currency }) {
  if (amount === null) return unknown();
  const [whole, part] = String(amount).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return el("span", { class: "money" }, [currency, `${grouped}${part && Number(part) ? `.${part}` : ""}`].filter(Boolean).join(" "));
}
