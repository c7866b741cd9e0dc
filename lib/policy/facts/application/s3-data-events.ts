import { isObject, type JsonObject, type JsonValue } from '../../../model/json.ts';
import { isAbsent, isUnknown } from '../../unknown.ts';
import type { Fact, FactResult } from '../fact.ts';

const bucketObjects = 'AWS::S3::Object';

function list(value: JsonValue | undefined): JsonValue[] {
  if (isAbsent(value)) return [];
  return Array.isArray(value) ? value : [value];
}

/** Returns the types of the data resources in a basic selector. */
function ofSelector(selector: JsonObject): JsonValue[] {
  return list(selector.DataResources).map((one) =>
    isObject(one) && !isUnknown(one) ? (one.Type ?? null) : one,
  );
}

/** Returns the values that the field `resources.type` of an advanced selector must equal. */
function ofAdvancedSelector(selector: JsonObject): JsonValue[] {
  return list(selector.FieldSelectors).flatMap((one) => {
    if (!isObject(one) || isUnknown(one)) return [one];
    return one.Field === 'resources.type' ? list(one.Equals) : [];
  });
}

const properties = { EventSelectors: ofSelector, AdvancedEventSelectors: ofAdvancedSelector };

function deriveFrom(value: JsonObject): FactResult {
  const waitsFor = new Set<string>();
  for (const [property, typesOf] of Object.entries(properties)) {
    for (const selector of list(value[property])) {
      const types = isObject(selector) && !isUnknown(selector) ? typesOf(selector) : [selector];
      if (types.includes(bucketObjects)) return { value: true };
      if (types.some((type) => isUnknown(type) && !isAbsent(type))) waitsFor.add(property);
    }
  }
  return waitsFor.size > 0 ? { waitsFor: [...waitsFor] } : { value: false };
}

/** Selectors as in "Logging data events" (AWS CloudTrail User Guide). */
export const s3DataEvents: Fact = {
  name: 's3DataEvents',
  types: ['AWS::CloudTrail::Trail'],
  shape: { kind: 'boolean' },
  description:
    'An event selector of the trail, basic or advanced, includes S3 data events; the fact does not check for which ' +
    'buckets.',
  derive: ({ value }) => deriveFrom(value),
};
