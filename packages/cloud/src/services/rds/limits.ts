/** Most records that one answer of DescribeDBInstances may hold. RDS API Reference, "DescribeDBInstances". */
export const MAX_RECORDS = 100
/** Fewest that a caller may ask for. RDS API Reference, "DescribeDBInstances". */
export const MIN_RECORDS = 20

const GIB = 1024 ** 3
/** Memory by the last part of an instance class, GiB. RDS User Guide, "Hardware specifications for DB instance classes". */
const MEMORY_GIB: Readonly<Record<string, number>> = {
  micro: 1,
  small: 2,
  medium: 4,
  large: 8,
  xlarge: 16,
  '2xlarge': 32,
  '4xlarge': 64,
}

/** Memory of an instance class, in bytes; classes named `r…` have twice as much for their size. */
export function memoryOf(instanceClass: string): number {
  const [, family = '', size = ''] = instanceClass.split('.')
  const gib = MEMORY_GIB[size] ?? 1
  return gib * GIB * (family.startsWith('r') ? 2 : 1)
}

/** Longest identifier of a snapshot. RDS API Reference, "CreateDBSnapshot". */
export const MAX_SNAPSHOT_IDENTIFIER = 255
/** Longest identifier of an instance. RDS API Reference, "CreateDBInstance". */
export const MAX_INSTANCE_IDENTIFIER = 63
/** Days. RDS API Reference, "ModifyDBInstance": 0 to 35. */
export const MAX_BACKUP_RETENTION_DAYS = 35
/** Longest name of a parameter group. RDS API Reference, "CreateDBParameterGroup". */
export const MAX_PARAMETER_GROUP_NAME = 255
/** Most parameters of one request. RDS API Reference, "ModifyDBParameterGroup". */
export const MAX_PARAMETERS = 20
