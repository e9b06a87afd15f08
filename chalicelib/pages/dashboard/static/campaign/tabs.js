// The tabs of a campaign in their order: the last part of the address (`#/campaigns/{id}/{at}`), who sees the tab, and its sections.
// A section is a function of the campaign, `async (one) => element, elements or null`; frame.js says what `one` holds.
// Where a tab has an `inner` page for the rest of its address (`messages/updates/new`), that is shown instead of its sections.
// To add to a tab, write a section in a file of its own and list it here.
import { updatePage } from "../updates/updatepage.js";
import { updates } from "../updates/updates.js";
import { deliveries } from "./deliveries.js";
import { emails, emailsRow } from "./emails.js";
import { manages, seesNames } from "../shell/roles.js";
import { exportsOf, numbers } from "./handover.js";
import { lifecycle } from "./lifecycle.js";
import { delivery, heldMails, pause } from "./messages.js";
import { overview } from "./overview.js";
import { packets } from "./packets.js";
import { sharing } from "./sharing.js";
import { signatures } from "./signatures.js";
import { settings } from "./settings.js";

export const TABS = [
  { at: "", words: "tab_overview", sections: [overview] },
  { at: "signatures", words: "tab_signatures", may: seesNames, sections: [signatures] },
  { at: "messages", words: "tab_messages", may: manages, sections: [heldMails, updates, emailsRow, delivery, pause], inner: ([part]) => ({ updates: updatePage, emails })[part] },
  { at: "share", words: "tab_share", sections: [sharing] },
  { at: "handover", words: "tab_handover", sections: [packets, deliveries, exportsOf, numbers] },
  { at: "settings", words: "tab_settings", may: manages, sections: [settings, lifecycle] },
];
