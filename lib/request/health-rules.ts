import { healthTarget, isReference } from '../model/health-target.ts';
import type { JsonValue } from '../model/json.ts';
import type { HealthCheck } from '../model/request.ts';
import type { TypeSpec } from '../model/spec.ts';
import { fitsWildcard } from '../model/wildcard.ts';
import { placesForSecrets } from './secret-places.ts';

/** The rules for what a health check may reach and show. */
export interface HealthRules {
  /** Returns the type of a resource in the request, or undefined if there is no such resource. */
  specOf(logicalId: string): TypeSpec | undefined;
  isResource(logicalId: string): boolean;
  /** Hosts that it may reach in addition to the request's own resources; `*` matches any text. */
  healthHosts: readonly string[];
}

/** Attributes that services assign and that contain a host or a URL. */
const hostAttribute =
  /(?:^|\.)(?:\w*(?:DNSName|DnsName|DomainName|DomainEndpoint|Endpoint|EndPoint|EndpointAddress)|Address|FunctionUrl|ServiceUrl|WebsiteURL|ApiEndpoint|GraphQLUrl|DefaultDomain|Public(?:Ip|DnsName)|Private(?:Ip|DnsName))$/;
/** Types in which attributes with these names contain the requester's text instead. */
const namedByRequester =
  /^AWS::(?:SES|CertificateManager|Cognito|Route53\w*|ServiceDiscovery|Amplify::Domain|ApiGateway(?:V2)?::DomainName)/;

/**
 * Types whose hosts contain an identifier that the service assigns. Source: "Invoke REST APIs in API Gateway",
 * Developer Guide.
 */
const apiTypes = new Set(['AWS::ApiGateway::RestApi', 'AWS::ApiGatewayV2::Api']);
const apiHost = /^(\$\{[A-Za-z0-9]+\})\.execute-api\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/;

/** Tells whether the host of a check, as written, belongs to a resource of the request. */
export function isOwnHost(host: string, { specOf }: Pick<HealthRules, 'specOf'>): boolean {
  const api = apiHost.exec(host)?.[1];
  if (api !== undefined) return apiTypes.has(specOf(api.slice(2, -1))?.type ?? '');
  if (!isReference(host)) return false;
  const [logicalId = '', ...rest] = host.slice(2, -1).split('.');
  const spec = specOf(logicalId);
  const attribute = rest.join('.');
  if (spec === undefined || namedByRequester.test(spec.type) || !hostAttribute.test(attribute)) return false;
  return isGiven(spec, attribute);
}

/** Tells whether the service assigns the attribute, so that a requester can't choose its value. */
function isGiven({ readOnly, properties }: TypeSpec, attribute: string): boolean {
  const [head = ''] = attribute.split('.');
  if (readOnly.some((path) => attribute === path || attribute.startsWith(`${path}.`))) return true;
  return !Object.hasOwn(properties, head);
}

/** Tells whether a host may be reached after all its values are filled in. */
export function isAllowedHost(host: string, healthHosts: readonly string[]): boolean {
  return healthHosts.some((pattern) => fitsWildcard(pattern, host.toLowerCase()));
}

/** Returns the problems of a health check as written: [field, code, message]. */
export function healthProblems(
  check: HealthCheck,
  rules: HealthRules,
): [field: string, code: string, message: string][] {
  const problems: [string, string, string][] = [];
  for (const [field, value] of Object.entries(check) as [string, JsonValue][]) {
    if (typeof value !== 'string') continue;
    if (value.includes('{{resolve:'))
      problems.push([
        field,
        'SecretMisplaced',
        'a health check must not refer to a secret or parameter; remove the reference',
      ]);
    for (const [, name = ''] of value.matchAll(/\$\{([^}]*)\}/g)) {
      const [logicalId = '', ...rest] = name.split('.');
      const spec = rules.specOf(logicalId);
      if (!rules.isResource(logicalId))
        problems.push([field, 'UnknownReference', `there is no resource "${logicalId}" in this request`]);
      else if (spec !== undefined && isSecretAttribute(spec, rest.join('.')))
        problems.push([
          field,
          'SecretMisplaced',
          `\${${name}} is a secret, which a health check must not contain`,
        ]);
    }
  }
  const target = healthTarget(check);
  if (target === 'unreadable')
    problems.push([
      'url',
      'HealthHost',
      'expected http://HOST/... or https://HOST/..., without a user, or an attribute that is a URL',
    ]);
  else if (
    target !== undefined &&
    !isOwnHost(target.host, rules) &&
    !isAllowedHost(target.host, rules.healthHosts)
  )
    problems.push([
      target.kind === 'tcp' ? 'host' : 'url',
      'HealthHost',
      foreignHost(target.host, rules.healthHosts),
    ]);
  return problems;
}

function foreignHost(host: string, healthHosts: readonly string[]): string {
  const others = healthHosts.length === 0 ? '' : `, or one of ${healthHosts.join(', ')}`;
  return `a health check must not connect to ${host}; expected the host of a resource of this request, such as \${LoadBalancer.DNSName}${others} (setting healthHosts of the environment in cdk.json)`;
}

/** Tells whether an attribute, or its parent or a part of it, may contain a secret. */
export function isSecretAttribute({ type, sensitive }: TypeSpec, attribute: string): boolean {
  if (attribute === '') return false;
  return placesForSecrets(type, sensitive).some(
    (place) => place === attribute || place.startsWith(`${attribute}.`) || attribute.startsWith(`${place}.`),
  );
}
