import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { PolicyJson } from '@cedar-policy/cedar-wasm/web';
import { loadCedar } from '../cedar/cedar.ts';
import { InvalidInput, type Problem } from '../model/errors.ts';
import { hashOf } from '../model/json.ts';
import type { Environment, Settings } from '../model/settings.ts';
import { governanceSchemaText } from './governance-schema.ts';
import { voicesOf } from './humans.ts';

/** The folder of the governance packs that come with Baton. */
export const builtInGovernance = join(import.meta.dirname, 'policies');

export interface GovernancePolicy {
  /** The id of the policy in Cedar, unique in the bundle. */
  key: string;
  /** Its `@id`. */
  id: string;
  text: string;
  message: string;
  /** The approval level that lifts the policy. Only policies about `proceed` have one. */
  level?: string;
}

/** Who may approve at a level, and how many approvals it needs. */
export interface ApprovalLevel {
  groups: string[];
  quorum: number;
  eligible: string[];
}

/** The validated governance of one environment, as plain JSON that is bundled with the handlers. */
export interface GovernanceBundle {
  version: 1;
  policies: GovernancePolicy[];
  levels: Record<string, ApprovalLevel>;
  /** The voices of each group's members. */
  groups: Record<string, string[]>;
  /** The points that standard changes of a scope or service may reach within 24 hours without an approval. */
  dayPointsMax: number;
  /** Who may submit requests in scopes of others, and for which services: groups, voices, or `*` for any. */
  anyScope?: { who: string[]; services: string[] }[];
  /** The reason for deleting resources that hold data without an approval, in an environment without approvers. */
  unattendedDeletion?: string;
  /** SHA-256 of the rest. */
  hash: string;
}

type Report = (code: string, message: string) => void;

/**
 * Reads and validates the governance of an environment. Used at synthesis.
 * @param directories folders to search for packs, in order; see `builtInGovernance`
 * @param anyScope who may submit requests in scopes of others; see `anyScopeIn`
 * @throws InvalidInput with every problem: syntax errors, names that the schema doesn't have, undefined levels and
 * groups
 */
export function loadGovernance(
  settings: Pick<Settings, 'groups' | 'people'>,
  environment: Pick<Environment, 'governance'>,
  directories: string[],
  anyScope?: GovernanceBundle['anyScope'],
): GovernanceBundle {
  const { packs, levels, dayPointsMax, unattendedDeletion } = environment.governance;
  const problems: Problem[] = [];
  const policies = packs.flatMap((pack) => readPack(pack, directories, levels, problems));
  const groups = Object.fromEntries(
    Object.entries(settings.groups).map(([name, members]) => [name, voicesOf(members, settings.people)]),
  );
  const resolved = Object.fromEntries(
    Object.entries(levels).map(([name, level]) => [name, levelOf(name, level, groups, problems)]),
  );
  if (unattendedDeletion !== undefined && Object.keys(levels).length > 0)
    problems.push({
      code: 'UnattendedDeletion',
      message: 'unattendedDeletion is for environments without levels of approval; this environment has some',
      path: 'governance.unattendedDeletion',
    });
  if (problems.length > 0) throw new InvalidInput(problems);
  const bundle = {
    ...{ version: 1 as const, policies, levels: resolved, groups, dayPointsMax },
    ...(anyScope === undefined ? {} : { anyScope }),
    ...(unattendedDeletion === undefined ? {} : { unattendedDeletion: unattendedDeletion.reason }),
  };
  return { ...bundle, hash: hashOf(bundle) };
}

function levelOf(
  name: string,
  { groups: names, quorum }: { groups: string[]; quorum: number },
  groups: Record<string, string[]>,
  problems: Problem[],
): ApprovalLevel {
  const path = `governance.levels.${name}`;
  for (const group of names.filter((one) => groups[one] === undefined))
    problems.push({
      code: 'UnknownGroup',
      message: `the level ${name} names the group ${group}, which the setting groups does not define`,
      path,
    });
  const eligible = [...new Set(names.flatMap((group) => groups[group] ?? []))].sort();
  if (eligible.length < quorum)
    problems.push({
      code: 'QuorumOutOfReach',
      message: `the level ${name} asks for ${quorum} approvals, but its groups have ${eligible.length} members`,
      path,
    });
  return { groups: names, quorum, eligible };
}

function readPack(
  name: string,
  directories: string[],
  levels: Record<string, unknown>,
  problems: Problem[],
): GovernancePolicy[] {
  const folder = directories.map((directory) => resolve(directory, name)).find((path) => existsSync(path));
  if (folder === undefined) {
    const message = `there is no governance pack ${name}; looked in ${directories.join(', ')}`;
    problems.push({ code: 'UnknownPack', message, path: 'governance.packs' });
    return [];
  }
  const files = readdirSync(folder).filter((file) => file.endsWith('.cedar'));
  return files.sort().flatMap((file) => {
    const path = join(folder, file);
    return readPolicies(readFileSync(path, 'utf8'), `${name}/${file}`, levels, (code, message) =>
      problems.push({ code, message, file: path, path: '' }),
    );
  });
}

function readPolicies(
  text: string,
  file: string,
  levels: Record<string, unknown>,
  report: Report,
): GovernancePolicy[] {
  const cedar = loadCedar();
  const parts = cedar.policySetTextToParts(text);
  if (parts.type === 'failure') {
    for (const { message } of parts.errors) report('Syntax', message);
    return [];
  }
  return parts.policies.flatMap((part, index) => {
    const parsed = cedar.policyToJson(part);
    if (parsed.type === 'failure') return [];
    const valid = cedar.validate({
      schema: governanceSchemaText,
      policies: { staticPolicies: part },
      validationSettings: { mode: 'strict' },
    });
    const errors = valid.type === 'failure' ? valid.errors : valid.validationErrors.map(({ error }) => error);
    for (const { message } of errors) report('InvalidPolicy', message.replace(/^for policy `[^`]*`, /, ''));
    return checked(parsed.json, part, `${file}#${index}`, levels, report);
  });
}

function checked(
  policy: PolicyJson,
  text: string,
  key: string,
  levels: Record<string, unknown>,
  report: Report,
): GovernancePolicy[] {
  const { id, message, level } = policy.annotations ?? {};
  const asks = JSON.stringify(policy.action).includes('"proceed"');
  if (policy.effect !== 'forbid')
    report('NotForbid', 'a permit changes nothing: what no policy forbids is allowed; write a forbid');
  if (policy.action.op === 'All')
    report('NoAction', 'the policy must name its action, as action == Baton::Action::"proceed"');
  if (!id) report('MissingAnnotation', 'the policy has no @id("...")');
  if (!message) report('MissingAnnotation', 'the policy has no @message("...")');
  if (asks && !level)
    report('MissingAnnotation', 'a policy about "proceed" needs the @level("...") it asks for');
  if (!asks && level) report('UselessLevel', '@level is for policies about "proceed"');
  if (level && levels[level] === undefined)
    report('UnknownLevel', `the level ${level} is not among governance.levels of the environment`);
  return [{ key, id: id ?? '', text, message: message ?? '', ...(level ? { level } : {}) }];
}
