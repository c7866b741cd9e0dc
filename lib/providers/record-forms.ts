import {
  canonicalJson,
  isObject,
  type JsonObject,
  type JsonValue,
  type PatchOperation,
} from '../model/json.ts';
import { recordIdentifier, recordSet, recordSetGroup, spelledName } from '../model/record-sets.ts';
import { ProviderRefused } from './provider.ts';

/** The records of one name and type in one zone. */
export interface RecordsAt {
  zone: string;
  name: string;
  type: string;
}

/** Fills in what Route 53 expects and requests may leave out. */
export function withDefaults(record: JsonObject): JsonObject {
  const { AliasTarget: alias } = record;
  if (!isObject(alias)) return record;
  return { ...record, AliasTarget: { EvaluateTargetHealth: false, ...alias } };
}

/** Several records of a name and type have an identifier each, and a single one has none. */
export function typeOf(records: readonly JsonObject[]): string {
  return records.some(({ SetIdentifier }) => SetIdentifier !== undefined) ? recordSetGroup : recordSet;
}

/** Returns the properties of a resource. What has become a group has the `SetIdentifier` of its first record. */
export function propertiesOf(
  type: string,
  { zone, name }: RecordsAt,
  records: readonly JsonObject[],
): JsonObject {
  const shown = records.map((record) => ({ ...asText(record), Name: name }));
  if (type === recordSet) return { HostedZoneId: zone, ...shown[0] };
  const Id = recordIdentifier(zone, name, String(records[0]?.Type));
  return { HostedZoneId: zone, RecordSets: shown, Id };
}

/** Returns a record with values as requests write them: `TTL` is text, and the name of an alias has no dot at its end. */
function asText(record: JsonObject): JsonObject {
  const { TTL, AliasTarget: alias, ...rest } = record;
  return {
    ...rest,
    ...(TTL === undefined ? {} : { TTL: String(TTL) }),
    ...(isObject(alias) ? { AliasTarget: { ...alias, DNSName: spelledName(String(alias.DNSName)) } } : {}),
  };
}

/** Tells whether two records are the same to Route 53. The order of their values means nothing. */
export function same(one: JsonObject, other: JsonObject): boolean {
  const form = (record: JsonObject) => {
    const { Name, ResourceRecords: values, Weight, ...rest } = asText(record);
    const sorted = Array.isArray(values) ? { ResourceRecords: values.map(String).sort() } : {};
    const weight = Weight === undefined ? {} : { Weight: Number(Weight) };
    return canonicalJson({ ...rest, ...sorted, ...weight, Name: spelledName(String(Name)) });
  };
  return form(one) === form(other);
}

export function sameRecords(some: readonly JsonObject[], others: readonly JsonObject[]): boolean {
  return some.length === others.length && some.every((one) => others.some((other) => same(one, other)));
}

/** Applies operations whose paths lead through objects only, as those of lib/providers/merge-patch.ts do. */
export function patched(properties: JsonObject, patch: readonly PatchOperation[]): JsonObject {
  const { Id: _, ...own } = structuredClone(properties);
  for (const operation of patch) {
    const path = operation.path.split('/').slice(1);
    const last = path.pop() ?? '';
    let holder: JsonObject = own;
    for (const name of path) {
      const inside: JsonValue | undefined = holder[name];
      if (!isObject(inside ?? null))
        throw new ProviderRefused('InvalidRequest', `${operation.path} leads nowhere`);
      holder = inside as JsonObject;
    }
    if (operation.op === 'remove') delete holder[last];
    else holder[last] = operation.value;
  }
  return own;
}
