/**
 * Decodes bodies that an SDK sends in signed or unsigned chunks with trailing headers.
 * Source: Amazon S3 API Reference, "Signature calculations ... Chunked upload".
 */
export function decodeChunked(encoded: Buffer): { body: Buffer; trailers: Record<string, string> } {
  const chunks: Buffer[] = [];
  let position = 0;
  for (;;) {
    const lineEnd = encoded.indexOf('\r\n', position);
    const size = Number.parseInt(encoded.subarray(position, lineEnd).toString(), 16);
    if (lineEnd < 0 || !(size > 0)) {
      return {
        body: Buffer.concat(chunks),
        trailers: trailersOf(encoded.subarray(Math.max(0, lineEnd) + 2)),
      };
    }
    chunks.push(encoded.subarray(lineEnd + 2, lineEnd + 2 + size));
    position = lineEnd + 2 + size + 2;
  }
}

function trailersOf(rest: Buffer): Record<string, string> {
  const lines = rest
    .toString()
    .split('\r\n')
    .filter((line) => line.includes(':'));
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
}
