import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, GetParametersCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { BatonError } from '../model/errors.ts';
import { parseDynamicReference } from '../request/index.ts';

/** A `{{resolve:...}}` reference has no value: its secret, version or key does not exist. The value is never named. */
export class SecretUnavailable extends BatonError {
  override readonly name = 'SecretUnavailable';
}

export interface SecretSources {
  systemsManager: () => SSMClient;
  secretsManager: () => SecretsManagerClient;
}

/** The value of one `{{resolve:...}}` reference. @throws SecretUnavailable */
export async function secretValue(sources: SecretSources, reference: string): Promise<string> {
  const parsed = parseDynamicReference(reference);
  try {
    if (parsed.service !== 'secretsmanager') {
      const Name = parsed.version === undefined ? parsed.name : `${parsed.name}:${parsed.version}`;
      const answer = await sources
        .systemsManager()
        .send(new GetParameterCommand({ Name, WithDecryption: true }));
      return required(answer.Parameter?.Value, reference);
    }
    const answer = await sources.secretsManager().send(
      new GetSecretValueCommand({
        SecretId: parsed.secretId,
        VersionStage: parsed.versionStage,
        VersionId: parsed.versionId,
      }),
    );
    const text = required(answer.SecretString, reference);
    if (parsed.jsonKey === undefined) return text;
    const value = (JSON.parse(text) as Record<string, unknown>)[parsed.jsonKey];
    return required(value === undefined ? undefined : String(value), reference);
  } catch (error) {
    const missing = error instanceof Error && /NotFound|SyntaxError/.test(error.name);
    if (missing) throw new SecretUnavailable(`${reference} has no value: ${error.name}.`);
    throw error;
  }
}

/** Values of SSM parameters by name, ten a call; those that do not exist are left out. */
export async function parameterValues(client: SSMClient, names: string[]): Promise<Record<string, string>> {
  const values: Record<string, string> = {};
  for (let start = 0; start < names.length; start += 10) {
    const answer = await client.send(new GetParametersCommand({ Names: names.slice(start, start + 10) }));
    for (const { Name, Value } of answer.Parameters ?? [])
      if (Name !== undefined && Value !== undefined) values[Name] = Value;
  }
  return values;
}

function required(value: string | undefined, reference: string): string {
  if (value === undefined) throw new SecretUnavailable(`${reference} has no value.`);
  return value;
}
