/** All services of the local cloud, connected to each other. */
import type { JsonObject } from '../model/json.ts';
import type { TypeLookup } from '../model/spec.ts';
import { roleCheck } from './bring-up/cloud-control.ts';
import { handlerRights } from './bring-up/handler-rights.ts';
import { taskIntegrations } from './bring-up/machines.ts';
import type { Role } from './bring-up/roles.ts';
import { targetCalls } from './bring-up/rules.ts';
import { StepFunctionsApi, TaskWatch } from './bring-up/step-functions-api.ts';
import type { Clock } from './clock.ts';
import type { OperationsOptions } from './cloud-control/operations.ts';
import { CloudControlRegions } from './cloud-control/regions.ts';
import { CloudControlService } from './cloud-control/service.ts';
import { metricsInLine } from './cloudwatch/emf.ts';
import { alarmProblem, CloudWatchRegions, isAlarm } from './cloudwatch/regions.ts';
import { CloudWatchService } from './cloudwatch/service.ts';
import { ServiceMetrics } from './cloudwatch/service-metrics.ts';
import { ParameterService, type Seeds } from './config/parameters.ts';
import { SecretService } from './config/secrets.ts';
import { DynamoDbService } from './dynamodb/service.ts';
import { Delivery, type DeliveryDisturbance } from './events/delivery.ts';
import { EventBridgeService } from './events/service.ts';
import type { Service } from './gateway/wire.ts';
import type { Authorizer } from './iam/authorizer.ts';
import { KmsService } from './keys/kms.ts';
import { LambdaService } from './lambda/service.ts';
import { Loads } from './load/loads.ts';
import { LogService } from './messaging/log-service.ts';
import { LogStore } from './messaging/logs.ts';
import { SqsService } from './messaging/sqs.ts';
import { Hosts } from './network/hosts.ts';
import type { Random } from './random.ts';
import { Route53Service } from './route53/service.ts';
import { StepFunctions } from './step-functions/service.ts';
import type { ExecutionStatusChange, Hooks } from './step-functions/types.ts';
import { ObjectStore } from './storage/object-store.ts';

/** The options of the cloud that Cloud Control manages. */
export type CloudOptions = Pick<
  OperationsOptions,
  'faultFor' | 'faults' | 'onOperation' | 'callsPerSecond' | 'durationMillis'
>;

export interface ServicesOptions {
  /** Folder for tables. Default: in memory. */
  tablesDirectory?: string;
  cloud?: CloudOptions;
  types: TypeLookup;
  account: string;
  region: string;
  clock: Clock;
  random: Random;
  authorizer: Authorizer;
  /** Filled when the template is brought up. */
  roles: Map<string, Role>;
  ssm?: Seeds;
  secrets?: Seeds;
  disturbance?: DeliveryDisturbance;
  hooks?: Hooks;
  onEvent?(busName: string, event: JsonObject): void;
}

export type Services = ReturnType<typeof createServices>;

export function createServices(options: ServicesOptions) {
  const { account, region, clock, random, authorizer, roles } = options;
  const place = { account, region };
  const now = () => clock.now();
  const logs = new LogStore();
  const hosts = new Hosts();
  const kept = options.tablesDirectory === undefined ? {} : { path: options.tablesDirectory };
  const dynamodb = new DynamoDbService({ ...place, ...kept, now });
  const objects = new ObjectStore(random);
  const kms = new KmsService();
  const sqs = new SqsService(clock, random);
  const ssm = new ParameterService(place, options.ssm ?? {});
  const cloudControl = new CloudControlRegions(region, (ofRegion, store) => {
    return new CloudControlService({
      ...{ ...options.cloud, clock, random, account, region: ofRegion, types: options.types, store },
      problemOf: alarmProblem,
      onOperation: (notice) => {
        options.cloud?.onOperation?.(notice);
        if (notice.phase === 'ended' && isAlarm(notice.operation.type)) cloudwatch.at(ofRegion).synchronize();
        if (notice.phase === 'ended') loads.observe();
      },
      roleProblem: roleCheck(roles, account),
      handlerProblem: handlerRights(roles, account, store, options.types),
    });
  });
  const route53 = new Route53Service({ clock, random, store: cloudControl.store });
  const secrets = new SecretService(place, options.secrets ?? {}, () =>
    cloudControl.store.list('AWS::SecretsManager::Secret'),
  );
  const cloudwatch: CloudWatchRegions = new CloudWatchRegions(region, (ofRegion) => {
    return new CloudWatchService({
      ...{ account, region: ofRegion, clock, resources: cloudControl.at(ofRegion).store },
      publish: (detailType, detail, arn) => {
        // Of its own randomness, because alarms would otherwise change the ids of everything after them.
        const id = random.of(`${arn} ${detailType} ${clock.now()} ${JSON.stringify(detail)}`).uuid();
        const event = { source: 'aws.cloudwatch', detailType, detail, resources: [arn] };
        eventBridge.publish('default', { ...eventBridge.envelope(event, id), region: ofRegion });
      },
    });
  });
  const sendToQueue = async (arn: string, body: string) => void sqs.send(arn, body);
  const loads = new Loads(clock, cloudControl.store, cloudwatch.home.metrics);
  const serviceMetrics = new ServiceMetrics(cloudwatch.home.metrics, clock);
  logs.onLine = (at, line) => {
    for (const { id, sample } of metricsInLine(line, at)) cloudwatch.home.metrics.put(id, sample);
  };
  sqs.onChange = () => serviceMetrics.ofQueues(() => sqs.lengths());
  const lambda = new LambdaService({
    ...{ clock, random, sendToQueue },
    onMetrics: (...metrics) => serviceMetrics.ofFunction(...metrics),
  });
  const lost: { rule: string; target: string; event: JsonObject; error: Error }[] = [];
  const delivery = new Delivery({
    clock,
    random,
    ...(options.disturbance === undefined ? {} : { disturbance: options.disturbance }),
    ...targetCalls({
      ...{ lambda, sqs, logs, random, authorizer, roles, account, now },
      eventBridge: () => eventBridge,
      startExecution: (stateMachineArn, name, input) => {
        stepFunctions.startExecution({ stateMachineArn, name, input });
      },
    }),
    onLost: (rule, target, event, error) => lost.push({ rule: rule.arn, target: target.arn, event, error }),
  });
  const eventBridge: EventBridgeService = new EventBridgeService({
    ...{ account, region, clock, random, delivery },
    ...(options.onEvent === undefined ? {} : { onEvent: options.onEvent }),
  });
  const byTaskName: Record<string, Service> = {
    ...{ dynamodb, kms, lambda, sqs, ssm, cloudwatch, secretsmanager: secrets },
    ...{ events: eventBridge, eventbridge: eventBridge, cloudcontrol: cloudControl },
  };
  const watch = new TaskWatch(authorizer, (executionArn) =>
    roles.get(stepFunctions.execution(executionArn).roleArn),
  );
  const stepFunctions: StepFunctions = new StepFunctions({
    ...{ clock, account, region, random: random.next },
    integrations: taskIntegrations({ lambda, authorizer, random, roles, services: byTaskName }),
    hooks: watch.around(options.hooks ?? {}),
    onStatusChange: (change) => {
      serviceMetrics.ofExecution(change.stateMachineArn, change.status);
      eventBridge.publish('default', statusEvent(eventBridge, change));
    },
  });
  const byTarget: Record<string, Service> = {
    AWSStepFunctions: new StepFunctionsApi(stepFunctions, (token) => watch.machineOfToken(token)),
    DynamoDB_20120810: dynamodb,
    AWSEvents: eventBridge,
    CloudApiService: cloudControl,
    TrentService: kms,
    AmazonSSM: ssm,
    secretsmanager: secrets,
    AmazonSQS: sqs,
    GraniteServiceVersion20100801: cloudwatch,
    Logs_20140328: new LogService(logs, place),
  };
  return {
    ...{
      dynamodb,
      objects,
      kms,
      sqs,
      ssm,
      secrets,
      cloudwatch,
      serviceMetrics,
      loads,
      /** The alarms of the deployment's own region. */
      alarms: cloudwatch.home,
      lambda,
      logs,
      hosts,
      eventBridge,
      stepFunctions,
      cloudControl,
      route53,
    },
    byTarget,
    /** Events that reached neither their target nor a dead-letter queue. */
    lost,
  };
}

/** Source: Step Functions Developer Guide, "Automating Step Functions event delivery with EventBridge". */
function statusEvent(eventBridge: EventBridgeService, change: ExecutionStatusChange): JsonObject {
  return eventBridge.envelope({
    source: 'aws.states',
    detailType: 'Step Functions Execution Status Change',
    detail: { ...change },
    resources: [change.executionArn],
  });
}
