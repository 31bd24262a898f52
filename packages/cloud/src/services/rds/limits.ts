/** Most records that one answer of DescribeDBInstances may hold. RDS API Reference, "DescribeDBInstances". */
export const MAX_RECORDS = 100
/** Fewest that a caller may ask for. RDS API Reference, "DescribeDBInstances". */
export const MIN_RECORDS = 20
