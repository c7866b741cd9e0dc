import { partitions } from '../../lib/infra/partitions.ts';
import { rolesOf } from '../../lib/local/bring-up/roles.ts';
import { evaluate } from '../../lib/local/iam/evaluate.ts';
import { sessionIdentity } from '../../lib/local/iam/identity.ts';
import { loadAssembly } from '../../lib/local/template/assembly.ts';
import { Stack } from '../../lib/local/template/stack.ts';
import { taskNames } from '../../statemachines/parts.ts';

/** An attempted action on a resource, for IAM to evaluate. */
export interface Attempt {
  action: string;
  resource: string;
  context?: Record<string, string | string[]>;
}

const account = '111111111111';
const region = 'eu-central-1';
const arn = (service: string, rest: string) => `arn:aws:${service}:${region}:${account}:${rest}`;

/** The roles of the functions, and their permissions in the template. */
export class RolePowers {
  readonly #stack: Stack;
  readonly #roles;

  constructor(assembly: string) {
    this.#stack = new Stack(loadAssembly(assembly), { account, region, endpoint: 'http://localhost' });
    this.#roles = new Map([...rolesOf(this.#stack).values()].map((role) => [role.name, role]));
  }

  may(name: string, { action, resource, context }: Attempt): boolean {
    const role = this.#roles.get(`baton-${name}`);
    if (role === undefined) throw new Error(`there is no role baton-${name}`);
    const where = { 'aws:RequestedRegion': region, ...context };
    return evaluate({ caller: sessionIdentity(role, 'attack'), action, resource, context: where }).allowed;
  }

  /** Returns the functions whose role may make any of the attempts. */
  holders(attempts: readonly Attempt[]): string[] {
    return taskNames.filter((name) => attempts.some((attempt) => this.may(name, attempt)));
  }

  /** Returns every action in a statement of a function's role, to find actions that no row covers. */
  actions(): string[] {
    const named = taskNames.flatMap((name) =>
      (this.#roles.get(`baton-${name}`)?.policies ?? []).flatMap(({ Statement }) =>
        Statement.flatMap(({ Action = [] }) => Action),
      ),
    );
    return [...new Set(named)].sort();
  }

  writes(table: 'Ledger' | 'Inventory', partition: string): Attempt[] {
    const found = this.#stack
      .ofType('AWS::DynamoDB::Table')
      .find(({ logicalId }) => logicalId.startsWith(table));
    const context = { 'dynamodb:LeadingKeys': [`${partition}#x`] };
    return ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'].map((action) => ({
      ...{ action, resource: found?.arn ?? '', context },
    }));
  }

  /** Returns attempts to put an event, by source and detail type. */
  puts(source: string, detailType: string): Attempt[] {
    const context = { 'events:source': [source], 'events:detail-type': [detailType] };
    return [{ action: 'events:PutEvents', resource: arn('events', 'event-bus/baton'), context }];
  }

  keys(action: string): Attempt[] {
    return this.#stack.ofType('AWS::KMS::Key').map(({ arn: resource = '' }) => ({ action, resource }));
  }

  documents(action: string): Attempt[] {
    return this.#stack
      .ofType('AWS::S3::Bucket')
      .map(({ arn: bucket = '' }) => ({ action, resource: `${bucket}/documents/x.json` }));
  }
}

const anything = (...actions: string[]): Attempt[] => actions.map((action) => ({ action, resource: '*' }));
const changes = anything(
  'cloudformation:CreateResource',
  'cloudformation:UpdateResource',
  'cloudformation:DeleteResource',
);
const reads = anything('cloudformation:GetResource');
/** The same in a region where no environment of the settings has a place. */
const elsewhere = (attempts: Attempt[]): Attempt[] =>
  attempts.map((attempt) => ({ ...attempt, context: { 'aws:RequestedRegion': 'ap-south-1' } }));
const onMachines = (action: string): Attempt[] =>
  ['govern-request', 'apply-plan', 'pump-run', 'settle-run'].flatMap((name) =>
    [`stateMachine:baton-${name}`, `execution:baton-${name}:x`].map((rest) => ({
      ...{ action, resource: arn('states', rest) },
    })),
  );

/** What a role could be used for, ordered by harm: one row of the table each. */
export function powersOf(powers: RolePowers): [what: string, attempts: Attempt[]][] {
  const ledger = (partition: string) => powers.writes('Ledger', partition);
  return [
    ['change, create or delete a resource', changes],
    ['change, create or delete a resource in a region without a place', elsewhere(changes)],
    [
      'read a secret',
      [
        { action: 'secretsmanager:GetSecretValue', resource: arn('secretsmanager', 'secret:dev/x/y-AbCdEf') },
        { action: 'secretsmanager:GetSecretValue', resource: arn('secretsmanager', 'secret:baton/x-AbCdEf') },
      ],
    ],
    ['start a machine', onMachines('states:StartExecution')],
    [
      'call a function',
      taskNames.map((name) => ({
        ...{ action: 'lambda:InvokeFunction', resource: arn('lambda', `function:baton-${name}`) },
      })),
    ],
    ['ask in the name of a person', powers.puts('baton.person', 'Infrastructure Request')],
    ['ask as a sender on the bus', powers.puts('ci', 'Infrastructure Request')],
    ['cancel in the name of a person', powers.puts('baton.person', 'Cancellation Requested')],
    ['direct a shift of traffic in the name of a person', powers.puts('baton.person', 'Traffic Directive')],
    ['tell what Baton tells', powers.puts('baton', 'Change Approved')],
    ['sign a seal', powers.keys('kms:Sign')],
    ['stop an execution', onMachines('states:StopExecution')],
    ['wake a task', onMachines('states:SendTaskSuccess')],
    ['read a resource', reads],
    ['read a resource in a region without a place', elsewhere(reads)],
    ['read documents', powers.documents('s3:GetObject')],
    ['add documents', powers.documents('s3:PutObject')],
    ...partitions.ledger.map((name): [string, Attempt[]] => [`write ${name}# of the ledger`, ledger(name)]),
    ...partitions.inventory.map((name): [string, Attempt[]] => [
      `write ${name}# of the inventory`,
      powers.writes('Inventory', name),
    ]),
  ];
}
