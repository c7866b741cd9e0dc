import { describe, expect, it } from 'vitest';
import { commands } from '../../lib/cli/commands.ts';
import { parseCommandLine } from '../../lib/cli/parse.ts';
import { UsageError } from '../../lib/cli/usage-error.ts';
import { baton } from './support.ts';

function problemsOf(line: string): string[] {
  try {
    parseCommandLine(line.split(' '), commands);
  } catch (error) {
    if (error instanceof UsageError) return error.problems;
    throw error;
  }
  return [];
}

describe('rejects a command line', () => {
  const cases: [line: string, problem: string | RegExp][] = [
    ['lokal run x', /^`baton lokal` is no command; did you mean "local"\?/],
    ['local', '`baton local` is no command; expected local run, local up, local load or local wait'],
    ['local rn x', /did you mean "local run"\?$/],
    ['inventory', /expected inventory list or inventory show$/],
    ['local run x --jsn', '--jsn is no option here; did you mean --json?'],
    ['local run x --frobnicate', '--frobnicate is no option here'],
    ['submit x --speed 3', '--speed is no option here'],
    ['local run', 'FILE is missing; expected `baton local run FILE...`'],
    ['submit a b', '"b" is too much; expected `baton submit FILE`'],
    ['version now', '"now" is too much; expected `baton version`'],
    ['schema change asset', '"asset" is too much; expected `baton schema [DOCUMENT]`'],
    ['local run x --speed', '--speed has no value; expected --speed N'],
    ['local run x --json=yes', '--json is "yes"; expected no value'],
    ['local run x --speed fast', '--speed is "fast"; expected a number above 0'],
    ['local run x --speed 0', '--speed is "0"; expected a number above 0'],
    ['local run x --seed 1.5', '--seed is "1.5"; expected a whole number from 0'],
    ['local run x --seed 1 --seed 2', '--seed is given 2 times; expected once'],
    ['local run x --parameter Size', '--parameter is "Size"; expected KEY=VALUE'],
    ['local run x --parameter A=1 --parameter B', '--parameter is "B"; expected KEY=VALUE'],
    ['local run x --fail Database:0', /^--fail is "Database:0"; expected RESOURCE or RESOURCE:times/],
    ['local run x --fail a-b', /^--fail is "a-b"; expected/],
    [
      'local run x --on-failure kep',
      '--on-failure is "kep"; expected one of keep, undo; did you mean "keep"?',
    ],
    ['local up --port 70000', '--port is "70000"; expected a port from 0 to 65535'],
    ['inventory list --status Gone', /^--status is "Gone"; expected one of Active, Retired/],
  ];
  for (const [line, problem] of cases)
    it(`baton ${line}`, () => {
      expect(problemsOf(line)).toEqual([
        typeof problem === 'string' ? problem : expect.stringMatching(problem),
      ]);
    });

  it('with all problems at once', () => {
    expect(problemsOf('local run --jso --speed x --fail a-b')).toHaveLength(4);
  });

  it('with status 2, a hint, and nothing on standard output', async () => {
    const said = await baton(['local', 'run', 'x', '--jsn']);
    expect(said).toEqual({
      status: 2,
      stdout: '',
      stderr: 'baton: --jsn is no option here; did you mean --json?\n`baton help local run` explains it.',
    });
  });
});

describe('a command line', () => {
  it('gives every option of the table a value, given or not', () => {
    const { command, operands, options } = parseCommandLine(
      'local run a.yaml b.json --json --parameter A=1 --parameter B=x=y --fail Database --fail Queue:3 --seed 7 --speed 2.5'.split(
        ' ',
      ),
      commands,
    );
    expect(command.name).toBe('local run');
    expect(operands).toEqual(['a.yaml', 'b.json']);
    expect(options).toMatchObject({
      json: true,
      parameter: { A: '1', B: 'x=y' },
      fail: [
        { resource: 'Database', times: 1 },
        { resource: 'Queue', times: 3 },
      ],
      seed: 7,
      speed: 2.5,
      environment: undefined,
    });
  });

  it('accepts options before operands', () => {
    expect(parseCommandLine(['watch', '--json', 'req-1'], commands).operands).toEqual(['req-1']);
  });

  it('shows the help with --help or -h, whatever else is wrong', () => {
    for (const flag of ['--help', '-h']) expect(parseCommandLine(['submit', flag], commands).help).toBe(true);
  });
});
