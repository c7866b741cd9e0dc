import { describe, expect, it } from 'vitest';
import type { Update } from '../../../lib/dynamodb/table.ts';
import type { StepRecord } from '../../../lib/ledger/records.ts';
import { fitsWildcard } from '../../../lib/model/wildcard.ts';
import { eachOf } from '../../../lib/tasks/each-of.ts';
import { clientTokenOf } from '../../../lib/tasks/pump/client-token.ts';
import { retryStep } from '../../../lib/tasks/pump/outcomes.ts';
import { stepContext } from '../../../lib/tasks/pump/step-context.ts';

const now = '2026-01-01T00:00:00.000Z';

/** Returns the seconds that a step waits before its next attempt. */
async function waitOf(runId: string, index: number, counts: Pick<StepRecord, 'failures' | 'refusals'>) {
  let retryAtSeconds = 0;
  const ledger = {
    updateStep: async (_run: string, _index: number, { set }: Omit<Update, 'key'>) => {
      retryAtSeconds = Number(set?.retryAtSeconds);
      return { index, status: 'Waiting', ...set };
    },
    record: async () => undefined,
  };
  const view = { run: { runId }, plan: { steps: { [index]: { id: 'create:Queue' } } }, steps: [] };
  const services = { ledger, tokens: {}, documents: {} };
  const problem = { code: 'Throttling', message: 'slower' };
  await retryStep(stepContext({ services, view, now } as never, index), problem, counts);
  return retryAtSeconds - Date.parse(now) / 1000;
}

describe('a retried step', () => {
  it('waits longer each time, between half and all of 2, 4, 8... seconds, at most a minute', async () => {
    for (let failures = 1; failures <= 12; failures += 1) {
      const longest = Math.min(60, 2 ** failures);
      const wait = await waitOf('run', 0, { failures });
      expect(wait).toBeGreaterThanOrEqual(longest / 2);
      expect(wait).toBeLessThanOrEqual(longest);
    }
  });
  it('waits the same if the run is replayed', async () => {
    expect(await waitOf('run', 3, { failures: 2 })).toBe(await waitOf('run', 3, { failures: 2 }));
  });
  it('waits differently from others, so that they do not all retry at once', async () => {
    const waits = await Promise.all(
      [...Array(20).keys()].map((index) => waitOf('run', index, { refusals: 3 })),
    );
    expect(new Set(waits).size).toBe(20);
  });
  it('counts refused calls as failures', async () => {
    expect(await waitOf('run', 0, { refusals: 4 })).toBe(await waitOf('run', 0, { failures: 4 }));
  });
});

describe('the client token of a provider call', () => {
  it('is the same for the same attempt of the same step, and different otherwise', () => {
    const tries = [
      ['run', 0, 0],
      ['run', 0, 1],
      ['run', 1, 0],
      ['run-2', 0, 0],
    ] as const;
    const tokens = tries.map(([run, index, failures]) => clientTokenOf(run, index, failures));
    expect(new Set(tokens).size).toBe(tries.length);
    expect(clientTokenOf('run', 0, 0)).toBe(tokens[0]);
  });
  it('has the format of Cloud Control: 1 to 128 allowed characters', () => {
    expect(clientTokenOf('run', 0, 0)).toMatch(/^[-A-Za-z0-9+/=]{1,128}$/);
  });
});

describe('work for each of many items', () => {
  it('runs a few at a time', async () => {
    let atOnce = 0;
    let most = 0;
    await eachOf(
      [...Array(30).keys()],
      async () => {
        atOnce += 1;
        most = Math.max(most, atOnce);
        await new Promise((resolve) => setImmediate(resolve));
        atOnce -= 1;
      },
      4,
    );
    expect(most).toBe(4);
  });
  it('starts nothing more after a failure, and reports it after all started work has ended', async () => {
    const begun: number[] = [];
    const ended: number[] = [];
    const work = eachOf(
      [0, 1, 2, 3, 4, 5],
      async (item) => {
        begun.push(item);
        await new Promise((resolve) => setTimeout(resolve, item === 0 ? 1 : 5));
        if (item === 0) throw new Error('no');
        ended.push(item);
      },
      2,
    );
    await expect(work).rejects.toThrow('no');
    expect([begun, ended]).toEqual([[0, 1], [1]]);
  });
});

describe('resource types that an environment allows', () => {
  const cases: [pattern: string, type: string, fits: boolean][] = [
    ['AWS::*', 'AWS::S3::Bucket', true],
    ['AWS::S3::*', 'AWS::S3::Bucket', true],
    ['AWS::S3::*', 'AWS::S3Express::Bucket', false],
    ['AWS::S3::Bucket', 'AWS::S3::BucketPolicy', false],
    ['AWS::*::Bucket', 'AWS::S3::Bucket', true],
    ['*', 'Custom::Anything', true],
    ['AWS::S3.*', 'AWS::S3::Bucket', false],
    ['', 'AWS::S3::Bucket', false],
  ];
  for (const [pattern, type, fits] of cases)
    it(`${pattern || 'nothing'} ${fits ? 'is' : 'is not'} ${type}`, () =>
      expect(fitsWildcard(pattern, type)).toBe(fits));
});
