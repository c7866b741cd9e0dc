import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environmentOf } from '../../lib/cli/local-cloud.ts';
import { directivesOf } from '../../lib/ledger/traffic.ts';
import { assemblyWith } from '../machines/assembly-with.ts';
import { speak } from '../machines/people.ts';
import { openPlayground, type Playground } from '../machines/playground.ts';
import { load, shiftTo, twoSides } from '../machines/traffic-world.ts';
import { baton } from './support.ts';
import { normalized } from './transcript.ts';

/** The commands that show and direct a shift of traffic. `wim` asked for it, and `ana` has nothing to do with it. */
describe('baton traffic', () => {
  let play: Playground;
  const minutes = (count: number) => play.world.clock.pass(count * 60_000);
  /** Runs a command as a person, and returns what a terminal shows. */
  const as = async (who: string, ...line: string[]) => {
    const { status, stdout, stderr } = await baton(['traffic', ...line], {
      ...environmentOf(play.world),
      AWS_ACCESS_KEY_ID: who,
    });
    return { status, said: [stdout, stderr].filter(Boolean).join('\n') };
  };
  const directives = async (requestId: string) =>
    (await directivesOf(play.deployment.ledger.table, requestId)).map(({ kind }) => kind);

  beforeAll(async () => {
    const { context } = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'cdk.json'), 'utf8'));
    play = await openPlayground({
      assemblyDirectory: await assemblyWith({
        ...context.baton,
        groups: { ...context.baton.groups, web: ['user/wim', 'user/zoe'] },
      }),
    });
    for (const scope of ['shop', 'quiet']) await play.submit(`${scope}-0`, twoSides(scope));
    await load(play, 'shop', 10, 240);
    await minutes(2);
  }, 1_200_000);
  afterAll(() => play.close());

  it('has nothing to show or to direct before a shift, and says how to see one', async () => {
    expect(await as('wim', 'status')).toEqual({ status: 0, said: '0 open shifts' });
    for (const directive of ['pause', 'continue', 'abort'])
      for (const operands of [['dev/quiet/Entry'], []])
        expect(await as('wim', directive, ...operands)).toEqual({
          status: 2,
          said: expect.stringMatching(/^baton: no shift of .* is open; `baton traffic status` shows them$/),
        });
  });

  it.each([
    ['an asset that does not exist', ['dev/shop/Nope'], 'the inventory holds no asset dev/shop/Nope'],
    ['two assets', ['dev/shop/Entry', 'dev/quiet/Entry'], '"dev/quiet/Entry" is too much'],
    ['an unknown option', ['dev/shop/Entry', '--now'], '--now'],
  ])('refuses %s', async (_what, operands, reason) => {
    for (const directive of ['pause', 'continue', 'abort']) {
      const { status, said } = await as('wim', directive, ...operands);
      expect({ status, said }).toEqual({ status: 2, said: expect.stringContaining(reason) });
    }
  });

  it('shows, pauses, continues and aborts a shift, for those who may', async () => {
    await speak(play, 'wim', '/requests', { requestId: 'shop-1', ...(await shiftTo(play, 'shop')) });
    await minutes(2);
    const lines: string[] = [];
    const told = async (who: string, ...line: string[]) => {
      const { status, said } = await as(who, ...line);
      lines.push(`$ baton traffic ${line.join(' ')}   # ${who}, exits with ${status}`, said, '');
      await minutes(1);
      return status;
    };
    const entry = 'dev/shop/Entry';
    await told('wim', 'status');
    expect(await told('ana', 'pause', entry)).toBe(2);
    expect(await directives('shop-1')).toEqual([]);
    expect(await told('wim', 'pause', entry, '--reason', 'a strange graph')).toBe(0);
    await told('wim', 'status', entry);
    // Twice is once more of the same.
    expect(await told('zoe', 'pause', entry)).toBe(0);
    await told('wim', 'status', entry);
    expect(await told('zoe', 'continue', entry, '--reason', 'all is well')).toBe(0);
    await told('wim', 'status', entry);
    expect(await told('wim', 'abort', entry, '--reason', 'not today')).toBe(0);
    await minutes(2);
    expect((await play.ending('shop-1')).status).toBe('RolledBack');
    expect(await told('wim', 'abort', entry)).toBe(2);
    await told('wim', 'status', entry);
    expect(await directives('shop-1')).toEqual(['pause', 'pause', 'continue', 'abort']);
    await expect(normalized(lines.join('\n'))).toMatchFileSnapshot('../golden/traffic.txt');
  }, 300_000);
});
