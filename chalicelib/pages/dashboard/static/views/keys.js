// For admins: API keys, and requests about personal data.
import { call, get } from "../shell/api.js";
import { actionHandler, ask, copyable, say } from "../shell/dialog.js";
import { field, fill, h, table } from "../shell/dom.js";
import { day, moment, n, t } from "../shell/words.js";
import { accessFields, campaignTitles, reachWords } from "./access.js";

export async function keys(me) {
  const holder = h("div", {});
  const [titles, access] = await Promise.all([campaignTitles(), accessFields({ role: "reader", campaigns: ["*"], sponsor: null })]);
  const maker = (one) => one.created_by && (one.created_by.name || t("actor_command"));
  async function refresh() {
    const all = (await get("/keys")).keys;
    const dead = (one) => one.revoked_at || (one.expires_at && Date.parse(one.expires_at) < Date.now());
    fill(holder, table(t("keys"), [t("name"), t("key_id"), t("role"), t("campaigns"), t("made_by"), t("last_used"), t("expires"), ""], all.filter((one) => !dead(one)).map((one) => [
      `${one.name}${one.id === me.id ? ` (${t("this_key")})` : ""}`, h("code", {}, one.id), t(`role_${one.role}`), reachWords(one, titles), maker(one) || t("not_recorded"),
      one.last_used ? day(one.last_used) : t("never"), one.expires_at ? moment(one.expires_at) : t("never"),
      h("button", { class: "link", type: "button", "aria-label": t("revoke_named", { name: one.name }), onclick: actionHandler(async () => {
        if (!(await ask(t("revoke_ask", { name: one.name }), t("revoke_text"), t("revoke"), { danger: true }))) return;
        await call("DELETE", `/keys/${one.id}`);
        await refresh();
        say(t("revoked"));
      }) }, t("revoke"))]), { unseen: true }));
  }
  const name = h("input", { required: true, maxlength: "100", autocomplete: "off" });
  const expires = h("input", { type: "date" });
  const made = h("div", { class: "made" });
  const make = actionHandler(async () => {
    const body = { name: name.value, ...access.value() };
    if (expires.value) body.expires_at = `${expires.value}T23:59:59Z`;
    const key = await call("POST", "/keys", { body });
    const heading = h("h3", { tabindex: "-1" }, t("key_made"));
    fill(made, heading, h("p", {}, t("key_once")), copyable(key.secret, t("key")));
    name.value = "";
    await refresh().finally(() => {
      heading.focus();
      made.scrollIntoView({ block: "nearest" });
    });
  });
  await refresh();
  return [h("h1", { tabindex: "-1" }, t("keys")), holder, h("section", { "aria-labelledby": "h-new-key" }, h("h2", { id: "h-new-key" }, t("new_key")),
    h("form", { class: "stack narrow", onsubmit: make }, field(t("key_name"), name, { hint: t("key_name_hint") }), access.elements, field(t("expires_optional"), expires), h("button", { class: "button" }, t("make_key"))), made)];
}

export async function people() {
  const address = h("input", { type: "email", required: true, autocomplete: "off" });
  const answer = h("div", { class: "answer" });
  const heading = (words) => h("h2", { tabindex: "-1" }, words);
  const access = actionHandler(async () => {
    if (!address.reportValidity()) return;
    const held = await call("POST", "/access", { body: { email: address.value } });
    const text = JSON.stringify(held, null, 2);
    fill(answer, heading(t("held", { n: n(held.signatures.length) })), copyable(text, t("held_label")));
    answer.firstChild.focus();
  });
  const erase = actionHandler(async () => {
    if (!address.reportValidity()) return;
    if (!(await ask(t("erase_ask"), t("erase_text"), t("erase"), { danger: true }))) return;
    const report = await call("POST", "/erasures", { body: { email: address.value } });
    address.value = "";
    fill(answer, heading(t("erased")), h("p", {}, t("erased_text", { n: n(report.signatures.length), exports: n(report.exports.length) })),
      report.signatures.length ? h("ul", {}, report.signatures.map((one) => h("li", {}, `${one.campaign}: ${t(`state_${one.was}`)}`))) : null,
      report.exports.length ? [h("p", {}, t("erased_copies")), h("ul", {}, report.exports.map((one) => h("li", {}, `${one.campaign}: ${moment(one.created_at)}`)))] : null);
    answer.firstChild.focus();
  });
  return [h("h1", { tabindex: "-1" }, t("people")), h("p", { class: "lead" }, t("people_text")),
    h("form", { class: "stack", onsubmit: access }, field(t("field_email"), address), h("div", { class: "row" }, h("button", { class: "button" }, t("what_is_held")), h("button", { class: "button danger", type: "button", onclick: erase }, t("erase")))), answer];
}
