// Lists in a document: entries that are added and removed.
import { h } from "../shell/dom.js";
import { n, t } from "../shell/words.js";

export function rows(desk, path, blank, draw) {
  const list = desk.at(path);
  return h("div", { class: "stack", "data-rows": path }, list.map((one, place) => h("div", { class: "entry" }, h("div", { class: "pair" }, draw(`${path}.${place}`, one)),
    h("button", { class: "link", type: "button", onclick: () => {
      list.splice(place, 1);
      desk.paint(`[data-rows="${path}"] > button`);
    } }, t("remove_entry", { n: n(place + 1) })))),
  h("button", { class: "button quiet", type: "button", onclick: () => {
    list.push(blank());
    desk.paint(`[data-rows="${path}"] > .entry:nth-of-type(${list.length}) input`);
  } }, t("add")));
}
