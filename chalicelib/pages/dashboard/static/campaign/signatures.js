// Signatures: browse, look up, withdraw, ask again for a confirmation.
import { call, get, of } from "../shell/api.js";
import { actionHandler, ask, say } from "../shell/dialog.js";
import { field, fill, h, select } from "../shell/dom.js";
import { countrySelect } from "../shell/pickers.js";
import { choices, country, moment, n, t, languageName } from "../shell/words.js";
import { factsOf } from "./facts.js";
import { paper } from "./paper.js";

// Held signatures may be pending or confirmed, so this filter shows both.
const STATES = ["", "held", ...choices.signature_states];

export async function signatures({ id, me, document: document_ }) {
  const rows = h("tbody", {});
  const more = h("button", { class: "button quiet", type: "button", onclick: actionHandler(() => load(false)) }, t("load_more"));
  const none = h("p", { class: "empty", hidden: true }, t("no_signatures"));
  let cursor = null;
  const wanted = { state: "", held: "", country: "", from: "", to: "" };

  async function load(fresh) {
    const query = new URLSearchParams({ limit: 10 });
    for (const [name, value] of Object.entries(wanted)) if (value) query.set(name, value);
    if (cursor && !fresh) query.set("cursor", cursor);
    const page = await get(of(id, `/signatures?${query}`));
    if (fresh) fill(rows);
    cursor = page.cursor;
    rows.append(...page.signatures.map(row));
    more.hidden = !cursor;
    none.hidden = rows.children.length > 0;
  }

  const refresh = () => load(true);
  const row = (one) => h("tr", {}, h("th", { scope: "row" }, h("button", { class: "link", type: "button", onclick: actionHandler(() => detail(one)) }, name(one))),
    h("td", {}, t(`state_${one.held ? "held" : one.state}`)), h("td", {}, moment(one.signed_at)), h("td", {}, one.country ? country(one.country) : "–"), h("td", {}, one.language ? languageName(one.language) : "–"));

  async function detail(one) {
    const fresh = await get(of(id, `/signatures/${one.id}`));
    const mail = fresh.mail || {};
    const facts = factsOf({ ...fresh, mail: undefined, ...fresh.utm, utm: undefined }, document_);
    const history = factsOf(mail, document_);
    const pairs = (list) => h("dl", { class: "facts" }, list.map(([label, value]) => h("div", {}, h("dt", {}, label), h("dd", {}, value))));
    const dialog = h("dialog", { class: "wide", "aria-labelledby": "detail" }, h("h2", { id: "detail", tabindex: "-1", autofocus: true }, name(fresh)), pairs(facts),
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

  const chosen = (attribute, control) => {
    control.addEventListener("change", actionHandler(() => {
      wanted[attribute] = control.value.trim();
      if (attribute === "state") wanted.held = wanted.state === "held" ? "any" : "";
      if (wanted.held) wanted.state = "";
      return refresh();
    }));
    return control;
  };
  const address = h("input", { type: "email", autocomplete: "off", required: true });
  await load(true);
  return h("section", { "aria-labelledby": "h-signatures" }, h("h2", { id: "h-signatures" }, t("latest")),
    h("form", { class: "row lookup", onsubmit: actionHandler(async () => {
      const found = await call("POST", of(id, "/signatures/find"), { body: { email: address.value } });
      if (found.signatures.length) await detail(found.signatures[0]);
      else say(t("not_signed"));
    }) }, field(t("look_up"), address), h("button", { class: "button quiet" }, t("find"))),
    h("div", { class: "row filters" },
      field(t("state"), chosen("state", select(STATES.map((state) => [state, state ? t(`state_${state}`) : t("all")]), ""))),
      field(t("country"), chosen("country", countrySelect())),
      field(t("from_day"), chosen("from", h("input", { type: "date" }))), field(t("to_day"), chosen("to", h("input", { type: "date" })))),
    h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": t("latest") }, h("table", {}, h("caption", { class: "unseen" }, t("latest")),
      h("thead", {}, h("tr", {}, [t("name"), t("state"), t("signed_at"), t("country"), t("language")].map((head) => h("th", { scope: "col" }, head)))), rows)),
    none, h("p", {}, more), me.sponsor ? null : [paper(id, document_, refresh), flood(id, refresh)]);
}

// A flood that counts already: counted first, asked once, withdrawn by steps. What is withdrawn stays so if this page is closed,
// and can be undone from here for a day.
function flood(id, refresh) {
  const [network, source] = [h("input", { autocomplete: "off", autocapitalize: "none", spellcheck: "false" }), h("input", { autocomplete: "off", autocapitalize: "none", maxlength: "40" })];
  const flag = select(["", ...choices.flags].map((one) => [one, one ? t(`flag_${one}`) : t("any_form")]), "");
  const [from, to] = [h("input", { type: "date" }), h("input", { type: "date" })];
  const shown = h("input", { autocomplete: "off", autocapitalize: "none", spellcheck: "false" });
  const controls = { network, source, flag, form_shown_at: shown, from, to };

  async function all(wish, what) {
    let [found, cursor, withdrawal] = [0, null, null];
    do {
      const step = await call("POST", of(id, "/signatures/withdraw"), { body: cursor ? { ...wish, cursor, withdrawal: withdrawal ?? "" } : wish });
      found += step.signatures;
      ({ cursor, withdrawal = null } = step);
      say(t(`flood_${what}`, { n: n(found) }));
    } while (cursor);
    return found;
  }

  const withdraw = actionHandler(async () => {
    const wish = Object.fromEntries(Object.entries(controls).map(([one, control]) => [one, control.value.trim()]).filter(([, value]) => value));
    const expected = await all({ ...wish, preview: true }, "counted");
    if (!expected || !(await ask(t("flood_ask", { n: n(expected) }), t("flood_text"), t("withdraw"), { danger: true }))) return;
    const done = await all(wish, "so_far");
    await Promise.all([refresh(), list()]);
    say(t("flood_so_far", { n: n(done) }));
  });

  const undoable = h("div", {});
  async function list() {
    const { withdrawals } = await get(of(id, "/withdrawals"));
    undoable.replaceChildren(...withdrawals.filter((one) => one.undo_until).map((one) => {
      const left = one.signatures - one.restored;
      const which = Object.values(one.filters).map((value) => choices.flags.includes(value) ? t(`flag_${value}`) : value).join(", ");
      return h("p", {}, t("undo_about", { n: n(left), which, until: moment(one.undo_until) }), " ",
        h("button", { class: "button quiet", type: "button", onclick: actionHandler(() => undo(one, left)) }, t("undo_restore", { n: n(left) })));
    }));
  }
  async function undo(one, left) {
    if (!(await ask(t("undo_ask", { n: n(left) }), t("undo_text"), t("undo_restore", { n: n(left) })))) return;
    let [restored, cursor] = [0, ""];
    do {
      const step = await call("POST", of(id, `/withdrawals/${one.id}/undo`), { body: { cursor } });
      restored += step.restored;
      ({ cursor } = step);
      say(t("undo_so_far", { n: n(restored) }));
    } while (cursor);
    await Promise.all([refresh(), list()]);
    say(t("undo_so_far", { n: n(restored) }));
  }

  return h("details", { ontoggle: (event) => event.target.open && actionHandler(list)() }, h("summary", {}, t("flood")), h("p", { class: "aside" }, t("flood_hint")), undoable,
    h("form", { class: "stack", onsubmit: withdraw }, field(t("fact_network"), network), field(t("fact_source"), source), field(t("flood_flag"), flag), field(t("fact_form_shown_at"), shown),
      field(t("from_day"), from), field(t("to_day"), to), h("button", { class: "button" }, t("flood_count"))));
}

const name = (one) => [one.given_name, one.family_name].filter(Boolean).join(" ") || one.organization || one.email || t("nameless");
