/** How many instances a predefined configuration deploys to at once, and how many must stay healthy. */
const configurations: Record<string, (instances: number) => { atOnce: number; minimumHealthy: number }> = {
  AllAtOnce: (instances) => ({ atOnce: instances, minimumHealthy: 0 }),
  HalfAtATime: (instances) => ({
    atOnce: Math.max(1, Math.floor(instances / 2)),
    minimumHealthy: Math.ceil(instances / 2),
  }),
  OneAtATime: (instances) => ({ atOnce: 1, minimumHealthy: Math.max(0, instances - 1) }),
};

/**
 * Returns the batches of an in-place deployment of CodeDeploy. Half is rounded down for what is deployed to, and up for
 * what must stay (CodeDeploy User Guide: of nine instances, four at once).
 */
export function inPlaceBatches(configuration: string, instances: number) {
  const rule = configurations[configuration.replace(/^CodeDeployDefault\./, '')];
  if (rule === undefined)
    throw new RangeError(
      `configuration ${configuration}: expected CodeDeployDefault.${Object.keys(configurations).join(', ')}`,
    );
  const { atOnce, minimumHealthy } = rule(instances);
  const batches = Array.from({ length: Math.ceil(instances / Math.max(1, atOnce)) }, (_, index) =>
    Math.min(atOnce, instances - index * atOnce),
  );
  return { atOnce, minimumHealthy, batches };
}
