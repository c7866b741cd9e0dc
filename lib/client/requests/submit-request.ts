import type * as z from 'zod';
import { type infrastructureRequest, largestInlineBytes } from '../../events/catalogue.ts';
import type { JsonValue } from '../../model/json.ts';
import type { Header } from '../../model/request.ts';
import type { Deployment } from '../deployment.ts';

/** A request document as it was read, with the header for what it does not say itself. */
export interface RequestFile {
  /** Name of the file, for messages. */
  file: string;
  text: string;
  header: Partial<Header>;
}

/** A request ready to be handed in. */
export interface Submission extends RequestFile {
  requestId: string;
  parameters: Record<string, JsonValue>;
  imports: Record<string, JsonValue>;
}

/**
 * Hands a request in: inline where it is small, else through the Documents bucket. It goes through the door, so that
 * it is proven who asks; onto the bus where a deployment has none.
 */
export async function submitRequest(deployment: Deployment, submission: Submission): Promise<void> {
  const { text, ...rest } = submission;
  const detail: z.input<typeof infrastructureRequest> = rest;
  const large = Buffer.byteLength(JSON.stringify({ ...detail, document: text })) > largestInlineBytes;
  await handIn(deployment, {
    ...detail,
    ...(large ? { documentReference: await deployment.upload(text) } : { document: text }),
  });
}

/** The same for what is in its form already. */
export async function handIn(
  { door, putEvent }: Pick<Deployment, 'door' | 'putEvent'>,
  detail: z.input<typeof infrastructureRequest>,
): Promise<void> {
  if (door === undefined) await putEvent('Infrastructure Request', detail);
  else await door.handIn(detail);
}
