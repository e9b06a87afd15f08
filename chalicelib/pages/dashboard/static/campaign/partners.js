// A link for each partner: a name makes the link and its code, and every signature by it is counted under that name.
import { Refused, call, get, of } from "../shell/api.js";
import { actionHandler, ask, copyable, say } from "../shell/dialog.js";
import { field, fill, h, table } from "../shell/dom.js";
import { choices, n, percent, t } from "../shell/words.js";
import { slug } from "../editor/desk.js";
import { code } from "./codes.js";
import { sourceName } from "./sources.js";

const MOST = 40; // characters of a source
const NAME_LENGTH = "60";

export function partners(one, chosenLanguage) {
  const { id, counts, document: document_, may } = one;
  const name = h("input", { required: true, maxlength: NAME_LENGTH, autocomplete: "off" });
  const list = h("div", {});
  const names = () => document_.source_names ?? {};
  const brought = (source) => counts.by.source[source] || 0;

  function paint() {
    const counted = Object.keys(counts.by.source).filter((source) => !choices.own_sources.includes(source));
    const sources = [...new Set([...Object.keys(names()), ...counted])].sort((a, b) => brought(b) - brought(a));
    fill(list, sources.length ? table(t("partners"), [t("name"), t("signatures_title"), t("actions")], sources.map(line), { unseen: true }) : h("p", { class: "empty" }, t("partners_none")));
  }

  function line(source) {
    const called = sourceName(source, document_);
    const act = (words, label, what) => h("button", { class: "link", type: "button", "aria-label": label, "data-source": source, onclick: actionHandler(what) }, words);
    return [called, `${n(brought(source))} · ${percent(brought(source), counts.public_count)}`, h("div", { class: "row" },
      act(t("partner_open"), t("partner_show", { name: called }), () => open(source)),
      may ? act(t("partner_rename"), t("partner_rename_named", { name: called }), () => rename(source)) : null,
      may && Object.hasOwn(names(), source) ? act(t("remove_short"), t("remove_named", { name: called }), () => remove(source)) : null)];
  }

  // Changes one name, or takes it away; somebody else may have saved the campaign meanwhile, which is no conflict.
  async function keep(source, called) {
    const put = () => call("PATCH", of(id), { body: { source_names: { [source]: called } }, headers: { "If-Match": `"${document_.version}"` } });
    let saved;
    try {
      saved = await put();
    } catch (problem) {
      if (!(problem instanceof Refused) || problem.status !== 412) throw problem;
      document_.version = (await get(of(id))).version;
      saved = await put();
    }
    Object.assign(document_, { version: saved.version, source_names: saved.source_names });
    paint();
  }

  async function open(source) {
    const { snippets } = await get(of(id, `/snippets?${new URLSearchParams({ source })}`));
    const { link, qr } = snippets[chosenLanguage()];
    const dialog = shown(h("h2", { id: "partner", tabindex: "-1", autofocus: true }, sourceName(source, document_)),
      h("p", { class: "aside" }, t("partner_counted", { source })), copyable(link, t("as_link")), code(qr, `${id}-${source}`),
      h("button", { class: "button quiet", type: "button", onclick: () => dialog.close() }, t("close_dialog")));
  }

  function rename(source) {
    const called = h("input", { required: true, maxlength: NAME_LENGTH, autocomplete: "off", value: sourceName(source, document_) });
    const save = actionHandler(async () => {
      if (!called.value.trim()) return called.focus();
      await keep(source, called.value.trim());
      dialog.close();
      say(t("partner_renamed"));
      list.querySelector(`[data-source="${source}"]`)?.focus();
    });
    const dialog = shown(h("h2", { id: "partner" }, t("partner_rename")), h("p", { class: "aside" }, t("partner_rename_text", { source })),
      h("form", { class: "stack", onsubmit: save }, field(t("name"), called), h("div", { class: "row" }, h("button", { class: "button" }, t("save")),
        h("button", { class: "button quiet", type: "button", onclick: () => dialog.close() }, t("cancel")))));
    called.select();
  }

  async function remove(source) {
    const called = sourceName(source, document_);
    if (!(await ask(t("partner_remove_ask", { name: called }), t("partner_remove_text", { source }), t("remove_short"), { danger: true }))) return;
    await keep(source, null);
    name.focus();
    say(t("partner_removed"), { undo: async () => {
      await keep(source, called);
      say(t("undone"));
    } });
  }

  // Two names that begin alike are two sources.
  function sourceFor(called) {
    const plain = slug(called, { separator: "-", most: MOST, digits: true });
    const isFree = (source) => !Object.hasOwn(names(), source) || names()[source] === called;
    for (let number = 1, source = plain; ; number += 1, source = `${plain.slice(0, MOST - 4)}-${number}`) if (isFree(source)) return source;
  }

  const make = actionHandler(async () => {
    const called = name.value.trim();
    const source = sourceFor(called);
    if (!source) return say(t("partner_unnamed"), { wrong: true });
    if (may && names()[source] !== called) await keep(source, called);
    name.value = "";
    await open(source);
  });
  paint();
  return h("section", { "aria-labelledby": "h-partners" }, h("h2", { id: "h-partners" }, t("partners")), h("p", { class: "aside" }, t("partners_text")),
    h("form", { class: "row", onsubmit: make }, field(t("partner_name"), name), h("button", { class: "button" }, t("partner_make"))), list);
}

function shown(...inside) {
  const dialog = h("dialog", { class: "wide", "aria-labelledby": "partner" }, inside);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
