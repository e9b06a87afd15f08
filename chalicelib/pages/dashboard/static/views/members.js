// For admins: the people who organise. They are invited, changed and removed here.
import { call, get } from "../shell/api.js";
import { actionHandler, ask, say } from "../shell/dialog.js";
import { field, h, select } from "../shell/dom.js";
import { choices, language, languageTitle, moment, t } from "../shell/words.js";
import { accessFields, campaignTitles, reachWords } from "./access.js";

const person = (one = {}) => ({
  name: h("input", { required: true, maxlength: "100", autocomplete: "off", value: one.name || "" }),
  email: h("input", { type: "email", required: true, maxlength: "254", autocomplete: "off", value: one.email || "" }),
  language: select(choices.mail_languages.map((code) => [code, languageTitle(code)]), one.language || language),
});

const fields = (who, access) => [field(t("name"), who.name), field(t("field_email"), who.email), field(t("mail_language"), who.language), ...access.elements];
const typed = (who, access) => ({ name: who.name.value, email: who.email.value.trim(), language: who.language.value, ...access.value() });

export async function members({ me, path, again }) {
  const all = (await get("/members")).members;
  if (path.length) return one(all.find((each) => each.id === path[0]), me, again);
  const [titles, access] = await Promise.all([campaignTitles(), accessFields()]);
  const who = person();
  const invite = actionHandler(async () => {
    const made = await call("POST", "/members", { body: typed(who, access) });
    await again();
    say(t("invited", { name: made.name, email: made.email }));
  });
  const card = (each) => h("li", {},
    h("div", {}, h("p", {}, h("a", { href: `#/members/${each.id}` }, each.name), each.id === me.id ? ` (${t("you")})` : "", " · ", each.email),
      h("p", { class: "hint" }, each.role === "admin" ? t("role_admin") : `${t(`role_${each.role}`)} · ${reachWords(each, titles)}`)),
    h("p", { class: "hint aside" }, each.signed_in_at ? t("last_sign_in", { when: moment(each.signed_in_at) }) : t("never_signed_in")));
  return [h("h1", { tabindex: "-1" }, t("members")), h("p", { class: "lead" }, t("members_text")),
    all.length ? h("ul", { class: "acts" }, all.map(card)) : h("p", { class: "empty" }, t("no_members")),
    h("section", { "aria-labelledby": "h-invite" }, h("h2", { id: "h-invite" }, t("invite_somebody")),
      h("form", { class: "stack narrow", onsubmit: invite }, fields(who, access), h("button", { class: "button" }, t("invite"))))];
}

async function one(each, me, again) {
  const back = h("p", {}, h("a", { href: "#/members" }, t("members")));
  if (!each) return [back, h("h1", { tabindex: "-1" }, t("member_gone"))];
  const access = await accessFields(each);
  const who = person(each);
  const save = actionHandler(async () => {
    const body = typed(who, access);
    if (each.id === me.id && body.role !== "admin" && !(await ask(t("lower_self_ask"), t("lower_self_text"), t("save")))) return;
    await call("PATCH", `/members/${each.id}`, { body });
    await again();
    say(t("saved"));
  });
  const everywhere = actionHandler(async () => {
    if (!(await ask(t("sign_out_named", { name: each.name }), t("sign_out_member_text"), t("sign_out_everywhere")))) return;
    await call("DELETE", `/members/${each.id}/sessions`);
    say(t("signed_out_member", { name: each.name }));
  });
  const remove = actionHandler(async () => {
    if (!(await ask(t("remove_member_ask", { name: each.name }), t("remove_member_text"), t("remove_member"), { danger: true }))) return;
    await call("DELETE", `/members/${each.id}`);
    location.hash = "#/members";
    say(t("member_removed", { name: each.name }));
  });
  const since = each.invited_by ? t("invited_by", { name: each.invited_by, when: moment(each.created_at) }) : t("member_since", { when: moment(each.created_at) });
  return [back, h("h1", { tabindex: "-1" }, each.name), h("p", { class: "lead" }, `${since} ${each.signed_in_at ? t("last_sign_in", { when: moment(each.signed_in_at) }) : t("never_signed_in")}`),
    h("form", { class: "stack narrow", onsubmit: save }, fields(who, access), h("p", { class: "hint" }, t("narrowing_hint")), h("button", { class: "button" }, t("save"))),
    h("section", { "aria-labelledby": "h-end" }, h("h2", { id: "h-end" }, t("end_access")),
      h("ul", { class: "acts" }, h("li", {}, h("p", {}, t("sign_out_member_text")), h("button", { class: "button quiet", type: "button", onclick: everywhere }, t("sign_out_everywhere"))),
        h("li", {}, h("p", {}, t("remove_member_text")), h("button", { class: "button danger", type: "button", onclick: remove }, t("remove_member")))))];
}
