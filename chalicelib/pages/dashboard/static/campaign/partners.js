// A link for each partner: a name makes the link and its code, and every signature by it is counted under that name.
import { get, of } from "../shell/api.js";
import { actionHandler, copyable, say } from "../shell/dialog.js";
import { field, fill, h, table } from "../shell/dom.js";
import { base, choices, n, percent, t } from "../shell/words.js";
import { slug } from "../editor/desk.js";
import { code } from "./codes.js";

const MOST = 40; // characters of a source

// Links that nobody has signed by yet are known to this browser only; the others to everybody, by their counts.
const keptOf = (id) => {
  const key = `undersigned-links:${base}:${id}`;
  const read = () => {
    try {
      return JSON.parse(localStorage.getItem(key)) || {};
    } catch {
      return {};
    }
  };
  return { read, add: (source, name) => localStorage.setItem(key, JSON.stringify({ ...read(), [source]: name })) };
};

export function partners(one, chosenLanguage) {
  const { id, counts } = one;
  const kept = keptOf(id);
  const name = h("input", { required: true, maxlength: "80", autocomplete: "off" });
  const list = h("div", {});

  function paint() {
    const names = kept.read();
    const counted = Object.keys(counts.by.source).filter((source) => !choices.own_sources.includes(source));
    const sources = [...new Set([...Object.keys(names), ...counted])].sort((a, b) => (counts.by.source[b] || 0) - (counts.by.source[a] || 0));
    fill(list, sources.length ? table(t("partners"), [t("name"), t("signatures_title"), t("actions")], sources.map((source) => {
      const called = names[source] || source;
      const brought = counts.by.source[source] || 0;
      return [called, `${n(brought)} · ${percent(brought, counts.public_count)}`, h("button", { class: "link", type: "button", "aria-label": t("partner_show", { name: called }), onclick: actionHandler(() => open(source, called)) }, t("partner_open"))];
    }), { unseen: true }) : h("p", { class: "empty" }, t("partners_none")));
  }

  async function open(source, called) {
    const { snippets } = await get(of(id, `/snippets?${new URLSearchParams({ source })}`));
    const { link, qr } = snippets[chosenLanguage()];
    const dialog = h("dialog", { class: "wide", "aria-labelledby": "partner" }, h("h2", { id: "partner", tabindex: "-1", autofocus: true }, called),
      h("p", { class: "aside" }, t("partner_counted", { source })), copyable(link, t("as_link")), code(qr, `${id}-${source}`),
      h("button", { class: "button quiet", type: "button", onclick: () => dialog.close() }, t("close_dialog")));
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }

  const make = actionHandler(async () => {
    const called = name.value.trim();
    const source = slug(called, { separator: "-", most: MOST, digits: true });
    if (!source) return say(t("partner_unnamed"), { wrong: true });
    kept.add(source, called);
    name.value = "";
    paint();
    await open(source, called);
  });
  paint();
  return h("section", { "aria-labelledby": "h-partners" }, h("h2", { id: "h-partners" }, t("partners")), h("p", { class: "aside" }, t("partners_text")),
    h("form", { class: "row", onsubmit: make }, field(t("partner_name"), name), h("button", { class: "button" }, t("partner_make"))), list);
}
