import { ScalingIndex } from '../../inventory/scaling-index.ts';
import { envelopesOf } from '../../model/capacity/envelope.ts';
import type { StoredDecision } from '../../model/scaling-decision.ts';
import type { ScaledAsset } from '../../model/scaling-state.ts';
import { compareText } from '../../model/text.ts';
import { explain } from '../../scaling/explain.ts';
import type { Deployment } from '../deployment.ts';
import type { ScalingStatus } from '../reports/scaling.ts';

/** Returns every capacity that a policy moves, by scope and name, with its last decision as it was recorded. */
export async function scalingStatus(
  { inventory, documents }: Pick<Deployment, 'inventory' | 'documents'>,
  assetId?: string,
): Promise<ScalingStatus[]> {
  const index = new ScalingIndex(inventory.table);
  const assets = assetId === undefined ? await index.all() : [(await index.find(assetId)) ?? []].flat();
  const found = await Promise.all(assets.map((asset) => statusOf(documents, asset)));
  return found.flat().toSorted((a, b) => compareText(placeOf(a), placeOf(b)));
}

const placeOf = ({ scope, logicalId, property }: ScalingStatus) => `${scope} ${logicalId} ${property}`;

async function statusOf(
  documents: Deployment['documents'],
  { item, state }: ScaledAsset,
): Promise<ScalingStatus[]> {
  const { assetId, scope, logicalId, type, declared, capacities } = item;
  const { inFlight, waiting, last = {} } = state;
  return Promise.all(
    envelopesOf(type, declared).map(
      async ({ trait: { property, unit }, min, max }): Promise<ScalingStatus> => {
        const capacity = capacities[property];
        const decided = last[property];
        const flying = inFlight?.property === property ? inFlight : undefined;
        const waits = waiting?.property === property ? waiting : undefined;
        const { failures: _, ...shown } = decided ?? { failures: 0 };
        const why = decided && explain(await documents.get<StoredDecision>(decided.decisionHash));
        return {
          ...{ assetId, scope, logicalId, type, property, unit, min, max },
          ...(capacity !== undefined && { capacity }),
          ...(decided && why && { last: { ...(shown as Omit<typeof decided, 'failures'>), why } }),
          ...(flying && {
            inFlight: { to: flying.to, since: flying.since, requestId: flying.requestId },
          }),
          ...(waits && { waiting: { to: waits.to, since: waits.since, requestId: waits.requestId } }),
        };
      },
    ),
  );
}
