import { callProvider } from './call.ts';
import { type Prepared, writeIntents } from './intents.ts';
import { eachOf } from './outcomes.ts';
import { prepareStep } from './prepare.ts';
import type { RunView } from './run-view.ts';
import type { PumpServices } from './services.ts';

/** Steps whose intents go into one transaction (DynamoDB: 100 items and 4 MB; payloads may be large). */
const intentsTogether = 10;

/** Starts steps: resolves, judges, writes the intents, then calls the provider. @throws RunFenced */
export async function startSteps(
  services: PumpServices,
  view: RunView,
  indexes: readonly number[],
  now: string,
): Promise<void> {
  const prepared: Prepared[] = [];
  await eachOf(indexes, async (index) => {
    const ready = await prepareStep(services, view, index, now);
    if (ready !== undefined) prepared.push(ready);
  });
  prepared.sort((a, b) => indexes.indexOf(a.index) - indexes.indexOf(b.index));
  for (let start = 0; start < prepared.length; start += intentsTogether) {
    const together = prepared.slice(start, start + intentsTogether);
    await writeIntents(services, view, together, now);
    await eachOf(together, ({ index }) => callProvider(services, view, index, now));
  }
}
