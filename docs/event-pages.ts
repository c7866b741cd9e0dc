import * as z from 'zod';
import { outgoing } from '../lib/events/catalog.ts';

/** What the fields of a change event mean; a field without a row here fails the test of the documentation. */
const meanings: Record<string, string> = {
  changeId: 'The change; `CHG-` and the id of its request',
  requestId: 'The request that it authorizes',
  planHash: 'SHA-256 of the plan that runs when it is approved',
  capsuleHash: 'Hash of the capsule; a decision must contain it',
  type: '`standard` needs no approval, `normal` waits for it, `emergency` runs at once and is reviewed',
  status: 'Status of the change after the transition',
  environment: 'Environment of the request',
  service: 'Service of the request',
  owner: 'Owner of the request',
  requester: 'Requester, as a voice: `sso/ana@example.com`, `user/ana`, `role/Deploy`, `source/acme`',
  risk: 'Risk level of the plan',
  steps: 'Number of steps of the plan',
  approvals: 'Required approvals: level, quorum, groups that may approve',
  at: 'Time of the transition, ISO 8601',
  expiresAt: 'When the change expires without approval',
  reviewBy: 'Emergency changes: when the review is overdue',
  opensAt: 'When the next window opens',
  decision: '`Change Decision Recorded`: the decision',
  actor: 'Who decided, as a voice',
  reason: 'Reason of the decision, or of the request',
};

/** When each event is published. */
const occasions: Record<string, string> = {
  'Change Opened': 'Baton sealed a capsule; again whenever it plans the request again',
  'Change Approval Requested': 'An approval is required',
  'Change Approval Reminder': 'An approval is missing and the change will expire',
  'Change Decision Recorded': 'Someone decided; the next event tells whether the change is approved',
  'Change Approved': 'All approvals are given',
  'Change Rejected': 'Someone who may decide rejected the change',
  'Change Withdrawn': 'The requester withdrew the change',
  'Change Expired': 'The change was not approved in time',
  'Change Scheduled': 'The change waits for its window',
  'Change Stale': 'The capsule is stale: Baton plans the request and asks for approval again',
  'Change Review Due': 'An emergency change ran and needs its review',
  'Change Review Overdue': 'The review did not happen in time',
  'Change Reviewed': 'Someone reviewed the change',
  'Change Closed': 'The change ended',
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
