import { isObject, type JsonValue } from '../../../model/json.ts';
import { isAbsent, isUnknown } from '../../unknown.ts';
import type { FactSubject } from '../fact.ts';
import { textIn } from '../network/references.ts';
import { documentsOf, type Statement } from './documents.ts';
import type { Answer } from './grants.ts';

/** Condition keys that say who calls, or for whom; others (time, transport, a header) let anybody in. */
const identifying =
  /^(aws:(source(arn|account|owner|orgid|orgpaths|vpce?)|principal(orgid|orgpaths|account|arn)|vpcsourceaccount)|kms:calleraccount|s3:dataaccesspoint(account|arn)|elasticfilesystem:accesspointarn|lambda:functionurlauthtype)$/;

/** Operators that demand a value: the negated ones, and those that pass where there is none, do not. */
const demanding = /^(ForAnyValue:)?(String|Arn|Numeric|Bool)(Equals|Like|EqualsIgnoreCase)$/i;

/** Keys whose value is one account or organization: a wildcard in it lets in others. */
const wholeKeys = /(account|owner|orgid|accountid)$/;

/**
 * Whether a value of a condition leaves everything open: wildcards where an account stands, or in the name where there
 * is none (an ARN of S3).
 */
function isOpenEnded(value: JsonValue, key = ''): boolean {
  if (typeof value !== 'string') return isAbsent(value);
  if (value.trim() === '') return true;
  const isOpen = (part: string) => /^[*?/]*$/.test(part);
  if (wholeKeys.test(key)) return /[*?]/.test(value);
  const [arn, , , , account = '', ...name] = value.split(':');
  if (arn !== 'arn') return value.split(':').every(isOpen);
  return /[*?]/.test(account) || (account === '' && name.every(isOpen));
}

interface Test {
  operator: string;
  key: string;
  values: JsonValue[];
}

function testsOf({ elements }: Statement): Test[] {
  const condition = elements.get('condition') ?? null;
  if (!isObject(condition)) return [];
  return Object.entries(condition).flatMap(([operator, tests]) =>
    Object.entries(isObject(tests) ? tests : {}).map(([key, value]) => ({
      operator,
      key: key.toLowerCase(),
      values: Array.isArray(value) ? value : [value],
    })),
  );
}

function demands(statement: Statement, isWanted: (test: Test) => boolean): boolean {
  return testsOf(statement).some(
    (test) => demanding.test(test.operator) && test.values.length > 0 && isWanted(test),
  );
}

function identifiesCaller(statement: Statement): boolean {
  return demands(
    statement,
    ({ key, values }) => identifying.test(key) && !values.some((value) => isOpenEnded(value, key)),
  );
}

/** A token of GitHub's is only as good as the repository it must come from: `repo:OWNER/...`, not `repo:*`. */
function namesSubject({ key, values }: Test): boolean {
  const subject = /:(sub|aud|oid|amr|repository|repository_owner)$/.exec(key)?.[1];
  if (subject === undefined) return false;
  if (/githubusercontent/.test(key) && subject !== 'sub' && !subject.startsWith('repository')) return false;
  return values.every((value) => {
    if (typeof value !== 'string') return !isAbsent(value);
    const owner = /^repo:([^/]*)/.exec(value)?.[1];
    if (value.startsWith('repo:') && /[*?]/.test(owner ?? '*')) return false;
    return !/^[*?]/.test(value) && value.trim() !== '';
  });
}

function admitsAnyToken(statement: Statement): boolean {
  return !demands(
    statement,
    (test) =>
      namesSubject(test) || (/^saml:/.test(test.key) && !test.values.some((value) => isOpenEnded(value))),
  );
}

function isEverybody(kind: string, id: JsonValue, statement: Statement): Answer {
  if (isAbsent(id)) return false;
  if (kind === 'Federated') return admitsAnyToken(statement);
  const text = textIn(id);
  if (text === undefined) return isUnknown(id) && isObject(id) && 'Ref' in id ? 'open' : false;
  return /[*?]/.test(text) && !identifiesCaller(statement);
}

function principalsOf({ elements }: Statement): [kind: string, id: JsonValue][] {
  const principal = elements.get('principal') ?? null;
  if (Array.isArray(principal)) return principal.map((one) => ['AWS', one]);
  if (!isObject(principal) || isUnknown(principal)) return [['AWS', principal]];
  return Object.entries(principal).flatMap(([kind, ids]) =>
    (Array.isArray(ids) ? ids : [ids]).map((id): [string, JsonValue] => [kind, id]),
  );
}

function some(answers: readonly Answer[]): Answer {
  if (answers.includes(true)) return true;
  return answers.includes('open') ? 'open' : false;
}

function trusting(subject: FactSubject): Statement[] {
  return documentsOf(subject.resource).statements.filter(({ allows }) => allows);
}

/** Permissions of resources that are written as properties, not as a document. */
function permits({ resource: { type, properties } }: FactSubject): Answer {
  if (type === 'AWS::Lambda::Permission') {
    const limited = [properties.SourceArn, properties.SourceAccount, properties.PrincipalOrgID];
    const open = limited.every((one) => isAbsent(one) || isOpenEnded(one));
    return open && /[*?]/.test(String(properties.Principal ?? ''));
  }
  if (type === 'AWS::Events::EventBusPolicy')
    return properties.Principal === '*' && isAbsent(properties.Condition);
  if (type === 'AWS::Lambda::LayerVersionPermission')
    return properties.Principal === '*' && isAbsent(properties.OrganizationId);
  return false;
}

/** Whether some statement lets anybody in: any principal, any account by wildcard, or any token of a provider. */
export function trustsEverybody(subject: FactSubject): Answer {
  return some([
    permits(subject),
    ...trusting(subject).flatMap((statement): Answer[] => {
      if (statement.elements.has('notprincipal')) return [true];
      if (!statement.elements.has('principal')) return [];
      return principalsOf(statement).map(([kind, id]) => isEverybody(kind, id, statement));
    }),
  ]);
}
