import type { JsonObject } from '../../model/json.ts';
import { identifierOfRecords, isRecordSet } from '../../model/record-sets.ts';
import type { TypeSpec } from '../../model/spec.ts';

/** Returns the primary identifier of a new resource if its properties contain it completely. */
export function givenIdentifier(spec: TypeSpec | undefined, properties: JsonObject): string | undefined {
  if (spec !== undefined && isRecordSet(spec.type)) return identifierOfRecords(spec.type, properties);
  const parts = (spec?.primaryIdentifier ?? []).map((name) => properties[name]);
  return parts.length > 0 && parts.every((part) => typeof part === 'string') ? parts.join('|') : undefined;
}
