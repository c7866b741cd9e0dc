import { isObject, type JsonValue } from '../model/json.ts';
import { isRecordSet } from '../model/record-sets.ts';
import { fitsWildcard } from '../model/wildcard.ts';
import { type AliasRecord, nounOf, queuePath, uniqueIn } from './aliases.ts';

/** A place in the properties of a resource that names an asset of another scope. */
export interface Named {
  /** Dotted path. */
  path: string;
  /** The text that names the asset. */
  text: string;
  asset: AliasRecord;
}

/** Types that properties of any service refer to by name. */
const namedAnywhere = new Set(
  'bucket role loggroup secret topic queue function eventbus userpool hostedzone instanceprofile managedpolicy'.split(
    ' ',
  ),
);
/** A name of this length that contains a separator isn't an ordinary word. */
const longName = /^(?=.{12,}$)\w+[-_./]/;
/** Buckets by URL ("Virtual hosting of buckets", Amazon S3 User Guide). */
const bucketUrls = [
  /\bs3:\/\/([a-z0-9.-]{3,63})/g,
  /\b([a-z0-9.-]{3,63})\.s3[.-][\w.-]*amazonaws\.com/g,
  /\bs3[.-][\w.-]*amazonaws\.com(?:\.cn)?\/([a-z0-9.-]{3,63})/g,
];

/** Finds the assets of other scopes that a resource names. Pure. Built once for all resources of a plan. */
export class AliasIndex {
  readonly #ids = new Map<string, AliasRecord[]>();
  readonly #names = new Map<string, AliasRecord[]>();
  readonly #arns: string[];
  readonly #scope: string;

  constructor(records: readonly AliasRecord[], scope: string) {
    this.#scope = scope;
    for (const record of records) {
      for (const id of record.ids) add(this.#ids, id, record);
      for (const path of record.ids.flatMap((id) => queuePath(id) ?? [])) add(this.#ids, path, record);
      for (const name of record.names) add(this.#names, name, record);
    }
    this.#arns = [...this.#ids.keys()].filter((id) => id.startsWith('arn:')).sort();
  }

  /** Returns each place that names an asset of another scope and none of its own scope. */
  namedBy(type: string, value: JsonValue, path = ''): Named[] {
    if (typeof value === 'string') return this.#namedByText(type, value, path);
    if (Array.isArray(value))
      return value.flatMap((one, index) => this.namedBy(type, one, under(path, String(index))));
    if (!isObject(value)) return [];
    // Keys can also be names: in policy conditions, or in maps by ARN.
    return Object.entries(value).flatMap(([name, one]) => [
      ...this.#namedByText(type, name, under(path, name)),
      ...this.namedBy(type, one, under(path, name)),
    ]);
  }

  #namedByText(type: string, text: string, path: string): Named[] {
    const found = new Map<string, Named>();
    const note = (records: readonly AliasRecord[], named: string) => {
      if (records.some(({ scope }) => scope === this.#scope)) return;
      for (const asset of records)
        if (!found.has(asset.assetId)) found.set(asset.assetId, { path, text: named, asset });
    };
    for (const token of new Set([...uniqueIn(text), ...uniqueIn(withoutServiceLabels(text))]))
      note(token.startsWith('arn:') ? this.#byArn(token) : this.#byId(token), token);
    for (const form of bucketUrls)
      for (const [, name = ''] of text.matchAll(form)) note(this.#ofType(name, 'AWS::S3::Bucket'), name);
    for (const name of namesIn(text)) note(this.#byName(type, name, path), name);
    return [...found.values()];
  }

  #byId(token: string): AliasRecord[] {
    const forms = [token, token.replace(/[/.,)]+$/, ''), queuePath(token) ?? ''];
    return forms.map((form) => this.#ids.get(form)).find((found) => found !== undefined) ?? [];
  }

  /**
   * Returns what an ARN names: a resource, a part of one, or with wildcards, resources whose names it partly contains.
   */
  #byArn(arn: string): AliasRecord[] {
    for (
      let part = arn;
      part.length > 0;
      part = part.slice(0, Math.max(part.lastIndexOf(':'), part.lastIndexOf('/'), 0))
    ) {
      const exact = this.#ids.get(part);
      if (exact !== undefined) return exact;
    }
    const [, , service = '', , , ...rest] = arn.split(':');
    const resource = rest.join(':');
    if (/[*?]/.test(arn)) return this.#byPattern(arn, resource);
    // A resource whose own ARN is unknown is matched by name: /prod/key in parameter/prod/key.
    const names = [
      resource,
      resource.replace(/^[\w-]+[:/]/, ''),
      resource.replace(/^[\w-]+(?=\/)/, ''),
      resource.split('/').at(-1) ?? '',
    ];
    return names
      .flatMap((name) => this.#names.get(name) ?? [])
      .filter(({ type }) => type.split('::')[1]?.toLowerCase() === service);
  }

  #byPattern(pattern: string, resource: string): AliasRecord[] {
    const literal = lettersOf(resource);
    if (literal < 5) return [];
    const glob = pattern.replaceAll('?', '*');
    const prefix = glob.slice(0, glob.indexOf('*'));
    const matching: AliasRecord[] = [];
    for (let at = lowerBound(this.#arns, prefix); this.#arns[at]?.startsWith(prefix); at += 1) {
      const arn = this.#arns[at] ?? '';
      const whole = lettersOf(arn.split(':').slice(5).join(':'));
      if (literal * 2 >= whole && (fitsWildcard(glob, arn) || fitsWildcard(glob, `${arn}/`)))
        matching.push(...(this.#ids.get(arn) ?? []));
    }
    return matching;
  }

  #ofType(name: string, type: string): AliasRecord[] {
    return (this.#names.get(name) ?? []).filter((record) => record.type === type);
  }

  /**
   * Returns what a name refers to in a property that expects such a resource. The resource's own name refers to no
   * other.
   */
  #byName(type: string, name: string, path: string): AliasRecord[] {
    const property = path.split('.').findLast((part) => !/^\d+$/.test(part)) ?? '';
    const letters = property.replace(/[^A-Za-z]/g, '').toLowerCase();
    const scales = property === 'ResourceId' && type.startsWith('AWS::ApplicationAutoScaling::');
    return (this.#names.get(name) ?? []).filter((record) => {
      const noun = nounOf(record.type);
      // Records of any type answer for their name, also if it has two labels only or a wildcard.
      if (property === 'Name' && isRecordSet(type) && isRecordSet(record.type)) return true;
      // Scalable resources can be of any type: `table/NAME`, `service/CLUSTER/NAME`. Other accounts may have the same
      // names.
      if (scales) return longName.test(name) || this.#scope.startsWith(`${record.environment}/`);
      if (
        !letters.includes(noun) ||
        (record.type === type && !path.includes('.') && !/Source|Target/.test(path))
      )
        return false;
      const sameService = record.type.split('::')[1] === type.split('::')[1];
      return sameService || namedAnywhere.has(noun) || longName.test(name);
    });
  }
}

/**
 * Returns a text as a name, and the names in it: `ACCOUNT:function:NAME:ALIAS`, `table/NAME`, `_acme-challenge.NAME`.
 * Excludes those in ARNs and URLs.
 */
function namesIn(text: string): Set<string> {
  const parts = /^arn:|:\/\/|\s/.test(text) || text.length > 512 ? [] : text.split(/[:/]/);
  return new Set([text, withoutServiceLabels(text), ...parts]);
}

/** Records below labels such as `_acme-challenge` and `_443._tcp` speak for the name after them (RFC 8552). */
function withoutServiceLabels(text: string): string {
  return text.replace(/^(?:_[^.]+\.)+/, '');
}

function add(map: Map<string, AliasRecord[]>, key: string, record: AliasRecord): void {
  const there = map.get(key);
  if (there === undefined) map.set(key, [record]);
  else there.push(record);
}

function under(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

/** Returns the number of characters in a resource's name, without its kind and without wildcards. */
function lettersOf(resource: string): number {
  return resource
    .replace(/^[a-z-]+[:/]/, '')
    .replace(/^\/?aws\/\w+\//, '')
    .replace(/[*?]/g, '').length;
}

function lowerBound(sorted: readonly string[], text: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? '') < text) low = middle + 1;
    else high = middle;
  }
  return low;
}
