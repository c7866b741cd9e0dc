import {
  canonicalJson,
  isObject,
  type JsonObject,
  type JsonValue,
  type PatchOperation,
} from '../model/json.ts';

export interface Change {
  /** The current state of the resource. */
  live: JsonObject;
  /** What was last sent for it. */
  before: JsonObject;
  /** What to send for it. */
  after: JsonObject;
  /** Whether to send values that equal those last sent: after a run that may have been interrupted. */
  everything: boolean;
  /** Dotted paths that reads hide. A handler must get these with each update. */
  hidden?: readonly string[];
}

/**
 * Returns the JSON Patch (RFC 6902) for an update: removes what was last sent and no longer is, and sets what is sent
 * differently. Everything else stays as the service has it. A service represents values in its own way (an ARN for an
 * alias, defaults inside objects, another order). Sending those back would change values that were not requested,
 * including create-only properties.
 */
export function mergePatch(change: Change, path = ''): PatchOperation[] {
  const { live, before, after, everything, hidden = [] } = change;
  const removed = Object.keys(before)
    .filter((name) => !(name in after) && name in live)
    .map((name): PatchOperation => ({ op: 'remove', path: `${path}/${escaped(name)}` }));
  const changed = Object.entries(after).flatMap(([name, value]): PatchOperation[] => {
    const [has, had] = [live[name], before[name]];
    const hides = hidden.includes(name) || hidden.some((path) => path.startsWith(`${name}.`));
    if (!everything && !hides && same(had, value)) return [];
    if (same(has, value)) return [];
    const place = `${path}/${escaped(name)}`;
    if (isObject(has) && isObject(value)) {
      const inside = hidden.flatMap((path) =>
        path.startsWith(`${name}.`) ? [path.slice(name.length + 1)] : [],
      );
      const inner = { live: has, before: isObject(had) ? had : {}, after: value, everything, hidden: inside };
      return mergePatch(inner, place);
    }
    return [{ op: has === undefined ? 'add' : 'replace', path: place, value }];
  });
  return [...removed, ...changed];
}

function same(one: JsonValue | undefined, other: JsonValue): boolean {
  return one !== undefined && canonicalJson(one) === canonicalJson(other);
}

/** JSON Pointer (RFC 6901): `~` and `/` are written `~0` and `~1`. */
function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
