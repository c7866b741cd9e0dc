import type { JsonObject } from '../../model/json.ts';
import { requestReach } from '../../model/request-reach.ts';
import { referenceProblems } from '../../request/reference-rules.ts';
import type { RunView } from './run-view.ts';
import type { PumpServices } from './services.ts';
import type { StepContext } from './step-context.ts';

/**
 * Returns why the references in a payload may not be resolved, or undefined if they may. Checked when all other values
 * are known, because references may have come from other resources since admission.
 */
export function refusedReferences(
  { services: { lookup, settings }, view, step }: StepContext<Pick<PumpServices, 'lookup' | 'settings'>>,
  payload: JsonObject,
): string | undefined {
  const { plan } = view;
  const { type } = step;
  const problems = referenceProblems(payload, {
    ...{ type, sensitive: lookup(type)?.sensitive ?? [], place: plan, own: secretsMade(view) },
    reach: requestReach(settings, plan),
  });
  if (problems.length === 0) return undefined;
  return problems.map(({ path, message }) => `${path}: ${message}`).join('; ');
}

/** Returns the identifiers, which are ARNs, of secrets that the plan creates or leaves unchanged. */
function secretsMade({ plan, steps, unchanged }: RunView): Set<string> {
  const made = plan.steps.flatMap(({ type, identifier }, index) =>
    type === secretType ? [identifier, steps[index]?.identifier] : [],
  );
  const kept = [...unchanged.values()].flatMap((asset) =>
    asset.type === secretType ? [asset.identifier] : [],
  );
  return new Set([...made, ...kept].filter((identifier) => identifier !== undefined));
}

const secretType = 'AWS::SecretsManager::Secret';
