// One signature whole: who it is, what they wrote, how it stands, and what can be done about it. What is technical is folded away.
import { call, get, of } from "../shell/api.js";
import { actionHandler, ask, say } from "../shell/dialog.js";
import { h } from "../shell/dom.js";
import { t } from "../shell/words.js";
import { decideComment, fitsFor, quoted, restoreComment, saidOfComments } from "./commenting.js";
import { factsOf, isTechnical } from "./facts.js";
import { nameOf } from "./hiding.js";

const SAID_ABOVE = new Set(["shown", "state", "comment", "comment_state", "region_name", "mail", "utm"]);

// `update` puts a signature as it is now into the list, `toggle` hides its name or shows it again, `refresh` loads the list anew.
export async function details({ id, me, document: document_ }, number, { decides, update, toggle, refresh }) {
  const fresh = await get(of(id, `/signatures/${number}`));
  const stored = { ...fresh, ...fresh.utm };
  const plain = factsOf(stored, document_, (name) => !SAID_ABOVE.has(name) && !isTechnical(name));
  const technical = factsOf(stored, document_, isTechnical);
  const history = factsOf(fresh.mail || {}, document_);

  const act = (words, what, style = "button quiet") => h("button", { class: style, type: "button", onclick: actionHandler(() => {
    dialog.close();
    return what();
  }) }, words);
  const resend = async () => {
    await call("POST", of(id, `/signatures/${number}/resend`));
    say(t("resent"));
  };
  const decide = (shown) => async () => {
    update(await decideComment(id, fresh, shown));
    say(saidOfComments(shown, 1), { undo: async () => {
      update(await restoreComment(id, fresh));
      say(t("undone"));
    } });
  };
  const withdraw = async () => {
    if (!(await ask(t("withdraw_ask"), t("withdraw_text"), t("withdraw"), { danger: true }))) return;
    await call("DELETE", of(id, `/signatures/${number}`));
    await refresh();
    say(t("withdrawn_done"));
  };
  const isThere = fresh.state !== "withdrawn";
  const dialog = h("dialog", { class: "wide detail", "aria-labelledby": "detail" },
    h("h2", { id: "detail", tabindex: "-1", autofocus: true }, nameOf(fresh)),
    h("p", { class: "row standing" }, h("span", { class: "state" }, t(`state_${fresh.held ? "held" : fresh.state}`)), fresh.shown === false ? h("span", { class: "state" }, t("state_hidden")) : null),
    fresh.comment ? h("div", {}, quoted(fresh), fresh.comment_state ? h("p", { class: "hint" }, `${t("fact_comment_state")}: ${t(`commented_${fresh.comment_state}`)}`) : null) : null,
    pairs(plain),
    technical.length || history.length ? h("details", {}, h("summary", {}, t("technical")), pairs(technical), history.length ? [h("h3", {}, t("mails")), pairs(history)] : null) : null,
    h("div", { class: "row does" },
      !me.sponsor && fresh.state === "pending" ? act(t("resend"), resend) : null,
      decides ? [true, false].filter((shown) => fitsFor(fresh, shown)).map((shown) => act(t(shown ? "publish" : "not_publish"), decide(shown))) : null,
      decides && isThere ? act(t(fresh.shown ? "hide" : "show_again"), () => toggle(fresh)) : null,
      !me.sponsor && isThere ? act(t("withdraw"), withdraw, "button danger") : null,
      h("button", { class: "button quiet", type: "button", onclick: () => dialog.close() }, t("close_dialog"))));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

const pairs = (list) => h("dl", { class: "facts" }, list.map(([label, value]) => h("div", {}, h("dt", {}, label), h("dd", {}, value))));
