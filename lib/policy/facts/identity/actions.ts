import type { JsonObject, JsonValue } from '../../../model/json.ts';
import { canBeEqual, type TextForm, textForm } from '../../text-forms.ts';
import { holdsUnknown, isAbsent } from '../../unknown.ts';
import type { FactResult } from '../fact.ts';

/** Resource types whose policy documents are covered by rules about actions. */
const holders = [
  ...[
    'AWS::IAM::Group',
    'AWS::IAM::GroupPolicy',
    'AWS::IAM::ManagedPolicy',
    'AWS::IAM::Policy',
    'AWS::IAM::Role',
  ],
  ...['AWS::IAM::RolePolicy', 'AWS::IAM::User', 'AWS::IAM::UserPolicy', 'AWS::IoT::Policy'],
  ...['AWS::S3::BucketPolicy', 'AWS::SNS::TopicInlinePolicy', 'AWS::SNS::TopicPolicy'],
  ...['AWS::SQS::QueueInlinePolicy', 'AWS::SQS::QueuePolicy'],
];

export const statementTypes = holders.map((type) => `${type}::IamStatement`);

/**
 * Tells whether one of the statement's actions matches.
 * @param form the form that an unknown action must have to match
 */
export function someAction(
  { Action }: JsonObject,
  isWanted: (action: string) => boolean,
  form: TextForm,
): FactResult {
  const actions: JsonValue[] = Array.isArray(Action) ? Action : [Action ?? null];
  if (actions.some((one) => typeof one === 'string' && isWanted(one))) return { value: true };
  const isOpen = actions.some(
    (one) => !isAbsent(one) && holdsUnknown(one) && canBeEqual(textForm(one), form),
  );
  return isOpen ? { waitsFor: ['Action'] } : { value: false };
}
