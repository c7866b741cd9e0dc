import type { JsonObject } from '../model/json.ts';
import type { TypeSpec } from '../model/spec.ts';
import { equal } from './equal.ts';
import { referencesIn } from './references.ts';

/**
 * What to send so that a resource becomes as it was: its live properties just before the step, except that
 * - a property that refers to other resources stays a reference: they may have been made anew since;
 * - a write-only or sensitive one is taken from what was asked for: reads hide it, or keep only its hash;
 * - what nobody may set is left out, and so is what holds such parts, beyond what was asked for.
 * Undefined where that is just what the inventory holds as desired.
 */
export function restoredProperties(
  desired: JsonObject,
  { preImage, previousApplied }: { preImage?: JsonObject; previousApplied?: JsonObject },
  spec: TypeSpec | undefined,
): JsonObject | undefined {
  if (preImage === undefined || spec === undefined) return undefined;
  const hidden = new Set([...spec.writeOnly, ...spec.sensitive].map((path) => path.split('.')[0] ?? ''));
  const referring = new Set(referencesIn(desired).map(({ path }) => path.split('.')[0] ?? ''));
  const restored: JsonObject = {};
  for (const name of new Set([...Object.keys(desired), ...Object.keys(preImage)])) {
    if (spec.properties[name] === undefined || spec.readOnly.includes(name)) continue;
    const partly = spec.readOnly.some((path) => path.startsWith(`${name}.`));
    const kept = partly || hidden.has(name) || referring.has(name) || preImage[name] === undefined;
    const value = kept ? (desired[name] ?? previousApplied?.[name]) : preImage[name];
    if (value !== undefined) restored[name] = value;
  }
  return equal(restored, desired) ? undefined : restored;
}
