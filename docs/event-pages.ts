import * as z from 'zod';
import { outgoing } from '../lib/events/catalogue.ts';

/** What the fields of a change event mean; a field without a row here fails the test of the documentation. */
const meanings: Record<string, string> = {
  changeId: 'The change; `CHG-` and the id of its request',
  requestId: 'The request it authorises',
  planHash: 'SHA-256 of the plan that runs when it is approved',
  capsuleHash: 'What approvers approve; a decision has to name it',
  type: '`standard` needs no approval, `normal` waits for it, `emergency` runs at once and is reviewed',
  status: 'Where the change stands after the transition',
  environment: 'Environment of the request',
  service: 'Service of the request',
  owner: 'Owner the request names',
  requester: 'Who asked, as a voice: `sso/ana@example.com`, `user/ana`, `role/Deploy`, `source/acme`',
  risk: 'From what the plan does',
  steps: 'Number of steps of the plan',
  approvals: 'Approvals that are needed: level, how many, which groups give them',
  at: 'When it happened, ISO 8601',
  expiresAt: 'When an approval that has not come never will',
  reviewBy: 'Of an emergency change: when its review is overdue',
  opensAt: 'When the next window opens',
  decision: 'Of `Change Decision Recorded`: what was decided',
  actor: 'Whose decision it was, as a voice',
  reason: 'Why: of the decision, else of the request',
};

/** When each of them is put. */
const occasions: Record<string, string> = {
  'Change Opened': 'A plan was made and judged, its capsule sealed; again where the plan had to be made anew',
  'Change Approval Requested': 'Somebody has to decide',
  'Change Approval Reminder': 'Nobody has, and time runs out',
  'Change Decision Recorded': 'Somebody decided; whether that is enough is the next event',
  'Change Approved': 'All approvals are given',
  'Change Rejected': 'Somebody who may decide said no',
  'Change Withdrawn': 'Whoever asked does not want it any more',
  'Change Expired': 'Nobody decided in time',
  'Change Scheduled': 'It waits for its window',
  'Change Stale': 'What it rests on has moved: it is planned and asked anew',
  'Change Review Due': 'An emergency change has run',
  'Change Review Overdue': 'Nobody has reviewed it in time',
  'Change Reviewed': 'Somebody has',
  'Change Closed': 'It has ended, one way or the other',
};

interface Schema {
  properties?: Record<string, { type?: string; enum?: string[]; items?: { type?: string } }>;
  required?: string[];
}

const changeSchema = z.toJSONSchema(outgoing['Change Opened']) as Schema;

/** The JSON Schema of the detail of every change event. */
export function changeEventSchema(): string {
  return `${JSON.stringify({ title: 'Detail of the change events of Baton', ...changeSchema }, null, 2)}\n`;
}

/** The page with its tables put between their markers, `<!-- events -->` and `<!-- fields -->`. */
export function withEventTables(text: string): string {
  return text
    .replace(/(<!-- events -->\n)[\s\S]*?(<!-- end -->)/, `$1${eventTable()}\n$2`)
    .replace(/(<!-- fields -->\n)[\s\S]*?(<!-- end -->)/, `$1${fieldTable()}\n$2`);
}

function eventTable(): string {
  const names = Object.keys(outgoing).filter((name) => name.startsWith('Change '));
  return table(
    ['detail-type', 'when'],
    names.map((name) => [`\`${name}\``, known(occasions, name)]),
  );
}

function fieldTable(): string {
  const { properties = {}, required = [] } = changeSchema;
  const rows = Object.entries(properties).map(([name, { type, enum: values }]) => [
    `\`${name}\`${required.includes(name) ? '' : '?'}`,
    values === undefined ? (type ?? '') : values.map((value) => `\`${value}\``).join(', '),
    known(meanings, name),
  ]);
  return table(['field', 'type', 'meaning'], rows);
}

function known(texts: Record<string, string>, name: string): string {
  const text = texts[name];
  if (text === undefined) throw new Error(`docs/event-pages.ts does not say what ${name} means`);
  return text;
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
