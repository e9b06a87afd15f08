// A private link to a draft, shown to be copied.
import { call, of } from "../shell/api.js";
import { copyable } from "../shell/dialog.js";
import { h } from "../shell/dom.js";
import { moment, t } from "../shell/words.js";

export async function previewLink(one) {
  const { url, expires_at: until } = await call("POST", of(one.id, "/preview-links"));
  const dialog = h("dialog", { class: "wide", "aria-labelledby": "preview-link" }, h("h2", { id: "preview-link", tabindex: "-1", autofocus: true }, t("preview_link")),
    h("p", {}, t("preview_link_text", { until: moment(until) })), copyable(url, t("preview_link")),
    h("button", { class: "button quiet", type: "button", onclick: () => dialog.close() }, t("close_dialog")));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
