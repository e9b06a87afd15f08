// Names kept from the public: hidden with a reason, shown again; the signatures count as before.
import { call, of } from "../shell/api.js";
import { field, h } from "../shell/dom.js";
import { n, t } from "../shell/words.js";

const MAX_REASON = 200;
let last = ""; // the reason given before: jokes come in rows

// The reason, or null if it was called off.
export function reasonFor(some) {
  const isOne = some.length === 1;
  const title = isOne ? t("hide_ask_one", { name: nameOf(some[0]) }) : t("hide_ask", { n: n(some.length) });
  const text = t(isOne ? "hide_text_one" : "hide_text");
  return new Promise((resolve) => {
    const reason = h("input", { required: true, maxlength: String(MAX_REASON), autocomplete: "off", value: last });
    const dialog = h("dialog", { "aria-labelledby": "why-hidden" }, h("form", { class: "stack", method: "dialog", onsubmit: () => dialog.close("yes") },
      h("h2", { id: "why-hidden" }, title), h("p", {}, text), field(t("hide_reason"), reason, { hint: t("hide_reason_hint") }),
      h("div", { class: "row" }, h("button", { class: "button" }, t("hide")), h("button", { class: "button quiet", type: "button", onclick: () => dialog.close("") }, t("cancel")))));
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (dialog.returnValue !== "yes") return resolve(null);
      last = reason.value.trim();
      resolve(last || null);
    });
    document.body.append(dialog);
    dialog.showModal();
    reason.select();
  });
}

const decide = (campaign, entry, decision) => call("PATCH", of(campaign, `/signatures/${entry.id}`), { body: decision });
export const hide = (campaign, entry, reason) => decide(campaign, entry, { shown: false, reason });
export const show = (campaign, entry) => decide(campaign, entry, { shown: true });

const MOST = 100; // names of one request

// Several at once, a hundred a request; `decided` gets each that is as was decided, as it is now.
export async function hideMany(campaign, entries, decision, decided) {
  for (let start = 0; start < entries.length; start += MOST) {
    const some = new Map(entries.slice(start, start + MOST).map((entry) => [entry.id, entry]));
    const { signatures } = await call("POST", of(campaign, "/signatures/hide"), { body: { ids: [...some.keys()], ...decision } });
    for (const one of signatures) decided({ ...some.get(one.id), hidden_at: undefined, hidden_reason: undefined, ...one });
  }
}

// Each as it was before, with its own reason.
export async function restoreMany(campaign, entries, decided) {
  await hideMany(campaign, entries.filter((entry) => entry.shown !== false), { shown: true }, decided);
  const hidden = entries.filter((entry) => entry.shown === false);
  for (const reason of new Set(hidden.map((entry) => entry.hidden_reason)))
    await hideMany(campaign, hidden.filter((entry) => entry.hidden_reason === reason), { shown: false, reason }, decided);
}

// As it was before somebody decided, with the reason of then.
export const restore = (campaign, entry) => (entry.shown === false ? hide(campaign, entry, entry.hidden_reason) : show(campaign, entry));

export function saidOf(shown, done) {
  if (shown) return t(done === 1 ? "shown_again_done_one" : "shown_again_done", { n: n(done) });
  return t(done === 1 ? "hidden_done_one" : "hidden_done", { n: n(done) });
}

// J and K move between the rows, H hides: only while something in the list has the focus, so that nobody who speaks or
// slips presses them elsewhere (WCAG 2.1.4).
export function keysFor(list, toggle) {
  const rows = () => [...list.querySelectorAll("tbody tr")];
  list.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.isComposing) return;
    const key = event.key.toLowerCase();
    if (!["j", "k", "h"].includes(key)) return;
    event.preventDefault(); // or the letter is typed into what opens
    const all = rows();
    const here = all.indexOf(event.target.closest("tr"));
    if (key === "h") {
      if (here >= 0) toggle(all[here]);
      return;
    }
    const next = all[Math.min(all.length - 1, Math.max(0, here + (key === "j" ? 1 : -1)))];
    next?.querySelector("th button").focus();
  });
}

export const nameOf = (one) => [one.given_name, one.family_name].filter(Boolean).join(" ") || one.organization || one.email || t("nameless");

export const keysHint = () => h("p", { class: "hint keys", id: "list-keys" }, ["J", "K", "H"].map((key) => h("span", {}, h("kbd", {}, key), " ", t(`key_${key.toLowerCase()}`))), h("span", {}, t("keys_when")));
