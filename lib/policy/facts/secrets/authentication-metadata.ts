import { isObject, type JsonValue } from '../../../model/json.ts';
import type { Fact } from '../fact.ts';

/** "AWS::CloudFormation::Authentication", AWS CloudFormation User Guide. */
const section = 'AWS::CloudFormation::Authentication';
const credentials = ['accessKeyId', 'password', 'secretKey'];

/** Any credential counts: CloudFormation shows metadata as it is, and NoEcho doesn't mask values in it. */
function holdsCredentials(entry: JsonValue): boolean {
  return isObject(entry) && credentials.some((name) => entry[name] !== undefined && entry[name] !== null);
}

export const authenticationMetadata: Fact = {
  name: 'authenticationMetadata',
  types: ['*'],
  shape: { kind: 'string' },
  description:
    'Authentication for cfn-init in the metadata of the resource: `none`, `without-credentials`, or ' +
    '`with-credentials` if it contains a password or an access key.',
  derive({ resource: { metadata = {} } }) {
    const entries = metadata[section];
    if (entries === undefined || entries === null) return { value: 'none' };
    const found = isObject(entries) && Object.values(entries).some(holdsCredentials);
    return { value: found ? 'with-credentials' : 'without-credentials' };
  },
};
