/**
 * The parts of S3's REST API that documents need, with path-style addresses.
 * Source: Amazon S3 API Reference, "PutObject", "GetObject", "HeadObject", "ListObjectsV2", "Error responses".
 */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Clock } from '../clock.ts';
import { escapeXml } from '../gateway/answers.ts';
import { type HttpAnswer, type HttpRequest, type Permission, ServiceError } from '../gateway/wire.ts';
import { decodeChunked } from './aws-chunked.ts';
import type { ObjectStore, StoredObject } from './object-store.ts';

interface Target {
  bucket: string;
  key: string;
}

const keptHeaders =
  /^(content-type|content-encoding|content-disposition|cache-control|x-amz-meta-.+|x-amz-checksum-(?!algorithm|mode|type).+|x-amz-server-side-encryption.*)$/;
const checksums: Record<string, (body: Buffer) => Buffer> = {
  'x-amz-checksum-sha256': (body) => createHash('sha256').update(body).digest(),
  'x-amz-checksum-sha1': (body) => createHash('sha1').update(body).digest(),
  'x-amz-checksum-crc32': (body) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(crc32(body));
    return bytes;
  },
};

export class S3Service {
  private readonly store: ObjectStore;
  private readonly clock: Clock;
  private readonly region: string;

  constructor(store: ObjectStore, clock: Clock, region: string) {
    this.store = store;
    this.clock = clock;
    this.region = region;
  }

  /** Throws ServiceError, which the gateway converts to S3's XML. */
  handle(request: HttpRequest): HttpAnswer {
    const target = targetOf(request.path);
    if (this.store.bucket(target.bucket) === undefined) {
      throw new ServiceError('NoSuchBucket', 'The specified bucket does not exist', { statusCode: 404 });
    }
    if (target.key === '') return this.handleBucket(target, request);
    const handler = this.objectHandlers[request.method];
    if (handler === undefined) {
      throw new ServiceError('NotImplemented', `The local S3 does not know ${request.method} on objects.`, {
        statusCode: 501,
      });
    }
    return handler(target, request);
  }

  permissions(request: HttpRequest): Permission[] {
    const { bucket, key } = targetOf(request.path);
    const bucketArn = `arn:aws:s3:::${bucket}`;
    if (key === '') {
      const action = request.query.has('versioning') ? 's3:GetBucketVersioning' : 's3:ListBucket';
      return [{ action, resource: bucketArn, context: { 's3:prefix': request.query.get('prefix') ?? '' } }];
    }
    const ofVersion = request.query.has('versionId') ? 'Version' : '';
    const actions: Record<string, string> = {
      PUT: 's3:PutObject',
      DELETE: `s3:DeleteObject${ofVersion}`,
      GET: `s3:GetObject${ofVersion}`,
      HEAD: `s3:GetObject${ofVersion}`,
    };
    const keyArn = this.store.bucket(bucket)?.kmsKeyArn;
    const keyActions: Record<string, string> = {
      PUT: 'kms:GenerateDataKey',
      GET: 'kms:Decrypt',
      HEAD: 'kms:Decrypt',
    };
    const keyAction = keyActions[request.method];
    const needed = [{ action: actions[request.method] ?? 's3:*', resource: `${bucketArn}/${key}` }];
    if (keyArn === undefined || keyAction === undefined) return needed;
    const context = { 'kms:ViaService': `s3.${this.region}.amazonaws.com` };
    return [...needed, { action: keyAction, resource: keyArn, context }];
  }

  private readonly objectHandlers: Record<string, (target: Target, request: HttpRequest) => HttpAnswer> = {
    PUT: (target, request) => this.put(target, request),
    GET: (target, request) => this.get(target, request, true),
    HEAD: (target, request) => this.get(target, request, false),
    DELETE: (target, request) => {
      const versionId = request.query.get('versionId') ?? undefined;
      const marker = this.store.delete(target.bucket, target.key, versionId, this.clock.now());
      const headers: Record<string, string> = marker
        ? { 'x-amz-delete-marker': 'true', 'x-amz-version-id': marker.versionId }
        : {};
      return { status: 204, headers, body: '' };
    },
  };

  private put({ bucket, key }: Target, request: HttpRequest): HttpAnswer {
    const chunked = (request.headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-');
    const decoded = chunked ? decodeChunked(request.body) : { body: request.body, trailers: {} };
    const given: Record<string, string> = { ...request.headers, ...decoded.trailers };
    refuseWrongChecksum(given, decoded.body);
    const existing = this.store.get(bucket, key);
    const wanted = given['if-match'];
    if ((given['if-none-match'] === '*' && existing) || (wanted !== undefined && wanted !== existing?.etag)) {
      throw new ServiceError(
        'PreconditionFailed',
        'At least one of the pre-conditions you specified did not hold',
        {
          statusCode: 412,
        },
      );
    }
    const headers = Object.fromEntries(Object.entries(given).filter(([name]) => keptHeaders.test(name)));
    const stored = this.store.put(bucket, key, {
      body: decoded.body,
      headers,
      lastModifiedMillis: this.clock.now(),
    });
    return { status: 200, headers: { ...versionHeaders(stored), ...checksumHeaders(stored) }, body: '' };
  }

  private get({ bucket, key }: Target, request: HttpRequest, withBody: boolean): HttpAnswer {
    const versionId = request.query.get('versionId') ?? undefined;
    const found = this.store.get(bucket, key, versionId);
    if (found === undefined) {
      const code = versionId === undefined ? 'NoSuchKey' : 'NoSuchVersion';
      throw new ServiceError(code, 'The specified key does not exist.', { statusCode: 404 });
    }
    const headers = {
      ...found.headers,
      ...versionHeaders(found),
      'last-modified': new Date(found.lastModifiedMillis).toUTCString(),
      'content-length': String(found.body.length),
      'accept-ranges': 'bytes',
    };
    if (request.headers['if-none-match'] === found.etag)
      return { status: 304, headers: versionHeaders(found), body: '' };
    return { status: 200, headers, body: withBody ? found.body : '' };
  }

  private handleBucket({ bucket }: Target, request: HttpRequest): HttpAnswer {
    if (request.method === 'HEAD')
      return { status: 200, headers: { 'x-amz-bucket-region': this.region }, body: '' };
    if (request.method !== 'GET') {
      throw new ServiceError('NotImplemented', 'Buckets of the local S3 come from the template.', {
        statusCode: 501,
      });
    }
    if (request.query.has('versioning')) {
      const status = this.store.bucket(bucket)?.versioned ? '<Status>Enabled</Status>' : '';
      return xml(`<VersioningConfiguration>${status}</VersioningConfiguration>`);
    }
    const prefix = request.query.get('prefix') ?? '';
    const max = Math.min(1000, Number(request.query.get('max-keys') ?? 1000));
    const after = request.query.get('continuation-token') ?? request.query.get('start-after') ?? '';
    const all = this.store.list(bucket, prefix).filter((object) => object.key > after);
    const page = all.slice(0, max);
    const contents = page.map(
      (object) =>
        `<Contents><Key>${escapeXml(object.key)}</Key><LastModified>${new Date(object.lastModifiedMillis).toISOString()}</LastModified>` +
        `<ETag>${escapeXml(object.etag)}</ETag><Size>${object.body.length}</Size><StorageClass>STANDARD</StorageClass></Contents>`,
    );
    const more = all.length > page.length;
    const token = more
      ? `<NextContinuationToken>${escapeXml(page.at(-1)?.key ?? '')}</NextContinuationToken>`
      : '';
    return xml(
      `<ListBucketResult><Name>${bucket}</Name><Prefix>${escapeXml(prefix)}</Prefix><KeyCount>${page.length}</KeyCount>` +
        `<MaxKeys>${max}</MaxKeys><IsTruncated>${more}</IsTruncated>${token}${contents.join('')}</ListBucketResult>`,
    );
  }
}

function targetOf(path: string): Target {
  const [, bucket = '', ...key] = path.split('/');
  return { bucket, key: decodeURIComponent(key.join('/')) };
}

function versionHeaders(object: StoredObject): Record<string, string> {
  return {
    etag: object.etag,
    ...(object.versionId === 'null' ? {} : { 'x-amz-version-id': object.versionId }),
  };
}

function checksumHeaders(object: StoredObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(object.headers).filter(([name]) => name.startsWith('x-amz-checksum-')),
  );
}

function refuseWrongChecksum(headers: Record<string, string>, body: Buffer): void {
  for (const [name, compute] of Object.entries(checksums)) {
    const given = headers[name];
    if (given === undefined || compute(body).toString('base64') === given) continue;
    throw new ServiceError(
      'BadDigest',
      `The ${name.slice(15).toUpperCase()} you specified did not match the calculated checksum.`,
    );
  }
}

function xml(body: string): HttpAnswer {
  return {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}`,
  };
}
