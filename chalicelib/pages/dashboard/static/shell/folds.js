// Parts that are folded away, and load what they show only once somebody unfolds them.
import { actionHandler } from "./dialog.js";
import { fill, h } from "./dom.js";

export function unfolding(words, load) {
  const place = h("div", { class: "stack" });
  let isLoaded = false;
  return h("details", { class: "fold", ontoggle: (event) => {
    if (isLoaded || !event.target.open) return;
    isLoaded = true;
    actionHandler(async () => fill(place, await load()))();
  } }, h("summary", {}, h("h3", {}, words)), place);
}
