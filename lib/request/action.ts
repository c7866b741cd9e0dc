import type { Problem } from '../model/errors.ts';
import type { Header } from '../model/request.ts';

/** What an event hands in: a document that says what is wanted, or the ids of assets to retire. */
export interface HandedIn {
  header?: Partial<Header>;
  document?: unknown;
  documentReference?: unknown;
  assets?: unknown;
}

const code = 'ActionMismatch';

/** Why a manifest does not fit the action its header names: it says what is wanted, and nothing else. */
export function manifestActionProblem({ action }: Partial<Header>): Problem | undefined {
  if (action === undefined || action === 'provision') return undefined;
  const message =
    `the action ${action} does not fit a manifest, which says what is wanted; expected provision. ` +
    'To delete resources, leave them out of the manifest; to retire assets, submit their ids (baton decommission ASSET...)';
  return { path: 'action', code, message };
}

/** Why the parts of a request do not fit each other. */
export function handedInProblems({ header = {}, assets, document, documentReference }: HandedIn): Problem[] {
  if (assets === undefined) {
    const problem = manifestActionProblem(header);
    return problem === undefined ? [] : [{ ...problem, path: 'header.action' }];
  }
  const problems: Problem[] = [];
  if (header.action !== undefined && header.action !== 'decommission')
    problems.push({
      path: 'header.action',
      code,
      message: `the action ${header.action} does not fit a list of assets, which are retired; expected decommission`,
    });
  if (document !== undefined || documentReference !== undefined)
    problems.push({
      path: 'assets',
      code,
      message: 'the request names assets to retire and holds a manifest; expected one of the two',
    });
  return problems;
}
