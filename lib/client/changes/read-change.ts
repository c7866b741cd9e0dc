import type { ChangeRecord } from '../../ledger/records.ts';
import type { Capsule, Decision } from '../../model/change.ts';
import type { Deployment } from '../deployment.ts';
import { withoutKeys } from '../without-keys.ts';

/** A change with its record, its current capsule and its decisions. */
export interface ShownChange {
  change: ChangeRecord;
  capsule: Capsule;
  decisions: readonly Decision[];
}

/** Returns the id of a change from its own id or its request's id. */
export function changeIdOfEither(id: string): string {
  return id.startsWith('CHG-') ? id : `CHG-${id}`;
}

/** Returns a change with its current capsule and decisions, or undefined if the ledger doesn't have it. */
export async function readChange(
  { ledger, documents }: Pick<Deployment, 'ledger' | 'documents'>,
  changeId: string,
): Promise<ShownChange | undefined> {
  const change = await ledger.findChange(changeId);
  if (change === undefined) return undefined;
  const [capsule, decisions] = await Promise.all([
    documents.get<Capsule>(change.capsuleHash),
    ledger.decisions(changeId),
  ]);
  return { change: withoutKeys(change), capsule, decisions: decisions.map(withoutKeys) };
}
