// What was typed and not saved, kept in this browser: offered again after the tab was closed, forgotten on saving, on discarding and on signing out.
import { h } from "../shell/dom.js";
import { base, moment, t } from "../shell/words.js";

const PREFIX = `undersigned-draft:${base}:`;
const MOST_DAYS = 30;

export function keptFor(campaign) {
  const key = PREFIX + campaign;
  return {
    // `version` is the one that was changed. A full or forbidden storage keeps nothing; leaving asks all the same.
    keep(version, document_) {
      try {
        localStorage.setItem(key, JSON.stringify({ version, at: new Date().toISOString(), document: document_ }));
      } catch {
        return;
      }
    },
    forget: () => localStorage.removeItem(key),
    find() {
      try {
        const found = JSON.parse(localStorage.getItem(key));
        return found?.document?.texts && Date.now() - Date.parse(found.at) < MOST_DAYS * 86_400_000 ? found : null;
      } catch {
        return null;
      }
    },
  };
}

export function forgetAll() {
  for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
}

// Offers what was kept, once.
export function offer(found, version, { take, discard }) {
  const note = h("div", { class: "note offer", role: "group", "aria-label": t("kept_title") },
    h("p", {}, t("kept_text", { when: moment(found.at) }), found.version === version ? "" : ` ${t("kept_older")}`),
    h("div", { class: "row" },
      h("button", { class: "button", type: "button", onclick: () => { note.remove(); take(); } }, t("kept_take")),
      h("button", { class: "button quiet", type: "button", onclick: () => { note.remove(); discard(); } }, t("kept_discard"))));
  return note;
}
