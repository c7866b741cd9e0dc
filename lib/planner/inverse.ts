import type { JsonObject } from '../model/json.ts';
import { operations } from '../model/operations.ts';
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
 * What undoes a step, as far as it is known before it runs.
 * A create and a replace are undone by deleting what they made (the replaced one is still there: its delete is
 * a step of its own, after everything else); an update by putting the pre-image back; a delete by creating the
 * resource again, without its data; a retain by taking the resource back into the inventory. Verbs and verifications
 * leave nothing to undo.
 */
export function inverseOf(step: Undoable, spec: TypeSpec | undefined): Inverse {
  const operation = operations[step.operation].undoneBy;
  const reasons: string[] = [];
  if (step.operation === 'delete') {
    if (spec?.holdsData) reasons.push(`${step.type} holds data, which a delete loses`);
    const lost = spec === undefined ? [] : missingSecrets(spec, step.previous ?? {});
    for (const path of lost) reasons.push(`${path} can't be read back and no earlier value is known`);
  }
  if (step.operation === 'update' && spec !== undefined) {
    for (const path of overwrittenSecrets(spec, step)) {
      reasons.push(`${path} can't be read back and no earlier value is known`);
    }
  }
  return reasons.length > 0 ? { operation, irreversible: reasons.join('; ') } : { operation };
}

/** Write-only properties the resource must have had, of which no value is kept: reads don't show them. */
export function missingSecrets(spec: Pick<UndoSpec, 'writeOnly' | 'properties'>, kept: JsonObject): string[] {
  return spec.writeOnly.filter(
    (path) => spec.properties[path]?.required === true && kept[path] === undefined,
  );
}

/** The same among what an update overwrites. */
function overwrittenSecrets(spec: TypeSpec, step: Undoable): string[] {
  const changed = new Set((step.changes ?? []).map((change) => change.path.split('.')[0]));
  return missingSecrets(spec, step.previous ?? {}).filter((path) => changed.has(path));
}
