// What to send, print and paste: the link with its code, a link for each partner with what it brought, and the form for other pages.
import { get, of } from "../shell/api.js";
import { copyable } from "../shell/dialog.js";
import { field, fill, h, select } from "../shell/dom.js";
import { seesNames } from "../shell/roles.js";
import { language, languageTitle, t } from "../shell/words.js";
import { cameFrom } from "./camefrom.js";
import { code } from "./codes.js";
import { partners } from "./partners.js";
import { styles } from "./styles.js";

export async function sharing(one) {
  const { id, document: document_, me } = one;
  const { snippets: found } = await get(of(id, "/snippets"));
  const codes = Object.keys(found);
  const chosen = select(codes.map((lang) => [lang, languageTitle(lang)]), codes.includes(language) ? language : document_.default_language);
  const link = h("div", {});
  const form = h("div", {});
  const links = partners(one, () => chosen.value);
  const paint = () => {
    const lang = chosen.value;
    fill(link, h("div", { class: "link-and-code" }, h("div", { class: "stack" }, codes.length > 1 ? field(t("language"), chosen) : null, h("h3", {}, t("as_link")), copyable(found[lang].link, t("as_link"))),
      code(found[lang].qr, `${id}-${lang}`)));
    fill(form, ways(one, lang, found[lang]));
  };
  chosen.addEventListener("change", paint);
  paint();
  const isDraft = document_.state === "draft";
  return [
    h("section", { "aria-labelledby": "h-share" }, h("h2", { id: "h-share" }, t("share")), isDraft ? h("p", { class: "note" }, t("share_draft")) : null, isDraft ? h("details", {}, h("summary", {}, t("share_prepare")), link) : link),
    links,
    h("section", { "aria-labelledby": "h-embed" }, h("h2", { id: "h-embed" }, t("embed")), form),
    seesNames(me) && one.counts.signatures.confirmed ? cameFrom(one) : null,
  ];
}

// The form for other pages, best first.
function ways(one, lang, snippet) {
  const way = (name, text) => h("details", { class: "fold" }, h("summary", {}, h("h3", {}, t(name))), h("div", { class: "stack" }, copyable(text, t(name))));
  return [styles(one, lang, snippet.widget), way("as_frame", snippet.iframe), way("as_form", snippet.form)];
}
