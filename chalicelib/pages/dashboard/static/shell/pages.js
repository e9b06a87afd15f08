// Every page of the dashboard by the first part of its address (`#/keys`): its name in the navigation, who finds it there, what it shows.
// `show` gets `{ me, path, again }`: who is signed in, the rest of the address, and a function that draws the page once more.
// It returns elements; `isUnsaved` on them says whether leaving would lose something. A campaign's tabs are in campaign/tabs.js.
import { campaign } from "../campaign/frame.js";
import { creation } from "../editor/creation.js";
import { isAdmin } from "./roles.js";
import { audit, keys, people } from "../views/keys.js";
import { list } from "../views/list.js";

export const PAGES = [
  { at: "", words: "campaigns", show: list },
  { at: "campaigns", show: campaign },
  { at: "new", show: creation },
  { at: "keys", words: "keys", may: isAdmin, show: ({ me }) => keys(me) },
  { at: "people", words: "people", may: isAdmin, show: people },
  { at: "audit", words: "audit", may: isAdmin, show: audit },
];

// Addresses of before, as they may be in bookmarks and emails.
export const moved = (hash) => hash.replace(/^#\/c\/([^/]+)(\/edit)?$/, (_all, id, edit) => `#/campaigns/${id}${edit ? "/settings" : ""}`);
