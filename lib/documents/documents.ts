import { ServiceError, type SignedFetch } from '../aws/signed-fetch.ts';
import { PermanentError } from '../model/errors.ts';
import { canonicalJson, sha256 } from '../model/json.ts';

/** A document in the ledger is missing, or its content doesn't match its hash. */
export class DocumentMissing extends PermanentError {
  override readonly name = 'DocumentMissing';
}

/** A document from a sender: an object of the bucket with a pinned version and hash. */
export interface DocumentReference {
  key: string;
  versionId?: string;
  sha256: string;
}

/** Number of parsed documents that a warm function caches. Documents are immutable, so the cache is never stale. */
const kept = 4;

/** Documents addressed by the SHA-256 of their canonical JSON. A document never changes. */
export class Documents {
  readonly #client: SignedFetch;
  readonly #bucket: string;
  readonly #cache = new Map<string, unknown>();

  constructor(client: SignedFetch, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  /** Stores the document and returns its hash. Idempotent. */
  async put(document: unknown): Promise<string> {
    const text = canonicalJson(document);
    const hash = sha256(text);
    await this.#client.text({
      service: 's3',
      method: 'PUT',
      path: this.#path(keyOf(hash)),
      headers: { 'content-type': 'application/json' },
      body: text,
    });
    this.#keep(hash, document);
    return hash;
  }

  /** Tells whether the document with this hash is stored. */
  async has(hash: string): Promise<boolean> {
    const asked = this.#client.text({ service: 's3', method: 'HEAD', path: this.#path(keyOf(hash)) });
    return asked.then(
      () => true,
      (error: unknown) => {
        if (error instanceof ServiceError && error.statusCode === 404) return false;
        throw error;
      },
    );
  }

  /** Returns the document with this hash. @throws DocumentMissing */
  async get<T>(hash: string): Promise<T> {
    if (!this.#cache.has(hash))
      this.#keep(hash, JSON.parse(await this.text({ key: keyOf(hash), sha256: hash })));
    return this.#cache.get(hash) as T;
  }

  /** Returns the text of an object after checking it against its hash. @throws DocumentMissing */
  async text({ key, versionId, sha256: hash }: DocumentReference): Promise<string> {
    const version = versionId === undefined ? '' : `?versionId=${encodeURIComponent(versionId)}`;
    const path = `${this.#path(key)}${version}`;
    const text = await this.#client.text({ service: 's3', method: 'GET', path }).catch((error: unknown) => {
      if (error instanceof ServiceError && error.statusCode === 404)
        throw new DocumentMissing(`There is no document ${key} in the bucket.`);
      throw error;
    });
    if (sha256(text) !== hash)
      // Doesn't reveal the actual hash to a caller who may be guessing.
      throw new DocumentMissing(`Document ${key} does not have the SHA-256 ${hash} that names it.`);
    return text;
  }

  #path(key: string): string {
    return `/${this.#bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
  }

  #keep(hash: string, document: unknown): void {
    this.#cache.set(hash, document);
    const oldest = this.#cache.keys().next().value;
    if (this.#cache.size > kept && oldest !== undefined) this.#cache.delete(oldest);
  }
}

function keyOf(hash: string): string {
  return `documents/${hash}.json`;
}
