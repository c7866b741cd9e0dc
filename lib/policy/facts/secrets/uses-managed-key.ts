import { isObject, type JsonValue } from '../../../model/json.ts';
import { isAbsent } from '../../unknown.ts';
import type { Fact } from '../fact.ts';

/**
 * Aliases with this prefix belong to AWS; customers can't create them ("Aliases in AWS KMS", AWS KMS Developer Guide).
 */
const reserved = /(^|:)(alias\/)?aws\//;

/**
 * Returns the text that names a key, as far as the template determines it. Attributes of other resources never name an
 * AWS managed key.
 */
function textOf(value: JsonValue, parameters: Readonly<Record<string, JsonValue>>): string {
  if (!isObject(value)) return String(value);
  const parameter = typeof value.Ref === 'string' ? parameters[value.Ref] : undefined;
  if (isObject(parameter)) return String(parameter.Default ?? '');
  const template = value['Fn::Sub'];
  const [separator, parts] = Array.isArray(value['Fn::Join']) ? value['Fn::Join'] : [];
  if (Array.isArray(parts)) return parts.map(String).join(String(separator));
  return String((Array.isArray(template) ? template[0] : template) ?? '');
}

export const usesManagedKey: Fact = {
  name: 'usesManagedKey',
  types: ['AWS::SecretsManager::Secret'],
  shape: { kind: 'boolean' },
  description:
    'The secret is encrypted with the AWS managed key of the service: it has no KmsKeyId, or that key.',
  derive({ value: { KmsKeyId: key }, parameters }) {
    if (isAbsent(key) || key === '') return { value: true };
    return { value: reserved.test(textOf(key, parameters)) };
  },
};
