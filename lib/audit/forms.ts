import * as z from 'zod';
import type { ChainedEntry } from '../ledger/audit-chain.ts';
import {
  assetEntries,
  changeEntries,
  type EntryName,
  formerEntries,
  type ReadDetail,
  schemaIn,
} from '../model/audit-entries.ts';
import type { Decision } from '../model/change.ts';

// The parts of entries and documents that verification reads. A bundle comes from those whose work is verified, so
// nothing in it is assumed to have the format that Baton writes.

const text = z.string();

const speaker = z.object({ voice: text, arn: text });

export const decisionForm = z.object({
  changeId: text,
  capsuleHash: text,
  kind: z.enum(['approve', 'reject', 'withdraw']),
  speaker,
  reason: text,
  at: text,
}) satisfies z.ZodType<Decision>;

const sealForm = z.object({ number: z.int(), hash: text, at: text, signature: text, keyId: text });

const entryForm = z.looseObject({
  key: text,
  event: text,
  actor: text,
  at: text,
  capsule: text.optional(),
  reason: text.optional(),
  detail: z.record(text, z.unknown()),
  number: z.int(),
  previousHash: text,
  hash: text,
});

/** The lines of a bundle. */
export const recordForm = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('header'),
    format: z.literal('baton-audit'),
    version: z.literal(1),
    account: text,
    region: text,
    from: text.optional(),
    to: text.optional(),
  }),
  z.object({ kind: z.literal('seal'), seal: sealForm }),
  z.object({ kind: z.literal('entry'), chain: text, entry: entryForm }),
  z.object({ kind: z.literal('decision'), decision: decisionForm }),
  z.object({
    kind: z.literal('asset'),
    asset: z.object({ assetId: text, version: z.int(), hash: text }),
  }),
  z.object({ kind: z.literal('document'), hash: text, document: z.unknown() }),
  z.object({ kind: z.literal('end'), lines: z.int() }),
]);

/** The signed document, and a page of its heads. */
export const sealDocumentForm = z.strictObject({
  version: z.literal(1),
  number: z.int(),
  previousHash: text,
  at: text,
  pages: z.array(z.strictObject({ hash: text, heads: z.int() })),
});
export const pageForm = z.strictObject({ heads: z.array(z.tuple([text, z.int(), text])) });

/** The tables of entries, by the kind of their chain. */
const tables = { change: [changeEntries, formerEntries], asset: [assetEntries] };

/** Describes why an entry is none of the catalog for its chain, or lacks fields. Undefined if it is well-formed. */
export function formProblem(
  kind: keyof typeof tables,
  { event, detail }: Pick<ChainedEntry, 'event' | 'detail'>,
): string | undefined {
  const form = tables[kind].map((table) => schemaIn(table, event)).find((one) => one !== undefined);
  if (form === undefined)
    return `no entry of ${kind === 'asset' ? 'an asset' : 'a change'} that this version knows`;
  const { error } = form.safeParse(detail);
  return error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
}

/** An entry whose form was checked. */
export type ReadEntry<Name extends EntryName> = ChainedEntry & { detail: ReadDetail<Name> };

/** Tells whether an entry has one of these names of the catalog. */
export function isEntry({ event }: Pick<ChainedEntry, 'event'>, ...names: EntryName[]): boolean {
  return (names as string[]).includes(event);
}
