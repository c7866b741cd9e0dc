import type { CedarValueJson } from '@cedar-policy/cedar-wasm/web';
import type { Node } from '../../node.ts';
import { readStatements } from '../../statements.ts';
import type { Fact } from '../fact.ts';

const property = 'PolicyDocument';

function elements(node: Node, attribute: string): CedarValueJson[] {
  const value = node.attributes.get(attribute)?.value;
  return Array.isArray(value) ? value : [];
}

function hasOneOf(node: Node, attribute: string, wanted: string[]): boolean {
  return elements(node, attribute).some((one) => typeof one === 'string' && wanted.includes(one));
}

/**
 * The statement that AWS recommends for TLS-only access: deny everyone every action if `aws:SecureTransport` is false
 * ("Security best practices for Amazon S3", Amazon S3 User Guide).
 */
function deniesPlainHttp(node: Node): boolean {
  return (
    node.attributes.get('Effect')?.value === 'Deny' &&
    hasOneOf(node, 'Principals', ['*', 'AWS:*']) &&
    hasOneOf(node, 'Actions', ['*', 's3:*']) &&
    hasOneOf(node, 'Conditions', ['Bool aws:securetransport=false', 'BoolIfExists aws:securetransport=false'])
  );
}

/** Only the parts that decide matter: the resource is almost always a reference to the bucket. */
function isUndecided(node: Node): boolean {
  const deciding = ['Effect', 'Principals', 'Actions', 'Conditions'];
  return deciding.some((name) => (node.attributes.get(name)?.unknowns.length ?? 0) > 0);
}

export const deniesInsecureTransport: Fact = {
  name: 'deniesInsecureTransport',
  types: ['AWS::S3::BucketPolicy'],
  shape: { kind: 'boolean' },
  description: 'The bucket policy denies everyone every action over plain HTTP.',
  derive({ value }) {
    const { nodes, unknowns } = readStatements('', property, '', property, value[property] ?? null);
    if (nodes.some(deniesPlainHttp)) return { value: true };
    const waits = unknowns.length > 0 || nodes.some(isUndecided);
    return waits ? { waitsFor: [property] } : { value: false };
  },
};
