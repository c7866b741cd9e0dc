import type { ChangeRecord } from '../../ledger/records.ts';
import type { Capsule, Decision } from '../../model/change.ts';
import type { Deployment } from '../deployment.ts';
import { withoutKeys } from '../without-keys.ts';

/** A change as it is decided on: its record, the capsule it is about now, and what was decided. */
export interface ShownChange {
  change: ChangeRecord;
  capsule: Capsule;
  decisions: readonly Decision[];
}

/** A change by its own id or its request's. */
export function changeIdOfEither(id: string): string {
  return id.startsWith('CHG-') ? id : `CHG-${id}`;
}

/** A change with the capsule it is about now and what was decided; undefined where the ledger holds none. */
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
