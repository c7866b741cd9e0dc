/**
 * Replaces the SDK's `@aws-sdk/endpoint-cache` in bundles, whose LRU cache adds 7 KB. The DynamoDB client caches endpoints
 * only with endpoint discovery, which is off by default. A cache that stores nothing is correct in any case.
 */
export class EndpointCache {
  getEndpoint(): undefined {
    return undefined;
  }

  get(): undefined {
    return undefined;
  }

  has(): boolean {
    return false;
  }

  set(): void {}

  delete(): void {}

  clear(): void {}
}
