// What every tab of a campaign has: its title, its state, the one next step, and the tabs themselves.
import { get, of } from "../shell/api.js";
import { copy } from "../shell/dialog.js";
import { h } from "../shell/dom.js";
import { manages } from "../shell/roles.js";
import { language, publicBase, t } from "../shell/words.js";
import { nextStep } from "./steps.js";
import { phaseOf } from "./phases.js";
import { TABS } from "./tabs.js";

// Sections get `{ id, me, may, document, counts, phase, rest, again }`: `may` says whether this person may change the campaign,
// `phase` is its state as people see it, `rest` is what follows the tab in the address, and `again` draws the tab once more.
export async function campaign({ me, path: [id, at = "", ...rest], again }) {
  const [document_, counts] = await Promise.all([get(of(id)), get(of(id, "/counts"))]);
  const one = { id, me, may: manages(me), document: document_, counts, phase: phaseOf(document_, counts.as_of), rest, again };
  const tabs = TABS.filter((tab) => !tab.may || tab.may(me));
  const tab = tabs.find((entry) => entry.at === at) ?? tabs[0];
  const inner = tab.inner?.(rest);
  const sections = await Promise.all((inner ? [inner] : tab.sections).map((section) => drawn(section, one)));
  const shown = [...head(one, t(tab.words)), inner ? null : nextStep(one, tab.at), bar(one, tabs, tab), ...sections];
  const unsaved = sections.map((section) => section?.isUnsaved).filter(Boolean);
  const isUnsaved = () => unsaved.some((is) => is());
  isUnsaved.left = () => { for (const is of unsaved) is.left?.(); };
  return Object.assign(shown, { isUnsaved });
}

// Where one section fails, the others are shown all the same.
async function drawn(section, one) {
  try {
    return await section(one);
  } catch (error) {
    return h("p", { class: "note", role: "alert" }, error.message);
  }
}

export const titleOf = (document_) => (document_.texts[language] ?? document_.texts[document_.default_language]).title;

function head(one, tab) {
  const [kind, words] = one.phase;
  const address = `${publicBase}/sign/${one.id}?lang=${one.document.texts[language] ? language : one.document.default_language}`;
  const live = kind === "draft" ? null
    : [h("a", { href: address, target: "_blank", rel: "noopener" }, t("view_page"), h("span", { class: "unseen" }, ` ${t("new_tab")}`)), h("button", { class: "link", type: "button", onclick: () => copy(address) }, t("copy_link"))];
  return [
    h("p", { class: "eyebrow" }, h("a", { href: "#/" }, t("campaigns"))),
    h("div", { class: "heading" },
      h("h1", { tabindex: "-1" }, titleOf(one.document), h("span", { class: "unseen" }, `: ${tab}`)),
      h("p", { class: "row" }, h("span", { class: `state ${kind}` }, words), live)),
  ];
}

function bar(one, tabs, current) {
  const links = tabs.map((tab) => h("a", { href: `#/campaigns/${one.id}${tab.at && `/${tab.at}`}`, "aria-current": tab === current ? "page" : null }, t(tab.words)));
  const list = h("ul", {}, links.map((link) => h("li", {}, link)));
  requestAnimationFrame(() => intoView(list, links[tabs.indexOf(current)]));
  return h("nav", { class: "tabs", "aria-label": t("parts") }, list);
}

// On a phone the tabs are wider than the screen: the current one is moved to the middle.
function intoView(list, link) {
  list.scrollLeft = link.offsetLeft - list.offsetLeft - (list.clientWidth - link.offsetWidth) / 2;
}
