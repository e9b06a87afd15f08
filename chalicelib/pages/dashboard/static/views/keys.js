// For admins: API keys, the audit log, and requests about personal data.
import { call, get } from "../shell/api.js";
import { actionHandler, ask, copyable, say } from "../shell/dialog.js";
import { field, fill, h, select, table } from "../shell/dom.js";
import { choices, moment, n, t } from "../shell/words.js";

export async function keys(me) {
  const holder = h("div", {});
  async function refresh() {
    const all = (await get("/keys")).keys;
    const dead = (one) => one.revoked_at || (one.expires_at && Date.parse(one.expires_at) < Date.now());
    fill(holder, table(t("keys"), [t("name"), t("role"), t("campaigns"), t("last_used"), t("expires"), ""], all.filter((one) => !dead(one)).map((one) => [
      `${one.name}${one.id === me.id ? ` (${t("this_key")})` : ""}`, t(`role_${one.role}`), `${one.campaigns.join(", ")}${one.sponsor ? ` · ${one.sponsor}` : ""}`, one.last_used || t("never"), one.expires_at ? moment(one.expires_at) : t("never"),
      h("button", { class: "link", type: "button", "aria-label": t("revoke_named", { name: one.name }), onclick: actionHandler(async () => {
        if (!(await ask(t("revoke_ask", { name: one.name }), t("revoke_text"), t("revoke"), { danger: true }))) return;
        await call("DELETE", `/keys/${one.id}`);
        await refresh();
        say(t("revoked"));
      }) }, t("revoke"))])));
  }
  const name = h("input", { required: true, maxlength: "100", autocomplete: "off" });
  const role = select(choices.roles.map((one) => [one, t(`role_${one}`)]), "reader");
  const campaigns = h("input", { value: "*", autocomplete: "off", autocapitalize: "none" });
  const sponsor = h("input", { autocomplete: "off", autocapitalize: "none" });
  const expires = h("input", { type: "date" });
  const made = h("div", { class: "made" });
  const make = actionHandler(async () => {
    const body = { name: name.value, role: role.value, campaigns: campaigns.value.split(/[\s,]+/).filter(Boolean) };
    if (sponsor.value.trim()) body.sponsor = sponsor.value.trim();
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
    h("form", { class: "stack", onsubmit: make }, field(t("key_name"), name, { hint: t("key_name_hint") }), field(t("role"), role), field(t("campaigns"), campaigns, { hint: t("campaigns_hint") }),
      field(t("sponsor_optional"), sponsor, { hint: t("sponsor_hint") }), field(t("expires_optional"), expires), h("button", { class: "button" }, t("make_key"))), made)];
}

export async function audit() {
  const rows = h("tbody", {});
  const more = h("button", { class: "button quiet", type: "button", onclick: actionHandler(() => load()) }, t("load_more"));
  const none = h("p", { class: "empty", hidden: true }, t("audit_none"));
  const kind = select(["", ...choices.audit_kinds].map((one) => [one, one ? t(`audit_${one}`) : t("all")]), "");
  let cursor = "";

  const facts = (one) => Object.entries(one).filter(([name]) => !["at", "key", "act"].includes(name)).map(([name, value]) => `${name}: ${typeof value === "object" ? JSON.stringify(value) : value}`).join(", ");
  const row = (one) => h("tr", {}, h("th", { scope: "row" }, moment(one.at)), h("td", {}, one.key), h("td", {}, one.act), h("td", {}, facts(one)));

  // A page of a rare kind may be empty although there are more.
  async function load() {
    const wanted = rows.children.length + 50;
    do {
      const page = await get(`/audit?${new URLSearchParams({ limit: 50, kind: kind.value, cursor })}`);
      rows.append(...page.entries.map(row));
      cursor = page.cursor || "";
    } while (cursor && rows.children.length < wanted);
    more.hidden = !cursor;
    none.hidden = rows.children.length > 0;
  }
  kind.addEventListener("change", actionHandler(() => {
    cursor = "";
    fill(rows);
    return load();
  }));
  await load();
  return [h("h1", { tabindex: "-1" }, t("audit")), h("p", { class: "lead" }, t("audit_text")), h("div", { class: "row filters" }, field(t("what"), kind)),
    h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": t("audit") }, h("table", {}, h("caption", { class: "unseen" }, t("audit")),
      h("thead", {}, h("tr", {}, [t("when"), t("key"), t("what")].map((head) => h("th", { scope: "col" }, head)), h("td", {}))), rows)), none, h("p", {}, more)];
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
