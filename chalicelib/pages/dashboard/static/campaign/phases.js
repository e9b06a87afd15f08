// The state of a campaign as people see it: what the organiser decided and what its dates say.
import { moment, t } from "../shell/words.js";

// A name for styles, and words. `now` is the server's time.
export function phaseOf(document_, now) {
  const { archived, state, opens_at: opens, closes_at: closes } = document_;
  const is = Date.parse(now);
  if (archived) return ["archived", t("state_archived")];
  if (state === "draft") return ["draft", t("state_draft")];
  if (state === "closed" || (closes && Date.parse(closes) <= is)) return ["closed", t("state_closed")];
  if (opens && Date.parse(opens) > is) return ["early", t("opens_on", { when: moment(opens) })];
  return ["open", closes ? t("open_until", { when: moment(closes) }) : t("state_open")];
}

// The first moment at which nobody can confirm any more, or null while it is open.
export function confirmableUntil(document_) {
  const ends = [document_.closes_at, document_.closed_at].filter(Boolean).map((iso) => Date.parse(iso));
  return ends.length ? Math.min(...ends) + 86_400_000 : null;
}
