// An email as it will look, in a frame where nothing runs. The dashboard's policy allows no styles inside a text, so they are
// taken out of it and set again from here; links in it lead nowhere.
import { h } from "../shell/dom.js";

const STYLES = /<style>([\s\S]*?)<\/style>/g;

export function mailFrame(html, title, attributes = {}) {
  const styles = [...html.matchAll(STYLES)].map(([, rules]) => rules).join("");
  const bare = html.replace(STYLES, "").replaceAll(' style="', ' data-style="');
  const frame = h("iframe", { sandbox: "allow-same-origin", title, class: "mail", ...attributes });
  frame.addEventListener("load", () => {
    const page = frame.contentDocument;
    const sheet = new frame.contentWindow.CSSStyleSheet();
    sheet.replaceSync(styles);
    page.adoptedStyleSheets = [sheet];
    for (const element of page.querySelectorAll("[data-style]")) element.style.cssText = element.dataset.style;
    for (const link of page.querySelectorAll("a[href]")) {
      link.removeAttribute("href");
      link.style.textDecoration ||= "underline";
    }
    fit(frame);
  });
  frame.srcdoc = bare;
  return frame;
}

// As high as the email is at its width.
export function fit(frame) {
  const page = frame.contentDocument?.documentElement;
  if (page) frame.style.blockSize = `${page.scrollHeight}px`;
}
