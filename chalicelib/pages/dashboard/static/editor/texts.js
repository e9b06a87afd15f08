// What a campaign says, in one language after the other.
import { h } from "../shell/dom.js";
import { languagePicker } from "../shell/pickers.js";
import { choices, languageName, languageTitle, t } from "../shell/words.js";

const BUTTON = "call_to_action";
const ONE_LINE = new Set(["title", BUTTON]);
export const noText = () => Object.fromEntries(choices.texts.map((part) => [part, ""]));

export const texts = {
  name: "words",
  digest: ({ draft }) => Object.keys(draft.texts).map(languageTitle).join(", "),
  draw: (desk) => {
    const codes = Object.keys(desk.draft.texts);
    if (!codes.includes(desk.language)) desk.language = desk.draft.default_language;
    const places = codes.map((code) => inLanguage(desk, code));
    const marks = codes.map(() => h("span", { class: "mistaken" }));
    const buttons = codes.map((code, at) => h("button", { class: "choice", type: "button", onclick: () => desk.showLanguage(code) }, languageTitle(code), marks[at]));
    desk.marks = () => {
      for (const [at, code] of codes.entries()) marks[at].textContent = [...desk.wrong.keys()].some((path) => path.startsWith(`texts.${code}.`)) ? ` (${t("has_mistakes")})` : "";
    };
    desk.marks();
    // The first language stays.
    const removals = codes.map((code) => h("button", { class: "link", type: "button", disabled: code === desk.draft.default_language, onclick: () => {
      delete desk.draft.texts[code];
      delete desk.draft.redirect_url?.[code];
      desk.paint("[data-part=words] .choice");
    } }, t("remove_language", { name: languageName(code) })));
    desk.showLanguage = (chosen) => {
      desk.language = chosen;
      for (const [at, code] of codes.entries()) {
        places[at].hidden = code !== chosen;
        buttons[at].setAttribute("aria-pressed", String(code === chosen));
        removals[at].hidden = code !== chosen || removals[at].disabled;
      }
      desk.languageShown?.(chosen);
    };
    desk.showLanguage(desk.language);
    return [
      codes.length > 1 ? h("div", { class: "heading" }, h("div", { class: "row choices", role: "group", "aria-label": t("language") }, buttons), removals) : null,
      places,
      h("div", { class: "row" }, languagePicker(codes, (code) => {
        desk.draft.texts[code] = noText();
        desk.language = code;
        desk.paint(`[data-of="texts.${code}.title"] input`);
      }), codes.length > 1 ? desk.choice("default_language", t("default_language"), codes.map((code) => [code, languageTitle(code)])) : null),
    ];
  },
};

function inLanguage(desk, code) {
  const control = (word) => desk.text(`texts.${code}.${word}`, t(`word_${word}`), { kind: ONE_LINE.has(word) ? "input" : "textarea", hint: word === "body" ? t("markdown") : "", lang: code });
  return h("div", { class: "language", "data-language": code },
    choices.texts.filter((word) => word !== BUTTON).map(control),
    h("div", { class: "pair" }, control(BUTTON), desk.text(`redirect_url.${code}`, t("redirect"), { type: "url", read: (value) => value || undefined })));
}
