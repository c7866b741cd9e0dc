import { describe, expect, it } from 'vitest';
import { type Calendars, noCalendars } from '../../../lib/change/calendar.ts';
import type { Capsule } from '../../../lib/model/change.ts';
import { findWindow } from '../../../lib/tasks/govern/find-window.ts';
import { calendar, event } from '../../change/calendars.ts';

const planHash = 'p'.repeat(64);
const nightly: Calendars = {
  maintenance: [calendar(...event('DTSTART:20260101T020000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY'))],
  freezes: [],
};

/** Returns a change in an environment with these calendars, and records everything that is written and published. */
function stage(calendars: Calendars, capsule: Partial<Capsule> = {}, request: object = {}) {
  const chain = new Map<string, { event: string; detail: unknown }>();
  const published: string[] = [];
  const updates: object[] = [];
  const services = {
    calendars: () => calendars,
    documents: {
      get: async () => ({
        ...{
          planHash,
          type: 'normal',
          window: { calendars: [] },
          predicted: { doSeconds: 60, undoSeconds: 0 },
        },
        ...{ header: {}, steps: [], approvals: [] },
        ...capsule,
      }),
    },
    publisher: {
      publish: async ({ detailType, detail }: { detailType: string; detail: { opensAt?: string } }) =>
        void published.push(`${detailType} ${detail.opensAt}`),
    },
    ledger: {
      request: async () => request,
      change: async () => ({
        changeId: 'CHG-r',
        requestId: 'r',
        capsuleHash: 'c',
        requester: {},
        planHashes: [],
      }),
      updateRequest: async (_: string, set: object) => void updates.push(set),
      record: async (_: string, entry: { key: string; event: string; detail: unknown }) =>
        void chain.set(entry.key, entry),
      table: {
        get: async ({ sk }: { sk: string }) => (chain.has(sk.slice('MARKER#'.length)) ? {} : undefined),
      },
    },
  };
  const find = (now: string) => findWindow(services as never, { requestId: 'r', planHash, now });
  return { find, published, updates, events: () => [...chain.values()].map(({ event: name }) => name) };
}

describe('FindWindow', () => {
  it("rejects a plan that differs from its capsule's", async () => {
    await expect(stage(noCalendars, { planHash: 'other' }).find('2026-01-05T00:00:00Z')).rejects.toThrow(
      /not of plan/,
    );
  });

  it('does not wait after a cancellation', async () => {
    const { find, published } = stage(nightly, {}, { cancelRequestedBy: 'user/ann' });
    expect(await find('2026-01-05T00:00:00Z')).toEqual({ window: 'Never', waitSeconds: 1 });
    expect(published).toEqual([]);
  });

  it('gives the reason for the rejection if no window takes the plan', async () => {
    const { find, updates, events } = stage(nightly, { predicted: { doSeconds: 3601, undoSeconds: 0 } });
    expect(await find('2026-01-05T00:00:00Z')).toEqual({ window: 'Never', waitSeconds: 1 });
    expect(updates).toMatchObject([{ refusal: expect.stringContaining('the longest window') }]);
    expect(events()).toEqual(['WindowNeverOpens']);
  });

  const waits: [now: string, waitSeconds: number][] = [
    ['2026-01-05T00:00:00.000Z', 7200],
    ['2026-01-05T01:59:58.600Z', 2],
    ['2026-01-05T01:59:59.999Z', 1],
    // The window is open, but closes before the plan is done.
    ['2026-01-05T02:59:30.000Z', 82_830],
  ];
  for (const [now, waitSeconds] of waits)
    it(`waits ${waitSeconds} s at ${now}`, async () => {
      expect(await stage(nightly).find(now)).toEqual({ window: 'Closed', waitSeconds });
    });

  it('announces each opening once, however often it runs', async () => {
    const { find, published, events } = stage(nightly);
    for (const now of ['2026-01-05T00:00:00Z', '2026-01-05T01:00:00Z', '2026-01-05T04:00:00Z'])
      await find(now);
    expect(published).toEqual([
      'Change Scheduled 2026-01-05T02:00:00.000Z',
      'Change Scheduled 2026-01-06T02:00:00.000Z',
    ]);
    expect(events()).toEqual(['ChangeScheduled', 'ChangeScheduled']);
  });

  const open: Record<string, [calendars: Calendars, capsule: Partial<Capsule>, now: string]> = {
    'in a window': [nightly, {}, '2026-01-05T02:30:00Z'],
    'without calendars': [noCalendars, {}, '2026-01-05T00:00:00Z'],
    'if policy allows it': [
      nightly,
      { window: { calendars: [], bypass: 'on call' } },
      '2026-01-05T00:00:00Z',
    ],
  };
  for (const [name, [calendars, capsule, now]] of Object.entries(open))
    it(`lets a change continue ${name}`, async () => {
      const { find, published } = stage(calendars, capsule);
      expect(await find(now)).toEqual({ window: 'Open', waitSeconds: 1 });
      expect(published).toEqual([]);
    });
});
