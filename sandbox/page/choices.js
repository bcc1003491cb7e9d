// What there is to choose from in a menu, and what is chosen already, in one form for all kinds of menus:
// options as Slack has them, {value, text: {text}, description}.
const KINDS = { im: (room) => room.is_im, mpim: () => false, private: (room) => room.is_private && !room.is_im, public: (room) => !room.is_private && !room.is_im };

const option = (value, text, description) => ({ value, text: { type: "plain_text", text }, description: description ? { type: "plain_text", text: description } : undefined });

function people(desk) {
  return (desk.people ?? []).filter((one) => !one.deleted).map((one) => {
    const name = one.profile?.display_name || one.real_name || one.name;
    return option(one.id, name, one.real_name === name ? "" : one.real_name);
  });
}

function rooms(desk, kinds) {
  return (desk.channels ?? []).filter((room) => !room.is_archived && kinds.some((kind) => KINDS[kind]?.(room)))
    .map((room) => option(room.id, room.is_im ? desk.eyes.channel(room.id) : `#${room.name}`, room.topic));
}

// [[heading or null, options], ...] of a menu; an external one has none of its own.
export function groupsOf(one, desk) {
  if (one.option_groups) return one.option_groups.map((group) => [group.label.text, group.options]);
  if (one.options) return [[null, one.options]];
  if (one.type.includes("users")) return [[null, people(desk)]];
  if (one.type.includes("conversations")) return [[null, rooms(desk, one.filter?.include ?? ["public", "private", "im"])]];
  if (one.type.includes("channels")) return [[null, rooms(desk, ["public"])]];
  return [];
}

const STARTS = ["value", "date", "time", "date_time", "option", "options", "user", "users", "conversation", "conversations", "channel", "channels"];

// What stands in an input before anybody touches it now: what was typed before, else what the workspace
// holds, else what the bot gave to begin with. Options stay objects, so that their words are known.
export function startOf(one, block, desk) {
  const typed = desk.typed?.[block.block_id]?.[one.action_id];
  if (typed !== undefined) return typed;
  const state = desk.values?.[block.block_id]?.[one.action_id];
  if (state) return Object.entries(state).find(([key]) => key !== "type")?.[1] ?? null;
  const name = STARTS.find((key) => one[`initial_${key}`] !== undefined);
  return name ? one[`initial_${name}`] : null;
}

// The value of an option, of an id or of an option's value.
export const valueOf = (raw) => (raw && typeof raw === "object" ? raw.value : raw);

export const listOf = (raw) => (raw === null || raw === undefined ? [] : Array.isArray(raw) ? raw : [raw]);
