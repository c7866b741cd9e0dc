import type { DetailedError, ValidationAnswer } from '@cedar-policy/cedar-wasm/web';
import type { TypeLookup } from '../model/spec.ts';
import { loadCedar } from './cedar.ts';
import { schemaFor } from './schema.ts';

export type Report = (code: string, message: string, line: number) => void;

/** A policy whose types are to be checked. */
export interface TypingJob {
  key: string;
  text: string;
  /** The line of its file where it starts, counted from 1. */
  line: number;
  /** Entity types it can apply to. */
  types: string[];
  report: Report;
}

/** The problems of one policy over all its types. */
interface Found {
  checked: number;
  impossible: number;
}

/** Returns the line of a byte offset, counted from 1. Cedar counts in bytes. */
export function lineAt(text: string, offsetBytes: number): number {
  return Buffer.from(text).subarray(0, offsetBytes).toString().split('\n').length;
}

export function offsetOf(error: DetailedError): number {
  return error.sourceLocations?.[0]?.start ?? 0;
}

/**
 * Runs Cedar's validator for each type that a policy can apply to. All policies of a type are validated together,
 * because reading the schema takes longer than checking a policy.
 */
export function checkTyping(jobs: readonly TypingJob[], lookup: TypeLookup): void {
  const cedar = loadCedar();
  const found = new Map(jobs.map((job): [TypingJob, Found] => [job, { checked: 0, impossible: 0 }]));
  const tasks = jobs.flatMap((job) => job.types.map((type) => ({ job, type })));
  const together = Map.groupBy(tasks, ({ job, type }) => [type, ...job.types].join('\n'));
  for (const group of together.values()) {
    const [first] = group;
    if (!first) continue;
    const { type, job } = first;
    const staticPolicies = Object.fromEntries(group.map((task) => [task.job.key, task.job.text]));
    const schema = schemaFor(type, job.types, lookup);
    const answer = cedar.validate({ schema, policies: { staticPolicies } });
    for (const task of group) checkOne(task.job, type, answer, found.get(task.job));
  }
  for (const [{ types, line, report }, { checked, impossible }] of found)
    if (checked === types.length && impossible === types.length)
      report('NeverApplies', 'the policy can never apply: its conditions hold for no resource', line);
}

function checkOne(
  { key, text, line, report }: TypingJob,
  type: string,
  answer: ValidationAnswer,
  found: Found | undefined,
): void {
  if (answer.type === 'failure') {
    const messages = answer.errors.map(({ message }) => message).join('; ');
    report('InvalidPolicy', `the policy can't be checked for ${type}: ${messages}`, line);
    return;
  }
  const errors = answer.validationErrors.filter(({ policyId }) => policyId === key);
  for (const { error } of errors) {
    const message = `${error.message.replace(/^for policy `[^`]*`, /, '')} (judging ${type})`;
    report('InvalidPolicy', message, line - 1 + lineAt(text, offsetOf(error)));
  }
  const warnings = answer.validationWarnings.filter(({ policyId }) => policyId === key);
  const impossible = errors.length === 0 && warnings.some(({ error }) => /impossible/.test(error.message));
  if (found) found.checked += 1;
  if (found && impossible) found.impossible += 1;
}
