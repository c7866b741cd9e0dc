import { beforeEach, describe, expect, it } from 'vitest';
import { ServiceError, type SignedFetch, type SignedRequest } from '../../lib/aws/signed-fetch.ts';
import { DocumentMissing, Documents } from '../../lib/documents/documents.ts';
import { spilled, whole } from '../../lib/documents/spill.ts';
import { sha256 } from '../../lib/model/json.ts';

/** An in-memory bucket that records its calls by method and path. */
class Bucket {
  readonly objects = new Map<string, string>();
  readonly calls: string[] = [];
  async text({ method, path, body = '' }: SignedRequest): Promise<string> {
    this.calls.push(`${method} ${path}`);
    if (method === 'PUT') this.objects.set(path, body);
    const found = this.objects.get(path);
    if (found === undefined) throw new ServiceError('NoSuchKey', 'none', 404);
    return found;
  }
}

let bucket: Bucket;
let documents: Documents;
beforeEach(() => {
  bucket = new Bucket();
  documents = new Documents(bucket as unknown as SignedFetch, 'documents');
});

describe('a document', () => {
  it('that is missing is a DocumentMissing that names it', async () => {
    await expect(documents.get('f'.repeat(64))).rejects.toThrow(DocumentMissing);
    await expect(documents.get('f'.repeat(64))).rejects.toThrow(`documents/${'f'.repeat(64)}.json`);
  });

  it('whose content does not match its hash is a DocumentMissing too', async () => {
    const hash = await documents.put({ a: 1 });
    for (const path of bucket.objects.keys()) bucket.objects.set(path, '{"a":2}');
    const cold = new Documents(bucket as unknown as SignedFetch, 'documents');
    await expect(cold.get(hash)).rejects.toThrow(`does not have the SHA-256 ${hash}`);
  });

  it('with a reference is checked against its hash, in the given version', async () => {
    const path = '/documents/requests/a%20b?versionId=v%2F1';
    bucket.objects.set(path, 'text');
    const reference = { key: 'requests/a b', versionId: 'v/1', sha256: sha256('text') };
    expect(await documents.text(reference)).toBe('text');
    await expect(documents.text({ ...reference, sha256: '0'.repeat(64) })).rejects.toThrow(DocumentMissing);
    await expect(documents.text({ ...reference, versionId: 'v2' })).rejects.toThrow(
      'no document requests/a b',
    );
  });

  it("that can't be read for another reason throws that error", async () => {
    bucket.text = async () => {
      throw new ServiceError('AccessDenied', 'no', 403);
    };
    await expect(documents.get('a'.repeat(64))).rejects.toThrow('AccessDenied');
  });

  it('is looked for without reading it; an error other than its absence is an error', async () => {
    const hash = await documents.put({ a: 1 });
    expect(await documents.has(hash)).toBe(true);
    expect(await documents.has('b'.repeat(64))).toBe(false);
    bucket.text = async () => {
      throw new ServiceError('AccessDenied', 'no', 403);
    };
    await expect(documents.has(hash)).rejects.toThrow('AccessDenied');
  });

  it('has the same hash for any order of its keys, and is stored once', async () => {
    expect(await documents.put({ a: 1, b: { c: 2, d: 3 } })).toBe(
      await documents.put({ b: { d: 3, c: 2 }, a: 1 }),
    );
    expect(bucket.objects.size).toBe(1);
  });

  it('is returned as it was stored, also to other readers', async () => {
    const hash = await documents.put({ a: [1, 'ä', null] });
    const cold = new Documents(bucket as unknown as SignedFetch, 'documents');
    expect(await cold.get(hash)).toEqual({ a: [1, 'ä', null] });
  });

  it('is read once while it is cached; the fifth evicts the first', async () => {
    const hashes = await Promise.all([1, 2, 3, 4, 5].map((n) => documents.put({ n })));
    bucket.calls.length = 0;
    for (const hash of hashes.slice(1)) await documents.get(hash);
    expect(bucket.calls).toEqual([]);
    await documents.get(hashes[0] ?? '');
    expect(bucket.calls.length).toBe(1);
  });
});

describe('a record with a large value', () => {
  it('stores a reference, and is complete when it is read', async () => {
    const record = {
      small: { a: 1 },
      large: { text: 'x'.repeat(30_000) },
      other: { text: 'y'.repeat(30_000) },
    };
    const stored = await spilled(documents, record, ['small', 'large']);
    expect(stored.small).toEqual(record.small);
    expect(JSON.stringify(stored.large).length).toBeLessThan(200);
    expect(stored.other).toBe(record.other);
    expect(await whole(documents, stored)).toEqual(record);
  });
});
