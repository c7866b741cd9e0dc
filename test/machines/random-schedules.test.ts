import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogOf, playSeed, scheduleOf, textOf } from './random-schedules.ts';
import { openStage, type Stage } from './stage.ts';

/** Number of schedules in the sample. Each change plays 20 more (.ci/run), and `npm run sweep` 10,000. */
const sampleSize = 1;

describe('with any combination of faults', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  it('nothing is lost, duplicated or left locked, and rollbacks restore the previous state', async () => {
    const catalog = await catalogOf(stage);
    for (let seed = 1; seed <= sampleSize; seed += 1) {
      const findings = await playSeed(stage, seed, catalog);
      expect(findings, textOf(scheduleOf(seed, catalog))).toEqual([]);
    }
  });
});
