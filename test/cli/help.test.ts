import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { command } from '../../lib/cli/command.ts';
import { commands, families } from '../../lib/cli/commands.ts';
import { main } from '../../lib/cli/main.ts';
import { reports } from '../../lib/client/reports/index.ts';
import { baton, memoryTerminal } from './support.ts';

const root = join(import.meta.dirname, '..', '..');

describe('help', () => {
  it('rejects an unknown command by name', async () => {
    const said = await baton(['help', 'frobnicate']);
    expect(said).toMatchObject({ status: 2, stdout: '', stderr: 'baton: `frobnicate` is no command' });
  });

  it('matches the golden file, for Baton and for each command', async () => {
    const texts = [await baton([]), ...(await Promise.all(commands.map(({ name }) => helpOf(name))))];
    for (const { status } of texts) expect(status).toBe(0);
    const text = texts.map(({ stdout }) => stdout).join(`\n\n${'-'.repeat(80)}\n`);
    await expect(`${text}\n`).toMatchFileSnapshot('../golden/help.txt');
  });

  for (const line of [['--help'], ['-h'], ['help']])
    it(`${line} shows the overview`, async () => {
      expect(await baton(line)).toEqual(await baton([]));
    });

  it('for a group of commands explains each of them', async () => {
    const { stdout } = await baton(['help', 'inventory']);
    expect(stdout).toContain('baton inventory list');
    expect(stdout).toContain('baton inventory show');
  });

  it('is contained in docs/command-line.md, command by command', () => {
    const page = readFileSync(join(root, 'docs', 'command-line.md'), 'utf8');
    for (const { name, options } of commands) {
      expect(page).toContain(`baton ${name}`);
      for (const option of Object.keys(options)) expect(page).toContain(`--${option}`);
    }
  });

  async function helpOf(name: string) {
    return baton([...name.split(' '), '--help']);
  }
});

describe('families', () => {
  it('each have a heading, and list each command once', async () => {
    const { stdout } = await baton([]);
    for (const { heading, commands: own } of families) {
      const [, listed = ''] = stdout.split(`\n${heading}:\n`);
      const [section = ''] = listed.split('\n\n');
      expect(section.split('\n').map((line) => line.trim().split(/ [A-Z[]| {2}/)[0])).toEqual(
        own.map(({ name }) => name),
      );
    }
    expect(new Set(commands.map(({ name }) => name)).size).toBe(commands.length);
  });

  it('can be extended by a row, which is parsed, run and explained', async () => {
    const greet = command({
      name: 'fixture greet',
      summary: 'Greet somebody',
      operand: { name: 'NAME', count: 'one' },
      options: { loud: { kind: 'flag', help: 'Louder' } },
      examples: ['baton fixture greet ana'],
      load: async () => ({
        run: async ({ operands, options, terminal }) => {
          terminal.print(`Hello ${operands[0]}${options.loud ? '!' : '.'}`);
          return 0;
        },
      }),
    });
    const more = [...families, { heading: 'Fixture', commands: [greet] }];
    for (const [line, said] of [
      ['fixture greet ana --loud', 'Hello ana!'],
      ['help fixture greet', 'Usage: baton fixture greet NAME [OPTIONS]'],
      ['help', 'Fixture:\n  fixture greet NAME'],
    ] as const) {
      const { terminal, stdout } = memoryTerminal();
      expect(await main(line.split(' '), terminal, {}, more)).toBe(0);
      expect(stdout.join('\n')).toContain(said);
    }
  });
});

describe('JSON', () => {
  const printing = commands.filter(
    ({ options }) => options.json !== undefined || options.format?.choices?.includes('json'),
  );

  for (const { name, reports: printed = [] } of printing)
    it(`of ${name} has a format, published as JSON Schema`, async () => {
      expect(printed).not.toEqual([]);
      for (const report of printed) {
        const { title: _title, ...published } = JSON.parse(
          readFileSync(join(root, 'docs', 'schemas', `${report}.json`), 'utf8'),
        );
        expect(JSON.parse((await baton(['schema', report])).stdout)).toEqual(published);
      }
    });

  it('formats are all printed by a command, and every command that prints one has an option for it', () => {
    const printed = commands.flatMap(({ reports: names = [] }) => names);
    expect([...new Set(printed)].sort()).toEqual(Object.keys(reports).sort());
    expect(commands.filter(({ reports: names }) => names !== undefined)).toEqual(printing);
  });

  it('formats that no command prints are rejected', async () => {
    const said = await baton(['schema', 'asets']);
    expect(said).toMatchObject({ status: 2, stdout: '' });
    expect(said.stderr).toContain('there is no document asets; expected one of request-report, ');
    expect(said.stderr).toContain('did you mean "assets"?');
  });
});

describe('a command', () => {
  for (const command of commands)
    it(`${command.name} has a file with its name`, () => {
      const file = join(root, 'lib', 'cli', 'commands', `${command.name.replace(' ', '-')}.ts`);
      expect(existsSync(file)).toBe(true);
    });

  it('is loaded only when it runs: before, only Node and small files of our own are', () => {
    const reached = reachedFrom(join(root, 'lib', 'cli', 'main.ts'));
    expect(reached.packages).toEqual([]);
    expect(reached.files.size).toBeLessThan(30);
  });
});

/** Returns what a file imports statically, directly and indirectly. Types are not loaded. */
function reachedFrom(entry: string) {
  const files = new Set<string>();
  const packages: string[] = [];
  const visit = (file: string): void => {
    if (files.has(file)) return;
    files.add(file);
    for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(
      /^(?:import|export) (?!type)[^;]*? from '([^']+)'/gm,
    ))
      if (name.startsWith('.')) visit(join(dirname(file), name));
      else if (!name.startsWith('node:')) packages.push(name);
  };
  visit(entry);
  return { files, packages };
}
