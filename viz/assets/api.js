// Asking the server.

import { said, t, told } from "./words.js";

/** An answer that is a problem: `title` and `detail` are for people, `status` is 0 where nobody answered. */
export class Problem extends Error {
  constructor(status, title, detail) {
    super(title);
    Object.assign(this, { status, title, detail });
  }

  /** Title and detail in the language chosen. */
  get told() {
    return [this.title, this.detail].filter(Boolean).map(said).join(". ");
  }
}

/** The JSON answer of a GET. Throws Problem, or AbortError where `signal` called it off. */
export async function ask(path, parameters = {}, signal = undefined) {
  const query = new URLSearchParams(parameters).toString();
  let response;
  try {
    response = await fetch(told.api + path + (query ? `?${query}` : ""), { signal, headers: { Accept: "application/json" } });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(0, t("failed"), t("unreachable"));
  }
  const answer = await response.json().catch((error) => {
    if (error.name === "AbortError") throw error; // called off while the answer was arriving
    return {};
  });
  if (!response.ok) throw new Problem(response.status, answer.title ?? t("failed"), sentence(answer.detail));
  return answer;
}

function sentence(detail) {
  return typeof detail === "string" ? detail : "";
}
