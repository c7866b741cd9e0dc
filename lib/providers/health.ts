import type { SignedFetch } from '../aws/signed-fetch.ts';
import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import type { HealthCheck } from '../model/request.ts';
import { accepts, statusOf } from './probe.ts';

type Checks = {
  [Kind in HealthCheck['kind']]: (
    check: Extract<HealthCheck, { kind: Kind }>,
    live: JsonObject,
    aws: () => SignedFetch,
  ) => Promise<boolean>;
};

/** One function for each kind of health check. An unreachable target is not healthy yet, and the pump polls again. */
const checks: Checks = {
  property: async ({ path, equals }, live) => valueAt(live, path) === equals,
  http: async ({ url, status }) => (await statusOf(url)) === status,
  tcp: ({ host, port }) => accepts(host, Number(port)),
  alarm: async ({ name }, _live, aws) => {
    type Alarms = { StateValue?: string }[];
    const answer = await aws().json<{ MetricAlarms?: Alarms; CompositeAlarms?: Alarms }>(
      'monitoring',
      'GraniteServiceVersion20100801.DescribeAlarms',
      // Without types, CloudWatch describes no composite alarm.
      { AlarmNames: [name], AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] },
    );
    return (answer.MetricAlarms?.[0] ?? answer.CompositeAlarms?.[0])?.StateValue === 'OK';
  },
};

/**
 * Tells whether a health check passes now. `live`: the resource's live properties, with hashes for secrets.
 * @throws AddressRefused
 */
export async function isHealthy(
  check: HealthCheck,
  live: JsonObject,
  aws: () => SignedFetch,
): Promise<boolean> {
  const look = checks[check.kind] as (...input: unknown[]) => Promise<boolean>;
  return look(check, live, aws);
}

function valueAt(live: JsonObject, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = live;
  for (const name of path.split('.')) {
    if (Array.isArray(value)) value = value[Number(name)];
    else value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return value;
}

/** Returns the check with every `${Resource.Attribute}` in its texts replaced. References without a value stay. */
export function filled(
  check: HealthCheck,
  lookUp: (reference: string) => JsonValue | undefined,
): HealthCheck {
  const fill = (text: string) =>
    text.replace(/\$\{([^}]+)\}/g, (whole, reference: string) => String(lookUp(reference) ?? whole));
  const fields = Object.entries(check).map(([name, value]) => [
    name,
    typeof value === 'string' ? fill(value) : value,
  ]);
  return Object.fromEntries(fields) as HealthCheck;
}
