import { describe, expect, it } from 'vitest';
import { envelopesOf } from '../../lib/model/capacity/envelope.ts';
import type { DecisionInput, StoredDecision } from '../../lib/model/scaling-decision.ts';
import { decide } from '../../lib/scaling/combine.ts';
import { farthestStandard, nextRequest } from '../../lib/scaling/next-request.ts';
import { replayDecision } from '../../lib/scaling/replay-decision.ts';

const type = 'AWS::ECS::Service';
const property = 'DesiredCount';
const policy = { min: 2, max: 40, metrics: [{ kind: 'target', metric: 'CPUUtilization', target: 50 }] };

/** The record of a decision, as it comes back from its document. */
function record(own: Partial<DecisionInput> = {}): StoredDecision {
  const input: DecisionInput = {
    ...{ at: '2026-11-29T12:00:00.000Z', current: 4, bounds: { min: 2, max: 40 } },
    proposals: [{ source: 'cpu', kind: 'average', status: 'ok', value: 500, target: 50 }],
    ...own,
  };
  const made = decide(input);
  const [envelope] = envelopesOf(type, policy);
  if (envelope === undefined) throw new Error('the policy has an envelope');
  const standardTo = farthestStandard(envelope, input.current, made.decision, () => true);
  const next = nextRequest(envelope, input, made.decision, standardTo);
  return JSON.parse(JSON.stringify({ ...made, ...next, assetId: 'a', type, property, standardTo, policy }));
}

describe('a record that was changed differs', () => {
  const cpu = { source: 'cpu', kind: 'average', status: 'ok', value: 50, target: 50 } as const;
  type Change = (stored: StoredDecision) => Partial<StoredDecision>;
  const changed: [what: string, change: Change, paths: string[]][] = [
    [
      'in what was decided',
      ({ decision }) => ({ decision: { ...decision, desired: 9 } }),
      ['decision.desired'],
    ],
    ['in what was asked for', () => ({ to: 40 }), ['to']],
    [
      'in a limit that it leaves out',
      ({ decision }) => ({ decision: { ...decision, bound: [] } }),
      ['decision.bound.0'],
    ],
    [
      'in a value that it adds',
      ({ decision }) => ({ decision: { ...decision, changesLeft: 3 } }),
      ['decision.changesLeft'],
    ],
    [
      'in a metric',
      ({ input }) => ({ input: { ...input, proposals: [cpu] } }),
      ['decision.direction', 'decision.wanted', 'decision.desired', 'decision.sequence.0', 'to'],
    ],
  ];
  it.each(changed)('%s', (_what, change, paths) => {
    const stored = record({ bounds: { min: 2, max: 30 } });
    expect(replayDecision({ ...stored, ...change(stored) }).map(({ path }) => path)).toEqual(
      expect.arrayContaining(paths),
    );
  });

  it('and says what it has and what comes out', () => {
    const stored = record();
    const decision = { ...stored.decision, desired: 9 };
    expect(replayDecision({ ...stored, decision })).toEqual([
      { path: 'decision.desired', recorded: 9, now: 40 },
    ]);
  });
});

it.each([
  ['a scale-out in small requests', {}],
  ['one that a maximum bounds', { bounds: { min: 2, max: 6 } }],
  ['a scale-in', { current: 30, proposals: [] }],
] as [string, Partial<DecisionInput>][])('an unchanged record replays to the same: %s', (_what, own) => {
  expect(replayDecision(record(own))).toEqual([]);
});
