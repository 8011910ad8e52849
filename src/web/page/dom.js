export const byId = (id) => document.getElementById(id);

export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) set(made, name, value);
  made.append(...children.flat().filter(isShown));
  return made;
}

export function button(label, onclick, properties = {}) {
  return element("button", { type: "button", onclick, ...properties }, ...[label].flat());
}

export function isolated(text, properties = {}) {
  return element("bdi", properties, text);
}

export function fill(parent, ...children) {
  parent.replaceChildren(...children.flat().filter(isShown));
}

// One child for each key, in that order; a child whose content is the same object as before stays as it is.
export function reconcile(parent, items, { key, signature, make }, cache) {
  const wanted = new Set(items.map(key));
  for (const [id, known] of cache) {
    if (wanted.has(id)) continue;
    known.element.remove();
    cache.delete(id);
  }
  let place = parent.firstElementChild;
  for (const item of items) {
    const isHere = place !== null && cache.get(key(item))?.element === place;
    const child = present(item, key(item), signature(item), make, cache);
    if (!isHere) parent.insertBefore(child, place);
    place = isHere ? child.nextElementSibling : place;
  }
}

function present(item, id, signature, make, cache) {
  const known = cache.get(id);
  if (known && known.signature === signature) return known.element;
  const fresh = make(item);
  cache.set(id, { element: fresh, signature });
  if (known?.element.isConnected) replaceInPlace(known.element, fresh);
  return fresh;
}

function replaceInPlace(old, fresh) {
  const hadFocus = old === document.activeElement || old.contains(document.activeElement);
  if (old.tabIndex === 0) fresh.tabIndex = 0;
  old.replaceWith(fresh);
  if (hadFocus) fresh.focus({ preventScroll: true });
}

function set(made, name, value) {
  if (value === undefined || value === null || value === false) return;
  if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
  else if (name === "class") made.className = value;
  else if (name === "data") Object.assign(made.dataset, value);
  else if (name === "value") made.value = value;
  else made.setAttribute(name, value === true ? "" : value);
}

const isShown = (child) => child !== null && child !== undefined && child !== false;
