import type { ChainedEntry } from '../ledger/audit-chain.ts';
import type { SealRecord } from '../ledger/seal.ts';
import type { Decision } from '../model/change.ts';
import { InvalidInput } from '../model/errors.ts';
import { recordForm } from './forms.ts';

/** The file isn't an audit bundle, or it is incomplete. */
export class BundleUnreadable extends InvalidInput {
  override readonly name = 'BundleUnreadable';
  constructor(message: string) {
    super([{ path: '', code: 'BundleUnreadable', message }]);
  }
}

/** The first line of a bundle. */
export interface BundleHeader {
  kind: 'header';
  format: 'baton-audit';
  version: 1;
  account: string;
  region: string;
  /** ISO 8601 instants. Present if the bundle contains only chains that changed between them. */
  from?: string;
  to?: string;
}

/** An asset in the inventory: the hash of its complete record. */
export interface InventoryRecord {
  assetId: string;
  version: number;
  hash: string;
}

/**
 * One line of a bundle as canonical JSON (RFC 8785). The order is: the header, all seals, the chains of assets with the
 * inventory record of each, the chains of changes with their decisions, documents, and the end.
 */
export type BundleRecord =
  | BundleHeader
  | { kind: 'seal'; seal: SealRecord }
  | { kind: 'entry'; chain: string; entry: ChainedEntry }
  | { kind: 'decision'; decision: Decision }
  | { kind: 'asset'; asset: InventoryRecord }
  | { kind: 'document'; hash: string; document: unknown }
  /** The number of lines before it. */
  | { kind: 'end'; lines: number };

/** A bundle in memory. Nothing in it has been verified. */
export interface Bundle {
  header: BundleHeader;
  seals: SealRecord[];
  /** Entries by chain, in the order of the bundle. */
  chains: Map<string, ChainedEntry[]>;
  decisions: Decision[];
  assets: InventoryRecord[];
  documents: Map<string, unknown>;
}

/** Collects the lines of a bundle. @throws BundleUnreadable if it isn't a bundle, or ends too early */
export async function gather(records: AsyncIterable<unknown> | Iterable<unknown>): Promise<Bundle> {
  let header: BundleHeader | undefined;
  let lines = 0;
  let ended = false;
  const bundle: Omit<Bundle, 'header'> = {
    seals: [],
    chains: new Map(),
    decisions: [],
    assets: [],
    documents: new Map(),
  };
  for await (const line of records) {
    const record = recordOf(line, lines + 1);
    if (ended) throw new BundleUnreadable(`Line ${lines + 1} comes after the end of the bundle.`);
    if (header === undefined) {
      header = headerOf(record);
    } else if (record.kind === 'end') {
      if (record.lines !== lines)
        throw new BundleUnreadable(
          `The bundle has ${lines} lines; expected ${record.lines}, as its end says.`,
        );
      ended = true;
    } else add(bundle, record, lines + 1);
    lines += 1;
  }
  if (header === undefined || !ended)
    throw new BundleUnreadable(`The bundle stops at line ${lines} without its end: it was cut off.`);
  return { ...bundle, header };
}

function recordOf(line: unknown, number: number): BundleRecord {
  const parsed = recordForm.safeParse(line);
  // Returns the line as read rather than as parsed, because fields outside of the schema count too.
  if (parsed.success) return line as BundleRecord;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') ?? '';
  throw new BundleUnreadable(`Line ${number} of the bundle has no known form: ${where}: ${issue?.message}`);
}

function headerOf(record: BundleRecord): BundleHeader {
  if (record.kind === 'header' && record.format === 'baton-audit' && record.version === 1) return record;
  throw new BundleUnreadable('The file is no audit bundle of version 1: its first line is no header of one.');
}

function add(bundle: Omit<Bundle, 'header'>, record: BundleRecord, line: number): void {
  if (record.kind === 'seal') bundle.seals.push(record.seal);
  else if (record.kind === 'decision') bundle.decisions.push(record.decision);
  else if (record.kind === 'asset') bundle.assets.push(record.asset);
  else if (record.kind === 'document') bundle.documents.set(record.hash, record.document);
  else if (record.kind === 'entry') {
    const entries = bundle.chains.get(record.chain);
    if (entries === undefined) bundle.chains.set(record.chain, [record.entry]);
    else entries.push(record.entry);
  } else throw new BundleUnreadable(`Line ${line} of the bundle is of no known kind.`);
}
