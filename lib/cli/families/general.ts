import { command, type Family } from '../command.ts';
import { noOptions } from '../options.ts';

export const general: Family = {
  heading: 'General',
  commands: [
    command({
      name: 'schema',
      summary: 'Print the JSON Schema of a manifest, or of what a command prints as JSON',
      description:
        'DOCUMENT is a file below docs/schemas: `assets` is what `baton inventory list --json` prints.',
      operand: { name: 'DOCUMENT', count: 'optional' },
      options: noOptions,
      examples: ['baton schema > manifest.schema.json', 'baton schema request-report'],
      load: () => import('../commands/schema.ts'),
    }),
    command({
      name: 'help',
      summary: 'Explain Baton, or one command',
      operand: { name: 'COMMAND', count: 'any number' },
      options: noOptions,
      examples: ['baton help local run'],
      load: () => import('../commands/help.ts'),
    }),
    command({
      name: 'version',
      summary: 'Print the version',
      options: noOptions,
      examples: ['baton version'],
      load: () => import('../commands/version.ts'),
    }),
  ],
};
