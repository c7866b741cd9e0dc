import { describe, expect, it } from 'vitest';
import {
  callsPerSecondOf,
  hasProvider,
  NoProvider,
  providerOf,
  providersOf,
} from '../../lib/providers/registry.ts';

describe('the provider of a type', () => {
  for (const type of ['Kubernetes::Deployment', 'Http::Endpoint', 'aws::S3::Bucket', '', 'MyAWS::S3::Bucket'])
    it(`is refused for ${type || 'no type'}, with what is expected`, () => {
      expect(hasProvider(type)).toBe(false);
      expect(() => providerOf(type)).toThrow(NoProvider);
      expect(() => providerOf(type)).toThrow(/expected a type that begins with AWS::/);
    });
  it('is found by how its name begins, and made when it is asked for', () => {
    let made = 0;
    const provider = { name: 'cloud-control' } as never;
    const records = { name: 'route53' } as never;
    const providers = providersOf({
      route53: () => records,
      'cloud-control': () => {
        made += 1;
        return provider;
      },
    });
    expect(made).toBe(0);
    expect(providers.of('AWS::S3::Bucket')).toBe(provider);
    expect(providers.of('AWS::Route53::HostedZone')).toBe(provider);
    expect(providers.of('AWS::Route53::RecordSetGroup')).toBe(records);
  });
});

describe('the calls a second', () => {
  const settings = { create: 5, update: 5, delete: 0.5 };
  it('are those of the settings', () => {
    expect(callsPerSecondOf('cloud-control', settings)).toEqual(settings);
  });
  it('are fewer for a service that takes fewer', () => {
    expect(callsPerSecondOf('route53', settings)).toEqual({ create: 1, update: 1, delete: 0.5 });
  });
});
