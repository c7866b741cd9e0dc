import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { demoChart, demoText } from '../../lib/cli/demo/demo-text.ts';
import { type DemoRun, isProven, playScalingDemo, unrecorded } from '../../lib/cli/demo/scaling-demo.ts';
import { painter } from '../../lib/cli/style.ts';
import { parseLoadTrace, wholeTrace } from '../../lib/model/load-trace.ts';
import { assemblyWith } from '../machines/assembly-with.ts';

const root = join(import.meta.dirname, '..', '..');
const example = (name: string) => {
  const file = `examples/scaling/${name}`;
  return { file, text: readFileSync(join(root, file), 'utf8') };
};
const paint = painter({ color: false });

describe('npm run demo:scaling, ten minutes of it', () => {
  let run: DemoRun;
  const shown: string[] = [];
  beforeAll(async () => {
    const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8'));
    const { file, text } = example('launch.csv');
    const trace = wholeTrace(parseLoadTrace(text, file), file);
    run = await playScalingDemo({
      assemblyDirectory: await assemblyWith({ ...context.baton, scaleEveryMinutes: 1 }),
      request: example('service.yaml'),
      // The load rises fourfold within a minute.
      trace: { ...trace, values: trace.values.slice(200, 210) },
      scale: 6,
      onChange: ({ from, to }) => void shown.push(`${from} to ${to}`),
    });
  }, 300_000);

  it('scales out under the load, and shows each change when it happens', () => {
    const [first] = run.intervals;
    const last = run.intervals.at(-1);
    expect(run.intervals).toHaveLength(10);
    expect(first).toMatchObject({ load: expect.closeTo(5.34), running: 4, ready: 4 });
    expect(last?.running).toBeGreaterThan(10);
    expect(last?.ready).toBeGreaterThan(4);
    expect(shown).toEqual(run.changes.map(({ from, to }) => `${from} to ${to}`));
    expect(run.requests).toMatchObject({ total: expect.closeTo(1775 * 60 * 6, -4), mostPerSecond: 1548 });
  });

  it('has each change in the trail, which verifies', () => {
    expect(run.changes.length).toBeGreaterThan(1);
    expect(run.verification).toMatchObject({ findings: [], entries: { unsealed: 0 } });
    const completed = run.decisions.filter(({ status }) => status === 'Completed');
    expect(completed.map(({ from, to }) => [from, to])).toEqual(
      run.changes.map(({ from, to }) => [from, to]),
    );
    expect(isProven(run)).toBe(true);
  });

  it('says what happened, why, and what it cost', () => {
    const text = demoText(run, paint).join('\n');
    expect(text).toMatch(/decisions +\d+: \d+ out, \d+ in/);
    expect(text).toMatch(/cost +[\d.]+ task hours, [\d.]+ times the least possible cost/);
    expect(text).toMatch(/4 to \d+ +RequestCount/);
    expect(text).toContain('It holds: what is sealed is as it was');
    expect(text).toContain(`All ${run.changes.length} changes of the capacity in the cloud are in the trail`);
    expect(demoChart(run)).toMatch(/^<svg .*<\/svg>\n$/s);
  });

  it('is not proven if the trail lacks a decision, or does not verify', () => {
    const [, ...others] = run.decisions;
    const lacking = { ...run, decisions: others };
    expect(isProven(lacking)).toBe(false);
    expect(demoText(lacking, paint).join('\n')).toContain('1 change of the capacity in the cloud is not');
    const finding = { check: 'ChainBroken' as const, expected: 'a', found: 'b' };
    const broken = { ...run, verification: { ...run.verification, findings: [finding] } };
    expect(isProven(broken)).toBe(false);
  });
});

describe('a change of the capacity is in the trail', () => {
  const at = (minute: number) => `2026-01-01T00:${String(minute).padStart(2, '0')}:00.000Z`;
  const change = (minute: number, from: number, to: number) => ({ at: at(minute), from, to });
  const decision = (minute: number, from: number, to: number) => {
    return { ...change(minute, from, to), requestId: 'r', why: [], status: 'Completed' };
  };

  test.each([
    { name: 'a decision before it', decisions: [decision(1, 2, 4)], missing: 0 },
    { name: 'a failed one between', decisions: [decision(0, 2, 9), decision(1, 2, 4)], missing: 0 },
    { name: 'none', decisions: [], missing: 1 },
    { name: 'one after it', decisions: [decision(3, 2, 4)], missing: 1 },
    { name: 'one of another size', decisions: [decision(1, 2, 5)], missing: 1 },
    { name: 'one from elsewhere', decisions: [decision(1, 3, 4)], missing: 1 },
  ])('with $name: $missing missing', ({ decisions, missing }) => {
    expect(unrecorded({ changes: [change(2, 2, 4)], decisions })).toHaveLength(missing);
  });

  test('only once by one decision', () => {
    const changes = [change(2, 2, 4), change(3, 4, 2), change(4, 2, 4)];
    const decisions = [decision(1, 2, 4), decision(2, 4, 2)];
    expect(unrecorded({ changes, decisions })).toEqual([changes[2]]);
  });
});
