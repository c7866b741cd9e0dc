import { connect } from '../../client/deployment.ts';
import { newRequestId } from '../../client/requests/request-id.ts';
import { submitRequest } from '../../client/requests/submit-request.ts';
import type { Inputs } from '../../request/index.ts';
import { exitStatus, type Run } from '../command.ts';
import { followToEnd } from '../follow.ts';
import { printJson } from '../print-json.ts';
import { refuseSecrets } from '../refuse-secrets.ts';
import { type RequestFileOptions, readRequestFiles, readRunInputs } from '../request-files.ts';
import { defaultEnvironment } from '../settings-file.ts';
import { UsageError } from '../usage-error.ts';

interface Options extends RequestFileOptions {
  id?: string;
  detach: boolean;
  json: boolean;
  verbose: boolean;
}

export const run: Run<Options> = async ({ operands, options, terminal, environment }) => {
  const [file] = readRequestFiles(operands, options, defaultEnvironment());
  if (file === undefined) throw new UsageError(['FILE is missing']);
  const inputs = readRunInputs(options);
  const imports = givenImports(inputs, options.inputs ?? '');
  refuseSecrets(file, inputs);
  const deployment = await connect(environment);
  const requestId = options.id ?? newRequestId();
  await submitRequest(deployment, { ...file, requestId, parameters: inputs.parameters, imports });
  if (!options.json) terminal.print(`Submitted ${file.file} as ${requestId}.`);
  if (options.detach) {
    if (options.json) printJson(terminal, 'submitted', { requestId });
    return exitStatus.completed;
  }
  return followToEnd(deployment, requestId, {
    terminal,
    json: options.json,
    verbose: options.verbose,
    file: file.file,
  });
};

/** Refuses inputs that a sender can't give to a real account, which has its own exports, parameters and secrets. */
function givenImports({ imports, ssm, secrets }: Inputs, file: string): Exclude<Inputs['imports'], 'any'> {
  const given = (part: 'any' | object) => part === 'any' || Object.keys(part).length > 0;
  const problems = [
    imports === 'any' && `${file}: imports is "any"; expected values, or nothing: exports are looked up`,
    given(ssm) && `${file}: ssm is for \`local run\`; here parameters are read from Parameter Store`,
    given(secrets) && `${file}: secrets is for \`local run\`; here secrets are read from Secrets Manager`,
  ].filter((problem) => problem !== false);
  if (problems.length > 0 || imports === 'any') throw new UsageError(problems, 'submit');
  return imports;
}
