// What a member is told by email about campaigns.
import { call, get } from "../shell/api.js";
import { actionHandler, say } from "../shell/dialog.js";
import { field, h, select, tick } from "../shell/dom.js";
import { t } from "../shell/words.js";

const DIGESTS = ["daily", "weekly", "off"];

export async function notices() {
  const chosen = await get("/me/notices");
  const digest = select(DIGESTS.map((one) => [one, t(`digest_${one}`)]), chosen.digest);
  const atOnce = tick(t("notices_at_once"), { checked: chosen.at_once });
  const save = actionHandler(async () => {
    const body = { digest: digest.value, at_once: atOnce.querySelector("input").checked };
    await call("PATCH", "/me/notices", { body });
    say(t("notices_saved"));
  });
  const form = h("form", { onsubmit: save },
    atOnce,
    h("p", { class: "hint" }, t("notices_at_once_hint")),
    field(t("digest"), digest, { hint: t("digest_hint") }),
    h("p", {}, h("button", { class: "button quiet", type: "submit" }, t("save_notices"))));
  return h("section", { "aria-labelledby": "h-notices" }, h("h2", { id: "h-notices" }, t("notices")), form);
}
