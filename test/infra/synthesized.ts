import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { freshAssembly } from '../../lib/cli/assembly.ts';

const root = join(import.meta.dirname, '..', '..');

/** A folder of this test process. Removed when it ends. */
export const scratch = join(root, 'build', `test-infra-${process.pid}`);
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

export interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
  DeletionPolicy?: string;
}

export const assembly = await freshAssembly(() => {});
interface Template {
  Resources: Record<string, Resource>;
  Outputs?: Record<string, { Value: unknown }>;
}

/** The template of the stack alone, as CloudFormation reads it. */
export const template = readTemplate('Baton.template.json');
/** The templates of its nested stacks, by the hash of their assets. */
export const nestedTemplates = readNested();

/**
 * The resources of the app that `cdk.json` describes, including those of nested stacks. A parameter or an output
 * of a nested stack is replaced by what it stands for. Synthesized once for all test files.
 */
export const resources = flattened(template);

function readTemplate(file: string): Template {
  return JSON.parse(readFileSync(join(assembly, file), 'utf8')) as Template;
}

function readNested(): Map<string, Template> {
  const { files } = JSON.parse(readFileSync(join(assembly, 'Baton.assets.json'), 'utf8')) as {
    files: Record<string, { source: { path: string } }>;
  };
  const nested = Object.entries(files).filter(([, { source }]) =>
    source.path.endsWith('.nested.template.json'),
  );
  return new Map(nested.map(([hash, { source }]) => [hash, readTemplate(source.path)]));
}

function flattened({ Resources }: Template): Record<string, Resource> {
  const stacks = Object.entries(Resources)
    .filter(([, { Type }]) => Type === 'AWS::CloudFormation::Stack')
    .map(([id, { Properties }]) => {
      const hash = /([0-9a-f]{64})\.json/.exec(JSON.stringify(Properties.TemplateURL))?.[1] ?? '';
      const inner = nestedTemplates.get(hash);
      if (inner === undefined) throw new Error(`there is no template for ${id}`);
      return { id, inner, parameters: (Properties.Parameters ?? {}) as Record<string, unknown> };
    });
  const outputs = new Map(
    stacks.flatMap(({ id, inner }) =>
      Object.entries(inner.Outputs ?? {}).map(([name, { Value }]) => [`${id}.Outputs.${name}`, Value]),
    ),
  );
  const through = (value: unknown, parameters: Record<string, unknown>): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((item) => through(item, parameters));
    const { Ref, 'Fn::GetAtt': attribute } = value as Record<string, unknown>;
    if (typeof Ref === 'string' && Ref in parameters) return through(parameters[Ref], {});
    const output = Array.isArray(attribute) ? outputs.get(attribute.join('.')) : undefined;
    if (output !== undefined) return output;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, through(item, parameters)]));
  };
  const all = [{ inner: { Resources }, parameters: {} }, ...stacks];
  return Object.fromEntries(
    all.flatMap(({ inner, parameters }) =>
      Object.entries(inner.Resources).map(([id, resource]) => [
        id,
        through(resource, parameters) as Resource,
      ]),
    ),
  );
}

/** Returns resources of a type: [logical id, properties]. */
export function resourcesOf(type: string): [string, Record<string, unknown>][] {
  return Object.entries(resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([id, resource]) => [id, resource.Properties]);
}

/**
 * Returns a value of the template as readable text: `Ledger/index/open` for an ARN of a table's index,
 * `states:baton-apply-plan` for one with pseudo parameters. Removes the hash from logical ids.
 */
export function plain(value: unknown): string {
  if (typeof value === 'string') return value;
  const [key, argument] = Object.entries(value as Record<string, unknown>)[0] ?? [];
  if (key === 'Ref') return reference(String(argument));
  if (key === 'Fn::GetAtt') return reference((argument as string[])[0] ?? '');
  if (key === 'Fn::Join') return shorten(((argument as [string, unknown[]])[1] ?? []).map(plain).join(''));
  if (key === 'Fn::Select') {
    const [index, list] = argument as [number, { 'Fn::Split': [string, unknown] }];
    return index === 6 ? plain(list['Fn::Split'][1]) : JSON.stringify(value);
  }
  throw new Error(`plain: no text for ${JSON.stringify(value)}`);
}

function reference(logicalId: string): string {
  return logicalId.startsWith('AWS::') ? `{${logicalId.slice(5)}}` : logicalId.replace(/[0-9A-F]{8}$/, '');
}

/** Shortens `arn:{Partition}:states:{Region}:{AccountId}:stateMachine:x` to `states:stateMachine:x`. */
function shorten(text: string): string {
  return text.replace(/^arn:\{Partition\}:([\w-]+):(?:\{Region\})?:(?:\{AccountId\})?:/, '$1:');
}

export interface Statement {
  effect: 'Allow' | 'Deny';
  actions: string[];
  resources: string[];
  condition?: Record<string, Record<string, unknown>>;
}

/** Returns the statements of a policy document, with single values as lists. */
export function statementsOf(document: unknown): Statement[] {
  const { Statement: list } = document as { Statement: Record<string, unknown>[] };
  return list.map((statement) => ({
    effect: statement.Effect as Statement['effect'],
    actions: listOf(statement.Action).map(String),
    resources: listOf(statement.Resource).map(plain),
    condition: statement.Condition as Statement['condition'],
  }));
}

export function listOf(value: unknown): unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/**
 * Returns the permissions of each role from inline and attached policies: the role's logical id without hash →
 * statements.
 */
export function roleStatements(): Map<string, Statement[]> {
  const roles = new Map<string, Statement[]>();
  // Statements that don't fit into an inline policy overflow into managed policies that name their roles.
  for (const [, policy] of [...resourcesOf('AWS::IAM::Policy'), ...resourcesOf('AWS::IAM::ManagedPolicy')])
    for (const role of listOf(policy.Roles).map(plain))
      roles.set(role, [...(roles.get(role) ?? []), ...statementsOf(policy.PolicyDocument)]);
  return roles;
}
