import {
  canonicalJson,
  isObject,
  type JsonObject,
  type JsonValue,
  type PatchOperation,
} from '../model/json.ts';

export interface Change {
  /** The resource as it is now. */
  live: JsonObject;
  /** What was last sent for it. */
  before: JsonObject;
  /** What it shall be sent as. */
  after: JsonObject;
  /** Send also what is as it was last sent: after a run that may have got halfway. */
  everything: boolean;
  /** Dotted paths of what reads hide: a handler gets that with each update or not at all. */
  hidden?: readonly string[];
}

/**
 * The JSON Patch (RFC 6902) for an update: what was last sent and is sent no more goes, what is sent otherwise
 * than last time comes, everything else stays as the service has it. A service writes values in its own way (an ARN
 * for an alias, defaults inside objects, another order): to send those back would change what nobody asked for,
 * create-only properties among it.
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
