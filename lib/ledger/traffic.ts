import { absent, ConditionFailed, type Table } from '../dynamodb/table.ts';
import { ledgerKeys } from './keys.ts';

/** A side that failed its analysis. No shift to it begins until a shift to it that was approved all the same succeeds. */
export interface FailedSide {
  asset: string;
  side: string;
  /** What the service calls it, if the side is a reference. */
  called?: string;
  /** Epoch seconds. */
  failedAt: number;
  why: string;
  /** The request that shifted to it. */
  requestId: string;
  lifted?: { by: string; at: number; reason: string };
}

/** What a person asks of a shift that runs. An abort stops the request, as a cancellation does. */
export const directiveKinds = ['pause', 'continue', 'abort'] as const;
export type DirectiveKind = (typeof directiveKinds)[number];

export interface Directive {
  kind: DirectiveKind;
  /** The voice, as proven. */
  by: string;
  reason: string;
  at: string;
  /** The id of its event. */
  id: string;
}

/** Returns the sides of an asset that failed an analysis, with those that were shifted to since. */
export async function failedSides(table: Table, asset: string): Promise<FailedSide[]> {
  return table.query<FailedSide>(ledgerKeys.failedSide(asset, '').pk);
}

/** Marks a side as failed. A newer failure replaces an older one. Idempotent. */
export async function markSide(table: Table, mark: FailedSide): Promise<void> {
  await table.put({ ...ledgerKeys.failedSide(mark.asset, mark.side), ...mark });
}

/** Records that a shift to a side succeeded although it was marked. */
export async function liftMark(
  table: Table,
  { asset, side }: Pick<FailedSide, 'asset' | 'side'>,
  lifted: NonNullable<FailedSide['lifted']>,
): Promise<void> {
  await table.update({ key: ledgerKeys.failedSide(asset, side), set: { lifted } });
}

/**
 * Keeps a directive behind those that arrived before. A shift counts how many it has taken into account, so one that is
 * delivered late must not push another one past that count. Returns false if it was kept before.
 */
export async function keepDirective(table: Table, requestId: string, directive: Directive): Promise<boolean> {
  for (;;) {
    const kept = await directivesOf(table, requestId);
    if (kept.some(({ id }) => id === directive.id)) return false;
    const key = ledgerKeys.directive(requestId, String(kept.length).padStart(9, '0'));
    try {
      await table.transact([{ table, put: { ...key, ...directive }, condition: absent }]);
      return true;
    } catch (error) {
      // Another one arrived meanwhile.
      if (!(error instanceof ConditionFailed)) throw error;
    }
  }
}

/**
 * Returns what people ask of a shift now: the latest of the directives that it has not taken into account. One that was given before
 * one that it has is outdated.
 */
export function latestDirective(directives: readonly Directive[], seen: number): DirectiveKind | undefined {
  const later = (one: Directive | undefined, other: Directive) =>
    one === undefined || other.at >= one.at ? other : one;
  const before = directives.slice(0, seen).reduce(later, undefined as Directive | undefined);
  const latest = directives.slice(seen).reduce(later, undefined as Directive | undefined);
  return latest === undefined || (before !== undefined && latest.at < before.at) ? undefined : latest.kind;
}

/** Returns the directives of a request, in the order in which they arrived. */
export async function directivesOf(table: Table, requestId: string): Promise<Directive[]> {
  return table.query<Directive>(ledgerKeys.directive(requestId, '').pk);
}
