// The desk at which blocks are drawn: who looks, who and what there is, and what a click does.
import { act, ask, eyes, here } from "./here.js";

// `target` is {message_ts, channel} or {view_id}; `more` what only a form or Home has.
export function desk(target, surface, more = {}) {
  return {
    eyes: eyes(),
    people: here.look.people,
    channels: here.look.channels.filter((one) => !one.is_im),
    values: {},
    typed: {},
    errors: {},
    inputs: [],
    changed: () => {},
    surface,
    act: (one, value, block) => act("action", { ...target, action_id: one.action_id, block_id: block.block_id, value }),
    suggest: async (one, query) => (await ask("suggest", { user: here.me, ...target, action_id: one.action_id, query })).options,
    ...more,
  };
}
