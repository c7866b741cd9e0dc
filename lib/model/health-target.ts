import type { HealthCheck } from './request.ts';

/** What a health check connects to, as it is written: texts may hold `${Resource.Attribute}`. */
export interface HealthTarget {
  kind: 'http' | 'tcp';
  /** Of a URL that an attribute gives whole, `own`. */
  scheme: 'http' | 'https' | 'tcp' | 'own';
  /** The host as written; of a URL that an attribute gives whole, that reference. */
  host: string;
}

/** One reference to an attribute of a resource, and nothing else. */
const reference = /^\$\{[A-Za-z0-9]+(?:\.[A-Za-z0-9.]+)?\}$/;
/** Stricter than URL parsers, which repair: no user, no backslash, no blank, nothing between scheme and host. */
const url = /^(https?):\/\/((?:\$\{[^}]*\}|[^/?#\\@\s{}])+)(?:[/?#][^\\\s]*)?$/i;
const ownUrl = /^(\$\{[^}]+\})([/?#][^\\\s]*|[\w/.-]*)$/;

/** What a check connects to; undefined for kinds that connect to nothing, `unreadable` for what is no URL or host. */
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

/** Whether a host as written comes from an attribute alone. */
export function isReference(host: string): boolean {
  return reference.test(host);
}
