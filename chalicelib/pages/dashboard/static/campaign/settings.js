// A campaign's texts, questions and rules.
import { editor } from "../editor/editor.js";

export const settings = (one) => editor(one.document, one.again);
