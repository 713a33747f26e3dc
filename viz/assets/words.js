// The words of the page in the language chosen, as the server told them.

export const told = JSON.parse(document.getElementById("told").textContent);

const KEPT = "guanxi.language";
let language = kept() ?? (navigator.language.startsWith("zh") ? "zh" : "en");

function kept() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null; // storage may be forbidden; the page works without
  }
}

export function chosen() {
  return language;
}

export function choose(next) {
  language = next;
  document.documentElement.lang = next === "zh" ? "zh-CN" : "en";
  document.documentElement.dataset.language = next;
  try {
    localStorage.setItem(KEPT, next);
  } catch {
    // remembered for this visit only
  }
}

/** The half of a pair [English, Chinese] that is wanted now. */
export function word(pair) {
  return pair[language === "zh" ? 1 : 0];
}

export function t(key) {
  return word(told.ui[key] ?? [key, key]);
}

/** The word for a name in one of the tables the server told. Unknown names are shown in plain text, unknown values as they are. */
export function named(table, name) {
  const plain = table === "values" ? String(name) : String(name).replaceAll("_", " ");
  return word(told[table][name] ?? [plain, plain]);
}

/** The word for a code in a field; codes that mean several things are told apart by it. */
export function valued(field, value) {
  return named("values", `${field}.${value}` in told.values ? `${field}.${value}` : value);
}

/** A name to go beside the one in its own script: the English one, for those who read English. */
export function beside(one) {
  return language === "en" && one.name && one.name_en && one.name_en !== one.name ? one.name_en : null;
}

/** The name to call a party by. */
export function called(one) {
  return one.name ?? one.name_en ?? one.party_id ?? one.id ?? t("unknown");
}

const SLOT = /\{(\w+)(?::(\w+))?\}/g;
const FILLED = {
  names: (text) => (language === "zh" ? text.split(" and ").map(said).join("、") : text),
  kinds: (text) => text.split(", ").map((kind) => named("links", kind)).join(language === "zh" ? "、" : ", "),
  said: (text) => said(text),
  segment: (text) => valued("segment", text),
};
const patterns = told.sentences.map(([english, chinese]) => {
  const parts = english.split(SLOT).filter((_, nth) => nth % 3 === 0); // what stands between the slots
  const names = [...english.matchAll(SLOT)].map((slot) => slot[1]);
  return { names, english, chinese, fits: new RegExp(`^${parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("((?:(?!; ).)+?)")}$`, "s") };
});

/** What an answer says in a sentence (or several, joined by "; "), in the language chosen. */
export function said(text) {
  if (!text) return "";
  if (text in told.values) return named("values", text);
  const whole = translated(text);
  if (whole !== null || !text.includes("; ")) return whole ?? text;
  return text.split("; ").map((part) => translated(part) ?? part).join(language === "zh" ? "；" : "; ");
}

function translated(text) {
  for (const { names, english, chinese, fits } of patterns) {
    const found = fits.exec(text);
    if (found) return word([english, chinese]).replace(SLOT, (_, name, kind) => filled(kind, found[names.indexOf(name) + 1]));
  }
  return null;
}

function filled(kind, text) {
  if (!kind) return text;
  return FILLED[kind]?.(text) ?? named(kind, text);
}
