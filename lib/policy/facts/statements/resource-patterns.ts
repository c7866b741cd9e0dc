import { matchesWildcards } from './wildcards.ts';

/** Services whose resources have another prefix than the action. */
const otherPrefixes: Record<string, readonly string[]> = {
  sts: ['iam'],
  ssm: ['ec2'],
  'ec2-instance-connect': ['ec2'],
};

/** Names that don't exist: a pattern that matches one of them identifies nothing. */
const kinds =
  'role/ user/ group/ policy/ instance-profile/ instance/ document/ project/ function: stack/ job/'
    .split(' ')
    .flatMap((kind) => [`${kind}q7zx`, `${kind}q7/zx`]);

/**
 * With this many letters or fewer outside the wildcards, a pattern identifies nothing: a few statements can enumerate
 * all of them.
 */
const tooFew = 2;

/** Tells whether an action can apply to resources with this prefix. */
function isOfService(prefix: string, action: string): boolean {
  const service = action.split(':')[0] ?? '';
  return [service, ...(otherPrefixes[service] ?? [])].some((one) => matchesWildcards(prefix, one));
}

/** Tells whether a name, apart from its wildcards and its kind (`role/`), doesn't identify a resource. */
function namesNothing(name: string): boolean {
  if (!/[*?]/.test(name)) return false;
  if (kinds.some((one) => matchesWildcards(name, one))) return true;
  const own = name.replace(/^[A-Za-z-]+[/:]/, '');
  return own.replace(/[*?/:]/g, '').length <= tooFew;
}

/**
 * Tells whether a resource pattern doesn't limit the resources of the action: it matches every resource, or every role,
 * user or policy.
 */
export function isBroad(pattern: string, action: string): boolean {
  const text = pattern.trim();
  if (/^[*?]+$/.test(text)) return true;
  // The start of the text is unknown (`${Queue.Arn}/*`). It is evaluated again when it is known.
  if (text.startsWith('_')) return false;
  const parts = text.split(':');
  if (parts.length < 6) return /[*?]$/.test(text) || namesNothing(parts.at(-1) ?? '');
  return isOfService(parts[2] ?? '', action) && namesNothing(parts.slice(5).join(':'));
}
