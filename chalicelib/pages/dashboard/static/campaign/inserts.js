// Buttons that put a placeholder where the cursor was last, in an element marked `data-part`.
import { h, unique } from "../shell/dom.js";
import { t } from "../shell/words.js";

export function inserts(names, editor) {
  let last = null;
  editor.onfocusin = (event) => { if (event.target.dataset.part) last = event.target; };
  const insert = (name) => {
    const control = last?.isConnected && last.offsetParent ? last : [...editor.querySelectorAll("textarea")].find((one) => one.offsetParent);
    control.setRangeText(`{{${name}}}`, control.selectionStart, control.selectionEnd, "end");
    control.dispatchEvent(new Event("input", { bubbles: true }));
    control.focus();
  };
  const id = unique("insert");
  return h("div", { role: "group", "aria-labelledby": id, class: "row inserts" }, h("span", { id, class: "hint" }, t("email_insert")),
    names.map((name) => h("button", { class: "link", type: "button", onclick: () => insert(name) }, t(`email_fact_${name}`))));
}
