// What is stored of one signature, in words that people use.
import { choices, country, day, language, languageName, moment, t } from "../shell/words.js";

const isThere = (value) => value !== null && value !== undefined && value !== "" && !(Array.isArray(value) && !value.length);

// Pairs of what it is and its value; what is not there is left out.
export function factsOf(stored, document_) {
  // Whether an organiser hid the name is told by when and why; the name of a region takes the place of its code.
  return Object.entries(stored).filter(([name, value]) => name !== "shown" && name !== "region_name" && isThere(value)).map(([name, value]) => [label(name, document_), told(name, value, stored, document_)]);
}

function label(name, document_) {
  if (name.startsWith("custom.")) {
    const words = document_.fields.find((one) => one.name === name)?.label;
    return words?.[language] || words?.[document_.default_language] || name.slice(7);
  }
  if (name.startsWith("utm_")) return t("fact_utm", { name });
  if (name === "email" || choices.always_asked.includes(name) || choices.person_fields.includes(name)) return t(`field_${name}`);
  return t(`fact_${name}`);
}

function told(name, value, stored, document_) {
  const reason = (one) => t(`held_${one}`, { domain: (stored.email || "").split("@").pop() });
  if (name === "form_shown_at") return value; // to the tenth of a second, to be copied
  if (name.endsWith("_at")) return moment(value);
  if (name === "state") return t(`state_${value}`);
  if (name === "day") return day(value);
  if (name === "country") return country(value);
  if (name === "region") return stored.region_name || value;
  if (name === "language") return languageName(value);
  if (name === "flags") return value.map(reason).join(" · ");
  if (name === "comment_state") return t(`state_comment_${value}`);
  if (name === "held") return reason(value);
  if (name === "outcome") return t(`outcome_${value}`);
  if (name === "delivery") return t(`delivery_${value}`);
  if (name === "consents") return value.map((one) => document_.sponsors.find((sponsor) => sponsor.id === one)?.name || one).join(", ");
  if (typeof value === "boolean") return value ? t("yes") : t("no");
  return String(value);
}
