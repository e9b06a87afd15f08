// A campaign's texts, questions and rules; `settings/rules` unfolds that part.
import { editor } from "../editor/editor.js";

export const settings = (one) => editor(one.document, one.again, one.rest[0]);
