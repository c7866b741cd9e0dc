import { command, type Family } from '../command.ts';
import type { OptionTable } from '../option.ts';
import { jsonOption, noOptions } from '../options.ts';

/** The options that select rules. */
const ruleOptions = {
  framework: {
    kind: 'texts',
    placeholder: 'NAME',
    help: 'Only rules of this framework, as hipaa-security; may be repeated',
  },
  pack: {
    kind: 'texts',
    placeholder: 'NAME',
    help: 'Only rules of this pack: starter, aws, aws/s3, a folder of your own; may be repeated',
  },
} as const satisfies OptionTable;

export const policy: Family = {
  heading: 'Policy and governance',
  commands: [
    command({
      name: 'policy check',
      summary: 'Judge manifests and CloudFormation templates as they stand, without an account',
      description:
        'Each rule fails, passes or, where it has nothing to speak of, skips a file. Nothing is validated or resolved: a\n' +
        'rule that depends on a value the file does not hold (a parameter, another resource) fails and names it. Folders\n' +
        'are searched for templates. By default all rules that come with Baton judge. Exit status 2 if any rule fails.',
      operand: { name: 'FILE', count: 'many' },
      options: {
        ...ruleOptions,
        rule: { kind: 'texts', placeholder: 'ID', help: 'Only this rule; may be repeated' },
        environment: {
          kind: 'text',
          placeholder: 'NAME',
          help: 'Judge by the packs and frameworks of this environment of the settings, as if asked for there',
        },
        format: {
          kind: 'text',
          placeholder: 'FORMAT',
          choices: ['text', 'json', 'sarif', 'junit'],
          help: 'text (the default), json, sarif (code scanning) or junit',
        },
      },
      reports: ['policy-check'],
      examples: [
        'baton policy check template.yaml',
        'baton policy check templates/ --framework hipaa-security --format sarif > findings.sarif',
        'baton policy check template.yaml --rule S3_BUCKET_VERSIONING_ENABLED',
      ],
      load: () => import('../commands/policy-check.ts'),
    }),
    command({
      name: 'policy list',
      summary: 'List rules, or with `--framework` those that support its controls',
      options: {
        ...ruleOptions,
        format: {
          kind: 'text',
          placeholder: 'FORMAT',
          choices: ['text', 'json'],
          help: 'text (the default) or json',
        },
      },
      reports: ['policy-rules'],
      examples: ['baton policy list', 'baton policy list --framework nist800-53rev5 --format json'],
      load: () => import('../commands/policy-list.ts'),
    }),
    command({
      name: 'policy explain',
      summary: 'Explain a rule: what it asks for, what it judges, which controls it supports',
      operand: { name: 'RULE', count: 'one' },
      options: {
        framework: {
          kind: 'texts',
          placeholder: 'NAME',
          help: 'Only controls of this framework, as hipaa-security; may be repeated',
        },
      },
      examples: [
        'baton policy explain S3_BUCKET_VERSIONING_ENABLED',
        'baton policy explain DYNAMODB_PITR_ENABLED --framework hipaa-security',
      ],
      load: () => import('../commands/policy-explain.ts'),
    }),
    command({
      name: 'policy test',
      summary: 'Check packs and run the cases that lie beside their rules',
      description:
        'FOLDER is a pack: rules in .cedar files, the cases of RULE in tests/rule.yaml. Without it, the packs that the\n' +
        'settings name are tested. A rule that can never apply, or names a property that does not exist, is an error.',
      operand: { name: 'FOLDER', count: 'any number' },
      options: noOptions,
      examples: ['baton policy test policies/house'],
      load: () => import('../commands/policy-test.ts'),
    }),
    command({
      name: 'governance check',
      summary: 'List who can speak as the users and roles that the settings name, and warn',
      description:
        'Everyone who can assume a role in a group, through any number of roles, or change whom it trusts, acts as it. Reads whom\n' +
        'the deployed settings name, and IAM: needs iam:GetAccountAuthorizationDetails, as the AWS policy SecurityAudit gives\n' +
        'it. Exit status 2 if it warns of anything.',
      options: {
        environment: {
          kind: 'text',
          placeholder: 'NAME',
          help: 'Only groups that this environment names: its levels, its policies, who may ask there',
        },
        ...jsonOption,
      },
      reports: ['governance'],
      examples: ['baton governance check', 'baton governance check --environment prod --json'],
      load: () => import('../commands/governance-check.ts'),
    }),
  ],
};
