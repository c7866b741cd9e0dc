import type { JsonObject } from '../model/json.ts';
import { changes, operations, removes } from '../model/operations.ts';
import type { Inverse, Operation, PropertyChange } from '../model/plan.ts';
import type { TypeSpec } from '../model/spec.ts';
import type { UndoSpec } from './undo-spec.ts';

interface Undoable {
  operation: Operation;
  type: string;
  previous?: JsonObject;
  changes?: PropertyChange[];
}

/**
 * Returns the inverse of a step as far as it is known before it runs. The inverse of a create and of a replace deletes
 * the new resource (the replaced one still exists, because its delete is a separate step after everything else). The
 * inverse of an update restores the pre-image, that of a delete creates the resource again without its data, and that
 * of a retain takes the resource back into the inventory. Verbs and verifications have no inverse.
 */
export function inverseOf(step: Undoable, spec: TypeSpec | undefined): Inverse {
  const operation = operations[step.operation].undoneBy;
  const reasons: string[] = [];
  if (removes(step)) {
    if (spec?.holdsData) reasons.push(`${step.type} holds data, which a delete loses`);
    const lost = spec === undefined ? [] : missingSecrets(spec, step.previous ?? {});
    for (const path of lost) reasons.push(`${path} can't be read back and no earlier value is known`);
  }
  if (changes(step) && spec !== undefined) {
    for (const path of overwrittenSecrets(spec, step)) {
      reasons.push(`${path} can't be read back and no earlier value is known`);
    }
  }
  return reasons.length > 0 ? { operation, irreversible: reasons.join('; ') } : { operation };
}

/**
 * Returns write-only properties that the resource must have had but whose values are not stored, because reads don't
 * show them.
 */
export function missingSecrets(spec: Pick<UndoSpec, 'writeOnly' | 'properties'>, kept: JsonObject): string[] {
  return spec.writeOnly.filter(
    (path) => spec.properties[path]?.required === true && kept[path] === undefined,
  );
}

/** Returns the same for properties that an update overwrites. */
function overwrittenSecrets(spec: TypeSpec, step: Undoable): string[] {
  const changed = new Set((step.changes ?? []).map((change) => change.path.split('.')[0]));
  return missingSecrets(spec, step.previous ?? {}).filter((path) => changed.has(path));
}
