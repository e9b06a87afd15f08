// A flood that counts already: signatures withdrawn by where they came from.
import { call, get, of } from "../shell/api.js";
import { actionHandler, ask, say } from "../shell/dialog.js";
import { field, h, select } from "../shell/dom.js";
import { choices, moment, n, t } from "../shell/words.js";
import { withdrawnSoFar } from "./bulk.js";
import { sourceName } from "./sources.js";

// A flood that counts already: counted first, asked once, withdrawn by steps. What is withdrawn stays so if this page is closed,
// and can be undone from here for a day.
export function flood({ id, document: document_ }, refresh) {
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
      say(what === "counted" ? t("flood_counted", { n: n(found) }) : withdrawnSoFar(found));
    } while (cursor);
    return found;
  }

  const withdraw = actionHandler(async () => {
    const wish = Object.fromEntries(Object.entries(controls).map(([one, control]) => [one, control.value.trim()]).filter(([, value]) => value));
    const expected = await all({ ...wish, preview: true }, "counted");
    if (!expected || !(await ask(t("flood_ask", { n: n(expected) }), t("flood_text"), t("withdraw"), { danger: true }))) return;
    const done = await all(wish, "so_far");
    await Promise.all([refresh(), list()]);
    say(withdrawnSoFar(done));
  });

  const undoable = h("div", {});
  async function list() {
    const { withdrawals } = await get(of(id, "/withdrawals"));
    undoable.replaceChildren(...withdrawals.filter((one) => one.undo_until).map((one) => {
      const left = one.signatures - one.restored;
      const which = Object.entries(one.filters).map(([name, value]) => (name === "source" ? sourceName(value, document_) : choices.flags.includes(value) ? t(`flag_${value}`) : value)).join(", ");
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
