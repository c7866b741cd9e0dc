import { describeRules, type RuleDescription } from '../lib/cli/policy/rule-facts.ts';
import { facts } from '../lib/policy/facts/table.ts';
import { frameworks, rulesOf } from '../lib/policy/frameworks.ts';
import { builtInPackNames, builtInPacks, packCache, selectPolicies } from '../lib/policy/index.ts';
import { ensureTypes, typeLookup } from '../lib/spec/index.ts';

const written = '<!-- Written by docs/generate.ts. -->';

/** The pages on rules, frameworks and facts, made from the packs themselves: path → text. */
export function policyPages(): [string, string][] {
  const types = ensureTypes();
  const packs = builtInPackNames().map((name) => ({ name, mode: 'enforce' as const }));
  const bundle = selectPolicies(
    { policyPacks: packs, frameworks: [], waivers: [] },
    { directories: [builtInPacks], lookup: typeLookup(types), cache: packCache(types) },
  );
  const rules = describeRules(
    bundle,
    bundle.policies.map(({ id }) => id).filter((id, index, all) => all.indexOf(id) === index),
  );
  return [
    ['policy-rules.md', rulesPage(rules)],
    ['policy-facts.md', factsPage()],
  ];
}

function rulesPage(rules: readonly RuleDescription[]): string {
  const packs = [...Map.groupBy(rules, ({ pack }) => pack)];
  return [
    written,
    '# The rules that come with Baton',
    '',
    `${rules.length} rules in ${packs.length} packs. Their ids are those of AWS Config's managed rules where there is one.`,
    '`baton policy explain RULE` shows one whole: remedy, facts, controls, and the policy itself. How many of the',
    `${frameworks().length} frameworks below a rule supports a control of is in the last column.`,
    ...packs.flatMap(([pack, list]) => [
      '',
      `## Pack ${pack}`,
      '',
      '| rule | severity | what must be | frameworks |',
      '|---|---|---|---|',
      ...list.map(
        ({ rule, severity, message, frameworks: supported }) =>
          `| \`${rule}\` | ${severity} | ${cell(message)} | ${supported.length} |`,
      ),
    ]),
    '',
    '## Frameworks',
    '',
    'A rule supports a control; it does not prove it by itself. An environment names the frameworks it enforces or',
    'warns on ([settings.md](settings.md)); a framework is known by its name, its title and what people call it.',
    '',
    '| name | title | rules | controls | source |',
    '|---|---|---|---|---|',
    ...frameworks().map((framework) => {
      const { name, title, source, controls } = framework;
      return `| \`${name}\` | ${cell(title)} | ${rulesOf(framework).length} | ${Object.keys(controls).length} | ${cell(source)} |`;
    }),
    '',
  ].join('\n');
}

function factsPage(): string {
  return [
    written,
    '# The facts that rules may read',
    '',
    'Small pure functions (`lib/policy/facts`, one file each) give what Cedar can not compute: `context.facts.NAME`. A',
    'fact is always there for the types it names, so a rule needs no `has`. How to add one stands in',
    '[policies.md](policies.md#facts).',
    '',
    '| fact | value | of | meaning |',
    '|---|---|---|---|',
    ...facts
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(
        ({ name, types, shape, description }) =>
          `| \`${name}\` | ${cedarType(shape)} | ${typesText(types)} | ${cell(description)} |`,
      ),
    '',
  ].join('\n');
}

/** Types are many where a fact is general. */
const typesShown = 4;

function typesText(types: readonly string[]): string {
  if (types.includes('*')) return 'everything';
  const shown = types.slice(0, typesShown).map((type) => `\`${type}\``);
  const more = types.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

const values: Partial<Record<string, string>> = {
  boolean: 'Bool',
  long: 'Long',
  string: 'String',
  set: 'Set',
};

function cedarType({ kind }: { kind: string }): string {
  return values[kind] ?? kind;
}

/** Text that stays within its cell of a table. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
