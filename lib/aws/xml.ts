/** An XML element of a response. `text` is its direct text content. */
export interface XmlElement {
  name: string;
  text: string;
  children: XmlElement[];
}

const entities: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescaped(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi,
    (whole, hex?: string, decimal?: string, name = '') =>
      hex !== undefined
        ? String.fromCodePoint(Number.parseInt(hex, 16))
        : decimal !== undefined
          ? String.fromCodePoint(Number(decimal))
          : (entities[name] ?? whole),
  );
}

/**
 * Parses the XML of AWS's Query protocol: elements and text ("AWS Query protocol, response serialization", Smithy).
 * Ignores attributes (which contain only namespaces), comments and the declaration. Takes one pass over the text.
 */
export function parseXml(xml: string): XmlElement {
  const root: XmlElement = { name: '', text: '', children: [] };
  const open = [root];
  for (const [, closing, name, empty, text] of xml.matchAll(
    /<(\/?)([A-Za-z][\w:.-]*)[^<>]*?(\/?)>|<[?!][^<>]*>|([^<]+)/g,
  )) {
    const parent = open.at(-1) ?? root;
    if (text !== undefined) parent.text += unescaped(text);
    else if (closing === '/') open.pop();
    else if (name !== undefined) {
      const element: XmlElement = { name, text: '', children: [] };
      parent.children.push(element);
      if (empty !== '/') open.push(element);
    }
  }
  return root;
}

/** Returns the first descendant with this name, or undefined. */
export function findElement(element: XmlElement, name: string): XmlElement | undefined {
  for (const child of element.children) {
    if (child.name === name) return child;
    const found = findElement(child, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Returns the text of a child, or undefined if there is none. */
export function textOf(element: XmlElement, child: string): string | undefined {
  return element.children.find(({ name }) => name === child)?.text;
}

/** Returns the members of a child list. */
export function membersOf(element: XmlElement, list: string): XmlElement[] {
  const found = element.children.find(({ name }) => name === list);
  return (found?.children ?? []).filter(({ name }) => name === 'member');
}
