// Asks before a view with unsaved changes is left: by a link here, by Back and Forward, by closing the tab.
import { ask } from "./dialog.js";
import { t } from "./words.js";

const nothing = () => false;
let unsaved = nothing;

// The view that is shown now says whether it has unsaved changes; without an argument it has none.
export function guard(isUnsaved = nothing) {
  unsaved = isUnsaved;
}

export const guarded = () => unsaved;

export async function mayLeave() {
  if (!unsaved()) return true;
  const leaves = await ask(t("leave_ask"), t("leave_text"), t("leave"), { danger: true, otherwise: t("stay") });
  if (leaves) {
    unsaved.left?.(); // what is kept of it goes, too
    guard();
  }
  return leaves;
}

addEventListener("beforeunload", (event) => {
  if (unsaved()) event.preventDefault();
});

// Each entry of the tab's history has a number, so that the way back to the view that stays is known.
let place = history.state?.place ?? 0;
history.replaceState({ place }, "");
let deciding = false;

// Calls `show` once the address in the bar is the one to show.
export function onArrival(show) {
  addEventListener("hashchange", async () => {
    if (deciding) return;
    if (history.state?.place === place) return; // back at the view that was not left
    deciding = true;
    const leaves = await mayLeave();
    deciding = false;
    const here = history.state?.place ?? place + 1;
    if (leaves) {
      place = here;
      history.replaceState({ place }, "");
      show();
    } else if (here !== place) {
      history.go(place - here);
    }
  });
}
