import { DocumentMissing, type Documents } from '../../documents/documents.ts';
import type { InfrastructureRequest } from '../../events/catalog.ts';
import { InvalidInput, type Problem } from '../../model/errors.ts';
import type { JsonValue } from '../../model/json.ts';
import type { TypeLookup } from '../../model/spec.ts';
import { changeSecretProblems } from '../../request/configured-secrets.ts';
import { readManifest } from '../../request/manifest.ts';
import { plainSecretProblems } from '../../request/plain-secrets.ts';
import { DoorRefusal } from './answer.ts';

export interface SecretServices {
  documents: Pick<Documents, 'text'>;
  lookup: TypeLookup;
  /** The account and region of the front door, which mappings may depend on. */
  place: { account: string; region: string };
}

/** The prefix of uploaded documents that are too large for an event. The front door reads no others. */
const submittedPrefix = 'requests/';

/**
 * Rejects a request with a plain-text secret before anything is stored or put on the bus, because events and the
 * executions they start are stored. Also rejects unreadable documents, because their contents are unknown.
 *
 * @throws DoorRefusal that names every secret and repeats none
 */
export async function refuseSecrets(
  services: SecretServices,
  detail: Omit<InfrastructureRequest, 'requestId'>,
): Promise<void> {
  const problems = await problemsOf(services, detail);
  const [first] = problems;
  if (first === undefined) return;
  const secret = problems.find(({ code }) => code === 'SecretLiteral') ?? first;
  const message = `${secret.path === '' ? '' : `${secret.path}: `}${secret.message}.`;
  const code = secret.code === 'SecretLiteral' ? secret.code : 'InvalidRequest';
  throw new DoorRefusal(400, code, message, problems);
}

async function problemsOf(
  services: SecretServices,
  detail: Omit<InfrastructureRequest, 'requestId'>,
): Promise<Problem[]> {
  if (detail.changes !== undefined) return changeSecretProblems(detail.changes, services.lookup);
  const text = await documentText(services.documents, detail);
  const parameters = detail.parameters as Record<string, JsonValue>;
  const imports = detail.imports as Record<string, JsonValue>;
  try {
    const manifest = readManifest(text ?? '{}', detail.file);
    const inputs = { parameters, imports, ssm: {}, secrets: {} };
    return plainSecretProblems(manifest, inputs, { ...services.place, lookup: services.lookup });
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    return error.problems;
  }
}

async function documentText(
  documents: SecretServices['documents'],
  { document, documentReference }: Pick<InfrastructureRequest, 'document' | 'documentReference'>,
): Promise<string | undefined> {
  if (documentReference === undefined) return document;
  // Only one of them would be used, and the other would be put on the bus unread.
  if (document !== undefined)
    throw new DoorRefusal(
      400,
      'InvalidRequest',
      'document: the request has both a document and a documentReference; expected one of the two.',
    );
  const refuse = (why: string) => new DoorRefusal(400, 'MissingDocument', `documentReference: ${why}`);
  if (!documentReference.key.startsWith(submittedPrefix))
    throw refuse(`expected a key that begins with ${submittedPrefix}, got another one.`);
  return documents.text(documentReference).catch((error: unknown) => {
    throw error instanceof DocumentMissing ? refuse(error.message) : error;
  });
}
