/** Objects of versioned and unversioned buckets, in memory. `snapshot` and `restore` are for worlds that are stored. */
import { createHash } from 'node:crypto';
import type { JsonObject } from '../../model/json.ts';
import type { Random } from '../random.ts';

export interface BucketDefinition {
  name: string;
  versioned: boolean;
  kmsKeyArn?: string;
}

export interface StoredObject {
  key: string;
  versionId: string;
  body: Buffer;
  etag: string;
  lastModifiedMillis: number;
  /** Headers of the put that a get returns: content type, metadata, checksums. */
  headers: Record<string, string>;
  deleteMarker: boolean;
}

interface Bucket {
  definition: BucketDefinition;
  /** Versions of each key, newest last. */
  objects: Map<string, StoredObject[]>;
}

const VERSION_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.';

export class ObjectStore {
  private readonly buckets = new Map<string, Bucket>();
  private readonly random: Random;

  constructor(random: Random) {
    this.random = random;
  }

  add(definition: BucketDefinition): void {
    this.buckets.set(definition.name, { definition, objects: new Map() });
  }

  bucket(name: string): BucketDefinition | undefined {
    return this.buckets.get(name)?.definition;
  }

  bucketNames(): string[] {
    return [...this.buckets.keys()];
  }

  put(
    bucketName: string,
    key: string,
    content: Pick<StoredObject, 'body' | 'headers' | 'lastModifiedMillis'>,
  ) {
    const etag = `"${createHash('md5').update(content.body).digest('hex')}"`;
    return this.append(bucketName, { key, ...content, etag, versionId: '', deleteMarker: false });
  }

  /** Returns a version, or the newest. Returns undefined if it doesn't exist or is a delete marker. */
  get(bucketName: string, key: string, versionId?: string): StoredObject | undefined {
    const versions = this.buckets.get(bucketName)?.objects.get(key) ?? [];
    const found =
      versionId === undefined ? versions.at(-1) : versions.find((version) => version.versionId === versionId);
    return found?.deleteMarker ? undefined : found;
  }

  /** Without a version id, adds a delete marker in a versioned bucket. Otherwise removes the object. */
  delete(
    bucketName: string,
    key: string,
    versionId: string | undefined,
    nowMillis: number,
  ): StoredObject | undefined {
    const bucket = this.buckets.get(bucketName);
    if (bucket === undefined) return undefined;
    if (versionId === undefined && bucket.definition.versioned) {
      const marker = { body: Buffer.alloc(0), headers: {}, lastModifiedMillis: nowMillis, etag: '' };
      return this.append(bucketName, { key, ...marker, versionId: '', deleteMarker: true });
    }
    const versions = bucket.objects.get(key) ?? [];
    const left = versionId === undefined ? [] : versions.filter((version) => version.versionId !== versionId);
    if (left.length > 0) bucket.objects.set(key, left);
    else bucket.objects.delete(key);
    return undefined;
  }

  /** Returns the newest versions, sorted by key as S3 lists them. */
  list(bucketName: string, prefix: string): StoredObject[] {
    const objects = [...(this.buckets.get(bucketName)?.objects.values() ?? [])];
    return objects
      .flatMap((versions) => versions.at(-1) ?? [])
      .filter((object) => !object.deleteMarker && object.key.startsWith(prefix))
      .sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
  }

  snapshot(): JsonObject {
    const buckets = [...this.buckets].map(([name, bucket]) => [
      name,
      [...bucket.objects.values()]
        .flat()
        .map((object) => ({ ...object, body: object.body.toString('base64') })),
    ]);
    return Object.fromEntries(buckets) as JsonObject;
  }

  restore(snapshot: JsonObject): void {
    for (const [name, objects] of Object.entries(snapshot)) {
      const bucket = this.buckets.get(name);
      for (const object of objects as unknown as (StoredObject & { body: unknown })[]) {
        const restored = { ...object, body: Buffer.from(String(object.body), 'base64') };
        bucket?.objects.set(object.key, [...(bucket.objects.get(object.key) ?? []), restored]);
      }
    }
  }

  private append(bucketName: string, object: StoredObject): StoredObject {
    const bucket = this.buckets.get(bucketName);
    if (bucket === undefined) throw new Error(`no bucket ${bucketName}`);
    const { versioned } = bucket.definition;
    const stored = { ...object, versionId: versioned ? this.random.text(32, VERSION_ALPHABET) : 'null' };
    const earlier = versioned ? (bucket.objects.get(object.key) ?? []) : [];
    bucket.objects.set(object.key, [...earlier, stored]);
    return stored;
  }
}
