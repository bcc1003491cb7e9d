// What somebody began here and has not sent: the browser keeps it for this window, through a reload. Where it
// has no room left, or may keep nothing, the page alone remembers.
const remembered = new Map();

export function keep(key, text) {
  remembered.set(key, text);
  try {
    sessionStorage.setItem(key, text);
  } catch { /* full, or not allowed */ }
}

// The text, or "" where nothing was begun.
export function kept(key) {
  if (remembered.has(key)) return remembered.get(key);
  try {
    return sessionStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
}

// What was kept as JSON; an empty object where it is none.
export function keptObject(key) {
  try {
    const found = JSON.parse(kept(key));
    return found && typeof found === "object" ? found : {};
  } catch {
    return {};
  }
}

// Forget all whose key begins so.
export function forget(start) {
  for (const key of [...remembered.keys()]) if (key.startsWith(start)) remembered.delete(key);
  try {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(start)) sessionStorage.removeItem(key);
  } catch { /* not allowed: nothing is there */ }
}
