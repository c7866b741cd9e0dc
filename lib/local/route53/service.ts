/** The part of Route 53's API that Baton calls: records of hosted zones that exist, and the state of changes. */
import type { Clock } from '../clock.ts';
import { RateLimit } from '../cloud-control/rate-limit.ts';
import type { ResourceStore } from '../cloud-control/resource-store.ts';
import type { RestCall, RestHandler } from '../gateway/gateway.ts';
import { ServiceError } from '../gateway/wire.ts';
import type { Random } from '../random.ts';
import { conditionName, storedName } from './names.ts';
import { applied, type BatchChange, changesIn, pageOf, type StoredRecord } from './records.ts';
import { answer, failure, parse, write } from './xml.ts';

/** Changes reach all name servers in under 60 seconds, usually ("GetChange", Amazon Route 53 API Reference). */
const syncMillis = 40_000;
/** Requests a second for each account ("Quotas", Amazon Route 53 Developer Guide). */
const callsPerSecond = 5;

interface Submitted {
  id: string;
  atMillis: number;
}

export interface Route53State {
  zones: Record<string, StoredRecord[]>;
  changes: Submitted[];
}

export interface Route53Options {
  clock: Clock;
  random: Random;
  store: ResourceStore;
}

export class Route53Service {
  private readonly options: Route53Options;
  /** Tests of anything else replace it. */
  limit: RateLimit;
  private zones = new Map<string, StoredRecord[]>();
  private changes = new Map<string, Submitted>();
  /** Faults for tests: called before an operation, and after a change has taken effect. Each may throw. */
  onCall: ((operation: string, phase: 'before' | 'after') => void) | undefined;

  constructor(options: Route53Options) {
    this.options = options;
    this.limit = new RateLimit(callsPerSecond, options.clock.now());
  }

  /** Returns the records of a zone in the words of a listing, for tests. */
  recordsOf(zone: string): readonly StoredRecord[] {
    return this.zones.get(zone) ?? [];
  }

  readonly handle: RestHandler = async (call) => {
    try {
      const body = this.route(call);
      return { status: 200, headers: { 'content-type': 'text/xml' }, body };
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      const body = failure(error, call.requestId);
      return { status: error.statusCode, headers: { 'content-type': 'text/xml' }, body };
    }
  };

  private route(call: RestCall): string {
    const { request, region } = call;
    if (region !== 'us-east-1')
      throw new ServiceError('InvalidSignatureException', 'Credential should be scoped to us-east-1.', {
        statusCode: 403,
      });
    const [, version, kind = '', id = '', rest] = request.path.split('/').map(decodeURIComponent);
    const operation = `${request.method} ${kind}${rest === undefined ? '' : `/${rest}`}`;
    const operations: Record<string, (id: string, call: RestCall) => string> = {
      'POST hostedzone/rrset': (zone) => this.change(zone, call),
      'GET hostedzone/rrset': (zone) => this.list(zone, call),
      'GET change': (change) => this.get(change, call),
    };
    const perform = version === '2013-04-01' ? operations[operation] : undefined;
    if (perform === undefined)
      throw new ServiceError('UnknownOperationException', `The local Route 53 does not know ${operation}.`, {
        statusCode: 404,
      });
    return perform(id, call);
  }

  private change(zone: string, call: RestCall): string {
    const { request, demand } = call;
    const changes = changesIn(parse(request.body.toString('utf8')));
    demand([
      {
        action: 'route53:ChangeResourceRecordSets',
        resource: `arn:aws:route53:::hostedzone/${zone}`,
        context: contextOf(changes),
      },
    ]);
    this.admit('ChangeResourceRecordSets', call);
    const after = applied(this.zones.get(zone) ?? [], changes, this.nameOf(zone));
    this.zones.set(zone, after);
    const { clock, random } = this.options;
    const submitted = {
      id: `C${random.uuid().replaceAll('-', '').slice(0, 20).toUpperCase()}`,
      atMillis: clock.now(),
    };
    this.changes.set(submitted.id, submitted);
    this.onCall?.('ChangeResourceRecordSets', 'after');
    return answer('ChangeResourceRecordSetsResponse', this.info(submitted));
  }

  private list(zone: string, call: RestCall): string {
    const { request, demand } = call;
    demand([{ action: 'route53:ListResourceRecordSets', resource: `arn:aws:route53:::hostedzone/${zone}` }]);
    this.admit('ListResourceRecordSets', call);
    this.nameOf(zone);
    const { page, next, most } = pageOf(this.zones.get(zone) ?? [], request.query);
    const tail =
      next === undefined
        ? '<IsTruncated>false</IsTruncated>'
        : `<IsTruncated>true</IsTruncated><NextRecordName>${next.name}</NextRecordName><NextRecordType>${next.type}</NextRecordType>` +
          (next.setIdentifier === undefined
            ? ''
            : write({ name: 'NextRecordIdentifier', text: next.setIdentifier, children: [] }));
    const records = page.map(({ element }) => write(element)).join('');
    return answer(
      'ListResourceRecordSetsResponse',
      `<ResourceRecordSets>${records}</ResourceRecordSets>${tail}<MaxItems>${most}</MaxItems>`,
    );
  }

  private get(id: string, call: RestCall): string {
    call.demand([{ action: 'route53:GetChange', resource: `arn:aws:route53:::change/${id}` }]);
    this.admit('GetChange', call);
    const submitted = this.changes.get(id);
    if (submitted === undefined)
      throw new ServiceError('NoSuchChange', `A change with the specified id ${id} does not exist.`, {
        statusCode: 404,
      });
    return answer('GetChangeResponse', this.info(submitted));
  }

  /** The calls of people are not limited: time does not pass between them. */
  private admit(operation: string, { caller }: RestCall): void {
    this.onCall?.(operation, 'before');
    if (caller.kind !== 'session') return;
    if (!this.limit.take(this.options.clock.now())) throw new ServiceError('Throttling', 'Rate exceeded');
  }

  private info({ id, atMillis }: Submitted): string {
    const status = this.options.clock.now() >= atMillis + syncMillis ? 'INSYNC' : 'PENDING';
    const at = new Date(atMillis).toISOString();
    return `<ChangeInfo><Id>/change/${id}</Id><Status>${status}</Status><SubmittedAt>${at}</SubmittedAt></ChangeInfo>`;
  }

  /** @throws ServiceError NoSuchHostedZone */
  private nameOf(zone: string): string {
    const found = this.options.store.get('AWS::Route53::HostedZone', zone);
    if (found !== undefined) return storedName(String(found.properties.Name));
    this.zones.delete(zone);
    throw new ServiceError('NoSuchHostedZone', `No hosted zone found with ID: ${zone}`, { statusCode: 404 });
  }

  snapshot(): Route53State {
    return { zones: Object.fromEntries(this.zones), changes: [...this.changes.values()] };
  }

  restore({ zones, changes }: Route53State): void {
    this.zones = new Map(Object.entries(zones));
    this.changes = new Map(changes.map((one) => [one.id, one]));
  }
}

/** Source: "Actions, resources, and condition keys for Amazon Route 53", Service Authorization Reference. */
function contextOf(changes: readonly BatchChange[]): Record<string, string[]> {
  const each = (of: (change: BatchChange) => string) => [...new Set(changes.map(of))];
  return {
    'route53:ChangeResourceRecordSetsNormalizedRecordNames': each(({ record }) => conditionName(record.name)),
    'route53:ChangeResourceRecordSetsRecordTypes': each(({ record }) => record.type),
    'route53:ChangeResourceRecordSetsActions': each(({ action }) => action),
  };
}
