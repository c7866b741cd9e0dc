import type { Fact } from '../fact.ts';
import { matchesWildcards } from '../statements/wildcards.ts';
import { someAction, statementTypes } from './actions.ts';

const passRole = 'iam:PassRole';

/** Actions are case-insensitive. `*` stands for any characters, `?` for one ("IAM JSON policy elements: Action"). */
const covers = (pattern: string) => matchesWildcards(pattern, passRole);

export const coversPassRole: Fact = {
  name: 'coversPassRole',
  types: statementTypes,
  shape: { kind: 'boolean' },
  description: 'One of the actions of the statement is iam:PassRole, by name or by a wildcard.',
  derive: ({ value }) => someAction(value, covers, [[/[iamposrle:*?]/i]]),
};
