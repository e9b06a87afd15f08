// Snippets to paste into a page, from the API: shown for copying, never run here.
import { t, languageName } from "../shell/words.js";
import { get, of } from "../shell/api.js";
import { copyable } from "../shell/dialog.js";
import { fill, h, select } from "../shell/dom.js";

export async function sharing({ id, document: document_ }) {
  const found = await snippets(id, document_);
  return h("section", { "aria-labelledby": "h-share" }, h("h2", { id: "h-share" }, t("share")), document_.state === "draft" ? prepared(found) : found);
}

// To strangers a draft does not exist, so there is nothing yet to pass on; pages may be made ready.
const prepared = (snippets) => [h("p", { class: "note" }, t("share_draft")), h("details", {}, h("summary", {}, t("share_prepare")), snippets)];

async function snippets(id, document_) {
  const { snippets: found } = await get(of(id, "/snippets"));
  const chosen = select(Object.keys(found).map((code) => [code, languageName(code)]), document_.default_language, { "aria-label": t("language") });
  const place = h("div", {});
  const paint = () => {
    const one = found[chosen.value];
    fill(place, ...part("as_widget", one.widget), ...part("as_link", one.link), ...code(id, chosen.value, one.qr),
      ...part("as_frame", one.iframe), ...part("as_form", one.form));
  };
  chosen.addEventListener("change", paint);
  paint();
  return [chosen, place];
}

const part = (name, text) => [h("h3", {}, t(name)), copyable(text, t(name))];

function code(id, language, svg) {
  const address = `data:image/svg+xml,${encodeURIComponent(svg)}`;
  return [h("h3", {}, t("as_code")), h("p", {}, h("img", { class: "qr", src: address, alt: t("as_code"), width: 160, height: 160 })),
    h("p", {}, h("a", { class: "button quiet", href: address, download: `${id}-${language}.svg` }, t("code_download")))];
}
