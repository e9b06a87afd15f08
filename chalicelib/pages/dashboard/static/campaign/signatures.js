// Signatures: browse, find by name or address, hide or withdraw one or several, ask again for a confirmation.
import { call, get, of } from "../shell/api.js";
import { actionHandler, say } from "../shell/dialog.js";
import { field, fill, h, select } from "../shell/dom.js";
import { countrySelect } from "../shell/pickers.js";
import { choices, country, language, languageTitle, moment, n, t } from "../shell/words.js";
import { bulk } from "./bulk.js";
import { details } from "./details.js";
import { flood } from "./floods.js";
import { quoted, REVIEWS } from "./commenting.js";
import { hide, keysFor, keysHint, nameOf, reasonFor, restore, saidOf, show as showAgain } from "./hiding.js";
import { paper } from "./paper.js";
import { paperSheet } from "./papersheet.js";
import { sourceName } from "./sources.js";

// Held and hidden signatures may be pending or confirmed, so these filters show both. Odd names are looked for, not stored.
const STATES = ["", "held", "hidden", "odd", ...REVIEWS, ...choices.signature_states];
const PAGE = 15;

export async function signatures(one) {
  const { id, me, document: document_, counts, may } = one;
  const rows = h("tbody", {});
  const more = h("button", { class: "button quiet", type: "button", onclick: actionHandler(() => load(false)) }, t("load_more"));
  const none = h("p", { class: "empty", hidden: true }, t("no_signatures"));
  const progress = h("p", { class: "aside", role: "status" });
  const decides = may && !me.sponsor;
  const chosen = bulk(one, () => load(true), (entry) => update(entry), () => Boolean(wanted.comment));
  const entries = new Map(); // those in the list, as they are now
  let cursor = null;
  let looked = 0; // for odd names, so far
  let search = 0; // grows with each, so that an older one stops
  const wanted = { state: "", held: "", shown: "", comment: "", country: "", source: "", from: "", to: "" };
  let odd = false;

  async function load(fresh) {
    search += 1;
    const mine = search;
    if (odd) return loadOdd(fresh, mine);
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

  // Names that look odd, among 1,000 signatures a call: each page says how many were looked at.
  async function loadOdd(fresh, mine) {
    const page = await call("POST", of(id, "/signatures/odd-names"), { body: cursor && !fresh ? { cursor } : {} });
    if (mine !== search) return;
    if (fresh) clear();
    looked = page.examined + (fresh ? 0 : looked);
    cursor = page.cursor;
    show(page.signatures);
    fill(progress, t("odd_progress", { found: n(rows.children.length), n: n(looked) }));
    more.hidden = !cursor;
    none.hidden = rows.children.length > 0;
  }

  function clear() {
    fill(rows);
    entries.clear();
    fill(progress);
    chosen.clear();
  }

  const show = (found) => rows.append(...found.map((entry) => row(entry)));
  const refresh = () => load(true);
  const why = (entry) => (entry.oddities || []).map((one_) => t(`odd_${one_}`, { n: n(entry.times) })).join(" · ");
  const row = (entry) => entries.set(entry.id, entry) && h("tr", { "data-id": entry.id }, may ? h("td", {}, entry.state === "withdrawn" ? null : chosen.box(entry, nameOf(entry))) : null,
    h("th", { scope: "row" }, h("button", { class: "link", type: "button", onclick: actionHandler(() => detail(entry)) }, nameOf(entry)),
      entry.shown === false ? [" ", h("span", { class: "tag" }, t("state_hidden"))] : null, entry.oddities ? h("span", { class: "hint why" }, why(entry)) : null,
      wanted.comment && entry.comment ? [quoted(entry), entry.comment_state === wanted.comment ? null : h("span", { class: "tag" }, t(`commented_${entry.comment_state}`))] : null),
    h("td", {}, t(`state_${entry.held ? "held" : entry.state}`)), h("td", {}, moment(entry.signed_at)), h("td", { class: "roomy" }, entry.country ? country(entry.country) : "–"), h("td", { class: "roomy" }, entry.language ? languageTitle(entry.language) : "–"));

  const rowOf = (number) => [...rows.children].find((one_) => one_.dataset.id === number);

  // A signature as it is now, in its place; whoever is there with the keyboard stays there.
  function update(entry) {
    const old = rowOf(entry.id);
    if (!old) return;
    const hadFocus = old.contains(document.activeElement);
    old.replaceWith(row(entry));
    if (hadFocus) rowOf(entry.id).querySelector("th button").focus();
  }

  async function toggle(entry) {
    if (entry.state === "withdrawn") return;
    const shown = entry.shown === false;
    const reason = shown ? "" : await reasonFor([entry]);
    if (reason === null) return;
    update(await (shown ? showAgain(id, entry) : hide(id, entry, reason)));
    say(saidOf(shown, 1), { undo: async () => {
      update(await restore(id, entry));
      say(t("undone"));
    } });
    rowOf(entry.id)?.querySelector("th button").focus();
  }

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

  const detail = (entry) => details(one, entry.id, { decides, update, toggle, refresh });

  function choose(state) {
    odd = state === "odd";
    wanted.held = state === "held" ? "any" : "";
    wanted.shown = state === "hidden" ? "false" : "";
    wanted.comment = REVIEWS.includes(state) ? state.slice("comment_".length) : "";
    wanted.state = choices.signature_states.includes(state) ? state : "";
    for (const other of others) other.disabled = odd; // odd names are looked for in all
  }

  const filter = (attribute, control) => {
    control.addEventListener("change", actionHandler(() => {
      if (attribute === "state") choose(control.value);
      else wanted[attribute] = control.value.trim();
      return refresh();
    }));
    return control;
  };
  const typed = h("input", { type: "search", autocomplete: "off", autocapitalize: "none", spellcheck: "false", maxlength: "254" });
  const finding = actionHandler(() => (typed.value.trim() ? find(typed.value.trim()) : refresh()));
  const sources = Object.keys(counts.by.source).sort(new Intl.Collator(language).compare);
  const states = STATES.filter((state) => (decides || !["held", "hidden", "odd"].includes(state)) && (!REVIEWS.includes(state) || (decides && document_.show_comments)));
  const others = [filter("country", countrySelect()), sources.length ? filter("source", select([["", t("all_sources")], ...sources.map((source) => [source, sourceName(source, document_)])], "")) : null,
    filter("from", h("input", { type: "date" })), filter("to", h("input", { type: "date" }))].filter(Boolean);
  const labels = ["country", sources.length ? "fact_source" : null, "from_day", "to_day"].filter(Boolean);
  const first = states.includes(one.rest[0]) ? one.rest[0] : ""; // as the address says
  choose(first);
  await load(true);
  const list = h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": t("latest"), "aria-describedby": decides ? "list-keys" : null }, h("table", {}, h("caption", { class: "unseen" }, t("latest")),
    h("thead", {}, h("tr", {}, may ? h("td", {}) : null, [t("name"), t("state"), t("signed_at")].map((head) => h("th", { scope: "col" }, head)), [t("country"), t("language")].map((head) => h("th", { scope: "col", class: "roomy" }, head)))), rows));
  if (decides) keysFor(list, (tr) => actionHandler(() => toggle(entries.get(tr.dataset.id)))());
  return h("section", { "aria-labelledby": "h-signatures" }, h("h2", { id: "h-signatures" }, t("latest")),
    h("form", { class: "row lookup", role: "search", onsubmit: finding }, field(t("look_up"), typed, { hint: t("look_up_hint") }), h("button", { class: "button quiet" }, t("find"))),
    h("div", { class: "row filters" },
      field(t("state"), filter("state", select(states.map((state) => [state, state ? t(`state_${state}`) : t("all")]), first))),
      others.map((control, place) => field(t(labels[place]), control))),
    progress, may ? chosen.bar : null,
    list, decides ? keysHint() : null,
    none, h("p", {}, more), me.sponsor ? null : [paperSheet(id, document_), paper(id, document_, refresh), flood(one, refresh)]);
}
