import type { JsonObject } from '../model/json.ts';
import { equal } from './equal.ts';
import { type Reference, referencesIn } from './references.ts';
import type { UndoSpec } from './undo-spec.ts';

/** What is known of a resource as it was before a step. */
export interface Before {
  preImage?: JsonObject;
  previousApplied?: JsonObject;
}

/**
 * What to send so that a resource becomes as it was: its live properties just before the step, except that
 * - a property that refers to other resources stays a reference: they may have been made anew since; unless
 *   what it refers to was not there before (not among `known`): then its live value is all there is;
 * - a write-only or sensitive one, or one with a secret in it, is taken from what was asked for: reads hide it, or
 *   keep only its hash;
 * - what nobody may set is left out, and so is what holds such parts, beyond what was asked for.
 * Undefined where that is just what the inventory holds as desired.
 */
export function restoredProperties(
  desired: JsonObject,
  { preImage, previousApplied }: Before,
  spec: UndoSpec | undefined,
  known: ReadonlySet<string>,
): JsonObject | undefined {
  const references = referencesIn(desired);
  const dangling = namesOf(references.filter(({ target }) => !known.has(target)));
  const live = preImage ?? (dangling.size > 0 ? previousApplied : undefined);
  if (live === undefined || spec === undefined) return undefined;
  const secret = Object.keys(desired).filter((name) => JSON.stringify(desired[name]).includes('{{resolve:'));
  const hidden = new Set([...[...spec.writeOnly, ...spec.sensitive].map(topOf), ...secret]);
  const referring = namesOf(references);
  const restored: JsonObject = {};
  for (const name of new Set([...Object.keys(desired), ...Object.keys(live)])) {
    if (spec.properties[name] === undefined || spec.readOnly.includes(name)) continue;
    const partly = spec.readOnly.some((path) => path.startsWith(`${name}.`));
    const asked = partly || hidden.has(name) || referring.has(name) || live[name] === undefined;
    const value = dangling.has(name)
      ? ((hidden.has(name) ? undefined : live[name]) ?? previousApplied?.[name])
      : asked
        ? (desired[name] ?? previousApplied?.[name])
        : live[name];
    if (value !== undefined) restored[name] = value;
  }
  return equal(restored, desired) ? undefined : restored;
}

const topOf = (path: string): string => path.split('.')[0] ?? '';

function namesOf(references: readonly Reference[]): Set<string> {
  return new Set(references.map(({ path }) => topOf(path)));
}
