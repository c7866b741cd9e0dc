/**
 * The part of the EC2 API that the stack reads: `DescribeSubnets`, in EC2's form of the Query protocol. Source: Amazon
 * EC2 API Reference; "Subnet sizing" (five addresses of each subnet are reserved), Amazon VPC User Guide.
 */
import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { valueAtPath } from '../../model/property-path.ts';
import type { ResourceStore } from '../cloud-control/resource-store.ts';
import { escapeXml } from '../gateway/answers.ts';
import type { RestHandler } from '../gateway/gateway.ts';
import { ServiceError } from '../gateway/wire.ts';

const reservedAddresses = 5;

/** Types whose units take an address each, and where they name their subnets. */
const placed: Readonly<Record<string, { subnets: string; count: string }>> = {
  'AWS::ECS::Service': {
    ...{ subnets: 'NetworkConfiguration.AwsvpcConfiguration.Subnets', count: 'DesiredCount' },
  },
  'AWS::AutoScaling::AutoScalingGroup': { subnets: 'VPCZoneIdentifier', count: 'DesiredCapacity' },
  'AWS::EKS::Nodegroup': { subnets: 'Subnets', count: 'ScalingConfig.DesiredSize' },
};

export function ec2Handler(storeOf: (region: string) => ResourceStore): RestHandler {
  return async ({ request, requestId, region, demand }) => {
    const input = new URLSearchParams(request.body.toString('utf8'));
    const action = input.get('Action') ?? '';
    if (action !== 'DescribeSubnets')
      throw new ServiceError('InvalidAction', `The local EC2 does not know ${action}.`);
    demand([{ action: 'ec2:DescribeSubnets', resource: '*' }]);
    const wanted = [...input].flatMap(([name, value]) =>
      /^Filter\.1\.Value\.\d+$/.test(name) ? [value] : [],
    );
    const store = storeOf(region);
    const items = store
      .list('AWS::EC2::Subnet')
      .filter(({ identifier }) => wanted.length === 0 || wanted.includes(identifier))
      .map(({ identifier, properties }) => {
        const free = Math.max(0, sizeOf(properties) - reservedAddresses - usedIn(store, identifier));
        return (
          `<item><subnetId>${escapeXml(identifier)}</subnetId>` +
          `<availableIpAddressCount>${free}</availableIpAddressCount></item>`
        );
      });
    const body =
      '<DescribeSubnetsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">' +
      `<requestId>${requestId}</requestId><subnetSet>${items.join('')}</subnetSet></DescribeSubnetsResponse>`;
    return { status: 200, headers: { 'content-type': 'text/xml' }, body };
  };
}

/** Without a block of its own (`Ipv4NetmaskLength`), a subnet is taken for the smallest. */
function sizeOf({ CidrBlock: block }: JsonObject): number {
  const prefix = typeof block === 'string' ? Number(block.split('/')[1]) : 28;
  return 2 ** (32 - prefix);
}

/** Units spread evenly over the subnets of a resource. */
function usedIn(store: ResourceStore, subnet: string): number {
  const interfaces = store
    .list('AWS::EC2::NetworkInterface')
    .filter(({ properties }) => properties.SubnetId === subnet);
  const units = Object.entries(placed).flatMap(([type, { subnets, count }]) =>
    store.list(type).map(({ properties }) => {
      const listed = listIn(valueAtPath(properties, subnets));
      return listed.includes(subnet)
        ? Math.ceil(numberIn(valueAtPath(properties, count)) / listed.length)
        : 0;
    }),
  );
  return interfaces.length + units.reduce((sum, one) => sum + one, 0);
}

function listIn(value: JsonValue | undefined): JsonValue[] {
  return Array.isArray(value) ? value : [];
}

function numberIn(value: JsonValue | undefined): number {
  return isObject(value ?? null) || !Number.isFinite(Number(value)) ? 0 : Number(value);
}
