import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';

export interface Buckets {
  documents: s3.Bucket;
  accessLogs: s3.Bucket;
}

/**
 * Creates the bucket of requests, plans and capsules, addressed by their hash. It is versioned, so that an approved
 * document can be read even if its key was written again. Access is logged to a separate bucket.
 */
export function documentsBuckets(scope: Construct, key: kms.IKey): Buckets {
  const closed = {
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    removalPolicy: RemovalPolicy.RETAIN,
    versioned: true,
  };
  const accessLogs = new s3.Bucket(scope, 'DocumentsAccessLogs', {
    ...closed,
    // Log delivery supports SSE-S3 only: "Enabling Amazon S3 server access logging", S3 User Guide.
    encryption: s3.BucketEncryption.S3_MANAGED,
    lifecycleRules: [{ expiration: Duration.days(400), noncurrentVersionExpiration: Duration.days(30) }],
  });
  const documents = new s3.Bucket(scope, 'Documents', {
    ...closed,
    encryption: s3.BucketEncryption.KMS,
    encryptionKey: key,
    bucketKeyEnabled: true,
    serverAccessLogsBucket: accessLogs,
    serverAccessLogsPrefix: 'documents/',
    lifecycleRules: [
      {
        noncurrentVersionExpiration: Duration.days(365),
        abortIncompleteMultipartUploadAfter: Duration.days(7),
      },
    ],
  });
  return { documents, accessLogs };
}
