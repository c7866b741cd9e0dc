/**
 * The parts of an input and a result that a log line may contain: ids, and Baton's own words. Nothing else is logged,
 * and neither is a value that doesn't have the format of its row, so that a field can't be used to log a value.
 */
interface FieldRow {
  /** Paths to search. The first match is used. */
  paths: readonly string[];
  form: RegExp;
}

const id = /^[\w-]{1,128}$/;
const word = /^[A-Za-z]{1,40}$/;
const number = /^\d{1,12}$/;
const arn = /^arn:[\w:/.-]{1,500}$/;

const eventFields: Record<string, FieldRow> = {
  // Every state adds `from` (statemachines/parts.ts).
  state: { paths: ['from.state'], form: /^\w{1,80}$/ },
  execution: { paths: ['from.execution', 'executionArn', 'input.executionArn'], form: arn },
  retries: { paths: ['from.retries'], form: number },
  requestId: {
    paths: ['requestId', 'request.requestId', 'detail.requestId', 'event.detail.requestId'],
    form: id,
  },
  runId: { paths: ['runId'], form: id },
  changeId: { paths: ['changeId', 'detail.changeId'], form: id },
  planHash: { paths: ['planHash'], form: /^[0-9a-f]{8,64}$/ },
  index: { paths: ['index'], form: number },
  ticks: { paths: ['ticks'], form: number },
};

const answerFields: Record<string, FieldRow> = {
  requestId: { paths: ['requestId'], form: id },
  runId: { paths: ['runId'], form: id },
  changeId: { paths: ['changeId'], form: id },
  planHash: { paths: ['planHash'], form: /^[0-9a-f]{8,64}$/ },
  scope: { paths: ['scope'], form: /^[\w-]{1,64}\/[\w-]{1,128}$/ },
  stepCount: { paths: ['stepCount'], form: number },
  status: { paths: ['status'], form: word },
  decision: { paths: ['decision'], form: word },
  approval: { paths: ['approval'], form: word },
  window: { paths: ['window'], form: word },
  verdict: { paths: ['verdict'], form: word },
  rehearsal: { paths: ['rehearsal'], form: word },
  settled: { paths: ['settled'], form: word },
  done: { paths: ['done'], form: word },
  waitSeconds: { paths: ['waitSeconds'], form: number },
  statusCode: { paths: ['statusCode'], form: number },
};

export type Fields = Record<string, string | number | boolean>;

/** Returns the fields to log. The result takes precedence over the input. */
export function loggedFields(event: unknown, answer: unknown): Fields {
  return { ...fieldsOf(eventFields, event), ...fieldsOf(answerFields, answer) };
}

function fieldsOf(rows: Record<string, FieldRow>, from: unknown): Fields {
  const fields: Fields = {};
  for (const [name, { paths, form }] of Object.entries(rows)) {
    const value = paths
      .map((path) => at(from, path))
      .find((found) => isPlain(found) && form.test(`${found}`));
    if (isPlain(value)) fields[name] = value;
  }
  return fields;
}

function at(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
      value,
    );
}

function isPlain(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}
