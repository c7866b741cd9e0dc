import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { BatonError, describeProblem, type Problem } from '../model/errors.ts';
import { recordSet, recordSetGroup } from '../model/record-sets.ts';
import { type Environment, type Settings, settingsSchema } from '../model/settings.ts';
import { fitsWildcard } from '../model/wildcard.ts';
import { typesWithPermissions } from '../spec/index.ts';
import { provisioningRoleName } from './names.ts';
import { type DeploymentPlace, placeProblems } from './place.ts';

/** The settings in `cdk.json` are invalid. Contains every problem found. */
export class InvalidSettings extends BatonError {
  override readonly name = 'InvalidSettings';
  readonly problems: Problem[];

  constructor(problems: Problem[]) {
    super(`cdk.json, context key "baton", has ${problems.length} problem(s):\n${lines(problems)}`);
    this.problems = problems;
  }
}

/**
 * Reads the settings of a deployment.
 *
 * @param context value of the context key `baton`
 * @param place the account and region of the stack, as far as they are known
 * @throws InvalidSettings with all problems at once
 */
export function readSettings(context: unknown, place: DeploymentPlace = {}): Settings {
  if (context === undefined)
    throw new InvalidSettings([
      { path: 'baton', code: 'MissingSettings', message: 'is absent; docs/settings.md has an example' },
    ]);
  const parsed = settingsSchema.safeParse(context);
  if (!parsed.success)
    throw new InvalidSettings(
      parsed.error.issues.map((issue) => ({
        path: ['baton', ...issue.path].join('.'),
        code: 'InvalidSetting',
        message: issue.message,
      })),
    );
  const problems = [...crossChecks(parsed.data), ...placeProblems(parsed.data, place).map(underBaton)];
  if (problems.length > 0) throw new InvalidSettings(problems);
  return parsed.data;
}

function underBaton(problem: Problem): Problem {
  return { ...problem, path: `baton.${problem.path}` };
}

/** IAM and AWS Identity and Access Management quotas: a role's name has up to 64 characters. */
const roleNameLengthMax = 64;

/** Numbers of days that CloudWatch Logs can keep a log ("PutRetentionPolicy", CloudWatch Logs API Reference). */
const retentionDays = new Set(Object.values(RetentionDays).filter((days) => typeof days === 'number'));

function crossChecks(settings: Settings): Problem[] {
  const names = Object.keys(settings.environments);
  const problems: Problem[] = [];
  const report = (path: string, code: string, message: string) =>
    problems.push({ path: `baton.${path}`, code, message });
  if (names.length === 0)
    report('environments', 'NoEnvironment', 'is empty; expected at least one environment');
  for (const [name, environment] of Object.entries(settings.environments)) {
    const path = `environments.${name}`;
    if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(name))
      report(
        path,
        'EnvironmentName',
        `"${name}" must start with a letter and hold letters, digits and hyphens`,
      );
    if (provisioningRoleName(name).length > roleNameLengthMax)
      report(path, 'EnvironmentName', `the role name ${provisioningRoleName(name)} is over 64 characters`);
    for (const [index, { function: asked, scopes }] of environment.traffic.verdictFunctions.entries()) {
      const at = `${path}.traffic.verdictFunctions.${index}`;
      for (const scope of scopes.filter((one) => !one.startsWith(`${name}/`)))
        report(at, 'VerdictFunction', `"${scope}" is no scope of ${name}; expected ${name}/NAME`);
      const other = Object.entries(settings.environments).find(
        ([another, { traffic }]) =>
          another !== name && traffic.verdictFunctions.some((one) => one.function === asked),
      );
      // Otherwise a shift of one environment would run code with the rights of another.
      if (other !== undefined)
        report(
          at,
          'VerdictFunction',
          `${asked} is also in ${other[0]}; expected a function for each environment`,
        );
    }
    for (const type of unknownTypes(environment))
      report(
        `${path}.resourceTypes`,
        'ResourceType',
        `"${type}" is no resource type; expected e.g. AWS::S3::*`,
      );
  }
  if (!retentionDays.has(settings.logRetentionDays))
    report(
      'logRetentionDays',
      'LogRetention',
      `${settings.logRetentionDays} is none of ${[...retentionDays].join(', ')}`,
    );
  for (const [voice, names] of ownersOf(settings.people))
    if (names.length > 1)
      report('people', 'OneHumanOneVoice', `${voice} is of ${names.join(' and ')}; expected one human`);
  for (const [scope, { group }] of Object.entries(settings.scopes)) {
    if (!names.includes(scope.split('/')[0] ?? '') || !/^[^/]+\/[^/]+$/.test(scope))
      report('scopes', 'UnknownScope', `"${scope}" is no scope; expected ENVIRONMENT/NAME, as in prod/db`);
    if (!Object.hasOwn(settings.groups, group))
      report(`scopes.${scope}.group`, 'UnknownGroup', `"${group}" is not among the setting groups`);
  }
  const chosen = settings.defaultEnvironment;
  if (chosen !== undefined && !names.includes(chosen))
    report('defaultEnvironment', 'UnknownEnvironment', `"${chosen}" is none of ${names.join(', ')}`);
  return problems;
}

/** Returns each voice with the people that it is assigned to. */
function ownersOf(people: Settings['people']): Map<string, string[]> {
  const pairs = Object.entries(people).flatMap(([name, voices]) =>
    [...new Set(voices)].map((voice) => ({ name, voice })),
  );
  const byVoice = Map.groupBy(pairs, ({ voice }) => voice);
  return new Map([...byVoice].map(([voice, owners]) => [voice, owners.map(({ name }) => name)]));
}

/** Returns patterns of AWS types without a match. Types of other providers are known only at run time. */
function unknownTypes(environment: Environment): string[] {
  return environment.resourceTypes.filter((pattern) =>
    pattern.startsWith('AWS::')
      ? ![...typesWithPermissions(), recordSet, recordSetGroup].some((type) => fitsWildcard(pattern, type))
      : !/^[A-Za-z]+::/.test(pattern),
  );
}

function lines(problems: Problem[]): string {
  return problems.map((problem) => `  ${describeProblem(problem)}`).join('\n');
}
