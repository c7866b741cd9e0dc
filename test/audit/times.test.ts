import { describe, expect, it } from 'vitest';
import { gather } from '../../lib/audit/bundle.ts';
import type { Finding } from '../../lib/audit/finding.ts';
import { verifyBundle } from '../../lib/audit/verify.ts';
import type { Calendars } from '../../lib/change/calendar.ts';
import {
  append,
  ChangeStory,
  emptySample,
  keyPair,
  linesOf,
  minute,
  put,
  type Sample,
  seal,
} from './sample.ts';

async function found(sample: Sample): Promise<Finding[]> {
  seal(sample, minute(900));
  return verifyBundle(await gather(linesOf(sample)), [keyPair.publicKey]).findings;
}

describe('an entry with an earlier time than the previous entry', () => {
  const backwards: Record<string, string> = {
    'by a second': new Date(Date.parse(minute(7)) - 1_000).toISOString(),
    'by a day': new Date(Date.parse(minute(7)) - 86_400_000).toISOString(),
    'in another format, a minute earlier': '2026-01-01T00:06:00Z',
    'in another time zone': '2026-01-01T01:06:30+01:00',
    'because it is not an instant': 'yesterday',
  };
  for (const [what, at] of Object.entries(backwards))
    it(`is found: ${what}`, async () => {
      const sample = emptySample();
      const story = new ChangeStory(sample, { changeId: 'CHG-1', from: 0 }).open().run();
      const chain = sample.chains.get(story.chain) ?? [];
      const last = chain.pop();
      expect(last?.at).toBe(minute(7));
      append(sample, story.chain, {
        key: 'x',
        event: 'StepFailed',
        actor: 'baton',
        at: minute(7),
        detail: {},
      });
      // As an attacker would write it who knows the format of chains and ignores the clock.
      const forged = { key: 'y', event: 'StepFailed', actor: 'baton', at, detail: {} };
      append(sample, story.chain, forged, { asItSays: true });
      expect((await found(sample))[0]).toMatchObject({ check: 'EntryTime', chain: story.chain, found: at });
    });

  it('is not found if the times are equal', async () => {
    const sample = emptySample();
    const { chain } = new ChangeStory(sample, { changeId: 'CHG-1', from: 0 }).open().run();
    append(sample, chain, { key: 'x', event: 'StepFailed', actor: 'baton', at: minute(7), detail: {} });
    expect(await found(sample)).toEqual([]);
  });
});

describe('a run that started', () => {
  const event = (title: string, start: string, seconds: number) => ({
    ...{ title, zone: 'UTC', start, days: 0, seconds },
  });
  const calendar = (name: string, ...events: ReturnType<typeof event>[]) => ({ name, events, zones: {} });
  const freeze = calendar('year-end.ics', event('Year end', '2026-01-01T00:05:00', 3600));
  const later = calendar('later.ics', event('Later', '2026-01-02T00:00:00', 3600));
  const stories: Record<
    string,
    [calendars: Calendars | undefined, names: string[], problem: RegExp | undefined]
  > = {
    'in a freeze': [{ maintenance: [], freezes: [freeze] }, ['year-end.ics'], /the freeze "Year end"/],
    'in a freeze that was added after the approval': [{ maintenance: [], freezes: [freeze] }, [], /Year end/],
    'in one of two freezes': [{ maintenance: [], freezes: [later, freeze] }, ['later.ics'], /Year end/],
    'outside its maintenance windows': [{ maintenance: [later], freezes: [] }, ['later.ics'], /outside/],
    'in a freeze within its window': [
      { maintenance: [freeze], freezes: [freeze] },
      ['year-end.ics'],
      /Year end/,
    ],
    'without checking its calendars': [undefined, ['year-end.ics'], /none/],
    'outside a freeze': [{ maintenance: [], freezes: [later] }, ['later.ics'], undefined],
    'within its window': [{ maintenance: [freeze], freezes: [] }, ['year-end.ics'], undefined],
    'without calendars': [undefined, [], undefined],
  };
  for (const [what, [looked, calendars, problem]] of Object.entries(stories))
    it(`${what} is ${problem === undefined ? 'not ' : ''}found`, async () => {
      const sample = emptySample();
      const story = new ChangeStory(sample, { changeId: 'CHG-1', from: 0, calendars }).open();
      const calendarsHash = looked && put(sample, looked);
      const { planHash, capsuleHash: capsule } = story;
      story.entry('Revalidated', { capsule, detail: { planHash, calendarsHash } });
      story.run();
      const [first] = await found(sample);
      if (problem === undefined) expect(first).toBeUndefined();
      else {
        expect(first?.check).toBe('RunWindow');
        expect(first?.found).toMatch(problem);
      }
    });
});
