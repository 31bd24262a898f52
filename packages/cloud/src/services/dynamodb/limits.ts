import { minutes, seconds } from '@terrace/kit'

// Source: Amazon DynamoDB Developer Guide, "Quotas in Amazon DynamoDB" and the pages named.

/** Largest item, bytes, with the names of its attributes. */
export const LARGEST_ITEM = 400 * 1024

/** Deepest nesting of lists and maps. */
export const DEEPEST_VALUE = 32

/** Longest value of a partition key, bytes. */
export const LONGEST_PARTITION_KEY = 2048

/** Longest value of a sort key, bytes. */
export const LONGEST_SORT_KEY = 1024

/** Bytes of items that one Query or Scan looks at. "Paginating table query results" */
export const LARGEST_PAGE = 1024 * 1024

/** Bytes of items that one BatchGetItem answers with. */
export const LARGEST_BATCH = 16 * 1024 * 1024

/** Items of one BatchWriteItem. */
export const MOST_BATCH_WRITES = 25

/** Bytes that one read unit stands for; an eventually consistent read takes half of one. "DynamoDB read and write operations" */
export const READ_UNIT = 4096

/** Bytes that one write unit stands for. */
export const WRITE_UNIT = 1024

/** Seconds of unused throughput that are kept for a burst. "DynamoDB burst and adaptive capacity" */
export const BURST_SECONDS = 300

/** Read units a second of a table on demand that is new. "DynamoDB on-demand capacity mode", initial throughput */
export const ON_DEMAND_READS = 12_000

/** Write units a second of a table on demand that is new. */
export const ON_DEMAND_WRITES = 4_000

/** Units a second of one table, and of the account, for DescribeLimits. */
export const TABLE_UNITS = 40_000
export const ACCOUNT_UNITS = 80_000

/** Tables of an account in a Region. */
export const MOST_TABLES = 2500

/** Global secondary indexes of a table. */
export const MOST_GLOBAL_INDEXES = 20

/** Names on a page of ListTables. */
export const MOST_LISTED = 100

/** Tags of a table. */
export const MOST_TAGS = 50

/** Bytes of a resource-based policy. */
export const LONGEST_POLICY = 20 * 1024

/** How long a table is CREATING, UPDATING or DELETING. AWS says no more than that it takes some time. */
export const TRANSITION = seconds(1)

/** How often expired items are looked for. differs: AWS deletes "within a few days" ("Using time to live (TTL) in DynamoDB") */
export const SWEEP_INTERVAL = minutes(1)

/** Seconds after which an expiry is so old that it is none: five years. "Computing time to live (TTL) in DynamoDB" */
export const OLDEST_EXPIRY = 5 * 365 * 24 * 3600

/** How often the journal says that a table throttles. */
export const SAID_AGAIN_AFTER = minutes(1)
