import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogOf, playSeed, scheduleOf, textOf } from './random-schedules.ts';
import { openStage, type Stage } from './stage.ts';

/** Seconds that the sample may take. `npm run sweep` plays 10,000 schedules. */
const sampleSeconds = 5;

describe('with any combination of faults', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  it('nothing is lost, duplicated or left locked, and rollbacks restore the previous state', async () => {
    const catalog = await catalogOf(stage);
    const started = performance.now();
    for (let seed = 1; performance.now() - started < sampleSeconds * 1000; seed += 1) {
      const findings = await playSeed(stage, seed, catalog);
      expect(findings, textOf(scheduleOf(seed, catalog))).toEqual([]);
    }
  });
});
