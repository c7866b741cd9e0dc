import type { Problem } from '../model/errors.ts';
import type { AvailableAction, Header } from '../model/request.ts';
import type { Wish } from '../model/wish.ts';

/** What an event hands in: a document that says what is wanted, ids of assets to retire, or changes of assets. */
export interface HandedIn {
  header?: Partial<Header>;
  document?: unknown;
  documentReference?: unknown;
  assets?: unknown;
  changes?: unknown;
}

interface ActionRow {
  /** What of an event holds a wish of this kind. */
  parts: readonly (keyof HandedIn)[];
  /** The action it is. */
  action: AvailableAction;
  /** What it is, in a message. */
  words: string;
}

/** Each kind of wish: what hands it in, and what it is called. */
export const wishKinds: Readonly<Record<Wish['kind'], ActionRow>> = {
  resources: {
    parts: ['document', 'documentReference'],
    action: 'provision',
    words: 'a manifest, which says what is wanted',
  },
  assets: { parts: ['assets'], action: 'decommission', words: 'a list of assets, which are retired' },
  changes: { parts: ['changes'], action: 'configure', words: 'changes of assets' },
};

const code = 'ActionMismatch';

/** Why a manifest does not fit the action its header names: it says what is wanted, and nothing else. */
export function manifestActionProblem({ action }: Partial<Header>): Problem | undefined {
  if (action === undefined || action === wishKinds.resources.action) return undefined;
  const message =
    `a manifest can't have the action ${action}; expected provision. ` +
    'To delete resources, leave them out of the manifest; to retire assets, submit their ids (baton decommission ASSET...); ' +
    'to change single properties, submit those (baton configure ASSET PATH=VALUE...)';
  return { path: 'action', code, message };
}

/** The kind of wish a request holds; a manifest where it holds none. */
export function wishKindOf(request: HandedIn): Wish['kind'] {
  return kindsIn(request)[0] ?? 'resources';
}

/** Why the parts of a request do not fit each other. */
export function handedInProblems(request: HandedIn): Problem[] {
  const { header = {} } = request;
  const [kind = 'resources', ...more] = kindsIn(request);
  const { action, words, parts } = wishKinds[kind];
  const problems = more.map(
    (other): Problem => ({
      path: parts[0] ?? '',
      code,
      message: `the request has ${words} and ${wishKinds[other].words}; expected one of the two`,
    }),
  );
  if (header.action === undefined || header.action === action) return problems;
  const mismatch =
    kind === 'resources'
      ? manifestActionProblem(header)?.message
      : `${words} can't have the action ${header.action}; expected ${action}`;
  return [{ path: 'header.action', code, message: mismatch ?? '' }, ...problems];
}

/** Kinds of wishes a request holds, those that name assets first. */
function kindsIn(request: HandedIn): Wish['kind'][] {
  const kinds = (Object.keys(wishKinds) as Wish['kind'][]).reverse();
  return kinds.filter((kind) => wishKinds[kind].parts.some((part) => request[part] !== undefined));
}
