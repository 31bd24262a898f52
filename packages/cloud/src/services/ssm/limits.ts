/** Largest value by tier, bytes of UTF-8. Systems Manager User Guide "Managing parameter tiers". */
export const LARGEST_VALUE_BYTES = { Standard: 4096, Advanced: 8192, 'Intelligent-Tiering': 8192 } as const

/** Longest name without the ARN's front. Systems Manager API Reference "PutParameter". */
export const LONGEST_NAME = 1011

/** Most levels of a name. Systems Manager API Reference "PutParameter". */
export const MOST_LEVELS = 15

/** Versions that are kept. Systems Manager User Guide "Working with parameter versions". */
export const MOST_VERSIONS = 100

/** Most names in one call. Systems Manager API Reference "GetParameters", "DeleteParameters". */
export const MOST_NAMES = 10

/** Most entries on a page. Systems Manager API Reference "GetParametersByPath". */
export const LARGEST_PATH_PAGE = 10

/** Most entries on a page. Systems Manager API Reference "DescribeParameters". */
export const LARGEST_PAGE = 50
