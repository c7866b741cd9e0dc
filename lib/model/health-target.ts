import type { HealthCheck } from './request.ts';

/** The target of a health check as written. Texts may contain `${Resource.Attribute}`. */
export interface HealthTarget {
  kind: 'http' | 'tcp';
  /** `own` if an attribute contains the whole URL. */
  scheme: 'http' | 'https' | 'tcp' | 'own';
  /** The host as written. If an attribute contains the whole URL, that reference. */
  host: string;
}

/** Exactly one reference to an attribute of a resource. */
const reference = /^\$\{[A-Za-z0-9]+(?:\.[A-Za-z0-9.]+)?\}$/;
/**
 * Stricter than URL parsers, which repair URLs: no user, no backslash, no space, and nothing between scheme and host.
 */
const url = /^(https?):\/\/((?:\$\{[^}]*\}|[^/?#\\@\s{}])+)(?:[/?#][^\\\s]*)?$/i;
const ownUrl = /^(\$\{[^}]+\})([/?#][^\\\s]*|[\w/.-]*)$/;

/**
 * Returns the target of a check. Undefined for kinds without a connection, and `unreadable` if it isn't a URL or host.
 */
export function healthTarget(check: HealthCheck): HealthTarget | 'unreadable' | undefined {
  if (check.kind === 'tcp') return { kind: 'tcp', scheme: 'tcp', host: check.host };
  if (check.kind !== 'http') return undefined;
  const whole = ownUrl.exec(check.url);
  if (whole !== null) return { kind: 'http', scheme: 'own', host: whole[1] ?? '' };
  const [, scheme = '', authority = ''] = url.exec(check.url) ?? [];
  if (authority === '') return 'unreadable';
  const host = authority.replace(/:(?:\d+|\$\{[^}]*\})?$/, '');
  return { kind: 'http', scheme: scheme.toLowerCase() === 'https' ? 'https' : 'http', host };
}

/** Tells whether a host as written comes only from an attribute. */
export function isReference(host: string): boolean {
  return reference.test(host);
}
