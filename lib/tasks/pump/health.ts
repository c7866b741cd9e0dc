import { healthTarget } from '../../model/health-target.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { HealthCheck } from '../../model/request.ts';
import { requestReach } from '../../model/request-reach.ts';
import type { TypeSpec } from '../../model/spec.ts';
import { filled } from '../../providers/health.ts';
import { AddressRefused } from '../../providers/probe.ts';
import { isAllowedHost, isOwnHost, isSecretAttribute } from '../../request/health-rules.ts';
import { attributeOf } from '../../template/index.ts';
import { outputs, outputsOf, type RunView } from './run-view.ts';
import type { PumpServices } from './services.ts';
import type { RunContext, StepContext } from './step-context.ts';

type HealthServices = Pick<PumpServices, 'lookup' | 'settings' | 'healthy'>;

/**
 * Tells which health checks of a step pass now, or why one may not run: its host is checked again after its values are
 * filled in, because attributes are known only now. `live`: the step's properties, with hashes for secrets.
 */
export async function looksHealthy(
  context: StepContext<HealthServices>,
  live: JsonObject,
): Promise<{ passed: boolean[] } | { refused: string }> {
  const { services, step } = context;
  const lookUp = (reference: string) => valueFor(context, live, reference);
  const checks = (step.health ?? []).map((check) => ({ check, now: filled(check, lookUp) }));
  const refused = checks.flatMap(({ check, now }) => refusalOf(context, check, now, lookUp));
  if (refused.length > 0) return { refused: refused.join('; ') };
  try {
    return {
      passed: await Promise.all(
        checks.map(async ({ now }) => !isOpen(now) && (await services.healthy(now, live))),
      ),
    };
  } catch (error) {
    if (error instanceof AddressRefused) return { refused: error.message };
    throw error;
  }
}

/** Tells whether a value in the check is still unknown. */
const isOpen = (check: HealthCheck) => Object.values(check).some((value) => String(value).includes('${'));

function refusalOf(
  { services: { lookup, settings }, view }: RunContext<HealthServices>,
  check: HealthCheck,
  now: HealthCheck,
  lookUp: (reference: string) => JsonValue | undefined,
): string[] {
  const written = healthTarget(check);
  if (written === undefined || isOpen(now)) return [];
  if (written === 'unreadable') return ['The URL of a health check is invalid.'];
  const target = healthTarget(now);
  const host = written.host.replace(/\$\{([^}]+)\}/, (whole, name: string) => String(lookUp(name) ?? whole));
  const { healthHosts } = requestReach(settings, view.plan);
  const specOf = (logicalId: string) => specFor(view, lookup, logicalId);
  const meant = written.scheme === 'own' ? hostOfUrl(host) : host;
  const reached = target === undefined || target === 'unreadable' ? undefined : target.host;
  const own = isOwnHost(written.host, { specOf }) && reached === meant;
  if (reached !== undefined && isHostname(reached) && (own || isAllowedHost(reached, healthHosts))) return [];
  return [
    `A health check must not connect to ${JSON.stringify(reached ?? 'an unreadable host')}; expected the host of a resource of its request, or one of the setting healthHosts.`,
  ];
}

function hostOfUrl(text: string): string | undefined {
  const target = healthTarget({ kind: 'http', url: text, status: 200, timeoutSeconds: 1 });
  return target === undefined || target === 'unreadable' ? undefined : target.host;
}

const isHostname = (text: string) => /^(?:[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\])$/i.test(text);

function specFor(view: RunView, lookup: HealthServices['lookup'], logicalId: string): TypeSpec | undefined {
  const step = view.plan.steps[view.stepOf.get(logicalId) ?? -1];
  const named = step ?? view.plan.steps.find(({ resource }) => resource === logicalId);
  const type = named?.type ?? view.unchanged.get(logicalId)?.type;
  return type === undefined ? undefined : lookup(type);
}

/**
 * Returns `Name.Attribute` for the step's own resource from its live properties, and for others from their outputs.
 * Never a secret.
 */
function valueFor(
  { services: { lookup }, view, step, record }: StepContext<HealthServices>,
  live: JsonObject,
  reference: string,
): JsonValue | undefined {
  const [resource = '', ...rest] = reference.split('.');
  const attribute = rest.join('.');
  const spec = specFor(view, lookup, resource);
  if (spec !== undefined && isSecretAttribute(spec, attribute)) return undefined;
  const given =
    resource === step.resource
      ? outputs(lookup, step.type, record.identifier ?? '', live)
      : outputsOf(view, lookup, resource);
  return attribute === '' ? given?.ref : attributeOf(given?.attributes, attribute);
}
