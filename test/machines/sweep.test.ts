import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storyAt } from '../sample.ts';
import { nameOf } from './disturbances.ts';
import { scenarios } from './people-scenarios.ts';
import { play } from './play.ts';
import { openStage, type Stage } from './stage.ts';
import { disturbancesOf } from './sweep.ts';
import { verifyTrail } from './trail-holds.ts';

/** The test plays one case in this many. `npm run sweep` plays all. */
const sampleOneIn = 300;

describe('with any fault, nothing is lost, duplicated or left locked', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  for (const [offset, scenario] of scenarios.entries())
    storyAt(offset, 6)(scenario.name, async () => {
      const all = await disturbancesOf(stage, scenario);
      const every = Math.min(sampleOneIn, all.length);
      const sample = all.filter((_, index) => index % every === (offset * 7) % every);
      expect(sample.length).toBeGreaterThan(0);
      for (const disturbance of sample) {
        const { findings, struck } = await play(stage, scenario, disturbance);
        expect({ struck, findings }, nameOf(disturbance)).toEqual({ struck: true, findings: [] });
      }
    });

  it('and the audit trail of all of it is valid: no run without authority, no asset without a run', async () => {
    const { findings, changes, runs } = await verifyTrail(stage);
    expect(findings).toEqual([]);
    expect(Math.min(changes, runs)).toBeGreaterThan(5);
  });
});
