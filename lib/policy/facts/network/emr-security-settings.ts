import { isObject, type JsonObject, type JsonValue } from '../../../model/json.ts';
import { isAbsent, isUnknown } from '../../unknown.ts';
import type { Fact } from '../fact.ts';

const property = 'SecurityConfiguration';

/** Returns the configuration as an object. CloudFormation also accepts JSON text. */
function parsed(value: JsonValue | undefined): JsonObject {
  if (typeof value !== 'string') return isObject(value) ? value : {};
  try {
    const read: JsonValue = JSON.parse(value);
    return isObject(read) ? read : {};
  } catch {
    return {};
  }
}

function scalarIn(value: JsonValue): string {
  return isObject(value) || Array.isArray(value) ? '' : `=${String(value).toLowerCase()}`;
}

/** Returns every setting that is present, and its value: `A`, `A.B`, `A.B=true`. */
function settingsIn(value: JsonObject, prefix = ''): string[] {
  return Object.entries(value).flatMap(([name, one]) => {
    if (isAbsent(one)) return [];
    const path = `${prefix}${name}`;
    if (isUnknown(one)) return [path];
    const inside = isObject(one) ? settingsIn(one, `${path}.`) : [`${path}${scalarIn(one)}`];
    return [path, ...inside];
  });
}

/**
 * Returns switches with an unknown value. The value of a switch matters, while for other settings their presence is
 * enough.
 */
function openSwitches(value: JsonObject, prefix: string): string[] {
  return Object.entries(value).flatMap(([name, one]) => {
    const path = `${prefix}.${name}`;
    if (isUnknown(one)) return name.startsWith('Enable') ? [path] : [];
    return isObject(one) ? openSwitches(one, path) : [];
  });
}

export const emrSecuritySettings: Fact = {
  name: 'emrSecuritySettings',
  types: ['AWS::EMR::SecurityConfiguration'],
  shape: { kind: 'set', element: { kind: 'string' } },
  description:
    'Every setting of the configuration by its dotted path; settings with a scalar value also as `PATH=value` in lower case: `EncryptionConfiguration.EnableAtRestEncryption=true`.',
  derive({ value }) {
    const { [property]: given } = value;
    if (!isAbsent(given) && isUnknown(given)) return { waitsFor: [property] };
    const configuration = parsed(given);
    const waitsFor = openSwitches(configuration, property);
    return waitsFor.length > 0 ? { waitsFor } : { value: settingsIn(configuration) };
  },
};
