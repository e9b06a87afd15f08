// Signs in with a key that stays in this tab.
import { key } from "../shell/api.js";
import { actionHandler } from "../shell/dialog.js";
import { field, fill, h } from "../shell/dom.js";
import { t } from "../shell/words.js";

// Fills `main`; `entered` is called once a key was typed, which is kept by then.
export function signIn(main, note, entered) {
  const secret = h("input", { type: "password", required: true, autocomplete: "off", spellcheck: "false" });
  const enter = actionHandler(async () => {
    key.keep(secret.value.trim());
    await entered();
  });
  fill(main, h("div", { class: "signin" }, h("h1", { tabindex: "-1" }, t("sign_in")), h("p", {}, t("sign_in_text")),
    h("form", { class: "stack", onsubmit: enter }, field(t("key"), secret, { error: note, hint: t("key_hint") }), h("button", { class: "button" }, t("sign_in")))));
  if (note) secret.focus();
}
