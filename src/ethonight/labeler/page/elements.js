/** Elements of the page, made in one expression. */

/**
 * @param {string} name  of the element
 * @param {Record<string, unknown>} properties  of the element; `dataset` is an object; so is `style`, with
 *   the names of the style sheet; `on` are listeners
 * @param {...(Node|string)} children
 */
export function make(name, properties = {}, ...children) {
  const element = document.createElement(name);
  const { dataset = {}, style = {}, on = {}, ...plain } = properties;
  Object.assign(element, plain);
  Object.assign(element.dataset, dataset);
  for (const [property, value] of Object.entries(style)) {
    element.style.setProperty(property, value);
  }
  for (const [event, listener] of Object.entries(on)) {
    element.addEventListener(event, listener);
  }
  element.append(...children);
  return element;
}
