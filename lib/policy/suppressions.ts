import { isObject, type JsonValue } from '../model/json.ts';
import type { DesiredResource } from '../model/request.ts';
import type { PolicyRule } from './types.ts';

/** An entry in a resource's metadata about one rule or check of another tool. */
interface Entry {
  id: string;
  reason?: string;
}

function listAt(value: JsonValue | undefined, key: string): JsonValue[] {
  const list = isObject(value) ? value[key] : undefined;
  return Array.isArray(list) ? list : [];
}

/** Returns the names in a metadata list: texts, objects with an `id`, or keys with the reason as the value. */
function entriesIn(list: JsonValue[]): Entry[] {
  return list.flatMap((one): Entry[] => {
    if (typeof one === 'string') return [{ id: one }];
    if (!isObject(one)) return [];
    if (typeof one.id === 'string') return [{ id: one.id, reason: text(one.reason) }];
    return Object.entries(one).map(([id, reason]) => ({ id, reason: text(reason) }));
  });
}

function text(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** cfn_nag reads the first key. Users write the second just as often, because it looks like the tool's name. */
const nagKeys = ['cfn_nag', 'cfn-nag'];

/**
 * Returns the reason if the resource's metadata suppresses the rule in the format of cfn-guard
 * (`guard.SuppressedRules`) or cfn_nag (`cfn_nag.rules_to_suppress`). Returns undefined if it doesn't.
 */
export function suppressionOf(rule: PolicyRule, resource: DesiredResource): { reason?: string } | undefined {
  const own = entriesIn(listAt(resource.metadata?.guard, 'SuppressedRules'));
  const others = nagKeys.flatMap((key) => entriesIn(listAt(resource.metadata?.[key], 'rules_to_suppress')));
  const found =
    own.find(({ id }) => id === rule.id) ?? [...own, ...others].find(({ id }) => rule.aliases.includes(id));
  return found && (found.reason === undefined ? {} : { reason: found.reason });
}
