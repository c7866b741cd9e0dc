import { DocumentMissing } from '../../documents/documents.ts';
import { changeIdOf } from '../../ledger/ledger.ts';
import type { StoredDecision } from '../../model/scaling-decision.ts';
import type { Deployment } from '../deployment.ts';

/** The record of a decision on a capacity, and the hash that addresses it. */
export interface FoundDecision {
  decisionHash: string;
  stored: StoredDecision;
}

/**
 * Finds the record of a decision by its hash, or by the request or change that it led to.
 *
 * @returns the problem if there is none
 */
export async function findDecision(
  { ledger, documents }: Pick<Deployment, 'ledger' | 'documents'>,
  id: string,
): Promise<FoundDecision | { problem: string }> {
  const decisionHash = /^[0-9a-f]{64}$/.test(id) ? id : await hashOfRequest(ledger, id.replace(/^CHG-/, ''));
  if (decisionHash === undefined)
    return {
      problem: `--decision ${id}: the trail has no decision of scaling for it; expected the hash of a decision or the id of a request by scaling, as \`baton scaling status\` shows them`,
    };
  try {
    const stored = await documents.get<Partial<StoredDecision>>(decisionHash);
    if (stored.input !== undefined && stored.decision !== undefined && stored.version === 1)
      return { decisionHash, stored: stored as StoredDecision };
    return {
      problem: `--decision ${id}: the document is no decision of version 1, which this version of Baton replays`,
    };
  } catch (error) {
    if (!(error instanceof DocumentMissing)) throw error;
    return { problem: `--decision ${id}: ${error.message}` };
  }
}

async function hashOfRequest(ledger: Deployment['ledger'], requestId: string): Promise<string | undefined> {
  const entry = await ledger.entry(changeIdOf(requestId), `CapacityDecided-${requestId}`);
  const hash = entry?.detail.decisionHash;
  return typeof hash === 'string' ? hash : undefined;
}
