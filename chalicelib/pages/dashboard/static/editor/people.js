// Whom a campaign addresses, who is behind it, and whom its emails come from.
import { field, h } from "../shell/dom.js";
import { languageName, t } from "../shell/words.js";
import { follow } from "./desk.js";
import { rows } from "./rows.js";

const listed = (list) => list.map((one) => one.name).filter(Boolean).join(", ");

export const targets = {
  name: "targets",
  digest: ({ draft }) => listed(draft.targets),
  draw: (desk) => rows(desk, "targets", () => ({ name: "", names: {} }), (path, one) => [
    desk.text(`${path}.name`, t("name")),
    Object.keys(desk.draft.texts).filter((code) => code !== desk.draft.default_language).map((code) =>
      desk.marked(`${path}.names.${code}`, field(t("name_in", { name: languageName(code) }), h("input", { value: one.names?.[code] || "", lang: code, oninput: (event) => {
        one.names ??= {};
        if (event.currentTarget.value) one.names[code] = event.currentTarget.value;
        else delete one.names[code];
      } }), { error: desk.error(`${path}.names.${code}`) })))]),
};

export const sponsors = {
  name: "sponsors",
  digest: ({ draft }) => listed(draft.sponsors),
  draw: (desk) => rows(desk, "sponsors", () => ({ id: "", name: "", url: "", privacy_url: "" }), (path, one) => {
    const short = desk.text(`${path}.id`, t("short_id"), { hint: t("short_id_hint"), autocapitalize: "none", spellcheck: "false" });
    const name = desk.text(`${path}.name`, t("name"));
    if (!one.id) {
      const named = follow(short.querySelector("input"), { separator: "-", most: 40 });
      name.querySelector("input").addEventListener("input", (event) => named(event.currentTarget.value));
    }
    return [name, short, desk.text(`${path}.url`, t("website"), { type: "url" }), desk.text(`${path}.privacy_url`, t("privacy"), { type: "url" })];
  }),
};

export const sender = {
  name: "sender",
  digest: ({ draft }) => draft.sender.name,
  draw: (desk) => h("div", { class: "pair" }, desk.text("sender.name", t("name")), desk.text("sender.email", t("field_email"), { type: "email", hint: t("sender_hint") }), desk.text("sender.reply_to", t("reply_to"), { type: "email" })),
};
