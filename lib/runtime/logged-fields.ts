/**
 * What of an input and of an answer a log line may hold: ids, and words of Baton's own. All else is not logged, and
 * what does not have the form of its row is not logged either: a field is no way to get a value into the log.
 */
interface FieldRow {
  /** Where it may be found, the first that fits counts. */
  paths: readonly string[];
  form: RegExp;
}

const id = /^[\w-]{1,128}$/;
const word = /^[A-Za-z]{1,40}$/;
const number = /^\d{1,12}$/;
const arn = /^arn:[\w:/.-]{1,500}$/;

const eventFields: Record<string, FieldRow> = {
  // `from` is added by every state (statemachines/parts.ts).
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

/** The fields that may be logged; what the answer says counts more than what was asked. */
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
