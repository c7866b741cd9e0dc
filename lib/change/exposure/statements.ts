import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { Finding, Frame } from './types.ts';

/** Names of properties that hold a policy document, in any type. */
export const documentName =
  /(?:Policy(?:Document|Text|Json)?|PolicyDocument|Policies|AccessPolicy|Statement)$/;

/**
 * Actions that lead to every other permission if they are allowed on any resource: privilege escalation by IAM ("IAM
 * privilege escalation methods", Rhino Security Labs; "Actions, resources, and condition keys for AWS IAM").
 */
const escalating = [
  /^iam:(?:pass|create|put|attach|add|update|set|delete|detach|upload)/,
  /^sts:assumerole/,
  /^(?:iam|sts|organizations|sso|sso-admin|kms|secretsmanager|lambda|cloudformation|ssm):.*[*?]/,
  /^kms:(?:createGrant|putKeyPolicy)/i,
];

const texts = (value: JsonValue | undefined): JsonValue[] => (value === undefined ? [] : [value].flat());

/** Returns a policy document as an object, or undefined if it can't be read. */
export function readDocument(value: JsonValue): JsonObject | undefined {
  if (isObject(value)) return value;
  if (typeof value !== 'string') return undefined;
  try {
    const parsed = JSON.parse(value) as JsonValue;
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

export function statementsIn(document: JsonObject): JsonObject[] {
  const found = texts(document.Statement ?? document.statement).filter(isObject);
  return found.length > 0 || document.Statement !== undefined
    ? found
    : 'Effect' in document
      ? [document]
      : [];
}

/** Returns the finding for the worst statement of a document, or undefined if no statement is among the worst. */
export function worstOf(statements: readonly JsonObject[], frame: Frame): Finding | undefined {
  for (const statement of statements) {
    if (statement.Effect === 'Deny') continue;
    const who = worstPrincipal(statement, frame);
    if (who !== undefined) return who;
    // In a resource policy, `*` is the resource itself, so only the principal counts.
    const message = 'Principal' in statement ? undefined : widest(statement);
    if (message !== undefined) return { kind: 'rights', level: 'high', message };
  }
  return undefined;
}

/** Returns why a statement without a principal grants too much. */
function widest(statement: JsonObject): string | undefined {
  if ('NotAction' in statement) return 'allows every action but some (NotAction)';
  if ('NotResource' in statement) return 'allows on every resource but some (NotResource)';
  const actions = texts(statement.Action);
  const anyResource = texts(statement.Resource).some(
    (one) =>
      typeof one !== 'string' ||
      /^[*?]+$/.test(one) ||
      /^arn:[^:]*:(?:iam|\*)?:[^:]*:[^:]*:(?:\*|role\/\*|user\/\*)$/.test(one),
  );
  for (const action of actions) {
    if (typeof action !== 'string') return 'allows actions that are not known yet';
    const [service = '', verb = ''] = action.toLowerCase().split(':');
    if (/[*?]/.test(service) || action === '*') return `allows ${action}`;
    if (!anyResource) continue;
    if (/^[*?]+$/.test(verb)) return `allows ${action} on any resource`;
    if (escalating.some((pattern) => pattern.test(action.toLowerCase())))
      return `allows ${action} on any resource`;
  }
  return undefined;
}

/** Returns a finding if a statement allows everyone or another account. */
function worstPrincipal(statement: JsonObject, frame: Frame): Finding | undefined {
  const finding = (message: string): Finding => ({ kind: 'trust', level: 'high', message });
  if ('NotPrincipal' in statement) return finding('lets everyone in but some (NotPrincipal)');
  if (!('Principal' in statement)) return undefined;
  const principal = statement.Principal;
  if (!isObject(principal)) return typeof principal === 'string' ? strangers([principal], frame) : undefined;
  for (const [kind, value] of Object.entries(principal)) {
    if (kind === 'Service') {
      if (texts(value).some((one) => typeof one === 'string' && /[*?]/.test(one)))
        return finding('lets every service in');
    } else if (kind === 'Federated') return finding('lets an identity provider in');
    else if (kind === 'CanonicalUser') return finding('lets a user in by its canonical id');
    else {
      const found = strangers(texts(value), frame);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** Returns a finding if the principals include everyone or an account other than the plan's. */
export function strangers(principals: readonly JsonValue[], { account }: Frame): Finding | undefined {
  for (const one of principals) {
    if (typeof one !== 'string') continue;
    const message = strange(one, account);
    if (message !== undefined) return { kind: 'trust', level: 'high', message };
  }
  return undefined;
}

function strange(principal: string, account: string): string | undefined {
  const text = principal.trim();
  if (/^[*?]+$/.test(text) || text.toLowerCase() === 'all') return 'lets everyone in';
  const named = /^(\d{12})$/.exec(text)?.[1] ?? /^arn:[^:]*:[^:]*:[^:]*:([^:]*):/.exec(text)?.[1];
  if (named === undefined || named === '' || named === account || named === 'aws') return undefined;
  return /^\d{12}$/.test(named) ? `lets account ${named} in` : `lets ${text} in, whose account is not clear`;
}
