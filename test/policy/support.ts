import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { InvalidInput, type Problem } from '../../lib/model/errors.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import type { Enforcement } from '../../lib/model/policy.ts';
import type { DesiredResource } from '../../lib/model/request.ts';
import {
  createEngine,
  type JudgeRequest,
  loadBundle,
  type PolicyBundle,
  type PolicyEngine,
} from '../../lib/policy/index.ts';
import { ensureTypes, typeLookup } from '../../lib/spec/index.ts';

export const lookup = typeLookup(ensureTypes());

export const request: JudgeRequest = {
  environment: 'prod',
  service: 'checkout',
  owner: 'payments',
  action: 'provision',
};

export function resource(type: string, properties: JsonObject = {}, logicalId = 'Subject'): DesiredResource {
  return {
    logicalId,
    type,
    properties,
    dependsOn: [],
    deletionPolicy: 'Delete',
    updateReplacePolicy: 'Delete',
  };
}

/** Returns a policy that forbids if the condition holds. Its head and annotations can be changed. */
export function policy(
  condition: string,
  { id = 'RULE', type = 'AWS::S3::Bucket', message = 'not so' } = {},
): string {
  return `@id("${id}") @severity("high") @message("${message}")
forbid (principal, action, resource is ${type}) when { ${condition} };`;
}

/** Loads a pack from these files, name to text. */
export function bundleOf(files: Record<string, string>, mode: Enforcement = 'enforce'): PolicyBundle {
  const directory = mkdtempSync(join(tmpdir(), 'pack-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      const file = join(directory, 'pack', name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    return loadBundle([{ name: 'pack', mode }], [directory], lookup);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Returns the problems of a pack with one file, with its lines joined. */
export function problemsOf(text: string): Problem[] {
  try {
    bundleOf({ 'a.cedar': text });
  } catch (error) {
    if (error instanceof InvalidInput) return error.problems;
    throw error;
  }
  return [];
}

export function engineOf(...texts: string[]): PolicyEngine {
  const files = texts.map((text, index): [string, string] => [`${index}.cedar`, text]);
  return createEngine(bundleOf(Object.fromEntries(files)), lookup);
}
