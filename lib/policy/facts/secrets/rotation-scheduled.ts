import { isObject, type JsonValue } from '../../../model/json.ts';
import type { DesiredResource } from '../../../model/request.ts';
import type { Fact } from '../fact.ts';

/** Tells whether a value names the resource by its logical id, with any function and any attribute. */
function names(value: JsonValue | undefined, logicalId: string): boolean {
  if (!isObject(value)) return false;
  if (value.Ref === logicalId) return true;
  const attribute = value['Fn::GetAtt'];
  const template = value['Fn::Sub'];
  const text = Array.isArray(template) ? template[0] : template;
  const [, inner] = (typeof text === 'string' && /^\$\{([^}]+)\}$/.exec(text)) || [];
  const [asked] = Array.isArray(attribute) ? attribute : String(attribute ?? inner ?? '').split('.');
  return asked === logicalId;
}

/**
 * A schedule may name the secret's attachment to a database instead. The `Ref` of the attachment is the secret's ARN.
 */
function speaksOf(
  value: JsonValue | undefined,
  secret: DesiredResource,
  resources: readonly DesiredResource[],
): boolean {
  if (names(value, secret.logicalId)) return true;
  const own = secret.properties.Name;
  if (value !== undefined && own !== undefined && JSON.stringify(value) === JSON.stringify(own)) return true;
  return resources.some(
    ({ type, logicalId, properties }) =>
      type === 'AWS::SecretsManager::SecretTargetAttachment' &&
      names(value, logicalId) &&
      names(properties.SecretId, secret.logicalId),
  );
}

export const rotationScheduled: Fact = {
  name: 'rotationScheduled',
  types: ['AWS::SecretsManager::Secret'],
  shape: { kind: 'boolean' },
  description:
    'A rotation schedule in the request refers to the secret, directly or by its attachment to a database.',
  looksBeside: true,
  derive({ resource, resources }) {
    const found = resources.some(
      ({ type, properties }) =>
        type === 'AWS::SecretsManager::RotationSchedule' &&
        speaksOf(properties.SecretId, resource, resources),
    );
    return { value: found };
  },
};
