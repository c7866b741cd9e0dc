import { CloudControlClient } from '@aws-sdk/client-cloudcontrol';
import { ServiceError } from '../../lib/aws/signed-fetch.ts';
import type { Place } from '../../lib/model/place.ts';
import { CloudControl } from '../../lib/providers/cloud-control.ts';
import { clientSettings, smallWorld } from '../local/small-world.ts';
import { MemoryProvider, type ResourceModel } from './memory-provider.ts';
import { plainModel, rehearsalModel } from './models.ts';
import { describeProvider, type Fault, type Harness } from './provider.ts';
import { failChange, recordWorld } from './record-world.ts';

describeProvider('Cloud Control on the local cloud', cloudControl);
// Route 53 knows no client tokens, and a change that it accepted takes effect.
describeProvider('Route 53 on the local cloud', route53, [
  ...(['client tokens', 'failing operations', 'write-only properties'] as const),
]);
describeProvider('The model of rehearsals', async () => inMemory(rehearsalModel));
describeProvider('A provider in memory', async () => inMemory(plainModel));

async function cloudControl(): Promise<Harness> {
  let fault: Fault | undefined;
  const world = await smallWorld({
    cloud: {
      faultFor: () => {
        const asked = fault && { errorCode: fault.code, at: fault.at, effect: fault.effect };
        fault = undefined;
        return asked;
      },
    },
  });
  const [, role = ''] = String(world.outputs.ProvisioningRoleArn).split(':role/');
  const { account, region } = world;
  return {
    provider: new CloudControl((region) => new CloudControlClient({ ...clientSettings(world), region })),
    place: { account, region, role },
    settle: () => world.clock.quiet(),
    still: (work) => world.clock.busy(work),
    failNext: (next) => {
      fault = next;
    },
    causes: [
      ['a throttled call', named('ThrottlingException', 400), 'passing', false],
      ['a busy resource', named('ConcurrentOperationException', 400), 'passing', false],
      ['a refused call', named('ValidationException', 400), 'permanent', false],
      ['a right that is missing', named('AccessDeniedException', 403), 'permanent', false],
      ['an error of the server', named('HandlerInternalFailureException', 502), 'passing', true],
      ['an answer that never came', named('TimeoutError'), 'passing', true],
      [
        'an operation that may pass',
        { OperationStatus: 'FAILED', ErrorCode: 'Throttling' },
        'passing',
        false,
      ],
      [
        'an operation that lasts',
        { OperationStatus: 'FAILED', ErrorCode: 'NotUpdatable' },
        'permanent',
        false,
      ],
      ['an operation that was cancelled', { OperationStatus: 'CANCEL_COMPLETE' }, 'passing', false],
      ['a code of tomorrow', { OperationStatus: 'FAILED', ErrorCode: 'New' }, 'permanent', false],
    ],
    close: () => world.stop(),
  };
}

async function route53(): Promise<Harness> {
  const { world, provider, place, zone } = await recordWorld();
  const { route53: service } = world.services;
  return {
    ...{ provider, place },
    subject: {
      type: 'AWS::Route53::RecordSet',
      properties: (name, days) => ({
        ...{ HostedZoneId: zone, Name: `${name}.example.com`, Type: 'A', ResourceRecords: ['192.0.2.1'] },
        TTL: String(days ?? 60),
      }),
      days: (days) => ['TTL', String(days)],
      fixed: 'Name',
      identifierOf: (name) => `${zone}|${name}.example.com|A`,
    },
    settle: () => world.clock.pass(60_000),
    still: (work) => world.clock.busy(work),
    failNext: ({ code, effect }) => failChange(service, code, effect),
    causes: [
      ['a throttled call', new ServiceError('Throttling', 'why', 400), 'passing', false],
      ['a busy zone', new ServiceError('PriorRequestNotComplete', 'why', 400), 'passing', false],
      ['a refused batch', new ServiceError('InvalidChangeBatch', 'why', 400), 'permanent', false],
      ['a right that is missing', new ServiceError('AccessDenied', 'why', 403), 'permanent', false],
      ['an error of the server', new ServiceError('InternalFailure', 'why', 500), 'passing', true],
      ['an answer that never came', new TypeError('fetch failed'), 'passing', true],
    ],
    close: () => world.stop(),
  };
}

/** Returns an error as the SDK throws it, with the status of the response. Without a status, there was no response. */
function named(name: string, httpStatusCode?: number): Error {
  return Object.assign(new Error('why'), { name, $metadata: { httpStatusCode } });
}

function inMemory(model: () => ResourceModel): Harness {
  const provider = new MemoryProvider(model);
  const place: Place = { account: '111111111111', region: 'us-east-1', role: 'provisioning' };
  return {
    ...{ provider, place },
    settle: async () => provider.settle(),
    still: (work) => work(),
    failNext: (fault) => provider.failNext(fault),
    causes: [
      ['a failure that may pass', { code: 'Throttling', message: 'slower' }, 'passing', false],
      ['a failure that lasts', { code: 'NotUpdatable', message: 'fixed' }, 'permanent', false],
    ],
    close: async () => {},
  };
}
