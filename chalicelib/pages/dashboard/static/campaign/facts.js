// What is stored of one signature, in words that people use.
import { sourceName } from "./sources.js";
import { choices, country, day, language, languageTitle, moment, t } from "../shell/words.js";

const isThere = (value) => value !== null && value !== undefined && value !== "" && !(Array.isArray(value) && !value.length);

// What only helps to find out where a signature came from.
const TECHNICAL = new Set(["id", "day", "network", "form_shown_at", "text_version", "text_sha256", "referrer"]);
export const isTechnical = (name) => TECHNICAL.has(name) || name.startsWith("utm_");

// Pairs of what it is and its value, of the names that are wanted; what is not there is left out.
export function factsOf(stored, document_, isWanted = () => true) {
  return Object.entries(stored).filter(([name, value]) => isWanted(name) && isThere(value)).map(([name, value]) => [label(name, document_), told(name, value, stored, document_)]);
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
  if (name === "source") return sourceName(value, document_);
  if (name === "day") return day(value);
  if (name === "country") return country(value);
  if (name === "region") return stored.region_name || value; // the name takes the place of its code
  if (name === "language") return languageTitle(value);
  if (name === "flags") return value.map(reason).join(" · ");
  if (name === "comment_state") return t(`commented_${value}`);
  if (name === "held") return reason(value);
  if (name === "outcome") return t(`outcome_${value}`);
  if (name === "delivery") return t(`delivery_${value}`);
  if (name === "consents") return value.map((one) => document_.sponsors.find((sponsor) => sponsor.id === one)?.name || one).join(", ");
  if (typeof value === "boolean") return value ? t("yes") : t("no");
  return String(value);
}
