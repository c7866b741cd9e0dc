import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { World } from '../../lib/local/world.ts';
import { smallWorld } from '../local/small-world.ts';
import { baton } from './support.ts';

describe('baton local wait', () => {
  let world: World;
  beforeAll(async () => {
    world = await smallWorld();
  });
  afterAll(() => world.stop());
  const wait = (duration: string, endpoint = world.endpoint) =>
    baton(['local', 'wait', duration], { AWS_ENDPOINT_URL: endpoint });

  for (const duration of ['1', 'h', '-1h', '1 week', '1h30m'])
    it(`rejects ${JSON.stringify(duration)}`, async () => {
      const { status, stderr } = await baton(['local', 'wait', '--', duration], { AWS_ENDPOINT_URL: 'any' });
      expect([status, stderr]).toEqual([2, expect.stringContaining('expected a number with s, m, h or d')]);
    });

  it('reports that there is no local cloud', async () => {
    expect(await baton(['local', 'wait', '1h'], {})).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('on AWS time passes by itself'),
    });
    expect(await wait('1h', 'http://127.0.0.1:1')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('no local cloud answers at http://127.0.0.1:1'),
    });
  });

  for (const [duration, at] of [
    ['0s', '2026-01-01 00:00'],
    ['90m', '2026-01-01 01:30'],
    ['0.5h', '2026-01-01 02:00'],
    ['3d', '2026-01-04 02:00'],
  ] as const)
    it(`${duration} moves the time to ${at}`, async () => {
      expect(await wait(duration)).toEqual({
        status: 0,
        stdout: `The simulated time of the local cloud is ${at} UTC.`,
        stderr: '',
      });
    });
});
