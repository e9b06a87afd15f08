// A new campaign: the same editor, with nothing in it yet.
import { h } from "../shell/dom.js";
import { t } from "../shell/words.js";
import { editor } from "./editor.js";

export async function creation() {
  const form = editor(null, (answer) => { location.hash = `#/campaigns/${answer.id}`; });
  const shown = [h("p", { class: "eyebrow" }, h("a", { href: "#/" }, t("campaigns"))), h("h1", { tabindex: "-1" }, t("new_campaign")), ...form];
  return Object.assign(shown, { isUnsaved: form.isUnsaved });
}
