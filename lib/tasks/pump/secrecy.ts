import type { StepRecord } from '../../ledger/records.ts';
import { isObject, type JsonObject, type JsonValue, sha256 } from '../../model/json.ts';

/** References with secret values. References to plain SSM parameters are not secret. */
const secretReference = /\{\{resolve:(secretsmanager|ssm-secure):/;

/** Tells whether a value to be sent contains a reference to a secret at any depth. */
export function holdsSecret(value: JsonValue | undefined): boolean {
  if (typeof value === 'string') return secretReference.test(value);
  if (Array.isArray(value)) return value.some(holdsSecret);
  return isObject(value) && Object.values(value).some(holdsSecret);
}

/**
 * Returns live properties for storage (design principle 10): with hashes for the values of sensitive properties, and
 * for everything that was sent with a secret, wherever it appears.
 */
export function withoutSecrets(
  live: JsonObject,
  sensitive: readonly string[],
  sent: JsonObject | undefined,
): JsonObject {
  const masked = sent === undefined ? live : (hiddenWhereSecret(live, sent) as JsonObject);
  return sensitive.reduce((value, path) => hiddenAt(value, path.split('.')) as JsonObject, masked);
}

function hiddenWhereSecret(live: JsonValue, sent: JsonValue): JsonValue {
  if (!holdsSecret(sent)) return live;
  if (isObject(live) && isObject(sent))
    return Object.fromEntries(
      Object.entries(live).map(([name, value]) => {
        const wanted = sent[name];
        return [name, wanted === undefined ? value : hiddenWhereSecret(value, wanted)];
      }),
    );
  // Services may reorder lists, so the element with the secret is unknown.
  return hidden(live);
}

/** Returns the value with every text replaced by its hash. */
function hidden(value: JsonValue): JsonValue {
  if (typeof value === 'string') return `sha256:${sha256(value)}`;
  if (Array.isArray(value)) return value.map(hidden);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, hidden(inner)]));
}

function hiddenAt(value: JsonValue, [name, ...rest]: string[]): JsonValue {
  if (name === undefined) return hidden(value);
  if (name === '*' && Array.isArray(value)) return value.map((element) => hiddenAt(element, rest));
  if (name === '*' && isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, hiddenAt(inner, rest)]));
  if (!isObject(value) || value[name] === undefined) return value;
  return { ...value, [name]: hiddenAt(value[name], rest) };
}

/** Returns a provider's error message for storage. It may repeat what was sent. */
export function withheld<Problem extends { code: string; message: string }>(
  record: StepRecord | undefined,
  problem: Problem,
): Problem {
  if (!holdsSecret(record?.applied)) return problem;
  const where = record?.operationToken === undefined ? '' : `: see its request ${record.operationToken}`;
  const message = `The provider's message is not stored, because the step sent a secret that it may contain${where}`;
  return { ...problem, message };
}
