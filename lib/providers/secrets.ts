import { ServiceError, type SignedFetch } from '../aws/signed-fetch.ts';
import { BatonError } from '../model/errors.ts';
import { type DynamicReference, parseDynamicReference } from '../request/secrets.ts';

/**
 * A `{{resolve:...}}` reference has no value, because its secret, version or key doesn't exist. The message never
 * contains the value.
 */
export class SecretUnavailable extends BatonError {
  override readonly name = 'SecretUnavailable';
}

/** Returns the value of one `{{resolve:...}}` reference. @throws SecretUnavailable */
export async function secretValue(aws: SignedFetch, reference: string): Promise<string> {
  const parsed = parseDynamicReference(reference);
  try {
    const value =
      parsed.service === 'secretsmanager' ? await secret(aws, parsed) : await parameter(aws, parsed);
    if (value !== undefined) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError || (error instanceof ServiceError && error.statusCode < 500)))
      throw error;
    if (error instanceof ServiceError && error.code === 'ThrottlingException') throw error;
    const why = error instanceof ServiceError ? error.code : 'it is not JSON, so it has no keys';
    throw new SecretUnavailable(`${reference} has no value: ${why}.${hints[why] ?? ''}`);
  }
  throw new SecretUnavailable(`${reference} has no value: there is no such secret, version or key.`);
}

const hints: Record<string, string> = {
  AccessDeniedException:
    ' The settings readableSecrets and readableParameters list what requests may refer to.',
};

/**
 * `ssm` returns plain parameters only: an encrypted one is a secret and is allowed only where secrets are. Source: "Get
 * a plaintext value from Systems Manager Parameter Store", AWS CloudFormation User Guide.
 */
async function parameter(
  aws: SignedFetch,
  { service, name, version }: Extract<DynamicReference, { service: 'ssm' | 'ssm-secure' }>,
): Promise<string | undefined> {
  const Name = version === undefined ? name : `${name}:${version}`;
  const input = { Name, WithDecryption: service === 'ssm-secure' };
  type Answer = { Parameter?: { Type?: string; Value?: string } };
  const { Parameter } = await aws.json<Answer>('ssm', 'AmazonSSM.GetParameter', input);
  if (service === 'ssm' && Parameter?.Type === 'SecureString')
    throw new SecretUnavailable(
      `{{resolve:ssm:${name}}} has no value: the parameter is a SecureString; refer to it as ssm-secure, where a secret belongs.`,
    );
  return Parameter?.Value;
}

async function secret(
  aws: SignedFetch,
  { secretId, jsonKey, versionStage, versionId }: Extract<DynamicReference, { service: 'secretsmanager' }>,
): Promise<string | undefined> {
  const input = { SecretId: secretId, VersionStage: versionStage, VersionId: versionId };
  const target = 'secretsmanager.GetSecretValue';
  const { SecretString } = await aws.json<{ SecretString?: string }>('secretsmanager', target, input);
  if (SecretString === undefined || jsonKey === undefined) return SecretString;
  const value = (JSON.parse(SecretString) as Record<string, unknown>)[jsonKey];
  return value === undefined ? undefined : String(value);
}

/** Returns values of plain SSM parameters by name, ten in each call. Omits missing and encrypted ones. */
export async function parameterValues(aws: SignedFetch, names: string[]): Promise<Record<string, string>> {
  const values: Record<string, string> = {};
  for (let start = 0; start < names.length; start += 10) {
    const input = { Names: names.slice(start, start + 10) };
    type Answer = { Parameters?: { Name: string; Type?: string; Value: string }[] };
    const answer = await aws.json<Answer>('ssm', 'AmazonSSM.GetParameters', input);
    for (const { Name, Type, Value } of answer.Parameters ?? [])
      if (Type !== 'SecureString') values[Name] = Value;
  }
  return values;
}
