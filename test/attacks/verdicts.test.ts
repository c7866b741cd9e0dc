import { afterAll, beforeAll, expect, test } from 'vitest';
import { changeChain } from '../../lib/ledger/keys.ts';
import { changeIdOf } from '../../lib/ledger/ledger.ts';
import { failedSides } from '../../lib/ledger/traffic.ts';
import { assemblyWith } from '../machines/assembly-with.ts';
import { manifest, openPlayground, type Playground } from '../machines/playground.ts';
import { entryOf, greenPercent, load, shiftTo, twoSides } from '../machines/traffic-world.ts';
import { addFunction, decidedBy, type Judge, questionsTo } from '../machines/verdict-functions.ts';
import { everyStory } from '../sample.ts';

/** Functions that decide on shifts: which ones Baton asks, and what counts as an answer. */
const judges: Record<string, Judge | undefined> = {
  good: { answer: 'pass' },
  bad: { answer: 'fail' },
  later: { answer: 'later' },
  throws: { answer: 'throws' },
  hangs: { answer: 'hangs' },
  large: { answer: 'large' },
  larger: { answer: 'larger' },
  text: { answer: 'text' },
  // A request of another environment made it, with the name that the settings have.
  squatted: { answer: 'pass', tags: { 'baton:environment': 'prod' } },
  // A request of another scope of the same environment made it.
  taken: { answer: 'pass' },
  busy: { answer: 'pass', reservedConcurrency: 0 },
  gone: undefined,
};
/** Each costs a shift of a quarter of an hour. */
const sample = new Set(['good', 'bad', 'throws', 'squatted', 'taken', 'gone']);
const scopes = Object.keys(judges).filter((name) => everyStory || sample.has(name));
const played = <Row extends [name: string, ...unknown[]]>(rows: Row[]): Row[] =>
  rows.filter(([name]) => scopes.includes(name));
let play: Playground;
let began = 0;

beforeAll(async () => {
  const warn = [{ name: 'starter', mode: 'warn' }];
  const row = (name: string, scope = name) => ({ function: `${name}-judge`, scopes: [`dev/${scope}`] });
  const verdictFunctions = [...scopes.map((name) => row(name)), row('foreign', 'theirs')];
  play = await openPlayground({
    assemblyDirectory: await assemblyWith({
      environments: {
        dev: { policyPacks: warn, traffic: { verdictFunctions } },
        prod: { policyPacks: warn },
      },
    }),
  });
  addFunction(play, 'foreign-judge', { answer: 'pass' });
  addFunction(play, 'unnamed-judge', { answer: 'pass' });
  await play.submit('rival-0', manifest('rival', `Resources:\n${madeBy('taken-judge')}`));
  for (const name of scopes) {
    const judge = judges[name];
    if (judge !== undefined) addFunction(play, `${name}-judge`, judge);
    const own = name === 'good' ? madeBy('good-judge') : '';
    await play.submit(`${name}-0`, `${twoSides(name, decidedBy(`${name}-judge`))}${own}`);
    await load(play, name, 10, 120);
  }
  await play.world.clock.pass(120_000);
  began = play.world.clock.now() / 1000;
  for (const name of scopes)
    await play.deployment.putEvent('Infrastructure Request', {
      requestId: `${name}-1`,
      ...(await shiftTo(play, name)),
    });
  await play.world.clock.pass(15 * 60_000);
}, 1_200_000);
afterAll(async () => {
  expect(play.world.internalErrors).toEqual([]);
  await play.close();
});

/** Returns the lines of a manifest that make a function. */
const madeBy = (name: string) => `  Judge:
    Type: AWS::Lambda::Function
    Properties:
      { FunctionName: ${name}, Role: "arn:aws:iam::111111111111:role/judge", Code: { S3Bucket: code, S3Key: judge.zip } }
`;

const status = async (name: string) => (await play.ending(`${name}-1`)).status;
const shiftOf = async (name: string) => {
  const { runId = '' } = await play.deployment.ledger.request(`${name}-1`);
  const steps = await play.deployment.ledger.steps(runId);
  return steps.find(({ shift, status: now }) => now === 'Verifying' && shift !== undefined)?.shift;
};

test('a function that passes lets every step pass, is asked once an interval, and hears no property', async () => {
  expect([await status('good'), await greenPercent(play, 'good')]).toEqual(['Completed', 100]);
  const questions = questionsTo(play, 'good-judge');
  const { id: asset } = await entryOf(play, 'good');
  expect(questions[0]).toEqual({
    ...{ version: 1, request: 'good-1', scope: 'dev/good', asset, resource: 'Entry' },
    ...{ side: 'Green', stableSide: 'Blue', weight: 10, step: 0, steps: 2 },
    interval: { start: expect.any(String), end: expect.any(String) },
  });
  expect(
    questions.filter(({ interval: { start, end } }) => Date.parse(end) - Date.parse(start) < 55_000),
  ).toEqual([]);
  const first = questions.filter(({ weight }) => weight === 10);
  const ends = first.map(({ interval }) => Date.parse(interval.end) / 1000);
  expect(ends.every((end, index) => end >= began && end - (ends[index - 1] ?? 0) >= 55)).toBe(true);
  expect(first.length).toBeGreaterThanOrEqual(3);
  expect(questions.some(({ weight }) => weight === 100)).toBe(true);
});

test.each(
  played<[string, number]>([
    ['bad', 10],
    ['later', 100],
  ]),
)('a function that fails (%s) has the weight put back, and the side is marked', async (name, reached) => {
  expect([await status(name), await greenPercent(play, name)]).toEqual(['RolledBack', 0]);
  expect(Math.max(...questionsTo(play, `${name}-judge`).map(({ weight }) => weight))).toBe(reached);
  const marks = await failedSides(play.deployment.ledger.table, (await entryOf(play, name)).id);
  expect(marks).toMatchObject([
    { side: '${Green}', why: expect.stringContaining('the function answered fail') },
  ]);
});

test.each(
  played<[string, string]>([
    ['throws', 'it failed'],
    ['hangs', 'it failed'],
    ['large', 'more than 16 KB'],
    ['larger', 'it failed'],
    ['text', 'expected {"verdict": "pass"}'],
    ['squatted', 'AccessDeniedException'],
    ['taken', 'it is an asset of dev/rival'],
    ['busy', 'TooManyRequestsException'],
    ['gone', 'ResourceNotFoundException'],
  ]),
)(
  'a function that %s passes nothing: the shift waits for a person at its first weight',
  async (name, why) => {
    expect([await status(name), await greenPercent(play, name)]).toEqual(['Applying', 10]);
    expect(await shiftOf(name)).toMatchObject({ waits: true, state: { phase: 'waiting', waitsFor: 'data' } });
    expect(JSON.stringify(await decisions(name))).toContain(JSON.stringify(why).slice(1, -1));
    expect(questionsTo(play, `${name}-judge`).length > 0).toBe(
      !['squatted', 'taken', 'busy', 'gone'].includes(name),
    );
  },
);

async function decisions(name: string): Promise<unknown[]> {
  const { ledger, documents } = play.deployment;
  const entries = await ledger.table.query<{ event: string; detail: { decisionHash?: string } }>(
    changeChain(changeIdOf(`${name}-1`)),
    { prefix: 'ENTRY#' },
  );
  const hashes = entries.flatMap(({ event, detail }) =>
    event === 'ShiftDecided' ? (detail.decisionHash ?? []) : [],
  );
  return Promise.all(hashes.map((hash) => documents.get(hash)));
}

const foreign = [
  ['another scope', 'foreign-judge'],
  ['nobody', 'unnamed-judge'],
  ['Baton itself', 'baton-settle'],
];
test.each(everyStory ? foreign : foreign.slice(0, 1))(
  'a function that the settings name for %s is refused, and not called',
  async (_whose, name) => {
    const scope = `asks-${name}`;
    await play.put(`${scope}-0`, twoSides(scope, decidedBy(name)));
    await play.world.clock.pass(120_000);
    await play.deployment.putEvent('Infrastructure Request', {
      requestId: `${scope}-1`,
      ...(await shiftTo(play, scope)),
    });
    await play.world.clock.pass(60_000);
    const { status: ended, problems } = await play.deployment.ledger.request(`${scope}-1`);
    expect({ ended, problems }).toMatchObject({ ended: 'Rejected', problems: [{ code: 'VerdictFunction' }] });
    expect(await greenPercent(play, scope)).toBe(0);
    expect(questionsTo(play, name)).toEqual([]);
  },
  120_000,
);
