import type { PolicyJson } from '@cedar-policy/cedar-wasm/web';
import type { Problem } from '../model/errors.ts';
import type { Severity } from '../model/policy.ts';
import { type Action, actions } from '../model/request.ts';
import type { TypeLookup } from '../model/spec.ts';
import { loadCedar, PolicyNotUsable } from './cedar.ts';
import { checkNames } from './check.ts';
import { anyResource } from './entity-types.ts';
import { readsOf } from './reads.ts';
import { typesOf } from './syntax-tree.ts';
import type { PackReference, PolicyRule } from './types.ts';
import { lineAt, offsetOf, type Report, type TypingJob } from './typing.ts';

const severities: readonly string[] = ['low', 'medium', 'high', 'critical'] satisfies Severity[];

/** A policy of a file, with the line where it starts, counted from 1. */
interface Source {
  text: string;
  file: string;
  line: number;
}

/** A file of a pack: its name in the pack, the path to display, and its contents. */
export interface PolicyFile {
  name: string;
  file: string;
  text: string;
}

/** Returns the line of a name, or the first line of the policy if the name isn't found. */
function lineOf({ text, line }: Source, name: string): number {
  const at = text.split('\n').findIndex((one) => one.includes(name));
  return line + Math.max(at, 0);
}

function checkAnnotations(policy: PolicyJson, report: Report, line: number): void {
  const annotations = policy.annotations ?? {};
  for (const name of ['id', 'severity', 'message']) {
    if (!annotations[name]) report('MissingAnnotation', `the policy has no @${name}("...")`, line);
  }
  const severity = annotations.severity;
  if (severity && !severities.includes(severity)) {
    report('UnknownSeverity', `@severity is "${severity}", expected one of ${severities.join(', ')}`, line);
  }
  if (policy.effect !== 'forbid') {
    report('NotForbid', 'a permit changes nothing: what no policy forbids is allowed; write a forbid', line);
  }
}

/** Returns a policy as text without its annotations. */
function textOf(policy: PolicyJson): string {
  const answer = loadCedar().policyToText({ ...policy, annotations: {} });
  if (answer.type === 'failure')
    throw new PolicyNotUsable(answer.errors.map(({ message }) => message).join('; '));
  return answer.text;
}

/**
 * Returns the policy with only its first clause, which selects what it applies to. Undefined for rules with one clause.
 */
function scopeTextOf(policy: PolicyJson): string | undefined {
  const [first, second] = policy.conditions;
  return first && second ? textOf({ ...policy, conditions: [first] }) : undefined;
}

/** Tells whether the head of the policy names this action. `action` alone is about provisioning resources. */
function namesAction(policy: PolicyJson, action: Action): boolean {
  return policy.action.op !== 'All' && JSON.stringify(policy.action).includes(`"id":"${action}"`);
}

function listed(annotation: string | undefined): string[] {
  return (annotation ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);
}

function compileOne(
  source: Source,
  key: string,
  pack: PackReference,
  lookup: TypeLookup,
  problems: Problem[],
  typing: TypingJob[],
): PolicyRule | undefined {
  const before = problems.length;
  const report: Report = (code, message, line) =>
    problems.push({ code, message, file: source.file, line, path: '' });
  const answer = loadCedar().policyToJson(source.text);
  if (answer.type === 'failure') {
    for (const error of answer.errors) report('InvalidPolicy', error.message, source.line);
    return undefined;
  }
  const policy = answer.json;
  checkAnnotations(policy, report, source.line);
  const types = typesOf(policy);
  const names = checkNames(policy, types, lookup);
  for (const { code, message, name } of names) report(code, message, lineOf(source, name));
  if (types?.length === 0) report('NeverApplies', 'no resource is of two types at once', source.line);
  else if (names.length === 0)
    typing.push({ key, text: source.text, line: source.line, types: types ?? [anyResource], report });
  if (problems.length > before) return undefined;
  const annotations = policy.annotations ?? {};
  return {
    id: annotations.id ?? '',
    key,
    text: source.text,
    body: textOf(policy),
    types: types ?? ['*'],
    actions: actions.filter((action) => namesAction(policy, action)),
    severity: annotations.severity as Severity,
    message: annotations.message ?? '',
    remedy: annotations.remedy,
    pack: pack.name,
    mode: pack.mode,
    ...readsOf(policy),
    scopeText: scopeTextOf(policy),
    aliases: listed(annotations.aliases),
    alternatives: listed(annotations.alternatives),
  };
}

/**
 * Compiles the policies of one file. Checks everything but types. Adds problems to `problems` with file and line, and
 * leaves out policies with problems.
 * @param typing receives the policies that `checkTyping` checks for all files together
 */
export function compileFile(
  { name, file, text }: PolicyFile,
  pack: PackReference,
  lookup: TypeLookup,
  problems: Problem[],
  typing: TypingJob[],
): PolicyRule[] {
  const parts = loadCedar().policySetTextToParts(text);
  if (parts.type === 'failure') {
    for (const error of parts.errors) {
      const expected = error.sourceLocations?.[0]?.label;
      const message = expected ? `${error.message}: ${expected}` : error.message;
      problems.push({ code: 'Syntax', message, file, line: lineAt(text, offsetOf(error)), path: '' });
    }
    return [];
  }
  if (parts.policies.length === 0 || parts.policy_templates.length > 0) {
    const message =
      parts.policies.length === 0 ? 'the file holds no policy' : 'policy templates are not taken';
    problems.push({ code: 'NoPolicy', message, file, line: 1, path: '' });
  }
  let searchedTo = 0;
  const sources = parts.policies.map((part): Source => {
    const at = Math.max(text.indexOf(part, searchedTo), 0);
    searchedTo = at + part.length;
    return { text: part, file, line: text.slice(0, at).split('\n').length };
  });
  return sources
    .map((source, index) =>
      compileOne(source, `${pack.name}/${name}#${index}`, pack, lookup, problems, typing),
    )
    .filter((rule) => rule !== undefined);
}
