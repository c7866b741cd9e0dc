/** CloudWatch in every region. Each region has its own metrics and alarms. */
import type { JsonObject } from '../../model/json.ts';
import { type CallContext, type Permission, type Service, ServiceError } from '../gateway/wire.ts';
import { alarmType, compositeType, definitionOf } from './alarms/definition.ts';
import type { CloudWatchService } from './service.ts';

/** Tells whether resources of a type are alarms. */
export function isAlarm(type: string): boolean {
  return type === alarmType || type === compositeType;
}

/** Returns why CloudWatch, or the local cloud, refuses an alarm with these properties. */
export function alarmProblem(type: string, properties: JsonObject): string | undefined {
  if (!isAlarm(type)) return undefined;
  try {
    definitionOf(type, properties);
    return undefined;
  } catch (error) {
    if (error instanceof ServiceError) return error.message;
    throw error;
  }
}

export class CloudWatchRegions implements Service {
  /** The metrics and alarms of the deployment's own region. */
  readonly home: CloudWatchService;
  private readonly homeRegion: string;
  private readonly make: (region: string) => CloudWatchService;
  private readonly services = new Map<string, CloudWatchService>();

  constructor(homeRegion: string, make: (region: string) => CloudWatchService) {
    this.homeRegion = homeRegion;
    this.make = make;
    this.home = this.at(homeRegion);
  }

  at(region: string): CloudWatchService {
    const service = this.services.get(region) ?? this.make(region);
    this.services.set(region, service);
    return service;
  }

  /** Takes over the alarms that are resources now, in all regions. */
  synchronize(regions: readonly string[] = []): void {
    for (const region of new Set([...regions, ...this.services.keys()])) this.at(region).synchronize();
  }

  async call(operation: string, input: JsonObject, context: CallContext): Promise<JsonObject> {
    return this.at(context.region ?? this.homeRegion).call(operation, input);
  }

  permissions(operation: string, input: JsonObject): Permission[] {
    return this.home.permissions(operation, input);
  }
}
