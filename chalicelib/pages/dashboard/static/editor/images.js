// How a campaign looks: its colour, its picture and logo: chosen or dropped, uploaded in parts, made ready by the server, and described in each language.
import { call, get, of, upload } from "../shell/api.js";
import { fill, h } from "../shell/dom.js";
import { base, languageName, percent, t } from "../shell/words.js";
import { colour } from "./rules.js";

const PART = 4 * 1024 * 1024; // of a request; the server refuses larger ones
const MOST = 10 * 1024 * 1024;
const ASKED_AGAIN = 1000; // ms
const FILES = { picture: "small.webp", logo: "logo.png" };
const IDLE = { done: null, said: "", wrong: "" }; // `done` is from 0 to 1 while a file is on its way
const TYPES = "image/jpeg,image/png,image/webp";

export const images = {
  name: "images",
  digest: ({ draft }) => [...Object.keys(FILES).filter((use) => draft[use]).map((use) => t(`image_${use}`)), draft.accent].filter(Boolean).join(", "),
  draw: (desk) => [desk.id ? Object.keys(FILES).map((use) => one(desk, use)) : h("p", { class: "note" }, t("images_later")), colour(desk)],
};

// The document for its preview, in which a picture is seen before anybody has described it.
export function described(document_) {
  for (const chosen of Object.keys(FILES).map((use) => document_[use]).filter(Boolean)) {
    for (const code of Object.keys(document_.texts)) chosen.alt[code] = chosen.alt[code]?.trim() || "–";
  }
  return document_;
}

function one(desk, use) {
  desk.uploads ??= Object.fromEntries(Object.keys(FILES).map((each) => [each, { ...IDLE }]));
  const at = desk.uploads[use];
  const chosen = desk.draft[use];
  const verb = chosen ? "replace" : "choose";
  const state = h("div", { class: "upload" });
  const wrong = desk.error(`${use}.id`);
  const input = h("input", { type: "file", id: `file-${use}`, class: "unseen", accept: TYPES, "aria-describedby": `file-${use}-hint`, onchange: () => input.files[0] && begin(desk, use, input.files[0]) });
  at.tell = () => {
    const isWorking = at.done !== null;
    input.disabled = isWorking;
    fill(state, isWorking ? h("progress", { max: "1", value: at.done, "aria-label": at.said }) : null,
      h("p", { role: "status", class: "hint" }, at.said), at.wrong ? h("p", { role: "alert", class: "wrong" }, at.wrong) : null);
  };
  at.tell();
  const box = desk.marked(use, h("div", { class: "drop", ondragover: (event) => event.preventDefault(), ondragenter: () => box.classList.add("over"), ondragleave: (event) => box.contains(event.relatedTarget) || box.classList.remove("over"), ondrop: (event) => {
    event.preventDefault();
    box.classList.remove("over");
    if (at.done === null && event.dataTransfer.files[0]) begin(desk, use, event.dataTransfer.files[0]);
  } }, input, h("p", { class: "row" }, h("label", { class: "button quiet", for: input.id }, t(`image_${verb}_${use}`)), h("span", { class: "hint" }, t("image_drag"))),
  h("p", { class: "hint", id: `file-${use}-hint` }, chosen ? "" : t(`image_hint_${use}`)), wrong ? h("p", { class: "wrong" }, wrong) : null, state));
  return h("section", { class: "stack image", "data-use": use, "aria-labelledby": `image-${use}` }, h("h3", { id: `image-${use}` }, t(`image_${use}`)), chosen ? shown(desk, use) : null, box);
}

function shown(desk, use) {
  const { id } = desk.draft[use];
  const [width, height] = id.split("-")[1].split("x");
  const codes = Object.keys(desk.draft.texts);
  const picture = h("img", { class: `${use}${height > 0.8 * width ? " tall" : ""}`, src: `${base}/pictures/${id}/${FILES[use]}`, alt: "", width, height });
  const look = h("div", { class: use === "logo" ? "plates" : null }, picture, use === "logo" ? h("div", { class: "dark" }, picture.cloneNode()) : null);
  return [h("div", { class: "described" }, look, h("div", { class: "stack" }, h("p", { class: "hint" }, t(`image_alt_${use}`)), codes.map((code) => desk.text(`${use}.alt.${code}`, codes.length > 1 ? t("alt_in", { language: languageName(code) }) : t("alt"), { lang: code, maxlength: "250" })))),
    h("button", { class: "link", type: "button", onclick: () => {
      delete desk.draft[use];
      Object.assign(desk.uploads[use], IDLE);
      desk.paint(`[data-use=${use}] input`);
    } }, t(`image_remove_${use}`))];
}

async function begin(desk, use, file) {
  const at = desk.uploads[use];
  const tell = (facts) => {
    Object.assign(at, IDLE, facts);
    at.tell();
  };
  if (file.size > MOST) return tell({ wrong: t("image_too_large") });
  try {
    const sum = await digest(file);
    for (let start = 0; start < file.size; start += PART) {
      await upload(of(desk.id, `/uploads/${sum}/${start / PART + 1}`), file.slice(start, start + PART), (sent) =>
        tell({ done: (start + sent) / file.size, said: t("image_uploading", { share: percent(start + sent, file.size) }) }));
    }
    tell({ done: 1, said: t("image_preparing") });
    const made = await ready(desk.id, await call("POST", of(desk.id, "/pictures"), { body: { upload: sum, size: file.size, use } }));
    if (made.state !== "ready") return tell({ wrong: made.errors.map((one) => one.message).join(" ") || t("image_failed") });
    tell({ said: [t("image_ready"), ...made.warnings.map((one) => one.message)].join(" ") });
    take(desk, use, made.picture);
  } catch (problem) {
    tell({ wrong: problem.message });
  }
}

// A new picture needs new words; a logo has the name of whose it is.
function take(desk, use, id) {
  const name = desk.draft.sponsors[0]?.name || desk.draft.sender.name;
  const words = Object.fromEntries(Object.keys(desk.draft.texts).map((code) => [code, use === "logo" ? name : ""]));
  desk.draft[use] = { id, alt: words };
  desk.paint(`[data-use=${use}] input:not([type=file])`);
  desk.changed();
}

async function ready(id, asked) {
  let now = asked;
  while (now.state === "waiting") {
    await new Promise((goOn) => setTimeout(goOn, ASKED_AGAIN));
    now = await get(of(id, `/pictures/${asked.id}`));
  }
  return now;
}

async function digest(file) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  return [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");
}
