/**
 * Combines everything that has a say in a capacity into one decision. Input and output are plain JSON
 * (`lib/model/scaling-decision.ts`), and nothing else is read, so a record replays to the same answer.
 *
 * The order is one of precedence; each step may change the result of those before it and is then named in `bound`:
 *
 * 1. **Proposals.** The largest wins. A proposal over its target asks for more, one under it for less, never the
 *    other way round.
 * 2. **Data.** If any proposal has no complete data, nothing is scaled in, so never to 0 either. A scale-out continues.
 * 3. **Behavior.** Stabilization windows and rates, as in the HPA; none without `behavior`. Then cooldowns.
 * 4. **Floor.** The minimum, or that of the schedule, and the forecast. A floor waits for no cooldown.
 * 5. **Cap.** The maximum, or that of the schedule, which wins over the floor. What people approved beyond it stays. Other limits (quota, addresses, budget)
 *    stop growth and take nothing away.
 * 6. **Type.** What the service accepts in one change and in a day; the way to the target is a sequence.
 * 7. **In flight, freeze.** Nothing changes, or not in the direction that is frozen.
 */
import type {
  Bound,
  BoundKind,
  CapacityLimit,
  Decision,
  DecisionInput,
  DecisionRecord,
  Recommendation,
  RejectedProposal,
} from '../model/scaling-decision.ts';
import { behaviorLimit, type ScaleEvents } from './hpa/behavior.ts';
import { stabilizeBoth } from './hpa/stabilization.ts';
import { ceilTo, floorTo, type Want, wantsOf } from './proposals.ts';
import { type CapacitySequence, planSequence } from './sequence.ts';

/** A value on its way through the limits, and those that changed it. */
class Course {
  readonly bound: Bound[] = [];
  value: number;
  constructor(value: number) {
    this.value = value;
  }
  to(value: number, kind: BoundKind, name: string): void {
    if (value !== this.value) this.bound.push({ kind, name, from: this.value, to: value });
    this.value = value;
  }
}

/** Decides on a capacity. */
export function combine(input: DecisionInput): Decision {
  const { current } = input;
  const wants = wantsOf(input);
  const winner = largest(wants);
  const wanted = winner?.want ?? current;
  const course = new Course(wanted);

  const incomplete = wants.find(({ complete }) => !complete);
  if (course.value < current && incomplete)
    course.to(current, 'data', `${incomplete.source}: ${incomplete.why}`);
  const recommendations = stabilize(course, input);
  const unlimited = course.value;
  limitRate(course, input);
  coolDown(course, input);
  const floor = raise(course, input);
  cap(course, input);
  const plan = bySequence(course, input);
  hold(course, input);

  const desired = course.value;
  const sequence = desired === current ? [] : plan.sequence;
  return {
    direction: desired > current ? 'out' : desired < current ? 'in' : 'none',
    wanted,
    winner: winner?.source ?? null,
    desired,
    sequence,
    changesLeft:
      plan.changesLeft === undefined ? undefined : plan.changesLeft + plan.sequence.length - sequence.length,
    bound: course.bound,
    rejected: rejections(wants, winner),
    beyond: beyondPolicy(course, Math.max(unlimited, floor)),
    recommendations,
  };
}

/** Decides, and keeps the decision with everything that it was made from. */
export function decide(input: DecisionInput): DecisionRecord {
  return { version: 1, input, decision: combine(input) };
}

function largest(wants: readonly Want[]): (Want & { want: number }) | undefined {
  const usable = wants.filter((each): each is Want & { want: number } => each.want !== null);
  return usable.reduce<(Want & { want: number }) | undefined>(
    (best, each) => (best === undefined || each.want > best.want ? each : best),
    undefined,
  );
}

function rejections(wants: readonly Want[], winner: Want | undefined): RejectedProposal[] {
  return wants
    .filter((each) => each !== winner)
    .map(({ source, want, why }) => ({
      source,
      want,
      why: want === null ? (why ?? '') : `${winner?.source} asks for ${winner?.want}`,
    }));
}

const secondsSince = (at: string, time: string) => (Date.parse(at) - Date.parse(time)) / 1000;

/** Stabilizes both directions, and returns the recommendations to remember. */
function stabilize(course: Course, input: DecisionInput): Recommendation[] {
  const { at, current, behavior, recommendations = [] } = input;
  const window = {
    upSeconds: behavior?.scaleUp.stabilizationWindowSeconds ?? 0,
    downSeconds: behavior?.scaleDown.stabilizationWindowSeconds ?? 0,
  };
  const longest = Math.max(window.upSeconds, window.downSeconds);
  const young = recommendations.filter((past) => secondsSince(at, past.at) < longest);
  const past = young.map(({ replicas, at: time }) => ({ replicas, ageSeconds: secondsSince(at, time) }));
  const remembered = longest === 0 ? [] : [...young, { at, replicas: course.value }];
  // Without windows the size is what is asked for. Both windows together keep the current size between them.
  const { replicas } = stabilizeBoth(current, course.value, past, window);
  const direction = course.value > current ? 'scaleUp' : 'scaleDown';
  course.to(replicas, 'stabilization', `${direction}.stabilizationWindowSeconds`);
  return remembered;
}

function limitRate(course: Course, { at, current, behavior, rules, changes = [] }: DecisionInput): void {
  if (behavior === undefined || course.value === current) return;
  const unit = rules?.unit ?? 1;
  const events: ScaleEvents = { up: [], down: [] };
  const dated = changes.map(({ from, to, at: time }) => ({
    change: to - from,
    ageSeconds: secondsSince(at, time),
  }));
  events.up = dated.filter(({ change }) => change > 0);
  events.down = dated
    .filter(({ change }) => change < 0)
    .map((event) => ({ ...event, change: -event.change }));
  if (course.value > current) {
    const limit = Math.max(current, floorTo(unit, behaviorLimit('up', current, events, behavior.scaleUp)));
    course.to(Math.min(course.value, limit), 'rate', 'scaleUp');
  } else {
    const limit = Math.min(current, ceilTo(unit, behaviorLimit('down', current, events, behavior.scaleDown)));
    course.to(Math.max(course.value, limit), 'rate', 'scaleDown');
  }
}

function coolDown(course: Course, { at, current, cooldown, changes = [] }: DecisionInput): void {
  if (cooldown === undefined || course.value === current) return;
  const isOut = course.value > current;
  const seconds = isOut ? cooldown.outSeconds : cooldown.inSeconds;
  const last = isOut ? changes.findLast(({ from, to }) => to > from) : changes.at(-1);
  if (last === undefined || secondsSince(at, last.at) >= seconds) return;
  course.to(current, 'cooldown', `${seconds} s after the change to ${last.to} at ${last.at}`);
}

/** Raises the capacity to its floors, and returns the highest. */
function raise(course: Course, { bounds, schedule = [], forecast, rules }: DecisionInput): number {
  const unit = rules?.unit ?? 1;
  const scheduled = schedule
    .filter(({ min }) => min !== undefined)
    .toSorted((a, b) => (b.min ?? 0) - (a.min ?? 0))[0];
  const min = ceilTo(unit, Math.max(scheduled?.min ?? bounds.min, rules?.minimum ?? 0));
  const kind = scheduled === undefined ? 'minimum' : 'schedule minimum';
  course.to(Math.max(course.value, min), kind, scheduled?.name ?? 'min');
  if (forecast === undefined || !Number.isFinite(forecast.floor)) return min;
  const expected = ceilTo(unit, forecast.floor);
  course.to(Math.max(course.value, expected), 'forecast', forecast.basis);
  return Math.max(min, expected);
}

function cap(
  course: Course,
  { current, bounds, schedule = [], limits = [], rules, approved }: DecisionInput,
): void {
  const unit = rules?.unit ?? 1;
  const scheduled = schedule
    .filter(({ max }) => max !== undefined)
    .toSorted((a, b) => (a.max ?? 0) - (b.max ?? 0))[0];
  const declared = floorTo(
    unit,
    Math.min(scheduled?.max ?? bounds.max, rules?.maximum ?? Number.POSITIVE_INFINITY),
  );
  const max = approved === undefined ? declared : Math.max(declared, current);
  const kind = scheduled === undefined ? 'maximum' : 'schedule maximum';
  course.to(Math.min(course.value, max), kind, scheduled?.name ?? 'max');
  const tightest = limits.reduce<CapacityLimit | undefined>(
    (least, limit) => (least === undefined || limit.max < least.max ? limit : least),
    undefined,
  );
  if (tightest === undefined || course.value <= current) return;
  course.to(Math.min(course.value, Math.max(current, floorTo(unit, tightest.max))), 'limit', tightest.name);
}

function bySequence(course: Course, { at, current, rules, changes = [] }: DecisionInput): CapacitySequence {
  if (rules === undefined) return { sequence: course.value === current ? [] : [course.value] };
  const plan = planSequence(current, course.value, rules, { at, changes });
  course.to(plan.sequence.at(-1) ?? current, 'type', plan.bound ?? 'changes of the type');
  return plan;
}

function hold(course: Course, { current, inFlight, freeze }: DecisionInput): void {
  if (inFlight !== undefined) course.to(current, 'in flight', `to ${inFlight.to} since ${inFlight.since}`);
  const frozen = { in: course.value < current, out: course.value > current };
  if (freeze === undefined || (freeze.only !== undefined && !frozen[freeze.only])) return;
  course.to(current, 'freeze', freeze.name);
}

/** The limits that people can lift. */
const ofPolicy: readonly BoundKind[] = ['rate', 'maximum', 'schedule maximum', 'limit'];

/** Returns what the load asks for beyond the limits of the policy: a request that people decide. */
function beyondPolicy(course: Course, to: number): Decision['beyond'] {
  const limits = course.bound.filter((bound) => ofPolicy.includes(bound.kind) && bound.to < bound.from);
  if (limits.length === 0 || to <= course.value) return undefined;
  return { to, limits: limits.map(({ kind, name }) => `${kind}: ${name}`) };
}
