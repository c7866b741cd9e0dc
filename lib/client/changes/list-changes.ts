import { type ChangeList, changeListOf, changeLists } from '../../ledger/keys.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { ChangeRecord } from '../../ledger/records.ts';
import { withoutKeys } from '../without-keys.ts';

export interface WantedChanges {
  environment?: string;
  status?: string;
}

/** Number of closed changes to list if no status is given. */
const endedShown = 20;

/** Returns changes in progress, then changes to review, then recently closed changes. */
export async function listChanges(
  ledger: Pick<Ledger, 'changes'>,
  { environment, status }: WantedChanges,
): Promise<ChangeRecord[]> {
  const lists: readonly ChangeList[] =
    status === undefined ? changeLists : [changeListOf(status as ChangeRecord['status'])];
  const found = await Promise.all(
    lists.map((list) =>
      ledger.changes(list, status === undefined && list === 'CHANGE-ENDED' ? endedShown : undefined),
    ),
  );
  return found
    .flat()
    .filter((change) => environment === undefined || change.environment === environment)
    .filter((change) => status === undefined || change.status === status)
    .map(withoutKeys);
}
