// Numbers with their names, and how far it is to a goal.
import { h } from "./dom.js";
import { n, percent, t } from "./words.js";

export function figures(pairs) {
  return h("dl", { class: "figures" }, pairs.map(([label, value]) => h("div", {}, h("dt", {}, label), h("dd", { class: typeof value === "number" ? null : "words" }, typeof value === "number" ? n(value) : value))));
}

export function goal(count, aim) {
  if (!aim) return null;
  return h("div", { class: "goal" }, h("progress", { max: aim, value: Math.min(count, aim), "aria-label": t("of_goal", { n: n(count), goal: n(aim) }) }),
    h("p", { class: "aside" }, t("of_goal", { n: n(count), goal: n(aim) }), ` (${percent(count, aim)})`));
}
