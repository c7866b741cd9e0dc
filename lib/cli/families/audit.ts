import { command, type Family } from '../command.ts';
import type { OptionTable } from '../option.ts';
import { jsonOption } from '../options.ts';

/** The time range options of the audit commands. */
const timeOptions = {
  from: { kind: 'text', placeholder: 'DATE', help: 'First day (UTC) or instant, as 2027-01-01' },
  to: { kind: 'text', placeholder: 'DATE', help: 'Last day, included, or the instant it ends at' },
} as const satisfies OptionTable;

const keyOption = {
  key: {
    kind: 'texts',
    placeholder: 'FILE',
    help: 'Public key the seals are signed with, as PEM; may be repeated',
  },
} as const satisfies OptionTable;

const outOption = {
  out: { kind: 'text', placeholder: 'FILE', help: 'File to write; standard output by default' },
} as const satisfies OptionTable;

export const audit: Family = {
  heading: 'Audit',
  commands: [
    command({
      name: 'audit export',
      summary: 'Write the audit trail to a bundle that stands by itself',
      description:
        'Everything, or every chain that moved within a time, whole: entries, seals with their signatures, decisions,\n' +
        'and every document they name. docs/audit.md has the form. The same trail makes the same bundle.',
      options: {
        out: {
          kind: 'text',
          placeholder: 'FILE|FOLDER',
          help: 'Where the bundle goes; compressed where the name ends in .gz',
        },
        ...timeOptions,
      },
      examples: [
        'baton audit export --out trail.jsonl.gz',
        'baton audit export --out evidence/ --from 2027-01-01 --to 2027-03-31',
      ],
      load: () => import('../commands/audit-export.ts'),
    }),
    command({
      name: 'audit verify',
      summary: 'Check a bundle offline: nothing altered, every change allowed and approved',
      description:
        'Names the first break: where, what is expected there and what is found. Exit status 2 if there is one.\n' +
        'Needs no access to the account, only the public key: get it yourself, not from whoever hands you the bundle.',
      operand: { name: 'BUNDLE', count: 'one' },
      options: {
        ...keyOption,
        seal: {
          kind: 'text',
          placeholder: 'HASH',
          help: 'A seal you noted earlier: the bundle has to hold it',
        },
        ...jsonOption,
      },
      reports: ['audit-verification'],
      examples: ['baton audit verify trail.jsonl.gz --key baton-audit.pem'],
      load: () => import('../commands/audit-verify.ts'),
    }),
    command({
      name: 'audit report',
      summary: 'Show the evidence for each control of a framework',
      options: {
        framework: { kind: 'text', placeholder: 'NAME', help: 'Framework, as hipaa-security' },
        ...timeOptions,
        format: {
          kind: 'text',
          placeholder: 'FORMAT',
          choices: ['markdown', 'csv'],
          help: 'markdown (the default) or csv',
        },
        ...outOption,
        bundle: { kind: 'text', placeholder: 'FILE', help: 'Bundle to read; the ledger by default' },
        ...keyOption,
      },
      examples: [
        'baton audit report --framework hipaa-security --from 2027-01-01 --to 2027-03-31 --out evidence.md',
        'baton audit report --framework cis --bundle trail.jsonl.gz --key baton-audit.pem --format csv',
      ],
      load: () => import('../commands/audit-report.ts'),
    }),
    command({
      name: 'audit key',
      summary: 'Print the public key that seals are verified with',
      options: outOption,
      examples: ['baton audit key --out baton-audit.pem'],
      load: () => import('../commands/audit-key.ts'),
    }),
  ],
};
