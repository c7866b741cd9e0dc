import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import type { Calendars } from '../../lib/change/calendar.ts';
import { windowAt } from '../../lib/change/windows.ts';
import { environmentCalendars } from '../../lib/infra/calendars.ts';
import { readSettings } from '../../lib/infra/settings.ts';
import { InvalidInput } from '../../lib/model/errors.ts';
import { event, file } from '../change/calendars.ts';
import { scratch } from './synthesized.ts';

const folder = join(scratch, 'calendars');
mkdirSync(folder, { recursive: true });
const write = (name: string, ...lines: string[]) => writeFileSync(join(folder, name), file(...lines));
const settings = (governance: Record<string, object>) =>
  readSettings({
    environments: Object.fromEntries(
      Object.entries(governance).map(([name, given]) => [
        name,
        { policyPacks: [{ name: 'starter' }], governance: given },
      ]),
    ),
  });
write('good.ics', ...event('DTSTART:20260101T020000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY'));
write('bad.ics', ...event('DTSTART:20260101T020000Z'));
write('worse.ics', ...event('DTSTART:20260101', 'RRULE:FREQ=SOMETIMES'));

describe('calendars', () => {
  it('are rejected with every problem of every file, once each, if they are invalid', () => {
    const broken = settings({
      dev: { maintenance: ['good.ics', 'bad.ics'], freezes: ['none.ics'] },
      prod: { maintenance: ['bad.ics'], freezes: ['worse.ics'] },
    });
    const problems = () => {
      try {
        environmentCalendars(broken, folder);
      } catch (error) {
        if (error instanceof InvalidInput)
          return error.problems.map(({ file: name, line, path }) => [name, line, path]);
        throw error;
      }
      return [];
    };
    expect(problems()).toEqual([
      ['bad.ics', 3, 'DTEND'],
      [undefined, undefined, 'environments.dev.governance.freezes'],
      ['worse.ics', 4, 'DTSTART'],
    ]);
    expect(() => environmentCalendars(broken, folder)).toThrow(
      /^bad\.ics:3 DTEND: .*\n.*"none\.ics".*\nworse/,
    );
  });

  it('are bundled for every environment, even if it has none', () => {
    const texts = environmentCalendars(settings({ dev: {}, prod: { maintenance: ['good.ics'] } }), folder);
    const [dev, prod] = ['dev', 'prod'].map((name) => JSON.parse(texts.get(name) ?? '') as Calendars);
    expect(dev).toEqual({ maintenance: [], freezes: [] });
    expect(prod && windowAt(prod, '2026-05-05T02:30:00Z')).toEqual({
      open: true,
      closesAt: '2026-05-05T03:00:00.000Z',
    });
  });
});

test('the examples are valid', () => {
  const examples = join(import.meta.dirname, '..', '..', 'examples', 'calendars');
  const files = readdirSync(examples);
  expect(files.length).toBeGreaterThan(1);
  for (const name of files) expect(readFileSync(join(examples, name), 'utf8')).toContain('BEGIN:VCALENDAR');
  expect(() => environmentCalendars(settings({ prod: { maintenance: files } }), examples)).not.toThrow();
});
