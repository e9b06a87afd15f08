// Calls the admin API with the key or session of whoever is signed in; every failure is one kind of error.
import { base, language, t } from "./words.js";

const KEPT = "undersigned-key";
// In the tab, or on request of the person in the browser: then it outlives the tab, and all tabs share it.
export const key = {
  get: () => sessionStorage.getItem(KEPT) || localStorage.getItem(KEPT) || "",
  keep(secret, { stays = false } = {}) {
    key.forget();
    (stays ? localStorage : sessionStorage).setItem(KEPT, secret);
  },
  forget() {
    sessionStorage.removeItem(KEPT);
    localStorage.removeItem(KEPT);
  },
};
// Another tab signed out.
addEventListener("storage", (event) => {
  if (event.key === KEPT && !event.newValue && !key.get()) document.dispatchEvent(new CustomEvent("signed-out", { detail: t("signed_out") }));
});

export class Refused extends Error {
  constructor(status, problem) {
    // Here nobody sent a form of signers.
    super(problem.code === "invalid" ? t("fix_these") : problem.detail || problem.title || t("went_wrong"));
    this.status = status;
    this.code = problem.code || "";
    this.errors = problem.errors || [];
    this.facts = problem; // such as the right number of recipients
  }
}

export async function call(method, path, { body, headers = {}, as = "json" } = {}) {
  const secret = key.get();
  const wanted = { ...(secret ? { Authorization: `Bearer ${secret}` } : {}), "Accept-Language": language, Accept: "application/json", ...headers };
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
  if (answer.status === 401 && secret && secret === key.get()) {
    key.forget();
    document.dispatchEvent(new CustomEvent("signed-out", { detail: t("key_ended") }));
  }
  throw new Refused(answer.status, problem);
}

// Sends a file's bytes; `told` hears how many are out. Only the older kind of request says so.
export function upload(path, bytes, told) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", `${base}/admin${path}`);
    const wanted = { Authorization: `Bearer ${key.get()}`, "Accept-Language": language, "Content-Type": "application/octet-stream" };
    for (const [name, value] of Object.entries(wanted)) request.setRequestHeader(name, value);
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => told(event.loaded));
    request.addEventListener("error", () => reject(new Refused(0, { detail: t("offline") })));
    request.addEventListener("load", () => (request.status < 300 ? resolve() : reject(new Refused(request.status, request.response ?? {}))));
    request.send(bytes);
  });
}

export const get = (path) => call("GET", path);
export const of = (campaign, rest = "") => `/campaigns/${encodeURIComponent(campaign)}${rest}`;
