// Signatures: browse, find by name or address, withdraw one or several, ask again for a confirmation.
import { call, get, of } from "../shell/api.js";
import { actionHandler, ask, say } from "../shell/dialog.js";
import { field, fill, h, select } from "../shell/dom.js";
import { countrySelect } from "../shell/pickers.js";
import { choices, country, language, languageName, moment, n, t } from "../shell/words.js";
import { bulk } from "./bulk.js";
import { factsOf } from "./facts.js";
import { flood } from "./floods.js";
import { sourceName } from "./overview.js";
import { paper } from "./paper.js";

// Held signatures may be pending or confirmed, so this filter shows both.
const STATES = ["", "held", ...choices.signature_states];
const PAGE = 15;

export async function signatures(one) {
  const { id, me, document: document_, counts, may } = one;
  const rows = h("tbody", {});
  const more = h("button", { class: "button quiet", type: "button", onclick: actionHandler(() => load(false)) }, t("load_more"));
  const none = h("p", { class: "empty", hidden: true }, t("no_signatures"));
  const progress = h("p", { class: "aside", role: "status" });
  const chosen = bulk(one, () => load(true));
  let cursor = null;
  let search = 0; // grows with each, so that an older one stops
  const wanted = { state: "", held: "", country: "", source: "", from: "", to: "" };

  async function load(fresh) {
    search += 1;
    const mine = search;
    const query = new URLSearchParams({ limit: PAGE });
    for (const [name, value] of Object.entries(wanted)) if (value) query.set(name, value);
    if (cursor && !fresh) query.set("cursor", cursor);
    const page = await get(of(id, `/signatures?${query}`));
    if (mine !== search) return; // somebody is looking for something else by now
    if (fresh) clear();
    cursor = page.cursor;
    show(page.signatures);
    more.hidden = !cursor;
    none.hidden = rows.children.length > 0;
  }

  function clear() {
    fill(rows);
    fill(progress);
    chosen.clear();
  }

  const show = (found) => rows.append(...found.map((entry) => row(entry)));
  const refresh = () => load(true);
  const row = (entry) => h("tr", {}, may ? h("td", {}, entry.state === "withdrawn" ? null : chosen.box(entry, nameOf(entry))) : null,
    h("th", { scope: "row" }, h("button", { class: "link", type: "button", onclick: actionHandler(() => detail(entry)) }, nameOf(entry))),
    h("td", {}, t(`state_${entry.held ? "held" : entry.state}`)), h("td", {}, moment(entry.signed_at)), h("td", {}, entry.country ? country(entry.country) : "–"), h("td", {}, entry.language ? languageName(entry.language) : "–"));

  // By an address at once; by a name the server looks at 500 signatures a call, newest first, until all were or somebody stops it.
  async function find(typed) {
    if (typed.includes("@")) {
      const { signatures: found } = await call("POST", of(id, "/signatures/find"), { body: { email: typed } });
      if (found.length) await detail(found[0]);
      else say(t("not_signed"));
      return;
    }
    search += 1;
    const mine = search;
    clear();
    [more.hidden, none.hidden] = [true, true];
    const { confirmed, external, pending } = counts.signatures;
    const whole = confirmed + external + pending;
    let [looked, next] = [0, null];
    do {
      const page = await call("POST", of(id, "/signatures/search"), { body: next ? { name: typed, cursor: next } : { name: typed } });
      if (mine !== search) return;
      looked += page.examined;
      next = page.cursor;
      show(page.signatures);
      fill(progress, t("search_progress", { found: n(rows.children.length), n: n(looked), total: n(Math.max(looked, whole)) }), " ",
        next ? h("button", { class: "link", type: "button", onclick: () => { search += 1; fill(progress, t("search_stopped", { n: n(looked) })); } }, t("search_stop")) : null);
    } while (next);
    none.hidden = rows.children.length > 0;
  }

  async function detail(entry) {
    const fresh = await get(of(id, `/signatures/${entry.id}`));
    const facts = factsOf({ ...fresh, mail: undefined, ...fresh.utm, utm: undefined }, document_);
    const history = factsOf(fresh.mail || {}, document_);
    const pairs = (list) => h("dl", { class: "facts" }, list.map(([label, value]) => h("div", {}, h("dt", {}, label), h("dd", {}, value))));
    const dialog = h("dialog", { class: "wide", "aria-labelledby": "detail" }, h("h2", { id: "detail", tabindex: "-1", autofocus: true }, nameOf(fresh)), pairs(facts),
      history.length ? [h("h3", {}, t("mails")), pairs(history)] : null, h("div", { class: "row" },
        !me.sponsor && fresh.state === "pending" ? h("button", { class: "button quiet", type: "button", onclick: actionHandler(async () => {
          dialog.close();
          await call("POST", of(id, `/signatures/${fresh.id}/resend`));
          say(t("resent"));
        }) }, t("resend")) : null,
        !me.sponsor && fresh.state !== "withdrawn" ? h("button", { class: "button danger", type: "button", onclick: actionHandler(async () => {
          dialog.close();
          if (!(await ask(t("withdraw_ask"), t("withdraw_text"), t("withdraw"), { danger: true }))) return;
          await call("DELETE", of(id, `/signatures/${fresh.id}`));
          await refresh();
          say(t("withdrawn_done"));
        }) }, t("withdraw")) : null,
        h("button", { class: "button quiet", type: "button", onclick: () => dialog.close() }, t("back"))));
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }

  const filter = (attribute, control) => {
    control.addEventListener("change", actionHandler(() => {
      wanted[attribute] = control.value.trim();
      if (attribute === "state") wanted.held = wanted.state === "held" ? "any" : "";
      if (wanted.held) wanted.state = "";
      return refresh();
    }));
    return control;
  };
  const typed = h("input", { type: "search", autocomplete: "off", autocapitalize: "none", spellcheck: "false", maxlength: "254" });
  const finding = actionHandler(() => (typed.value.trim() ? find(typed.value.trim()) : refresh()));
  const sources = Object.keys(counts.by.source).sort(new Intl.Collator(language).compare);
  await load(true);
  return h("section", { "aria-labelledby": "h-signatures" }, h("h2", { id: "h-signatures" }, t("latest")),
    h("form", { class: "row lookup", role: "search", onsubmit: finding }, field(t("look_up"), typed, { hint: t("look_up_hint") }), h("button", { class: "button quiet" }, t("find"))),
    h("div", { class: "row filters" },
      field(t("state"), filter("state", select(STATES.map((state) => [state, state ? t(`state_${state}`) : t("all")]), ""))),
      field(t("country"), filter("country", countrySelect())),
      sources.length ? field(t("fact_source"), filter("source", select([["", t("all")], ...sources.map((source) => [source, sourceName(source)])], ""))) : null,
      field(t("from_day"), filter("from", h("input", { type: "date" }))), field(t("to_day"), filter("to", h("input", { type: "date" })))),
    progress, may ? chosen.bar : null,
    h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": t("latest") }, h("table", {}, h("caption", { class: "unseen" }, t("latest")),
      h("thead", {}, h("tr", {}, may ? h("td", {}) : null, [t("name"), t("state"), t("signed_at"), t("country"), t("language")].map((head) => h("th", { scope: "col" }, head)))), rows)),
    none, h("p", {}, more), me.sponsor ? null : [paper(id, document_, refresh), flood(id, refresh)]);
}

const nameOf = (one) => [one.given_name, one.family_name].filter(Boolean).join(" ") || one.organization || one.email || t("nameless");
