// Asks for the number of signers before an update goes out: what is sent cannot be called back.
import { Refused, call, of } from "../shell/api.js";
import { actionHandler } from "../shell/dialog.js";
import { field, fill, h } from "../shell/dom.js";
import { n, t } from "../shell/words.js";

// Resolves to true when it has begun, or when somebody else has begun it; false when it stays a draft.
export function askAndSend(one, update) {
  return new Promise((resolve) => {
    let number = update.recipients;
    const typed = h("input", { inputmode: "numeric", autocomplete: "off" });
    const box = h("div", {});
    const heading = h("h2", { id: "ask" });
    const note = h("p", { class: "note", role: "alert", hidden: true });
    const paint = (error = "") => {
      heading.textContent = t("update_send_ask", { n: n(number) });
      fill(box, field(t("update_type_number", { n: n(number) }), typed, { error }));
    };
    const send = actionHandler(async () => {
      const given = Number(typed.value.replace(/[\s.,'’\u00a0\u202f]/g, "") || Number.NaN);
      if (given !== number) {
        paint(t("update_number_wrong", { n: n(number) }));
        return typed.focus();
      }
      try {
        await call("POST", of(one.id, `/updates/${update.id}/send`), { body: { recipients: given } });
        dialog.close("yes");
      } catch (problem) {
        if (!(problem instanceof Refused)) throw problem;
        if (problem.code === "not_a_draft" || problem.code === "version_mismatch") return dialog.close("yes");
        if (problem.code === "recipients_changed") number = problem.facts.recipients;
        note.textContent = problem.code === "recipients_changed" ? t("update_number_changed", { n: n(number) }) : [problem.message, ...problem.errors.map((error) => error.message)].join(" ");
        note.hidden = false;
        typed.value = "";
        paint();
        typed.focus();
      }
    });
    const dialog = h("dialog", { "aria-labelledby": "ask" }, heading, h("p", {}, t("update_send_text")), note,
      h("form", { class: "stack", onsubmit: send, novalidate: true }, box, h("div", { class: "row" }, h("button", { class: "button" }, t("update_send_now")),
        h("button", { class: "button quiet", type: "button", onclick: () => dialog.close("") }, t("cancel")))));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    paint();
    document.body.append(dialog);
    dialog.showModal();
    typed.focus();
  });
}
