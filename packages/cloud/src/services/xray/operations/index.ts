import type { Operation } from '../../../gateway/api.ts'
import type { XRay } from './context.ts'
import { graphOperations } from './graphs.ts'
import { groupOperations } from './groups.ts'
import { otlpOperations } from './otlp.ts'
import { samplingOperations } from './sampling.ts'
import { segmentOperations } from './segments.ts'
import { settingOperations } from './settings.ts'
import { traceOperations } from './traces.ts'

/** The table of X-Ray. */
export const operations = (xray: XRay): readonly Operation[] => [
  ...segmentOperations(xray),
  ...otlpOperations(xray),
  ...traceOperations(xray),
  ...graphOperations(xray),
  ...samplingOperations(xray),
  ...groupOperations(xray),
  ...settingOperations(xray),
]

const INSIGHTS = 'there are no insights here; filter expressions find faults'
const SEARCH = 'there is no Transaction Search here: all traces that were received can be searched'

/** Why others are not there, by their routes: in REST nothing else names them. */
export const REFUSED: Readonly<Record<string, string>> = {
  'POST /Insight': INSIGHTS,
  'POST /InsightEvents': INSIGHTS,
  'POST /InsightImpactGraph': INSIGHTS,
  'POST /InsightSummaries': INSIGHTS,
  'POST /GetIndexingRules': SEARCH,
  'POST /UpdateIndexingRule': SEARCH,
  'POST /GetTraceSegmentDestination': SEARCH,
  'POST /UpdateTraceSegmentDestination': SEARCH,
  'POST /StartTraceRetrieval': SEARCH,
  'POST /ListRetrievedTraces': SEARCH,
  'POST /CancelTraceRetrieval': SEARCH,
  'POST /GetRetrievedTracesGraph': SEARCH,
  'POST /PutEncryptionConfig': 'traces lie on this machine, protected by file permissions',
}
