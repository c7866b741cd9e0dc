import type { Capsule } from '../model/change.ts';
import type { ShownChange } from './capsule-text.ts';
import type { Deployment } from './deployment.ts';

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
  return { change, capsule, decisions };
}
