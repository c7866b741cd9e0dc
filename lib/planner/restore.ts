import type { JsonObject } from '../model/json.ts';
import { equal } from './equal.ts';
import { type Reference, referencesIn } from './references.ts';
import type { UndoSpec } from './undo-spec.ts';

/** The known data about a resource before a step. */
export interface Before {
  preImage?: JsonObject;
  previousApplied?: JsonObject;
}

/**
 * Returns what to send to restore a resource: its live properties immediately before the step, with these exceptions.
 * - A property that refers to other resources stays a reference, because these may have been created again since. If
 *   the target didn't exist before (it isn't in `known`), the live value is used.
 * - A write-only or sensitive property, or one that contains a secret, has the requested value: reads hide it, or only
 *   its hash is stored.
 * - Read-only properties, and their parents, are omitted unless they were requested.
 *
 * Returns undefined if the result equals the desired properties in the inventory.
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
