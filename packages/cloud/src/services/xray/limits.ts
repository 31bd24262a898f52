// Each with its unit and its source; "AWS X-Ray endpoints and quotas" is in the AWS General Reference.
import { days, hours, seconds } from '@terrace/kit'

/** Bytes of a segment document. AWS X-Ray endpoints and quotas. */
export const LONGEST_DOCUMENT = 64 * 1024

/** Bytes of all documents of a trace. AWS X-Ray endpoints and quotas, "Trace document size". */
export const LONGEST_TRACE = 500 * 1024

/** Annotations of a trace that are indexed. AWS X-Ray endpoints and quotas. */
export const MOST_ANNOTATIONS = 50

/** AWS X-Ray endpoints and quotas, "Trace and service graph retention". */
export const RETENTION = days(30)

/** Bytes of documents that are kept in all, on disk and in memory; the oldest go first. Ours. */
export const MOST_KEPT = 16 * 1024 ** 2

/** Bytes of one file of documents. Ours. */
export const FILE_BYTES = 1024 ** 2

/** Ids that BatchGetTraces takes. AWS X-Ray API Reference, BatchGetTraces. */
export const MOST_TRACE_IDS = 5

/** The longest range of GetTraceSummaries. AWS X-Ray Developer Guide, "Getting data from AWS X-Ray". */
export const LONGEST_SUMMARY_RANGE = hours(24)

/** The longest range of GetServiceGraph. The same page. */
export const LONGEST_GRAPH_RANGE = hours(6)

/** Summaries on a page, and traces of BatchGetTraces are not counted. Ours: AWS doesn't say. */
export const SUMMARIES_PAGE = 100

/** Characters of a filter expression. AWS X-Ray API Reference, GetTraceSummaries. */
export const LONGEST_FILTER = 2000

/** Sampling rules beside the default one. AWS X-Ray endpoints and quotas. */
export const MOST_RULES = 25

/** Statistics of one GetSamplingTargets. AWS X-Ray API Reference. */
export const MOST_STATISTICS = 25

/** How often clients report. AWS X-Ray Developer Guide, "Using sampling rules with the X-Ray API". */
export const TARGET_INTERVAL = seconds(10)

/** How long a share of a reservoir is good for without a new report. Ours. */
export const QUOTA_TTL = seconds(30)

/** AWS X-Ray endpoints and quotas. */
export const MOST_GROUPS = 25

/** Of a group or a rule. AWS X-Ray API Reference, TagResource. */
export const MOST_TAGS = 50

/** OTLP endpoint, bytes of a request that nothing compresses. CloudWatch User Guide, "OTLP Endpoints". */
export const LONGEST_OTLP = 5 * 1024 ** 2

/** Spans of a request. The same page. */
export const MOST_SPANS = 10_000

/** How far a span may lie in the future, and in the past. The same page. */
export const SPAN_AHEAD = hours(2)
export const SPAN_BEHIND = days(14)
