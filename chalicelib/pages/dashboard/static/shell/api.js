// Calls the admin API with this tab's key; every failure is one kind of error.
import { base, language, t } from "./words.js";

const KEPT = "undersigned-key";
export const key = {
  get: () => sessionStorage.getItem(KEPT) || "",
  keep: (secret) => sessionStorage.setItem(KEPT, secret),
  forget: () => sessionStorage.removeItem(KEPT),
};

export class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail || problem.title || t("went_wrong"));
    this.status = status;
    this.code = problem.code || "";
    this.errors = problem.errors || [];
  }
}

export async function call(method, path, { body, headers = {}, as = "json" } = {}) {
  const wanted = { Authorization: `Bearer ${key.get()}`, "Accept-Language": language, Accept: "application/json", ...headers };
  if (body !== undefined) wanted["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(`${base}/admin${path}`, {
      method, headers: wanted, body: body === undefined ? undefined : JSON.stringify(body), cache: "no-store", credentials: "omit",
    });
  } catch {
    throw new Refused(0, { detail: t("offline") });
  }
  if (answer.status === 204) return null;
  if (answer.ok) return as === "json" ? answer.json() : answer.text();
  const problem = await answer.json().catch(() => ({}));
  if (answer.status === 401 && key.get()) {
    key.forget();
    document.dispatchEvent(new CustomEvent("signed-out", { detail: t("key_ended") }));
  }
  throw new Refused(answer.status, problem);
}

export const get = (path) => call("GET", path);
export const of = (campaign, rest = "") => `/campaigns/${encodeURIComponent(campaign)}${rest}`;
