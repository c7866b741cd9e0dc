import { existsSync } from 'node:fs';
import { exitStatus, type Run } from '../command.ts';
import { InvalidCases } from '../policy/cases.ts';
import { ownPacks, packSources } from '../policy/rules.ts';
import { type PackResult, testPack } from '../policy/test-pack.ts';
import { fileSettings } from '../settings-file.ts';
import { counted, type Paint, painter } from '../style.ts';
import { UsageError } from '../usage-error.ts';

export const run: Run = async ({ operands, terminal }) => {
  const packs = operands.length > 0 ? operands : settingsPacks();
  if (packs.length === 0) throw new UsageError(['the settings name no policy pack; name a FOLDER']);
  const sources = packSources();
  const results = packs.map((pack) => tested(pack, sources));
  for (const line of results.flatMap((result) => resultText(result, painter(terminal)))) terminal.print(line);
  return results.some(({ problems }) => problems.length > 0) ? exitStatus.failed : exitStatus.completed;
};

/** Returns custom packs, which no other suite tests. Without custom packs, returns the others. */
function settingsPacks(): string[] {
  const own = ownPacks();
  if (own.length > 0) return own;
  const environments = Object.values(fileSettings()?.environments ?? {});
  return [...new Set(environments.flatMap(({ policyPacks }) => policyPacks.map(({ name }) => name)))];
}

function tested(pack: string, sources: ReturnType<typeof packSources>): PackResult {
  const inside = sources.directories.some((directory) => existsSync(`${directory}/${pack}`));
  if (!inside && !existsSync(pack))
    throw new UsageError([`${pack}: there is no such folder and no such pack`]);
  try {
    return testPack(pack, sources);
  } catch (error) {
    if (!(error instanceof InvalidCases)) throw error;
    throw new UsageError([error.message]);
  }
}

function resultText({ pack, rules, cases, problems }: PackResult, paint: Paint): string[] {
  const head = `${paint('strong', pack)}: ${counted(rules, 'rule')}, ${counted(cases, 'case')}`;
  if (problems.length === 0) return [`${head}, ${paint('good', 'all as expected')}`];
  return [
    `${head}, ${paint('bad', counted(problems.length, 'problem'))}`,
    ...problems.map(({ rule, message }) => `  ${paint('bad', '✗')} ${paint('strong', rule)}  ${message}`),
  ];
}
