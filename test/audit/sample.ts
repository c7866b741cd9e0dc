import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { BundleRecord } from '../../lib/audit/bundle.ts';
import { type AuditEntry, type ChainedEntry, chainEntry, genesis } from '../../lib/ledger/audit-chain.ts';
import { assetChain, changeChain } from '../../lib/ledger/keys.ts';
import { firstSealFollows, makeSeal, type SealRecord, signedText } from '../../lib/ledger/seal.ts';
import type { Decision, Rehearsal, RequiredApproval } from '../../lib/model/change.ts';
import { hashOf } from '../../lib/model/json.ts';
import type { Plan, Step } from '../../lib/model/plan.ts';
import type { Verdicts } from '../../lib/model/policy.ts';
import type { Header } from '../../lib/model/request.ts';
import { journalHash, type UndoSource, undoFrom } from '../../lib/planner/index.ts';
import { capsuleOf, governanceOf, headerOf, person, type Story, stepOf } from './sample-capsule.ts';

/** The key that signs seals. An attacker has another. */
export const keyPair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const otherKeyPair = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** Returns `2026-01-01T00:05:00.000Z` for minute 5. */
export const minute = (count: number) =>
  new Date(Date.parse('2026-01-01T00:00:00Z') + count * 60_000).toISOString();

export interface Sample {
  chains: Map<string, ChainedEntry[]>;
  documents: Map<string, unknown>;
  decisions: Decision[];
  assets: { assetId: string; version: number; hash: string }[];
  seals: SealRecord[];
}

export function emptySample(): Sample {
  return { chains: new Map(), documents: new Map(), decisions: [], assets: [], seals: [] };
}

export function put(sample: Sample, document: unknown): string {
  const hash = hashOf(document);
  sample.documents.set(hash, document);
  return hash;
}

export function append(
  sample: Sample,
  chain: string,
  entry: AuditEntry,
  { asItSays = false }: { asItSays?: boolean } = {},
): void {
  const entries = sample.chains.get(chain) ?? [];
  const last = entries.at(-1);
  const head =
    last === undefined
      ? genesis
      : { count: last.number, hash: last.hash, ...(asItSays ? {} : { at: last.at }) };
  // As a table returns it: without undefined fields.
  entries.push(JSON.parse(JSON.stringify(chainEntry(head, entry))) as ChainedEntry);
  sample.chains.set(chain, entries);
}

/** Seals all chains in their current state. */
export function seal(sample: Sample, at: string, key: KeyObject = keyPair.privateKey): void {
  const heads = [...sample.chains].flatMap(([chain, entries]) => {
    const last = entries.at(-1);
    return last === undefined ? [] : [[chain, last.number, last.hash] as [string, number, string]];
  });
  const { seal: made, pages } = makeSeal(sample.seals.at(-1) ?? firstSealFollows, heads, at);
  for (const page of pages) put(sample, page);
  const hash = put(sample, made);
  const signature = sign('sha256', Buffer.from(signedText(made)), { key, dsaEncoding: 'der' }).toString(
    'base64',
  );
  sample.seals.push({ number: made.number, hash, at, signature, keyId: 'arn:aws:kms:key' });
}

/** Returns the lines of the sample as a bundle. */
export function linesOf({ chains, documents, decisions, assets, seals }: Sample): BundleRecord[] {
  const lines: BundleRecord[] = [
    { kind: 'header', format: 'baton-audit', version: 1, account: '1', region: 'r' },
    ...seals.map((one) => ({ kind: 'seal' as const, seal: one })),
    ...[...chains].flatMap(([chain, entries]) =>
      entries.map((entry) => ({ kind: 'entry' as const, chain, entry })),
    ),
    ...decisions.map((decision) => ({ kind: 'decision' as const, decision })),
    ...assets.map((asset) => ({ kind: 'asset' as const, asset })),
    ...[...documents].map(([hash, document]) => ({ kind: 'document' as const, hash, document })),
  ];
  return [...lines, { kind: 'end', lines: lines.length }];
}

const noVerdicts: Omit<Verdicts, 'decision'> = {
  bundleHash: '',
  rules: ['S3_BUCKET_VERSIONING_ENABLED'],
  violations: [],
  pending: [],
  waived: [],
  suppressed: [],
  judged: 1,
};

/** Tells the story of a change in parts. Each part returns what later parts need. */
export class ChangeStory {
  readonly sample: Sample;
  readonly story: Story;
  readonly chain: string;
  planHash = '';
  capsuleHash = '';
  #minute: number;
  #received = false;
  readonly #standing: UndoSource['standing'] = [];

  constructor(sample: Sample, story: Story) {
    this.sample = sample;
    this.story = story;
    this.chain = changeChain(story.changeId);
    this.#minute = story.from;
  }

  entry(event: string, more: Partial<AuditEntry> = {}): void {
    this.#minute += 1;
    const key = `${event}-${this.#minute}`;
    append(this.sample, this.chain, {
      key,
      event,
      actor: 'baton',
      at: minute(this.#minute),
      detail: {},
      ...more,
    });
  }

  /** Adds the request, as in the first entry. */
  receive(actor = person(this.story.requester ?? 'rita').voice): this {
    this.#received = true;
    const desiredHash = put(this.sample, {
      header: this.#header,
      scope: 'dev/s',
      resources: [],
      ...this.#wish,
    });
    this.entry('RequestReceived', { actor, detail: { desiredHash } });
    return this;
  }

  get #steps(): Step[] {
    return this.story.plan ?? (this.story.steps ?? ['create:A']).map(stepOf);
  }

  get #wish(): Pick<Story, 'wish'> {
    const { wish } = this.story;
    return wish === undefined ? {} : { wish };
  }

  get #header(): Header {
    return headerOf(this.story.changeId, this.story.type);
  }

  open(decision: 'allow' | 'deny' = 'allow'): this {
    const { changeId, approvals = [], expiresAt } = this.story;
    if (!this.#received) this.receive();
    const steps = this.#steps;
    const plan = {
      direction: 'forward',
      changeId,
      minute: this.#minute,
      scope: 'dev/s',
      requestId: changeId,
    };
    this.planHash = put(this.sample, { ...plan, steps, unchanged: [], outputs: {} });
    const { planHash } = this;
    this.entry('PlanMade', { detail: { planHash } });
    const bundleHash = put(this.sample, { policies: [] });
    const verdicts = { ...noVerdicts, bundleHash, planHash, ...this.story.verdicts, decision };
    const verdictsHash = put(this.sample, verdicts);
    this.entry('PolicyEvaluated', { detail: { verdictsHash, decision } });
    const counts = { steps: steps.length, undoSteps: 0, differences: [], irreversible: [] };
    const rehearsal: Rehearsal = { outcome: 'passed', planHash, seed: 'live', ...counts };
    this.entry('PlanRehearsed', { detail: { planHash, rehearsalHash: put(this.sample, rehearsal) } });
    const header = this.#header;
    const desiredHash = put(this.sample, { header, scope: 'dev/s', resources: [], ...this.#wish });
    const governanceHash = put(this.sample, this.story.governance ?? governanceOf(approvals));
    const hashes = { desiredHash, planHash, verdictsHash, bundleHash, governanceHash };
    const capsule = capsuleOf(this.story, { header, steps, verdicts, rehearsal }, hashes);
    this.capsuleHash = put(this.sample, capsule);
    const { type } = capsule;
    this.entry('ChangeOpened', { capsule: this.capsuleHash, detail: { planHash, type, expiresAt } });
    return this;
  }

  decide(name: string, kind: Decision['kind'] = 'approve', reason = ''): this {
    const { changeId } = this.story;
    const at = minute(this.#minute + 1);
    const speaker = person(name);
    const decision: Decision = { changeId, capsuleHash: this.capsuleHash, kind, speaker, reason, at };
    this.sample.decisions.push(decision);
    this.entry('DecisionRecorded', {
      actor: speaker.voice,
      capsule: this.capsuleHash,
      reason,
      detail: { kind, speaker },
    });
    return this;
  }

  run(runId = `${this.story.changeId}-run`, planHash = this.planHash): this {
    const capsule = this.capsuleHash;
    this.entry('RunBegun', { capsule, detail: { runId, planHash } });
    const started = this.#steps.slice(0, 1).map(({ id: step }) => ({ step }));
    this.entry('StepsStarted', { capsule, detail: { runId, started } });
    return this;
  }

  asset(
    assetId: string,
    step: string,
    event = 'AssetRegistered',
    runId = `${this.story.changeId}-run`,
  ): this {
    const chain = assetChain(assetId);
    const version = (this.sample.chains.get(chain)?.length ?? 0) + 1;
    const assetHash = hashOf({ assetId, version });
    this.#minute += 1;
    append(this.sample, chain, {
      key: `version-${version}`,
      event,
      actor: this.story.changeId,
      at: minute(this.#minute),
      capsule: this.capsuleHash,
      detail: { version, runId, changeId: this.story.changeId, step, assetHash },
    });
    this.sample.assets = this.sample.assets.filter((one) => one.assetId !== assetId);
    this.sample.assets.push({ assetId, version, hash: assetHash });
    this.#standing.push({ id: assetId, type: 'AWS::SNS::Topic', identifier: step, version });
    return this;
  }

  /**
   * Adds the end of the run and its rollback of a first completed step, with the input of the inverse plan.
   * @param forge returns another inverse plan, or changes its input in a way that the end of the run contradicts
   */
  undo(
    forge: { plan?: (plan: Plan) => void; source?: (source: UndoSource) => void; sourceHash?: string } = {},
  ): this {
    const runId = `${this.story.changeId}-run`;
    const [first] = this.#steps;
    const preImage = first?.operation === 'update' ? { preImage: { DisplayName: 'before' } } : {};
    const source: UndoSource = {
      ...{ runId, planHash: this.planHash, taken: [], before: [], standing: [...this.#standing] },
      journal: [{ index: 0, status: 'Succeeded', identifier: first?.id, ...preImage }],
      types: {
        'AWS::SNS::Topic': {
          readOnly: [],
          writeOnly: [],
          sensitive: [],
          properties: { DisplayName: { required: false } },
        },
      },
    };
    const { capsuleHash: capsule } = this;
    const detail = {
      runId,
      status: 'Failed',
      succeeded: 0,
      steps: 1,
      journalHash: journalHash(source.journal),
    };
    this.entry('RunEnded', { capsule, detail });
    const forward = { ...(this.sample.documents.get(this.planHash) as Plan), hash: this.planHash };
    const { hash: _, ...plan } = structuredClone(undoFrom(forward, source));
    forge.plan?.(plan);
    forge.source?.(source);
    const [planHash, sourceHash] = [put(this.sample, plan), put(this.sample, source)];
    this.entry('UndoPlanned', { capsule, detail: { runId, planHash, sourceHash } });
    const begun = { runId: `${runId}-undo`, planHash, sourceHash: forge.sourceHash ?? sourceHash };
    this.entry('RunBegun', { capsule, detail: begun });
    return this;
  }

  /** Adds the end of a run with this many completed steps. */
  end(succeeded: number, runId = `${this.story.changeId}-run`): this {
    const { capsuleHash: capsule } = this;
    this.entry('RunEnded', { capsule, detail: { runId, status: 'Succeeded', succeeded, steps: succeeded } });
    return this;
  }

  close(): this {
    this.entry('RequestClosed');
    return this;
  }
}

export const level = (name: string, quorum: number, ...eligible: string[]): RequiredApproval => ({
  level: name,
  quorum,
  groups: [name],
  eligible: eligible.map((one) => `sso/${one}`),
  because: [],
});

const waiver = {
  rule: 'S3_BUCKET_LOGGING_ENABLED',
  resource: 'Logs',
  reason: 'It holds the logs itself',
  approver: 'CISO',
  expires: '2026-12-31',
  source: 'settings',
};

/** The verdicts for the changes of the sample, with an example of everything. */
const verdictsOfAll = {
  rules: ['S3_BUCKET_LOGGING_ENABLED', 'S3_BUCKET_VERSIONING_ENABLED', 'RDS_STORAGE_ENCRYPTED'],
  violations: [{ rule: 'S3_BUCKET_VERSIONING_ENABLED', enforcement: 'warn', severity: 'low' }],
  pending: [{ rule: 'RDS_STORAGE_ENCRYPTED' }],
  waived: [{ rule: 'S3_BUCKET_LOGGING_ENABLED', waiver }],
};

/** Returns five valid changes, one of each kind. The last entries come after the newest seal. */
export function goodSample(): Sample {
  const sample = emptySample();
  new ChangeStory(sample, { changeId: 'CHG-standard', from: 0 })
    .open()
    .run()
    .asset('a1', 'create:A')
    .end(1)
    .close();
  seal(sample, minute(30));
  const approvals = [level('owner', 1, 'olga', 'otto'), level('authority', 2, 'anna', 'anton', 'olga')];
  const normal = new ChangeStory(sample, {
    ...{ changeId: 'CHG-normal', type: 'normal', approvals, from: 40, expiresAt: minute(500) },
    steps: ['update:A', 'create:B'],
    verdicts: verdictsOfAll,
  });
  normal.open().decide('otto').decide('anna');
  normal.entry('CapsuleStale', { capsule: normal.capsuleHash });
  normal.open().decide('otto', 'approve', 'looks right').decide('anna').decide('olga');
  normal.entry('ChangeApproved', { capsule: normal.capsuleHash });
  normal.run().asset('a1', 'update:A', 'AssetChanged').asset('b1', 'create:B').end(2).close();
  seal(sample, minute(90));
  new ChangeStory(sample, { changeId: 'CHG-undone', from: 100 })
    .open()
    .run()
    .asset('c1', 'create:A')
    .undo()
    .asset('c1', 'delete:A', 'AssetRetired', 'CHG-undone-run-undo')
    .close();
  const emergency = new ChangeStory(sample, {
    ...{ changeId: 'CHG-emergency', type: 'emergency', approvals, from: 120 },
  });
  emergency.open().run().asset('d1', 'create:A').close();
  emergency.entry('ChangeReviewDue', { capsule: emergency.capsuleHash, detail: { reviewBy: minute(1000) } });
  emergency.decide('olga', 'reject', 'should have waited');
  emergency.entry('ChangeReviewed', { capsule: emergency.capsuleHash });
  seal(sample, minute(200));
  new ChangeStory(sample, { changeId: 'CHG-late', from: 210 })
    .open()
    .run()
    .asset('a1', 'create:A', 'AssetChanged');
  return sample;
}
