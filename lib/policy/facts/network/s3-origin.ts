import type { JsonValue } from '../../../model/json.ts';
import { isAbsent } from '../../unknown.ts';
import type { Fact, FactSubject } from '../fact.ts';
import { referenceIn, referredType, textIn } from './references.ts';

/**
 * Endpoints of the S3 API: virtual-hosted, path-style, regional or dual-stack. Website endpoints (`s3-website...`) are
 * ordinary web servers ("Amazon S3 endpoints and quotas", AWS General Reference).
 */
const s3Endpoint = /(^|\.)s3([.-](?!website)[a-z0-9_-]+)*\.(amazonaws\.com(\.cn)?|_)$/;

/** Attributes of a bucket that contain such endpoints. */
const endpointAttributes = ['DomainName', 'RegionalDomainName', 'DualStackDomainName'];

function ofReference(domain: JsonValue, { resources }: FactSubject): boolean | undefined {
  const reference = referenceIn(domain);
  if (reference?.attribute === undefined) return undefined;
  const type = referredType(reference, resources) ?? 'AWS::S3::Bucket';
  return type === 'AWS::S3::Bucket' && endpointAttributes.includes(reference.attribute);
}

export const s3Origin: Fact = {
  name: 's3Origin',
  types: ['AWS::CloudFront::Distribution::Origin'],
  shape: { kind: 'boolean' },
  description: 'The origin is an S3 bucket, not an S3 website endpoint or another web server.',
  derive(subject) {
    const { DomainName: domain, S3OriginConfig: config } = subject.value;
    if (!isAbsent(config)) return { value: true };
    if (isAbsent(domain)) return { value: false };
    const text = textIn(domain);
    if (text !== undefined) return { value: s3Endpoint.test(text.toLowerCase()) };
    const known = ofReference(domain, subject);
    return known === undefined ? { waitsFor: ['DomainName'] } : { value: known };
  },
};
