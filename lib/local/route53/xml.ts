/** XML of Route 53's API: what a request says, and what an answer looks like. */
import { escapeXml } from '../gateway/answers.ts';
import { ServiceError } from '../gateway/wire.ts';

export const namespace = 'https://route53.amazonaws.com/doc/2013-04-01/';

/** An element without attributes: its text or its children. */
export interface Element {
  name: string;
  text: string;
  children: Element[];
}

/** Parses a body. @throws ServiceError InvalidInput */
export function parse(body: string): Element {
  const root: Element = { name: '', text: '', children: [] };
  const open = [root];
  for (const [, closing, name, empty, text] of body.matchAll(
    /<(\/?)([A-Za-z][\w.-]*)[^<>]*?(\/?)>|<[?!][^<>]*>|([^<]+)/g,
  )) {
    const parent = open.at(-1) ?? root;
    if (text !== undefined) parent.text += unescaped(text);
    else if (closing === '/') {
      if (open.pop()?.name !== name) throw malformed();
    } else if (name !== undefined) {
      const element: Element = { name, text: '', children: [] };
      parent.children.push(element);
      if (empty !== '/') open.push(element);
    }
  }
  const [only] = root.children;
  if (open.length !== 1 || only === undefined) throw malformed();
  return only;
}

function malformed(): ServiceError {
  return new ServiceError('InvalidInput', 'The XML document is not well-formed.');
}

function unescaped(text: string): string {
  const named: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
  return text.replace(/&(?:#(\d+)|(\w+));/g, (whole, code?: string, name = '') =>
    code === undefined ? (named[name] ?? whole) : String.fromCodePoint(Number(code)),
  );
}

export function child(element: Element | undefined, name: string): Element | undefined {
  return element?.children.find((one) => one.name === name);
}

/** Returns an element as text. */
export function write({ name, text, children }: Element): string {
  const inside = children.length > 0 ? children.map(write).join('') : escapeXml(text.trim());
  return `<${name}>${inside}</${name}>`;
}

export function answer(name: string, inside: string): string {
  return `<?xml version="1.0"?>\n<${name} xmlns="${namespace}">${inside}</${name}>`;
}

/** Source: the error form of AWS REST XML; an `InvalidChangeBatch` has its messages in brackets. */
export function failure({ name, message }: ServiceError, requestId: string): string {
  return answer(
    'ErrorResponse',
    `<Error><Type>Sender</Type><Code>${name}</Code><Message>${escapeXml(message)}</Message></Error>` +
      `<RequestId>${requestId}</RequestId>`,
  );
}
