import { describe, expect, it } from 'vitest';
import { noInputs, normalizeRequest, readManifest } from '../../lib/request/index.ts';
import { ensureTypes, typeLookup } from '../../lib/spec/index.ts';
import { levelWaves, tenSlots } from './baselines.ts';
import { figureOf, table } from './figures.ts';
import { durations, graphMakers, randomLayered } from './graphs.ts';
import { makeManifest } from './manifest.ts';
import { randomFrom } from './random.ts';
import { evaluationRow } from './scale-asset-rows.ts';
import { bound, criticalPath } from './simulate.ts';

describe('the bench', () => {
  it('generates valid requests of any size, equivalent in both formats', () => {
    const lookup = typeLookup(ensureTypes());
    for (const size of [1, 7, 100, 1_000]) {
      const { desired, template } = makeManifest(size, size);
      const { service, environment, owner, reason } = desired.header;
      const read = normalizeRequest(readManifest(template, 'made.json'), {
        inputs: noInputs,
        headerDefaults: { service, environment, owner, reason },
        account: desired.account,
        region: desired.region,
        lookup,
      });
      expect(read.resources).toHaveLength(size);
      const bare = (resources: typeof desired.resources) =>
        resources.map(({ logicalId, type, properties, dependsOn }) => ({
          logicalId,
          type,
          properties,
          dependsOn,
        }));
      expect(bare(read.resources)).toEqual(bare(desired.resources));
    }
  });

  it('generates the same graph from the same seed, and another from another seed', () => {
    for (const make of Object.values(graphMakers)) {
      expect(make(3)).toEqual(make(3));
      expect(make(3)).not.toEqual(make(4));
    }
  });

  it('draws durations with the published spread', () => {
    const logs = [];
    for (let seed = 1; seed <= 200; seed += 1) {
      for (const seconds of randomLayered(100, seed).seconds) {
        expect(seconds).toBeGreaterThanOrEqual(durations.shortest);
        expect(seconds).toBeLessThanOrEqual(durations.longest);
        logs.push(Math.log(seconds));
      }
    }
    expect(Math.exp(figureOf(logs).median)).toBeCloseTo(durations.median, -1);
    const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
    const sigma = Math.sqrt(logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / logs.length);
    // Truncation to 2–900 s reduces the spread.
    expect(sigma).toBeGreaterThan(1);
    expect(sigma).toBeLessThan(1.25);
  });

  it('never finishes a graph faster than its lower bound', () => {
    const chain = { dependencies: [[], [0], [1]], seconds: [4, 5, 6], typeMedian: [4, 5, 6] };
    expect(criticalPath(chain)).toBe(15);
    for (const walk of [levelWaves, tenSlots]) {
      expect(walk(chain).makespanSeconds).toBe(15);
      for (const make of Object.values(graphMakers).slice(0, 4)) {
        const graph = make(1);
        expect(walk(graph).makespanSeconds).toBeGreaterThanOrEqual(bound(graph) - 1);
      }
    }
  });

  it('evaluates scaling policies in a few calls, and starts nothing if nothing is to change', async () => {
    const { figures, met } = await evaluationRow(40);
    expect({ figures, met }).toMatchObject({ figures: { 'metric calls': 1, started: 0 }, met: true });
  });

  it('computes percentiles by nearest rank, and aligns its tables', () => {
    const figure = figureOf(Array.from({ length: 100 }, (_, at) => at + 1));
    expect(figure).toEqual({ median: 50, p95: 95 });
    const rows = [
      { section: 'part', name: 'row', figures: { a: figure, b: 1.5 }, target: '≤ 2', met: false },
    ];
    expect(table(rows).split('\n')).toEqual([
      'part        a      b      target',
      '----  -------  -----  ----------',
      'row   50 / 95  1.500  ≤ 2 MISSED',
    ]);
    const random = randomFrom(1);
    expect(random.below(10)).toBeLessThan(10);
  });
});
