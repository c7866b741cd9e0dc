import { BatonError } from '../model/errors.ts';
import { isObject, type JsonValue } from '../model/json.ts';
import { compareText } from '../model/text.ts';
import { resolveReferences } from '../template/index.ts';

/** A `{{resolve:...}}` reference that can't be parsed. */
export class MalformedReference extends BatonError {
  override readonly name = 'MalformedReference';
}

/** Source: "Get values stored in other services using dynamic references", AWS CloudFormation User Guide. */
export type DynamicReference =
  | { service: 'ssm' | 'ssm-secure'; name: string; version?: string }
  | {
      service: 'secretsmanager';
      secretId: string;
      jsonKey?: string;
      versionStage?: string;
      versionId?: string;
    };

const pattern = /\{\{resolve:[^{}]*\}\}/g;

/** Returns every complete `{{resolve:...}}` in a value, sorted, without duplicates. */
export function findSecretReferences(value: JsonValue): string[] {
  const found = new Set<string>();
  const visit = (inner: JsonValue): void => {
    if (typeof inner === 'string') for (const [reference] of inner.matchAll(pattern)) found.add(reference);
    else if (Array.isArray(inner)) inner.forEach(visit);
    else if (isObject(inner)) Object.values(inner).forEach(visit);
  };
  visit(value);
  return [...found].sort(compareText);
}

/** Parses `{{resolve:service:...}}`. A secret may be named by its ARN. Throws MalformedReference. */
export function parseDynamicReference(reference: string): DynamicReference {
  const [service = '', ...parts] = reference
    .replace(/^\{\{resolve:/, '')
    .replace(/\}\}$/, '')
    .split(':');
  const filled = (text: string | undefined) => (text === undefined || text === '' ? undefined : text);
  if (service === 'ssm' || service === 'ssm-secure') {
    const isArn = parts[0] === 'arn';
    const name = isArn ? parts.slice(0, 6).join(':') : (parts[0] ?? '');
    if (name !== '') return { service, name, version: filled(parts[isArn ? 6 : 1]) };
  }
  if (service === 'secretsmanager') {
    const length = parts[0] === 'arn' ? 7 : 1;
    const secretId = parts.slice(0, length).join(':');
    const [kind, jsonKey, versionStage, versionId] = parts.slice(length).map(filled);
    if (secretId !== '' && (kind === undefined || kind === 'SecretString')) {
      return { service, secretId, jsonKey, versionStage, versionId };
    }
  }
  const forms =
    '{{resolve:ssm:NAME}}, {{resolve:ssm-secure:NAME}} or {{resolve:secretsmanager:ID:SecretString:KEY}}';
  throw new MalformedReference(`expected ${forms}, got ${reference}`);
}

/**
 * Immediately before the provider call, replaces every `{{resolve:...}}` with the resolver's value, calling it once for
 * each, and evaluates functions that waited for it (Fn::Base64). The result must never be stored or logged.
 */
export async function resolveSecrets(
  value: JsonValue,
  resolver: (reference: string) => Promise<string>,
): Promise<JsonValue> {
  const references = findSecretReferences(value);
  if (references.length === 0) return value;
  const answers = await Promise.all(references.map(resolver));
  const secrets = new Map(references.map((reference, index) => [reference, answers[index] ?? '']));
  return resolveReferences(replaced(value, secrets), () => undefined);
}

function replaced(value: JsonValue, secrets: ReadonlyMap<string, string>): JsonValue {
  if (typeof value === 'string')
    return value.replaceAll(pattern, (reference) => secrets.get(reference) ?? reference);
  if (Array.isArray(value)) return value.map((item) => replaced(item, secrets));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replaced(inner, secrets)]));
}
