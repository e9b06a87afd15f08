// How the form looks on somebody's page: chosen here, shown by the form itself, and written into the snippet.
import { copyable } from "../shell/dialog.js";
import { field, fill, h, select, tick, unique } from "../shell/dom.js";
import { assets, base, t } from "../shell/words.js";

// Each choice of a property: its value, and which words it has.
const FONTS = [["", "page"], ["1rem/1.5 system-ui, sans-serif", "sans"], ["1.0625rem/1.5 Georgia, serif", "serif"], ["1.1875rem/1.5 system-ui, sans-serif", "large"]];
const CORNERS = [["", "usual"], ["0", "square"], ["1rem", "round"]];
const WIDTHS = [["", "usual"], ["24rem", "narrow"], ["100%", "full"]];
const THEMES = [["", "page"], ["light", "light"], ["dark", "dark"]];

const isTicked = (box) => Boolean(box?.querySelector("input").checked);

export function styles(one, lang, widget) {
  const accent = h("input", { type: "color", value: one.document.accent || "#0f5a66", class: "well-of-colour" });
  let isColoured = false;
  const control = (options) => select(options.map(([value, words]) => [value, t(`style_${words}`)]), "");
  const [theme, font, corners, width] = [THEMES, FONTS, CORNERS, WIDTHS].map(control);
  const compact = tick(t("style_compact"));
  const size = one.document.picture?.id.split("-")[1].split("x");
  const pictured = size ? tick(t("style_picture")) : null;
  const place = h("div", {});
  const frame = sample();
  const isDraft = one.document.state === "draft";

  function chosen() {
    const properties = { "--undersigned-accent": isColoured ? accent.value : "", "--undersigned-font": font.value, "--undersigned-radius": corners.value, "--undersigned-max-width": width.value };
    return {
      attributes: { campaign: one.id, lang, base, ...(theme.value && { theme: theme.value }), ...(isTicked(compact) && { compact: "" }), ...(isTicked(pictured) && { picture: "" }) },
      styles: Object.fromEntries(Object.entries(properties).filter(([, value]) => value)),
    };
  }

  function paint() {
    const { attributes, styles: properties } = chosen();
    const more = Object.entries(properties).map(([name, value]) => `;${name}:${value}`).join("");
    const named = ["theme", "compact", "picture"].filter((name) => name in attributes).map((name) => (attributes[name] ? `${name}="${attributes[name]}" ` : `${name} `)).join("");
    // Room for the picture is kept, too, before it has loaded.
    const roomy = (style) => (isTicked(pictured) ? style.replace(/clamp\([^)]*\)/, (form) => `calc(${form} + min(20rem, ${Math.round((90 * size[1]) / size[0])}vw))`) : style);
    const text = widget.replace(/style="([^"]*)"/, (_all, style) => `${named}style="${roomy(style)}${more}"`);
    fill(place, copyable(text, t("as_widget")));
    frame.tell?.({ attributes, styles: properties });
  }

  accent.addEventListener("input", () => { isColoured = true; });
  const controls = h("div", { class: "pair" }, field(t("style_theme"), theme), field(t("accent"), accent), field(t("style_font"), font), field(t("style_corners"), corners), field(t("style_width"), width), compact, pictured);
  controls.addEventListener("input", paint);
  paint();
  const details = h("details", { class: "fold", ontoggle: () => { if (details.open && !isDraft) frame.begin(chosen); } }, h("summary", {}, h("h3", {}, t("style"))),
    h("div", { class: "sampled" }, controls, isDraft ? h("p", { class: "note" }, t("style_draft")) : frame.element));
  return [h("div", { class: "stack" }, h("h3", {}, t("as_widget")), place), details];
}

// The form itself in a frame with an origin of its own, where nothing can be sent: it tells when it is there, and is told how to look.
function sample() {
  const id = unique("sample");
  const made = { element: h("div", { class: "sample" }) };
  made.begin = (chosen) => {
    if (made.tell) return;
    const frame = h("iframe", { id, sandbox: "allow-scripts", title: t("style_sample"), srcdoc: `<!doctype html><meta charset="utf-8"><body><script src="${base}/embed.js"></script><script src="${assets}/sample.js"></script>` });
    made.tell = (wish) => frame.contentWindow?.postMessage(wish, "*");
    addEventListener("message", function hear(event) {
      if (!made.element.isConnected) return removeEventListener("message", hear);
      if (event.source === frame.contentWindow) made.tell(chosen());
    });
    fill(made.element, frame);
  };
  return made;
}
