import { InvalidInput } from '../model/errors.ts';
import { type Inputs, plainSecrets, readManifest } from '../request/index.ts';
import { ensureTypes, typeLookup } from '../spec/index.ts';
import type { RequestFile } from './request-files.ts';

/**
 * Refuses a request that carries a secret as plain text before it is submitted: once it is on its way, the value stands
 * in the event and in the input of an execution, though it is refused there, too.
 *
 * @throws InvalidInput naming every secret, or what can't be read in the document
 */
export function refuseSecrets({ file, text }: RequestFile, inputs: Inputs): void {
  const plain = plainSecrets(readManifest(text, file), inputs, typeLookup(ensureTypes()));
  if (plain.length === 0) return;
  throw new InvalidInput(
    plain.map((path) => ({
      file,
      path,
      code: 'SecretLiteral',
      message:
        'a secret given as plain text, so nothing was submitted; store it as a secret and give its reference, {{resolve:secretsmanager:NAME:SecretString:KEY}}',
    })),
  );
}
