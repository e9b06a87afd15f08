// Several signatures at once: chosen by their boxes, hidden or withdrawn one after the other, asked once with the number.
import { call, of } from "../shell/api.js";
import { actionHandler, ask, say } from "../shell/dialog.js";
import { h } from "../shell/dom.js";
import { n, t } from "../shell/words.js";
import { saidOf, setShown } from "./hiding.js";

// `changed` gets each signature that is hidden or shown, as it is now.
export function bulk(one, refresh, changed) {
  const boxes = new Map();
  const entries = new Map();
  const ticked = () => [...boxes].filter(([, box]) => box.checked).map(([id]) => id);
  const chosenTo = (shown) => ticked().map((id) => entries.get(id)).filter((entry) => entry.shown !== shown);
  const said = h("span", { role: "status" });
  const all = h("button", { class: "button quiet", type: "button", onclick: () => {
    const isAll = ticked().length === boxes.size;
    for (const box of boxes.values()) box.checked = !isAll;
    count();
  } });
  const withdraw = h("button", { class: "button danger", type: "button", onclick: actionHandler(async () => {
    const ids = ticked();
    if (!(await ask(t("bulk_ask", { n: n(ids.length) }), t("bulk_text"), t("bulk_withdraw", { n: n(ids.length) }), { danger: true }))) return;
    let done = 0;
    try {
      for (const id of ids) {
        await call("DELETE", of(one.id, `/signatures/${id}`));
        done += 1;
        say(t("flood_so_far", { n: n(done) }));
      }
    } finally {
      await refresh();
    }
    say(t("flood_so_far", { n: n(done) }));
  }) });
  const decider = (shown) => h("button", { class: "button quiet", type: "button", onclick: actionHandler(async () => {
    const some = chosenTo(shown);
    let done = 0;
    const isDone = await setShown(one.id, some, shown, (entry) => {
      done += 1;
      changed(entry);
      say(saidOf(shown, done));
    }, t("hide_ask", { n: n(some.length) }));
    if (isDone) count();
  }) });
  const [hide, show] = [decider(false), decider(true)];
  const bar = h("div", { class: "row bulk" }, all, hide, show, withdraw, said);

  function count() {
    const some = ticked().length;
    all.hidden = !boxes.size;
    all.textContent = t(some && some === boxes.size ? "bulk_none" : "bulk_all");
    withdraw.hidden = !some;
    withdraw.textContent = t("bulk_withdraw", { n: n(some) });
    for (const [button, shown, words] of [[hide, false, "bulk_hide"], [show, true, "bulk_show"]]) {
      const fit = chosenTo(shown).length;
      button.hidden = !fit;
      button.textContent = t(words, { n: n(fit) });
    }
    said.textContent = some ? t("bulk_chosen", { n: n(some) }) : "";
  }

  return {
    bar,
    box(entry, name) {
      const box = h("input", { type: "checkbox", "aria-label": t("bulk_choose", { name }), onchange: count });
      box.checked = boxes.get(entry.id)?.checked || false;
      boxes.set(entry.id, box);
      entries.set(entry.id, entry);
      count();
      return box;
    },
    clear() {
      boxes.clear();
      entries.clear();
      count();
    },
  };
}
