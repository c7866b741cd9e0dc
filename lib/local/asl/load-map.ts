/** Reads an inline or distributed Map state from a definition. */
import type { MapState, States } from './definition.ts';
import type { Fields } from './fields.ts';

type MapFields = Omit<MapState, 'name' | 'assign' | 'output' | 'next' | 'retry' | 'catch'>;

const PROCESSOR_FIELDS = new Set(['ProcessorConfig', 'StartAt', 'States', 'Comment', 'QueryLanguage']);
const CONFIG_FIELDS = new Set(['Mode', 'ExecutionType', 'Comment']);
const BATCHER_FIELDS = new Set(['MaxItemsPerBatch', 'MaxInputBytesPerBatch', 'BatchInput', 'Comment']);

export function loadMap(fields: Fields, nested: (fields: Fields, language?: string) => States): MapFields {
  for (const field of ['ItemReader', 'ResultWriter']) {
    if (fields.has(field)) fields.wrong(`${field} is not supported: it reads or writes S3`, field);
  }
  const processor = fields.child(fields.has('Iterator') ? 'Iterator' : 'ItemProcessor');
  processor.only(PROCESSOR_FIELDS, 'is not supported in an item processor');
  const distributed = loadMode(fields, processor);
  if (distributed === undefined && fields.has('ItemBatcher'))
    fields.wrong('ItemBatcher needs the mode DISTRIBUTED');
  return {
    type: 'Map',
    processor: nested(processor, processor.string('QueryLanguage')),
    distributed,
    items: fields.template('Items'),
    itemSelector: fields.template('ItemSelector'),
    batcher: fields.has('ItemBatcher') ? loadBatcher(fields.child('ItemBatcher')) : undefined,
    maxConcurrency: fields.template('MaxConcurrency'),
    toleratedFailureCount: fields.template('ToleratedFailureCount'),
    toleratedFailurePercentage: fields.template('ToleratedFailurePercentage'),
  };
}

function loadMode(fields: Fields, processor: Fields): MapState['distributed'] {
  if (!processor.has('ProcessorConfig')) return undefined;
  const config = processor.child('ProcessorConfig');
  config.only(CONFIG_FIELDS, 'is not supported in a ProcessorConfig');
  if ((config.string('Mode') ?? 'INLINE') === 'INLINE') return undefined;
  const executionType = config.string('ExecutionType') === 'EXPRESS' ? 'EXPRESS' : 'STANDARD';
  return { executionType, label: fields.string('Label') };
}

function loadBatcher(fields: Fields): MapState['batcher'] {
  fields.only(BATCHER_FIELDS, 'is not supported in an ItemBatcher');
  return {
    maxItemsPerBatch: fields.template('MaxItemsPerBatch', 'ItemBatcher/MaxItemsPerBatch'),
    maxInputBytesPerBatch: fields.template('MaxInputBytesPerBatch', 'ItemBatcher/MaxInputBytesPerBatch'),
    batchInput: fields.template('BatchInput', 'ItemBatcher/BatchInput'),
  };
}
