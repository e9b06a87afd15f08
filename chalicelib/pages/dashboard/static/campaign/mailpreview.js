// An email beside its editor, as it will arrive: on a computer, on a phone, or as text.
import { fill, h, unique } from "../shell/dom.js";
import { t } from "../shell/words.js";
import { fit, mailFrame } from "./mailframe.js";

const PREVIEW_AFTER = 400; // ms after the last key
const WAYS = ["wide", "phone", "text"];

// `load` returns the email, `{ from, subject, preview, text, html }`, or raises what is wrong with its words.
export function mailPreview(load) {
  const head = h("dl", { class: "facts" });
  const waits = h("p", { class: "note", role: "status", hidden: true });
  const body = h("div", { class: "sheet" });
  let way = "wide";
  let latest = 0;
  let timer = 0;
  let email = null;
  const put = () => {
    body.className = `sheet ${way}`;
    fill(body, way === "text" ? h("pre", { tabindex: "0", "aria-label": t("email_as_text") }, email.text)
      : mailFrame(email.html, t("preview")));
  };
  const ways = WAYS.map((name) => h("button", { class: "button quiet", type: "button", "aria-pressed": String(name === way), onclick: () => {
    way = name;
    for (const button of ways) button.setAttribute("aria-pressed", String(button === ways[WAYS.indexOf(name)]));
    if (email) put();
  } }, t(`email_as_${name}`)));
  const draw = async () => {
    latest += 1;
    const mine = latest;
    try {
      const found = await load();
      if (mine !== latest) return;
      email = found;
      waits.hidden = true;
      fill(head, fact(t("email_from"), `${found.from.name} <${found.from.email}>`), fact(t("email_subject"), found.subject), fact(t("email_beside"), found.preview));
      put();
    } catch (problem) {
      if (mine !== latest) return;
      waits.textContent = [t("email_waits"), ...(problem.errors?.length ? problem.errors : [problem]).map((error) => error.message)].join(" ");
      waits.hidden = false;
    }
  };
  const soon = () => { clearTimeout(timer); timer = setTimeout(() => body.isConnected && draw(), PREVIEW_AFTER); };
  new ResizeObserver(() => { const frame = body.querySelector("iframe"); if (frame) fit(frame); }).observe(body);
  const heading = h("h3", { id: unique("h-email"), tabindex: "-1" }, t("preview"));
  const element = h("section", { class: "look", "aria-labelledby": heading.id },
    h("div", { class: "row" }, heading, h("div", { class: "row ways", role: "group", "aria-label": t("email_ways") }, ways)),
    waits, head, body);
  return { element, heading, draw, soon };
}

const fact = (name, value) => h("div", {}, h("dt", {}, name), h("dd", { dir: "auto" }, value));
