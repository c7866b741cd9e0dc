/** `baton local load` and what follows: the load raises the metrics, and capacity lowers them after its warm-up. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { World } from '../../lib/local/world.ts';
import { smallWorld } from '../local/small-world.ts';
import { baton } from './support.ts';

let world: World;
let trace: string;
const folder = mkdtempSync(join(tmpdir(), 'baton-load-'));
beforeAll(async () => {
  world = await smallWorld();
  put('AWS::ECS::Service', 'arn:aws:ecs:us-east-1:111111111111:service/main/shop|main', 2);
  put('AWS::ECS::Service', 'arn:aws:ecs:us-east-1:111111111111:service/main/twin', 2);
  put('AWS::ECS::Service', 'arn:aws:ecs:us-east-1:111111111111:service/other/twin', 2);
  const table = { BillingMode: 'PAY_PER_REQUEST' };
  world.services.cloudControl.store.put({
    type: 'AWS::DynamoDB::Table',
    identifier: 'free',
    properties: table,
    createdMillis: 0,
  });
  trace = csv('trace.csv', Array.from({ length: 60 }, () => 150).join('\n'));
});
afterAll(async () => {
  expect(world.internalErrors).toEqual([]);
  await world.stop();
  rmSync(folder, { recursive: true });
});

function put(type: string, identifier: string, DesiredCount: number): void {
  const properties = { ServiceName: 'shop', Cluster: 'main', DesiredCount };
  world.services.cloudControl.store.put({ type, identifier, properties, createdMillis: 0 });
}
function csv(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}
const load = (...words: string[]) => baton(['local', 'load', ...words], { AWS_ENDPOINT_URL: world.endpoint });

describe('baton local load refuses', () => {
  const cases: [string, () => string[], string][] = [
    ['a missing trace', () => ['shop'], 'names no trace'],
    ['a file that is not there', () => ['shop', 'none.csv'], "none.csv can't be read (ENOENT)"],
    ['a third operand', () => ['shop', trace, 'more'], '"more" is one operand too many'],
    ['an interval of an unknown unit', () => ['shop', trace, '--interval', '60x'], '--interval is "60x"'],
    ['a trace without an interval', () => ['shop', trace], 'has no times; expected lines of time,load'],
    [
      'an unknown resource',
      () => ['nobody', trace, '--interval', '1m'],
      'has no resource nobody that load can be put on; there are',
    ],
    ['an ambiguous name', () => ['twin', trace, '--interval', '1m'], 'twin names several resources'],
    ['a table on demand', () => ['free', trace, '--interval', '1m'], 'expected BillingMode PROVISIONED'],
  ];
  for (const [what, words, message] of cases)
    it(what, async () => {
      const { status, stderr } = await load(...words());
      expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(message) });
    });

  it('every problem of a trace at once', async () => {
    const { status, stderr } = await load('shop', csv('bad.csv', '0,1\n60,x\n120,-1'));
    expect(status).toBe(2);
    expect(stderr).toMatch(/bad\.csv:2 the load is "x"/);
    expect(stderr).toMatch(/bad\.csv:3 the load is "-1"/);
  });

  it('without a local cloud', async () => {
    const found = await baton(['local', 'load', 'shop', trace, '--interval', '1m'], {
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    });
    expect(found).toMatchObject({ status: 1, stderr: expect.stringContaining('no local cloud answers') });
  });
});

it('load raises the metrics of a service, and more tasks lower them once they have started', async () => {
  const { status, stdout } = await load('shop', trace, '--interval', '1m', '--scale', '2');
  expect([status, stdout]).toEqual([
    0,
    expect.stringMatching(/is under load until 2026-01-01 01:00 UTC: at most 300 a second \(requests\)/),
  ]);
  const { metrics } = world.services.cloudwatch.home;
  const cpu = () => {
    const endMillis = world.clock.now();
    const id = {
      namespace: 'AWS/ECS',
      name: 'CPUUtilization',
      dimensions: { ClusterName: 'main', ServiceName: 'shop' },
    };
    return metrics.statistic(id, 'Average', {
      startMillis: endMillis - 60_000,
      endMillis,
      nowMillis: endMillis,
    });
  };
  const after = async (minutes: number) => {
    await world.clock.pass(minutes * 60_000);
    return cpu();
  };
  expect(await after(3)).toBe(100);
  put('AWS::ECS::Service', 'arn:aws:ecs:us-east-1:111111111111:service/main/shop|main', 10);
  world.services.loads.observe();
  // The new tasks start; then the backlog is worked off.
  expect(await after(1)).toBe(100);
  await after(1);
  expect(await after(1)).toBeCloseTo(2 + 98 * 0.3, 6);
  // When the trace ends, nothing more is reported.
  expect(await after(60)).toBeUndefined();
});
