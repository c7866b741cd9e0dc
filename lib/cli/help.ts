import type { Command, Family } from './command.ts';
import { operandText } from './parse.ts';
import { table } from './style.ts';

/** Returns the help of all commands, by family. */
export function overview(families: readonly Family[]): string {
  // One table, so that the summaries of all families start in the same column.
  const lines = table(
    families.flatMap(({ commands }) =>
      commands.map(({ name, operand, summary }) => [`${name} ${operandText(operand)}`.trim(), summary]),
    ),
  );
  return [
    'Submit requests for infrastructure, approve changes, and query the inventory and the audit trail.',
    '',
    'Usage: baton COMMAND [OPTIONS]',
    ...families.flatMap(({ heading, commands }) => ['', `${heading}:`, ...lines.splice(0, commands.length)]),
    '',
    '`baton help COMMAND` explains a command. All but `local run` work on the account and region of the AWS',
    'credentials in the environment, or on a local cloud where AWS_ENDPOINT_URL points at one.',
    'Exit status: 0 completed, 1 failed or rolled back, 2 rejected, invalid or misused, 3 waiting for an approval.',
  ].join('\n');
}

/** Returns the help of one command. */
export function explain({ name, summary, description, operand, options, examples }: Command): string {
  const rows = Object.entries(options).map(([option, { placeholder, help }]) => [
    `--${option}${placeholder === undefined ? '' : ` ${placeholder}`}`,
    help,
  ]);
  const usage = ['baton', name, operandText(operand), rows.length > 0 ? '[OPTIONS]' : ''];
  return [
    `${summary}.`,
    ...(description === undefined ? [] : ['', description]),
    '',
    `Usage: ${usage.filter(Boolean).join(' ')}`,
    ...(rows.length > 0 ? ['', 'Options:', ...table(rows)] : []),
    '',
    examples.length > 1 ? 'Examples:' : 'Example:',
    ...examples.map((example) => `  ${example}`),
  ].join('\n');
}
