import { describe, expect, it } from 'vitest';
import { type RequestReport, report } from '../../lib/client/reports/request-report.ts';
import { story } from '../sample.ts';
import { baton } from './support.ts';
import { normalized } from './transcript.ts';

const fixtures = 'test/cli/fixtures';
const queue = `${fixtures}/queue.yaml`;

async function run(...words: string[]) {
  return baton(['local', 'run', ...words]);
}

/** Returns the reports of `--json`, validated against their schema. */
async function reportsOf(...words: string[]): Promise<{ status: number; reports: RequestReport[] }> {
  const { status, stdout } = await run(...words, '--json');
  return { status, reports: report.parse(JSON.parse(stdout)).requests };
}

describe('baton local run rejects, without starting anything,', () => {
  it('missing files, and names all of them', async () => {
    const { status, stdout, stderr } = await run('nowhere.yaml', fixtures);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr.split('\n')).toEqual([
      "baton: nowhere.yaml can't be read: there is no such file",
      `baton: ${fixtures} can't be read: it is a folder; expected a manifest or CloudFormation template`,
    ]);
  });

  story('both files under --json if one is missing', async () => {
    const { status, reports } = await reportsOf(queue, 'nowhere.yaml');
    expect(status).toBe(2);
    expect(reports.map(({ file, requestId, status }) => [file, requestId, status])).toEqual([
      [queue, '', 'Rejected'],
      ['nowhere.yaml', '', 'Rejected'],
    ]);
  });

  it('a fault for a resource in no file', async () => {
    const { status, stderr } = await run(queue, '--fail', 'Queu:2');
    expect(status).toBe(2);
    expect(stderr).toContain('--fail names Queu, which no file has; did you mean "Queue"?');
  });

  it('inputs in an unknown format', async () => {
    const { status, stderr } = await run(queue, '--inputs', 'package.json');
    expect(status).toBe(2);
    expect(stderr).toMatch(/^package.json .*Unrecognized key/);
  });
});

describe('baton local run', () => {
  it('reports everything that is wrong with a request', async () => {
    const { status, stdout } = await run(`${fixtures}/invalid.yaml`);
    expect(status).toBe(2);
    await expect(normalized(stdout)).toMatchFileSnapshot('../golden/invalid.txt');
  });

  it('reports which policies deny a request', async () => {
    const { status, stdout } = await run(`${fixtures}/denied.yaml`);
    expect(status).toBe(2);
    await expect(normalized(stdout)).toMatchFileSnapshot('../golden/denied.txt');
  });

  story("prefers the environment of the option to the header's", async () => {
    const { status, reports } = await reportsOf(`${fixtures}/denied.yaml`, '--environment', 'dev');
    expect(status).toBe(0);
    expect(reports[0]?.violations.map(({ rule }) => rule)).toContain('INCOMING_SSH_DISABLED');
  });

  it('shows each retry, rolls back if a resource fails for good, and ends with the cause', async () => {
    const { status, stdout } = await run(queue, '--fail', 'Queue:99');
    expect(status).toBe(1);
    await expect(normalized(stdout)).toMatchFileSnapshot('../golden/rollback.txt');
  });

  story('keeps the changes of a failed run if the request says so, and lists what is left', async () => {
    const { status, stdout } = await run(queue, '--fail', 'Queue:99', '--on-failure', 'keep');
    expect(status).toBe(1);
    const end = stdout.slice(stdout.indexOf('Applying the plan'));
    await expect(normalized(end)).toMatchFileSnapshot('../golden/kept.txt');
  });

  story('recovers from a transient failure', async () => {
    const { status, reports } = await reportsOf(queue, '--fail', 'Queue:1');
    expect(status).toBe(0);
    expect(reports[0]?.assets.map(({ resource, status }) => `${resource} ${status}`)).toEqual([
      'Queue Active',
      'Topic Active',
    ]);
  });

  it('shows a change as a plan: update, replacement, deletion', async () => {
    const { status, stdout } = await run(`${fixtures}/change-before.yaml`, `${fixtures}/change-after.yaml`);
    expect(status).toBe(0);
    const second = stdout.slice(stdout.indexOf('Request', 1));
    await expect(normalized(second)).toMatchFileSnapshot('../golden/change.txt');
  });

  story('plans nothing if the same file is submitted again', async () => {
    const { status, reports } = await reportsOf(queue, queue);
    const [first, second] = reports;
    expect(status).toBe(0);
    expect(first?.plan?.steps.map(({ id }) => id)).toEqual(['create:Topic', 'create:Queue']);
    expect(second).toMatchObject({ status: 'Completed', plan: { steps: [] }, run: null });
    expect(second?.assets).toEqual(first?.assets);
  });

  story('reports consistent times', async () => {
    const { reports } = await reportsOf(queue);
    const run = reports[0]?.run;
    expect(run?.criticalPathSeconds).toBeGreaterThan(0);
    expect(run?.makespanSeconds).toBeGreaterThanOrEqual(run?.criticalPathSeconds ?? Number.NaN);
    expect(run?.stateTransitions).toBeGreaterThan(run?.pumpTicks ?? Number.NaN);
    expect(run?.historyEvents).toBeGreaterThan(0);
  });
});
