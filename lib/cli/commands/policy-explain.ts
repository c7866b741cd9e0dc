import { builtInPackNames } from '../../policy/index.ts';
import { exitStatus, type Run } from '../command.ts';
import type { noOptions } from '../options.ts';
import { describeRules, type RuleDescription } from '../policy/rule-facts.ts';
import { chosenRules, ownPacks, packSources } from '../policy/rules.ts';
import { type Paint, painter } from '../style.ts';

export const run: Run<typeof noOptions> = async ({ operands, terminal }) => {
  const { bundle, ids } = chosenRules({ rule: operands, anyCase: true }, packSources(), [
    ...builtInPackNames(),
    ...ownPacks(),
  ]);
  for (const rule of describeRules(bundle, ids))
    for (const line of explained(rule, painter(terminal))) terminal.print(line);
  return exitStatus.completed;
};

function explained(rule: RuleDescription, paint: Paint): string[] {
  const listed = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ['', paint('strong', title), ...lines.map((line) => `  ${line}`)];
  return [
    `${paint('strong', rule.rule)} (${rule.severity}, pack ${rule.pack})`,
    `  ${rule.message}.`,
    ...(rule.remedy === undefined ? [] : [`  ${rule.remedy}.`]),
    ...listed(
      'Judges',
      rule.types.map((type) => (type === '*' ? 'every resource' : type)),
    ),
    ...listed(
      'Facts it reads',
      rule.facts.map(({ name, description }) => `${name}: ${description}`),
    ),
    ...listed('Holds where one of these does', rule.alternatives),
    ...listed('Suppressed by the ids', rule.aliases),
    ...listed(
      'Supports the controls',
      rule.frameworks.map(({ name, title, controls }) => `${name} (${title}): ${controls.join(', ')}`),
    ),
    ...listed('Policy', rule.policies.flatMap((text) => [...text.split('\n'), '']).slice(0, -1)),
  ];
}
