import type { Fact } from '../fact.ts';
import { someAction, statementTypes } from './actions.ts';

export const coversWholeService: Fact = {
  name: 'coversWholeService',
  types: statementTypes,
  shape: { kind: 'boolean' },
  description: 'One of the actions of the statement is all actions (*), or all actions of a service (s3:*).',
  derive: ({ value }) =>
    someAction(value, (action) => /^([^:]+:)?[*?]*\*[*?]*$/.test(action.trim()), [[/[\s\S]/, '*']]),
};
