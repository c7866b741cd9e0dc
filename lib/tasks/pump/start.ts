import { eachOf } from '../each-of.ts';
import { callProvider, unanswered } from './call.ts';
import { type Prepared, writeIntents } from './intents.ts';
import { prepareStep } from './prepare.ts';
import { type RunContext, stepContext } from './step-context.ts';
import { callAgain } from './witness.ts';

/**
 * Number of steps whose intents are written in one transaction (DynamoDB: 100 items and 4 MB; payloads may be large).
 */
const intentsTogether = 10;

/** Starts steps: resolves, evaluates, writes the intents, and then calls the provider. @throws RunFenced */
export async function startSteps(run: RunContext, indexes: readonly number[]): Promise<void> {
  const prepared: Prepared[] = [];
  await eachOf(indexes, async (index) => {
    const ready = await prepareStep(stepContext(run, index));
    if (ready !== undefined) prepared.push(ready);
  });
  const rank = ({ context }: Prepared) => indexes.indexOf(context.index);
  prepared.sort((a, b) => rank(a) - rank(b));
  for (let start = 0; start < prepared.length; start += intentsTogether) {
    const together = prepared.slice(start, start + intentsTogether);
    await writeIntents(run, together);
    await eachOf(together, ({ context }) =>
      context.record.error?.code === unanswered ? callAgain(context) : callProvider(context),
    );
  }
}
