import { matchesWildcards } from './wildcards.ts';

/** Services whose resources bear another prefix than the action. */
const otherPrefixes: Record<string, readonly string[]> = {
  sts: ['iam'],
  ssm: ['ec2'],
  'ec2-instance-connect': ['ec2'],
};

/** Names nobody has: a pattern that matches one of them names nothing. */
const kinds =
  'role/ user/ group/ policy/ instance-profile/ instance/ document/ project/ function: stack/ job/'
    .split(' ')
    .flatMap((kind) => [`${kind}q7zx`, `${kind}q7/zx`]);

/** So few letters beside the wildcards name nobody: all of them are spelled out in as many statements as the alphabet has. */
const tooFew = 2;

/** Whether an action can be about resources that begin so. */
function isOfService(prefix: string, action: string): boolean {
  const service = action.split(':')[0] ?? '';
  return [service, ...(otherPrefixes[service] ?? [])].some((one) => matchesWildcards(prefix, one));
}

/** Whether what a name spells out beside its wildcards and its kind (`role/`) leaves open which one it is. */
function namesNothing(name: string): boolean {
  if (!/[*?]/.test(name)) return false;
  if (kinds.some((one) => matchesWildcards(name, one))) return true;
  const own = name.replace(/^[A-Za-z-]+[/:]/, '');
  return own.replace(/[*?/:]/g, '').length <= tooFew;
}

/**
 * Whether the pattern of a resource leaves open which one the action is on: every resource, or every role, user or
 * policy.
 */
export function isBroad(pattern: string, action: string): boolean {
  const text = pattern.trim();
  if (/^[*?]+$/.test(text)) return true;
  // What it begins with is not known yet (`${Queue.Arn}/*`): judged again when it is.
  if (text.startsWith('_')) return false;
  const parts = text.split(':');
  if (parts.length < 6) return /[*?]$/.test(text) || namesNothing(parts.at(-1) ?? '');
  return isOfService(parts[2] ?? '', action) && namesNothing(parts.slice(5).join(':'));
}
