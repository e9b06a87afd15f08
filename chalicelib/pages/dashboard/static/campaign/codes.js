// QR codes to download: as the drawing that the server made, and as a picture of it.
import { actionHandler } from "../shell/dialog.js";
import { h } from "../shell/dom.js";
import { saveAs } from "../shell/files.js";
import { t } from "../shell/words.js";

const SIDE = 1200; // px of the picture: 10 cm in print

const address = (svg) => `data:image/svg+xml,${encodeURIComponent(svg)}`;

// The code with its two downloads; `name` is that of the files.
export function code(svg, name) {
  return h("div", { class: "code-and-files" }, h("img", { class: "qr", src: address(svg), alt: t("as_code"), width: 160, height: 160 }),
    h("p", { class: "row" },
      h("button", { class: "button quiet", type: "button", onclick: () => saveAs(`${name}.svg`, new Blob([svg], { type: "image/svg+xml" })) }, t("code_svg")),
      h("button", { class: "button quiet", type: "button", onclick: actionHandler(async () => saveAs(`${name}.png`, await picture(svg))) }, t("code_png"))));
}

async function picture(svg) {
  const image = new Image(SIDE, SIDE);
  image.src = address(svg.replace("<svg", `<svg width="${SIDE}" height="${SIDE}"`)); // some browsers draw nothing without a size
  await image.decode();
  const canvas = h("canvas", { width: SIDE, height: SIDE });
  canvas.getContext("2d").drawImage(image, 0, 0, SIDE, SIDE);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}
