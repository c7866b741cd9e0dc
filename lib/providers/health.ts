import { connect } from 'node:net';
import type { SignedFetch } from '../aws/signed-fetch.ts';
import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import type { HealthCheck } from '../model/request.ts';

/** How long one look at a socket or page may take. */
const lookTimeoutMilliseconds = 3_000;

type Checks = {
  [Kind in HealthCheck['kind']]: (
    check: Extract<HealthCheck, { kind: Kind }>,
    live: JsonObject,
    aws: () => SignedFetch,
  ) => Promise<boolean>;
};

/** One function a kind of health check. What can't be reached is not healthy yet: the pump asks again. */
const checks: Checks = {
  property: async ({ path, equals }, live) => valueAt(live, path) === equals,
  http: async ({ url, status }) => {
    try {
      const answer = await fetch(url, {
        signal: AbortSignal.timeout(lookTimeoutMilliseconds),
        redirect: 'manual',
      });
      await answer.body?.cancel();
      return answer.status === status;
    } catch {
      return false;
    }
  },
  tcp: ({ host, port }) =>
    new Promise((resolve) => {
      const socket = connect({ host, port: Number(port), timeout: lookTimeoutMilliseconds });
      const end = (healthy: boolean) => {
        socket.destroy();
        resolve(healthy);
      };
      socket.once('connect', () => end(true));
      socket.once('timeout', () => end(false));
      socket.once('error', () => end(false));
    }),
  alarm: async ({ name }, _live, aws) => {
    type Alarms = { StateValue?: string }[];
    const answer = await aws().json<{ MetricAlarms?: Alarms; CompositeAlarms?: Alarms }>(
      'monitoring',
      'GraniteServiceVersion20100801.DescribeAlarms',
      { AlarmNames: [name] },
    );
    return (answer.MetricAlarms?.[0] ?? answer.CompositeAlarms?.[0])?.StateValue === 'OK';
  },
};

/** Whether a health check passes now. `live`: the resource's live properties. */
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

/** The check with every `${Resource.Attribute}` in its texts replaced; what has no value yet stays. */
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
