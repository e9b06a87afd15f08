// Who is signed in, and where: a member's sessions, and how to end them. A key has none.
import { call, get } from "../shell/api.js";
import { actionHandler, ask, say } from "../shell/dialog.js";
import { fill, h } from "../shell/dom.js";
import { moment, t } from "../shell/words.js";
import { campaignTitles, reachWords } from "./access.js";
import { notices } from "./notices.js";

const device = (one) => [one.browser, one.system].filter(Boolean).join(", ") || t("device_unknown");

export async function account({ me, leave }) {
  const line = (label, value) => h("div", {}, h("dt", {}, label), h("dd", {}, value));
  const facts = h("dl", { class: "facts" }, line(t("name"), me.name), me.email ? line(t("field_email"), me.email) : null,
    line(t("role"), t(`role_${me.role}`)), line(t("campaigns"), reachWords(me, await campaignTitles())));
  if (me.how === "key") return [h("h1", { tabindex: "-1" }, t("account")), facts, h("p", { class: "lead" }, t("account_key"))];
  const holder = h("div", {});
  async function refresh() {
    const { sessions } = await get("/sessions");
    fill(holder, h("ul", { class: "acts" }, sessions.map((one) => h("li", {},
      h("div", {}, h("p", {}, h("strong", {}, device(one)), one.is_current ? ` (${t("this_device")})` : ""), h("p", { class: "hint" }, t("session_times", { begun: moment(one.created_at), used: moment(one.used_at) }))),
      one.is_current ? null : h("button", { class: "button quiet", type: "button", "aria-label": t("end_named", { device: device(one) }), onclick: actionHandler(async () => {
        await call("DELETE", `/sessions/${one.id}`);
        await refresh();
        say(t("session_ended"));
      }) }, t("end_session"))))));
  }
  const everywhere = actionHandler(async () => {
    if (!(await ask(t("everywhere_ask"), t("everywhere_text"), t("sign_out_everywhere")))) return;
    await call("DELETE", "/sessions");
    leave();
  });
  await refresh();
  return [h("h1", { tabindex: "-1" }, t("account")), facts, await notices(), h("section", { "aria-labelledby": "h-sessions" }, h("h2", { id: "h-sessions" }, t("sessions")), h("p", {}, t("sessions_text")), holder,
    h("p", {}, h("button", { class: "button quiet", type: "button", onclick: everywhere }, t("sign_out_everywhere"))))];
}
