import { describe, expect, it } from 'vitest';
import { consoleLink } from '../../lib/client/console-link.ts';
import { criticalPath, stepSeconds } from '../../lib/client/requests/critical-path.ts';
import { listRequests } from '../../lib/client/requests/list-requests.ts';
import { readableCause } from '../../lib/client/requests/readable-cause.ts';
import { withoutKeys } from '../../lib/client/without-keys.ts';
import type { RequestRecord } from '../../lib/ledger/records.ts';
import type { Step } from '../../lib/model/plan.ts';

function steps(dependsOn: Record<string, string[]>): Pick<Step, 'id' | 'dependsOn' | 'resource'>[] {
  return Object.entries(dependsOn).map(([id, needs]) => ({ id, resource: id, dependsOn: needs }));
}

describe('criticalPath', () => {
  const diamond = { steps: steps({ d: ['b', 'c'], b: ['a'], a: [], c: ['a'] }) as Step[] };

  it('is empty without steps', () => {
    expect(criticalPath({ steps: [] }, [])).toEqual({ seconds: 0, steps: [] });
  });

  it('follows the slower path, in any order of steps', () => {
    expect(criticalPath(diamond, [1, 5, 2, 7])).toEqual({ seconds: 10, steps: ['a', 'c', 'd'] });
  });

  it('counts steps that never ended as 0 seconds', () => {
    const records = [
      { index: 0, status: 'Succeeded' as const, startedAtSeconds: 10, finishedAtSeconds: 14 },
      { index: 2, status: 'InFlight' as const, startedAtSeconds: 14 },
    ];
    expect(stepSeconds(records, 3)).toEqual([4, 0, 0]);
  });
});

describe('consoleLink', () => {
  const cases: [partition: string, region: string, host: string][] = [
    ['aws', 'eu-central-1', 'eu-central-1.console.aws.amazon.com'],
    ['aws-cn', 'cn-north-1', 'cn-north-1.console.amazonaws.cn'],
    ['aws-us-gov', 'us-gov-west-1', 'us-gov-west-1.console.amazonaws-us-gov.com'],
  ];
  for (const [partition, region, host] of cases)
    it(`opens the page of an execution in ${partition}`, () => {
      const arn = `arn:${partition}:states:${region}:111111111111:execution:baton-apply-plan:run-1`;
      expect(consoleLink(arn)).toBe(
        `https://${host}/states/home?region=${region}#/v2/executions/details/${arn}`,
      );
    });
});

describe('readableCause', () => {
  const cases: [cause: string, sentence: string][] = [
    ['no JSON', 'no JSON'],
    ['cut off {"errorMes', 'cut off {"errorMes'],
    ['{"other": 1}', '{"other": 1}'],
    ['after: Error {"errorType":"E","errorMessage":"it broke","trace":["x"]}', 'after: Error it broke'],
    [
      JSON.stringify({ Error: 'TypeError', Cause: '{"errorMessage":"t is not a function"}' }),
      'TypeError: t is not a function',
    ],
  ];
  for (const [cause, sentence] of cases)
    it(`of ${cause} is ${sentence}`, () => {
      expect(readableCause(cause)).toBe(sentence);
    });
});

describe('listRequests', () => {
  const request = (requestId: string, status: RequestRecord['status'], environment?: string) =>
    ({
      requestId,
      status,
      header: environment && { environment },
      requester: 'source/acme',
    }) as RequestRecord;
  const open = [request('a', 'Applying', 'dev'), request('b', 'Admitted')];
  const ended = [
    request('c', 'Rejected'),
    ...Array.from({ length: 30 }, (_, index) =>
      request(`d${index}`, 'Completed', index < 25 ? 'dev' : 'prod'),
    ),
  ];
  const ledger = {
    openRequests: async () => open,
    endedRequests: async (limit: number) => ended.slice(0, limit),
  };
  const ids = async (wanted: { environment?: string; status?: string }) =>
    (await listRequests(ledger, wanted)).map(({ requestId }) => requestId);

  it('returns open requests, then the latest ended ones', async () => {
    const listed = await ids({});
    expect(listed.slice(0, 4)).toEqual(['a', 'b', 'c', 'd0']);
    expect(listed).toHaveLength(2 + 20);
  });

  const cases: [wanted: { environment?: string; status?: string }, expected: string[]][] = [
    [{ environment: 'prod' }, ['d25', 'd26', 'd27', 'd28', 'd29']],
    [{ status: 'Applying' }, ['a']],
    [{ status: 'Rejected' }, ['c']],
    [{ status: 'Rejected', environment: 'dev' }, []],
    [{ environment: 'none' }, []],
  ];
  for (const [wanted, expected] of cases)
    it(`finds ${JSON.stringify(wanted)} among all of them`, async () => {
      expect(await ids(wanted)).toEqual(expected);
    });

  it('lists every request with a given status', async () => {
    expect(await ids({ status: 'Completed' })).toHaveLength(30);
  });
});

describe('withoutKeys', () => {
  it('leaves a record as it was written', () => {
    const keys = { pk: 'A', sk: 'B', openPk: 'C', openSk: 'D', gsi1pk: 'E', gsi5sk: 'F' };
    expect(withoutKeys({ ...keys, skill: 1, name: 'x' })).toEqual({ skill: 1, name: 'x' });
  });
});
