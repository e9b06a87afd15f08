// The campaign's page beside its editor, drawn by the server from what is typed, in a frame that runs nothing.
import { call, of } from "../shell/api.js";
import { fill, h, select, unique } from "../shell/dom.js";
import { languageTitle, t } from "../shell/words.js";

const AFTER = 900; // ms after the last key
// Codes of what is not there yet; of anything else the note says what it is.
const UNWRITTEN = new Set(["missing", "without_translation", "without_label", "without_alt", "default_language_missing"]);

// Each page has a frame of its own: one frame that goes from page to page would fill the history behind Back.
const framed = (html) => h("iframe", { sandbox: "", title: t("preview"), class: "preview", srcdoc: html });

// `whole` returns the document, `id` where it will be. Returns the element and how it is drawn: at once, raising what is wrong, or soon.
export function preview(desk, whole, id) {
  let frame = framed("");
  let latest = 0;
  let waiting = 0;
  const shown = select([], "", { id: unique("preview") });
  const missing = h("p", { class: "note", hidden: true }, t("preview_waits"));
  const heading = h("h2", { id: "h-preview", tabindex: "-1" }, t("preview"));
  const element = h("section", { class: "look", "aria-labelledby": "h-preview" }, h("div", { class: "row" }, heading, h("label", { class: "unseen", for: shown.id }, t("language")), shown),
    h("p", { class: "hint" }, t("preview_hint")), missing, frame);

  async function draw() {
    const codes = Object.keys(desk.draft.texts);
    const lang = codes.includes(shown.value) ? shown.value : desk.language;
    fill(shown, codes.map((one) => h("option", { value: one, selected: one === lang }, languageTitle(one))));
    latest += 1;
    const mine = latest;
    const html = await call("POST", of(id(), `/preview?lang=${encodeURIComponent(lang)}`), { body: whole(), as: "text", headers: { Accept: "text/html, application/json" } });
    if (mine !== latest) return;
    if (frame.srcdoc !== html) { // an unchanged page keeps its place
      const next = framed(html);
      frame.replaceWith(next);
      frame = next;
    }
    missing.hidden = true;
  }
  // While somebody types, what is not yet right is no mistake: the last page stays, with a note.
  const follow = () => draw().catch((problem) => {
    const others = (problem.errors ?? []).filter(({ code }) => !UNWRITTEN.has(code));
    missing.textContent = others.length ? [t("email_waits"), ...others.map(({ message }) => message)].join(" ") : t("preview_waits");
    missing.hidden = false;
  });
  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => element.isConnected && follow(), AFTER);
  };
  shown.addEventListener("change", follow);
  desk.languageShown = (code) => {
    if (shown.value === code || !shown.options.length) return;
    shown.value = code;
    follow();
  };
  return { element, heading, draw, follow, soon };
}
