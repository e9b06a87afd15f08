// Opening, closing and archiving a campaign, with what each does.
import { actionHandler, ask } from "../shell/dialog.js";
import { h } from "../shell/dom.js";
import { moment, n, t } from "../shell/words.js";
import { open, patch } from "./steps.js";

export function lifecycle(one) {
  const { counts, document: document_ } = one;
  const button = (words, act) => h("button", { class: "button quiet", type: "button", onclick: actionHandler(act) }, words);
  const rows = [];
  if (document_.state === "open") rows.push([t("close_hint"), button(t("close"), () => close(one, counts))]);
  else rows.push([t("open_hint"), button(t("open"), () => open(one))]);
  if (document_.state === "closed" && !document_.archived) rows.push([t("archive_text"), button(t("archive"), () => archive(one))]);
  return h("details", { class: "fold lifecycle" }, h("summary", {}, h("h2", {}, t("lifecycle"))),
    h("p", { class: "aside" }, document_.names_until ? t("names_until", { when: moment(document_.names_until) }) : t("names_stay")),
    h("ul", { class: "acts" }, rows.map(([words, act]) => h("li", {}, h("p", {}, words), act))));
}

async function close(one, counts) {
  if (await ask(t("close_ask"), t("close_text", { n: n(counts.signatures.confirmed), pending: n(counts.signatures.pending) }), t("close")))
    await patch(one, { state: "closed" }, t("closed_done"));
}

async function archive(one) {
  if (await ask(t("archive_ask"), t("archive_text"), t("archive"))) await patch(one, { archived: true }, t("archived_done"));
}
