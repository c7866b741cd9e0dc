import { canonicalJson, isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import type { TypeLookup } from '../model/spec.ts';
import type { ModelResource } from './cloud.ts';

/** A difference between the state after a rollback and the state before. */
export interface Difference {
  resource: string;
  /** Dotted path. Empty for the resource as a whole. */
  path: string;
  message: string;
  type: string;
}

type State = ReadonlyMap<string, ModelResource>;

/** Returns every difference between two states, by property. Hides values of properties that contain secrets. */
export function differencesBetween(before: State, after: State, lookup: TypeLookup): Difference[] {
  const found: Difference[] = [];
  for (const [key, was] of before) {
    const { logicalId: resource, type } = was;
    const is = after.get(key);
    if (is === was) continue;
    if (is === undefined) {
      found.push({ resource, type, path: '', message: `${type} ${was.identifier} is gone` });
      continue;
    }
    const secret = secretsOf(type, lookup);
    for (const [path, one, other] of differing(was.properties, is.properties))
      found.push({ resource, type, path, message: said(one, other, secret.has(path.split('.')[0] ?? '')) });
  }
  for (const [key, { logicalId: resource, type, identifier }] of after)
    if (!before.has(key))
      found.push({ resource, type, path: '', message: `${type} ${identifier} is left over` });
  return found;
}

function secretsOf(type: string, lookup: TypeLookup): Set<string> {
  const spec = lookup(type);
  return new Set(
    [...(spec?.writeOnly ?? []), ...(spec?.sensitive ?? [])].map((path) => path.split('.')[0] ?? ''),
  );
}

type Pair = [path: string, before: JsonValue | undefined, after: JsonValue | undefined];

/** Returns the leaves that differ. A list is one leaf. */
function differing(before: JsonObject, after: JsonObject, prefix = ''): Pair[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name): Pair[] => {
    const [was, is] = [before[name], after[name]];
    if (was === is) return [];
    if (isObject(was) && isObject(is)) return differing(was, is, `${prefix}${name}.`);
    if (was !== undefined && is !== undefined && canonicalJson(was) === canonicalJson(is)) return [];
    return [[`${prefix}${name}`, was, is]];
  });
}

const longest = 60;

function said(was: JsonValue | undefined, is: JsonValue | undefined, secret: boolean): string {
  if (was === undefined)
    return secret ? 'had no value that is known and keeps the new one' : `was not set, is ${shown(is)}`;
  if (is === undefined) return secret ? 'is lost' : `was ${shown(was)}, is not set`;
  return secret ? 'is not the value it was' : `was ${shown(was)}, is ${shown(is)}`;
}

function shown(value: JsonValue | undefined): string {
  const text = canonicalJson(value ?? null);
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
