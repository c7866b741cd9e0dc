import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { localRequest } from '../../lib/cli/local-request.ts';
import { submitRequest } from '../../lib/client/requests/submit-request.ts';
import type { Problem } from '../../lib/model/errors.ts';
import type { TypeLookup } from '../../lib/model/spec.ts';
import { parseInputs } from '../../lib/request/index.ts';
import { startWarmCloud } from '../cli/warm-cloud.ts';
import { type Outcome, place, reasonsOf, type TemplateCase } from './template-cases.ts';

/** Applies the template of a case on a fresh local cloud, as `baton local run` does, with policies on warn. */
export async function carryOut(item: TemplateCase, folder: string, lookup: TypeLookup): Promise<Outcome> {
  const file = { file: item.file, text: readFileSync(join(folder, item.file), 'utf8') };
  const header = { environment: 'dev', service: 'conformance', owner: 'tests', reason: 'conformance' };
  const inputs = parseInputs(item.inputs, item.file);
  const request = localRequest({ ...file, header }, inputs, { ...place, lookup });
  // All use one port, because handler modules are cached with the environment they were imported with.
  const cloud = await startWarmCloud();
  try {
    cloud.seed(request);
    const { text, parameters, imports } = request;
    const requestId = 'conformance';
    await submitRequest(cloud.deployment, { requestId, file: item.file, header, text, parameters, imports });
    await cloud.world.clock.quiet();
    const { status, reason, problems = [] } = await cloud.deployment.ledger.request(requestId);
    if (status === 'Completed') return { outcome: 'complete', reasons: [], problems: [] };
    const said: Problem[] =
      problems.length > 0 ? problems : [{ path: '', code: status, message: reason ?? '' }];
    return { outcome: 'refuse', reasons: reasonsOf(problems), problems: said };
  } finally {
    await cloud.world.stop();
  }
}
