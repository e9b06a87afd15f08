// What the server refused: summed up above the form, each with a link to its place, and said again beside its control.
import { fill, h } from "../shell/dom.js";
import { capital, languageName, t } from "../shell/words.js";

export function mistakes(form, desk) {
  const element = h("div", { class: "mistakes", tabindex: "-1", role: "alert" });

  // The control of a path in the document, or of what it is in.
  function boxOf(path) {
    const boxes = new Map([...form.querySelectorAll("[data-of]")].map((box) => [box.dataset.of, box]));
    for (const steps = path.split("."); steps.length; steps.pop()) if (boxes.has(steps.join("."))) return boxes.get(steps.join("."));
    return null;
  }

  function reveal(control) {
    const spoken = control.closest("[data-language]");
    if (spoken) desk.showLanguage(spoken.dataset.language);
    for (let fold = control.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    control.focus();
  }

  function mistake({ field: path, message }) {
    const box = boxOf(path);
    if (!box) return h("li", {}, `${path}: ${message}`);
    const control = box.querySelector("input, select, textarea");
    const spoken = box.closest("[data-language]")?.dataset.language;
    const words = [box.closest("[data-part]")?.querySelector("summary h2")?.textContent, spoken && languageName(spoken), box.dataset.language ? "" : box.querySelector("label").textContent];
    return h("li", {}, h("a", { href: `#${control.id}`, onclick: (event) => {
      event.preventDefault(); // the hash is the dashboard's address
      reveal(control);
    } }, `${capital(words.filter(Boolean).join(", "))}: ${message}`));
  }

  const note = (problem) => { desk.wrong = new Map(problem.errors.map((one) => [one.field, one.message])); };
  const show = (problem, heading = problem.errors.length ? t("fix_these") : problem.message) => {
    note(problem);
    desk.paint();
    fill(element, h("h2", {}, heading), problem.errors.length ? h("ul", {}, problem.errors.map(mistake)) : "");
    element.focus();
  };
  const clear = () => {
    desk.wrong = new Map();
    fill(element);
  };
  return { element, note, show, clear };
}
