import { parseArgs } from 'node:util';
import { didYouMean } from '../model/suggest.ts';
import type { Command, Operand } from './command.ts';
import { type OptionTable, type OptionValues, readOption } from './option.ts';
import { UsageError } from './usage-error.ts';

export interface Parsed {
  command: Command;
  operands: string[];
  options: OptionValues<OptionTable>;
  /** Whether `--help` was among the arguments. */
  help: boolean;
}

const shortNames: Record<string, string> = { h: 'help' };

/**
 * Parses the arguments by the table of commands.
 *
 * @throws UsageError with every problem: unknown options and commands, wrong values, missing or extra operands
 */
export function parseCommandLine(argv: string[], commands: readonly Command[]): Parsed {
  const command = findCommand(argv, commands);
  const words = command.name.split(' ').length;
  const { texts, operands, problems } = tokenize(argv, command.options, commands);
  const report = (problem: string) => problems.push(problem);
  const options: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(command.options))
    options[name] = readOption(name, spec, texts[name] ?? [], report);
  const help = texts.help !== undefined;
  const own = operands.slice(words);
  if (!help) checkOperands(command, own, report);
  if (!help && problems.length > 0) throw new UsageError(problems, command.name);
  return { command, operands: own, options: options as OptionValues<OptionTable>, help };
}

/** Returns the command with the longest name that the arguments start with, ignoring options. */
function findCommand(argv: string[], commands: readonly Command[]): Command {
  const words = argv.filter((word) => !word.startsWith('-'));
  const byLength = [...commands].sort((a, b) => b.name.length - a.name.length);
  const found = byLength.find(({ name }) => name.split(' ').every((word, index) => words[index] === word));
  if (found !== undefined) return found;
  const [first = '', second] = words;
  const group = commands.filter(({ name }) => name.startsWith(`${first} `)).map(({ name }) => name);
  if (group.length > 0) {
    const written = second === undefined ? '' : ` ${second}`;
    const hint = second === undefined ? '' : didYouMean(`${first} ${second}`, group);
    throw new UsageError([`\`baton ${first}${written}\` is no command; expected ${list(group)}${hint}`]);
  }
  const names = commands.map(({ name }) => name);
  const firstWords = [...new Set(names.map((name) => name.split(' ')[0] ?? name))];
  throw new UsageError([
    `\`baton ${first}\` is no command${didYouMean(first, firstWords)}; \`baton help\` lists the commands`,
  ]);
}

/** Splits the arguments by the table. Collects the errors at which `node:util` would stop. */
function tokenize(argv: string[], table: OptionTable, commands: readonly Command[]) {
  // Includes options of other commands, so that their values aren't mistaken for operands.
  const all = { ...Object.assign({}, ...commands.map(({ options }) => options)), ...table } as OptionTable;
  const types = Object.entries(all).map(([name, spec]) => [
    name,
    { type: spec.kind === 'flag' ? ('boolean' as const) : ('string' as const), multiple: true },
  ]);
  const { tokens } = parseArgs({
    args: argv,
    options: { help: { type: 'boolean', short: 'h' }, ...Object.fromEntries(types) },
    strict: false,
    tokens: true,
    allowPositionals: true,
  });
  const texts: Partial<Record<string, string[]>> = {};
  const operands: string[] = [];
  const problems: string[] = [];
  const known = ['help', ...Object.keys(table)];
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value);
    if (token.kind !== 'option') continue;
    const name = shortNames[token.name] ?? token.name;
    const flag = name === 'help' || table[name]?.kind === 'flag';
    if (!known.includes(name)) problems.push(`${token.rawName} is no option here${hint(name, known)}`);
    else if (flag && token.value !== undefined)
      problems.push(`--${name} is ${JSON.stringify(token.value)}; expected no value`);
    else if (!flag && token.value === undefined)
      problems.push(`--${name} has no value; expected --${name} ${table[name]?.placeholder ?? 'VALUE'}`);
    else texts[name] = [...(texts[name] ?? []), token.value ?? ''];
  }
  return { texts, operands, problems };
}

function hint(name: string, known: string[]): string {
  return didYouMean(name, known).replace(/"(.*)"/, '--$1');
}

const howMany: Record<Operand['count'], [least: number, most: number]> = {
  one: [1, 1],
  many: [1, Number.POSITIVE_INFINITY],
  'any number': [0, Number.POSITIVE_INFINITY],
  optional: [0, 1],
};

function checkOperands({ operand, name }: Command, given: string[], report: (problem: string) => void) {
  const [least, most] = operand === undefined ? [0, 0] : howMany[operand.count];
  if (given.length < least)
    report(`${operand?.name} is missing; expected \`baton ${name} ${operandText(operand)}\``);
  if (given.length > most)
    report(
      `${list(given.slice(most).map((text) => JSON.stringify(text)))} is too much; expected \`${`baton ${name} ${operandText(operand)}`.trim()}\``,
    );
}

/** Returns `FILE`, `FILE...` or `[COMMAND]`. */
export function operandText(operand: Command['operand']): string {
  if (operand === undefined) return '';
  const texts: Record<Operand['count'], string> = {
    one: operand.name,
    many: `${operand.name}...`,
    'any number': `[${operand.name}...]`,
    optional: `[${operand.name}]`,
  };
  return texts[operand.count];
}

function list(words: string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
