import type { JsonValue } from '../../lib/model/json.ts';
import { isObject } from '../../lib/model/json.ts';
import { type Random, randomFrom } from './random.ts';
import { hubAndSpoke, type MadeResource, microservices, threeTier } from './topology.ts';

/** A graph for the scheduler: the dependencies of each step, its actual duration, and the known duration. */
export interface BenchGraph {
  dependencies: number[][];
  /** Actual durations. */
  seconds: number[];
  /** Median of the step's type. */
  typeMedian: number[];
}

/**
 * Durations are lognormal with an overall median of 15 s and σ 1.2, truncated to 2–900 s. The spread has two parts:
 * each type has its own median (between types σ √(1.2² − 0.25²) = 1.174), and the operations of one type spread around
 * it (within a type σ 0.25: the same type of resource takes about as long each time).
 */
export const durations = { median: 15, sigma: 1.2, within: 0.25, shortest: 2, longest: 900 };
const between = Math.sqrt(durations.sigma ** 2 - durations.within ** 2);
const clip = (seconds: number) => Math.min(durations.longest, Math.max(durations.shortest, seconds));

/** Names of the rows of the bench. */
export const graphMakers: Record<string, (seed: number) => BenchGraph> = {
  'three-tier 200': (seed) => fromResources(threeTier(200), seed),
  'hub-and-spoke 200': (seed) => fromResources(hubAndSpoke(200), seed),
  'microservices 200': (seed) => fromResources(microservices(200), seed),
  'random 100': (seed) => randomLayered(100, seed),
  'random 1000': (seed) => randomLayered(1000, seed),
  'random 5000': (seed) => randomLayered(5000, seed),
};

/** Draws durations for a generated topology. Seeds vary the durations of types and of operations. */
export function fromResources(resources: MadeResource[], seed: number): BenchGraph {
  const indexOf = new Map(resources.map((resource, index) => [resource.logicalId, index]));
  const dependencies = resources.map((resource) =>
    neededBy(resource).flatMap((logicalId) => indexOf.get(logicalId) ?? []),
  );
  const types = resources.map((resource) => resource.type);
  return { dependencies, ...draw(types, randomFrom(seed)) };
}

/**
 * The number of layers is log2 of the size (7, 10 and 12 for 100, 1,000 and 5,000), with random widths. Each resource
 * below the first layer needs one of the previous layer and up to two more of any previous layer. Types are drawn from
 * forty.
 */
export function randomLayered(size: number, seed: number): BenchGraph {
  const random = randomFrom(seed);
  const layers = Math.round(Math.log2(size));
  const shares = Array.from({ length: layers }, () => 0.5 + random.next());
  const total = shares.reduce((sum, share) => sum + share, 0);
  const starts = [0];
  let sum = 0;
  for (const share of shares) {
    sum += share;
    starts.push(Math.round((sum / total) * size));
  }
  const dependencies: number[][] = [];
  for (let layer = 0; layer < layers; layer += 1) {
    const [above = 0, from = 0, to = 0] = [starts[layer - 1], starts[layer], starts[layer + 1]];
    for (let index = from; index < to; index += 1) {
      const needs = new Set<number>();
      if (layer > 0) {
        needs.add(above + random.below(from - above));
        for (let more = random.below(3); more > 0; more -= 1) needs.add(random.below(from));
      }
      dependencies.push([...needs]);
    }
  }
  const types = dependencies.map(() => `Type${random.below(40)}`);
  return { dependencies, ...draw(types, random) };
}

function draw(types: string[], random: Random): Pick<BenchGraph, 'seconds' | 'typeMedian'> {
  const medians = new Map<string, number>();
  for (const type of [...new Set(types)].sort(byText)) {
    medians.set(type, clip(durations.median * Math.exp(between * random.normal())));
  }
  const typeMedian = types.map((type) => medians.get(type) ?? durations.median);
  const seconds = typeMedian.map((median) => clip(median * Math.exp(durations.within * random.normal())));
  return { seconds, typeMedian };
}

/**
 * Returns the logical ids that a generated resource needs: those in its properties, and its DependsOn. Sorted and
 * unique.
 */
export function neededBy(resource: MadeResource): string[] {
  const found = new Set(resource.dependsOn);
  const walk = (value: JsonValue): void => {
    if (Array.isArray(value)) value.forEach(walk);
    if (!isObject(value)) return;
    const { Ref: target, 'Fn::GetAtt': attribute } = value;
    if (typeof target === 'string') found.add(target);
    if (Array.isArray(attribute) && typeof attribute[0] === 'string') found.add(attribute[0]);
    Object.values(value).forEach(walk);
  };
  walk(resource.properties);
  return [...found].sort(byText);
}

const byText = (a: string, b: string) => (a < b ? -1 : Number(a > b));
