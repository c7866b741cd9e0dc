import type { Problem } from '../model/errors.ts';
import type { AvailableAction, Header } from '../model/request.ts';
import type { Wish } from '../model/wish.ts';

/**
 * The content of a submitted event: a document with the desired resources, ids of assets to retire, or changes of
 * assets, verbs on assets, or a shift of traffic.
 */
export interface SubmittedParts {
  header?: Partial<Header>;
  document?: unknown;
  documentReference?: unknown;
  assets?: unknown;
  changes?: unknown;
  verbs?: unknown;
  shifts?: unknown;
}

export interface WishRow {
  /** The parts of an event that contain a wish of this kind. */
  parts: readonly (keyof SubmittedParts)[];
  /** The action of this kind, and others that a request may name instead, which allow less. */
  action: AvailableAction;
  narrower?: readonly AvailableAction[];
  /** Its name in messages. */
  words: string;
  /** What a request of this kind locks: its whole scope, or the assets that its plan touches. */
  locks: 'scope' | 'assets';
}

/** Each kind of wish: where events contain it, its action and its name. */
export const wishKinds: Readonly<Record<Wish['kind'], WishRow>> = {
  resources: {
    parts: ['document', 'documentReference'],
    action: 'provision',
    words: 'a manifest, which says what is wanted',
    locks: 'scope',
  },
  assets: {
    parts: ['assets'],
    action: 'decommission',
    words: 'a list of assets, which are retired',
    locks: 'scope',
  },
  changes: {
    ...{ parts: ['changes'], action: 'configure', narrower: ['scale'] },
    ...{ words: 'changes of assets', locks: 'assets' },
  },
  verbs: { parts: ['verbs'], action: 'recover', words: 'verbs on assets', locks: 'assets' },
  shifts: { parts: ['shifts'], action: 'shift-traffic', words: 'a shift of traffic', locks: 'assets' },
};

const code = 'ActionMismatch';

/** Returns a problem if the header of a manifest names another action than the manifest's. */
export function manifestActionProblem({ action }: Partial<Header>): Problem | undefined {
  if (action === undefined || action === wishKinds.resources.action) return undefined;
  const message =
    `a manifest can't have the action ${action}; expected provision. ` +
    'To delete resources, leave them out of the manifest; to retire assets, submit their ids (baton decommission ASSET...); ' +
    'to change single properties, submit those (baton configure ASSET PATH=VALUE...); ' +
    'to change a capacity, scale its asset (baton scale ASSET --to N); ' +
    'to restart an asset, name it (baton restart ASSET...); ' +
    'to move traffic, name both sides (baton traffic shift ASSET --to SIDE)';
  return { path: 'action', code, message };
}

/** Returns the kind of wish in a request, or that of a manifest if the request has none. */
export function wishKindOf(request: SubmittedParts): Wish['kind'] {
  return kindsIn(request)[0] ?? 'resources';
}

/** Returns the action of a request: the one that its header names, if its kind of wish has it. */
export function actionOfWish(kind: Wish['kind'], { action: named }: Partial<Header>): AvailableAction {
  const { action, narrower = [] } = wishKinds[kind];
  return named !== undefined && narrower.includes(named) ? named : action;
}

/** Returns the problems of requests whose parts don't fit together. */
export function submittedProblems(request: SubmittedParts): Problem[] {
  const { header = {} } = request;
  const [kind = 'resources', ...more] = kindsIn(request);
  const { action, narrower = [], words, parts } = wishKinds[kind];
  const named = actionOfWish(kind, header);
  const problems = more.map(
    (other): Problem => ({
      path: parts[0] ?? '',
      code,
      message: `the request has ${words} and ${wishKinds[other].words}; expected one of the two`,
    }),
  );
  if (header.action === undefined || header.action === named) return problems;
  const mismatch =
    kind === 'resources'
      ? manifestActionProblem(header)?.message
      : `${words} can't have the action ${header.action}; expected ${[action, ...narrower].join(' or ')}`;
  return [{ path: 'header.action', code, message: mismatch ?? '' }, ...problems];
}

/** Returns the names of the parts of an event that contain a wish, for messages. */
export function wishPartNames(): string {
  const names = Object.values(wishKinds).flatMap(({ parts }) => parts.map((part) => `\`${part}\``));
  return names.join(', ').replace(/, ([^,]*)$/, ' and $1');
}

/** Returns the kinds of wishes in a request, those that name assets first. */
function kindsIn(request: SubmittedParts): Wish['kind'][] {
  const kinds = (Object.keys(wishKinds) as Wish['kind'][]).reverse();
  return kinds.filter((kind) => wishKinds[kind].parts.some((part) => request[part] !== undefined));
}
