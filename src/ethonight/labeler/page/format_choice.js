/** A choice among the formats that the server knows. */

import { get } from "./api.js";
import { toast } from "./dialogs.js";
import { make } from "./elements.js";

/**
 * @param {object} properties  of the element
 * @param {...Node} first  options before the formats
 * @returns {HTMLSelectElement}  it fills itself
 */
export function formatChoice(properties, ...first) {
  const choice = make("select", properties, ...first);
  fill(choice);
  return choice;
}

async function fill(choice) {
  try {
    const formats = await get("/api/formats");
    choice.append(...formats.map(({ name, title, endings }) => {
      return make("option", { value: name }, `${title} (${endings[0]})`);
    }));
  } catch (error) {
    toast(error.message, "error");
  }
}
