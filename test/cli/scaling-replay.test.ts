import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { reports } from '../../lib/client/reports/index.ts';
import { baton } from './support.ts';

const directory = mkdtempSync(join(tmpdir(), 'replay-'));
afterAll(() => rmSync(directory, { recursive: true }));

function file(name: string, text: string): string {
  writeFileSync(join(directory, name), text);
  return join(directory, name);
}

const hours = Array.from({ length: 72 }, (_, hour) => {
  const load = 500 + Math.round(400 * Math.sin((hour / 24) * 2 * Math.PI));
  return `${new Date(Date.parse('2027-03-01T00:00:00Z') + hour * 3_600_000).toISOString()},${load}`;
});
const trace = file('trace.csv', `time,load\n${hours.join('\n')}\n`);
const policy = file(
  'policy.yaml',
  'min: 2\nmax: 20\nmetrics: [{ kind: target, metric: Requests, target: 70 }]\nschedule: [{ cron: "0 20 ? * * *", min: 8 }, { cron: "0 2 ? * * *", min: 2 }]\n',
);
const replay = (...more: string[]) => baton(['scaling', 'replay', trace, ...more]);

describe('baton scaling replay', () => {
  it('prints the policy next to the others, and the first decisions', async () => {
    const { status, stdout } = await replay('--decisions', '2');
    expect(status).toBe(0);
    expect(stdout).toContain('72 points, one each 3600 s, from 2027-03-01T00:00:00.000Z');
    for (const name of ['this policy', 'HPA defaults', 'AWS target tracking', 'fixed fleet'])
      expect(stdout).toMatch(new RegExp(`^${name} +\\d+\\.\\d\\d `, 'm'));
    expect(stdout).toMatch(
      /\d+ decisions, the first 2:\n {2}2027-03-01T\S+ {2}\d+ → \d+ {2}load \d+, Load asks for \d+/,
    );
  });

  it('replays a policy of a file with its schedule, and reports it as JSON by its schema', async () => {
    const { status, stdout } = await replay('--policy', policy, '--json');
    expect(status).toBe(0);
    const report = reports['scaling-replay'].parse(JSON.parse(stdout));
    expect(report).toMatchObject({ unit: 100, trace: { points: 72, missing: 0, intervalSeconds: 3600 } });
    expect(report.decisions.flatMap(({ limits }) => limits.map(({ kind }) => kind))).toContain(
      'schedule minimum',
    );
    for (const { to } of report.decisions) expect(to).toBeGreaterThanOrEqual(2);
  });

  it('draws a chart', async () => {
    const chart = join(directory, 'chart.svg');
    expect((await replay('--chart', chart)).status).toBe(0);
    const svg = readFileSync(chart, 'utf8');
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(svg).toContain('trace.csv, default policy: ');
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    expect(svg.match(/<path/g)?.length).toBeGreaterThan(10);
  });

  const wrong = (name: string, text: string) => ['--policy', file(name, text)];
  it.each<[string, string[], RegExp]>([
    ['no such policy', ['--policy', join(directory, 'none.yaml')], /none\.yaml: ENOENT/],
    ['not YAML', wrong('a.yaml', 'min: ['), /a\.yaml: /],
    [
      'a malformed policy',
      wrong('b.yaml', 'min: 5\nmax: 2\nmetrics: [{ kind: target, metric: A }]'),
      /b\.yaml: metrics\.0\.target: expected[\s\S]*b\.yaml: max: expected max of at least min/,
    ],
    [
      'a metric without its alarm',
      wrong(
        'c.yaml',
        'min: 1\nmax: 2\nmetrics: [{ kind: step, alarm: deep, steps: [{ lower: 0, adjustment: 1 }] }]',
      ),
      /c\.yaml: metrics\.0: a replay has no alarms/,
    ],
    ['a chart that can not be written', ['--chart', join(directory, 'no', 'chart.svg')], /--chart .*ENOENT/],
  ])('refuses %s', async (_, options, message) => {
    const { status, stderr } = await replay(...options);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
  });

  it('refuses a trace with each of its problems', async () => {
    const { status, stderr } = await baton([
      'scaling',
      'replay',
      file('bad.csv', 'a,b\n2027-03-01T00:00:00Z,x\nlater,5\n'),
    ]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/bad\.csv:2 the load is "x"[\s\S]*bad\.csv:3 the time is "later"/);
  });
});
