// Every page of the dashboard by the first part of its address (`#/keys`): its name in the navigation, who finds it there, what it shows.
// `show` gets `{ me, path, again, leave }`: who is signed in, the rest of the address, a function that draws the page once more,
// and one for after everything was ended elsewhere, which asks to sign in.
// It returns elements; `isUnsaved` on them says whether leaving would lose something. A campaign's tabs are in campaign/tabs.js.
import { campaign } from "../campaign/frame.js";
import { creation } from "../editor/creation.js";
import { isAdmin } from "./roles.js";
import { account } from "../views/account.js";
import { audit } from "../views/audit.js";
import { keys, people } from "../views/keys.js";
import { list } from "../views/list.js";
import { members } from "../views/members.js";

export const PAGES = [
  { at: "", words: "campaigns", show: list },
  { at: "campaigns", show: campaign },
  { at: "new", show: creation },
  { at: "members", words: "members", may: isAdmin, show: members },
  { at: "keys", words: "keys", may: isAdmin, show: ({ me }) => keys(me) },
  { at: "people", words: "people", may: isAdmin, show: people },
  { at: "audit", words: "audit", may: isAdmin, show: audit },
  { at: "account", words: "account", show: account },
];

// Addresses of before, as they may be in bookmarks and emails.
export const moved = (hash) => hash.replace(/^#\/c\/([^/]+)(\/edit)?$/, (_all, id, edit) => `#/campaigns/${id}${edit ? "/settings" : ""}`);
