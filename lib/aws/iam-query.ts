import type { SignedFetch } from './signed-fetch.ts';
import { parseXml, type XmlElement } from './xml.ts';

/** Calls one IAM operation. IAM uses AWS Query and XML. @throws ServiceError */
export async function iamQuery(
  client: SignedFetch,
  operation: string,
  parameters: Record<string, string>,
): Promise<XmlElement> {
  const query = new URLSearchParams({ Action: operation, Version: '2010-05-08', ...parameters });
  const xml = await client.text({
    service: 'iam',
    method: 'POST',
    path: '/',
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body: query.toString(),
  });
  return parseXml(xml);
}

/** Policy documents are "URL-encoded compliant with RFC 3986" (IAM API Reference). */
export function documentOf(encoded: string | undefined): string | undefined {
  return encoded === undefined ? undefined : decodeURIComponent(encoded);
}
