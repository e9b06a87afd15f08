// What sources are called: partners' as an organiser named their links, our own by words; any other by its label.
import { has, t } from "../shell/words.js";

export function sourceName(label, { source_names: names = {} }) {
  if (Object.hasOwn(names, label)) return names[label];
  return has(`source_${label}`) ? t(`source_${label}`) : label;
}
