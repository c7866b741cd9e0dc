import type * as z from 'zod';
import { largestInlineBytes, type RequestForm } from '../../events/catalog.ts';
import type { JsonValue } from '../../model/json.ts';
import type { Header } from '../../model/request.ts';
import type { Deployment } from '../deployment.ts';

/** A request document, with the header for values that the document doesn't contain. */
export interface RequestFile {
  /** The file name, for messages. */
  file: string;
  text: string;
  header: Partial<Header>;
}

/** A request that is ready to be submitted. */
export interface Submission extends RequestFile {
  requestId: string;
  parameters: Record<string, JsonValue>;
  imports: Record<string, JsonValue>;
}

/**
 * Submits a request, inline if it is small and through the Documents bucket otherwise. Uses the front door, which
 * proves the requester, or the bus if the deployment has no front door.
 */
export async function submitRequest(deployment: Deployment, submission: Submission): Promise<void> {
  const { text, ...rest } = submission;
  const detail: z.input<RequestForm> = rest;
  const large = Buffer.byteLength(JSON.stringify({ ...detail, document: text })) > largestInlineBytes;
  await submitEvent(deployment, {
    ...detail,
    ...(large ? { documentReference: await deployment.upload(text) } : { document: text }),
  });
}

/** Submits a request that is already in its final form. */
export async function submitEvent(
  { door, putEvent }: Pick<Deployment, 'door' | 'putEvent'>,
  detail: z.input<RequestForm>,
): Promise<void> {
  if (door === undefined) await putEvent('Infrastructure Request', detail);
  else await door.submit(detail);
}
