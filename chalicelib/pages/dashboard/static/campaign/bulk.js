// Several signatures at once: chosen by their boxes, hidden together or withdrawn one after the other, asked once with the number.
import { call, of } from "../shell/api.js";
import { actionHandler, ask, say } from "../shell/dialog.js";
import { h } from "../shell/dom.js";
import { n, t } from "../shell/words.js";
import { decideComment, fitsFor, restoreComment, saidOfComments } from "./commenting.js";
import { hideMany, reasonFor, restoreMany, saidOf } from "./hiding.js";

async function each(some, act, decided) {
  for (const entry of some) decided(await act(entry));
}

export const withdrawnSoFar = (done) => t(done === 1 ? "flood_so_far_one" : "flood_so_far", { n: n(done) });

// `changed` gets each signature that something was decided about, as it is now; `reviewing` says whether comments are read.
export function bulk(one, refresh, changed, reviewing) {
  const boxes = new Map();
  const entries = new Map();
  const ticked = () => [...boxes].filter(([, box]) => box.checked).map(([id]) => id);
  const said = h("span", { role: "status" });
  const all = h("button", { class: "button quiet", type: "button", onclick: () => {
    const isAll = ticked().length === boxes.size;
    for (const box of boxes.values()) box.checked = !isAll;
    count();
  } });
  const withdraw = h("button", { class: "button danger", type: "button", onclick: actionHandler(async () => {
    const ids = ticked();
    const isOne = ids.length === 1;
    if (!(await ask(isOne ? t("withdraw_ask") : t("bulk_ask", { n: n(ids.length) }), t(isOne ? "withdraw_text" : "bulk_text"), t("bulk_withdraw", { n: n(ids.length) }), { danger: true }))) return;
    let done = 0;
    try {
      for (const id of ids) {
        await call("DELETE", of(one.id, `/signatures/${id}`));
        done += 1;
        say(withdrawnSoFar(done));
      }
    } finally {
      await refresh();
    }
    say(withdrawnSoFar(done));
    leave();
  }) });
  const publishing = (shown) => ({
    fits: (entry) => reviewing() && fitsFor(entry, shown), ask: () => ({}), run: (some, _answer, decided) => each(some, (entry) => decideComment(one.id, entry, shown), decided),
    undo: (some, decided) => each(some, (entry) => restoreComment(one.id, entry), decided), said: (done) => saidOfComments(shown, done),
  });
  const restored = (some, decided) => restoreMany(one.id, some, decided);
  // What can be done to those chosen: whom it fits, what is asked first (null calls it off), what is done, and what takes it back;
  // both tell of each as it is then.
  const acts = [
    { words: "bulk_publish", ...publishing(true) },
    { words: "bulk_not_publish", ...publishing(false) },
    { words: "bulk_hide", fits: (entry) => entry.shown !== false, ask: reasonFor, run: (some, reason, decided) => hideMany(one.id, some, { shown: false, reason }, decided), undo: restored, said: (done) => saidOf(false, done) },
    { words: "bulk_show", fits: (entry) => entry.shown === false, ask: () => ({}), run: (some, _answer, decided) => hideMany(one.id, some, { shown: true }, decided), undo: restored, said: (done) => saidOf(true, done) },
  ];
  const fit = ({ fits }) => ticked().map((id) => entries.get(id)).filter(fits);
  for (const act of acts) act.button = h("button", { class: "button quiet", type: "button", onclick: actionHandler(async () => {
    const some = fit(act);
    const answer = await act.ask(some);
    if (answer === null) return;
    const done = [];
    await act.run(some, answer, (entry) => { // who could not be decided about stays chosen
      boxes.get(entry.id).checked = false;
      done.push(some.find((other) => other.id === entry.id));
      changed(entry);
      say(act.said(done.length));
    });
    leave();
    const others = some.length - done.length;
    say([act.said(done.length), others ? t("bulk_left", { n: n(others) }) : ""].join(" ").trim(), { wrong: others > 0, undo: done.length ? async () => {
      await act.undo(done, changed);
      say(t("undone"));
    } : null });
  }) });
  const bar = h("div", { class: "row bulk" }, all, acts.map(({ button }) => button), withdraw, said);

  function count() {
    const some = ticked().length;
    all.hidden = !boxes.size;
    all.textContent = t(some && some === boxes.size ? "bulk_none" : "bulk_all");
    withdraw.hidden = !some;
    withdraw.textContent = t("bulk_withdraw", { n: n(some) });
    for (const act of acts) {
      const fitting = fit(act).length;
      act.button.hidden = !fitting;
      act.button.textContent = t(act.words, { n: n(fitting) });
    }
    said.textContent = some ? t(some === 1 ? "bulk_chosen_one" : "bulk_chosen", { n: n(some) }) : "";
  }

  // Nothing is chosen any more, and the button that was pressed is gone.
  function leave() {
    count();
    const isElsewhere = document.activeElement !== document.body && !bar.contains(document.activeElement); // somebody went on meanwhile
    if (!isElsewhere) (all.hidden ? document.getElementById("main") : all).focus({ preventScroll: true });
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
